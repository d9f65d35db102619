"""A command that is a fork has what it needs: nothing is imported, and no table made, a second time."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

from tests.conftest import environment_of
from tests.serving import Pages
from tests.test_family_crawls import article, page, title

WARM = """
import gc, importlib, inspect, json, sys
from crawler.run import warm

for name in [*warm.modules(), warm.READY]:
    importlib.import_module(name)
frozen, looked_at = gc.get_freeze_count(), len(gc.get_objects())

def made():
    # the functions without arguments that keep their result, and whether they have it
    ours = {id(one): one for name, module in [*sys.modules.items()] if name.startswith(("archive.", "pipelines.", "spiders."))
        for one in vars(module).values() if hasattr(one, "cache_info") and not inspect.signature(one).parameters}
    return {f"{one.__module__}.{one.__name__}": one.cache_info().currsize for one in ours.values()}

from archive.model import Page
from pipelines.read import read

there, before = [*sys.modules], made()
paragraphs = "".join(f"<p>泉岭县第{n}批农田水利项目昨日開工，总投资{n}亿元，覆盖{n}个乡镇。</p>" for n in range(3, 9))
body = f"<title>泉岭县农田水利项目开工</title><h1>泉岭县农田水利项目开工</h1><p>2026-04-02</p><div>{paragraphs}</div>"
read(Page(url="http://quanling.example/a.html", source="q", fetched="2026-04-02T09:00:00+00:00", body=body.encode()), None)
print(json.dumps([there, before, made(), frozen, looked_at]))
"""


COMMAND = """
import atexit, sys
from scrapy.cmdline import execute

atexit.register(lambda: print(*sys.modules))
execute(["scrapy", "crawl", "yunbu"])
"""


def ran(code: str, environment: dict[str, str]) -> str:
    """What the code prints in a process of its own."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout


@cache
def warm() -> tuple[set[str], dict[str, int], dict[str, int], int, int]:
    """The modules that are there when all is prepared; the tables that are made then, and after a page was read; how many
    objects are frozen then, and how many a collector looks through."""
    there, before, after, frozen, looked_at = json.loads(ran(WARM, environment_of()))
    return set(there), before, after, frozen, looked_at


def test_a_crawl_imports_its_settings_and_the_reactor_alone(tmp_path: Path) -> None:
    path = "/zw/202604/t20260401_1.html"
    head = '[yunbu]\nname = "云埠市"\nregion = "990300"\nlevel = "city"\nfamily = "trs"\n'
    shown = page(f'<li><a href="{path}">{title(1)}</a><span>2026-04-01</span></li>')
    with Pages({"/zw/": shown, path: article(1)}) as pages:
        (tmp_path / "some.toml").write_text(f'{head}lists = ["{pages.url("/zw/")}"]\n', "utf-8")
        settings = environment_of(ARCHIVE_DIR=tmp_path / "data", SOURCES=tmp_path / "some.toml")
        said = ran(COMMAND, settings)
    assert "1 new" in said
    loaded = set(said.splitlines()[-1].split())
    there, *_ = warm()
    ours = ("archive.", "crawler.", "pipelines.", "spiders.", "scrapy.")
    assert {name for name in loaded - there if name.startswith(ours)} == {"crawler.settings"}
    assert "twisted.internet.reactor" not in there  # each command installs its own


def test_no_table_is_made_a_second_time_when_a_page_is_read() -> None:
    _, before, after, *_ = warm()
    assert sum(before.values()) > 5
    assert after == before


def test_no_collector_looks_through_what_forks_share() -> None:
    *_, frozen, looked_at = warm()
    assert looked_at < frozen / 100
