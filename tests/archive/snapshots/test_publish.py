import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@given(st.text(st.sampled_from("0123456789X１３８-+ 元号。电话"), max_size=80))
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
        publish.prepare(db)
        assert {json.loads(facts)["author"] for (facts,) in db.execute("SELECT facts FROM versions")} == {
            "张三 138********"
        }
        places = "SELECT raw, start FROM provenance WHERE release = ? AND field = 'author'"
        assert [db.execute(places, [id]).fetchone() for id in (official, press)] == [("张三", 5), ("", None)]
