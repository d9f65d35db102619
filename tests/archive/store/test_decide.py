"""The rules by which a read release becomes new, a version or nothing: pure functions, so no database stands here."""

from dataclasses import replace
from typing import Any

import pytest

from archive.model import READER, Listed, Page, Provenance, Refusal, Release, Repeat
from archive.store.decide import Decision, Held, Known, Twin, decide, decide_unread, with_list_values
from archive.texts.normalised import normalised

URL = "http://www.yunling.example/xwzx/202603/t20260302_1001.html"
TITLE = "省水利厅就古桥修缮召开专题会议"
TEXT = (
    "省水利厅就古桥修缮召开了专题会议，青岭镇第27号工地投入415万元。\n"
    "群众代表到场监督，有关负责人现场答复了提问，设备已经运抵工地。\n"
    "东坪水库至三岔口一线由省市县三级分担资金，下一步将逐户回访。"
)
MISSING = "您访问的页面不存在或已删除！"
OTHER = "梅溪站至云顶村的公交改线方案印发实施，票价不作调整。\n市民可以在渡口的窗口办理换乘登记手续。"
MAINTENANCE = "为提供更好的服务，本网站正在进行系统升级维护，由此给您带来的不便敬请谅解。"
BUSY = "服务器繁忙，内容加载失败，请稍后再试。"
SLIDER = "为保障您的访问安全，请把图片转到正确的方向。"
LONG = (
    MAINTENANCE
    + (
        "\n升级期间网站将暂停访问，请您稍后再试。需要办理业务的群众可前往政务服务大厅窗口办理。"
        "\n升级完成后请您清除浏览器缓存，从首页重新进入；如遇登录失败，请使用找回密码功能。"
        "\n升级过程中页面可能显示异常，系统繁忙时请您耐心等待。"
    )
    * 3
)
MISFIT = "云岭省位于大陆东部，总面积一千八百平方公里，素有茶乡之称。"
EARLIER, BEFORE, NOW = "2026-01-02T09:00:00Z", "2026-03-02T09:00:00Z", "2026-03-09T09:00:00Z"


def release(text: str = TEXT, title: str = TITLE, **page: Any) -> Release:
    read = Page(**{"url": URL, "source": "yunling", "fetched": NOW, "body": b"", **page})
    return Release(page=read, title=title, text=text, text_key=normalised(text))


def headed(text: str, title: str) -> Release:
    return replace(
        release(text, title), provenance=(Provenance(field="publisher", rule="label", raw="来源：云岭省政府办公厅"),)
    )


def held(text: str = TEXT, title: str = TITLE, **more: Any) -> Held:
    return Held(
        **{
            "id": 7,
            "version": 1,
            "title": title,
            "text": text,
            "text_key": normalised(text),
            "changed": BEFORE,
            "reader": READER,
            **more,
        }
    )


def flicker(mark: str) -> str:
    return f"{TEXT}\n今日推荐展板为{mark}号。"


RESTLESS = Known(outcomes=("changed",) * 5, texts=tuple(flicker(mark) for mark in "甲乙丙丁戊己"))
SAME = Decision(outcome="same", release=7, look="same", answered=True)
CHANGED = Decision(outcome="changed", release=7, write="replace", changed=("text",), look="changed", answered=True)
REREAD = Decision(outcome="reread", release=7, write="replace", kind="reread", changed=("text",), held_page=True)
NOTHING = Known()
LISTED = Known(listed=Listed(url=URL, title=TITLE, date="2026-03-02"))


def refused(reason: Refusal = "", **more: Any) -> Decision:
    return Decision(outcome="refused", reason=reason, **more)


FIRST = {
    "a release": (release(), NOTHING, Decision(outcome="new", write="insert")),
    "a soft 404": (release(MISSING), NOTHING, refused("soft-404", listing="failed")),
    "a notice": (release(MAINTENANCE, "网站维护公告"), LISTED, refused("notice", listing="failed")),
    "a notice that no list names": (release(MAINTENANCE, "网站维护公告"), NOTHING, refused("notice", listing="failed")),
    "a notice read again": (release(BUSY, reread=True), LISTED, refused("notice", listing=None)),
    "a page that fits its entry": (release(), LISTED, Decision(outcome="new", write="insert")),
    "a soft 404 read again": (release(MISSING, reread=True), NOTHING, refused("soft-404", listing=None)),
    "a removed address": (release(), Known(removed=True), refused("removed", listing="skipped")),
}


@pytest.mark.parametrize(("found", "known", "decision"), FIRST.values(), ids=FIRST)
def test_an_address_that_holds_nothing(found: Release, known: Known, decision: Decision) -> None:
    assert decide(None, found, known) == decision


ELSEWHERE = Twin(id=9, listed="梅溪站公交改线", title="梅溪站公交改线", version=1, bare=True)
LOOKS = {
    "the same": (held(), release(), NOTHING, SAME),
    "other punctuation": (held(), release(TEXT.replace("，", ",")), NOTHING, SAME),
    "blanks in the title": (held(), release(title=TITLE.replace("就", " 就 ")), NOTHING, SAME),
    "an edit": (held(), release(TEXT + "\n更正：日期应为三月五日。"), NOTHING, CHANGED),
    "another title": (held(), release(title=TITLE + "（更新）"), NOTHING, replace(CHANGED, changed=("title",))),
    "a counter": (held(TEXT + "\n浏览：9次"), release(TEXT + "\n浏览：125次"), NOTHING, SAME),
    "a counter and another title": (
        held(TEXT + "\n浏览：9次"),
        release(TEXT + "\n浏览：125次", TITLE + "（更新）"),
        NOTHING,
        replace(CHANGED, changed=("title",)),
    ),
    "a soft 404": (held(), release(MISSING), NOTHING, refused("soft-404", release=7, look="missing")),
    "a notice that is held changes": (held(MISSING), release("该文章已被删除"), NOTHING, CHANGED),
    "a notice": (
        held(),
        release(MAINTENANCE, "网站维护公告"),
        NOTHING,
        refused("notice", release=7, look="unreachable"),
    ),
    "a notice under the held title": (held(), release(BUSY), LISTED, refused("notice", release=7, look="unreachable")),
    "a line that tells of its own page, under the held title": (
        held("王小禾任渡口镇镇长。"),
        release("该信息尚未发布"),
        LISTED,
        refused("notice", release=7, look="unreachable"),
    ),
    "such a line is held, and the release": (held("正在加载…"), release("王小禾任渡口镇镇长。"), LISTED, CHANGED),
    "such a line within a text": (held(), release(TEXT + "\n附表内容正在审核"), LISTED, CHANGED),
    "a line that another article shows as well": (
        held("王小禾任渡口镇镇长。"),
        release("更多消息敬请留意后续报道"),
        replace(LISTED, twins=(ELSEWHERE,)),
        refused("notice", release=7, look="unreachable"),
    ),
    "a line of its own": (held("王小禾任渡口镇镇长。"), release("苏小禾任渡口镇镇长。"), LISTED, CHANGED),
    "a line that points to files elsewhere": (
        held("王小禾任渡口镇镇长。"),
        release("任职文件附后。"),
        replace(LISTED, twins=(replace(ELSEWHERE, bare=False),)),
        CHANGED,
    ),
    "a long notice": (
        held(),
        release(LONG, "网站升级维护公告"),
        LISTED,
        refused("notice", release=7, look="unreachable"),
    ),
    "another release at an address to which its list gives another title now": (
        held(),
        release(OTHER, "梅溪站公交改线"),
        Known(listed=Listed(url=URL, title="梅溪站公交改线")),
        replace(CHANGED, changed=("title", "text")),
    ),
    "another page, as long": (
        held(),
        release(OTHER * 7, "梅溪站公交改线"),
        LISTED,
        refused("another-page", release=7, look="missing", problem=f"another-page: {NOW}: 梅溪站公交改线"),
    ),
    "a long edit that names an upgrade": (
        held(),
        release(TEXT * 4 + "\n本网站查询系统正在升级，请您稍后再试。"),
        LISTED,
        CHANGED,
    ),
    "a notice that is held, and the release": (
        held(MAINTENANCE, "网站维护公告"),
        release(),
        LISTED,
        replace(CHANGED, changed=("title", "text")),
    ),
    "a long page of the site that is held, and the release": (
        held(OTHER * 20, "云岭省人民政府门户网站"),
        release(),
        LISTED,
        replace(CHANGED, changed=("title", "text")),
    ),
    "another page at an address whose release never had the listed title": (
        held(OTHER, "梅溪站公交改线"),
        release(MISFIT, "云岭概况"),
        LISTED,
        refused("another-page", release=7, look="missing", problem=f"another-page: {NOW}: 云岭概况"),
    ),
    "another page": (
        held(),
        release(OTHER, "云岭省人民政府门户网站"),
        NOTHING,
        refused("another-page", release=7, look="missing", problem=f"another-page: {NOW}: 云岭省人民政府门户网站"),
    ),
    "another article whose title is like the held one, which the list still has": (
        held(title="青岭镇召开古桥修缮推进会议"),
        release(OTHER, "东坪镇召开公交改线推进会议"),
        Known(listed=Listed(url=URL, title="青岭镇召开古桥修缮推进会议")),
        refused("another-page", release=7, look="missing", problem=f"another-page: {NOW}: 东坪镇召开公交改线推进会议"),
    ),
    "a text that was written anew below a title that goes on": (
        held(title="青岭镇召开古桥修缮推进会议"),
        release(OTHER, "青岭镇召开古桥修缮推进会议（更新）"),
        Known(listed=Listed(url=URL, title="青岭镇召开古桥修缮推进会议")),
        replace(CHANGED, changed=("title", "text")),
    ),
    "a new text below a title like the held one, which the list never had": (
        held(title="青岭镇召开古桥修缮推进会议"),
        release(OTHER, "东坪镇召开公交改线推进会议"),
        Known(listed=Listed(url=URL, title="会议")),
        replace(CHANGED, changed=("title", "text")),
    ),
    "the listed release where another article, that has some of its words, is held": (
        held("青岭镇的古桥将于四月底修缮完工，两岸居民可以通行。", "青岭镇的古桥"),
        release(OTHER, "古桥修缮专题会议在青岭镇召开"),
        Known(listed=Listed(url=URL, title="古桥修缮专题会议在青岭镇召开")),
        replace(CHANGED, changed=("title", "text")),
    ),
    "a check of the visitor": (
        held(),
        release(SLIDER, "访问验证"),
        NOTHING,
        refused("another-page", release=7, look="unreachable", problem=f"another-page: {NOW}: 访问验证"),
    ),
    "a headed page that tells as little": (
        held(),
        headed(SLIDER, "访问验证"),
        NOTHING,
        refused("another-page", release=7, look="missing", problem=f"another-page: {NOW}: 访问验证"),
    ),
    "less than a fifth": (
        held(TEXT * 6),
        release(TEXT),
        NOTHING,
        refused(
            "collapsed",
            release=7,
            look="unreachable",
            problem=f"collapsed: {NOW}: {len(TEXT)} characters instead of {6 * len(TEXT)}",
        ),
    ),
    "a line in its place": (
        held(TEXT * 2),
        release("该文章已归档。"),
        NOTHING,
        refused(
            "collapsed", release=7, look="missing", problem=f"collapsed: {NOW}: 7 characters instead of {2 * len(TEXT)}"
        ),
    ),
    "a line that tells of its own page, in its place": (
        held(TEXT),
        release("该信息尚未发布"),
        NOTHING,
        refused("notice", release=7, look="missing"),
    ),
    "a line in its place that another article shows as well": (
        held(TEXT),
        release("此件另行处理"),
        replace(LISTED, twins=(ELSEWHERE,)),
        refused("notice", release=7, look="missing"),
    ),
    "a line of an outage in its place": (
        held(TEXT * 3),
        release("系统维护中。"),
        NOTHING,
        refused("notice", release=7, look="unreachable"),
    ),
    "a line with a file in its place": (
        held(TEXT * 2),
        replace(release("详情另见文件。"), links=(Listed(url=f"{URL}/1.pdf", title="附件"),)),
        NOTHING,
        refused(
            "collapsed",
            release=7,
            look="unreachable",
            problem=f"collapsed: {NOW}: 7 characters instead of {2 * len(TEXT)}",
        ),
    ),
    "a fifth": (held(TEXT * 5), release(TEXT), NOTHING, CHANGED),
    "a page without its end": (
        held(),
        release(TEXT[:60], unclosed=True),
        NOTHING,
        refused(
            "collapsed",
            release=7,
            look="unreachable",
            problem=f"collapsed: {NOW}: 60 characters instead of {len(TEXT)}",
        ),
    ),
    "the same page without its end once more": (
        held(problems=(f"collapsed: {BEFORE}: 60 characters instead of {len(TEXT)}",)),
        release(TEXT[:60], unclosed=True),
        NOTHING,
        CHANGED,
    ),
    "a closed page without the last sentences": (held(), release(TEXT[:60]), NOTHING, CHANGED),
    "an edit of a page that is never closed": (
        held(),
        release(TEXT.replace("415", "416"), unclosed=True),
        NOTHING,
        CHANGED,
    ),
    "the same bytes": (
        held(),
        release(TEXT + "\n补充。"),
        Known(same_bytes=True),
        replace(REREAD, look="same", answered=True),
    ),
    "the same bytes and a key of older rules": (
        held(text_key="older"),
        release(),
        Known(same_bytes=True),
        replace(SAME, write="correct", held_page=True),
    ),
}


@pytest.mark.parametrize(("before", "found", "known", "decision"), LOOKS.values(), ids=LOOKS)
def test_a_look_at_a_held_release(before: Held, found: Release, known: Known, decision: Decision) -> None:
    assert decide(before, found, known) == decision


NOTE = f"restless: {NOW}: the text differs at every look; where it does, it is no longer followed"
FLICKERS = {
    "five changes in a row": (held(flicker("己")), RESTLESS, flicker("庚"), replace(SAME, problem=NOTE)),
    "four changes in a row": (
        held(flicker("己")),
        replace(RESTLESS, outcomes=("same", *RESTLESS.outcomes[1:])),
        flicker("庚"),
        CHANGED,
    ),
    "known as restless": (
        held(flicker("己"), problems=("restless: noted",)),
        replace(RESTLESS, outcomes=("same",)),
        flicker("庚"),
        SAME,
    ),
    "an edit elsewhere": (held(flicker("己")), RESTLESS, flicker("庚").replace("万元", "亿元"), CHANGED),
}


@pytest.mark.parametrize(("before", "known", "text", "decision"), FLICKERS.values(), ids=FLICKERS)
def test_a_page_that_differs_at_every_look(before: Held, known: Known, text: str, decision: Decision) -> None:
    assert decide(before, release(text), known) == decision


CUT = (Repeat(start=0, length=5 * len(TEXT), of_start=0, text=TEXT * 5),)
REREADINGS = {
    "the same": (held(), release(reread=True), Decision(outcome="same", release=7, write="correct")),
    "other punctuation": (held(), release(TEXT.replace("，", ","), reread=True), REREAD),
    "another page, by better rules": (
        held(),
        release(OTHER, "公交改线", reread=True),
        replace(REREAD, changed=("title", "text")),
    ),
    "a soft 404": (held(), release(MISSING, reread=True), refused("soft-404", release=7)),
    "less than a fifth": (
        held(TEXT * 6),
        release(reread=True),
        refused(
            "collapsed",
            release=7,
            problem=f"collapsed: {NOW}: {len(TEXT)} characters instead of {6 * len(TEXT)}",
        ),
    ),
    "repeats taken out": (held(TEXT * 6), replace(release(reread=True), repeats=CUT), REREAD),
}


@pytest.mark.parametrize(("before", "found", "decision"), REREADINGS.values(), ids=REREADINGS)
def test_a_kept_page_read_again(before: Held, found: Release, decision: Decision) -> None:
    assert decide(before, found, NOTHING) == decision


IMPORTED = {
    "an older text": (
        TEXT + "\n补充。",
        NOTHING,
        Decision(outcome="changed", release=7, write="add", changed=("text",)),
    ),
    "one that is a version": (TEXT + "\n补充。", Known(has_text=True), Decision(outcome="same", release=7)),
    "a soft 404": (MISSING, NOTHING, refused("soft-404", release=7)),
    "the held text": (TEXT, NOTHING, SAME),
}


@pytest.mark.parametrize(("text", "known", "decision"), IMPORTED.values(), ids=IMPORTED)
def test_a_page_that_is_older_than_the_held_text(text: str, known: Known, decision: Decision) -> None:
    assert decide(held(), release(text, fetched=EARLIER), known) == decision


DAY, MINUTE = "2026-03-05", "2026-03-05T09:17+08:00"
SAME_TEXT = replace(SAME, outcome="reread", write="replace", kind="reread")
FIELDS: dict[str, tuple[dict[str, Any], dict[str, Any], Known, Decision]] = {
    "another day": (
        {"published": MINUTE},
        {"published": "2026-01-05T09:17+08:00"},
        NOTHING,
        replace(CHANGED, changed=("published",)),
    ),
    "another minute": (
        {"published": MINUTE},
        {"published": "2026-03-05T10:00+08:00"},
        NOTHING,
        replace(CHANGED, changed=("published",)),
    ),
    "the same day with its minute": ({"published": DAY}, {"published": MINUTE}, NOTHING, SAME),
    "another publisher": (
        {"publisher": "省水利厅"},
        {"publisher": "省教育厅"},
        NOTHING,
        replace(CHANGED, changed=("publisher",)),
    ),
    "a publisher with a blank": ({"publisher": "省水利厅"}, {"publisher": "省 水利厅"}, NOTHING, SAME),
    "two fields, one of them empty now": (
        {"editor": "林一舟", "doc_number": "云水发〔2026〕3号"},
        {"doc_number": "云水发〔2026〕4号"},
        NOTHING,
        replace(CHANGED, changed=("doc_number",)),
    ),
    "a field that is empty now": (
        {"publisher": "省水利厅"},
        {},
        NOTHING,
        replace(SAME_TEXT, changed=("publisher",)),
    ),
    "a field that was empty and has its last value again": (
        {},
        {"publisher": "省水利厅"},
        Known(values=(("publisher", "省水利厅"),)),
        replace(SAME_TEXT, changed=("publisher",)),
    ),
    "a field that is new": ({}, {"editor": "林一舟"}, NOTHING, replace(CHANGED, changed=("editor",))),
    "the time of the meta tag": ({"published_meta": DAY}, {"published_meta": "2026-03-06"}, NOTHING, SAME),
    "another version of the reader": (
        {"published": MINUTE, "reader": READER - 1},
        {"published": "2026-01-05"},
        NOTHING,
        replace(SAME_TEXT, changed=("published",)),
    ),
    "another version of the reader that reads the same": (
        {"published": DAY, "reader": READER - 1},
        {"published": DAY},
        NOTHING,
        replace(SAME, write="confirm"),
    ),
    "the same bytes": (
        {"published": MINUTE},
        {"published": "2026-01-05"},
        Known(same_bytes=True),
        replace(SAME, write="correct", changed=("published",), held_page=True),
    ),
    "another file": (
        {"files": frozenset({"a.pdf"})},
        {},
        Known(files=frozenset({"b.pdf"})),
        replace(CHANGED, changed=("attachments",)),
    ),
    "files that were not looked for": ({}, {}, Known(files=frozenset({"b.pdf"})), SAME),
    "another file, by another version of the reader": (
        {"files": frozenset({"a.pdf"}), "reader": READER - 1},
        {},
        Known(files=frozenset({"b.pdf"})),
        replace(SAME, write="confirm"),
    ),
    "the sixth edit in a row": (
        {"published": DAY},
        {"published": "2026-03-11"},
        RESTLESS,
        replace(SAME, problem=f"restless-fields: {NOW}: published differ at every look"),
    ),
    "a field that is known to differ at every look": (
        {"published": DAY, "problems": ("restless-fields: published",)},
        {"published": "2026-03-12"},
        NOTHING,
        SAME,
    ),
}


@pytest.mark.parametrize(("before", "now", "known", "decision"), FIELDS.values(), ids=FIELDS)
def test_a_look_that_finds_other_fields(
    before: dict[str, Any], now: dict[str, Any], known: Known, decision: Decision
) -> None:
    assert decide(held(**before), replace(release(), **now), known) == decision


def test_a_counter_beside_another_publisher_hides_no_edit() -> None:
    found = replace(release(TEXT + "\n浏览：125次"), publisher="省教育厅")
    before = held(TEXT + "\n浏览：9次", publisher="省水利厅")
    assert decide(before, found, NOTHING) == replace(CHANGED, changed=("publisher",))


def test_an_edit_of_the_text_names_the_fields_too() -> None:
    found = replace(release(TEXT + "\n更正。"), published="2026-03-09")
    assert decide(held(published=DAY), found, NOTHING) == replace(CHANGED, changed=("text", "published"))


WHOLE = replace(CHANGED, outcome="reread", kind="reread")
BROKEN = {
    "the whole page": (TEXT[:60], release(), WHOLE),
    "the whole page, after half of a sign": (TEXT[:60] + "\ufffd", release(), WHOLE),
    "a longer page that breaks off as well": (
        TEXT[:60],
        replace(release(TEXT[:90], unclosed=True), problems=("torn",)),
        CHANGED,
    ),
    "a page that is never closed": (TEXT[:60], release(unclosed=True), CHANGED),
    "a page that says something else": (TEXT[:60], release(TEXT.replace("415", "416")), CHANGED),
}


@pytest.mark.parametrize(("torn", "found", "decision"), BROKEN.values(), ids=BROKEN)
def test_a_whole_page_after_a_torn_one_is_no_edit(torn: str, found: Release, decision: Decision) -> None:
    assert decide(held(torn, problems=("torn",)), found, NOTHING) == decision
    assert decide(held(torn, problems=("open-end",)), found, NOTHING) == decision
    assert decide(held(torn), found, NOTHING) == CHANGED


def test_a_look_keeps_the_day_that_the_list_gave() -> None:
    before = held(published=DAY, publisher="省水利厅", listed=frozenset({"published"}))
    found = with_list_values(before, release())
    assert (found.published, found.publisher) == (DAY, "")
    assert [(one.field, one.rule, one.raw) for one in found.provenance] == [("published", "list", DAY)]


LEFT = Known(left=held(id=3))


def test_a_held_address_that_leads_to_its_own_text_is_redirected_and_the_text_is_new() -> None:
    assert decide(None, release(), LEFT) == Decision(outcome="new", write="insert", redirected=3)


def test_a_held_address_that_leads_to_another_text_gives_nothing() -> None:
    found = release(OTHER, "公交改线")
    decision = refused("redirected", release=3, redirected=3, listing=None)
    assert decide(None, found, LEFT) == decision
    assert decide(held(OTHER, "公交改线"), found, LEFT) == decision


def test_a_held_address_that_leads_to_a_notice_tells_nothing_of_its_page() -> None:
    decision = refused("notice", release=3, redirected=3, led="unreachable", listing=None)
    assert decide(None, release(MAINTENANCE, "网站维护公告"), LEFT) == decision


def test_a_held_address_that_leads_to_a_page_that_says_it_is_missing_is_redirected() -> None:
    decision = refused("soft-404", release=3, redirected=3, listing=None)
    assert decide(None, release(MISSING, "提示信息"), LEFT) == decision


def test_an_address_that_leads_to_a_check_of_the_visitor_is_not_lost() -> None:
    decision = refused("redirected", release=3, redirected=3, led="unreachable", listing=None)
    assert decide(None, release(SLIDER, "访问验证"), LEFT) == decision


def test_an_entry_that_leads_to_another_release_is_not_held_by_it() -> None:
    led = Listed(url=f"{URL}?other", title="梅溪站公交改线方案印发实施")
    assert decide(held(), release(listed=led), NOTHING) == refused("notice", listing="failed")
    same = Listed(url=f"{URL}?other", title=TITLE)
    assert decide(held(), release(listed=same), NOTHING) == SAME


UNREAD = {
    "nothing is held": (None, None, "", refused(listing="failed")),
    "it says that it is missing": (held(), None, MISSING, refused(release=7, look="missing", listing=None)),
    "it says nothing": (held(), None, "", refused(release=7, look="unreachable", listing=None)),
    "the listed address is held": (None, held(id=3), "", refused(redirected=3, listing=None)),
}


@pytest.mark.parametrize(("before", "left", "words", "decision"), UNREAD.values(), ids=UNREAD)
def test_a_page_that_holds_no_release(before: Held | None, left: Held | None, words: str, decision: Decision) -> None:
    assert decide_unread(before, left, words) == decision


def test_a_listed_page_is_decided_by_the_same_rules() -> None:
    assert decide(held(), release(listed=Listed(url=URL)), NOTHING) == SAME
