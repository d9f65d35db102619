"""How two releases are judged."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.duplicates.comparison import Likeness, fingerprint, judge, titles_alike
from tests.invented import NEWS, TITLE, article

DAY = "2021-03-12"
EXCERPT = "\n".join(NEWS.split("\n")[:4]).replace("会议指出", "会上大家认为")
FEET = "\n(本文来源：云岭日报)\n责任编辑：周小满\n扫一扫在手机打开当前页"


def how(
    a: str, b: str, title: str = TITLE, other: str = TITLE, day: str | None = DAY, other_day: str | None = DAY
) -> Likeness:
    return judge(fingerprint(title, day, a), fingerprint(other, other_day, b))


@pytest.mark.parametrize(
    ("other", "day", "text"),
    [
        pytest.param(TITLE, DAY, "云岭日报讯（记者 周小满）\n" + NEWS + FEET, id="head and foot"),
        pytest.param(TITLE + "_清河要闻_清河网", "2021-03-13T08:00+08:00", NEWS, id="the site's name in the title"),
        pytest.param(TITLE[:12] + "…", None, NEWS.replace("。", "。\n"), id="truncated title, no day"),
        pytest.param("林一舟部署河道治理", DAY, NEWS + FEET, id="another title"),
        pytest.param(TITLE, DAY, "\n".join(NEWS.split("\n")[:3]), id="the first half under the same title and day"),
        pytest.param("林一舟部署河道治理", "2021-09-01", NEWS, id="another title, another month, the same text"),
        pytest.param(TITLE, "2021-09-01", "\n".join(NEWS.split("\n")[:3]), id="the first half in another month"),
    ],
)
def test_copies_are_duplicates(other: str, day: str | None, text: str) -> None:
    assert how(text, NEWS, other=TITLE, title=other, day=day).kind == "duplicate"


def test_a_traditional_copy_is_a_duplicate() -> None:
    copy = how(NEWS.replace("会议", "會議").replace("监测", "監測").replace("。", "．"), NEWS)
    assert (copy.kind, copy.jaccard) == ("duplicate", 1.0)


@pytest.mark.parametrize(
    ("a", "b", "days"),
    [
        pytest.param(article(1), article(2), (DAY, DAY), id="two texts under one title"),
        pytest.param(
            "3月1日0时至24时，全省新开工项目12个，完成投资3.4亿元，新增就业560人。截至3月1日，累计开工231个。",
            "3月2日0时至24时，全省新开工项目9个，完成投资2.8亿元，新增就业471人。截至3月2日，累计开工240个。",
            ("2021-03-02", "2021-03-03"),
            id="daily bulletins",
        ),
        pytest.param(
            NEWS,
            re.sub(r"\d+(\.\d)?", lambda figure: figure.group()[::-1] + "7", NEWS),
            (None, None),
            id="other figures",
        ),
        pytest.param(
            "本台明天将直播清河市第十届人民代表大会第二次会议开幕会，届时各县区融媒体中心同步转播。",
            "本台明天将直播清河市第十届人民代表大会第三次会议开幕会，届时各县区融媒体中心同步转播。",
            ("2021-01-09", "2022-01-10"),
            id="this year's notice and last year's",
        ),
        pytest.param(
            NEWS,
            NEWS.replace("清河市", "南坪区")
            .replace("林一舟", "郑远")
            .replace("白杨渡", "柳溪口")
            .replace("青石湾", "红土坡"),
            ("2021-03-12", "2021-06-30"),
            id="one pattern, other names",
        ),
        pytest.param(
            "经审查，我局拟对云峰茶业有限公司年产3万吨茶饮料项目的环境影响评价文件作出审批意见，公示期为5个工作日。"
            "建设地点：云峰县柳溪镇。建设单位：云峰茶业有限公司。申请人、利害关系人可以提出听证申请。",
            "经审查，我局拟对白鹭湖船舶有限公司年产40艘游船项目的环境影响评价文件作出审批意见，公示期为5个工作日。"
            "建设地点：南坪区渡口街道。建设单位：白鹭湖船舶有限公司。申请人、利害关系人可以提出听证申请。",
            (DAY, DAY),
            id="two notices of one day under one title",
        ),
    ],
)
def test_what_is_alike_but_another_release(a: str, b: str, days: tuple[str | None, str | None]) -> None:
    assert how(a, b, day=days[0], other_day=days[1]).kind == ""


OUTAGE = (
    "因供水管网改造施工，柳林街道定于6月25日8时至20时停止供水，请广大用户提前做好储水准备，由此带来的不便敬请谅解。"
)
FEES = f"{NEWS}\n云峰县各乡镇要按时完成缴费。本通知由云峰县医疗保障局负责解释。\n云峰县人民政府办公室印发"
GUEST = "6月22日，市长石渡舟会见了来清河考察的远帆集团一行，双方就港口物流合作进行了深入交流，副市长林鹿参加会见。"
MEASURE = (
    "根据市生态环境局、气象局会商结果，经市应急指挥部研究，决定自1月{}日{}时起{}重污染天气黄色预警，"
    "请各县区、各部门按照应急预案落实相应措施。"
)
PLAN = (
    "云桅公司申报的“清河花园”规划方案，经我局审查，符合《清河县控制性详细规划》要求。项目位于柳林路以东、梅溪路以南，"
    "用地面积35621平方米，总建筑面积78965平方米，容积率2.0，建筑密度22%，绿地率35%。现"
)
PATTERNS = {
    "two counties": (
        (FEES, "医保缴费通知", "2026-06-23"),
        (FEES.replace("云峰", "柳溪"), "医保缴费通知", "2026-06-23"),
    ),
    "a day that moves": (
        (OUTAGE, "停水公告", "2026-06-23"),
        (OUTAGE.replace("25日", "26日"), "停水公告", "2026-06-24"),
    ),
    "the guest of both titles": (
        (GUEST, "石渡舟会见远帆集团董事长", "2026-06-23"),
        (GUEST.replace("远帆", "南风"), "石渡舟会见南风集团董事长", "2026-06-23"),
    ),
    "a colour in both titles": (
        (f"清河市发布暴雨黄色预警信号。{NEWS}", "清河市发布暴雨黄色预警", "2026-06-23"),
        (f"清河市发布暴雨橙色预警信号。{NEWS}", "清河市发布暴雨橙色预警", "2026-06-23"),
    ),
    "the beginning and the end of a measure": (
        (MEASURE.format(5, 18, "启动"), "关于启动重污染天气黄色预警的通告", "2026-01-05"),
        (MEASURE.format(8, 12, "解除"), "关于解除重污染天气黄色预警的通告", "2026-01-08"),
    ),
    "two steps of a procedure": (
        (f"{PLAN}予以批前公示，如有意见请书面反馈我局。", "“清河花园”规划方案批前公示", "2026-03-05"),
        (f"{PLAN}已批准，予以批后公布。", "“清河花园”规划方案批后公布", "2026-03-12"),
    ),
}
COPIES = {
    "the city for 我市": ((FEES.replace("云峰县", "我县"), "通知", DAY), (FEES, "通知", DAY)),
    "a day that was misread": (
        (OUTAGE, "停水公告", "2026-06-23"),
        (OUTAGE.replace("25日", "26日"), "停水公告", "2026-06-23"),
    ),
    "a dateline that moves": (
        (f"本报6月22日讯{GUEST}", "石渡舟会见远帆集团", "2026-06-22"),
        (f"本报6月23日讯{GUEST}", "石渡舟会见远帆集团", "2026-06-23"),
    ),
    "a name for an office in the title alone": (
        (NEWS, "林一舟部署河道治理", DAY),
        (NEWS + FEET, "副市长部署河道治理", DAY),
    ),
    "我市 for 全市 in both titles": ((f"全市{NEWS}", "全市治理河道", DAY), (f"我市{NEWS}", "我市治理河道", DAY)),
    "the hour of a measure is mended": (
        (MEASURE.format(5, 18, "启动"), "关于启动重污染天气黄色预警的通告", "2026-01-05"),
        (MEASURE.format(5, 12, "启动"), "关于启动重污染天气黄色预警的通告", "2026-01-05"),
    ),
    "another word in the title alone": (
        (MEASURE.format(5, 18, "启动"), "关于启动重污染天气黄色预警的通告", "2026-01-05"),
        (MEASURE.format(5, 18, "启动") + FEET, "关于发布重污染天气黄色预警的通告", "2026-01-05"),
    ),
    "the county for 我县 in titles and texts": (
        (f"我县召开推进会。{NEWS}", "我县召开高质量发展推进会", DAY),
        (f"清河县召开推进会。{NEWS}", "清河县召开高质量发展推进会", DAY),
    ),
    "a name that is hidden": ((NEWS.replace("林一舟", "林某某"), TITLE, DAY), (NEWS, TITLE, DAY)),
    "a name that is misread": ((NEWS.replace("林一舟", "林一丹"), TITLE, DAY), (NEWS, TITLE, DAY)),
    "another word twice": ((NEWS.replace("治理工作", "整治任务"), TITLE, DAY), (NEWS, TITLE, DAY)),
    "another word once": ((NEWS, TITLE, DAY), (NEWS.replace("召开", "举行", 1), TITLE, DAY)),
    "another word in title and text that stays elsewhere": (
        (NEWS, TITLE, DAY),
        (NEWS.replace("召开", "举行", 1) + "会议在召开前发布了公告。", TITLE.replace("召开", "举行"), DAY),
    ),
}


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [(*pair, "") for pair in PATTERNS.values()] + [(*pair, "duplicate") for pair in COPIES.values()],
    ids=[*PATTERNS, *COPIES],
)
def test_a_name_or_a_day_tells_two_of_one_pattern_apart(
    one: tuple[str, str, str], other: tuple[str, str, str], kind: str
) -> None:
    (a, title, day), (b, other_title, other_day) = one, other
    for swapped in (False, True):
        judged = how(a, b, title, other_title, day, other_day)
        assert judged.kind == kind, swapped
        (a, title, day), (b, other_title, other_day) = (b, other_title, other_day), (a, title, day)


@pytest.mark.parametrize(
    ("title", "other"),
    [
        (TITLE, "解读｜" + TITLE),
        (TITLE, "一图读懂：" + TITLE),
        (TITLE + "答记者问", TITLE),
        (TITLE, TITLE + "（评论）"),
        ("专访：" + TITLE, "图解：" + TITLE),
    ],
)
def test_a_genre_in_one_title_alone_makes_two_releases(title: str, other: str) -> None:
    assert how(NEWS, NEWS + FEET, title=title, other=other).kind == ""
    assert how(NEWS, NEWS, title=title, other=other).kind == ""
    assert how(NEWS, NEWS + FEET, title=other, other=other).kind == "duplicate"


def test_titles_that_differ_in_a_numeral_make_two_releases() -> None:
    a, b = (f"本台明天将直播清河市第十届人民代表大会第{n}次会议开幕会" for n in "二三")
    text = "{}，届时各县区融媒体中心同步转播，市民也可以在清河发布的视频号和沿河广场的大屏幕上收看。"
    assert how(text.format(a), text.format(b), title=a, other=b, day=None).kind == ""


def test_less_is_asked_of_two_that_a_copy_links() -> None:
    misread, excerpt = fingerprint(TITLE, "2019-01-01", NEWS), fingerprint(TITLE, DAY, EXCERPT)
    assert judge(misread, excerpt).kind == ""
    assert judge(misread, excerpt, linked=True).kind == judge(excerpt, misread, linked=True).kind == "duplicate"


@pytest.mark.parametrize("text", ["", "。", "详见附件。", "1234567890" * 2])
def test_a_short_text_is_a_duplicate_only_with_equal_text_and_title(text: str) -> None:
    assert how(text, text).kind == "duplicate"
    assert how(text, text, other="另一份通知").kind == ""
    assert how(text, text + "附").kind == ""


def test_an_item_of_a_digest_is_a_part() -> None:
    digest = "\n".join([article(7), NEWS, article(8)])
    part = how(NEWS, digest, other="一周要闻")
    whole = how(digest, NEWS, title="一周要闻")
    assert (part.kind, round(part.inside, 2)) == ("part_of", 1.0)
    assert part.around < 0.5
    assert whole == part.reversed()


@pytest.mark.parametrize(
    ("old", "new"), [("46.5", "46.8"), ("91.2%", "9.12%"), ("3月12日", "3月21日"), ("1.3亿", "13亿")]
)
@pytest.mark.parametrize("frame", ["{}", "云岭日报讯\n{}\n责任编辑：周小满"])
def test_a_changed_figure_is_named(old: str, new: str, frame: str) -> None:
    figure, other = (re.sub(r"[^\d.%]|^3月", "", value) for value in (new, old))
    copy = how(frame.format(NEWS.replace(old, new)), NEWS)
    assert (copy.kind, copy.changed_numbers) == ("duplicate", ((figure, other),))


GROWTH = (
    "今年前4个月，梧溪县完成规模以上工业增加值46.5亿元，同比增长8.3%，增速居全市第二位。\n该县28名县领导挂钩联系重点企业，累计解决用工、用地等"
    "问题137件。新投产项目19个，带动就业2630人。\n县工信局负责人表示，下一步将继续开展进企行动，力争全年增长9%以上。"
)


@pytest.mark.parametrize(
    ("figures", "later", "kind"),
    [
        ({"46.5": "45.6", "137": "173"}, "2021-03-13", "duplicate"),  # two digits have changed places
        ({"46.5": "47.1", "137": "154"}, "2021-03-13", ""),
        ({"46.5": "45.6", "137": "173"}, "2021-04-12", ""),  # the next month's
    ],
)
def test_a_slip_of_two_digits_is_no_other_issue(figures: dict[str, str], later: str, kind: str) -> None:
    other = GROWTH
    for old, new in figures.items():
        other = other.replace(old, new)
    found = how(other, GROWTH, title="梧溪：工业开门稳", other="梧溪县规上工业增加值增长8.3%", day=later)
    assert found.kind == kind
    assert found.changed_numbers == (tuple((new, old) for old, new in figures.items()) if kind else ())


@given(st.integers(0, 50), st.integers(0, 50))
def test_judging_is_symmetric(a: int, b: int) -> None:
    one, other = fingerprint(TITLE, DAY, article(a % 7)), fingerprint(TITLE, None, article(a % 7, 6) + article(b % 7))
    assert judge(one, other) == judge(other, one).reversed()


@pytest.mark.parametrize(
    ("a", "b", "alike"),
    [
        ("清河市召开河道治理会议", "清河市召开河道治理会议", True),
        ("清河市召开河道治理会议", "清河市召开河道治理会议清河网", True),
        ("清河市召开河道治理会议", "清河市召开了河道治理会议", True),
        ("全省新增3例", "全省新增4例", False),
        ("通知", "通知公告", False),
        ("清河市召开河道治理会议", "云峰县举办茶叶博览会", False),
    ],
)
def test_titles_alike(a: str, b: str, alike: bool) -> None:
    assert titles_alike(a, b) is titles_alike(b, a) is alike


def test_samples_are_the_same_whatever_stands_around() -> None:
    text = article(5, 400)
    shared = set(fingerprint("", None, text).sample) & set(fingerprint("", None, FEET + text + FEET).sample)
    assert len(shared) >= 0.9 * len(fingerprint("", None, text).sample)
