"""Clusters and relations in a real archive: whatever order releases arrive in, change or leave."""

import itertools
import json
import random
from pathlib import Path

import pytest
from sqlite_utils import Database

from archive import duplicates
from archive.database import transaction
from archive.schema.open import open_archive
from archive.texts.normalised import normalised, text_key
from tests.invented import NEWS, TITLE, article

FRAMED = f"云岭日报讯（记者 周小满）\n{NEWS}\n责任编辑：周小满\n扫一扫在手机打开当前页"
DIGEST = "\n".join([article(7), NEWS, article(8)])


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return fresh(tmp_path)


def fresh(folder: Path) -> Database:
    db = open_archive(folder)
    db.execute(
        "INSERT INTO sources VALUES ('yunling', '云岭省', '990000', 'province', 'html', '', 'official', 'live', '')"
    )
    return db


def add(db: Database, text: str, title: str = TITLE, published: str | None = "2021-03-12") -> int:
    """Insert a release with its first version and place it; its id."""
    with transaction(db):
        values = [title, text, published, text_key(normalised(text))]
        cursor = db.execute(
            "INSERT INTO releases"
            " (url, url_key, source, title, text, published, text_key, version, first_seen, changed)"
            " SELECT count(*), count(*), 'yunling', ?, ?, ?, ?, 1, '', '' FROM releases",
            values,
        )
        assert cursor.lastrowid is not None
        db.execute("UPDATE releases SET cluster = id WHERE id = ?", [cursor.lastrowid])
        add_version(db, cursor.lastrowid)
        duplicates.place(db, cursor.lastrowid)
    return cursor.lastrowid


def edit(db: Database, release: int, text: str) -> None:
    with transaction(db):
        db.execute(
            "UPDATE releases SET text = ?, text_key = ?, version = version + 1 WHERE id = ?",
            [text, text_key(normalised(text)), release],
        )
        add_version(db, release)
        duplicates.place(db, release)


def add_version(db: Database, release: int) -> None:
    db.execute(
        "INSERT INTO versions (release, version, kind, seen, title, text, text_sha256)"
        " SELECT id, version, 'published', '', title, text, '' FROM releases WHERE id = ?",
        [release],
    )


def clusters(db: Database) -> dict[int, int]:
    return dict(db.execute("SELECT id, cluster FROM releases ORDER BY id").fetchall())


def relations(db: Database) -> list[tuple[int, int, str]]:
    return db.execute("SELECT a, b, kind FROM relations ORDER BY a, b").fetchall()


def sampled(db: Database) -> set[int]:
    return {release for (release,) in db.execute("SELECT DISTINCT release FROM shingles")}


def test_a_release_that_is_like_none_stands_alone(db: Database) -> None:
    add(db, NEWS)
    add(db, article(1))
    assert clusters(db) == {1: 1, 2: 2}
    assert relations(db) == []


@pytest.mark.parametrize("copy", [NEWS, NEWS.replace("，", ","), FRAMED, NEWS.replace("会议强调", "会议要求指出")])
def test_a_copy_joins_the_release_that_stands_for_it(db: Database, copy: str) -> None:
    add(db, NEWS)
    add(db, copy)
    assert clusters(db) == {1: 1, 2: 1}
    assert relations(db) == [(2, 1, "duplicate")]


def test_a_relation_says_how_alike_and_which_figures_differ(db: Database) -> None:
    add(db, NEWS)
    add(db, FRAMED.replace("46.5公里", "64.5公里"))
    [(containment, jaccard, changed)] = db.execute(
        "SELECT containment, jaccard, changed_numbers FROM relations"
    ).fetchall()
    assert json.loads(changed) == [["64.5", "46.5"]]
    assert 0.8 < jaccard < containment < 1


def test_the_earliest_published_represents(db: Database) -> None:
    add(db, NEWS, published=None)
    add(db, NEWS, published="2021-03-14")
    add(db, FRAMED, published="2021-03-12T18:30+08:00")
    add(db, NEWS, published="2021-03-12")
    add(db, NEWS, published="2021-03-12")
    assert clusters(db) == dict.fromkeys(range(1, 6), 4)
    assert relations(db) == [(id, 4, "duplicate") for id in (1, 2, 3, 5)]


def test_a_very_large_cluster_keeps_who_represents_it(db: Database) -> None:
    for _ in range(duplicates.LARGE):
        add(db, NEWS, published="2021-03-14")
    late = add(db, NEWS, published="2021-03-12")
    assert clusters(db)[late] == 1


def test_likeness_does_not_run_along_a_chain(db: Database) -> None:
    ends = [article(1, 30), article(2, 30)]
    add(db, ends[0], published="2021-03-11")
    add(db, ends[1], published="2021-03-12")
    add(db, "\n".join(ends), published="2021-03-13")  # like both, which are unlike
    assert clusters(db)[1] == 1
    assert clusters(db)[2] == 2
    assert clusters(db)[3] in (1, 3)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_a_copy_of_a_copy_reaches_the_representative(db: Database, order: tuple[int, ...]) -> None:
    excerpt = "\n".join(NEWS.split("\n")[:4]).replace("会议指出", "会上大家认为")
    chain = [
        (NEWS, "2019-01-01"),  # a day that was misread
        (NEWS.replace("。", "．"), "2021-03-12"),
        (excerpt, "2021-03-12"),  # like the second; unlike the first, which is years older
        (article(1), "2021-03-12"),
    ]
    ids = {place: add(db, chain[place][0], published=chain[place][1]) for place in order}
    held = clusters(db)
    assert [held[ids[place]] for place in range(4)] == [ids[0], ids[0], ids[0], ids[3]]


def test_a_digest_contains_its_items_and_merges_none(db: Database) -> None:
    add(db, NEWS)
    add(db, NEWS)
    digest = add(db, DIGEST, title="一周要闻")
    late = add(db, FRAMED)
    assert clusters(db) == {1: 1, 2: 1, digest: digest, late: 1}
    assert [(a, b) for a, b, kind in relations(db) if kind == "duplicate"] == [(2, 1), (4, 1)]
    assert [(a, b) for a, b, kind in relations(db) if kind == "part_of"] == [(1, 3), (2, 3), (4, 3)]


def test_clusters_do_not_depend_on_the_order_of_arrival(tmp_path: Path) -> None:
    texts = [
        (NEWS, "2021-03-12"),
        (FRAMED, "2021-03-13"),
        ("\n".join(NEWS.split("\n")[:4]), "2021-03-12"),
        (NEWS.replace("91.2%", "92.1%"), None),
        (article(3), "2021-03-12"),
    ]
    found = set()
    for number, order in enumerate(itertools.permutations(range(len(texts)))):
        if number % 9:
            continue
        db = fresh(tmp_path / str(number))
        ids = {add(db, texts[place][0], published=texts[place][1]): place for place in order}
        together: dict[int, set[int]] = {}
        for release, cluster in clusters(db).items():
            together.setdefault(cluster, set()).add(ids[release])
        found.add(frozenset(map(frozenset, together.values())))
        db.close()
    assert found == {frozenset({frozenset({0, 1, 2, 3}), frozenset({4})})}


def test_a_release_that_is_edited_away_leaves_its_cluster(db: Database) -> None:
    add(db, NEWS)
    add(db, FRAMED)
    edit(db, 2, article(5))
    assert clusters(db) == {1: 1, 2: 2}
    assert relations(db) == []
    assert add(db, article(5)) == 3
    assert clusters(db)[3] == 2


def test_what_it_represented_is_placed_anew(db: Database) -> None:
    for text in (NEWS, NEWS, FRAMED):
        add(db, text)
    edit(db, 1, article(5))
    assert clusters(db) == {1: 1, 2: 2, 3: 2}
    assert relations(db) == [(3, 2, "duplicate")]


def test_nothing_of_an_earlier_version_stays_in_the_index(db: Database) -> None:
    add(db, NEWS)
    before = set(db.execute("SELECT hash FROM shingles").fetchall())
    edit(db, 1, article(5))
    assert not before & set(db.execute("SELECT hash FROM shingles").fetchall())


def test_a_forgotten_release_leaves_no_trace(db: Database) -> None:
    for text in (NEWS, NEWS, DIGEST):
        add(db, text, title="一周要闻" if text == DIGEST else TITLE)
    with transaction(db):
        duplicates.forget(db, 1)
        db.execute("DELETE FROM versions WHERE release = 1")
        db.execute("DELETE FROM releases WHERE id = 1")
    assert clusters(db) == {2: 2, 3: 3}
    assert relations(db) == [(2, 3, "part_of")]
    assert sampled(db) == {2, 3}


def test_close_copies_are_found_without_being_indexed(db: Database) -> None:
    for _ in range(3):
        add(db, NEWS)
    add(db, FRAMED)
    assert 1 in sampled(db)
    assert not {2, 3} & sampled(db)


def test_a_text_of_three_unlike_titles_is_a_fault_not_a_cluster(db: Database) -> None:
    for title in (TITLE, TITLE, "云峰县举办茶叶博览会", "南坪区发布招聘信息", TITLE, "白鹭湖湿地公园开园"):
        add(
            db,
            "您访问的页面需要登录后才能查看，请使用统一身份认证平台的账号登录，忘记密码的请联系管理员。",
            title=title,
        )
    assert clusters(db) == {id: id for id in range(1, 7)}
    assert relations(db) == []
    assert db.execute("SELECT DISTINCT problems FROM releases").fetchall() == [(json.dumps([duplicates.FAULT]),)]


def test_placing_twice_changes_nothing(db: Database) -> None:
    for text in (NEWS, FRAMED, DIGEST, NEWS):
        add(db, text, title="一周要闻" if text == DIGEST else TITLE)
    names = ("relations", "shingles", "releases")
    before = [sorted(db.execute(f"SELECT * FROM {name}").fetchall()) for name in names]
    with transaction(db):
        for release in (1, 2, 3, 4):
            duplicates.place(db, release)
    assert [sorted(db.execute(f"SELECT * FROM {name}").fetchall()) for name in names] == before


def test_rebuild_comes_to_the_same_clusters_and_relations(db: Database) -> None:
    draw = random.Random(1)
    for number in range(40):
        text = article(draw.randrange(8)) + f"\n责任编辑：{number}" * (number % 3 > 0)
        add(db, text, published=draw.choice([None, "2021-03-12", "2021-03-14"]))
    before = clusters(db), relations(db)
    with transaction(db):
        db.execute("UPDATE releases SET cluster = 1")
        db.execute("DELETE FROM shingles WHERE release % 2")
        duplicates.rebuild(db)
    assert (clusters(db), relations(db)) == before
    assert len(set(before[0].values())) == 8


def drawn(words: str | list[str], between: str = "") -> list[str]:
    return [between.join(random.Random(n).choices(words, k=200)) for n in range(20)]


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(drawn("0123456789"), id="only digits"),
        pytest.param(["。", "。。"], id="only punctuation"),
        pytest.param(drawn(["the", "city", "council", "of", "bridge", "today", "said"], " "), id="English"),
        pytest.param(["详见附件。", "见附件", "附件"], id="few characters"),
    ],
)
def test_unlike_texts_do_not_cluster(db: Database, texts: list[str]) -> None:
    for number, text in enumerate(texts):
        add(db, text, title=f"第{number}号")
    assert clusters(db) == {id: id for id in range(1, len(texts) + 1)}


def test_the_same_text_a_thousand_times_is_one_cluster(db: Database) -> None:
    for _ in range(1000):
        add(db, NEWS)
    assert set(clusters(db).values()) == {1}
    assert sampled(db) == {1}


def test_a_template_of_very_many_releases_finds_nothing(db: Database) -> None:
    draw = random.Random(1)
    many = duplicates.COMMON + 30
    template = "今日全省完成投资{}亿元，其中工业{}亿元，农业{}亿元，新开工项目{}个，有关部门将继续做好服务保障。"
    for number in range(many):
        text = template.format(*(draw.randrange(100, 999) for _ in range(4)))
        add(db, text, title="投资情况通报", published=f"20{10 + number // 12:02}-{number % 12 + 1:02}-01")
    assert len(set(clusters(db).values())) == many
    add(db, text, title="投资情况通报", published="2040-01-01")
    assert clusters(db)[many + 1] == many
