"""The structure that trafilatura finds, on our lines: nothing is lost, nothing doubled, and its failures cost no text."""

from pathlib import Path

import pytest
import trafilatura
from lxml import etree
from trafilatura.settings import Document

from archive.model import Page
from archive.texts import markup
from archive.texts.markup import Block, Run, text_of
from pipelines.alignment import align, follow
from pipelines.extract import extract
from pipelines.read import read
from pipelines.structure import _read
from pipelines.units import Unit, key
from tests.conftest import crawl, rows
from tests.replica import ReplicaSite
from tests.replica.world import load

TITLE = "青竹街道修缮口袋公园"
FIRST = "青竹街道今年上半年共修缮口袋公园58处，惠及居民9037户，群众普遍表示满意。"
SECOND = "据了解，口袋公园工程总投资9293万元，其中省级补助11万元，其余由市区两级承担。"


def page(body: str, url: str = "http://qingzhu.example/a/1.html") -> Page:
    html = f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1>{body}</body></html>"
    return Page(url=url, source="x", fetched="2026-03-10T02:00:00+00:00", body=html.encode())


def unit(text: str, bold: bool = False, link: str = "") -> Unit:
    return Unit(signs=key(text), styles=[(bold, link)] * len(key(text)))


@pytest.mark.parametrize("times", [1, 12])  # a brief text, and a long one
def test_structure_is_kept_as_markup(times: int) -> None:
    more = "".join(f"<p>第{n}处口袋公园位于河湾镇，{SECOND}</p>" for n in range(times))
    body = (
        f"<div class='TRS_Editor'><h3>一、进展</h3><p>{FIRST[:10]}<strong>{FIRST[10:20]}</strong>{FIRST[20:]}</p>{more}"
        "<p><img src='../p/1.png' alt='公园一角'></p>"
        f"<table><tr><th>街道</th><th>处数</th></tr><tr><td>青竹</td><td><b>58</b></td></tr></table>"
        f"<p>{SECOND}详见<a href='/f/2.pdf'>附件全文</a>、<a href='javascript:alert(1)'>打开方式</a>和&lt;b&gt;标记&lt;/b&gt;。</p></div>"
    )
    release = extract(page(body), None)
    assert release.markup.startswith(f"### 一、进展\n\n{FIRST[:10]}**{FIRST[10:20]}**{FIRST[20:]}\n\n")
    assert "\n\n![公园一角](http://qingzhu.example/p/1.png)\n\n" in release.markup
    assert "| 街道 | 处数 |\n| --- | --- |\n| 青竹 | **58** |" in release.markup
    assert release.markup.endswith(
        f"{SECOND}详见[附件全文](http://qingzhu.example/f/2.pdf)、打开方式和\\<b\\>标记\\</b\\>。"
    )
    assert text_of(markup.read(release.markup)) == release.text
    assert "青竹\t58" in release.text.split("\n")
    assert release.problems == ()


def test_residue_is_no_part_of_the_structure() -> None:
    cut = "<p>责任编辑：林一舟</p><p style='display:none'>隐藏的一句话不是正文。</p>"
    release = extract(page(f"<div class='TRS_Editor'><p>{FIRST}</p><p>{SECOND}</p>{cut}</div>"), None)
    assert release.text == f"{FIRST}\n{SECOND}"
    assert release.markup == f"{FIRST}\n\n{SECOND}"


def test_what_was_dropped_is_put_back_at_its_place() -> None:
    lines = ["甲说第一句。", "乙说第二句。", "丙说第三句。"]
    blocks, repaired = align(lines, [unit(lines[0], bold=True), unit(lines[2])])
    assert (text_of(blocks), repaired) == ("\n".join(lines), 1)
    assert markup.write(blocks) == "**甲说第一句。**\n\n乙说第二句。\n\n丙说第三句。"


def test_what_was_doubled_is_left_out() -> None:
    lines = ["甲说第一句。", "乙说第二句。"]
    blocks, repaired = align(lines, [unit(lines[0]), unit(lines[0]), unit(lines[1]), unit("责任编辑：丁")])
    assert (text_of(blocks), repaired) == ("\n".join(lines), 1)


def test_lines_that_were_run_together_keep_their_ends_and_forms() -> None:
    lines = ["甲说第一句。", "乙说第二句。", "丙\t1"]
    together = unit("甲说第一句。 ", bold=True)
    together.signs += key("乙说第二句。丙1")
    together.styles += [(False, "")] * len(key("乙说第二句。丙1"))
    blocks, repaired = align(lines, [together])
    assert (text_of(blocks), repaired) == ("\n".join(lines), 0)
    assert markup.write(blocks[:2]) == "**甲说第一句。**\n\n乙说第二句。"


def test_a_line_that_differs_in_marks_keeps_our_words() -> None:
    blocks, repaired = align(["总面积3×10⁴平方米，比上年多。"], [unit("总面积3×104平方米，比上年多。")])
    assert (text_of(blocks), repaired) == ("总面积3×10⁴平方米，比上年多。", 0)


def test_structure_follows_a_text_that_lost_a_passage() -> None:
    words = [Block(kind="p", runs=(Run(text=text, bold=True),)) for text in ("甲。", "乙。", "甲。", "丙。丁。")]
    picture = Block(kind="picture", runs=(Run(text="图", link="http://a.example/1.png"),))
    blocks = [words[0], picture, words[1], words[2], picture, words[3]]
    kept = follow(blocks, "甲。\n乙。\n丙。")
    assert text_of(kept) == "甲。\n乙。\n丙。"
    assert [block.kind for block in kept] == ["p", "picture", "p", "p"]


def test_the_markup_of_a_collapsed_text_is_that_text() -> None:
    told = (
        (
            "河湾镇",
            "把旧渡口改成了亲水平台，老人孩子傍晚都爱到这里散步，附近的茶馆也多了客人，镇上还添了两条长廊和一排垂柳，夏夜常有人在廊下唱戏。",
        ),
        (
            "北岭镇",
            "在废弃的砖窑旁种下一片乌桕林，秋天叶红的时候，邻县的人也坐车赶来看，窑口留作小小的陈列室，摆着从前烧窑用的工具和几代窑工的照片。",
        ),
        ("青竹街道", "拆掉两排棚屋，腾出的空地铺了草坪，装了长椅和路灯，居民自己排班打扫。"),
        ("南湾区", "同学校商量，周末开放操场和图书室，由退休教师轮流照看，家长们都说方便。"),
        (
            "云桅县",
            "请来三位老木匠，在文化站里开了班，教年轻人修桌椅、做农具，第一批学员已经能独自接活，还替敬老院修好了全部床柜。",
        ),
        (
            "溟川镇",
            "沿着灌渠补种了桑树，蚕农合作社统一收茧，丝厂派人上门讲解如何防病，今年春茧的成色比往年好得多，价钱也谈得高。",
        ),
    )
    body = "".join(f"<p><b>{place}</b>{words}</p>" for place, words in told)
    found = read(page(f"<div class='TRS_Editor'>{body}{body}</div>"), None)
    assert found.repeats
    assert text_of(markup.read(found.markup)) == found.text
    assert found.markup.count("**") == 12


@pytest.mark.parametrize("answer", [None, Document(), Document(body=etree.Element("body")), RecursionError("deep")])
def test_our_lines_stand_alone_when_trafilatura_fails(answer: object, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> object:
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(trafilatura, "bare_extraction", fails)
    release = extract(page(f"<div class='TRS_Editor'><p>{FIRST}</p><p><b>{SECOND}</b></p></div>"), None)
    assert (release.text, release.problems) == (f"{FIRST}\n{SECOND}", ("unstructured",))
    assert release.markup == f"{FIRST}\n\n{SECOND}"


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ("<a href='/x.html'>前半句，<ul></ul><p>后半句。</p></a>", ["前半句，后半句。"]),
        ("<blockquote>前半句，<blockquote></blockquote>后半句。</blockquote>", ["前半句，后半句。"]),
        ("<ul><li>前半句，</li><li>后半句。</li></ul>", ["前半句，", "后半句。"]),
        (
            "<table><tr></tr><tr><th>县</th><th>户数</th></tr><tr><td>甲县</td><td>12</td></tr></table>",
            ["县户数", "甲县12"],
        ),
    ],
)
def test_what_is_empty_parts_no_lines(said: str, lines: list[str]) -> None:
    part = etree.fromstring(f"<div><p>{FIRST}</p>{said}</div>", etree.HTMLParser())
    found = _read([part], "http://qingzhu.example/", 2000)
    assert found is not None
    assert [one.signs for one in found] == [FIRST, *lines]


def test_a_huge_page_is_not_given_to_trafilatura() -> None:
    body = "".join(f"<p><i>{n}</i>号公园完成修缮。</p>" for n in range(30_000))
    release = extract(page(f"<div class='TRS_Editor'>{body}</div>"), None)
    assert "unstructured" in release.problems
    assert release.text.count("\n") == 29_999


COUNTER = """
import os, trafilatura
real = trafilatura.bare_extraction
def bare_extraction(*arguments, **options):
    with open(os.environ["CALLS"], "a") as file:
        file.write("called\\n")
    return real(*arguments, **options)
trafilatura.bare_extraction = bare_extraction
"""


@pytest.mark.slow
def test_trafilatura_reads_every_page_of_a_crawl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sitecustomize.py").write_text(COUNTER)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    with ReplicaSite() as site:
        settings = {"ARCHIVE_DIR": tmp_path / "data", "SOURCES": site.write_sources(tmp_path), "EXTRACT_WORKERS": 1}
        crawl(load()[0].id, NOW="2026-03-16T10:00", **settings)
    held = rows(tmp_path / "data", "SELECT count(*) FROM releases")[0][0]
    assert held > 5
    assert (tmp_path / "calls").read_text().count("called") >= held
    assert rows(tmp_path / "data", "SELECT count(*) FROM versions WHERE markup = ''") == [(0,)]
    assert rows(tmp_path / "data", "SELECT count(*) FROM releases WHERE problems LIKE '%unstructured%'") == [(0,)]
