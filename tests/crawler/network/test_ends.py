"""A page whose length nobody announced is whole, torn, or doubtful, as its end tells."""

import pytest

from crawler.network.ends import End, end_of
from tests.conftest import SHARED

HEAD = "<html><head><meta charset='utf-8'><title>清峦县召开造林会</title></head><body><h1>清峦县召开造林会</h1>"
SAID = "<p>全县春季造林工作推进会今天召开，各乡镇负责人参加。</p>"
OPEN = f"{HEAD}<div class='content'>{SAID}"
SCRIPT = "<script>if (1 <b) { document.write('<div>'); }</script>"

ENDS: dict[str, tuple[str, End]] = {
    "within a closing tag": (f"{OPEN}<p>会议要求倒排工期。</", "torn"),
    "within the name of a tag": (f"{OPEN}<p>会议要求倒排工期。</di", "torn"),
    "within an attribute": (f"{OPEN}<p>会议要求<a href='/2026/", "torn"),
    "behind a lone bracket": (f"{OPEN}<p>会议要求<", "torn"),
    "within a script": (f"{OPEN}</div><script>var total = 12; document.wri", "torn"),
    "within a comment": (f"{OPEN}</div><!-- 相关链", "torn"),
    "within a sentence": (f"{OPEN}<p>会议要求各乡镇倒排工期，四月底前完成造", "torn"),
    "within a sentence, behind an inline tag": (f"{OPEN}<p>会议要求，<b>各乡镇</b>倒排工", "torn"),
    "within the first sentence": (f"{HEAD}<div class='content'><p>全县春季造林工作推进会今天召开，各乡", "torn"),
    "within a figure": (f"{OPEN}<p>全年造林一万二千亩，森林覆盖率36.", "torn"),
    "within a long clause": (f"{OPEN}<p>会议要求各乡镇党委政府及县直有关部门主要负责同志切实", "torn"),
    "within a sentence, each line in a block of its own": (
        f"{HEAD}<div><div>全县造林会今天召开。</div><div>会议要求，各乡",
        "torn",
    ),
    "within a sentence, lines broken by br": (f"{HEAD}<td>全县造林会今天召开。<br>会议要求，各乡", "torn"),
    # look-alikes: an old page that ends as its author left it
    "a whole page": (f"{OPEN}</div></body></html>", "whole"),
    "no last tag but that of the body": (f"{OPEN}</div></body>", "whole"),
    "a last tag without its bracket": (f"{OPEN}</div></html", "whole"),
    "words after the last tag": (f"{OPEN}</div></html>\n<p>未完，待续", "whole"),
    "containers closed, no last tag": (f"{OPEN}</div>\n", "whole"),
    "containers closed, a script at the end": (f"{OPEN}</div>{SCRIPT}\n", "whole"),
    "no container and a closed paragraph": (f"{HEAD}{SAID}", "whole"),
    "a piece of markup": ("<div><p>会议要求各乡镇倒排工期，四月底前完成造", "whole"),
    "no markup": ("会议要求各乡镇倒排工期，四月底前完成造", "whole"),
    "a paragraph left open": (f"{HEAD}<p>全县造林会今天召开。<p>会议要求，倒排工期。", "doubtful"),
    "a container left open": (OPEN, "doubtful"),
    "a signature left open": (f"{OPEN}<p>清峦县人民政府办公室<br>2026年3月5日", "doubtful"),
    "a footer left open": (f"{OPEN}</div><div class='foot'>清峦县人民政府办公室主办，清峦县大数据中心承办", "doubtful"),
    "a footer of labels": (f"{HEAD}{SAID}<p>主办单位：清峦县人民政府，技术支持：云桅市大数据中心", "doubtful"),
    "a name of the press": (f"{OPEN}<p>（清峦日报记者 李某某，通讯员 王某某）", "doubtful"),
}


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("name", ENDS)
def test_the_end_of_a_page(name: str, encoding: str) -> None:
    html, end = ENDS[name]
    body = html.replace("utf-8", encoding).encode(encoding)
    assert end_of(body, f"text/html; charset={encoding}") == end


def test_a_page_that_ends_within_a_sign_is_torn() -> None:
    assert end_of(f"{OPEN}<p>清峦县".encode()[:-1], "text/html") == "torn"
    assert end_of(f"{OPEN}<p>清峦县".encode(), "text/html") == "doubtful"


def test_the_end_of_a_page_is_found_in_time() -> None:
    body = (HEAD + "<div>" * 20_000 + "<p>会议要求，" * 20_000 + "<!- <" * 20_000).encode()
    assert end_of(body, "text/html") == "torn"


@pytest.mark.skipif(not (SHARED / "captures").is_dir(), reason="no collection of pages (../shared/captures)")
def test_no_real_page_is_torn() -> None:
    pages = [*(SHARED / "captures").glob("*.html"), *(SHARED / "bench" / "extract").rglob("*.html")]
    assert [page.name for page in pages if end_of(page.read_bytes(), "") == "torn"] == []
