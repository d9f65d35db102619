"""The declarations travel with the code, also where the code is a zip file: the egg that Scrapyd runs."""

import subprocess
import sys
import zipfile
from pathlib import Path

from crawler.sources import load_sources
from tests.conftest import crawl

ROOT = Path(__file__).parent.parent.parent
SAY = """
from crawler import settings
from crawler.sources import load_sources
print(settings.SOURCES, len(load_sources(settings.SOURCES)))
"""


def test_sources_are_found_in_an_egg(tmp_path: Path) -> None:
    egg = tmp_path / "gongbao.egg"
    with zipfile.ZipFile(egg, "w") as file:
        for path in sorted((*ROOT.glob("archive/**/*"), *ROOT.glob("crawler/**/*"))):
            if path.suffix in (".py", ".toml", ".tsv", ".txt"):
                file.write(path, path.relative_to(ROOT))
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(egg)!r}); \n{SAY}"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60)
    assert said.stdout.split() == [f"{egg}/crawler/sources/", str(len(load_sources()))]


def test_a_crawl_overlooks_the_name_that_scrapyd_gives_it(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(
        '[one]\nname = "某县"\nregion = "990101"\nlevel = "county"\nfamily = "html"\nlists = ["http://127.0.0.1:1/"]\n',
        "utf-8",
    )
    settings = {"SOURCES": tmp_path / "one.toml", "ARCHIVE_DIR": tmp_path / "archive"}
    done = crawl("one", "-a", "_job=297a6226e640", status=2, **settings)
    assert "refused the connection" in done.stderr
