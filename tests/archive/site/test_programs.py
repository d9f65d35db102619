"""The tools of /-/mcp: what each tells, on a public site and at home, and that no answer is too large."""

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from archive.database import transaction
from archive.schema.open import open_archive
from archive.site.answers import MOST, Answer, short, tokens
from archive.snapshots.make import make
from tests.archive.conftest import CONFERENCE, PRESS, add_release, add_version, fill, insert
from tests.archive.site.programs import answers, said, told, tools
from tests.archive.site.visiting import EVIL, NOW, listening

TOOLS = {"search", "release", "diff", "quote", "coverage"}
LONG = "\n".join(f"记录员写下第{n}行：“海面平静。”" for n in range(900))
LONG_NAME = "很长的" * 2000


def fill_large(db: sqlite3.Connection) -> None:
    """Releases that no answer can hold: of long texts and names, many copies, versions and files."""
    add_release(db, 50, "yunling", "长文", LONG, version=40, changed="2020-04-15T02:00:00Z")
    for n in range(1, 40):
        add_version(db, 50, n, LONG_NAME, f"{LONG[n:]}第{n}版", f"2020-04-13T06:{n:02d}:00Z")
    for id in range(60, 160):
        text = f"湖边小学的合唱队唱了一首新歌，第{id}遍。"
        add_release(db, id, "qinghe", f"{LONG_NAME}{id}", text, cluster=60, publisher=LONG_NAME, author=EVIL * 50)
    for id in range(200, 260):
        add_release(db, id, "yunling", f"灯塔第{id}次检修", f"灯塔守护人说，今天是第{id}次检修。")
    for n in range(200):
        insert(db, "citations", release=50, n=n, title=LONG_NAME + str(n), start=n)
        url = f"https://www.yunling.example/{'file/' * 300}{n}.pdf"
        insert(db, "attachments", release=50, url=url, name=LONG_NAME, seen="2020-04-13T06:00:00Z", state="failed")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("programs") / "data"
    db = open_archive(folder)
    with transaction(db):
        fill(db.conn)
        add_release(db.conn, 5, "yunling", EVIL, f"{EVIL}\n{EVIL}", url="javascript:alert(1)", author=EVIL)
        fill_large(db.conn)
    db.close()
    return folder


@pytest.fixture(scope="module")
def home(folder: Path) -> Iterator[str]:
    with listening(make(folder, public=False, now=NOW), public=False) as address:
        yield address


@pytest.fixture(scope="module")
def public(folder: Path) -> Iterator[str]:
    with listening(make(folder, public=True, now=NOW), public=True) as address:
        yield address


@pytest.fixture(params=["home", "public"])
def address(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_there_are_five_tools_and_no_other(mode: str, address: str) -> None:
    found = {tool.name: tool for tool in tools(address, mode)}
    assert set(found) == TOOLS
    for tool in found.values():
        assert tool.annotations.read_only_hint
        assert len(tool.description) > 60
        assert all(len(one["description"]) > 15 for one in tool.input_schema["properties"].values())


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_search(mode: str, address: str) -> None:
    found = told(address, "search", mode, q="春耕")
    [hit] = found["releases"]
    assert (found["total"], hit["id"], hit["copies"]) == (2, 1, [4])
    assert (hit["publisher"], hit["rights"], hit["permalink"]) == ("清河发布", "official", f"{address}/release/1")
    assert "春耕备耕" in hit["snippet"]
    assert found["coverage"]["releases"] == 166
    assert httpx.get(hit["permalink"]).status_code == 200


def test_filters_of_a_search(home: str) -> None:
    assert [one["id"] for one in told(home, "search", source="ribao")["releases"]] == [3]
    assert [one["id"] for one in told(home, "search", q="湿地", since="2020-03", until="2020-03-02")["releases"]] == [2]
    assert told(home, "search", q="湿地", since="2020-04")["releases"] == []
    assert told(home, "search", q="发布会", region="9901", at="2020-04-14")["releases"][0]["version"] == 1
    assert told(home, "search", q="发布会", at="2020-04-12")["releases"] == []


def test_a_release_with_what_belongs_to_it(address: str) -> None:
    found = told(address, "release", id=1)
    assert found["text"] == CONFERENCE
    assert (found["publisher"], found["rights"], found["version"]) == ("清河发布", "official", 2)
    assert [one["version"] for one in found["versions"]] == [2, 1]
    assert [one["id"] for one in found["copies"]] == [4]
    assert found["permalink"] == f"{address}/release/1?v=2"
    assert httpx.get(found["evidence"]).status_code in (200, 404)  # this archive has no WARC files
    assert "318.0" in told(address, "release", id=1, version=1)["text"]
    assert told(address, "release", id=1, at="2020-04-14T09:30")["version"] == 1


def test_the_difference_from_the_version_before_and_from_a_copy(address: str) -> None:
    before = told(address, "diff", release="1")
    assert before["figures"] == [{"old": "318.0", "new": "320.5"}]
    assert [one["field"] for one in before["fields"]] == ["title"]
    assert before["changes"] == [
        {
            "old": "今年全市计划播种粮食作物318.0万亩，比上年增加1.2%。",
            "new": "今年全市计划播种粮食作物320.5万亩，比上年增加1.2%。",
        }
    ]
    assert told(address, "diff", release="4", against="1")["changes"] == []
    assert told(address, "diff", release="1@1", against="1@2")["figures"] == [{"old": "320.5", "new": "318.0"}]


def test_a_quote(address: str) -> None:
    removed = told(address, "quote", q="粮食作物318.0万亩")
    assert (removed["verdict"], removed["matches"][0]["gone_since"]) == ("removed", "2020-04-15T02:00:00Z")
    assert (removed["matches"][0]["status"], removed["matches"][0]["status_since"]) == ("live", None)
    altered = told(address, "quote", q="今年全市计划播种粮食作物325万亩，比上年增加1.2%")
    assert altered["matches"][0]["differs"] == [{"quote": "325", "archive": "320.5"}]
    none = told(address, "quote", q="全市明年将新建三座天文台并向公众开放", region="9901")
    assert (none["verdict"], none["matches"], none["coverage"]["sources"]) == ("not-held", [], 1)


def test_the_program_of_the_docs_runs(home: str) -> None:
    page = (Path(__file__).parents[3] / "docs" / "mcp.md").read_text("utf-8")
    [program] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    command = [sys.executable, "-c", program.replace("http://127.0.0.1:8001", home)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "removed\n"


def test_the_docs_name_every_argument(home: str) -> None:
    page = (Path(__file__).parents[3] / "docs" / "mcp.md").read_text("utf-8")
    for tool in tools(home):
        [row] = [line for line in page.splitlines() if line.startswith(f"| `{tool.name}` |")]
        assert set(tool.input_schema["properties"]) - {"start"} <= set(re.findall(r"`(\w+)`", row))


def test_what_is_covered(address: str) -> None:
    whole = told(address, "coverage")
    assert {one["id"] for one in whole["sources"]} == {"yunling", "qinghe", "ribao"}
    assert whole["country"]["city"]["places"] > 300
    one = told(address, "coverage", source="qinghe", since="2020-04", until="2020-04")
    assert [(row["month"], row["listed"], row["held"]) for row in one["months"]] == [("2020-04", 101, 101)]
    assert told(address, "coverage", region="37")["sources"] == []


def test_a_public_site_withholds_whatever_the_press_said(home: str, public: str) -> None:
    calls: list[tuple[str, dict[str, Any]]] = [
        ("search", {"q": "油菜花"}),
        ("search", {"source": "ribao"}),
        ("release", {"id": 3}),
        ("diff", {"release": "3", "against": "1"}),
        ("diff", {"release": "1", "against": "3"}),
        ("quote", {"q": PRESS.split("。")[1]}),
        ("quote", {"q": "清河两岸的油菜花"}),
    ]
    parts = [PRESS[at : at + 6] for at in range(len(PRESS) - 6)]
    for answer in answers(public, calls):
        assert [part for part in parts if part in said(answer).replace("油菜花开满清河两岸", "")] == []
    assert told(public, "release", id=3)["withheld"]
    assert told(home, "release", id=3)["text"] == PRESS
    assert told(home, "quote", q="遇见骑车的少年、写生的画师")["verdict"] == "verbatim"


def test_the_numbers_of_persons_are_masked(public: str) -> None:
    found = told(public, "release", id=2)["text"]
    assert "联系人手机" in found
    assert "13812345678" not in found


def test_no_answer_is_too_large_and_what_is_cut_is_said(home: str) -> None:
    calls: list[tuple[str, dict[str, Any]]] = [
        ("search", {}),
        ("search", {"q": "合唱队"}),
        ("release", {"id": 50}),
        ("release", {"id": 50, "version": 3}),
        ("release", {"id": 60}),
        ("diff", {"release": "50"}),
        ("diff", {"release": "50", "against": "60"}),
        ("diff", {"release": "60", "against": "50@1"}),
        ("quote", {"q": "湖边小学的合唱队唱了一首新歌"}),
        ("quote", {"q": LONG[:1000]}),
        ("coverage", {}),
    ]
    for call, answer in zip(calls, answers(home, calls), strict=True):
        assert (call, tokens(said(answer)) <= MOST) == (call, True)
    large = told(home, "release", id=50)
    assert large["cut"] == [
        f"versions: {len(large['versions'])} of 40",
        f"citations: {len(large['citations'])} of 200",
        f"attachments: {len(large['attachments'])} of 200",
        f"text: 0 to {large['next']} of {len(LONG)}; the rest: start={large['next']}",
    ]
    assert told(home, "release", id=2)["cut"] is None


def test_a_loop_reads_a_whole_text_and_every_hit_once(home: str) -> None:
    read, start = "", 0
    while start is not None:
        answer = told(home, "release", id=50, start=start)
        read, start = read + answer["text"], answer["next"]
    assert read == LONG
    ids, start = [], 0
    while start is not None:
        answer = told(home, "search", q="灯塔", start=start)
        ids, start = ids + [one["id"] for one in answer["releases"]], answer["next"]
    assert sorted(ids) == list(range(200, 260))


def test_llms_txt_leads_to_what_is_there(address: str) -> None:
    page = httpx.get(f"{address}/llms.txt")
    assert page.headers["content-type"].startswith("text/markdown")
    links = [part.split(")")[0] for part in page.text.split("](")[1:]]
    assert f"{address}/-/mcp" in links
    for link in links:
        assert (link, httpx.get(link).status_code in (200, 400, 405)) == (link, True)  # 400: a quote must be named
    assert ("Full texts only of official sources" in page.text) == (
        httpx.get(f"{address}/-/versions").status_code == 404
    )


@pytest.mark.parametrize(
    ("said", "most"), [("abcd", 2), ("清河", 3.2), ("清，ab", 4.2), ("བོད", 9), ("é𠮷", 6), ("\ud83d", 3), ("", 0)]
)
def test_tokens_are_counted_high(said: str, most: float) -> None:
    assert tokens(said) == most


def test_a_long_value_is_cut_with_a_mark() -> None:
    assert short({"a": ["清" * 400], "n": 400}) == {"a": ["清" * 299 + "…"], "n": 400}


@pytest.mark.parametrize("items", [[], ["清" * 9000], [{"a": "清" * 200}] * 100, "清\n" * 9000])
def test_the_main_part_moves_on(items: Any) -> None:
    answer = Answer(head=1)
    answer.end("main", items)
    there, on = answer.body["main"], answer.body["next"]
    assert len(there) == min(len(items), on or len(items))
    assert bool(there) == bool(items)
