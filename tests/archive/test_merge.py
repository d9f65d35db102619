"""Snapshots of other archives folded into one."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlite_utils import Database

from archive.database import ArchiveError, open_archive
from archive.merge import merge
from archive.snapshot import SnapshotError, make
from archive.store import declare_source, save
from crawler.commands.crawl import source_row
from crawler.sources import load_sources
from pipelines.dedup import RULES
from tests.archive.made import NOON, listed, release

NOW = "2026-03-20T12:00:00+00:00"


@dataclass
class Hub:
    folder: Path
    db: Database

    def merge(self, *places: Path) -> list[dict[str, int]]:
        return [dict(counts) for counts in merge(self.db, self.folder, places, RULES, NOW)]

    def releases(self) -> list[tuple[int, str, int]]:
        return self.db.execute("SELECT id, url_key, version FROM releases ORDER BY id").fetchall()
