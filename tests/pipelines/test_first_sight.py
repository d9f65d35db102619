"""What answers at first sight: the release that the list names, or a page of the site (first_sights.toml)."""

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from archive.model import Listed, Page, Release, Unreadable
from archive.store.decide import Decision, Known, Twin, decide
from pipelines.read import read

SIGHTS: dict[str, list[dict[str, str]]] = tomllib.loads(
    (Path(__file__).parent / "first_sights.toml").read_text("utf-8")
)
URL, DAY = "http://www.yunling.example/p/1.html", "2026-03-05"


def seen(sight: dict[str, str], encoding: str = "utf-8") -> Release:
    page = Page(
        url=URL,
        source="yunling",
        fetched=f"{DAY}T04:00:00+00:00",
        headers=(("Content-Type", sight.get("type", "text/html")),),
        body=sight["html"].encode(encoding),
        listed=Listed(url=URL, title=sight["listed"], date=DAY),
    )
    return read(page, None)


def fate(sight: dict[str, str], encoding: str = "utf-8") -> str:
    """The reason for which a page is no release, "" when it is one."""
    try:
        return decide(None, seen(sight, encoding), Known()).reason
    except Unreadable as problem:
        return problem.reason


def by_name(kind: str) -> Any:
    return pytest.mark.parametrize("sight", SIGHTS[kind], ids=lambda sight: sight["name"])


def test_there_are_many_forms_and_a_third_are_releases() -> None:
    notices, releases = len(SIGHTS["notice"]), len(SIGHTS["release"])
    assert notices >= 20
    assert 2 * releases >= notices


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@by_name("notice")
def test_a_page_of_the_site_is_no_release(sight: dict[str, str], encoding: str) -> None:
    assert fate(sight, encoding) in ("notice", "soft-404", "not-html", "no-text")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@by_name("release")
def test_a_release_about_an_outage_or_under_another_title_is_one(sight: dict[str, str], encoding: str) -> None:
    assert decide(None, seen(sight, encoding), Known()) == Decision(outcome="new", write="insert")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ('{"code":0,"data":{"html":"<p>全县春季造林工作推进会今天召开。</p>"}}', "text/html"),
        ('[{"title":"<b>造林</b>"}]', "application/json"),
        ('jQuery1102_3({"code":1,"msg":"<p>系统错误</p>"})', "application/javascript"),
        ("全县春季造林工作推进会今天召开，各乡镇负责人参加。", "text/plain"),
    ],
)
def test_an_answer_of_a_program_and_plain_text_are_no_pages(body: str, kind: str) -> None:
    with pytest.raises(Unreadable, match="not-html"):
        seen({"listed": "全县春季造林工作推进会召开", "html": body, "type": kind})


@pytest.mark.parametrize("before", ["[注：正文如下]", "{年份}", "(function(){})();", "\ufeff \n", '<!-- {"a": 1} -->'])
def test_words_before_the_markup_make_no_answer_of_a_program(before: str) -> None:
    html = f"{before}<h1>渡口路封闭施工</h1><div class='content'><p>渡口路3月8日起封闭施工，来往车辆请绕行。</p></div>"
    assert "绕行" in seen({"listed": "渡口路封闭施工", "html": html, "type": "text/plain"}).text


# the same text at two addresses
EVERYWHERE = {
    "listed": "东坪水库除险加固工程通过验收",
    "html": "<html><title>云桅概况</title><h1>云桅概况</h1><p>发布时间：2026-03-05</p><div class='content'>"
    "<p>云桅市位于云岭省东部，总面积一千八百平方公里，素有茶乡之称。</p></div></html>",
}
TWIN = Twin(id=7, listed="市教育局公布校舍维修名单", title="云桅概况", version=1)


def test_the_same_text_under_two_unlike_titles_is_a_page_of_the_site() -> None:
    release = seen(EVERYWHERE)
    assert decide(None, release, Known()).outcome == "new"
    found = decide(None, release, Known(twins=(TWIN,)))
    assert (found.reason, found.listing, found.undone) == ("notice", "failed", (7,))
    assert decide(None, release, Known(refused_twin=True)).reason == "notice"


@pytest.mark.parametrize(
    ("twin", "outcome"),
    [
        (replace(TWIN, listed="东坪水库除险加固工程验收"), "new"),
        (replace(TWIN, listed=""), "new"),
        (replace(TWIN, listed="详情"), "new"),
        (replace(TWIN, listed="关于云桅概况栏目的介绍", title="关于云桅概况栏目的介绍"), "refused"),
        (replace(TWIN, version=2), "refused"),
    ],
)
def test_a_twin_counts_only_under_an_unlike_title(twin: Twin, outcome: str) -> None:
    found = decide(None, seen(EVERYWHERE), Known(twins=(twin,)))
    assert (found.outcome, found.undone) == (outcome, ())


def test_a_page_whose_own_title_is_the_listed_one_needs_no_further_witness() -> None:
    own = {**EVERYWHERE, "html": EVERYWHERE["html"].replace("云桅概况", "东坪水库除险加固工程通过验收")}
    assert decide(None, seen(own), Known(twins=(TWIN,), refused_twin=True)).outcome == "new"


# a line in the template of an article, which prints the listed title, a day and a source above it
def in_template(text: str, title: str = "溟川市开展春季义务植树活动") -> dict[str, str]:
    head = f"<h1>{title}</h1><div class='info'>发布时间：2026-03-05 来源：溟川日报</div>"
    html = f"<html><head><title>{title}</title></head><body>{head}<div class='TRS_Editor'>{text}</div></body></html>"
    return {"listed": title, "html": html}


@pytest.mark.parametrize(
    "line",
    [
        "正在加载…",
        "系统正在发布本页，请稍后访问",
        "数据加载中，请稍候...",
        "该信息尚未发布",
        "暂无权限查看该内容",
        "您暂无权限访问此页面。",
        "内容正在审核",
        "该文章正在审核中，请耐心等待！",
        "暂无内容",
        "正文尚未公开，敬请期待。",
        "Loading...",
        "该文章正在审核中，暂时无法查看，请稍后再访问。",
        "内容尚未发布，暂不对外开放。",
        "本栏目内容仅限内部人员查看。",
        "该信息仅对政务外网开放，请使用内网访问。",
    ],
)
def test_a_line_that_tells_of_its_own_page_is_no_release_though_the_template_is_the_articles(line: str) -> None:
    assert fate(in_template(f"<p>{line}</p>")) == "notice"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("关于同意设立渡口镇卫生院的批复", "<p>同意。</p>"),
        ("溟川市人民政府任免人员", "<p>王小禾任渡口镇镇长。</p>"),
        ("温馨提示", "<p>天气寒冷，请您注意保暖。</p>"),
        ("渡口镇卫生院进展", "<p>正在办理公开招标。</p>"),
        ("关于公布水价的公告", "<p>详见附件。</p><p><a href='/f/1.pdf'>水价表.pdf</a></p>"),
        ("渡口镇举办灯会", "<p>暂无内容</p><p><img src='/f/1.jpg' width='600' height='400'></p>"),
        ("拟录用人员公示", "<p>内容正在审核，3月9日公布。</p>"),
        ("渡口镇图书室公告", "<p>本馆阅览室仅限持证读者阅读，请出示证件。</p>"),
        ("渡口镇家谱馆公告", "<p>资料正在整理，暂时无法借出，馆员每周三接待。</p>"),
        ("关于评审结果的说明", "<p>评审结果正在审核，暂不公布，请申报单位等待。</p>"),
        (
            "关于市民反映网页无法打开的答复",
            "<p>您好！您反映的“页面不存在”问题，系链接更新所致，现已修复，请刷新后重新访问。</p>",
        ),
        ("关于家谱的公告", "<p>该信息尚未发布。</p><p>渡口镇三月二日组织志愿者清理河道，运走垃圾两吨。</p>"),
    ],
)
def test_a_short_release_stays(title: str, text: str) -> None:
    assert decide(None, seen(in_template(text, title)), Known()) == Decision(outcome="new", write="insert")


LINE = in_template("<p>更多消息敬请留意后续报道</p>")
OTHERS = replace(TWIN, listed="渡口镇清理河道垃圾", title="渡口镇清理河道垃圾", bare=True)


@pytest.mark.parametrize(
    ("text", "twins", "reason", "undone"),
    [
        ("<p>更多消息敬请留意后续报道</p>", (), "", ()),
        ("<p>更多消息敬请留意后续报道</p>", (OTHERS,), "notice", (7,)),
        ("<p>更多消息敬请留意后续报道</p>", (replace(OTHERS, version=2),), "notice", ()),
        # look-alikes: the other one has files, the line speaks of its title or gives a figure, the titles are alike
        ("<p>更多消息敬请留意后续报道</p>", (replace(OTHERS, bare=False),), "", ()),
        ("<p>春季义务植树，人人有责</p>", (OTHERS,), "", ()),
        ("<p>联系电话：0990-0000000</p>", (OTHERS,), "", ()),
        ("<p>更多消息敬请留意后续报道</p>", (replace(OTHERS, listed="溟川市开展义务植树活动"),), "", ()),
    ],
)
def test_a_line_that_another_article_shows_as_well_is_the_sites(
    text: str, twins: tuple[Twin, ...], reason: str, undone: tuple[int, ...]
) -> None:
    found = decide(None, seen(in_template(text)), Known(twins=twins))
    assert (found.reason, found.undone) == (reason, undone)


LONG_NOTICE = """<p>尊敬的用户：</p><p>为进一步提升政府网站的服务能力，按照全省政府网站集约化工作的统一安排，本网站将于近期进行系统升级和数据迁移，
升级期间网站将暂停访问。</p><p>一、升级期间，网上办事、互动交流、信息查询等栏目均无法使用，需要办理业务的群众可前往政务服务大厅窗口办理，或者拨打政务服务热线咨询，
工作人员将及时为您解答。</p><p>二、升级完成后，网站将启用新的页面，原有的收藏地址可能失效，请您从首页重新进入，并更新浏览器中的收藏。</p><p>三、升级过程中可能出现
访问缓慢、页面显示异常等情况，请您稍后再试，或清除浏览器缓存后重新访问。如遇登录失败，请使用找回密码功能重新设置密码。</p><p>四、升级期间，请各单位提前安排好信息
发布工作，升级完成前系统后台将暂停使用，稿件请在系统恢复后补发。</p><p>由此给您带来的不便，敬请谅解，感谢您一直以来对本网站的关心和支持。</p>"""


def long_page(title: str, text: str, info: str = "", listed: str = "梅溪镇完成高标准农田建设验收") -> dict[str, str]:
    html = f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{info}<div class='c'>{text}</div></body></html>"
    return {"listed": listed, "html": html}


DATED = "<div class='info'>发布时间：2026-03-05 来源：溟川日报</div>"
STORY = """<p>“村里的产业路修通了，橘子能卖上好价钱。”三月三日，来自云顶村的人大代表何青山一边整理建议，一边向记者说起家乡的变化。过去一年，他走访了十二个村民小组，
收集意见八十余条，内容涉及灌溉、就医、养老等多个方面。</p><p>何青山说，最让他高兴的是泵站改造。往年一到夏天，下游的田地就缺水，今年新泵站投用后，两千亩稻田再没有为用水发过愁。
他建议继续完善田间渠系，让更多农户受益。</p><p>谈到明年的打算，他表示要把民宿办起来，让外出务工的年轻人回得来、留得住。会议期间，他还将就农村养老服务提出建议，希望在每个中心村
设立日间照料站，由镇里统一派出护理员，让老人在家门口就能得到照料。</p><p>何青山的手机里存着全村人的号码，谁家有事都爱找他。他说，当代表就是要把大家的心里话带上来，再把好政策带回去，村里的日子一定会越过越红火。"""


@pytest.mark.parametrize(
    "sight",
    [
        long_page("网站升级维护公告", LONG_NOTICE),
        long_page("溟川市人民政府", LONG_NOTICE),
        long_page("温馨提示", LONG_NOTICE),
        long_page("网站升级维护公告", LONG_NOTICE, "<div>发布时间：2026-03-01</div>"),
        long_page("", LONG_NOTICE),
    ],
)
def test_a_long_notice_is_one(sight: dict[str, str]) -> None:
    assert len(seen(sight).text) > 300
    assert fate(sight) == "notice"


@pytest.mark.parametrize(
    "sight",
    [
        long_page("网站升级维护公告", LONG_NOTICE, listed="网站升级维护公告"),
        long_page("关于溟川市政府网站升级的公告", LONG_NOTICE, DATED, listed="溟川市政府网站升级公告"),
        long_page("让乡亲们的日子越过越红火", STORY),
        long_page("让乡亲们的日子越过越红火", STORY + "村级服务系统也将升级，届时暂停服务一天。</p>"),
        long_page("让乡亲们的日子越过越红火", STORY + "有群众问，系统繁忙时怎么办？他说，请稍后再试。</p>", DATED),
    ],
)
def test_a_long_release_is_none(sight: dict[str, str]) -> None:
    assert len(seen(sight).text) > 300
    assert fate(sight) == ""


BODY = "<p>反映的路灯不亮一事，已由所在街道派人修好，并向来电人作了说明，来电人表示满意。</p>"


def untitled(head: str, text: str = BODY, listed: str = "热线诉求办理结果选登之九") -> dict[str, str]:
    """A page whose title stands in its head alone."""
    html = f"<html><head><title>{head}</title></head><body><div class='content'>{text}</div></body></html>"
    return {"listed": listed, "html": html}


@pytest.mark.parametrize(
    "sight",
    [
        untitled("热线诉求办理结果选登之九"),
        untitled("热线诉求办理结果选登之九_溟川市人民政府"),
        untitled("热线诉求办理结果选登之九-办理公开-溟川市人民政府门户网站"),
        untitled("热线诉求办理结果选登 之九"),
        untitled("百姓关心事", listed="百姓关心事"),
    ],
)
def test_a_page_that_has_the_listed_title_in_its_head_alone_is_the_release(sight: dict[str, str]) -> None:
    assert fate(sight) == ""
    assert seen(sight).title == sight["listed"]


@pytest.mark.parametrize(
    "sight",
    [
        untitled("溟川市人民政府"),
        untitled("办理公开"),
        untitled("热线诉求办理结果选登之九", "<p>网站内容正在更新维护，请您稍后访问。</p>"),
    ],
)
def test_a_page_of_the_site_without_a_headline_is_none(sight: dict[str, str]) -> None:
    assert fate(sight) == "notice"


LONG = "".join(f"<p>第{n}项工作由各乡镇分头推进，进展情况每旬汇总一次。</p>" for n in "一二三四五六七八九十甲乙")


def at_length(headline: str, day: str, listed: str = "农贸市场改造完工") -> dict[str, str]:
    """A page of more than 300 characters under a headline, with a day."""
    head = f"<h1>{headline}</h1><div>发布时间：{day}</div>" if headline else f"<div>发布时间：{day}</div>"
    return {
        "listed": listed,
        "html": f"<title>{headline}</title><body>{head}<div class='content'>{LONG}</div></body>",
    }


@pytest.mark.parametrize(
    ("sight", "unlike"),
    [
        (at_length("春季植树任务安排", "2026-02-11"), True),
        (at_length("春季植树任务安排", DAY), False),  # the list's day
        (at_length("农贸市场改造完工", "2026-02-11"), False),
        (at_length("城东农贸市场改造提前完工并开门迎客", "2026-02-11"), False),
        (at_length("春季植树任务安排", "2026-02-11", "详情"), False),  # the list names nothing
        (at_length("春季植树任务安排", "2026-02-11", "各乡镇推进工作"), False),  # its signs stand in the text
    ],
)
def test_a_page_that_has_nothing_of_its_lists_entry_is_held_and_told(sight: dict[str, str], unlike: bool) -> None:
    assert fate(sight) == ""
    told = [problem for problem in seen(sight).problems if problem.startswith("unlike-listed:")]
    assert told == ([f"unlike-listed:{sight['listed']}"] if unlike else [])
