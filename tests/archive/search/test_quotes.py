"""Verdicts on 500 quotes of an invented archive: as they stand, in other forms, changed, edited out, only in a copy, never said.

Each release has sentences of its own with figures and a name, and phrases that every release has.
"""

import random
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from archive.database import reading, transaction
from archive.schema.open import open_archive
from archive.search import quotes
from archive.search.asked import Asked as Search
from archive.snapshots.make import DATABASE, make
from tests.archive.conftest import add_release, add_version, insert
from tests.archive.site.visiting import NOW
from tests.invented import WORDS

HELD, QUOTES = 400, 500
SURNAMES, GIVEN = (
    "裴卓娄郗慕楼阮邵翁祁",
    ("望舒", "迎川", "听松", "砚秋", "采薇", "怀瑾", "折梅", "临渊", "照野", "簌玉"),
)
COMMON = ("据市统计局初步核算", "为进一步做好有关工作", "各项工作按时间节点推进", "有关部门将持续跟进落实")
FORMS: tuple[tuple[str, str], ...] = (
    ("，。：", ",.:"),
    ("0123456789%", "０１２３４５６７８９％"),
    ("人民工大水门", "⼈⺠⼯⼤⽔⻔"),
    ("术业东车马书长门见贝风飞鱼鸟龙", "術業東車馬書長門見貝風飛魚鳥龍"),
    ("，。“”、", "     "),
)
Asked = tuple[str, str]


def sentence(id: object, n: int) -> str:
    dice = random.Random(f"{id} {n}")
    words = "".join(dice.choices(WORDS, k=6))
    name = dice.choice(SURNAMES) + dice.choice(GIVEN)
    figure = f"{dice.randint(2, 9)},{dice.randint(100, 999)}" if n % 2 else str(dice.randint(11, 999))
    return (
        f"{dice.choice(COMMON)}，{words}项目负责人{name}介绍，今年完成投资{figure}万元，惠及{dice.randint(2, 90)}个村。"
    )


def lines(id: object) -> list[str]:
    return [sentence(id, n) for n in range(6)]


def other_figure(said: str, dice: random.Random) -> str:
    start = said.index("投资") + 2
    end = said.index("万元")
    return f"{said[:start]}{dice.randint(20_000, 90_000)}{said[end:]}"


def other_name(said: str, _: random.Random) -> str:
    start, end = said.index("负责人") + 3, said.index("介绍")
    return f"{said[:start]}闻人雪鸿{said[end:]}"


def denied(said: str, _: random.Random) -> str:
    return said.replace("完成投资", "未完成投资")


def other_form(said: str, dice: random.Random) -> str:
    plain, printed = dice.choice(FORMS)
    return said.translate(str.maketrans(plain, printed))


def broken(said: str, dice: random.Random) -> str:
    at = dice.choice([at for at in range(1, len(said)) if not re.fullmatch("[0-9,]", said[at])])
    return f"{said[:at]}\n　　{said[at:]}"


CHANGES: dict[str, tuple[str, Callable[[str, random.Random], str]]] = {
    "as it stands": ("verbatim", lambda said, _: said),
    "in another form": ("verbatim", other_form),
    "broken": ("verbatim", broken),
    "another figure": ("altered", other_figure),
    "another name": ("altered", other_name),
    "denied": ("altered", denied),
}


def fill(db: sqlite3.Connection) -> None:
    """Every fifth release was edited: a sentence went, or its figure changed. Every seventh has a copy that says more."""
    for source, rights in (("yunling", "official"), ("ribao", "press")):
        fixed = {"name": source, "region": "990000", "level": "province", "family": "html", "evidence": "live"}
        insert(db, "sources", id=source, url=f"https://www.{source}.example/", rights=rights, **fixed)
        insert(db, "crawls", source=source, started="2020-04-13T06:00:00Z", outcome="ok")
    for id in range(1, HELD + 1):
        whole = lines(id)
        if id % 5 == 0:
            left = [*whole[:3], *([other_figure(whole[3], random.Random(id))] if id % 2 else []), *whole[4:]]
            add_release(db, id, "yunling", f"第{id}号", "\n".join(left), version=2, changed="2020-04-15T02:00:00Z")
            add_version(db, id, 1, f"第{id}号", "\n".join(whole), "2020-04-13T06:00:00Z")
        else:
            add_release(db, id, "yunling", f"第{id}号", "\n".join(whole))
        if id % 7 == 0:
            add_release(db, 1000 + id, "ribao", f"第{id}号", "\n".join([*whole, sentence("copy", id)]), cluster=id)
    add_release(db, 2000, "yunling", "第2000号", f"{COMMON[1]}，二零零五年起修堤，二〇二六年完工。\n{lines(2000)[0]}")
    add_release(
        db,
        2001,
        "yunling",
        "第2001号",
        "南方部分主产区玉米等作物开始收获。\n（签到人数增加……[详细]）仓库今日起开门收粮。",
    )
    add_release(
        db,
        2002,
        "yunling",
        "第2002号",
        "亏损面较上年收窄2.1个百分点，利润比上半年回升0.3个百分点。\n三十二位乡贤列席，图书借阅增长18%。",
    )


def asked() -> Iterator[tuple[str, str, str]]:
    """Kind, verdict, quote."""
    dice = random.Random(500)
    for number in range(QUOTES):
        kind = ("edited out", "only in a copy", "never said", *CHANGES, *CHANGES)[number % 15]
        if kind == "edited out":
            id = dice.choice([id for id in range(5, HELD + 1, 5) if id % 7])
            yield kind, "removed", lines(id)[3]
        elif kind == "only in a copy":
            yield kind, "verbatim", sentence("copy", dice.randrange(7, HELD + 1, 7))
        elif kind == "never said":
            said = sentence("nobody", number)
            yield kind, "not-held", said.replace("项目", f"{''.join(dice.choices(WORDS, k=6))}项目")
        else:
            verdict, change = CHANGES[kind]
            said = lines(dice.choice([id for id in range(1, HELD + 1) if id % 5]))
            n = dice.randrange(5)
            yield kind, verdict, change("".join(said[n : n + dice.randint(1, 2)]), dice)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    folder: Path = tmp_path_factory.mktemp("quotes")
    archive = open_archive(folder)
    with transaction(archive):
        fill(archive.conn)
    archive.close()
    with closing(reading(make(folder, public=False, now=NOW) / DATABASE)) as connection:
        connection.row_factory = sqlite3.Row
        yield connection


@pytest.mark.slow
def test_five_hundred_quotes(db: sqlite3.Connection) -> None:
    known = quotes.known(db)
    wrong = Counter[tuple[str, str]]()
    for kind, verdict, quote in asked():
        found = quotes.check(db, Search(q=quote), known)
        if found.verdict != verdict:
            wrong[kind, found.verdict] += 1
    assert sum(wrong.values()) <= QUOTES * 0.02, wrong
    assert [kind for kind, verdict in wrong if verdict == "not-held"] == []
    assert wrong["never said", "verbatim"] == wrong["never said", "removed"] == 0


def test_a_quote_is_found_whose_every_phrase_stands_in_many_releases(db: sqlite3.Connection) -> None:
    """A part of a sentence that has no word of its own but its figures."""
    said = lines(HELD - 1)[4]
    part = said[said.index("介绍") :].partition("万元")[0] + "万元，惠及村"
    found = quotes.check(db, Search(q=part), quotes.known(db))
    assert found.verdict == "altered"


@pytest.mark.parametrize(
    ("quote", "verdict"),
    [
        (
            "南方部分主产区油菜等作物开始收获",
            "altered",
        ),  # the word stands at the end of eight signs and at the beginning of eight more
        ("主产区玉米等作物……签到人数增加……[详细]", "verbatim"),  # one ellipsis for words, one that is printed
        ("主产区玉米……作物……仓库今日起开门", "not-held"),
    ],
)
def test_a_quote_of_few_pieces_or_with_a_printed_ellipsis(quote: str, verdict: str, db: sqlite3.Connection) -> None:
    found = quotes.check(db, Search(q=quote), quotes.known(db))
    assert (found.verdict, [match.row["id"] for match in found.matches]) == (verdict, [2001] * (verdict != "not-held"))


@pytest.mark.parametrize(
    ("quote", "verdict"),
    [
        ("比上半年回落0.3个百分点", "altered"),
        ("较上年扩大2.1个百分点", "altered"),
        ("三十三位乡贤列席", "altered"),
        ("图书借阅下降18%", "not-held"),  # shorter than eight letters
        ("比上半年新增三个示范点", "not-held"),
        ("三十三位选手列席", "not-held"),
        ("较上年缩小的百分点", "not-held"),
    ],
)
def test_the_way_in_which_a_figure_moves_may_differ(quote: str, verdict: str, db: sqlite3.Connection) -> None:
    found = quotes.check(db, Search(q=quote), quotes.known(db))
    assert (found.verdict, [match.row["id"] for match in found.matches]) == (verdict, [2002] * (verdict != "not-held"))


@pytest.mark.parametrize("quote", ["二〇〇五年起修堤，二零二六年完工", "二OO五年起修堤", "二零零五年起修堤"])
def test_a_zero_in_a_year_is_one_in_either_sign(quote: str, db: sqlite3.Connection) -> None:
    found = quotes.check(db, Search(q=quote), quotes.known(db))
    assert (found.verdict, [match.row["id"] for match in found.matches]) == ("verbatim", [2000])
