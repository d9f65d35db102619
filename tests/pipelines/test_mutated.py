"""Pages with torn, doubled and misplaced markup are read, or refused with a reason; nothing else comes out."""

import random
import re
import time
from pathlib import Path

import pytest

from archive.model import Page, Unreadable
from pipelines.read import read
from tests.conftest import SHARED

TESTS = Path(__file__).parents[1]
LARGEST = 120_000  # bytes
TAGS = [
    "caption",
    "td",
    "tr",
    "th",
    "table",
    "thead",
    "tbody",
    "tfoot",
    "dl",
    "dt",
    "dd",
    "pre",
    "select",
    "form",
    "figure",
    "figcaption",
    "h1",
    "legend",
    "fieldset",
    "summary",
    "option",
    "ucapcontent",
    "li",
    "ol",
    "a",
    "strong",
    "center",
    "iframe",
    "xml",
    "s",
    "del",
    "q",
    "ruby",
    "rt",
    "rp",
    "math",
    "mfrac",
    "sup",
    "sub",
    "template",
    "noscript",
    "svg",
]
STYLES = ("", " style='display:none'", " style='font-size:0'", " id=zoom class=TRS_Editor", " rowspan=3 colspan=2")
SECONDS = 300


def originals() -> list[bytes]:
    paths = [*TESTS.glob("replica/**/*.html"), *TESTS.glob("families/**/*.html"), *SHARED.glob("captures/*.html")]
    pages = [path.read_bytes() for path in sorted(paths)]
    return [page for page in pages if page and len(page) <= LARGEST]


def mutated(page: bytes, chance: random.Random) -> bytes:
    """The page with up to twelve tags or texts taken out, put elsewhere, or put in."""
    pieces = re.split(rb"(<[^>]+>)", page)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(pieces))
        match chance.choices(("blank", "copy", "put", "cut"), (3, 2, 4, 1))[0]:
            case "blank":
                pieces[at] = b""
            case "copy":
                pieces.insert(at, chance.choice(pieces))
            case "put":
                tag = chance.choice(TAGS)
                pieces.insert(
                    at, f"<{tag}{chance.choice(STYLES)}>".encode() if chance.random() < 0.6 else f"</{tag}>".encode()
                )
            case "cut":
                del pieces[at : min(len(pieces) - 1, at + chance.randint(1, 60))]
    return b"".join(pieces)


def test_torn_tables_are_read() -> None:
    """The three that once took the reader down."""
    rows = "<tr><td>指标</td><td>数值</td></tr><tr><td>产值</td><td>12.5</td></tr>"
    paragraphs = "".join(
        f"<p>第{n}批惠民工程共投入资金{n}亿元，覆盖城乡居民，各项指标好于去年同期。</p>" for n in range(9)
    )
    for table in (
        f"<caption>表一</caption>{rows}",
        f"{rows}<td>税收</td><td>3</td>",
        f"<thead>单位：亿元</thead>{rows}",
    ):
        body = f"<html><body><h1>云桅市主要指标</h1><div>{paragraphs}<table>{table}</table></div></body></html>"
        text = read(Page(url="http://localhost/", source="", fetched="", body=body.encode()), None).text
        assert "指标\t数值\n产值\t12.5" in text


@pytest.mark.parametrize("seed", [1, 2])
def test_few_mutated_pages_are_read_or_refused(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    pages = sorted(originals(), key=len)[:40]
    for _ in range(60):
        _read(mutated(chance.choice(pages), chance), tmp_path)


@pytest.mark.slow
@pytest.mark.timeout(2 * SECONDS)
def test_many_mutated_pages_are_read_or_refused(tmp_path: Path) -> None:
    chance = random.Random()
    pages = originals()
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        _read(mutated(chance.choice(pages), chance), tmp_path)


def _read(body: bytes, folder: Path) -> None:
    try:
        read(Page(url="http://localhost/", source="", fetched="", body=body), None)
    except Unreadable:
        return
    except Exception as problem:
        found = folder / "mutated.html"
        found.write_bytes(body)
        raise AssertionError(f"{type(problem).__name__} in a page that now stands in {found}") from problem
