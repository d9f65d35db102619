"""The arguments of `scrapy crawl ID`: recheck=due|all|none, since=DATE, pages=N."""

from dataclasses import dataclass
from datetime import date
from typing import get_args

from archive.model import Recheck
from crawler.configuration import SettingError, meant

RECHECKS: tuple[Recheck, ...] = get_args(Recheck)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arguments:
    """The arguments of one crawl."""

    recheck: Recheck = "due"  # which held releases are asked for again
    since: str = ""  # articles listed with an earlier day are left for later
    pages: int = 0  # list pages to walk at most, for each list; 0: as far as it takes


def parse_arguments(values: dict[str, str]) -> Arguments:
    """Read `-a` arguments. Raises SettingError with one sentence."""
    unknown = sorted(values.keys() - {"recheck", "since", "pages"})
    if unknown:
        known = ("recheck", "since", "pages")
        hint = meant(unknown[0], known)
        raise SettingError(f"unknown argument {unknown[0]!r}: a crawl takes recheck, since and pages{hint}")
    recheck = values.get("recheck", "due")
    if recheck not in RECHECKS:
        raise SettingError(f"recheck={recheck}: expected one of {', '.join(RECHECKS)}")
    since = values.get("since", "")
    if since:
        try:
            since = date.fromisoformat(since).isoformat()
        except ValueError:
            raise SettingError(f"since={since}: expected a day such as 2026-03-02") from None
    pages = values.get("pages", "0")
    if not pages.isdecimal() or ("pages" in values and int(pages) == 0):
        raise SettingError(f"pages={pages}: expected a number of list pages, 1 or more")
    return Arguments(recheck=recheck, since=since, pages=int(pages))
