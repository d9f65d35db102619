"""A copy of the house, changed at the places that CONTRIBUTING.md lists and nowhere else."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from tests.serving import Answer

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
LEFT_OUT = shutil.ignore_patterns("__pycache__", "bench", "browser", "simulate", "trust")


def section(heading: str) -> str:
    """A section of CONTRIBUTING.md."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def places(heading: str) -> list[str]:
    """The places that a section of CONTRIBUTING.md lists, in its order."""
    return re.findall(r"(?m)^\d+\. `([^`]+)`", section(heading))


def copy_house(to: Path) -> Path:
    for room in ("archive", "crawler", "pipelines", "spiders", "tests", "docs"):
        shutil.copytree(ROOT / room, to / room, ignore=LEFT_OUT)
    for file in ("scrapy.cfg", "pyproject.toml", "CONTRIBUTING.md", "README.md"):
        shutil.copy(ROOT / file, to / file)
    return to


def add_family(house: Path, case: Path) -> None:
    """The places of a new family, but for the page that is written by a command."""
    with (house / "crawler" / "families.toml").open("a", encoding="utf-8") as file:
        file.write("\n" + (case / "families.toml").read_text("utf-8"))
    (name,) = tomllib.loads((case / "families.toml").read_text("utf-8"))
    ours = shutil.ignore_patterns("families.toml", "*.py")
    shutil.copytree(case, house / "tests" / "families" / name, ignore=ours)


def write_catalogue(house: Path) -> None:
    done = run(house, "crawler.sources.catalogue")
    assert done.returncode == 0, done.stderr
    (house / "docs" / "sources.md").write_text(done.stdout, "utf-8")


def run(house: Path, module: str, *args: str, **settings: object) -> "subprocess.CompletedProcess[str]":
    """Run a module of the copied house."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GONGBAO_", "PYTEST"))}
    given = {"PRIVATE_HOSTS": "127.0.0.1", "DOWNLOAD_DELAY": 0, "EXTRACT_WORKERS": 0, "RETRY_TIMES": 0, **settings}
    environment |= {f"GONGBAO_{name}": str(value) for name, value in given.items()}
    command = [sys.executable, "-m", module, *args]
    return subprocess.run(command, cwd=house, env=environment, capture_output=True, text=True, check=False)


def check(house: Path, *tests: str) -> None:
    """Run tests of the copied house, which must pass."""
    done = run(house, "pytest", "-n0", "-p", "no:cacheprovider", "-q", *tests)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr


def site(case: Path) -> dict[str, bytes | Answer]:
    """The pages of a fixture, by the paths that truth.toml gives them; articles without a page of their own repeat its."""
    truth = tomllib.loads((case / "truth.toml").read_text("utf-8"))
    body = (case / truth["article"]["file"]).read_bytes()
    title = truth["article"]["title"]
    pages: dict[str, bytes | Answer] = {}
    for page in truth["list"]:
        pages[_path(page["url"])] = (case / page["file"]).read_bytes()
        for url, other, _ in page["entries"]:
            pages[_path(url)] = body.replace(title.encode(), other.encode())
    return pages


def declare(case: Path, folder: Path, host: str) -> Path:
    """Write the fixture's source into a folder, with its lists on another host."""
    text = re.sub(r"http://[\w.]+", host.rstrip("/"), (case / "source.toml").read_text("utf-8"))
    folder.mkdir(exist_ok=True)
    (folder / "mine.toml").write_text(text, "utf-8")
    return folder


def _path(url: str) -> str:
    return urlsplit(url).path
