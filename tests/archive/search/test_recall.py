"""What a search finds beside what a plain count of substrings finds, on an invented archive of 800 releases.

A query is a piece of one to eight signs of a text, in the width, the brackets or the characters of another writer. The
count knows no index: it compares texts from which widths, brackets, blanks and traditional characters were taken out.
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
from archive.snapshots.make import make
from tests.archive.conftest import add_release, insert
from tests.archive.living import headline, prose
from tests.archive.site.visiting import NOW

RELEASES, QUERIES = 800, 120
OPENING, CLOSING = "〔[（(【［", "〕]）)】］"
MIXED = (
    "建成5G基站{n}座",
    "信号频率1.5GHz",
    "GDP增长{n}.2%",
    "第{n}号令",
    "受理iOS和Android用户{n}人",
    "PM2.5浓度为{n}",
)
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
    said = "\n".join(dice.sample(lines, len(lines)))
    if id % 5 == 0:
        said = wide(said)
    if id % 7 == 0:
        said = said.replace("工作", "工 作").replace("完成", "完\n成").replace("号", " 号")
    return said


def plain(said: str) -> str:
    said = unicodedata.normalize("NFKC", said).casefold()
    said = re.sub(f"[{re.escape(OPENING)}]", "(", re.sub(f"[{re.escape(CLOSING)}]", ")", said))
    return re.sub(r"\s", "", SIMPLE.convert(said).replace("○", "〇"))


def queries() -> list[str]:
    """Pieces of the texts. One that would begin or end inside a Latin word or a number is made longer: those are words."""
    dice = random.Random(3)
    found: list[str] = []
    while len(found) < QUERIES:
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
        if 1 <= len(piece) <= 8 and re.search(r"\w", piece) and not re.search(r'\s|["“”„«»|&-]', piece):
            found.append(piece)
    return found


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


def test_a_search_finds_what_stands_in_the_texts_and_nothing_else(db: sqlite3.Connection) -> None:
    held = {row["id"]: (plain(row["title"]), plain(row["text"])) for row in db.execute("SELECT * FROM releases")}
    asked = queries()
    assert {len(query) for query in asked} == set(range(1, 9))
    right = there = told = 0
    for query in asked:
        true = {id for id, texts in held.items() if any(plain(query) in said for said in texts)}
        found = {row["id"] for row in hits.portion(db, hits.read_address({"q": query}), RELEASES).rows}
        right, there, told = right + len(true & found), there + len(true), told + len(found)
    assert there > 5000
    assert right / there >= 0.995, f"recall {right / there:.4f}"
    assert right / told >= 0.99, f"precision {right / told:.4f}"
