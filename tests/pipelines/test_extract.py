"""From a page to a release: what is declared, what is found, what cannot be read, and what must not hang."""

import contextlib
import html
import json
import pickle
import time
from dataclasses import replace

import pytest

from archive.model import Listed, Page, Unreadable
from crawler.sources import Source
from pipelines.extract import extract
from pipelines.language import language_of
from tests.invented import NEWS, TITLE

BODY = "".join(f"<p>{paragraph}</p>" for paragraph in NEWS.split("\n"))
SOURCE = Source(id="x", name="x", region="990100", level="city", family="html", lists=("http://x/",))
SENTENCE = "清河市今年计划修缮河道十二条，总投资三亿元，其中财政资金一亿元。"
START = f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1>"


def page(html: str | bytes, listed: Listed | None = None, header: str = "text/html") -> Page:
    body = html if isinstance(html, bytes) else html.encode()
    return Page(url="http://x/1", source="x", fetched="", headers=(("Content-Type", header),), body=body, listed=listed)


def test_a_release_travels_between_processes() -> None:
    release = extract(page(START + BODY), SOURCE)
    assert pickle.loads(pickle.dumps(release)) == release
    assert (release.title, release.text) == (TITLE, NEWS)
    assert (release.turns, release.citations, release.repeats) == ((), (), ())


def test_what_a_source_declares_comes_first() -> None:
    info = "<b class=t>另一个标题</b><i class=d>2025年3月1日 9:05</i><u class=s>来源：清河网</u>"
    html = f"{START}{info}<p class=b>{SENTENCE}</p>{BODY}"
    declared = replace(SOURCE, title=(".none", ".t"), date=(".d",), source=(".s",), body=(".b",))
    release = extract(page(html), declared)
    assert (release.title, release.published, release.publisher) == ("另一个标题", "2025-03-01T09:05+08:00", "清河网")
    assert release.text == SENTENCE


def test_a_declared_selector_that_finds_nothing_leaves_the_page_to_the_rules() -> None:
    assert extract(page(START + BODY), replace(SOURCE, body=("#none",), title=("h6",))).text == NEWS


def test_the_list_gives_the_title_when_the_page_has_none() -> None:
    assert extract(page(f"<p>{SENTENCE}</p>", Listed(url="http://x/1", title=TITLE)), None).title == TITLE


def test_bytes_decide_over_header_and_meta_tag() -> None:
    html = f'<html><head><meta charset="utf-8"><title>{TITLE}</title></head><body><h1>{TITLE}</h1>{BODY}</body></html>'
    assert extract(page(html.encode("gb18030"), header="text/html; charset=utf-8"), None).text == NEWS


def test_lost_bytes_are_recorded() -> None:
    assert extract(page((START + BODY).encode() + b"\xe5\xa5<p>"), None).problems == ("bad-bytes:2",)


def test_text_behind_an_inner_end_of_page_is_read() -> None:
    html = (
        f"<html><head><title>{TITLE}</title></head><body><div>头</div></html><!--end--><div>{BODY}</div>"
        + "<p></p>" * 60
    )
    assert extract(page(html), None).text == NEWS


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (NEWS, "zh"),
        ("2025年GDP增长5.2%，WTO、IMF均有报道", "zh"),
        ("The city government met on Wednesday to discuss river works.", "en"),
        ("清河市は会議を開き、河川の整備について話し合いました。", "ja"),
        ("བོད་ཡིག་གི་གསར་འགྱུར་འདི་ནི་ཚོད་ལྟ་ཙམ་ཡིན།", "bo"),
        ("شەھەرلىك ھۆكۈمەت يىغىن ئاچتى", "ug"),
        ("2025", "zh"),
    ],
)
def test_the_language_is_told_by_its_script(text: str, language: str) -> None:
    assert language_of(text) == language


def test_a_release_of_attachments_holds_their_names() -> None:
    html = START + '<div><a href="/f/1.pdf">附件：清河市水利局2025年预算公开表.pdf</a></div>'
    assert extract(page(html), None).text == "附件：清河市水利局2025年预算公开表.pdf"


def test_a_text_that_scripts_would_show_is_read_by_the_second_reader() -> None:
    release = extract(page(f'{START}<div style="display:none">{BODY}</div>'), None)
    assert (release.text, release.problems) == (NEWS, ("second-reader",))


def test_a_text_that_stands_in_a_script_is_read() -> None:
    config = json.dumps({"SID": "1", "DETAIL": {"title": TITLE, "content": BODY * 3}})
    release = extract(page(f"{START}<div id=app></div><script>window._CONFIG = {config};</script>"), None)
    assert (release.text, release.problems) == ("\n".join([NEWS] * 3), ("read-from-script",))


@pytest.mark.parametrize(
    "carrier",
    [
        f"<noscript>{BODY * 3}</noscript>",
        f"<textarea hidden>{html.escape(BODY * 3)}</textarea>",
        f'<iframe srcdoc="{html.escape(BODY * 3)}"></iframe>',
        f"<script type=text/html>{BODY * 3}</script>",
        f"<script>var news = {{id: 1, contentHtml: '{BODY * 3}'}}</script>",
        f"<script>window.S={json.dumps({'newsContent': html.escape(BODY * 3)})}</script>",
        f"<script>var detail_body = `{BODY * 3}`</script>",
        f"<script type=application/json id=__NUXT_DATA__>{json.dumps([{'detail': 1}, {'html': 2}, BODY * 3])}</script>",
    ],
)
def test_a_text_that_is_carried_elsewhere_is_read(carrier: str) -> None:
    release = extract(page(f"{START}<div id=app></div>{carrier}<footer>主办：清河市人民政府办公室</footer>"), None)
    assert (release.text, release.problems) == ("\n".join([NEWS] * 3), ("read-from-script",))


@pytest.mark.parametrize(
    ("script", "read"),
    [
        (f"var d = {json.dumps({'content': f'<p>{SENTENCE}</p>'})}", True),
        (f"$('#ct').html('<p>{SENTENCE}</p>')", True),
        ("var share = {content: '<p>扫码下载客户端</p>'}", False),
        ("", False),
    ],
)
def test_a_short_text_in_a_script_is_read_where_the_page_shows_its_title_and_path_alone(
    script: str, read: bool
) -> None:
    html = f"<title>{TITLE}</title><div class=detail><div><a href=/>首页</a>/<a href=/2>资讯</a></div><div class=tit>{TITLE}</div><div id=ct></div></div><script>{script}</script>"
    if read:
        assert extract(page(html), None).text == SENTENCE
    else:
        with pytest.raises(Unreadable) as problem:
            extract(page(html), None)
        assert problem.value.reason == "no-text"


@pytest.mark.parametrize(
    "carrier",
    [
        "<script type=text/html><p>{{content}}</p>" + "<p>$</p>" * 99 + "</script>",
        "<noscript><p>请启用JavaScript。</p></noscript>",
    ],
)
def test_the_foot_of_a_page_is_no_text(carrier: str) -> None:
    with pytest.raises(Unreadable) as problem:
        extract(
            page(f"{START}<div id=app></div>{carrier}<div class=footer><p>主办：清河市人民政府办公室</p></div>"), None
        )
    assert problem.value.reason == "no-text"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "no-text"),
        (b" \n ", "no-text"),
        (b"%PDF-1.4\n1 0 obj", "not-html"),
        (b"PK\x03\x04....", "not-html"),
        (START.encode() + b"<img src=icon.png>", "no-text"),
        (f"<p>{SENTENCE}</p>".encode(), "no-title"),
        (b"<p>" + b"1" * 16_000_001, "too-large"),
    ],
)
def test_what_holds_no_release_says_why(body: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as problem:
        extract(page(body), None)
    assert problem.value.reason == reason


HOSTILE = {
    "200,000 nested blocks": START + "<div>" * 200_000 + SENTENCE,
    "200,000 nested spans": START + "<span>" * 200_000 + SENTENCE,
    "50,000 nested tables": START + "<table><tr><td>" * 50_000 + SENTENCE,
    "50,000 tables": START + f"<table><tr><td>{SENTENCE}</td><td>2</td></tr></table>" * 50_000,
    "100,000 links": START + BODY + '<a href="/1">链接的标题在这里</a>' * 100_000,
    "100,000 items": START + BODY + "<ul>" + '<li><a href="/1">链接的标题在这里</a></li>' * 100_000 + "</ul>",
    "7 MB of one line": START + "<p>" + SENTENCE * 70_000,
    "7 MB of blanks": START + "<p>" + " " * 7_000_000 + SENTENCE,
    "NUL bytes": START + "<p>" + "\0".join(SENTENCE) + "\0" * 1_000,
    "50,000 cards": START + f"<div><p>{SENTENCE}</p><a href=x>更多更多更多</a></div>" * 50_000,
    "labels alone": START + "<p>来源：来源：时间：</p>" * 20_000,
    "200,000 attributes": START + "<p " + " ".join(f"a{n}=1" for n in range(200_000)) + ">" + SENTENCE,
    "tokens that match in two ways": START
    + BODY
    + f"<p>{'A+' * 90}x</p><p>{'2025-03-12 ' * 17}x</p><p>{'记者甲乙、' * 50}</p>",
    "1,000 buttons in boxes in boxes": START + "<button>一二</button><div>" * 1000 + SENTENCE,
    "strings of a script": START + "<script>" + "content:'" * 100_000 + "nrcontent" * 300_000 + "</script>",
    "1,000,000 <": START + "<" * 1_000_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_end_in_time_with_a_text_or_a_reason(name: str) -> None:
    started = time.process_time()
    with contextlib.suppress(Unreadable):
        assert extract(page(HOSTILE[name]), None).text
    assert time.process_time() - started < 60
