"""Words in pictures and scans, with the extra [ocr]: crawled over HTTP, read, found, marked, compared, exported."""

import gzip
import io
import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from archive.snapshots.make import make
from tests.archive.site.visiting import visited
from tests.conftest import crawl, rows, scrapy
from tests.trust.hostile import HostileSite, encoded, page
from tests.trust.test_hostile import declare

# Debian's package fonts-droid-fallback brings it
FONT = Path("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("rapidocr") is None, reason="the extra [ocr] is not installed: make setup-ocr"),
    pytest.mark.skipif(
        not FONT.exists(), reason="no font with Chinese characters: apt-get install fonts-droid-fallback"
    ),
]
GUIDE = "一图读懂清河市节水灌溉补助"
RULES = "清河市渡口渡船安全管理规定"
DRAWN = [
    "补助对象为种植茶园果园的农户和合作社",
    "每亩补助三百二十元最高不超过五万元",
    "申请人向所在乡镇提交材料后由县里核验",
    "资金在秋收以前拨付到农户的账户",
]
SCANNED = [
    RULES,
    "第一条 为了保障渡口渡船安全制定本规定。",
    "第二条 渡船载客不得超过核定的人数。",
    "第三条 大风大雾天气应当停止摆渡。",
    "第四条 渡工应当持有合格的证书上岗。",
    "第五条 本规定自二〇二六年五月一日起施行。",
]
PAGE = (
    "<html><head><meta charset='utf-8'><title>{0}</title></head><body><h1>{0}</h1><p>2026-03-16 来源：清河市人民政府</p>"
    "<div class='article'>{1}</div></body></html>"
)


def drawn(lines: list[str], form: str) -> bytes:
    """Lines of text as a picture, or as the only picture of a PDF page."""
    from PIL import Image, ImageDraw, ImageFont

    picture, font = Image.new("RGB", (1000, 70 * len(lines) + 60), "white"), ImageFont.truetype(str(FONT), 40)
    for at, line in enumerate(lines):
        ImageDraw.Draw(picture).text((50, 30 + 70 * at), line, fill="black", font=font)
    made = io.BytesIO()
    picture.save(made, form)
    return made.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture at two addresses in two forms, and a scan that stands as a page elsewhere."""
    base = tmp_path_factory.mktemp("ocr")
    answers = {
        "/x/guide.png": encoded(drawn(DRAWN, "PNG"), "identity"),
        "/x/guide.jpg": encoded(drawn(DRAWN, "JPEG"), "identity"),
        "/x/scan.pdf": encoded(drawn(SCANNED, "PDF"), "identity"),
        "/x/1.html": page(PAGE.format(GUIDE, "<img src='guide.png'>")),
        "/x/2.html": page(PAGE.format(GUIDE, "<img src='guide.jpg'>")),
        "/x/3.html": page(
            PAGE.format(
                f"关于印发《{RULES}》的通知", f"<p>现予印发，请遵照执行。</p><a href='scan.pdf'>{RULES}.pdf</a>"
            )
        ),
        "/x/4.html": page(PAGE.format(RULES, "".join(f"<p>{line}</p>" for line in SCANNED))),
    }
    with HostileSite(answers) as site:
        site.list_page("/list/", [path for path in answers if path.endswith(".html")])
        sources = declare(base, site)
        sources.write_text(sources.read_text("utf-8") + "rights = 'official'\n", "utf-8")
        settings: dict[str, Any] = {
            "ARCHIVE_DIR": base / "a",
            "SOURCES": sources,
            "PRIVATE_HOSTS": "127.0.0.2",
            "NOW": "2026-03-20T12:00",
        }
        crawl("hostile", **settings)
    assert rows(base / "a", "SELECT DISTINCT state FROM files") == [("scanned",)]
    assert rows(base / "a", "SELECT count(*) FROM releases WHERE id <> cluster") == [(0,)]
    done = scrapy("files", "--ocr", **settings)
    assert done.stdout == "files: 3 ok\n", done.stdout + done.stderr
    return base / "a"


def test_words_and_figures_are_read(folder: Path) -> None:
    texts = [
        "".join(text.split()) for (text,) in rows(folder, "SELECT text FROM files WHERE method = 'ocr' ORDER BY id")
    ]
    assert len(texts) == 3
    for line in DRAWN:
        assert sum(line in text for text in texts) == 2
    assert sum("".join(line.split()) in text for text in texts for line in SCANNED) >= len(SCANNED) - 1


def test_what_was_guessed_ties_copies_and_the_relation_says_so(folder: Path) -> None:
    sql = """SELECT count(*), min(a.url LIKE '%/guide.%' OR a.url LIKE '%/scan.pdf') FROM relations AS x JOIN attachments AS a
        ON (a.release = x.a AND a.sha256 = x.a_file) OR (a.release = x.b AND a.sha256 = x.b_file) WHERE kind = 'duplicate'"""
    assert rows(folder, sql) == [(3, 1)]
    assert rows(folder, "SELECT count(DISTINCT cluster) FROM releases") == [(2,)]


@pytest.mark.parametrize("public", [False, True])
def test_search_pages_and_exports_mark_what_was_guessed(folder: Path, *, public: bool) -> None:
    place = make(folder, public=public, now=datetime(2026, 3, 21, tzinfo=UTC))
    with visited(place, public=public) as get:
        found, _ = get("/search.json", q="最高不超过五万元").json()["releases"]
        assert [file["ocr"] for file in found["files"]] == [True]
        assert "OCR" in get("/search", q="最高不超过五万元", lang="en").text
        release = get(f"/release/{found['id']}", lang="en").text
        assert DRAWN[1] in release
        assert "compared by the text that OCR guessed of the file" in release
        assert "A program has guessed these words" in get(f"/file/{found['files'][0]['sha256']}", lang="en").text
    with gzip.open(place / "files.jsonl.gz", "rt", encoding="utf-8") as file:
        assert {json.loads(line)["method"] for line in file} == {"ocr"}
    with closing(sqlite3.connect(place / "archive.db")) as db:
        named = db.execute("SELECT count(*) FROM releases WHERE cluster_file <> ''").fetchone()
    assert named == (2,)
