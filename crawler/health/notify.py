"""Messages to people: when sources turn bad, when they are well again; and a ping after each run."""

import http.client
import sys
from collections.abc import Sequence
from typing import Literal

from scrapy.settings import BaseSettings
from sqlite_utils import Database

from archive.model import CrawlOutcome
from archive.store import crawls
from archive.store.crawls import Standing
from crawler.configuration import SettingError
from crawler.health.judge import WELL
from crawler.network.ask import ask
from crawler.network.guard import private_hosts, refusal

PING_SECONDS = 10
LINES = 50  # lines of a message, at most
_LEVELS: dict[CrawlOutcome | Literal[""], int] = {"": 0, "ok": 0, "quiet": 0, "suspect": 1, "blocked": 2, "broken": 2}


def check_targets(settings: BaseSettings) -> None:
    """Raise SettingError when NOTIFY or PING_URL cannot be used; before a crawl, since afterwards it is late."""
    for n, target in enumerate(_targets(settings), 1):
        from apprise import Apprise

        if not Apprise.instantiate(target):  # the address is not printed: it may hold a password
            raise SettingError(f"NOTIFY: address {n} ({target.partition(':')[0]}:…) is none that apprise knows")
    url = settings["PING_URL"]
    if url and (reason := refusal(url, private_hosts(settings))):
        raise SettingError(f"PING_URL {reason}")


def news(standings: Sequence[Standing]) -> list[Standing]:
    """The sources to tell about: those worse than in the last message, and those well again after one.

    There is no message about a source that stays well, none about the same fault twice, and none when a broken source
    becomes suspect.
    """
    return [
        one
        for one in standings
        if _LEVELS[one.outcome] > _LEVELS[one.told] or (one.outcome in WELL and _LEVELS[one.told] > 0)
    ]


def message(told: Sequence[Standing]) -> tuple[str, str]:
    """The title and the body of one message; the worst sources come first."""
    bad = [one for one in told if one.outcome not in WELL]
    well = [one for one in told if one.outcome in WELL]
    parts = [f"{len(ones)} {words}" for ones, words in ((bad, "not well"), (well, "well again")) if ones]
    first = told[0]
    title = f"gongbao: {first.source} {first.outcome if bad else 'is well again'}"
    ordered = sorted(told, key=lambda one: (-_LEVELS[one.outcome], one.source))
    lines = [f"{one.source} ({one.name}): {one.outcome}{': ' if one.problem else ''}{one.problem}" for one in ordered]
    if len(lines) > LINES:
        lines[LINES:] = [f"… and {len(lines) - LINES} more: `scrapy sources` shows all"]
    return (title if len(told) == 1 else f"gongbao: {', '.join(parts)}"), "\n".join(lines)


def tell(db: Database, settings: BaseSettings, sources: Sequence[str]) -> None:
    """Send the news of these sources, if there is any; a message that cannot be sent is tried again after the next run."""
    told = news(crawls.standings(db, sources)) if _targets(settings) else []
    if not told:
        return
    from apprise import Apprise, NotifyFormat, NotifyType

    title, body = message(told)
    kind = NotifyType.SUCCESS if all(one.outcome in WELL for one in told) else NotifyType.FAILURE
    sender = Apprise()
    sender.add(_targets(settings))
    if sender.notify(title=title, body=body, notify_type=kind, body_format=NotifyFormat.TEXT):
        crawls.mark_told(db, [one.crawl for one in told])
    else:
        print("gongbao: NOTIFY: the message could not be sent; it is tried again after the next crawl", file=sys.stderr)


def _targets(settings: BaseSettings) -> list[str]:
    return (settings["NOTIFY"] or "").split()


def ping(settings: BaseSettings) -> None:
    """Ask for PING_URL, which tells a watchman that a run came to its end. A failure is said, and changes nothing."""
    if not settings["PING_URL"]:
        return
    try:
        status, _ = ask(settings["PING_URL"], private_hosts(settings), seconds=PING_SECONDS)
        said = "" if status < 400 else f"answered {status}"
    except OSError as error:
        said = str(error)
    except (http.client.HTTPException, ValueError) as error:  # their words may repeat the address
        said = type(error).__name__
    if said:
        print(f"gongbao: PING_URL: {said}", file=sys.stderr)
