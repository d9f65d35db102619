"""Pictures that belong to a release, and decoration that does not; a page of pictures is a release without a text."""

import struct
from contextlib import suppress

import pytest

from archive.model import Listed, Page, Part, Release, Unreadable
from archive.store.media import is_small
from pipelines.read import read

TITLE = "一图读懂云桅市湿地保护办法"
TEXT = "<p>云桅市今天公布湿地保护办法，自四月一日起施行，巡护员二十四人，每周巡护一次。</p>"
HTML = """<html><head><meta charset="utf-8"><title>{title}-云桅市人民政府</title></head><body>
<div class="top"><a href="/">首页</a><a href="/zw/">政务公开</a><img src="/top.jpg"></div>
<div class="wz">当前位置：<a href="/">首页</a> &gt; <a href="/jd">政策解读</a></div>
<h1>{title}</h1><p>发布时间：2026-03-16 10:20 来源：云桅市林业局</p>
<div class="{name}">{body}</div>
<div class="footer">主办：云桅市人民政府办公室 电话：0999-1234567<img src="/down.png"></div></body></html>"""


def released(body: str, name: str = "TRS_Editor", *further: str) -> Release:
    """A page, and its further ones by their bodies."""
    html = HTML.format(title=TITLE, name=name, body=body)
    listed = Listed(url="http://yunwei.example/a/1.html", title=TITLE, date="2026-03-16")
    fetched = "2026-03-17T10:00:00+00:00"
    page = Page(
        url=listed.url, source="yunwei", fetched=fetched, body=html.encode(), listed=listed, parts=_parts(name, further)
    )
    return read(page, None)


def _parts(name: str, bodies: tuple[str, ...]) -> tuple[Part, ...]:
    pages = [HTML.format(title=TITLE, name=name, body=body).encode() for body in bodies]
    return tuple(Part(url=f"http://yunwei.example/a/1_{n}.html", body=page) for n, page in enumerate(pages, 2))


def pictures(body: str, name: str = "TRS_Editor") -> list[str]:
    return [one.url.removeprefix("http://yunwei.example") for one in released(body, name).pictures]


@pytest.mark.parametrize("name", ["TRS_Editor", "article", "x"])
def test_a_page_of_pictures_is_a_release_without_a_text(name: str) -> None:
    found = released("<p><img src='W01.jpg' alt='第一张'></p><p><img data-src='W02.png'></p>", name)
    assert (found.title, found.text, found.published) == (TITLE, "", "2026-03-16T10:20+08:00")
    assert found.publisher == "云桅市林业局"
    assert found.problems[0] == "pictures-alone"
    assert [(one.url[-7:], one.title) for one in found.pictures] == [("W01.jpg", "第一张"), ("W02.png", "W02.png")]


def test_a_caption_stays_the_text() -> None:
    assert "图为巡护员清点白鹭。" in released("<p>图为巡护员清点白鹭。</p><img src='W01.jpg'>").text


VIDEO = "<p><video><source src='/v/1.mp4'></video></p>"
OTHERS = "".join(
    f"<li><a href='/v{n}'>云桅市湿地第{n}次巡护的影像记录现在公布</a><i>03-0{n}</i></li>" for n in range(1, 9)
)
MORE = f"</div><div class='more'><h3>更多影像</h3><ul>{OTHERS}</ul>"


@pytest.mark.parametrize("name", ["TRS_Editor", "article-content"])
@pytest.mark.parametrize("more", ["", MORE])
def test_a_page_of_a_video_has_no_text(name: str, more: str) -> None:
    with pytest.raises(Unreadable, match="no-text"):
        released(VIDEO + more, name)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (VIDEO + TEXT, "云桅市今天公布湿地保护办法"),
        (f"<p>云桅市今天公布办法。</p>{VIDEO}{MORE}", "云桅市今天公布办法。"),
        (VIDEO + "".join(f"<p><a href='{n}.pdf'>湿地年报{n}.pdf</a></p>" for n in range(3)), "湿地年报0.pdf"),
    ],
)
def test_a_page_with_words_beside_a_video_has_a_text(body: str, text: str) -> None:
    assert text in released(body).text


@pytest.mark.parametrize("body", [MORE, VIDEO.replace("src=", "title=") + MORE])
def test_a_list_of_links_without_a_video_is_a_text(body: str) -> None:
    assert "更多影像" in released(body, "article-content").text


@pytest.mark.parametrize("body", ["", "<img src='/images/icon_doc.png'>", "<img src='a.jpg' width='60'>"])
def test_a_page_with_nothing_but_decoration_does_not_consist_of_pictures(body: str) -> None:
    with suppress(Unreadable):
        assert "pictures-alone" not in released(body).problems


@pytest.mark.parametrize(
    ("image", "kept"),
    [
        ("<img src='/u/1.jpg'>", ["/u/1.jpg"]),
        ("<img src='/u/picture?id=7'>", ["/u/picture?id=7"]),
        ("<a href='/u/1-large.jpg'><img src='/u/1.jpg'></a>", ["/u/1.jpg"]),
        ("<img src='/u/1.gif' width='640' height='900'>", ["/u/1.gif"]),
        ("<img src='/u/1.png' width='677px' height=' 900px '>", ["/u/1.png"]),
        ("<img src='/u/1.png' style='width: 900px'>", ["/u/1.png"]),
        ("<img src='/u/outline.png'>", ["/u/outline.png"]),
        ("<img src='/u/1.gif'>", []),
        ("<img src='/u/1.svg'>", []),
        ("<img src='data:image/png;base64,AAAA'>", []),
        ("<img src='javascript:x()'>", []),
        ("<img src='/u/1.jpg' height='80'>", []),
        ("<img src='/u/1.jpg' style='width:32px;height:32px'>", []),
        ("<img src='/u/qrcode_2.png'>", []),
        ("<img src='/u/1.png' alt='扫描二维码'>", []),
        ("<a href='/zt/2026/'><img src='/u/1.jpg'></a>", []),
    ],
)
def test_decoration_is_left_out(image: str, kept: list[str]) -> None:
    assert pictures(f"{TEXT}<p>{image}</p>") == kept


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height)


def jpeg(*sizes: tuple[int, int]) -> bytes:
    frames = b"".join(b"\xff\xc0\0\x11\x08" + struct.pack(">HH", height, width) for width, height in sizes)
    return b"\xff\xd8\xff\xe0" + frames


@pytest.mark.parametrize(
    ("body", "small"),
    [
        (png(800, 1200), False),
        (png(120, 1200), True),
        (png(800, 60), True),
        (jpeg((640, 480)), False),
        (jpeg((160, 120), (640, 480)), False),
        (jpeg((160, 120)), True),
        (b"GIF89a" + struct.pack("<HH", 16, 16), True),
        (b"II*\0", False),
    ],
)
def test_a_small_picture_is_told_by_its_bytes(body: bytes, small: bool) -> None:
    assert is_small(body) is small


@pytest.mark.parametrize("name", ["TRS_Editor", "article", "x"])
@pytest.mark.parametrize("words", ["", TEXT])
def test_pictures_of_further_pages_belong_to_it(name: str, words: str) -> None:
    same = "<img src='W01.jpg'>"
    found = released(
        words + same, name, "<p><img src='W02.jpg'></p>", f"{same}<img src='/images/logo.png'><img src='W03.jpg'>"
    )
    assert [one.url.rpartition("/")[2] for one in found.pictures] == ["W01.jpg", "W02.jpg", "W03.jpg"]
    assert "empty-part" not in found.problems


def test_pictures_are_relative_to_the_base_of_the_page() -> None:
    assert pictures("<base href='/files/'><img src='W01.jpg'>" + TEXT) == ["/files/W01.jpg"]
