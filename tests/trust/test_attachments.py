"""Files that releases link to: kept raw, named by what they are, within a budget."""

import gzip
import io
import zipfile
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from archive.store.media import Sent, media_type
from archive.verification.verify import verify
from tests.conftest import crawl, rows, scrapy
from tests.trust.hostile import GOOD, Hostile, HostileSite, encoded, page, redirect
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
        (b"\xef\xbb\xbf" + PDF, "a.pdf", "application/pdf"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + PDF, "a.pdf", "application/pdf"),
        (zipped("[Content_Types].xml", "word/document.xml"), "a.zip", ".document"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "a.docx", ".sheet"),
        (zipped("OFD.xml", "Doc_0/Document.xml"), "a.ofd", "application/ofd"),
        (zipped("通告.txt"), "a.zip", "application/zip"),
        (b"\r\n\r\n" + zipped("[Content_Types].xml", "word/document.xml"), "a.docx", ".document"),
        (zipped("[Content_Types].xml", "xl\\workbook.xml"), "a.xlsx", ".sheet"),
        (b"PK\x03\x04 torn", "a.docx", "application/zip"),
        (OLE, "a.doc", "application/msword"),
        (OLE, "a.wps", "application/msword"),
        (b"\xef\xbb\xbf\r\n" + OLE, "a.xls", "application/vnd.ms-excel"),
        (OLE, "a.xls", "application/vnd.ms-excel"),
        (OLE, "http://www.etax.example/a.doc", "application/msword"),
        (OLE, "virtual_attach_file.vsb?e=.xls", "application/vnd.ms-excel"),
        (b"Rar!\x1a\x07\0", "a.rar", "application/vnd.rar"),
        (b"Founder CEB\0", "a.ceb", "application/x-ceb"),
        (b"\x89PNG\r\n\x1a\n", "a.png", "image/png"),
        ("\ufeff区,收入\n北岭区,12\n".encode(), "a.csv", "text/csv"),
        ("区,收入\n北岭区,12\n".encode("gb18030"), "download?id=3 收费表.csv", "text/csv"),
        ("云桅市通告\n".encode("utf-16"), "a.txt", "text/plain"),
        ("集市名录\n区\t收入\n北岭区\t12\n".encode("gb18030"), "a.xls", "text/tab-separated-values"),
        (b"<html xmlns:o='urn:schemas-microsoft-com:office:office'><p>x", "a.doc", "text/html"),
        (b"<?xml version='1.0'?><?mso-application progid='Word.Document'?>", "a.doc", "text/xml"),
        (b"<pkg:package xmlns:pkg='http://schemas.microsoft.com/office/2006/xmlPackage'>", "a.doc", "text/xml"),
    ],
)
def test_a_file_is_what_its_bytes_say(body: bytes, name: str, kind: str) -> None:
    assert media_type(body, URL + name, Sent()).endswith(kind)


@pytest.mark.parametrize("body", [b"", b"<html>404</html>", b"\xef\xbb\xbf<!doctype html>", "没有这个文件".encode()])
def test_a_page_under_a_files_name_is_no_attachment(body: bytes) -> None:
    assert media_type(body, URL + "a.pdf", Sent()) == ""


TABLE = "<html><meta charset=gb2312><table><tr><td>区<td>收入<tr><td>北岭区<td>12</table></html>".encode("gb18030")
EXCEL = Sent(content_type="application/vnd.ms-excel;charset=GBK", disposition="attachment; filename=t.xls")


def test_a_table_that_is_sent_as_a_sheet_is_one() -> None:
    assert media_type(TABLE, URL + "t.xls", EXCEL) == "text/html"


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        (TABLE, Sent()),
        (TABLE, Sent(content_type="text/html", disposition=EXCEL.disposition)),
        (TABLE, Sent(content_type=EXCEL.content_type)),
        (TABLE.replace(b"<table>", b"<script src=/a.js></script><table>"), EXCEL),
        (TABLE.replace(b"<table>", b"<a href=/>x</a><table>"), EXCEL),
        ("<table><tr><td>您访问的文件不存在</table>".encode(), EXCEL),
        ("您访问的文件\t不存在".encode(), EXCEL),
        (b'{"code":500,\n\t"a":1,\n\t"b":2}', EXCEL),
    ],
)
def test_a_page_or_an_answer_under_a_sheets_name_is_no_file(body: bytes, sent: Sent) -> None:
    assert media_type(body, URL + "t.xls", sent) == ""


def test_the_servers_name_tells_a_text_from_an_answer() -> None:
    sent = Sent(disposition='attachment; filename="\xc3\xfb\xb5\xa5.csv"')
    assert media_type("区,收入\n".encode("gb18030"), URL + "download?id=5", sent) == "text/csv"


@pytest.mark.parametrize("body", [b"", b"<html>404</html>", b'{"code": 404}', b"\0\1\2"])
def test_neither_a_page_nor_bytes_are_a_text(body: bytes) -> None:
    assert media_type(body, URL + "a.csv", Sent()) == ""


def release(*files: str) -> Any:
    anchors = "".join(f"<p><a href='{name}'>附件：{name}</a></p>" for name in files)
    return page(GOOD.format("全省水库除险加固工程完工").replace("</div>", f"{anchors}</div>"))


def settings(folder: Path, site: HostileSite, **more: Any) -> dict[str, Any]:
    return {"ARCHIVE_DIR": folder / "a", "SOURCES": declare(folder, site), "PRIVATE_HOSTS": "127.0.0.2", **more}


def is_gone(handler: Hostile) -> None:
    handler.send(b"", 404)


def states(folder: Path) -> dict[str, tuple[str, str]]:
    found = rows(folder / "a", "SELECT url, state, reason FROM attachments")
    return {url.rpartition("/")[2]: (state, reason) for url, state, reason in found}


def test_a_file_under_the_word_download_has_its_servers_name(tmp_path: Path) -> None:
    def answer(handler: Hostile) -> None:
        handler.send(PDF, Content_Disposition="attachment; filename*=UTF-8''%E5%90%8D%E5%BD%95.pdf")

    def named() -> list[str]:
        return [name for (name,) in rows(tmp_path / "a", "SELECT name FROM attachments ORDER BY id")]

    links = "<p><a href='/d/1.pdf'>点击下载</a></p><p><a href='/d/2.pdf'>附件：水库一览</a></p>"
    shown = page(GOOD.format("全省水库除险加固工程完工").replace("</div>", f"{links}</div>"))
    with HostileSite({"/a/1.html": shown, "/d/1.pdf": answer, "/d/2.pdf": answer}) as site:
        site.list_page("/list/", ["/a/1.html"])
        crawl("hostile", **settings(tmp_path, site))
        assert named() == ["名录.pdf", "附件：水库一览"]
        crawl("hostile", "-a", "recheck=all", **settings(tmp_path, site))
        assert named() == ["名录.pdf", "附件：水库一览"]
        (tmp_path / "a" / "archive.db").rename(tmp_path / "was.db")
        assert scrapy("rebuild", **settings(tmp_path, site)).returncode == 0
        assert named() == ["名录.pdf", "附件：水库一览"]


def test_every_linked_file_has_a_row_with_its_state_and_is_rebuilt(tmp_path: Path) -> None:
    answers = {
        "/a/1.pdf": encoded(PDF, "identity"),
        "/a/2.doc": encoded(OLE, "identity"),
        "/a/3.pdf": page("<p>404"),
        "/a/4.pdf": is_gone,
        "/a/5.pdf": encoded(PDF + bytes(3 << 20), "identity"),
        "/a/6.pdf": redirect("/b/6.pdf"),
        "/b/6.pdf": encoded(PDF + b"6", "identity"),
        "/a/7.pdf": redirect("/a/7.pdf"),
    }
    names = ["1.pdf", "2.doc", *(f"{n}.pdf" for n in range(3, 8)), "http://others.example/8.pdf"]
    with HostileSite({**answers, "/a/good.html": release(*names)}) as site:
        site.list_page("/list/", ["/a/good.html"])
        done = crawl("hostile", **settings(tmp_path, site, ATTACHMENT_MAXSIZE=1 << 20, NOW="2026-03-10T12:00"))
        assert "linked files that were not had: 2 failed, 1 not-a-file, 1 skipped, 1 too-large" in done.stdout
        assert states(tmp_path) == {
            "1.pdf": ("kept", ""),
            "2.doc": ("kept", ""),
            "3.pdf": ("not-a-file", "not-a-file"),
            "4.pdf": ("failed", "http-404"),
            "5.pdf": ("too-large", "too-large"),
            "6.pdf": ("kept", ""),
            "7.pdf": ("failed", "redirect-loop"),
            "8.pdf": ("skipped", "offsite"),
        }
        sql = """SELECT a.url, name, a.state, reason, media_type, size, sha256, capture IS NULL, a.seen, last_look, r.url
            FROM attachments a JOIN releases r ON r.id = release ORDER BY 1"""
        kept = rows(tmp_path / "a", sql)
        assert kept[0][:7] == (
            site.base + "/a/1.pdf", "附件：1.pdf", "kept", "", "application/pdf", len(PDF), sha256(PDF).hexdigest()
        )  # fmt: skip
        assert [row[2] == "kept" for row in kept] == [not row[7] for row in kept]  # a capture where it is kept alone
        (tmp_path / "a" / "archive.db").unlink()
        assert scrapy("rebuild", **settings(tmp_path, site)).returncode == 0
        assert rows(tmp_path / "a", sql) == kept


def test_files_that_were_sent_in_every_way_verify(tmp_path: Path) -> None:
    """Behind a redirect, packed, with a token in the address, under a name in Chinese, linked twice, replaced."""
    answers = {
        "/a/1.pdf": redirect("/b/1.pdf"),
        "/b/1.pdf": encoded(PDF + b"1", "identity"),
        "/a/2.pdf": encoded(gzip.compress(PDF + b"2"), "gzip"),
        "/a/3.pdf?token=1": encoded(PDF + b"3", "identity"),
        "/a/3.pdf?token=2": encoded(PDF + b"3", "identity"),
        "/a/%E6%96%B9%E6%A1%88.pdf": encoded(PDF + b"4", "identity"),
        "/a/5.pdf": encoded(PDF + b"5", "identity"),
        "/a/x.html": release("1.pdf", "2.pdf", "3.pdf?token=1", "方案.pdf", "5.pdf"),
        "/a/y.html": page(
            GOOD.format("全省农村供水保障现场会召开").replace("</div>", "<p><a href='5.pdf'>附件5</a></p></div>")
        ),
    }
    place = tmp_path / "a"
    with HostileSite(answers) as site:
        site.list_page("/list/", ["/a/x.html", "/a/y.html"])
        crawl("hostile", **settings(tmp_path, site, NOW="2026-03-10T12:00"))
        assert rows(place, "SELECT count(*) FROM attachments WHERE state = 'kept'") == [(6,)]
        assert scrapy("snapshot", **settings(tmp_path, site, NOW="2026-03-10T13:00")).returncode == 0
        assert verify(place).faults == []
        answers["/a/x.html"] = release("1.pdf", "2.pdf", "3.pdf?token=2", "方案.pdf", "5.pdf")
        answers["/a/5.pdf"] = encoded(PDF + b"6", "identity")
        crawl("hostile", "-a", "recheck=all", **settings(tmp_path, site, NOW="2026-03-11T12:00"))
        assert rows(place, "SELECT count(*) FROM attachment_contents WHERE n = 2") == [(2,)]  # the file was replaced
        assert verify(place).faults == []
        assert scrapy("remove", f"{site.base}/a/2.pdf", "--reason", "asked", **settings(tmp_path, site)).returncode == 0
        assert verify(place).faults == []
        (place / "archive.db").unlink()
        assert scrapy("rebuild", **settings(tmp_path, site)).returncode == 0
        assert verify(place).faults == []


@pytest.mark.slow
def test_files_beyond_the_budget_say_so_and_are_asked_for_with_the_next_look(tmp_path: Path) -> None:
    files = {f"/a/{n}.pdf": encoded(PDF, "identity") for n in range(5)}
    with HostileSite({**files, "/a/good.html": release(*(f"{n}.pdf" for n in range(5)))}) as site:
        site.list_page("/list/", ["/a/good.html"])
        crawl("hostile", **settings(tmp_path, site, ATTACHMENTS=0))
        assert set(states(tmp_path).values()) == {("skipped", "off")}
        for day, kept in (("10", 3), ("20", 5)):
            crawl("hostile", "-a", "recheck=all", **settings(tmp_path, site, ATTACHMENTS=3, NOW=f"2027-03-{day}T12:00"))
            found = Counter(states(tmp_path).values())
            assert found == {("kept", ""): kept} | ({("over-budget", "crawl"): 5 - kept} if kept < 5 else {})


def test_a_file_is_known_by_its_servers_name_also_when_it_is_told_again(tmp_path: Path) -> None:
    def named(handler: Hostile) -> None:
        headers = {"Content_Disposition": "attachment; filename=a.csv", "Content_Type": "application/octet-stream"}
        handler.send("区,收入\n北岭区,12\n".encode("gb18030"), **headers)

    with HostileSite({"/a/download?id=5": named, "/a/good.html": release("download?id=5")}) as site:
        site.list_page("/list/", ["/a/good.html"])
        crawl("hostile", **settings(tmp_path, site))
        assert states(tmp_path) == {"download?id=5": ("kept", "")}
        assert rows(tmp_path / "a", "SELECT text FROM files") == [("区,收入\n北岭区,12",)]
        (tmp_path / "a" / "archive.db").unlink()
        assert scrapy("rebuild", **settings(tmp_path, site)).returncode == 0
        assert states(tmp_path) == {"download?id=5": ("kept", "")}


def test_a_removed_release_takes_its_files_along(tmp_path: Path) -> None:
    with HostileSite({"/a/1.pdf": encoded(PDF, "identity"), "/a/good.html": release("1.pdf", "2.pdf")}) as site:
        site.list_page("/list/", ["/a/good.html"])
        crawl("hostile", **settings(tmp_path, site))
        assert len(states(tmp_path)) == 2
        done = scrapy("remove", site.base + "/a/good.html", "--reason", "asked", **settings(tmp_path, site))
        assert done.returncode == 0, done.stderr
    assert rows(tmp_path / "a", "SELECT count(*) FROM attachments") == [(0,)]
    assert rows(tmp_path / "a", "SELECT count(*) FROM captures WHERE url LIKE '%.pdf'") == [(0,)]


def test_a_removed_file_has_no_row_and_is_not_asked_for_again(tmp_path: Path) -> None:
    with HostileSite({"/a/1.pdf": encoded(PDF, "identity"), "/a/good.html": release("1.pdf", "2.pdf")}) as site:
        site.list_page("/list/", ["/a/good.html"])
        crawl("hostile", **settings(tmp_path, site))
        assert scrapy("remove", site.base + "/a/1.pdf", "--reason", "x", **settings(tmp_path, site)).returncode == 0
        crawl("hostile", "-a", "recheck=all", **settings(tmp_path, site))
    assert list(states(tmp_path)) == ["2.pdf"]


def state(folder: Path) -> tuple[list[Any], list[Any]]:
    versions = rows(folder, "SELECT version, kind, changed FROM versions ORDER BY 1")
    return versions, rows(folder, "SELECT url, state, sha256, contents, last_look FROM attachments ORDER BY 1")


@pytest.mark.slow
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
            if day == "11":
                replaced = (site.base + "/a/1.pdf", "kept", sha256(PDF + b"%").hexdigest(), 2)
                assert [one[:4] for one in state(tmp_path / "a")[1]] == [replaced]
        found = state(tmp_path / "a")
        assert [changed for _, _, changed in found[0]][:3] == ["[]", '["attachments"]', '["text", "attachments"]']
        # a file that is not linked any longer is neither listed nor asked for
        assert [one[:4] for one in found[1]] == [(site.base + "/a/2.pdf", "kept", sha256(PDF).hexdigest(), 1)]
        asked = rows(tmp_path / "a", "SELECT count(*) FROM captures WHERE url LIKE '%/1.pdf'")
        assert asked == [(2,)]
        (tmp_path / "a" / "archive.db").unlink()
        assert scrapy("rebuild", **settings(tmp_path, site)).returncode == 0
        assert state(tmp_path / "a") == found


@pytest.mark.slow
def test_kept_files_are_looked_at_conditionally_and_stay_kept_when_they_are_gone(tmp_path: Path) -> None:
    asked: list[str] = []

    def answer(handler: Hostile) -> None:
        asked.append(handler.headers.get("If-None-Match", ""))
        if len(asked) == 2:
            handler.send(b"", 304)
        else:
            handler.send(*((PDF, 200) if len(asked) == 1 else (b"", 404)), ETag='"e1"')

    with HostileSite({"/a/1.pdf": answer, "/a/good.html": release("1.pdf")}) as site:
        site.list_page("/list/", ["/a/good.html"])
        for day, expected in (("10", ("kept", "")), ("11", ("kept", "")), ("13", ("kept", "http-404"))):
            crawl("hostile", "-a", "recheck=all", **settings(tmp_path, site, NOW=f"2026-03-{day}T12:00"))
            assert states(tmp_path) == {"1.pdf": expected}
            [(last,)] = rows(tmp_path / "a", "SELECT last_look FROM attachments")
            assert last[:10] == f"2026-03-{day}"
        assert asked == ["", '"e1"', '"e1"']
        found = state(tmp_path / "a")
        (tmp_path / "a" / "archive.db").unlink()
        assert scrapy("rebuild", **settings(tmp_path, site)).returncode == 0
        assert state(tmp_path / "a") == found
    assert len(found[0]) == 1
