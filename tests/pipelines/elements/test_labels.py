"""The elements that pages print behind labels and in tables."""

import pytest

from archive.model import Page, Release
from pipelines.extract import extract
from tests.invented import NEWS, TITLE

BODY = "".join(f"<p>{paragraph}</p>" for paragraph in NEWS.split("\n"))
ELEMENTS = ("subject_class", "genre", "effective", "expires", "addressee", "co_issuers", "signatory")


def read(info: str = "", inside: str = "") -> Release:
    html = (
        f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1>"
        f"<div class=info>{info}</div><div class=content>{inside}{BODY}</div></body></html>"
    )
    return extract(Page(url="http://x.example/1.html", source="x", fetched="", body=html.encode()), None)


def elements(release: Release) -> dict[str, str]:
    return {name: getattr(release, name) for name in ELEMENTS if getattr(release, name)}


@pytest.mark.parametrize(
    ("info", "found"),
    [
        ("<p>主题分类：水利、水务</p>", {"subject_class": "水利、水务"}),
        ("<p>主题分类：<a>水利</a>；<a>审计</a> <a>打印</a></p>", {"subject_class": "水利；审计"}),
        ("<p>主 题 分 类：综合政务 体裁：通知</p>", {"subject_class": "综合政务", "genre": "通知"}),
        (
            "<table><tr><td>主题分类</td><td>水利</td><td>体裁分类</td><td>公告</td></tr>"
            "<tr><td>施行日期</td><td>2026-05-01</td><td>失效日期</td><td>2031年4月30日</td></tr></table>",
            {"subject_class": "水利", "genre": "公告", "effective": "2026-05-01", "expires": "2031-04-30"},
        ),
        ("<ul><li>主题分类</li><li>水利</li><li>体裁分类</li><li></li></ul>", {"subject_class": "水利"}),
        (
            "<div><div>主题分类</div><div>水利</div><div>体裁分类</div><div>公告</div></div>",
            {"subject_class": "水利", "genre": "公告"},
        ),
        (
            "<div><div>主题分类</div><div>水利</div></div><div><div>失效日期</div><div>2031-04-30</div></div>",
            {"subject_class": "水利", "expires": "2031-04-30"},
        ),
        ("<div><div>主题分类</div><div>水利</div></div><p>字号</p>", {}),  # a heading and what stands below it
        (
            "<div><div>主题分类</div><div><a>水利</a></div></div><div><div>体裁分类</div><div><a>公告</a></div></div>",
            {},
        ),  # a menu
        (
            "<table><tr><td>主题分类</td><td>体裁</td><td>失效日期</td></tr>"
            "<tr><td>水利</td><td>公告</td><td>2031-04-30</td></tr></table>",
            {"subject_class": "水利", "genre": "公告", "expires": "2031-04-30"},
        ),
        (
            "<table><tr><td>主题分类</td><td>体裁</td></tr><tr><td>水利</td><td>公告</td><td>附注</td></tr></table>",
            {},
        ),
        (
            "<p>【施行日期】2026-05-01【失效日期】2031-04-30【字体】大</p>",
            {"effective": "2026-05-01", "expires": "2031-04-30"},
        ),
        ("<p>【失效日期说明】2031-04-30</p>", {}),
        ("<p>有效期至：2031-04-30</p>", {"expires": "2031-04-30"}),
        ("<p>有效期：2026-05-01至2031-04-30</p>", {"expires": "2031-04-30"}),
        ("<p>主送机关：各县（区）人民政府</p>", {"addressee": "各县（区）人民政府"}),
        ("<p>签发人：张元升 李 溪</p>", {"signatory": "张元升；李溪"}),
        (
            "<p>发文机关：云桅市水务局、云桅市财政局</p>",
            {"co_issuers": "云桅市水务局；云桅市财政局"},
        ),
        ("<p>发文机关：云桅市水务局</p>", {}),
        ("<p>主题分类： 体裁：无</p>", {}),
        ("<p>主题分类：暂无 分类：水利 组配分类：规章</p>", {}),
        ("<p>时效性：有效 截止日期：2026-05-01</p>", {}),
        ("<p>有效期：5年</p>", {}),
        ("<p>签发人：办公室</p>", {}),
        ("<p>主送：请查收</p>", {}),
        # the value of a label that nobody knows
        ("<table><tr><td>主题分类</td><td></td><td>公开种类</td><td>主动</td></tr></table>", {}),
        ("<table><tr><td>失效日期</td><td></td><td>登记日</td><td>2026-05-01</td></tr></table>", {}),
        ("<p>主题分类： 公开种类：主动</p>", {}),
        ("<p>施行日期： 登记日：2026-05-01</p>", {}),
        ("<p>审核：李溪 签发人：张元升</p>", {}),
        ("<p>责任编辑：李溪 签发人：张元升</p>", {}),
    ],
)
def test_labels_give_elements(info: str, found: dict[str, str]) -> None:
    assert elements(read(info)) == found


def test_the_first_of_several_bodies_is_the_issuer() -> None:
    assert read("<p>发文机关：云桅市水务局 云桅市财政局</p>").issuer == "云桅市水务局"


@pytest.mark.parametrize("line", ["有效期至：2031年4月30日", "许可证号：9  有效期至：2031年4月30日"])
def test_a_licence_in_the_text_says_nothing_of_the_release(line: str) -> None:
    assert elements(read("<p>发布机构：云桅市水务局</p>", f"<p>{line}</p>")) == {}


def test_a_table_that_the_text_brings_along_tells_of_the_release() -> None:
    table = "<table><tr><td>索引号</td><td>99-1</td><td>有效期至</td><td>2031-04-30</td></tr></table>"
    assert elements(read("", table)) == {"expires": "2031-04-30"}


def test_words_without_a_day_are_kept_and_give_none() -> None:
    release = read("<p>有效期：5年</p>", "<p>本办法自印发之日起施行。</p>")
    words = {one.field: one.raw for one in release.provenance if one.field in ("effective", "expires")}
    assert (release.effective, release.expires) == ("", "")
    assert words == {"expires": "有效期：5年", "effective": "自印发之日起施行"}
