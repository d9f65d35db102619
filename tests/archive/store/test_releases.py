"""Keeping a release: what makes a version, what makes none, and what is refused."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from archive import store
from archive.duplicates import clusters
from archive.model import READER, Citation, Indicator, Listed, Page, Provenance, Release, Repeat, Turn, Unreadable
from archive.store import attachments, crawls, ledger, life
from archive.store.delete import forget_release
from archive.store.media import Sent
from archive.texts.normalised import normalised, text_key
from archive.texts.sentences import Edit
from archive.times import stamp
from archive.urls import canonical
from tests.archive.living import (
    SOURCE,
    START,
    address,
    begin,
    crawl_looks,
    day,
    empty_archive,
    headline,
    one,
    prose,
    record,
    release,
    save,
    status,
)

URL = address(1)
TEXT = prose(1)
TITLE = headline(URL)


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return empty_archive(tmp_path)


def rows(db: Database) -> dict[str, list[Any]]:
    """Everything that storing a release touches."""
    tables = ("releases", "versions", "repeats", "turns", "citations", "indicators", "provenance")
    tables += ("looks", "observations", "relations", "listings", "releases_fts")
    return {name: db.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in tables}


def reread(found: Release) -> Release:
    return replace(found, page=replace(found.page, reread=True))


def held(db: Database, number: int = 1) -> dict[str, Any]:
    return next(iter(db.query("SELECT * FROM releases WHERE id = ?", [number])))


def versions(db: Database) -> list[tuple[int, str, str]]:
    return db.execute("SELECT version, kind, text FROM versions ORDER BY version").fetchall()


def observed(db: Database) -> list[str]:
    return [outcome for (outcome,) in db.execute("SELECT outcome FROM observations ORDER BY at")]


# new


def test_a_new_release_is_kept_with_all_its_parts(db: Database) -> None:
    found = replace(
        release(URL, TEXT),
        publisher="清河发布",
        provenance=(Provenance(field="publisher", rule="label", raw="来源：清河发布"),),
        repeats=(Repeat(start=9, length=2, of_start=0, text="再说"),),
        turns=(Turn(speaker="林一舟", start=0, length=3),),
        citations=(Citation(title="湿地保护规定", start=4),),
        indicators=(Indicator(name="湿地面积", value=512.4, unit="万亩", start=6, length=7),),
        problems=("second-reader",),
    )
    assert save(db, found).outcome == "new"
    row = held(db)
    assert (row["url"], row["url_key"], row["title"], row["text"]) == (URL, canonical(URL), TITLE, TEXT)
    assert (row["publisher"], row["author"], row["version"], row["status"], row["cluster"]) == (
        "清河发布",
        None,
        1,
        "live",
        1,
    )
    assert json.loads(row["problems"]) == ["second-reader"]
    assert versions(db) == [(1, "published", TEXT)]
    for table in ("repeats", "turns", "citations", "indicators", "provenance"):
        assert one(db, f"SELECT count(*) FROM {table} WHERE release = 1") == 1
    assert one(db, "SELECT rowid FROM releases_fts WHERE releases_fts MATCH ?", '"登 记 编 号"') == 1
    assert one(db, "SELECT next_look FROM looks") == stamp(day(1))


def test_the_current_figures_are_rows_and_each_version_keeps_its_own(db: Database) -> None:
    figures = [Indicator(name="湿地面积", value=value, unit="万亩", start=0, length=5) for value in (512.4, 518.9)]
    save(db, replace(release(URL, TEXT), indicators=(figures[0],)))
    save(db, replace(release(URL, prose(2), at=day(2)), indicators=(figures[1],)))
    assert one(db, "SELECT group_concat(value) FROM indicators") == "518.9"
    kept = db.execute("SELECT figures FROM versions ORDER BY version").fetchall()
    assert [json.loads(told)[0][3] for (told,) in kept] == [512.4, 518.9]
    forget_release(db, 1)
    assert one(db, "SELECT count(*) FROM indicators") == 0


def test_better_rules_find_figures_in_a_text_that_is_held(db: Database) -> None:
    save(db, release(URL, TEXT))
    found = Indicator(name="湿地面积", value=512.4, unit="万亩", start=0, length=7)
    save(db, reread(replace(release(URL, TEXT), indicators=(found,))))
    assert one(db, "SELECT name FROM indicators") == "湿地面积"
    assert one(db, "SELECT json_array_length(figures) FROM versions") == 1


def test_a_listed_article_is_held_in_the_same_transaction(db: Database) -> None:
    record(db, begin(db, START), [URL])
    save(db, release(URL, TEXT, listed=Listed(url=URL)))
    assert one(db, "SELECT state FROM listings") == "held"


def test_an_article_that_was_redirected_is_held_under_both_addresses(db: Database) -> None:
    record(db, begin(db, START), [address(2)])
    save(db, release(URL, TEXT, listed=Listed(url=address(2))))
    assert one(db, "SELECT state FROM listings") == "held"
    assert held(db)["url"] == URL


class ReadingError(Exception):
    pass


@pytest.mark.parametrize("first", [True, False])
def test_an_error_in_the_middle_leaves_nothing(db: Database, monkeypatch: pytest.MonkeyPatch, first: bool) -> None:
    def fail(*_: Any) -> Any:
        raise ReadingError

    record(db, begin(db, START), [URL])
    if not first:
        save(db, release(URL, TEXT))
    before = rows(db)
    monkeypatch.setattr(clusters, "fingerprint", fail)
    with pytest.raises(ReadingError):
        store.save(db, release(URL, TEXT.replace("万元", "亿元"), at=day(1), listed=Listed(url=URL)), day(1))
    assert rows(db) == before
    assert not db.conn.in_transaction


def test_a_removed_address_is_never_stored_again(db: Database) -> None:
    record(db, begin(db, START), [URL])
    db.execute("INSERT INTO removed (url, url_key, removed_at, reason) VALUES (?, ?, '', '')", [URL, canonical(URL)])
    saved = save(db, release(URL, TEXT, listed=Listed(url=URL)))
    assert (saved.outcome, saved.reason) == ("refused", "removed")
    assert one(db, "SELECT count(*) FROM releases") == 0
    assert one(db, "SELECT state FROM listings") == "skipped"


def test_a_soft_404_is_not_stored(db: Database) -> None:
    record(db, begin(db, START), [URL])
    saved = save(db, release(URL, "您访问的页面不存在或已删除！", "提示信息", listed=Listed(url=URL)))
    assert (saved.outcome, saved.reason) == ("refused", "soft-404")
    assert db.execute("SELECT state, reason FROM listings").fetchall() == [("failed", "soft-404")]


# looked at again


def test_other_pages_at_held_addresses_are_counted_by_their_titles(db: Database) -> None:
    save(db, release(URL, TEXT))
    save(db, release(URL, "为保障您的访问安全，请把图片转到正确的方向。", "访问验证"), at=day(1))
    assert observed(db) == ["unreachable"]
    assert crawls.aliens_since(db, SOURCE, stamp(day(1))) == {"访问验证": 1}
    save(db, release(URL, TEXT), at=day(2))
    assert not crawls.aliens_since(db, SOURCE, stamp(day(2)))


def test_sentences_that_several_releases_added_or_dropped_are_counted(db: Database) -> None:
    first, note = prose(1).partition("。")[0] + "。", "运维单位：云桅区融媒体中心"
    for number in (1, 2):
        save(db, release(address(number), prose(number)))
    save(db, release(address(1), f"{TEXT.removeprefix(first)}\n{note}"), at=day(1))
    save(db, release(address(2), f"{prose(2)}\n{note}"), at=day(1))
    since = crawls.shared_edits_since(db, SOURCE, stamp(day(1)))
    assert since == {("added", note): 2, ("dropped", first): 1}
    assert not crawls.shared_edits_since(db, SOURCE, stamp(day(2)))


def test_the_same_text_makes_no_version(db: Database) -> None:
    save(db, release(URL, TEXT))
    assert save(db, release(URL, TEXT), at=day(1)).outcome == "same"
    assert observed(db) == ["same"]
    assert len(versions(db)) == 1


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("，", ","),
        TEXT.replace("\n", "\n　　"),
        TEXT + "\n浏览：125次",
        "首页\n政务公开\n" + TEXT,
    ],
    ids=["punctuation", "white space", "counter", "-"],
)
def test_noise_makes_no_version(db: Database, text: str) -> None:
    before = TEXT + "\n浏览：9次" if "浏览" in text else "政务公开\n首页\n" + TEXT if "首页" in text else TEXT
    save(db, release(URL, before))
    assert save(db, release(URL, text), at=day(1)).outcome == "same"
    assert versions(db) == [(1, "published", before)]


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (TITLE, TEXT.replace("万元", "亿元", 1)),
        (TITLE, TEXT + "\n更正：日期应为三月五日。"),
        (TITLE + "（更新）", TEXT),
    ],
    ids=["a word", "a sentence", "the title"],
)
def test_an_edit_makes_a_version_once(db: Database, title: str, text: str) -> None:
    save(db, release(URL, TEXT))
    assert save(db, release(URL, text, title), at=day(1)).outcome == "changed"
    assert save(db, release(URL, text, title), at=day(4)).outcome == "same"
    assert versions(db) == [(1, "published", TEXT), (2, "published", text)]
    assert (held(db)["title"], held(db)["text"], held(db)["version"]) == (title, text, 2)
    assert held(db)["changed"] == stamp(day(1))
    assert held(db)["first_seen"] == stamp(START)
    assert observed(db) == ["changed", "same"]


def test_a_version_keeps_how_it_came_from_the_one_before(db: Database) -> None:
    save(db, release(URL, TEXT))
    save(db, release(URL, TEXT.replace("万元", "亿元", 1)), at=day(1))
    [[first], [second]] = db.execute("SELECT edits FROM versions ORDER BY version").fetchall()
    [edit] = [Edit(*values) for values in json.loads(second)]
    assert first == "[]"
    assert edit.kind == "changed"
    assert "万元" in TEXT[edit.old_start :][: edit.old_length]
    assert "亿元" in held(db)["text"][edit.new_start :][: edit.new_length]


def test_the_index_follows_an_edit(db: Database) -> None:
    save(db, release(URL, TEXT))
    save(db, release(URL, TEXT + "\n鹭鸶归来。"), at=day(1))
    assert one(db, "SELECT rowid FROM releases_fts WHERE releases_fts MATCH ?", '"鹭 鸶"') == 1
    db.execute("INSERT INTO releases_fts(releases_fts, rank) VALUES ('integrity-check', 1)")


def test_parts_belong_to_the_current_version(db: Database) -> None:
    save(db, replace(release(URL, TEXT), citations=(Citation(title="旧规定", start=4),)))
    save(db, replace(release(URL, TEXT + "\n补充。"), citations=(Citation(title="新规定", start=9),)), at=day(1))
    assert db.execute("SELECT title FROM citations").fetchall() == [("新规定",)]


@pytest.mark.parametrize(
    ("title", "text", "reason", "outcome"),
    [
        (TITLE, TEXT[: len(TEXT) // 6], "collapsed", "unreachable"),
        ("提示信息", "您访问的页面不存在或已删除！", "soft-404", "missing"),
        (TITLE, "该文章已被删除", "soft-404", "missing"),
        ("云岭省人民政府门户网站", prose("home"), "another-page", "missing"),
    ],
)
def test_a_good_text_is_not_replaced_by_what_is_none(
    db: Database, title: str, text: str, reason: str, outcome: str
) -> None:
    save(db, release(URL, TEXT))
    saved = save(db, release(URL, text, title), at=day(1))
    assert (saved.outcome, saved.reason) == ("refused", reason)
    assert (held(db)["title"], held(db)["text"]) == (TITLE, TEXT)
    assert observed(db) == [outcome]


def test_a_collapse_is_a_problem_of_the_release_noted_once(db: Database) -> None:
    save(db, release(URL, TEXT))
    for at in (1, 2, 5):
        save(db, release(URL, TEXT[:40]), at=day(at))
    [problem] = json.loads(held(db)["problems"])
    assert problem == f"collapsed: {stamp(day(5))}: 40 characters instead of {len(TEXT)}"


def test_a_text_that_shrinks_to_a_fifth_is_an_edit(db: Database) -> None:
    save(db, release(URL, TEXT))
    assert save(db, release(URL, TEXT[: len(TEXT) // 5 + 1]), at=day(1)).outcome == "changed"


def flicker(number: int, text: str = TEXT) -> Release:
    return release(URL, f"{text}\n今日推荐展板为{'甲乙丙丁戊己庚辛壬癸'[number % 10]}号。", TITLE)


def test_a_page_that_differs_at_every_look_is_followed_so_far_and_noted(db: Database) -> None:
    for number in range(20):
        save(db, flicker(number), at=day(number))
    assert len(versions(db)) == 6
    [problem] = json.loads(held(db)["problems"])
    assert problem.startswith("restless: ")


def test_a_real_edit_of_a_restless_page_is_a_version_once(db: Database) -> None:
    for number in range(10):
        save(db, flicker(number), at=day(number))
    for number in range(10, 20):
        save(db, flicker(number, TEXT.replace("万元", "亿元", 1)), at=day(number))
    assert len(versions(db)) == 7
    assert "亿元" in held(db)["text"]
    assert any(problem.startswith("restless: ") for problem in json.loads(held(db)["problems"]))


def test_edits_now_and_then_are_all_kept(db: Database) -> None:
    for number in range(12):
        save(db, flicker(number), at=day(2 * number))
        save(db, flicker(number), at=day(2 * number + 1))
    assert len(versions(db)) == 12


# read again


def test_a_corrected_reading_is_marked_as_reread(db: Database) -> None:
    save(db, release(URL, TEXT))
    better = TEXT.replace("，", "，\n", 1)
    assert save(db, reread(release(URL, better))).outcome == "reread"
    assert [kind for _, kind, _ in versions(db)] == ["published", "reread"]
    assert held(db)["text"] == better
    assert held(db)["changed"] == stamp(START)
    assert observed(db) == []


def test_the_same_reading_changes_nothing(db: Database) -> None:
    save(db, release(URL, TEXT))
    before = rows(db)
    assert save(db, reread(release(URL, TEXT))).outcome == "same"
    assert rows(db) == before


def test_a_reading_that_corrects_the_day_has_the_cluster_represented_anew(db: Database) -> None:
    save(db, replace(release(URL, TEXT, TITLE), published="2026-03-02"))
    late = replace(release(address(2), TEXT, TITLE), published="2026-03-03")
    save(db, late)
    assert [held(db, number)["cluster"] for number in (1, 2)] == [1, 1]
    assert save(db, reread(replace(late, published="2026-03-01"))).outcome == "same"
    assert [held(db, number)["cluster"] for number in (1, 2)] == [2, 2]


def test_a_reading_that_finds_more_metadata_makes_no_version(db: Database) -> None:
    save(db, release(URL, TEXT))
    found = replace(release(URL, TEXT), publisher="清河发布", turns=(Turn(speaker="林一舟", start=0, length=3),))
    assert save(db, reread(found)).outcome == "same"
    assert held(db)["publisher"] == "清河发布"
    assert one(db, "SELECT count(*) FROM turns") == 1
    assert len(versions(db)) == 1


def test_a_reading_that_collapses_is_refused(db: Database) -> None:
    save(db, release(URL, TEXT))
    assert save(db, reread(release(URL, TEXT[:40]))).outcome == "refused"
    assert held(db)["text"] == TEXT


def test_a_reading_that_takes_out_repeats_does_not_collapse(db: Database) -> None:
    sixfold = "\n".join([TEXT] * 6)
    save(db, release(URL, sixfold))
    cuts = tuple(
        Repeat(start=(len(TEXT) + 1) * n, length=len(TEXT) + 1, of_start=0, text=TEXT + "\n") for n in range(1, 6)
    )
    assert save(db, reread(replace(release(URL, TEXT), repeats=cuts))).outcome == "reread"
    assert held(db)["text"] == TEXT


def capture(db: Database, payload: str, at: float) -> int:
    cursor = db.execute(
        "INSERT INTO captures (url, source, role, fetched, status, sha256, warc, offset, length)"
        " VALUES (?, ?, 'article', ?, 200, ?, '', 0, 0)",
        [URL, SOURCE, stamp(day(at)), payload],
    )
    assert cursor.lastrowid
    return cursor.lastrowid


def test_the_same_bytes_read_otherwise_are_no_change_of_the_publisher(db: Database) -> None:
    save(db, release(URL, TEXT, capture=capture(db, "a", 0)))
    assert save(db, release(URL, TEXT + "\n补充。", capture=capture(db, "a", 1)), at=day(1)).outcome == "reread"
    assert save(db, release(URL, TEXT + "\n再补充。", capture=capture(db, "b", 4)), at=day(4)).outcome == "changed"
    assert [kind for _, kind, _ in versions(db)] == ["published", "reread", "published"]
    assert observed(db) == ["same", "changed"]


def test_a_look_is_conditional_on_the_last_page_that_was_the_release(db: Database) -> None:
    save(db, release(URL, TEXT, capture=capture(db, "a", 0)))
    save(db, release(URL, TEXT, capture=capture(db, "b", 1)), at=day(1))
    save(db, release(URL, "该文章已被删除", capture=capture(db, "c", 4)), at=day(4))
    db.execute("UPDATE captures SET etag = sha256")
    [look] = ledger.looks(db, SOURCE, day(99), everything=True)
    assert look.etag == "b"


# addresses that lead elsewhere


def test_a_held_page_that_leads_to_its_new_address_has_moved(db: Database) -> None:
    for number in range(2, 6):
        save(db, release(address(number), prose(number)))
    save(db, release(URL, TEXT))
    crawl = begin(db, day(1))
    elsewhere = release(address(1, "news"), TEXT, TITLE, at=day(1), listed=Listed(url=URL))
    assert save(db, elsewhere).outcome == "new"
    life.settle(db, crawl, stamp(day(1)))
    assert observed(db) == ["redirected"]
    assert status(db, 5) == "moved"
    assert (held(db, 6)["url"], held(db, 6)["status"]) == (address(1, "news"), "live")


def test_a_held_page_that_leads_to_another_text_is_redirected(db: Database) -> None:
    save(db, release(URL, TEXT))
    saved = save(db, release(address(9), prose(9), at=day(1), listed=Listed(url=URL)))
    assert (saved.outcome, saved.reason) == ("refused", "redirected")
    assert one(db, "SELECT count(*) FROM releases") == 1
    assert observed(db) == ["redirected"]


# pages that could not be read


def page(body: str, **more: Any) -> Page:
    return Page(url=URL, source=SOURCE, fetched=stamp(day(1)), body=body.encode(), **more)


def test_a_page_that_holds_nothing_fails_its_listing(db: Database) -> None:
    record(db, begin(db, START), [URL])
    store.unread(db, page("<p></p>", listed=Listed(url=URL)), Unreadable("no-text"), day(1))
    assert db.execute("SELECT state, reason, attempts FROM listings").fetchall() == [("failed", "no-text", 1)]


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("<html><title>云岭省人民政府</title><div>您访问的页面不存在</div></html>", "missing"),
        ("<html><script>var gone = '页面不存在'</script></html>", "unreachable"),
        ("<script>alert('该信息不存在或已被删除！');history.back();</script>", "missing"),
        ("<script>alert('请输入关键词');</script>", "unreachable"),
        ("<div>页面不存在</div>" * 2000, "unreachable"),
        (
            "<a href='/'>首页</a><a href='/zw/'>政务公开</a><h1></h1><p>主办单位：云岭省人民政府办公厅　地址：云岭大道一号</p>",
            "missing",
        ),
        ("", "unreachable"),
    ],
)
def test_what_an_unreadable_page_says_of_a_held_release(db: Database, body: str, outcome: str) -> None:
    save(db, release(URL, TEXT))
    store.unread(db, page(body), Unreadable("no-text"), day(1))
    assert observed(db) == [outcome]
    assert held(db)["text"] == TEXT


def test_a_vanished_text_that_comes_back_edited_is_a_version(db: Database) -> None:
    for number in range(1, 6):
        save(db, release(address(number), prose(number)))
    for at in (1, 2, 5, 15):
        crawl_looks(db, day(at), {1: "missing", **dict.fromkeys(range(2, 6), "same")})
    assert status(db, 1) == "gone"
    crawl = begin(db, day(45))
    assert save(db, release(URL, TEXT + "\n重新发布。"), at=day(45)).outcome == "changed"
    life.settle(db, crawl, stamp(day(45)))
    assert status(db, 1) == "live"


def test_the_key_of_a_text_follows_better_rules(db: Database) -> None:
    save(db, replace(release(URL, TEXT), text_key="of older rules"))
    save(db, reread(release(URL, TEXT)))
    assert held(db)["text_key"] == text_key(normalised(TEXT))


def test_a_reread_brings_the_markup_of_a_text_that_stays(db: Database) -> None:
    found = release(URL, TEXT)
    save(db, found)
    save(db, reread(replace(found, markup=f"**{TEXT}**", problems=("repaired:2",))))
    assert db.execute("SELECT version, kind, markup FROM versions").fetchall() == [(1, "published", f"**{TEXT}**")]
    assert json.loads(held(db)["problems"]) == ["repaired:2"]
    before = rows(db)
    save(db, reread(replace(found, markup=f"**{TEXT}**", problems=("repaired:2",))))
    assert rows(db) == before


def test_a_reread_keeps_the_problems_that_looks_have_noted(db: Database) -> None:
    found = release(URL, TEXT)
    save(db, found)
    db.execute("UPDATE releases SET problems = ?", [json.dumps(["second-reader", "restless: 2026-03-10: noise"])])
    save(db, reread(replace(found, problems=("repaired:1",))))
    assert json.loads(held(db)["problems"]) == ["repaired:1", "restless: 2026-03-10: noise"]


def test_every_version_keeps_its_own_markup(db: Database) -> None:
    save(db, replace(release(URL, TEXT), markup="## 甲"))
    save(db, replace(release(URL, prose(2) + TEXT, at=day(2)), markup="## 乙"))
    assert db.execute("SELECT version, markup FROM versions ORDER BY 1").fetchall() == [(1, "## 甲"), (2, "## 乙")]


# fields and files


def fielded(text: str = TEXT, **fields: Any) -> Release:
    return replace(release(URL, text, TITLE), files=("http://www.yunling.example/a.pdf",), **fields)


def test_another_day_is_a_version_that_says_so_and_keeps_both(db: Database) -> None:
    save(db, fielded(published="2026-03-05", publisher="省水利厅"))
    assert save(db, fielded(published="2026-01-05", publisher="省水利厅"), at=day(3)).outcome == "changed"
    found = db.execute("SELECT kind, changed, facts ->> 'published', facts ->> 'publisher' FROM versions").fetchall()
    assert found == [
        ("published", "[]", "2026-03-05", "省水利厅"),
        ("published", '["published"]', "2026-01-05", "省水利厅"),
    ]
    assert held(db)["published"] == "2026-01-05"
    assert save(db, fielded(published="2026-01-05", publisher="省水利厅"), at=day(4)).outcome == "same"


def test_a_field_that_comes_and_goes_is_no_edit(db: Database) -> None:
    for number, publisher in enumerate(("省水利厅", "", "省水利厅", "")):
        save(db, fielded(publisher=publisher), at=day(number))
    assert [kind for _, kind, _ in versions(db)] == ["published", "reread", "reread", "reread"]


def test_a_version_is_read_by_the_reader_that_last_read_it_so(db: Database) -> None:
    save(db, replace(fielded(published="2026-03-05"), reader=0))
    save(db, fielded(published="2026-03-05"), at=day(1))
    assert one(db, "SELECT rules FROM versions") == READER
    assert save(db, fielded(published="2026-01-05"), at=day(2)).changed == ("published",)


def test_another_token_in_the_address_of_a_file_is_no_other_file(db: Database) -> None:
    save(db, fielded())
    assert save(db, replace(fielded(), files=("http://www.yunling.example/a.pdf?t=2",)), at=day(1)).outcome == "same"
    assert save(db, replace(fielded(), files=("http://www.yunling.example/b.pdf",)), at=day(2)).changed == (
        "attachments",
    )


def test_a_value_names_the_page_and_the_reader_that_it_comes_from(db: Database) -> None:
    raw = Provenance(field="published", rule="label", raw="2026-03-05", start=12, length=10)
    number = capture(db, "a", 0)
    save(db, replace(fielded(published="2026-03-05"), provenance=(raw,), page=replace(fielded().page, capture=number)))
    found = db.execute("SELECT capture, start, length, rules FROM provenance").fetchall()
    assert found == [(number, 12, 10, READER)]


def file(db: Database, body: bytes, at: float) -> str:
    number = capture(db, body.decode(), at)
    return attachments.keep(db, URL, number, "http://www.yunling.example/a.pdf", "名录", body, stamp(day(at)), Sent())


def test_another_content_at_a_files_address_is_a_version(db: Database) -> None:
    save(db, fielded())
    assert [file(db, body, at) for at, body in enumerate((b"%PDF-1", b"%PDF-1", b"%PDF-2"))] == [
        "kept",
        "kept",
        "changed",
    ]
    assert db.execute(
        "SELECT version, kind, changed, text = ?, seen FROM versions WHERE version > 1", [TEXT]
    ).fetchall() == [(2, "published", '["attachments"]', 1, stamp(day(2)))]
    assert (held(db)["version"], held(db)["changed"]) == (2, stamp(day(2)))
    assert observed(db) == ["changed"]


def test_a_file_that_is_made_anew_for_everybody_is_followed_so_far_and_noted(db: Database) -> None:
    save(db, fielded())
    for number in range(8):
        file(db, b"%%PDF-%d" % number, number)
    assert len(versions(db)) == 5
    assert "restless-file" in held(db)["problems"]


def test_a_file_of_the_site_has_no_row(db: Database) -> None:
    save(db, replace(fielded(), files=()))
    assert [file(db, body, at) for at, body in enumerate((b"%PDF-1", b"%PDF-2"))] == ["", ""]
    assert (len(versions(db)), one(db, "SELECT count(*) FROM attachments")) == (1, 0)


def test_one_text_at_two_addresses_is_released_at_neither(db: Database) -> None:
    urls = [address(1), address(2), address(3)]
    record(db, begin(db, day(0)), urls)
    listed = [Listed(url=url, title=title) for url, title in zip(urls, TITLES, strict=True)]
    for entry in listed:
        db.execute("UPDATE listings SET title = ? WHERE url = ?", [entry.title, entry.url])
    dated = (Provenance(field="published", rule="label", raw="2026-03-01"),)
    site = [
        replace(release(one.url, TEXT, "云桅概况", listed=one), published="2026-03-01", provenance=dated)
        for one in listed
    ]
    assert save(db, site[0]).outcome == "new"
    assert save(db, site[1]).reason == "notice"
    assert rows(db)["releases"] == []
    assert rows(db)["releases_fts"] == []
    assert {state for (state,) in db.execute("SELECT state || reason FROM listings WHERE attempts")} == {"failednotice"}
    true = release(urls[0], prose(7), TITLES[0], listed=listed[0])
    assert save(db, true, at=day(1)).outcome == "new"


def one_line(db: Database, files: tuple[str, ...] = ()) -> list[str]:
    """The outcomes of two articles under titles of their own that show the same line; `files` are those of the first."""
    urls = [address(1), address(2)]
    record(db, begin(db, day(0)), urls)
    outcomes: list[str] = []
    for url, title in zip(urls, TITLES, strict=False):
        entry = Listed(url=url, title=title)
        db.execute("UPDATE listings SET title = ? WHERE url = ?", [title, url])
        shown = release(url, "更多消息敬请留意后续报道", title, listed=entry)
        if url == urls[0] and files:
            shown = replace(shown, files=files, links=tuple(Listed(url=file, title="附件") for file in files))
        outcomes.append(save(db, shown).outcome)
    return outcomes


def test_one_line_at_two_addresses_is_released_at_neither_though_the_titles_fit(db: Database) -> None:
    assert one_line(db) == ["new", "refused"]
    assert rows(db)["releases"] == []


def test_one_line_that_points_to_files_stays(db: Database) -> None:
    assert one_line(db, ("http://www.yunling.example/f/1.pdf",)) == ["new", "new"]


def test_a_held_article_is_not_replaced_by_a_line_that_another_shows(db: Database) -> None:
    save(db, release(URL, "王小禾任渡口镇镇长。", TITLES[1]))
    line = release(address(3), "更多消息敬请留意后续报道", TITLES[0])
    assert save(db, line).outcome == "new"
    assert save(db, release(URL, line.text, TITLES[1]), at=day(1)).reason == "notice"
    assert (held(db)["text"], held(db)["version"]) == ("王小禾任渡口镇镇长。", 1)
    assert observed(db) == ["unreachable"]


TITLES = ("东坪水库除险加固工程通过验收", "梅溪站公交改线方案印发实施", "市教育局公布校舍维修名单")


def test_a_page_of_the_site_that_is_held_yields_to_the_release(db: Database) -> None:
    save(db, release(URL, "云桅市位于云岭省东部，总面积一千八百平方公里。" * 40, "云桅概况"))
    record(db, begin(db, day(0)), [URL])
    saved = save(db, release(URL, TEXT), at=day(3))
    assert (saved.outcome, held(db)["title"], held(db)["version"]) == ("changed", TITLE, 2)
