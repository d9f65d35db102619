"""What was edited from one text to the next, and what is no edit."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.texts.noise import is_restless, noise_only
from archive.texts.normalised import normalised
from archive.texts.notices import is_another_page, says_missing
from archive.texts.sentences import Edit, compare, sentences, to_json, unified

A = "清河市今年计划修缮古桥十二座。第一批四座已经开工！记者问：“什么时候完工？”\n负责人说，年底以前。"


def said(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


def test_sentences_end_with_their_marks_and_with_the_line() -> None:
    assert said(A) == [
        "清河市今年计划修缮古桥十二座。",
        "第一批四座已经开工！",
        "记者问：“什么时候完工？”",
        "负责人说，年底以前。",
    ]
    assert said(" 标题 \n\n没有句号") == ["标题", "没有句号"]


@pytest.mark.parametrize(
    ("new", "kinds"),
    [
        (A, []),
        (A.replace("四座", "五座"), [("changed", "第一批四座已经开工！", "第一批五座已经开工！")]),
        (A.replace("第一批四座已经开工！", ""), [("dropped", "第一批四座已经开工！", "")]),
        (A + "\n工程由市交通局承办。", [("added", "", "工程由市交通局承办。")]),
        ("快讯！" + A, [("added", "", "快讯！")]),
        (
            A.replace("第一批四座已经开工！", "Lorem ipsum dolor sit amet!"),
            [("dropped", "第一批四座已经开工！", ""), ("added", "", "Lorem ipsum dolor sit amet!")],
        ),
        ("", [("dropped", sentence, "") for sentence in said(A)]),
        # what was dropped stands before what was added, also where the two are of different number
        (
            A.replace("第一批四座已经开工！", "Lorem ipsum! Dolor sit amet!"),
            [
                ("dropped", "第一批四座已经开工！", ""),
                ("added", "", "Lorem ipsum!"),
                ("added", "", "Dolor sit amet!"),
            ],
        ),
        # the sentence that was changed is known by its words, not by its place
        (
            A.replace("第一批四座已经开工！", "特此说明如下。第一批五座已经开工！"),
            [("added", "", "特此说明如下。"), ("changed", "第一批四座已经开工！", "第一批五座已经开工！")],
        ),
    ],
)
def test_compare(new: str, kinds: list[tuple[str, str, str]]) -> None:
    found = [(e.kind, A[e.old_start :][: e.old_length], new[e.new_start :][: e.new_length]) for e in compare(A, new)]
    assert found == kinds


TEXTS = (
    st.lists(st.sampled_from(["甲说了。", "乙！", "丙问？”", "没有句号", "1.5亿元。"]), max_size=12).map("".join)
    | st.text()
)


@given(TEXTS, TEXTS)
def test_the_edits_turn_the_old_sentences_into_the_new(old: str, new: str) -> None:
    edits = compare(old, new)
    gone = {(e.old_start, e.old_start + e.old_length) for e in edits if e.old_length}
    come = {(e.new_start, e.new_start + e.new_length) for e in edits if e.new_length}
    stayed = [old[start:end] for start, end in sentences(old) if (start, end) not in gone]
    assert stayed == [new[start:end] for start, end in sentences(new) if (start, end) not in come]


def test_unified_tells_what_was_dropped_before_what_was_added() -> None:
    new = A.replace("第一批四座已经开工！", "Lorem ipsum! Dolor sit amet!")
    assert [line[0] for line in unified(A, new).split("\n")] == [" ", "-", "+", "+", " ", " "]


@given(TEXTS, TEXTS)
def test_unified_holds_both_texts(old: str, new: str) -> None:
    lines = unified(old, new).split("\n")
    assert [line[1:] for line in lines if line[:1] in (" ", "-")] == said(old)
    assert [line[1:] for line in lines if line[:1] in (" ", "+")] == said(new)


def test_edits_are_kept_as_json() -> None:
    assert json.loads(to_json([Edit("changed", 1, 2, 3, 4)])) == [["changed", 1, 2, 3, 4]]


def many(name: str) -> str:
    return "".join(f"{name}第{n}句。" for n in range(60_000))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (many("甲"), many("乙")),
        ("甲" * 2_000_000, "乙" * 2_000_000),
        (",".join("甲" * 500_000), ",".join("甲" * 500_000) + "乙"),
        ("。" * 500_000, "！" * 500_000),
    ],
    ids=["sentences", "one sentence", "one sentence that is alike", "marks alone"],
)
@pytest.mark.timeout(30)
def test_huge_texts_are_compared_in_bounded_time(old: str, new: str) -> None:
    assert sum(edit.old_length for edit in compare(old, new)) <= len(old)
    assert unified(old, new)
    assert not noise_only(old, new) or normalised(old) == normalised(new)
    assert not is_restless([old, new], old + new)
    assert not says_missing("", old)
    is_another_page(old, old, new, new)


BODY = "清河市今年计划修缮古桥十二座，全民阅读量达到5.2本。\n负责人说，年底以前全部完工。"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("浏览：123次", "浏览：124 次"),
        ("【浏览量：1,203】", "【浏览量：1,260】"),
        ("阅读量 1.2万", "阅读量 1.3万"),
        ("点击数：[5]", "点击数：[12]"),
        ("12人浏览", "3,456人浏览"),
        ("来源：清河发布 访问次数：9 字体：大 中 小", "来源：清河发布 访问次数：10 字体：大 中 小"),
        ("（责任编辑：林一舟 2026-03-02 10:15）", "（责任编辑：林一舟 2026-03-03 08:00）"),
        ("责编：林一舟 10:15:20", "责编：林一舟 10:15:21"),
        ("更新时间：2026年3月2日 10时15分", "更新时间：2026年3月9日 11时15分"),
        ("今天是2026年3月2日 星期一", "今天是2026年3月3日 星期二"),
        ("token=9f3a77c1", "token=aa09c2de"),
        ("会话 3f2504e0-4f89-41d3-9a0c-0305e82c3301", "会话 7d444840-9dc0-11d1-b245-5ffdce74fad2"),
        ("【广告】云岭茶叶节", "【广告】清河米糕"),
        ("广告：云岭茶叶节", ""),
        ("首页\n政务公开\n互动交流", "互动交流\n首页\n政务公开"),
    ],
)
def test_noise(before: str, after: str) -> None:
    assert noise_only(f"{BODY}\n{before}", f"{BODY}\n{after}")
    assert noise_only(f"{before}\n{BODY}", f"{after}\n{BODY}")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (BODY, BODY.replace("十二座", "十三座")),
        (BODY, BODY.replace("5.2本", "5.3本")),
        (BODY, BODY.replace("5.2本", "52本")),
        (BODY, BODY.replace("年底以前", "明年")),
        (BODY, f"{BODY}\n更正：应为十一座。"),
        (f"{BODY}\n责任编辑：林一舟", f"{BODY}\n责任编辑：赵满仓"),
        (f"{BODY}\n联系电话：0990-1234567", f"{BODY}\n联系电话：0990-1234568"),
        (f"{BODY}\n320.5\n450", f"{BODY}\n450\n320.5"),  # cells of a table
        (f"{BODY}\n截至目前，浏览3万人次，成交额5亿元。", f"{BODY}\n截至目前，浏览4万人次，成交额5亿元。"),
        (f"{BODY}\n浏览：12次\n共十二座。", f"{BODY}\n浏览：13次\n共十三座。"),
        (f"{BODY}\n第一章\n第二章", f"{BODY}\n第二章\n第一章"),
    ],
)
def test_no_noise(before: str, after: str) -> None:
    assert not noise_only(before, after)


def wavering(n: int, body: str = BODY) -> str:
    return f"{body}\n本页第{'〇甲乙丙丁戊己庚'[n]}块展板。\n办公地点在清河北路。"


RESTLESS = [wavering(n) for n in range(6)]


@pytest.mark.parametrize(
    ("new", "restless"),
    [
        (wavering(7), True),
        (wavering(7).replace("本页第庚块展板。\n", ""), True),
        (wavering(7, BODY.replace("十二座", "十三座")), False),
        (wavering(7) + "\n更正：应为十一座。", False),
        (wavering(7).replace("展板。", "展板。另有两块。"), False),
        (wavering(7).replace("办公地点在清河北路。", ""), False),
        ("完全不同的一页。", False),
    ],
)
def test_a_slot_that_differs_each_time_is_known_by_its_place(new: str, restless: bool) -> None:
    assert is_restless(RESTLESS, new) is restless


def test_a_text_that_grows_is_edited() -> None:
    growing = [BODY + "".join(f"\n第{n}条：又有{n}座开工。" for n in range(size)) for size in range(1, 8)]
    assert not is_restless(growing[:6], growing[6])


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("404", "您访问的页面不存在或已删除！"),
        ("清河市人民政府", "对不起，您要访问的网页不存在，请返回首页。"),
        ("提示信息", "该文章已被删除"),
        ("错误", "抱歉，找不到您要的页面"),
        ("404 Not Found", "The requested URL was not found on this server."),
        ("Error", "Sorry, the page you are looking for does not exist."),
        ("404 - 找不到文件或目录。", "返回"),
        ("系统提示", "您请求的信息已下线"),
    ],
)
def test_a_page_that_says_it_is_missing(title: str, text: str) -> None:
    assert says_missing(title, text)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("清河市修缮古桥", BODY),
        (
            "关于删除违规信息的通报",
            "3月2日，市网信办召开会议，全市上月共删除违规信息四百余条。",
        ),
        ("市民热线404号答复", "来电人反映的路灯问题已经解决，感谢您的监督。"),
        ("不存在拖欠工资的企业公布", "市人社局公布第三批名录，共有四十家企业上榜，均连续三年没有欠薪记录。"),
        ("清河市通报", "该文章已被删除。" + BODY * 8),
    ],
)
def test_a_release_does_not_say_it_is_missing(title: str, text: str) -> None:
    assert not says_missing(title, text)


@pytest.mark.parametrize(
    ("title", "text", "another"),
    [
        ("清河市修缮古桥", BODY, False),
        ("清河市修缮古桥", "全文改写，没有一句相同的话留下来了。", False),
        ("另起的题目", BODY.replace("十二座", "十三座"), False),
        ("云岭省人民政府门户网站", "要闻动态一二三四五六七。省政府召开常务会议研究部署。", True),
    ],
)
def test_another_page(title: str, text: str, another: bool) -> None:
    assert is_another_page("清河市修缮古桥", BODY, title, text) is another
