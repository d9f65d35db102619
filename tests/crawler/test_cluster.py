"""Crawls on a Dask cluster end in the archive that crawls on one machine end in."""

import importlib.util
from pathlib import Path

import pytest

from tests.conftest import same_archive, scrapy
from tests.site import ReplicaSite

WITH_DASK = importlib.util.find_spec("distributed") is not None


@pytest.fixture
def settings(replica: ReplicaSite, tmp_path: Path) -> dict[str, object]:
    return {"SOURCES": replica.write_sources(tmp_path), "NOW": "2026-03-16T10:00"}


@pytest.mark.skipif(WITH_DASK, reason="Dask is installed")
def test_without_dask_it_says_what_to_install(settings: dict[str, object], tmp_path: Path) -> None:
    done = scrapy("crawlall", "--dask", "local", ARCHIVE_DIR=tmp_path / "archive", **settings)
    assert done.returncode == 2
    assert "gongbao[dask]" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not WITH_DASK, reason="Dask is not installed: pip install 'gongbao[dask]'")
def test_a_scheduler_that_does_not_answer_is_said(settings: dict[str, object], tmp_path: Path) -> None:
    done = scrapy("crawlall", "--dask", "tcp://127.0.0.1:9", ARCHIVE_DIR=tmp_path / "archive", **settings)
    assert done.returncode == 2
    assert "tcp://127.0.0.1:9" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not WITH_DASK, reason="Dask is not installed: pip install 'gongbao[dask]'")
def test_a_cluster_brings_what_one_machine_brings(settings: dict[str, object], tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    assert scrapy("crawlall", ARCHIVE_DIR=here, **settings).returncode == 0
    done = scrapy("crawlall", "--dask", "local", ARCHIVE_DIR=there, **settings)
    assert done.returncode == 0, done.stderr
    assert same_archive(there) == same_archive(here)
