"""The structure of a text on its page: shown as its markup says, with hits and turns, and never as markup of a site."""

import json
import re
import sqlite3
from pathlib import Path

import pytest

from archive.schema.open import open_archive
from archive.search import query as queries
from archive.site import reading
from archive.snapshots.make import make
from archive.texts import markup
from tests.archive.conftest import add_release, fill, insert
from tests.archive.site.visiting import EVIL, NOW, visited

FORMED = """## 总体安排

全省今年修缮**河道十二条**，见[方案全文](https://www.yunling.example/f/1.pdf)。

- 第一项

![河道**一景**](https://www.yunling.example/p/1.png)

| 指标 | 数值 |
| --- | --- |
| 河道 | **12** |

答：请看\\<b\\>说明。"""


def text() -> str:
    return markup.text_of(markup.read(FORMED))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    db = open_archive(tmp_path / "data")
    fill(db.conn)
    add_release(db.conn, 6, "yunling", "云岭省修缮河道", text())
    insert(db.conn, "turns", release=6, n=0, speaker="答", kind="answer", start=text().index("请看"), length=9)
    db.execute("UPDATE versions SET markup = ? WHERE release = 6", [FORMED])
    hostile = f"[{EVIL}](javascript:alert(1))\n\n![x](data:text/html,x)\n\n<img src=x onerror=alert(1)>"
    add_release(db.conn, 7, "yunling", "云岭省通告", markup.text_of(markup.read(hostile)))
    db.execute("UPDATE versions SET markup = ? WHERE release = 7", [hostile])
    db.close()
    return tmp_path / "data"


def test_the_page_shows_the_structure(folder: Path) -> None:
    with visited(make(folder, public=False, now=NOW), public=False) as get:
        page = get("/release/6?q=十二").text
        told = get("/release/6.json").json()
    assert "<h2>总体安排</h2>" in page
    assert "修缮<b>河道</b><b><mark>十二</mark></b><b>条</b>" in page
    assert '<a href="https://www.yunling.example/f/1.pdf" rel="noopener noreferrer external">方案全文</a>。' in page
    assert '<p class="item">第一项</p>' in page
    assert re.search(r'<p class="picture"><a href="https://www.yunling.example/p/1.png"[^>]*>[^<]*河道', page)
    assert '<tr><th>指标</th><th>数值</th></tr><tr><td>河道</td><td class="num"><b>12</b></td></tr>' in page
    assert '<p class="turn answer"><b>答：</b>请看&lt;b&gt;说明。</p>' in page
    assert "<img" not in page.partition('<div class="text"')[2].partition("</article>")[0]
    assert told["markup"] == FORMED


def test_hostile_markup_is_words(folder: Path) -> None:
    with visited(make(folder, public=False, now=NOW), public=False) as get:
        page = get("/release/7").text.partition('<div class="text"')[2].partition("</article>")[0]
    assert "<script" not in page
    assert "<img" not in page
    assert 'href="' not in page


def test_markup_of_another_text_is_not_shown() -> None:
    shown = reading.blocks("甲说的话。\n乙\t1", [], queries.parse(""), "**乙说的话。**")
    assert [(block.kind, [piece.bold for piece in block.spans]) for block in shown] == [("p", [False]), ("table", [])]


def test_an_archive_without_markup_is_shown(folder: Path) -> None:
    with sqlite3.connect(folder / "archive.db") as db:
        db.execute("ALTER TABLE versions DROP COLUMN markup")
        db.row_factory = sqlite3.Row
        found = reading.read(db, 6)
    assert found
    assert found.markup == ""
    assert json.dumps(found.text)
