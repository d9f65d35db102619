"""Links, times and sizes as every page shows them."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from archive.site import frame
from archive.site.frame import Site, minute, safe_url, size
from archive.site.serving import site
from archive.snapshots.make import make
from tests.archive.site.visiting import NOW


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/x?y=1#z", True),
        ("HTTP://a.example", False),
        ("javascript:alert(1)", False),
        (" http://a.example", False),
        ('http://a.example/"onclick=', False),
        ("data:text/html,x", False),
        ("", False),
    ],
)
def test_only_http_is_linked(url: str, safe: bool) -> None:
    assert bool(safe_url(url)) is safe


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2020-04-13T13:09+08:00", "2020-04-13 13:09"),
        ("2020-04-13", "2020-04-13"),
        ("2020-04-13T06:00:00Z", "2020-04-13 14:00"),
        ("2020-04-13T16:30:00+00:00", "2020-04-14 00:30"),
        (None, ""),
    ],
)
def test_printed_times_are_shown_as_they_are_and_ours_in_beijing(moment: str | None, shown: str) -> None:
    assert minute(moment) == shown


@pytest.mark.parametrize(("count", "shown"), [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (123_456_789, "123 MB")])
def test_sizes(count: int, shown: str) -> None:
    assert size(count) == shown


def test_what_holds_for_a_whole_snapshot_is_read_once(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when several ask at once, when it takes longer than a page may, and after it has failed."""
    monkeypatch.setattr(frame, "TIME_LIMIT", 5)
    served = Site(site(make(archive, public=False, now=NOW), public=False), None, "zh", {})
    counted = []

    def count(db: sqlite3.Connection) -> int:
        counted.append(1)
        sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT count(*) FROM n"
        return int(db.execute(sql).fetchone()[0])

    async def ask() -> list[int]:
        with pytest.raises(sqlite3.OperationalError, match="interrupted"):
            await served.read_once(count)
        return await asyncio.gather(*(served.read_once(count, limit=60_000) for _ in range(5)))

    assert asyncio.run(ask()) == [300_000] * 5
    assert len(counted) == 2
