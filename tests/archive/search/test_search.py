import re
import sqlite3
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archive.search import index, matches
from archive.search import query as queries
from archive.texts.folding import fold
from tests.archive.conftest import add_view

Index = Callable[[list[tuple[str, str]]], sqlite3.Connection]

SIGNS = st.characters(codec="utf-8", exclude_characters="\0") | st.sampled_from(
    "清河市，。　％０９ＡＺａｚ○◯〇々〔〕【】山東⼈⺠臺Ⅲﬁ１，2“”'–•\u200b\u0301\n\t5Gg"
)
TEXTS = st.text(SIGNS, min_size=1, max_size=200)
# 复土一 in all their forms, and what may stand between them or come out of others: invisible signs, marks, quotation marks, blanks, numbers
ODD = st.sampled_from(
    [
        *"复土一",
        *"".join(queries.forms()[sign] for sign in '复土一" '),
        *"㈠㊀㎡ⅢﬁＡé5,.-()（\u200b\u00ad\ufe0f\u0301\u3099\uff9e\n\t\u2000\u2028\U000e0100",
    ]
)


def found(db: sqlite3.Connection, query: str) -> list[int]:
    """The ids of the true hits, as our own pages list them."""
    asked = queries.parse(query)
    rows = db.execute(
        "SELECT r.id, r.title, r.text FROM releases_fts AS f JOIN releases AS r ON r.id = f.rowid"
        " WHERE releases_fts MATCH ? ORDER BY r.id",
        (queries.expression(asked),),
    )
    return [id for id, title, text in rows if matches.holds(asked, title, text)]


@given(TEXTS)
def test_the_view_yields_exactly_the_characters_that_are_indexed(text: str) -> None:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE releases (id INTEGER PRIMARY KEY, title TEXT, text TEXT)")
    add_view(db)
    db.execute("INSERT INTO releases VALUES (1, ?, ?)", (text[:20], text))
    assert db.execute("SELECT title, text FROM releases_spaced").fetchone() == (
        index.spaced(text[:20]),
        index.spaced(text),
    )
    db.close()


@given(TEXTS)
def test_the_index_has_the_tokens_of_the_view(text: str) -> None:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE releases (id INTEGER PRIMARY KEY, title TEXT, text TEXT)")
    add_view(db)
    db.execute(index.INDEX)
    db.execute("INSERT INTO releases VALUES (1, ?, ?)", (text[:20], text))
    index.write(db, 1, None, (text[:20], text))
    db.execute("INSERT INTO releases_fts(releases_fts, rank) VALUES ('integrity-check', 1)")  # raises when they differ
    db.close()


def test_the_view_is_right_across_the_borders_of_its_chunks(fresh_index: Index) -> None:
    text = "清河5G" * 100
    db = fresh_index([("题", text)])
    assert db.execute("SELECT text FROM releases_spaced").fetchone()[0] == index.spaced(text)


@given(st.text(SIGNS, max_size=60))
def test_any_query_is_a_valid_expression(query: str) -> None:
    db = sqlite3.connect(":memory:")
    db.execute(index.INDEX.replace("content='releases_spaced', content_rowid='id', ", ""))
    db.execute("SELECT * FROM releases_fts WHERE releases_fts MATCH ?", (queries.match(query),)).fetchall()
    db.close()


@pytest.mark.parametrize(
    "query", ["", '"', "*", "AND", "OR", "-", '""', "\0", "。", "NEAR(", "a:b", "^x", "x*", "- -", "(", "字\0"]
)
def test_signs_that_fts5_reads_otherwise_are_harmless(query: str, fresh_index: Index) -> None:
    db = fresh_index([("题", "文")])
    assert db.execute(
        "SELECT count(*) FROM releases_fts WHERE releases_fts MATCH ?", (queries.match(query),)
    ).fetchone()


@pytest.mark.parametrize(
    ("query", "expression"),
    [
        ("清河", '("清 河")'),
        ("清河 春耕", '("清 河") AND ("春 耕")'),
        ("清河　春耕", '("清 河") AND ("春 耕")'),
        ("清河 OR 春耕 会", '("清 河" OR "春 耕") AND ("会")'),
        ("清河 | 春耕", '("清 河" OR "春 耕")'),
        ("清河 AND 会", '("清 河") AND ("会")'),
        ("清河 -春耕", '(("清 河")) NOT ("春 耕")'),
        ('"清河 春耕"', '("清 河 春 耕")'),
        ("“清河 春耕”", '("清 河 春 耕")'),
        ('"没有关上', '("没 有 关 上")'),
        ("-春耕", '""'),
        ("清河 －春耕", '(("清 河")) NOT ("春 耕")'),
        ("清河 －“春耕 会”", '(("清 河")) NOT ("春 耕 会")'),
        ("清河 ＯＲ 春耕", '("清 河" OR "春 耕")'),
        ("清河 ｜ 春耕", '("清 河" OR "春 耕")'),
        ("清河 ＡＮＤ 会", '("清 河") AND ("会")'),
        ("十四五－十五五", '("十 四 五 - 十 五 五")'),
        ("——春耕", '("- 春 耕")'),
        ("，。", '""'),
        ("５Ｇ", '("5G")'),
        ("發佈會", '("发 布 会")'),
        ("共1,200户", '("共 1200 户" OR "共 1,200 户")'),
        ("12m2左右", '("12m2 左 右" OR "12m² 左 右")'),
        ("“十四五”规划", '("十 四 五 规 划")'),
        ("清河 OR", '("清 河")'),
    ],
)
def test_a_query_becomes_an_expression(query: str, expression: str) -> None:
    assert queries.match(query) == expression


@pytest.mark.parametrize(
    ("query", "text", "hit"),
    [
        ("山东", "山东省", True),
        ("山东", "泰山，东海", False),
        ("山东", "泰山\n东海", True),  # lines break anywhere
        ("张元升", "张 元\n升", True),
        ("会", "大会", True),
        ("5G", "5G网络", True),
        ("5g", "建成５Ｇ基站", True),
        ("5G", "1.5GHz", False),
        ("2020", "12020", False),
        ("覆盖83", "，覆盖83个乡镇", True),
        ("复盖83", "覆蓋８３%", True),
        ("覆盖83", "覆盖830个乡镇", False),
        ("覆盖1", "覆盖1,200户", False),
        ("200个", "共1,200个", False),
        ("200个", "共，200个", True),
        ("2020年", "２０２０年", True),
        ("二〇二〇年", "二○二○年", True),
        # decimals
        ("5亿元", "投资12.5亿元", False),
        ("5亿元", "投资１２．５亿元", False),
        ("5亿元", "投资12.5亿元，另有5亿元", True),
        ("5亿元", "投资1,202.5亿元", False),
        ("12.5亿元", "投资12.5亿元", True),
        ("5%", "增长9.5%", False),
        ("5%", "增长9.5 %", False),
        ("占比38%", "占比38 ％", True),
        ("云政发〔2020〕第5号", "（云政发〔2020〕5号）", True),
        ("云政发〔2020〕5号", "云政发[2020] 第 5 号", True),
        ("云政发〔2020〕第5号", "云政发〔2020〕15号", False),
        ("云政发〔2020〕5号", "云政发〔2020〕第15号", False),
        ("（3）第5号楼", "（3）5号楼", False),
        ("1500多架", "在阜南，1,500多架", True),
        ("阜南，1500多架", "在阜南，1,500多架", True),
        ("500多架", "在阜南，1,500多架", False),
        ("1,500多架", "在阜南，1500多架", True),
        ("7.2‰", "出生率７.２ ‰", True),
        ("38%", "共38\n%", False),
        ("5%", "增长9.15%", False),
        ("5GHz", "频率为1.5GHz", False),
        ("12", "共12.5万户", False),
        ("12", "共１２．５万户", False),
        ("12", "共12万户，12.5亿元", True),
        ("增长12", "增长12.5%", False),
        ("户 -12", "户均12.5元", True),
        ("户 -12", "户均12元", False),
        ("12", "共12. 5万户", True),
        ("12", "共12.", True),
        ("2026.3", "2026.3.5发布", True),
        ("2026", "2026.3.5发布", True),
        ("3", "2026.3.5发布", True),
        ("5", "2026.3.5发布", True),
        ("3.5", "2026.3.5发布", True),
        ("5发布", "2026.3.5发布", True),
        ("2026", "2026.3发布", True),
        ("2026", "2026.03—2026.12", True),
        ("2026", "共2026.35万元", False),
        ("26", "2026.3.5发布", False),
        ("1", "见1.2.3节", True),
        ("3节", "见1.2.3节", True),
        ("5G", "1.5G基站建设", True),
        ("5G基站", "任务\n１．5G基站建设", True),
        ("5G基站", "光缆；2.5G基站", True),
        ("5G基站", "如12.5G基站", False),
        ("鲁政发[2020]5号", "鲁政发〔2020〕5号", True),
        ("鲁政发（2020）5号", "鲁政发〔2020〕 5 号", True),
        ("鲁政发2020", "鲁政发〔2020〕5号", False),
        ("50%", "５０％以上", True),
        ("新聞", "新闻发布会", True),
        ("press office", "the Press  Office said", True),
        ("press office", "pressoffice", False),
        ("清河 春耕", "春耕在清河", True),
        ("清河 -春耕", "春耕在清河", False),
        ("播种 -山东", "播种，泰山，东海", True),
        ("播种 -山东", "播种，泰山\n东海", False),
        ("露台 -cafe", "露台，café", True),
        ("露台 -cafe", "露台，Cafe", False),
        ("清河 OR 云岭", "云岭", True),
        ('"清河 春耕"', "清河春耕", True),
        ('"清河 春耕"', "春耕在清河", False),
        # signs that mean the same
        ("人民政府", "⼈⺠政府", True),
        ("⼈⺠政府", "人民政府", True),
        ("厦门食品", "厦⻔⻝品", True),
        ("户", "一⼾一策", True),
        ("台湾", "臺灣", True),
        ("臺灣", "台湾", True),
        ("了解", "瞭解", True),
        ("Ⅲ级响应", "III级响应", True),
        ("iii级", "启动Ⅲ级响应", True),
        ("II级", "启动Ⅲ级响应", False),
        ("阿卜杜·热合曼", "阿卜杜•热合曼", True),
        ("阿卜杜·热合曼", "阿卜杜．热合曼", True),
        ("阿卜杜热合曼", "阿卜杜·热合曼", False),
        ("2024-2025年", "2024–2025年", True),
        ("2024－2025年", "2024–2025年", True),
        ("2024-2025年", "２０２４——２０２５年", True),
        ("2024-2025", "20242025", False),
        ("café", "cafe\u0301", True),
        ("cafe", "café", False),
        ("软件", "软\u200b件", True),
        ("gongbao", "gong\u00adbao", True),
        # grouped digits
        ("1200", "惠及1,200户", True),
        ("1,200户", "惠及1200户", True),
        ("1200", "惠及１，２００户", True),
        ("1200000", "补贴1,200,000元", True),
        ("2020年1200户", "2020年1,200户", True),
        ("200", "惠及1,200户", False),
        ("120", "第1,20页", False),
        ("123", "第1,2,3项", False),
        ("1200", "第1,200,3项", False),
        # quotation marks
        ("十四五规划", "“十四五”规划", True),
        ("“十四五”规划", "十四五规划", True),
        ("放管服改革", "「放管服」改革", True),
        ("5G应用", "“5G”应用", True),
        ('"十四五规划"', "“十四五”规划", False),
        ('"“十四五”规划"', "「十四五」规划", True),
        ("“十四五规划”", "“十四五”规划", False),
        ("don't", "they don’t", True),
        ("十四五规划", "《十四五》规划", False),
        ("山东", "《泰山》《东海》", False),
        # ellipses
        ("桥、路、渠…一项项", "桥、路、渠……一项项", True),
        ("桥、路、渠......一项项", "桥、路、渠……一项项", True),
        ("桥、路、渠……一项项", "桥、路、渠。。。一项项", True),
        ("桥、路、渠……一项项", "桥、路、渠，一项项", False),
        # the zero of a year
        ("二〇二六年", "二O二六年", True),
        ("二〇二〇年", "二o二O年", True),
        ("二O二〇年", "二〇二○年", True),
        ("二OO五年", "二〇〇五年", True),
        ("二零零五年", "二OO五年", True),
        ("二〇〇五年", "二零零五年", True),
        ("三〇一医院", "三零一医院", True),
        ("一百零五年", "一百〇五年", False),
        ('"二〇二六年"', "二O二六年", True),
        ("二零二六年", "二O二六年", True),
        ("二O型", "二〇型", False),
        # powers of units
        ("137m2", "占地137m²", True),
        ("137m2", "占地137㎡", True),
        ("137㎡", "占地137m2", True),
        ("137M³/s", "流量137m3/s", True),
        ("4137m2", "占地4,137㎡", True),
        ("37m2", "占地137m²", False),
        ("137m3", "占地137m²", False),
        ("137m2", "占地137m²a", False),
        ("104", "10⁴", False),
        ("102", "10²", False),
    ],
)
def test_a_hit_is_a_true_one(query: str, text: str, hit: bool, fresh_index: Index) -> None:
    assert bool(found(fresh_index([("题", text)]), query)) is hit


@given(TEXTS, st.integers(0, 200), st.integers(1, 8))
def test_every_word_of_a_text_finds_it(text: str, start: int, length: int) -> None:
    word = text[start % len(text) :][:length]
    if (
        any(sign in word for sign in '"“”„«»-－|｜&＆')
        or fold(word).strip() in ("OR", "AND")
        or re.search(r"\d\.\d", fold(text))
    ):
        return
    asked = queries.parse(word)
    cut = start % len(text)
    # a piece of a Latin word is no word; combining marks belong to the letter before
    around = fold(text[max(0, cut - 1) : cut + length + 1])
    if not asked.groups or any(ord(c) < 0x3005 and (c.isalnum() or unicodedata.category(c)[0] in "MC") for c in around):
        return
    assert matches.holds(asked, "", text)


@given(
    st.lists(st.text(ODD, max_size=12), min_size=1, max_size=3),
    st.sampled_from(["复土", "土一", "一", "复土一", '"复土"', '"土 一"']),
)
@example(["复“土"], "复土")
@example(["复”\u3000『土"], "复土")
@example(["复“土"], '"复土"')
@example(["土\u200b一"], "土一")
@example(["土㈠"], "一")
@example(["标题", "復＂\ue000土"], "复土")
def test_a_word_is_found_where_it_stands_in_the_folded_texts(texts: list[str], query: str) -> None:
    asked = queries.parse(query)
    ((term,),) = asked.groups
    assert matches.holds(asked, *texts) == any(matches.pattern(term).search(fold(text)) for text in texts)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("wto", "加入ＷＴＯ后"),
        ("WTO", "the wto,"),
        ("300k", "温度300\u212a"),
        ("Ωмега", "型号ΩМЕГА。"),
        ("5G", "1、建设５g基站"),
    ],
)
def test_a_latin_word_stands_in_either_case_and_width(query: str, text: str) -> None:
    assert matches.holds(queries.parse(query), text)


@pytest.mark.parametrize(
    "text",
    ["12.6个", "16个", "６.6个", "x6个"],
    ids=["decimals", "a longer number", "wide decimals", "a letter before it"],
)
def test_a_number_is_no_part_of_another(text: str) -> None:
    assert not matches.holds(queries.parse("6个"), f"共{text}。")


@given(TEXTS, st.sampled_from(["清河", "市 OR 山", "5G", "ａ", "東"]))
def test_marking_changes_no_character(text: str, query: str) -> None:
    assert "".join(span.text for span in matches.mark(queries.parse(query), text)) == text


def test_what_was_found_is_marked_as_it_is_printed() -> None:
    text = "⼈⺠政府发布Ⅲ级响应，惠及1,200户，推进“十四五”规划。"
    spans = matches.mark(queries.parse("人民政府 III级 1200户 十四五规划"), text)
    assert [span.text for span in spans if span.hit] == ["⼈⺠政府", "Ⅲ级", "1,200户", "十四五”规划"]


def test_a_snippet_shows_where_the_words_stand() -> None:
    text = "无关的话。" * 100 + "清河市今年春耕早。" + "别的话。" * 100
    spans = matches.snippet(queries.parse("清河 春耕"), text, 40)
    assert [span.text for span in spans if span.hit] == ["清河", "春耕"]
    assert spans[0].text == spans[-1].text == "…"


def test_index_rows_follow_their_texts(fresh_index: Index) -> None:
    db = fresh_index([("旧题", "清河"), ("二", "云岭")])
    index.write(db, 1, ("旧题", "清河"), ("新题", "山口"))
    db.execute("UPDATE releases SET title = '新题', text = '山口' WHERE id = 1")
    index.write(db, 2, ("二", "云岭"), None)
    db.execute("DELETE FROM releases WHERE id = 2")
    db.execute("INSERT INTO releases_fts(releases_fts, rank) VALUES ('integrity-check', 1)")
    assert (found(db, "清河"), found(db, "山口"), found(db, "云岭")) == ([], [1], [])


def test_a_rebuilt_index_finds_the_same(fresh_index: Index) -> None:
    db = fresh_index([("５Ｇ测土", "二○二○年，清河％"), ("云政办发〔2020〕5号", "ＡＢＣ")])
    queries = ["5G", "二〇二〇年", "清河%", "云政办发(2020)5号", "abc"]
    before = [found(db, query) for query in queries]
    db.execute("INSERT INTO releases_fts(releases_fts) VALUES ('rebuild')")
    assert [found(db, query) for query in queries] == before == [[1], [1], [1], [2], [2]]
