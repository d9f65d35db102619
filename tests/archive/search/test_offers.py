"""What the indexes offer for a query."""

import random
import sqlite3
from collections.abc import Callable

import pytest

from archive.search import offers
from archive.search.query import parse

Index = Callable[[list[tuple[str, str]]], sqlite3.Connection]
FORMS = ("{sign}〔{year}〕{n}号", "{sign}{year}年第{n}号", "{sign}〔{year}〕{n}")
SIGNS = ("云水", "云水发", "云水函", "云水公告", "岭水发", "云水节发", "云", "岭政办发", "云A发")


def numbered(build: Index, numbers: list[str | None]) -> sqlite3.Connection:
    """An archive of releases with these numbers. Every second text has 节水."""
    db = build([("通知", "节水" if id % 2 else "供暖") for id in range(1, len(numbers) + 1)])
    db.execute("ALTER TABLE releases ADD COLUMN doc_number TEXT")
    db.executemany("UPDATE releases SET doc_number = ? WHERE id = ?", [(one, id) for id, one in enumerate(numbers, 1)])
    db.execute("CREATE INDEX releases_number ON releases(doc_number)")
    return db


def signed(db: sqlite3.Connection, query: str) -> list[int]:
    return offers.offer(db, parse(query), files=False).signed


@pytest.mark.parametrize("word", ["云水", "云水发", "水发", "节发", "公告", "岭政办发", "云水字"])
def test_releases_are_offered_by_the_signs_of_their_numbers(word: str, fresh_index: Index) -> None:
    dice = random.Random(word)
    numbers = [
        dice.choice(FORMS).format(sign=dice.choice(SIGNS), year=dice.randint(1985, 2026), n=dice.randint(1, 99))
        if dice.random() < 0.6
        else dice.choice([None, ""])
        for _ in range(300)
    ]
    with_word = [id for id, number in enumerate(numbers, 1) if word in (number or "")]
    db = numbered(fresh_index, numbers)
    assert signed(db, word) == with_word[::-1]
    assert signed(db, f"节水 {word}") == [id for id in with_word[::-1] if id % 2]
    assert signed(db, f"节水 OR {word}") == with_word[::-1]
    assert signed(db, f"火星 {word}") == []


@pytest.mark.parametrize("query", ["云", "节水", "发2026", "-云水发"])
def test_single_signs_digits_and_unwanted_words_offer_nothing(query: str, fresh_index: Index) -> None:
    assert signed(numbered(fresh_index, ["云水发〔2026〕18号", "岭水发〔2026〕1号"]), query) == []


def test_of_many_the_last_are_offered(fresh_index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offers, "COUNTED", 3)
    db = numbered(fresh_index, [f"云水发〔2026〕{n}号" for n in range(1, 10)])
    assert signed(db, "云水发") == [9, 8, 7, 6]
    assert offers.offer(db, parse("云水发"), files=False).cut
    assert not offers.offer(db, parse("云水函"), files=False).cut


def test_an_archive_without_the_index_of_numbers_offers_nothing(fresh_index: Index) -> None:
    db = numbered(fresh_index, ["云水发〔2026〕18号"])
    db.execute("DROP INDEX releases_number")
    assert signed(db, "云水发") == []


@pytest.mark.parametrize("query", ["云水发〔2026〕18号", "云水发[2026]第18号"])
def test_numbers_are_offered_with_the_sign_before_them_or_without(query: str, fresh_index: Index) -> None:
    held = ["云水发〔2026〕18号", "云水发〔2026〕第18号", "云水发〔2026〕118号", "云水发〔2026〕第8号"]
    assert sorted(offers.offer(numbered(fresh_index, held), parse(query), files=False).numbered) == [1, 2]
