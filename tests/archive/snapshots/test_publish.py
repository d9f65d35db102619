import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Timer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.schema.open import open_archive
from archive.search import index
from archive.snapshots import publish
from archive.snapshots.publish import excerpt
from archive.texts.personal_numbers import mask_persons


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13812345678。", "电话138********。"),
        ("138 1234 5678", "138 **** ****"),
        ("+86 138-1234-5678", "+86 138-****-****"),
        ("+8613812345678", "+86138********"),
        ("（86）13812345678", "（86）138********"),
        ("１３８１２３４５６７８", "１３８********"),
        ("13800138000/13900139000", "138********/139********"),
        ("身份证11010519491231002X号", "身份证110***************号"),
        ("11010519491231002x", "110***************"),
        ("卡号6222020200012345670", "卡号622****************"),
        ("4111 1111 1111 1111", "411* **** **** ****"),
    ],
)
def test_personal_numbers_are_masked(text: str, masked: str) -> None:
    assert mask_persons(text) == masked


@pytest.mark.parametrize(
    "number",
    [
        "138 1234 5678",
        "138－1234－5678",
        "138–1234—5678",
        "138.1234.5678",
        "138·1234·5678",
        "1381234 5678",
        "138 12345678",
        "1381 2345 678",
        "138,1234,5678",
        "138 - 1234 - 5678",
        "(138)12345678",
        "（138）1234-5678",
        "0-13812345678",
        "013812345678",
        "0086-138-1234-5678",
        "8613812345678",
        "wx13812345678",
        "a_138_1234_5678",
        "１３８—１２３４—５６７８",
        "138\u00ad1234\u00ad5678",
        "138\n1234\n5678",
        "一三八一二三四五六七八",
        "幺三八幺二三四五六七八",
        "110105 19491231 0021",
        "110105-19491231-002X",
        "110105194912310029",
        "110105491231002",
        "110105 491231 002",
        "１１０１０５１９４９１２３１００２１",
    ],
)
@pytest.mark.parametrize("word", ["联系电话：", "手 机", "Tel", "身份证号码为", "王某（微信同号"])
def test_beside_a_word_for_it_a_number_is_masked_in_any_writing(word: str, number: str) -> None:
    shown = mask_persons(f"{word}{number}。")
    assert shown.startswith(word)
    assert len(re.findall(f"[0-9０-９{'〇一二三四五六七八九幺'}]", shown.removeprefix(word))) <= 7


@pytest.mark.parametrize(
    "text",
    [
        "联系电话：010-88590110",
        "电话：0999-8590110、8590111",
        "电话：400-138-1234",
        "联系电话12345转1",
        "通过电话联系138户、1234人，5678元",
        "电话费15,900,001,101元",
        "手机产量13812345678部",
        "手机编号：138-1234-5678",
        "联系2026-03-05 10:31:22",
        "短信平台发送138万条、1234万次",
        "电话会议，东经115.90000110度",
        "身份证发放370102202603051234567张",
        "见微信公众号文章/2026/0305/138.html",
        "联系方式另行通知，项目总投资在多方努力之下已经达到13 812 345 678元",
        "一三八一二三四五六七八",
        "138 12345678",
    ],
)
def test_beside_such_a_word_what_looks_alike_is_left(text: str) -> None:
    assert mask_persons(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "云政办发〔2020〕13号",
        "投资13800000000元",
        "投资 13800000000 元",
        "约13800000000余元",
        "¥13800138000",
        "13800138000.50",
        "产量13800138000吨",
        "编号：13812345678",
        "http://a.example/art_13812345678.html",
        "http://a.example/2026/t20260315_13812345678.html",
        "热线0999-8612345",
        "12345",
        "110105194912310021",  # wrong check sign
        "110105194913310024",  # no such month
        "9137010012345678XY",
        "2020041313091234567",  # a moment
        "6222020200012345674",  # wrong check digit
        "113812345678",
        "a13812345678b",
    ],
)
def test_numbers_that_look_alike_are_left(text: str) -> None:
    assert mask_persons(text) == text


@given(st.text(st.sampled_from("0123456789X１３８-+ 元号。电话一三八"), max_size=80))
def test_masking_keeps_the_length_and_is_done_once(text: str) -> None:
    assert len(mask_persons(text)) == len(text)
    assert mask_persons(mask_persons(text)) == mask_persons(text)


def test_an_extract_is_the_beginning_of_a_sentence() -> None:
    text = "清河两岸的油菜花开了，今年比去年早了整整十天，游人也比去年多。后面还有。"
    assert excerpt(text) == "清河两岸的油菜花开了，今年比去……"


@given(st.text(st.sampled_from("清河两岸的油菜花开了今年早，。！？；\n"), max_size=200))
def test_an_extract_holds_no_whole_sentence(text: str) -> None:
    shown = excerpt(text).removesuffix("……")
    sentences = [part.strip() for part in re.split(r"[。！？；\n]", text)]
    assert not any(len(sentence) >= 4 and sentence in shown for sentence in sentences)


def test_of_short_sentences_nothing_is_shown() -> None:
    assert excerpt("好。很好。\n谢谢。") == "……"


def test_the_fields_of_a_version_are_masked_and_places_in_withheld_pages_go(archive: Path) -> None:
    with closing(sqlite3.connect(archive / "archive.db", isolation_level=None)) as db:
        official, press = (
            db.execute(
                f"SELECT min(r.id) FROM releases r JOIN sources s ON s.id = source WHERE rights {sign} 'official'"
            ).fetchone()[0]
            for sign in ("=", "<>")
        )
        facts = json.dumps({"author": "张三 13800138000"}, ensure_ascii=False)
        db.execute("UPDATE versions SET facts = ?", [facts])
        for id in (official, press):
            db.execute(
                "INSERT OR REPLACE INTO provenance (release, field, rule, raw, start, length) VALUES (?, 'author', 'label', '张三', 5, 2)",
                [id],
            )
        publish.prepare(db, publish.suspects(db))
        assert {json.loads(facts)["author"] for (facts,) in db.execute("SELECT facts FROM versions")} == {
            "张三 138********"
        }
        places = "SELECT raw, start FROM provenance WHERE release = ? AND field = 'author'"
        assert [db.execute(places, [id]).fetchone() for id in (official, press)] == [("张三", 5), ("", None)]


NUMBER = "15900001101"


@pytest.mark.parametrize("table", sorted(publish.PUBLISHED.keys() - {"_sqlite_migrations"}))
def test_a_number_is_masked_in_every_column_of_every_published_table(tmp_path: Path, table: str) -> None:
    """A row in which every column that may hold text holds a number; addresses, digests and our own words aside."""
    open_archive(tmp_path).close()
    told = f"联系电话：{NUMBER}"
    with closing(sqlite3.connect(tmp_path / "archive.db", isolation_level=None)) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        columns = {
            name: told if kind == "TEXT" else 1 for _, name, kind, *_ in db.execute(f"PRAGMA table_info({table})")
        }
        if table == "sources":
            columns["rights"] = "official"
        else:
            fixed = "'n', '0', 'city', 'f', 'u', 'official', 'e', ''"
            db.execute(f"INSERT INTO sources VALUES (?, {fixed})", [told])
        db.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})", [*columns.values()])
        if table == "releases":
            index.write(db, 1, None, (told, told))
        if table == "files":
            index.write_file(db, 1, None, told)
        publish.prepare(db, publish.suspects(db))
        rows = db.execute(f"SELECT * FROM {table}")
        shown = dict(zip([column[0] for column in rows.description], rows.fetchall()[-1], strict=True))
    readable = {name for name, value in shown.items() if NUMBER in str(value)}
    assert readable <= {name.rpartition(".")[2] for name in publish.UNMASKED}


def test_a_figure_that_differs_between_copies_is_masked_without_its_words(tmp_path: Path) -> None:
    open_archive(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "archive.db", isolation_level=None)) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        changed = '[["159 0000 1101", "159.0000.1102"], ["1,234", "3.5%"]]'
        db.execute("INSERT INTO relations VALUES (1, 2, 'duplicate', 1, 1, ?, '', '')", [changed])
        publish.prepare(db, publish.suspects(db))
        [(shown,)] = db.execute("SELECT changed_numbers FROM relations").fetchall()
    assert json.loads(shown) == [["159 **** ****", "159.****.****"], ["1,234", "3.5%"]]


def test_the_index_is_merged_when_another_connection_has_let_go_of_its_lock(archive: Path) -> None:
    """Whoever opens a copy whose WAL is new holds the writer's lock for a moment."""
    path = archive / "archive.db"
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as db,
        closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other,
    ):
        publish.prepare(db, publish.suspects(db))
        assert db.execute("SELECT 1 FROM indexed").fetchone()
        other.execute("BEGIN IMMEDIATE")
        ending = Timer(0.3, other.rollback)
        ending.start()
        publish.merge(db)
        ending.join()
        db.execute("INSERT INTO releases_fts(releases_fts, rank) VALUES ('integrity-check', 1)")
