"""What a search finds beside what a plain count of substrings finds, on an invented archive of 800 releases.

A query is a piece of one to eight signs of a text, or one of the phrases that writers print differently, in the form of
another writer: width, brackets, characters, radicals, grouped digits, dots, dashes, quotation marks. The count knows no
index: it compares texts from which all of that was taken out.
"""

import random
import re
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import closing

import opencc
import pytest

from archive.schema.open import open_archive
from archive.search import hits
from archive.search.asked import read_address
from archive.snapshots.make import make
from tests.archive.conftest import add_release, insert
from tests.archive.living import headline, prose
from tests.archive.site.visiting import NOW

RELEASES, PIECES = 800, 200
OPENING, CLOSING = "〔[（(【［", "〕]）)】］"
MIXED = (
    "建成5G基站{n}座",
    "信号频率1.5GHz",
    "GDP增长{n}.2%",
    "第{n}号令",
    "受理iOS和Android用户{n}人",
    "PM2.5浓度为{n}",
)
# phrases with their forms in print; writers mix them
FORMS = (
    ("人民政府", "⼈⺠政府", "人⺠政府"),
    ("厦门食品", "厦⻔⻝品", "廈門食品"),
    ("一户一策", "一⼾一策", "一戶一策"),
    ("台湾同胞", "臺灣同胞", "台灣同胞"),
    ("里程", "裏程", "里程", "\uf9e9程"),
    ("补贴12000元", "补贴12,000元", "补贴１２，０００元"),
    ("共1250000株", "共1,250,000株"),
    ("十四五规划", "“十四五”规划", "「十四五」规划", "十四五\n规划"),
    ("放管服改革", "“放管服”改革", "‘放管服’改革"),
    ("阿卜杜·热合曼", "阿卜杜•热合曼", "阿卜杜・热合曼", "阿卜杜‧热合曼", "阿卜杜．热合曼"),
    ("2024-2025年度", "2024–2025年度", "2024—2025年度", "2024－2025年度"),
    ("二〇二六年五月", "二○二六年五月", "二O二六年五月", "二Ｏ二六年五月", "二零二六年五月"),
    ("二〇〇五年五月", "二OO五年五月", "二零零五年五月"),
    ("桥、路…一项项工程", "桥、路……一项项工程", "桥、路......一项项工程"),
    ("III级响应", "Ⅲ级响应", "ⅲ级响应"),
    ("café露台", "cafe\u0301露台"),
    ("软件园", "软\u200b件园", "软\u00ad件园", "軟件園"),
    # they look like the others, and are not
    ("补贴12,00元",),
    ("共1,2,5项",),
    ("阿卜杜热合曼",),
    ("20242025年度",),
    ("II级响应",),
    ("一百零五年五月",),
    ("《十四五》规划",),
    ("cafe露台",),
    ("一尸一策",),
)
QUERIES = 320
SIMPLE, TRADITIONAL = opencc.OpenCC("t2s"), opencc.OpenCC("s2t")


def wide(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if sign.isascii() and sign.isalnum() else sign for sign in text)


def number(dice: random.Random) -> str:
    form = dice.randrange(len(OPENING))
    return f"云{dice.choice('政财教')}发{OPENING[form]}20{dice.randint(18, 22)}{CLOSING[form]}{dice.randint(1, 60)}号"


def text(id: int) -> str:
    """Prose with what searches stumble over: widths, 文号, blanks and line ends inside words, ○ for 〇."""
    dice = random.Random(id)
    lines = prose(id, 3).split("\n")
    lines += [
        dice.choice(MIXED).format(n=dice.randint(1, 99)) + "。",
        f"依据{number(dice)}，二○二{dice.choice('○〇一')}年起施行。",
    ]
    lines += [f"另报：{dice.choice(dice.choice(FORMS))}，{dice.choice(dice.choice(FORMS))}。" for _ in range(2)]
    said = "\n".join(dice.sample(lines, len(lines)))
    if id % 5 == 0:
        said = wide(said)
    if id % 7 == 0:
        said = said.replace("工作", "工 作").replace("完成", "完\n成").replace("号", " 号")
    return said


def plain(said: str) -> str:
    said = unicodedata.normalize("NFKC", said).casefold()
    said = re.sub(f"[{re.escape(OPENING)}]", "(", re.sub(f"[{re.escape(CLOSING)}]", ")", said))
    said = re.sub(
        "(?<![0-9])([1-9][0-9]{0,2}(?:[,，][0-9]{3})+)(?![0-9,])", lambda at: re.sub("[,，]", "", at[0]), said
    )
    said = re.sub("[•・‧．]|(?<=[一-鿿])\\.(?=[一-鿿])", "·", re.sub("[–—－]", "-", said))
    said = SIMPLE.convert(said.translate({ord(a): b for a, b in zip("○⺠⻔⻝戶", "〇民门食户", strict=True)}))
    said = re.sub("(?<=[〇一二三四五六七八九])o(?=[〇一二三四五六七八九]|年)", "〇", re.sub("\\.{3,}", "…", said))
    return re.sub("[\\s“”「」‘’\u200b\u00ad]", "", said)


def stands(query: str, said: str) -> bool:
    """Whether a text holds the query; a run of Latin letters and digits is a word."""
    first = "(?<![0-9a-z])" if re.match("[0-9a-z]", query) else ""
    last = "(?![0-9a-z])" if re.search("[0-9a-z]$", query) else ""
    return re.search(first + re.escape(query) + last, said) is not None


def phrases() -> list[str]:
    """Each form of each phrase, and what a reader who writes all in one script or width would type."""
    forms = [form.replace("\n", "") for phrase in FORMS for form in phrase]
    typed = [*forms, *map(TRADITIONAL.convert, forms), *map(SIMPLE.convert, forms), *map(wide, forms)]
    return list(dict.fromkeys(form for form in typed if "．" not in form or "卜" in form))


def queries() -> list[str]:
    """Pieces of the texts. One that would begin or end inside a Latin word or a number is made longer: those are words."""
    dice = random.Random(3)
    found: list[str] = []
    while len(found) < PIECES:
        said, kind = text(dice.randint(1, RELEASES)), len(found) % 6
        places = [at.start() for at in re.finditer(r"[〔\[（(【［]", said)] if kind == 0 else []
        start = max(0, dice.choice(places) - dice.randint(0, 3)) if places else dice.randrange(len(said) - 8)
        end = start + dice.randint(4 if places else 1, 8)
        while start and re.fullmatch("[0-9A-Za-z.%０-９Ａ-Ｚａ-ｚ．]{2}", said[start - 1 : start + 1]):
            start -= 1
        while re.fullmatch("[0-9A-Za-z.%０-９Ａ-Ｚａ-ｚ．]{2}", said[end - 1 : end + 1]):
            end += 1
        piece = said[start:end].strip()
        piece = {1: wide(piece), 2: TRADITIONAL.convert(piece), 3: plain(piece)}.get(kind, piece)
        if 1 <= len(piece) <= 8 and re.search(r"\w", plain(piece)) and not re.search(r'\s|["“”„«»|&-]', piece):
            found.append(piece)
    pieces = [
        form[at : at + n]
        for form in phrases()
        for at, n in ((0, 4), (2, 6))
        if not re.search("[0-9A-Za-z０-９Ⅲⅲ“”「」‘’]", form)
    ]
    return list(dict.fromkeys([*found, *phrases(), *pieces]))[:QUERIES]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    folder = tmp_path_factory.mktemp("recall")
    archive = open_archive(folder)
    fixed = {"name": "云岭", "url": "https://x.example/", "region": "990000", "level": "province", "family": "html"}
    insert(archive.conn, "sources", id="yunling", rights="official", evidence="live", **fixed)
    insert(archive.conn, "crawls", source="yunling", started="2020-04-13T06:00:00Z", outcome="ok")
    for id in range(1, RELEASES + 1):
        add_release(archive.conn, id, "yunling", headline(id), text(id))
    archive.close()
    snapshot = make(folder, public=True, now=NOW)
    with closing(sqlite3.connect(f"file:{snapshot}/archive.db?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


@pytest.mark.slow
def test_a_search_finds_what_stands_in_the_texts_and_nothing_else(db: sqlite3.Connection) -> None:
    held = {row["id"]: (plain(row["title"]), plain(row["text"])) for row in db.execute("SELECT * FROM releases")}
    asked = queries()
    assert len(asked) == QUERIES
    assert {len(query) for query in asked} >= set(range(1, 9))
    right = there = told = 0
    for query in asked:
        true = {id for id, texts in held.items() if any(stands(plain(query), said) for said in texts)}
        found = {row["id"] for row in hits.portion(db, read_address({"q": query}), RELEASES).rows}
        right, there, told = right + len(true & found), there + len(true), told + len(found)
    assert there > 5000
    assert right / there >= 0.995, f"recall {right / there:.4f}"
    assert right / told >= 0.99, f"precision {right / told:.4f}"
