"""Files that releases link to: kept raw, named by what they are, within a budget."""

import io
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from archive.model import Page
from archive.store.attachments import media_type
from crawler.run.attachments import OF_A_RELEASE, links, own_files
from tests.conftest import crawl, rows, scrapy
from tests.trust.hostile import GOOD, HostileSite, encoded, page
from tests.trust.test_hostile import declare

PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
URL = "http://yunling.example/a/"


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "name", "kind"),
    [
        (PDF, "a.doc", "application/pdf"),
        (b"\n" + PDF, "a.pdf", "application/pdf"),
        (zipped("[Content_Types].xml", "word/document.xml"), "a.zip", ".document"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "a.docx", ".sheet"),
        (zipped("OFD.xml", "Doc_0/Document.xml"), "a.ofd", "application/ofd"),
        (zipped("通告.txt"), "a.zip", "application/zip"),
        (b"PK\x03\x04 torn", "a.docx", "application/zip"),
        (OLE, "a.doc", "application/msword"),
        (OLE, "a.wps", "application/msword"),
        (OLE, "a.xls", "application/vnd.ms-excel"),
        (b"Rar!\x1a\x07\0", "a.rar", "application/vnd.rar"),
    ],
)
def test_a_file_is_what_its_bytes_say(body: bytes, name: str, kind: str) -> None:
    assert media_type(body, URL + name).endswith(kind)


@pytest.mark.parametrize("body", [b"", b"<html>404</html>", b"\xef\xbb\xbf<!doctype html>", "没有这个文件".encode()])
def test_a_page_under_a_files_name_is_no_attachment(body: bytes) -> None:
    assert media_type(body, URL + "a.pdf") == ""


def found(body: str) -> list[tuple[str, str]]:
    got = links(Page(url=URL, source="yunling", fetched="", body=body.encode()))
    return [(one.url, one.title) for one in got]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<a href='1.pdf'>附件1：工程清单</a>", [(URL + "1.pdf", "附件1：工程清单")]),
        ("<a href='1.PDF?x=1'> 附件\n 1 </a>", [(URL + "1.PDF?x=1", "附件 1")]),
        ("<a href='/f/1.docx'><img src='icon.gif'></a>", [("http://yunling.example/f/1.docx", "1.docx")]),
        ("<a href='1.pdf'>甲</a><a href='./1.pdf'>乙</a>", [(URL + "1.pdf", "甲")]),
        ("<a href='b.html'>x</a><a>y</a><a href='http://[/1.pdf'>z</a><a href='pdf'>w</a>", []),
        ("", []),
    ],
)
def test_the_files_that_a_page_links_to(body: str, expected: list[tuple[str, str]]) -> None:
    assert found(body) == expected


def test_a_release_has_only_so_many_files() -> None:
    assert len(found("".join(f"<a href='{n}.pdf'>{n}</a>" for n in range(99)))) == OF_A_RELEASE


def release(*files: str) -> Any:
    anchors = "".join(f"<p><a href='{name}'>附件：{name}</a></p>" for name in files)
    return page(GOOD.format("全省水库除险加固工程完工").replace("</div>", f"{anchors}</div>"))


def settings(folder: Path, site: HostileSite, **more: Any) -> dict[str, Any]:
    return {"ARCHIVE_DIR": folder / "a", "SOURCES": declare(folder, site), "PRIVATE_HOSTS": "127.0.0.2", **more}


def test_linked_files_are_kept_with_a_row_each_and_rebuilt(tmp_path: Path) -> None:
    answers = {"/a/1.pdf": encoded(PDF, "identity"), "/a/2.doc": encoded(OLE, "identity"), "/a/3.pdf": page("<p>404")}
    with HostileSite({**answers, "/a/good.html": release("1.pdf", "2.doc", "3.pdf")}) as site:
        site.list_page("/list/", ["/a/good.html"])
        crawl("hostile", **settings(tmp_path, site))
        sql = "SELECT a.url, name, media_type, size, a.sha256, r.url FROM attachments a JOIN releases r ON r.id = release ORDER BY 1"
        kept = rows(tmp_path / "a", sql)
        release_url = site.base + "/a/good.html"
        assert kept == [
            (site.base + "/a/1.pdf", "附件：1.pdf", "application/pdf", len(PDF), sha256(PDF).hexdigest(), release_url),
            (
                site.base + "/a/2.doc",
                "附件：2.doc",
                "application/msword",
                len(OLE),
                sha256(OLE).hexdigest(),
                release_url,
            ),
        ]
        (tmp_path / "a" / "archive.db").unlink()
        assert scrapy("rebuild", **settings(tmp_path, site)).returncode == 0
        assert rows(tmp_path / "a", sql) == kept


def test_files_keep_to_their_budget(tmp_path: Path) -> None:
    big = PDF + bytes(3 << 20)
    files = {f"/a/{n}.pdf": encoded(PDF, "identity") for n in range(5)} | {"/a/big.pdf": encoded(big, "identity")}
    names = ["big.pdf", *(f"{n}.pdf" for n in range(5))]
    with HostileSite({**files, "/a/good.html": release(*names)}) as site:
        site.list_page("/list/", ["/a/good.html"])
        crawl("hostile", **settings(tmp_path, site, ATTACHMENTS=3, ATTACHMENT_MAXSIZE=1 << 20))
        found = rows(tmp_path / "a", "SELECT url FROM attachments ORDER BY 1")
        assert found == [(f"{site.base}/a/0.pdf",), (f"{site.base}/a/1.pdf",)]


def test_a_removed_release_takes_its_files_along(tmp_path: Path) -> None:
    with HostileSite({"/a/1.pdf": encoded(PDF, "identity"), "/a/good.html": release("1.pdf")}) as site:
        site.list_page("/list/", ["/a/good.html"])
        crawl("hostile", **settings(tmp_path, site))
        done = scrapy("remove", site.base + "/a/good.html", "--reason", "asked", **settings(tmp_path, site))
        assert done.returncode == 0, done.stderr
    assert rows(tmp_path / "a", "SELECT count(*) FROM attachments") == [(0,)]
    assert rows(tmp_path / "a", "SELECT count(*) FROM captures WHERE url LIKE '%.pdf'") == [(0,)]


def state(folder: Path) -> tuple[list[Any], list[Any]]:
    versions = rows(folder, "SELECT version, kind, changed FROM versions ORDER BY 1")
    return versions, rows(folder, "SELECT url, count(DISTINCT sha256) FROM attachments GROUP BY url ORDER BY 1")


def test_another_file_and_another_content_at_an_address_are_versions(tmp_path: Path) -> None:
    answers = {f"/a/{name}.pdf": encoded(PDF, "identity") for name in "12"}
    with HostileSite({**answers, "/a/good.html": release("1.pdf")}) as site:
        site.list_page("/list/", ["/a/good.html"])
        put = site.answers
        for day, changes in (
            ("10", {}),
            ("11", {"/a/1.pdf": encoded(PDF + b"%", "identity")}),
            ("13", {"/a/good.html": release("2.pdf")}),
            ("20", {"/a/1.pdf": encoded(PDF + b"%%", "identity")}),
        ):
            put.update(changes)
            crawl("hostile", "-a", "recheck=all", **settings(tmp_path, site, NOW=f"2026-03-{day}T12:00"))
        found = state(tmp_path / "a")
        assert [changed for _, _, changed in found[0]][:2] == ["[]", '["attachments"]']
        assert found[1] == [(f"{site.base}/a/1.pdf", 2), (f"{site.base}/a/2.pdf", 1)]  # what is not linked is not asked
        (tmp_path / "a" / "archive.db").unlink()
        assert scrapy("rebuild", **settings(tmp_path, site)).returncode == 0
        assert state(tmp_path / "a") == found


OWN = "<div class='content'><p>正文，见<a href='1.pdf'>名录</a>。</p></div>"
SITES = "<div class='side'><h3>最新文件</h3><ul><li><a href='9.pdf'>九号文件</a></li></ul></div>"


@pytest.mark.parametrize(
    ("body", "own"),
    [
        (OWN, ["1.pdf"]),
        (OWN + SITES, ["1.pdf"]),
        ("<div>附件：<p><a href='2.pdf'>二</a></p></div>" + SITES, ["2.pdf"]),
        ("<p>附件1 <a href='3.doc'><img src='i.gif'></a></p>", ["3.doc"]),
        (SITES, []),
    ],
)
def test_links_of_the_site_belong_to_no_release(body: str, own: list[str]) -> None:
    found, files = own_files(Page(url=URL, source="yunling", fetched="", body=body.encode()), "正文，见名录。")
    assert list(files) == [URL + name for name in own]
    assert len(found) == body.count("href")
