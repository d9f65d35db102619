"""Where a value stands in its page, and which files belong to a release."""

import re

import pytest

from archive.model import READER, Page, Provenance, ProvenanceRule
from pipelines.places import Places, located
from pipelines.read import read

LINE = "发布时间：2026-03-05 09:17 来源：云桅市水务局"
INFO = "<div class='info'>发布时间：2026-03-05 09:17　&nbsp;<span>来源：云桅市水务局</span></div>"


@pytest.mark.parametrize(
    ("raw", "rule", "html", "words"),
    [
        ("2026-03-05", "label", "<p>日期 2026-03-05</p>", "2026-03-05"),
        (LINE, "label", f"<body>{INFO}", INFO[18:-13]),
        (
            "来源：云桅市水务局发布日期：",
            "label",
            "<b>来源：云桅<i>市水务局</i></b>\n<b>发布日期：</b>",
            "来源：云桅<i>市水务局</i></b>\n<b>发布日期：",
        ),
        (
            "排查通告",
            "label",
            "<title>排查通告</title><!-- 排查通告 --><script>'排查通告'</script><h1>排查 通告</h1>",
            "排查 通告",
        ),
        ("排查通告", "meta", "<h1>排查通告</h1><meta content=排查&#36890;告>", "排查&#36890;告"),
        ("排查通告", "label", "<script>var t = '排查通告'</script>", "排查通告"),
        ("排查通告", "label", "<script>" * 3 + "<p>排查通告", "排查通告"),
        ("排查通告", "label", "<ſcript><p>排查通告", "排查通告"),
        ("2026-03-05", "label", "<p>2026年3月5日</p>", None),
        ("2026-03-05", "list", "<p>2026-03-05</p>", None),
        ("", "meta", "<p></p>", None),
    ],
)
def test_the_place_of_a_value(raw: str, rule: ProvenanceRule, html: str, words: str | None) -> None:
    found = located(Provenance(field="published", rule=rule, raw=raw), Places(html))
    place = None if found.start is None or found.length is None else html[found.start :][: found.length]
    assert place == words


def test_a_release_says_which_reader_read_it_and_which_files_belong_to_it() -> None:
    body = "".join(f"<p>云桅市水务局组织队伍开展步道排查，发现问题{n}个，均已登记在册。</p>" for n in range(101, 105))
    html = f"<title>云桅市开展步道排查</title><h1>云桅市开展步道排查</h1>{INFO}<div>{body}<p>附件：<a href='a.pdf'>名录</a></p></div>"
    page = Page(url="http://y.example/1.html", source="y", fetched="", body=f"<meta charset='utf-8'>{html}".encode())
    release = read(page, None)
    assert (release.reader, release.files) == (READER, ("http://y.example/a.pdf",))
    assert any(one.start for one in release.provenance)


@pytest.mark.parametrize("before", range(60, 70))
def test_words_are_found_wherever_the_page_is_read_in_parts(before: int) -> None:
    """Words that tags divide may stand in two parts of the page, which is read 64 stretches at a time."""
    page = "<i>一</i>" * before + "<b>云</b><b>岭</b><b>公</b><b>报</b>"
    found = Places(page).find("云岭公报", "label")
    assert found is not None
    assert re.sub("<[^>]*>", "", page[found.start : found.stop]) == "云岭公报"
