"""Whatever bytes a site sends: a page becomes a release, or is Unreadable, and in time."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.model import Page, Release, Unreadable
from pipelines.read import read
from tests.trust.hostile import GOOD

PIECES = st.sampled_from(
    [
        *(b"<html>", b"<body>", b"</body>", b"<p>", b"</p>", b"<div class='article'>", b"</div>", b"<table><tr><td>", b"</td>"),
        *(b"<script>", b"</script>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<meta charset=gbk>", b"<title>", b"</title>"),
        *(b"<a href='x'>", b"&#x0;", b"&#xD800;", b"&nbsp;", b"&", b"<", b">", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\x81", b"\r\n"),
        *(
            "云岭省".encode(), "通知".encode("gb18030"), "主持人：".encode(), "《规定》".encode(), "2026年3月16日".encode(),
            "来源：".encode(), "。".encode(), b"1234567890", "𠮷".encode(), "\u202e".encode(), "\u200b".encode(),
        ),
    ]
)  # fmt: skip
WHOLE = GOOD.format("全省水库除险加固工程完工").encode()


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """Pieces of markup in any order, any bytes, or a good page with something put into it, or taken out."""
    kind = draw(st.sampled_from(["pieces", "bytes", "damaged", "cut", "deep"]))
    if kind == "pieces":
        return b"".join(draw(st.lists(PIECES, max_size=60)))
    if kind == "bytes":
        return draw(st.binary(max_size=400))
    at = draw(st.integers(0, len(WHOLE)))
    if kind == "damaged":
        return WHOLE[:at] + draw(st.binary(max_size=20)) + draw(PIECES) + WHOLE[at:]
    if kind == "cut":
        return WHOLE[:at]
    return draw(PIECES) * draw(st.integers(1, 3000)) + WHOLE


def outcome(body: bytes, content_type: str = "text/html") -> Release | str:
    page = Page(
        url="http://yunling.example/a.html",
        source="yunling",
        fetched="2026-03-16T10:00:00+00:00",
        headers=(("Content-Type", content_type),),
        body=body,
    )
    try:
        return read(page, None)
    except Unreadable as problem:
        return problem.reason


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(bodies(), st.sampled_from(["text/html", "text/html; charset=gb2312", "text/html; charset=utf-16", "", "\0"]))
def test_any_bytes_are_a_release_or_say_why_not(body: bytes, content_type: str) -> None:
    start = time.monotonic()
    found = outcome(body, content_type)
    assert time.monotonic() - start < 20
    if isinstance(found, Release):
        assert found.text.strip()
        assert found.title.strip()
        (found.title + found.text).encode()  # no lone surrogates, which a database cannot keep
        assert "\0" not in found.title + found.text
    else:
        assert found


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_two_minutes_of_guided_fuzzing(tmp_path: Path) -> None:
    pytest.importorskip("atheris", reason="atheris is not installed")
    (tmp_path / "page.html").write_bytes(WHOLE)
    command = [
        sys.executable,
        "-m",
        "tests.trust.fuzz",
        "-max_total_time=120",
        "-timeout=20",
        "-rss_limit_mb=2000",
        str(tmp_path),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
