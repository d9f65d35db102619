"""The settings that every command reads: the folder of the archive, and the time."""

from collections.abc import Iterable
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

from scrapy.settings import BaseSettings

from archive.errors import GongbaoError


class SettingError(GongbaoError):
    """A setting or an argument has a value that cannot be used."""


def archive_folder(settings: BaseSettings) -> Path:
    return Path(settings["ARCHIVE_DIR"]).absolute()


def kept_archive(settings: BaseSettings) -> Path:
    """The folder of an archive that is there already. Raises SettingError."""
    folder = archive_folder(settings)
    if not (folder / "archive.db").is_file():
        raise SettingError(
            f"there is no archive in {folder}: crawl something first, or set ARCHIVE_DIR; `scrapy rebuild` makes a lost"
            " archive.db anew"
        )
    return folder


def now(settings: BaseSettings) -> datetime:
    """The time, or the pretended one of NOW (ISO 8601; UTC when no zone is given)."""
    if not settings["NOW"]:
        return datetime.now(UTC)
    try:
        time = datetime.fromisoformat(settings["NOW"])
    except (TypeError, ValueError):
        raise SettingError(f"NOW: {settings['NOW']!r} is not a time such as 2026-03-02T09:00") from None
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


def meant(word: str, known: Iterable[str]) -> str:
    """`; did you mean qingdao?`, the known word that is most like this one; "" when none is."""
    forms = {_plain(one): one for one in known}
    found = get_close_matches(_plain(word), forms, n=1, cutoff=0.66)
    return f"; did you mean {forms[found[0]]}?" if found else ""


def _plain(word: str) -> str:
    return word.casefold().replace("-", "").replace("_", "")
