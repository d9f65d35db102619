"""What a public site and a public snapshot must not say: the sentences of the press, and the numbers of persons."""

import json
import random
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from archive.schema.open import open_archive
from archive.snapshots.make import make
from archive.texts import markup
from archive.texts.folding import fold
from archive.texts.markup import Block, Run
from archive.texts.personal_numbers import mask_persons
from tests.archive.conftest import add_release, add_version, insert
from tests.archive.living import headline, prose
from tests.archive.site.programs import Call, answers
from tests.archive.site.programs import said as answer_said
from tests.archive.site.visiting import NOW, listening
from tests.archive.site.visiting import everything as all_of

RIGHTS = {"yunling": "official", "qinghe": "official", "ribao": "press", "luntan": "unknown"}
WITHHELD = range(21, 41)  # releases of the press and of unknown sources
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identity(dice: random.Random) -> str:
    """An invented number of an identity card of an invented region, with its right check sign."""
    digits = (
        f"9901{dice.randrange(100):02d}{dice.randint(1950, 2010)}{dice.randint(1, 12):02d}{dice.randint(1, 28):02d}"
    )
    digits += f"{dice.randrange(1000):03d}"
    return digits + "10X98765432"[sum(w * int(d) for w, d in zip(_WEIGHTS, digits, strict=True)) % 11]


def telephone(dice: random.Random, form: int) -> str:
    number = f"1{dice.randint(3, 9)}{dice.randrange(10**9):09d}"
    parted = f"{number[:3]} {number[3:7]} {number[7:]}"
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in number)
    return (number, parted, parted.replace(" ", "-"), f"+86 {number}", wide)[form % 5]


def planted() -> list[str]:
    """50 numbers of identity cards and 50 of mobile telephones."""
    dice = random.Random(5)
    return [identity(dice) for _ in range(50)] + [telephone(dice, form) for form in range(50)]


def look_alikes() -> list[str]:
    """100 numbers that are none of persons: of documents, sums, files, moments, and with a wrong check sign."""
    dice = random.Random(6)
    found = []
    for n in range(20):
        wrong = identity(dice)
        found += [
            f"云政办发〔{2000 + n}〕{dice.randint(1, 999)}号",
            f"{dice.randint(3, 9)}{dice.randrange(10**10):010d}元",
            f"编号：1{dice.randint(3, 9)}{dice.randrange(10**9):09d}",
            f"2020041313{dice.randrange(10**8):08d}1",
            wrong[:-1] + ("1" if wrong[-1] != "1" else "2"),
        ]
    return found


NUMBERS, ALIKE = planted(), look_alikes()


def texts(id: int) -> tuple[str, str]:
    """The earlier and the present text of a release; official ones hold five of each kind of number."""
    text = prose(id)
    if id not in WITHHELD:
        n = (id - 1) * 5
        said = [f"联系方式为{one}，欢迎来电。" for one in NUMBERS[n : n + 5]] + [
            f"见{one}。" for one in ALIKE[n : n + 5]
        ]
        text += "\n" + "\n".join(said)
    return prose(f"{id} earlier") + "\n" + text, text


def sentences() -> set[str]:
    """All that the withheld releases ever said."""
    said = {part.strip() for id in WITHHELD for text in texts(id) for part in re.split(r"[。！？；\n]", text)}
    return {sentence for sentence in said if len(sentence) >= 4}


def formed(text: str) -> str:
    """A text's markup with every fifth sign bold, which divides the numbers in it."""
    lines = [[Run(text=sign, bold=n % 5 == 0) for n, sign in enumerate(line)] for line in text.split("\n")]
    return markup.write(Block(kind="p", runs=tuple(line)) for line in lines)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rights")
    db = open_archive(folder)
    for id, rights in RIGHTS.items():
        fixed = {"name": id, "region": "990000", "level": "province", "family": "html", "evidence": "live"}
        insert(db.conn, "sources", id=id, url=f"https://www.{id}.example/", rights=rights, **fixed)
        insert(db.conn, "crawls", source=id, started="2020-04-13T06:00:00Z", outcome="ok")
    for id in range(1, 41):
        source = list(RIGHTS)[(id - 1) // 10]
        earlier, text = texts(id)
        number = NUMBERS[id % 100]
        add_release(
            db.conn, id, source, headline(id), text, author=f"某人{number}", version=2, problems=f'["{number}"]',
            doc_number=ALIKE[5 * id - 5] if id <= 20 else None, changed="2020-04-15T02:00:00Z",
        )  # fmt: skip
        add_version(db.conn, id, 1, f"{headline(id)}{number}", earlier, "2020-04-13T06:00:00Z")
        first = text.split("\n")[0]
        insert(db.conn, "turns", release=id, n=0, speaker=f"甲{number}", kind="statement", start=0, length=len(first))
        insert(db.conn, "repeats", release=id, version=2, start=0, length=9, of_start=0, text=text)
        insert(db.conn, "provenance", release=id, field="author", rule="text", raw=first + number)
        insert(db.conn, "citations", release=id, n=0, title=f"关于{number}的通知", start=0)
    db.execute("UPDATE listings SET title = title || ?", [NUMBERS[0]])
    for id, version, text in db.execute("SELECT release, version, text FROM versions").fetchall():
        db.execute("UPDATE versions SET markup = ? WHERE release = ? AND version = ?", [formed(text), id, version])
    db.close()
    return make(folder, public=True, now=NOW)


@pytest.fixture(scope="module")
def everything(snapshot: Path) -> dict[str, str]:
    return all_of(snapshot, range(1, 41))


def test_no_sentence_of_the_press_is_published(everything: dict[str, str]) -> None:
    said = sentences()
    assert len(said) > 300
    assert len(everything) > 400
    assert [
        (place, sentence) for place, content in everything.items() for sentence in said if sentence in content
    ] == []


def test_no_tool_for_programs_says_anything_of_them(snapshot: Path) -> None:
    said = sentences()
    calls: list[Call] = [
        *(("release", {"id": id, "version": version}) for id in range(1, 41) for version in (1, 2)),
        *(("diff", {"release": str(id)}) for id in range(1, 41)),
        *(("diff", {"release": "1", "against": f"{id}@1"}) for id in WITHHELD),
        *(("search", {"source": id}) for id in RIGHTS),
        *(("quote", {"q": texts(id)[1][:40]}) for id in WITHHELD),
        *(("quote", {"q": headline(id)}) for id in WITHHELD),
        *(("coverage", {"source": id}) for id in RIGHTS),
    ]
    with listening(snapshot, public=True) as address:
        told = [(call, answer_said(answer)) for call, answer in zip(calls, answers(address, calls), strict=True)]
    assert sum('"permalink"' in answer for _, answer in told) > 100
    for call, answer in told:
        assert (call, [sentence for sentence in said if sentence in answer]) == (call, [])
        assert (call, [one for one in NUMBERS if one in answer]) == (call, [])
        if call[0] == "release" and call[1]["id"] in WITHHELD:
            assert (call, '"text": ""' in answer) == (call, True)  # not even the extract


def test_of_the_press_an_extract_is_published(everything: dict[str, str]) -> None:
    for id in WITHHELD:
        assert f"{texts(id)[1][:8]}" in everything[f"/release/{id}.txt"]
        assert len(everything[f"/release/{id}.txt"].split("\n\n", 1)[1]) <= 64


def test_no_number_of_a_person_is_published(everything: dict[str, str]) -> None:
    assert len(set(NUMBERS)) == 100
    assert [(place, one) for place, content in everything.items() for one in NUMBERS if one in content] == []


def test_the_form_of_a_published_text_is_that_text(snapshot: Path) -> None:
    with closing(sqlite3.connect(snapshot / "archive.db")) as db:
        rows = db.execute("SELECT text, markup FROM versions").fetchall()
    assert len([text for text, _ in rows if text]) == 40
    for text, form in rows:
        assert markup.text_of(markup.read(form)) == text


def test_no_number_of_a_person_is_found(snapshot: Path) -> None:
    with closing(sqlite3.connect(snapshot / "archive.db")) as db:
        for one in NUMBERS:
            words = " ".join(re.findall(r"\w+", fold(one)))
            sql = "SELECT count(*) FROM releases_fts WHERE releases_fts MATCH ?"
            assert db.execute(sql, (f'"{words}"',)).fetchone() == (0,)


def test_all_numbers_that_look_alike_are_published(everything: dict[str, str]) -> None:
    assert len(set(ALIKE)) == 100
    told = {id: json.loads(everything[f"/release/{id}.json"])["text"] for id in range(1, 21)}
    assert [one for place, one in enumerate(ALIKE) if one not in told[place // 5 + 1]] == []


def test_every_number_of_a_person_leaves_its_first_digits(everything: dict[str, str]) -> None:
    pages = "".join(everything[f"/release/{id}.txt"] for id in range(1, 21))
    assert [one for one in NUMBERS if f"联系方式为{mask_persons(one)}，" not in pages] == []
