"""A terminal or a system whose encoding knows no Chinese gets a line that can be read, and no traceback."""

import subprocess
import sys
from pathlib import Path

import pytest

from archive.schema.open import open_archive
from tests.conftest import environment_of, rows

DECLARED = """[mingchuan]
name = "明川市人民政府"
region = "990000"
level = "city"
family = "html"
lists = ["http://127.0.0.1:1/list/"]
"""


@pytest.mark.parametrize(
    ("args", "status", "said"),
    [
        (["sources"], 0, r"\u660e\u5ddd"),
        (["snapshot", "--public"], 2, "set PYTHONUTF8=1"),  # Parquet cannot be written below such a path
        (["remove", "http://127.0.0.1:1/1.html", "--reason", "本人要求", "--ahead"], 2, "set PYTHONUTF8=1"),
        (["remove", "http://127.0.0.1:1/1.html", "--reason", "asked", "--ahead"], 0, "removed: 0 releases"),
    ],
)
def test_a_system_without_chinese_is_answered_in_a_line(
    tmp_path: Path, args: list[str], status: int, said: str
) -> None:
    folder = tmp_path / "公报"
    open_archive(folder).close()
    (tmp_path / "one.toml").write_text(DECLARED, "utf-8")
    environment = environment_of(ARCHIVE_DIR=folder, SOURCES=tmp_path / "one.toml", NOW="2026-03-16T10:00")
    environment |= {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    command = [sys.executable, "-m", "scrapy", *args]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=240)
    assert "Traceback" not in done.stderr
    assert (done.returncode, said in done.stdout + done.stderr) == (status, True), done.stdout + done.stderr
    if status:
        assert rows(folder, "SELECT count(*) FROM removed") == [(0,)]
