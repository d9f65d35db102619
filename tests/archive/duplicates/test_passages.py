"""Sentences that travel between places, among formulas that every place repeats."""

import gc
import random
import sqlite3
import time
from collections.abc import Sequence

import pytest

from archive import duplicates
from archive.duplicates.passages import MOST, PLACES, number_of, read, record_all

Told = dict[int, set[int]]  # the releases of each passage
PLACES_HELD = [f"99{n:02d}00" for n in range(1, 31)]
_THINGS = ["河堤", "渡口", "苗圃", "粮仓", "书院", "码头", "水车", "茶园", "泵站", "桑林", "驿道", "盐井"]
_DOINGS = ["巡查", "修缮", "登记", "扩建", "轮休", "检修", "补种", "疏浚", "加固", "勘测"]
FORMULAS = {  # how often each stands in a release
    "会议指出，要始终把群众的冷暖放在心上，以钉钉子精神抓好各项任务落实。": 0.5,
    "各地各部门要提高站位、压实责任、形成合力，确保各项部署落地见效。": 0.25,
    "与会同志一致表示，将以更加饱满的热情投入到今后的各项工作当中去。": 0.12,
}
POLICIES = [
    f"对连续{n}年{doing}{thing}的村组，县级财政按验收面积分档补助，所需资金列入次年预算。"
    for n, (doing, thing) in enumerate(zip(_DOINGS, _THINGS, strict=False), 2)
]


def sentence(chance: random.Random) -> str:
    a, b, c = (f"{chance.choice(_DOINGS)}{chance.choice(_THINGS)}" for _ in range(3))
    return f"{chance.randint(2, 28)}日，第{chance.randint(1, 9999)}工作组先后{a}、{b}，并对{c}的进展作了记录。"


def releases(seed: int, count: int = 300) -> list[tuple[str, list[str]]]:
    """Invented releases, each with its place; the policies are planted in twenty places, now and then twice in one."""
    chance = random.Random(seed)
    made = [(PLACES_HELD[n % 30], [sentence(chance) for _ in range(chance.randint(4, 14))]) for n in range(count)]
    for policy in POLICIES:
        for place in chance.sample(PLACES_HELD, 20):
            _, words = chance.choice([one for one in made if one[0] == place])
            words.insert(chance.randint(0, len(words)), policy)
    for formula, share in FORMULAS.items():
        for _, words in made:
            if chance.random() < share:
                words.append(formula)
    return made


def archive(made: Sequence[tuple[str, Sequence[str]]], clusters: Sequence[int] = ()) -> sqlite3.Connection:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE sources (id TEXT PRIMARY KEY, region TEXT)")
    db.execute("CREATE TABLE releases (id INTEGER PRIMARY KEY, cluster INTEGER, source TEXT, text TEXT)")
    db.executemany("INSERT INTO sources VALUES (?1, ?1)", [(place,) for place in {place for place, _ in made}])
    rows = [(n, clusters[n] if clusters else n, place, "\n".join(words)) for n, (place, words) in enumerate(made)]
    db.executemany("INSERT INTO releases VALUES (?, ?, ?, ?)", rows)
    return db


def told(db: sqlite3.Connection) -> Told:
    record_all(db, read(db))
    found: Told = {}
    for passage, release in db.execute("SELECT passage, release FROM passages"):
        found.setdefault(passage, set()).add(release)
    return found


@pytest.mark.parametrize("seed", range(3))
def test_planted_passages_are_told_and_formulas_are_not(seed: int) -> None:
    made = releases(seed)
    found = told(archive(made))
    planted = {(number_of(policy), n) for policy in POLICIES for n, (_, words) in enumerate(made) if policy in words}
    seen = {(passage, release) for passage, members in found.items() for release in members}
    assert len(planted & seen) >= 0.95 * len(seen)
    assert len(planted & seen) >= 0.95 * len(planted)
    assert not {number_of(formula) for formula in FORMULAS} & found.keys()


def test_a_row_gives_the_place_in_the_text() -> None:
    made = [(place, ["首段写的是别的事情。", f"　　{POLICIES[0]}"]) for place in PLACES_HELD[:PLACES]]
    db = archive(made)
    record_all(db, read(db))
    text, start, length = db.execute(
        "SELECT text, start, length FROM passages JOIN releases ON id = release WHERE release = 1"
    ).fetchone()
    assert text[start : start + length] == POLICIES[0]


@pytest.mark.parametrize(
    ("places", "clusters"),
    [
        (PLACES_HELD[: PLACES - 1], [0, 1]),  # too few places
        (PLACES_HELD[:5], [0] * 5),  # one release and its copies
        (["990100"] * 5, [0, 1, 2, 3, 4]),  # one place
    ],
)
def test_a_sentence_does_not_travel(places: list[str], clusters: list[int]) -> None:
    assert told(archive([(place, [POLICIES[0]]) for place in places], clusters)) == {}


@pytest.mark.parametrize("words", ["特此通知。", "请认真贯彻执行。", "指标\t数值很长很长很长很长很长很长\t单位"])
def test_a_phrase_or_a_row_of_a_table_is_no_passage(words: str) -> None:
    assert told(archive([(place, [words]) for place in PLACES_HELD])) == {}


def test_a_sentence_of_too_many_releases_belongs_to_a_template() -> None:
    other = [(f"{n:06d}", [sentence(random.Random(n))]) for n in range(6 * MOST)]
    made = [(f"{n:06d}", [POLICIES[0]]) for n in range(MOST + 1)]
    assert number_of(POLICIES[0]) not in told(archive([*made, *other]))
    assert number_of(POLICIES[0]) in told(archive([*made[:MOST], *other]))


def test_what_a_quarter_of_all_releases_say_is_a_formula() -> None:
    other = [(f"{n:06d}", [sentence(random.Random(n))]) for n in range(100)]
    made = [(f"{n:06d}", [POLICIES[0]]) for n in range(34)]
    assert told(archive([*made, *other])) == {}
    assert len(told(archive([*made[:33], *other]))) == 1


def test_two_releases_about_one_policy_make_it_no_formula() -> None:
    about = [*POLICIES[:4], "本篇另有一段关于背景的介绍文字，写得比较长一些。"]
    made = [
        (place, [*about, f"第{n}{place}号材料另行印发各乡镇和有关单位执行。"])
        for place in PLACES_HELD[:6]
        for n in (1, 2)
    ]
    assert {number_of(policy) for policy in POLICIES[:4]} <= told(archive(made)).keys()


def test_its_cost_is_bounded_by_that_of_the_fingerprints_and_grows_with_the_texts() -> None:
    """As a ratio inside one run: at most three times a fingerprint for each release, for four times the releases too."""

    def ratio(count: int) -> float:
        made = releases(9, count)
        db, texts = archive(made), ["\n".join(words) for _, words in made]
        begun = time.process_time()
        for text in texts:
            duplicates.fingerprint("", None, text)
        taken = time.process_time()
        record_all(db, read(db))
        return (time.process_time() - taken) / (taken - begun)

    ratio(100)  # fills the caches
    gc.freeze()  # the objects of all tests before would be looked through again and again
    try:
        for count in (500, 2000):
            assert any(ratio(count) <= 3 for _ in range(5))  # a busy machine slows one run, not five
    finally:
        gc.unfreeze()
