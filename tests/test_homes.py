"""What has one home is written nowhere else: helpers that every room would else write for itself."""

import ast
import re
from pathlib import Path

import pytest

from archive import errors

ROOT = Path(__file__).parent.parent
MODULES = [
    path for name in ("archive", "crawler", "pipelines", "spiders") for path in sorted((ROOT / name).rglob("*.py"))
]
HOMES = {
    "archive/times.py": [r"timespec=", r"%Y-%m-%dT%H:%M:%SZ", r"timedelta\(hours=8\)"],
    "archive/files.py": [r"file_digest\(", r"sha256\([^()]*read_bytes", r"os\.open\([^)]*O_RDONLY"],
    "archive/urls.py": [r"def _?canonical\("],
    "archive/store/removed.py": [r"FROM removed WHERE url_key IN", r"sha256:\W+ sha256\("],
    "archive/texts/days.py": [
        r"\\d\{4\}\\s\*\[[-年./]+\]\\s\*\\d\{1,2\}",
        r"\\d\{4\}-\\d(?:\{2\}|\\d)-\\d(?:\{2\}|\\d)\"[,)]",
    ],
    "archive/texts/ends.py": [r"commonprefix", r"def _?(?:common|alike)\("],
    "archive/texts/folding.py": [r"0xFEE0", r"OpenCC\("],
    "crawler/configuration.py": [
        r'settings\["ARCHIVE_DIR"\]',
        r"class SettingError",
        r'fromisoformat\(settings\["NOW"\]',
    ],
    "crawler/headers.py": [r"[Hh]eaders.*decode\(", r"decode\(.*headers\.items"],
    "archive/texts/names.py": [r"局\|厅\|"],
}


@pytest.mark.parametrize(
    ("home", "pattern"), [(home, pattern) for home, patterns in HOMES.items() for pattern in patterns]
)
def test_it_is_written_in_its_home_alone(home: str, pattern: str) -> None:
    found = re.compile(pattern)
    elsewhere = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in MODULES
        if path != ROOT / home
        for line in path.read_text("utf-8").splitlines()
        if found.search(line)
    ]
    assert elsewhere == []


def test_a_command_reads_a_setting_without_a_crawl() -> None:
    taken = re.compile(r"from crawler\.run\.session import .*\b(?:SettingError|now|archive_folder)\b")
    assert [path for path in MODULES if taken.search(path.read_text("utf-8"))] == []


def test_the_tree_of_errors_names_every_error() -> None:
    written = {
        node.name
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
        if any(isinstance(base, ast.Name) and base.id == "GongbaoError" for base in node.bases)
    }
    named = {match[1] for match in re.finditer(r"── [\w.]+\.(\w+) ", errors.__doc__ or "")}
    assert written == named
