"""The examples of docs/dataset.md, run in the folder of a snapshot."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import rows
from tests.trust.conftest import Crawled

PAGE = Path(__file__).parents[2] / "docs" / "dataset.md"


def example(language: str) -> str:
    [code] = re.findall(rf"(?ms)^```{language}\n(.*?)^```$", PAGE.read_text("utf-8"))
    return str(code)


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """pandas and duckdb in a folder of their own: they are too large for the locks. numpy and pyarrow are ours."""
    place = tmp_path_factory.mktemp("readers")
    packages = ["pandas==3.1.1", "python-dateutil", "six", "tzdata", "duckdb==2.0.1"]
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", place, *packages]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"pandas and duckdb cannot be installed: {done.stderr[-200:]}")
    return place


def run(code: str, readers: Path, folder: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(readers)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", ["20260317T110000Z", "20260317T120000Z-public"])
def test_the_examples_run(readers: Path, crawled: Crawled, name: str) -> None:
    folder = crawled.folder / "snapshots" / name
    said = run(example("python"), readers, folder)
    assert set(re.findall(r"(?m)^(\w+) +\d\.\d+$", said)) == {
        id for (id,) in rows(crawled.folder, "SELECT DISTINCT source FROM releases")
    }
    told = run(f"import duckdb; print(duckdb.sql({example('sql')!r}).fetchall())", readers, folder)
    [(count,)] = rows(crawled.folder, "SELECT count(*) FROM releases")
    assert sum(int(number) for number in re.findall(r"', (\d+), ", told)) == count
