"""The settings that every command reads: the folder of the archive, and the time."""

from datetime import UTC, datetime
from pathlib import Path

from scrapy.settings import BaseSettings

from archive.errors import GongbaoError


class SettingError(GongbaoError):
    """A setting or an argument has a value that cannot be used."""


def archive_folder(settings: BaseSettings) -> Path:
    return Path(settings["ARCHIVE_DIR"]).absolute()


def now(settings: BaseSettings) -> datetime:
    """The time, or the pretended one of NOW (ISO 8601; UTC when no zone is given)."""
    if not settings["NOW"]:
        return datetime.now(UTC)
    try:
        time = datetime.fromisoformat(settings["NOW"])
    except (TypeError, ValueError):
        raise SettingError(f"NOW: {settings['NOW']!r} is not a time such as 2026-03-02T09:00") from None
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
