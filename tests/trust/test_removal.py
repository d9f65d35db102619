"""A takedown leaves nothing behind, brings nothing back, and lets everything else be verified."""

import bz2
import gzip
import html
import io
import json
import lzma
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from random import Random

import brotli
import pyarrow
import pytest
from pyarrow import parquet
from warcio.archiveiterator import ArchiveIterator

from archive.database import ArchiveError, locked
from archive.removal.copies import clear_copies
from archive.removal.list_pages import mask_entries, without_removed
from archive.removal.remove import _names, remove
from archive.removal.warc_files import Words, redact
from archive.schema.open import open_archive
from archive.store.removed import Removed, hidden
from archive.times import stamp
from archive.transfer.opening import open_whole
from archive.urls import canonical
from archive.verification.verify import verify
from archive.warc.coding import undo, zstd
from archive.warc.exchange import Exchange
from archive.warc.records import read
from archive.warc.write import capture
from tests.archive.living import SOURCE as LISTED
from tests.archive.living import address, begin, day, empty_archive, headline, record
from tests.conftest import crawl, rows, same_archive, scrapy
from tests.trust.conftest import LATER, Crawled
from tests.trust.hostile import HostileSite, redirect
from tests.trust.test_hostile import declare

Copy = Callable[..., Path]
SOURCE = "mingchuan"


def contents(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file of an archive as it lies there, and unpacked."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.is_symlink():
            continue
        raw = path.read_bytes()
        yield path, raw
        if path.parent.name == "warc":
            with path.open("rb") as file:
                for record in ArchiveIterator(file):
                    yield path, record.content_stream().read()
                    yield path, str(record.rec_headers).encode()
        elif raw.startswith(b"\x1f\x8b"):
            yield path, gzip.decompress(raw)
        elif raw.startswith(b"PAR1"):
            yield path, json.dumps(parquet.read_table(path).to_pylist(), ensure_ascii=False).encode()


def residue(folder: Path, texts: list[str]) -> set[tuple[str, str]]:
    """Which files hold which pieces of the texts, in any usual encoding."""
    pieces = {
        text[n : n + 16] for text in texts for text in text.split("\n") for n in range(0, max(1, len(text) - 15), 4)
    }
    forms = {
        piece: {piece.encode(), piece.encode("gb18030"), piece.encode("utf-16-le"), json.dumps(piece)[1:-1].encode()}
        for piece in pieces
        if len(piece) > 7
    }
    return {
        (path.relative_to(folder).as_posix(), piece)
        for path, content in contents(folder)
        for piece, ways in forms.items()
        if any(way in content for way in ways)
    }


@pytest.fixture
def edited(crawled: Crawled) -> tuple[str, list[str]]:
    """The address of a release with two versions, and its titles and texts."""
    [(url, id)] = rows(crawled.folder, "SELECT url, id FROM releases WHERE source = ? AND version = 2", SOURCE)
    return url, [
        part for row in rows(crawled.folder, "SELECT title, text FROM versions WHERE release = ?", id) for part in row
    ]


def test_the_pieces_that_are_looked_for_can_be_found(crawled: Crawled, edited: tuple[str, list[str]]) -> None:
    found = {name.split("/")[0] for name, _ in residue(crawled.folder, edited[1])}
    assert found == {"archive.db", "snapshots", "warc"}


def test_nothing_is_left_of_what_was_removed(crawled: Crawled, copy: Copy, edited: tuple[str, list[str]]) -> None:
    url, texts = edited
    place = copy()
    backups = place / "backups"
    backups.mkdir()
    shutil.copy(place / "archive.db", backups / "archive-before-004.db")
    packed = {
        f"{way}/{name}": content for way, pack in PACKERS.items() for name, content in exports(texts, pack).items()
    }
    for name, content in packed.items():
        (backups / name).parent.mkdir(exist_ok=True)
        (backups / name).write_bytes(content)
    said = crawled.run(place, "remove", url, "--reason", "asked for by the publisher")
    left = {path.relative_to(backups).as_posix() for path in backups.rglob("*") if path.is_file()}
    assert left == {"archive-before-004.db", *(name for name in packed if "other" in name and "unseen" not in name)}
    assert "deleted: backups/gzip/export" in said
    assert residue(place, texts) == set()


def test_only_the_archives_own_folders_are_passed_over(
    crawled: Crawled, copy: Copy, edited: tuple[str, list[str]]
) -> None:
    url, texts = edited
    place = copy()
    shutil.copytree(place / "warc", place / "old" / "warc")
    for name in ("locks", "chain"):
        (place / "old" / name).mkdir()
        (place / "old" / name / "text").write_text(texts[0], "utf-8")
    crawled.run(place, "remove", url, "--reason", "asked")
    assert residue(place, texts) == set()
    assert not list(place.glob(f"old/warc/{SOURCE}-*"))
    assert list(place.glob(f"warc/{SOURCE}-*"))


def test_an_archive_below_another_is_cleared_as_an_archive(
    crawled: Crawled, copy: Copy, edited: tuple[str, list[str]]
) -> None:
    """`crawlall --dask local` keeps its shards so, with the pages that the next crawl goes on from."""
    url, texts = edited
    place = copy()
    shard = copy(name=f"{place.name}/shards/37/{SOURCE}")
    said = crawled.run(place, "remove", url, "--reason", "asked")
    assert f"taken out of shards/37/{SOURCE} (" in said
    assert "deleted" not in said
    assert residue(place, texts) == set()
    assert verify(place).faults == verify(shard).faults == []
    crawled.run(shard, "crawl", SOURCE)
    assert rows(shard, "SELECT count(*) FROM releases WHERE url = ?", url) == [(0,)]


@pytest.mark.parametrize("linked", ["", "snapshots", "snapshots/2*Z", "backups", "warc", "archive.db"])
def test_nothing_is_left_where_a_link_leads(
    crawled: Crawled, copy: Copy, edited: tuple[str, list[str]], tmp_path: Path, linked: str
) -> None:
    url, texts = edited
    place, disk = copy(), tmp_path / "disk"
    (place / "backups").mkdir()
    shutil.copy(place / "archive.db", place / "backups")
    for path in sorted(place.glob(linked)) if linked else [place]:
        there = disk / path.relative_to(place.parent)
        there.parent.mkdir(parents=True, exist_ok=True)
        path.rename(there)
        path.symlink_to(there)
    said = crawled.run(place, "remove", url, "--reason", "asked")
    assert said.count("taken out of snapshots/") == 2
    assert residue(place, texts) == residue(disk, texts) == set()
    assert verify(place).faults == []


def test_a_link_to_a_place_that_is_not_searched_ends_a_removal_with_2(
    crawled: Crawled, copy: Copy, edited: tuple[str, list[str]], tmp_path: Path
) -> None:
    url, texts = edited
    place, disk = copy(), tmp_path / "disk"
    disk.mkdir()
    shutil.copy(place / "archive.db", disk)
    [warc] = (place / "warc").glob(f"{SOURCE}-*")
    warc.rename(disk / warc.name)  # a removal writes the file anew in warc/
    links = {"old": disk, "older.db": disk / "archive.db", "gone": tmp_path / "gone", warc: disk / warc.name}
    for link, target in links.items():
        (place / link).symlink_to(target)
    (place / "today").symlink_to("snapshots/latest")
    said = crawled.run(place, "remove", url, "--reason", "asked", status=2)
    assert f"{place / 'old'} leads to {disk}" in said
    assert f"{place / 'older.db'} leads to {disk / 'archive.db'}" in said
    assert f"{warc} leads to {disk / warc.name}" in said
    assert said.count("not searched") == 3
    assert residue(place, texts) == set()
    assert residue(disk, texts) != set()


def zipped(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a/export.jsonl", content)
    return out.getvalue()


def stored(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as file:
        file.writestr("warc/x-2026-03.warc.gz", content)
    return out.getvalue()


def tarred(content: bytes) -> bytes:
    out, member = io.BytesIO(), tarfile.TarInfo("warc/x-2026-03.warc.gz")
    member.size = len(content)
    with tarfile.open(fileobj=out, mode="w") as file:
        file.addfile(tarfile.TarInfo("warc"))
        file.addfile(member, io.BytesIO(content))
    return out.getvalue()


def answer(content: bytes, coding: str) -> bytes:
    """A record of a WARC file, packed, with a body that a site sent packed."""
    return gzip.compress(
        b"WARC/1.1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Encoding: " + coding.encode() + b"\r\n\r\n" + content
    )


def far_inside(content: bytes) -> bytes:
    """Noise in which a packed file begins at the end of a piece, with a beginning of one that never ends before it."""
    return Random(1).randbytes((1 << 20) - 3) + gzip.compress(content) + gzip.compress(content)[:9] + bytes(2000)


def as_parquet(content: bytes) -> bytes:
    out = io.BytesIO()
    parquet.write_table(
        pyarrow.table({"n": [1], "text": [content.decode("utf-8", "replace")]}), out, compression="zstd"
    )
    return out.getvalue()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstd.compress,
    "zip": zipped,
    "brotli": brotli.compress,
    "parquet": as_parquet,
    "tar of gzip": lambda content: tarred(gzip.compress(content)),
    "packed tar of WARC": lambda content: gzip.compress(tarred(answer(gzip.compress(content), "gzip"))),
    "stored zip of WARC": lambda content: stored(answer(gzip.compress(content), "gzip")),
    "tar of zip of zip": lambda content: tarred(zipped(zipped(content))),
    "far inside": far_inside,
    # these are not looked into
    "unseen rar": lambda content: b"Rar!\x1a\x07\x00" + content[::-1],
    "unseen xz": lambda content: tarred(lzma.compress(content)),
    "unseen parquet": lambda content: tarred(as_parquet(content)),
    "unseen answer": lambda content: answer(brotli.compress(content), "br"),
}


def exports(texts: list[str], pack: Callable[[bytes], bytes]) -> dict[str, bytes]:
    """What somebody may have taken out of an archive: with the release, with its title alone, and without both."""
    ending = "br" if pack is brotli.compress else "x"
    whole = {"export": json.dumps(texts), "title": texts[0], "other": "云泽市开通夜间公交线路十二条。"}
    return {f"{name}.{ending}": pack(content.encode()) for name, content in whole.items()}


def test_the_exports_of_a_snapshot_are_made_anew(crawled: Crawled, copy: Copy, edited: tuple[str, list[str]]) -> None:
    place = copy()
    said = crawled.run(place, "remove", edited[0], "--reason", "asked")
    assert "deleted" not in said
    for snapshot in sorted((place / "snapshots").glob("2*")):
        package = json.loads((snapshot / "datapackage.json").read_text("utf-8"))
        assert package["id"] == f"gongbao-{snapshot.name}"
        assert package["created"]
        assert {one["path"] for one in package["resources"]} >= {
            "releases.csv",
            "releases.jsonl.gz",
            "releases.parquet",
        }
        for one in (one for one in package["resources"] if "hash" in one):
            assert one["hash"] == "sha256:" + sha256((snapshot / one["path"]).read_bytes()).hexdigest()
        held = {id for (id,) in rows(snapshot, "SELECT id FROM releases")}
        assert set(parquet.read_table(snapshot / "releases.parquet")["id"].to_pylist()) == held
    assert verify(place).faults == []


@pytest.mark.slow
def test_it_stays_out_on_recrawl_replay_and_rebuild(
    crawled: Crawled, copy: Copy, edited: tuple[str, list[str]]
) -> None:
    url, texts = edited
    place = copy()
    crawled.run(place, "remove", url, "--reason", "asked")
    crawled.site.clear()
    crawled.run(place, "crawl", SOURCE, "-a", "recheck=all")
    crawled.run(place, "crawl", "replay")
    assert url not in {crawled.site.url(r.site, r.path) for r in crawled.site.requests}
    assert rows(place, "SELECT state, reason, title FROM listings WHERE url = ?", url) == [("skipped", "removed", "")]
    after = same_archive(place)
    (place / "archive.db").unlink()
    crawled.run(place, "rebuild")
    assert same_archive(place) == after
    assert residue(place, texts) == set()  # although the site's own lists still name it
    assert warc_check(place)


def warc_check(folder: Path) -> bool:
    """What warcio says of the files."""
    command = [sys.executable, "-m", "warcio.cli", "check", *map(str, sorted((folder / "warc").iterdir()))]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_it_stays_out_when_it_is_imported(
    crawled: Crawled, copy: Copy, edited: tuple[str, list[str]], tmp_path: Path
) -> None:
    url, texts = edited
    place = copy("archive.db", "warc")
    crawled.run(place, "remove", url, "--reason", "asked")
    before = same_archive(place)
    files = sorted(str(path) for path in (crawled.folder / "warc").glob(f"{SOURCE}-*"))
    for folder in (place, tmp_path / "closed"):  # one that had it, and one that was closed to it before
        if not folder.exists():
            open_archive(folder).close()
            crawled.run(folder, "remove", url, "--reason", "asked in advance", "--ahead")
        crawled.run(folder, "import", *files, "--source", SOURCE)
        assert residue(folder, texts) == set()
        assert rows(folder, "SELECT count(*) FROM releases WHERE url = ?", url) == [(0,)]
    assert same_archive(place) == before


@pytest.mark.slow
@pytest.mark.parametrize("whole", [True, False])
def test_it_stays_out_when_an_archive_that_holds_it_is_merged(
    crawled: Crawled, copy: Copy, edited: tuple[str, list[str]], whole: bool
) -> None:
    url, texts = edited
    shard = copy(name="shard")
    hub = copy(name="hub") if whole else shard.parent / "hub"
    open_archive(hub).close()
    crawled.run(hub, "remove", url, "--reason", "asked", "--ahead")
    crawled.run(hub, "merge", str(sorted((shard / "snapshots").glob("2*"))[0]))
    assert residue(hub, texts) == set()
    assert rows(hub, "SELECT count(*) FROM releases WHERE url = ?", url) == [(0,)]
    assert rows(hub, "SELECT count(*) > 30 FROM releases") == [(1,)]
    assert rows(hub, "PRAGMA foreign_key_check") == []
    assert rows(hub, "SELECT count(*) FROM captures WHERE url = ?", url) == [(0,)]
    assert warc_check(hub)
    crawled.run(hub, "snapshot")
    assert verify(hub).faults == []
    after = same_archive(hub)
    (hub / "archive.db").unlink()
    crawled.run(hub, "rebuild")
    assert same_archive(hub) == after


@pytest.mark.slow
def test_a_removal_in_the_archive_that_is_merged_reaches_this_one(
    crawled: Crawled, copy: Copy, edited: tuple[str, list[str]]
) -> None:
    url, texts = edited
    hub, shard = copy(name="hub"), copy("archive.db", "warc", name="shard")
    crawled.run(shard, "remove", url, "--reason", "asked")
    crawled.run(shard, "crawl", SOURCE, "-a", "recheck=all")
    crawled.run(shard, "snapshot")
    crawled.run(hub, "merge", str(shard / "snapshots" / "latest"))
    assert residue(hub, texts) == set()
    assert rows(hub, "SELECT count(*) FROM releases WHERE url = ?", url) == [(0,)]
    assert warc_check(hub)
    assert verify(hub).faults == []
    after = same_archive(hub)
    (hub / "archive.db").unlink()
    crawled.run(hub, "rebuild")
    assert same_archive(hub) == after


def test_a_redirect_to_what_was_removed_is_not_followed(crawled: Crawled, tmp_path: Path) -> None:
    with HostileSite({}) as site:
        site.list_page("/list/", ["/a/one.html"])
        settings = {"ARCHIVE_DIR": tmp_path, "SOURCES": declare(tmp_path, site), "PRIVATE_HOSTS": "127.0.0.2"}
        crawl("hostile", **settings)
        assert scrapy("remove", f"{site.base}/a/one.html", "--reason", "asked", **settings).returncode == 0
        site.answers["/a/other.html"] = redirect("/a/one.html")
        site.list_page("/list/", ["/a/one.html", "/a/other.html"])
        crawl("hostile", **settings)
    assert rows(tmp_path, "SELECT count(*) FROM releases") == [(0,)]
    assert rows(tmp_path, "SELECT count(*) FROM captures WHERE url LIKE '%one.html'") == [(0,)]
    assert rows(tmp_path, "SELECT reason FROM listings WHERE url LIKE '%other.html'") == [("removed",)]


def test_a_page_that_names_it_ten_thousand_times_is_masked() -> None:
    many = '"/a/7.html" 通告 ' * 10_000
    document = json.dumps({"url": "7.html", "all": [f"通告{n}" for n in range(10_000)]}, ensure_ascii=False)
    assert "通" not in mask_entries(many, LIST, GONE)
    assert "通" not in mask_entries(document, LIST, GONE)
    assert mask_entries("=a" * 100_000, LIST, GONE) == "=a" * 100_000
    assert mask_entries("[" * 100_000, LIST, GONE) == "[" * 100_000
    assert (
        mask_entries("<base href='http://['><a href='7.html'>通告</a>", LIST, GONE)
        == "<base href='http://['><a href='7.html'>  </a>"
    )


LIST = "http://yunling.example/a/"
GONE = Removed(frozenset({canonical(LIST + "7.html")}))
HIDDEN = Removed(frozenset({hidden(canonical(LIST + "7.html"))}))
OTHER = "<li><a href='8.html' title='水库完工'>水库完工</a><span>2026-03-09</span></li>"


@pytest.mark.parametrize(
    ("page", "left"),
    [
        ("<li><a href='7.html' title='通告七'>通告七…</a><span>2026-03-02</span></li>", "2026-03-02"),
        ("<li><a href=7.html>关于“5G”的通告</a><i>2026年3月2日</i></li>", "5G 2026年3月2日"),
        ("<tr><td>甲局</td><td><a href='/a/7.html#x'>通告七</a></td><td>摘要</td></tr>", ""),
        ("<li><a href='http://www.yunling.example/a/7.html'><img src='t.jpg'></a><p>通告七</p><p>全文甲乙丙</p></li>", ""),
        ("<record><![CDATA[<a href='./7.html'>通告七</a><b>2026-03-02</b>]]></record>", "2026-03-02"),
        (r'{"list":[{"id":7,"more":{"text":"通告七"},"url":"\/a\/7.html","title":"\u901a\u544a\u4e03","day":"2026-03-02"}]}', "7 2026-03-02"),
        (r'{"html":"<li><a href=\"7.html\">通告七</a></li>"}', ""),
        ("<li><a href='7.html'>&#36890;&#21578;&#19971;</a></li>", ""),
    ],
)  # fmt: skip
def test_an_entry_of_a_list_that_leads_to_what_was_removed_is_masked(page: str, left: str) -> None:
    whole = page if page.startswith("{") else f"<ul>{OTHER}{page}{OTHER}</ul>"
    masked = mask_entries(whole, LIST, GONE)
    assert len(masked) == len(whole)
    for word in ("通告", "甲", "摘要", "\u901a", "&#36890;"):
        assert word not in masked
    assert all(word in masked for word in left.split())
    if not page.startswith("{"):
        assert masked.startswith(f"<ul>{OTHER}")
        assert masked.endswith(f"{OTHER}</ul>")
    else:
        json.loads(masked)
    assert "7.html" in masked
    assert "7.html" not in mask_entries(whole, LIST, HIDDEN)
    assert mask_entries(whole, LIST, Removed(frozenset({canonical(LIST + "9.html")}))) == whole


TITLE, TEXT = "关于“张某甲”盗窃案件的情况通报", "张某甲于上月在本市盗窃电动自行车三辆，现已查获归案，案件正在办理之中。"
STAYS = "<li><a href='8.html' title='转发关于“张某甲”盗窃案件的情况通报的通知'>转发关于“张某甲”盗窃案件的情况通报的通知</a></li>"


@pytest.mark.parametrize(
    "entry",
    [
        f"<a href='7.html'>{TITLE}</a>",
        "<a href='7.html'>关于&ldquo;张某甲&rdquo;盗窃案件的情况通报</a>",
        f"<a href='7.html'>{''.join(f'&#x{ord(sign):x};' for sign in TITLE)}</a>",
        f"<a href='7.html'>{''.join(f'&#{ord(sign)};' for sign in TITLE)}</a>",
        f"<a href='7.html' title='{TITLE}'>关于“张某甲”盗…</a>",
        "<a href='7.html'>关于“张某甲”\n    盗窃案件的情况通报</a>",
        "<a href='7.html'>关于“<font color=red>张某甲</font>”盗窃案件的情况通报</a>",
        "<a href='7.html'>通报</a><p>张某甲于上月在本市盗窃电动自行车三辆</p>",
        "<a href='7.html'><img src='1.jpg' alt='张某甲照片'></a>",
        f"<a href='7.html'>详情</a><em>{TITLE}</em>",
        f"<h4>{TITLE}</h4><a href='7.html'>详情</a>",
        f"<a href='http://www.yunling.example/a/7.html?spm=1' target=_blank>{TITLE}</a>",
        f"<span>2026-03-02</span><a href=7.html>{TITLE}</a>",
        f"<a href='javascript:void(0)' onclick=\"open('/a/7.html')\">{TITLE}</a>",
        # not in an entry: told by the words alone
        "<b>关于&ldquo;张某甲&rdquo;盗窃案件的<i>情况</i>通报</b>",
        f"<b>{''.join(f'&#{ord(sign)};' for sign in TITLE)}</b>",
        f"<input type=hidden value='{TITLE}'>",
        f"<script>var top = {json.dumps({'t': TITLE})};</script>",
        f"<p>{TEXT[:24]}</p>",
        f"<p>{TEXT[5:16]}\n  {TEXT[16:30]}</p>",
    ],
)  # fmt: skip
def test_no_way_of_writing_an_entry_hides_it_on_a_kept_list(tmp_path: Path, entry: str) -> None:
    page = f"<ul>{OTHER}{STAYS}<li>{entry}</li>{STAYS}{OTHER}</ul>"
    exchange = Exchange(
        url=LIST, source="one", role="list", fetched="2026-03-16T09:00:00Z", status=200, headers=(), body=page.encode()
    )
    with closing(open_archive(tmp_path)) as db:
        capture(db, tmp_path, exchange)
    [path] = (tmp_path / "warc").iterdir()
    words = Words(titles=(TITLE,), texts=(TEXT,), gone=GONE)
    redact(path, frozenset({canonical(LIST + "7.html")}), words, {})
    [kept] = [found.exchange for found in read(path) if found.exchange]
    told = undo(kept.body, kept.headers).decode()
    assert told.startswith(f"<ul>{OTHER}{STAYS}<li>")
    assert told.endswith(f"</li>{STAYS}{OTHER}</ul>")
    left = html.unescape(told.removeprefix(f"<ul>{OTHER}{STAYS}").removesuffix(f"{STAYS}{OTHER}</ul>"))
    assert not any(sign in left for sign in "张甲盗窃")
    assert "\\u5f20" not in left


@pytest.mark.parametrize(
    "shown", ["⽔库除险加固⼯程", "水庫除險加固工程", "水库除险\u200b加固工程", "水库・除险加固工程"]
)
def test_a_title_in_other_signs_is_struck_too(tmp_path: Path, shown: str) -> None:
    title = shown if "・" in shown else "水库除险加固工程"
    words = Words(titles=(title.replace("・", "·"),), texts=(), gone=GONE)
    page = f"<p>{shown}</p>"
    assert [page[slice(*span)] for span in words.spans(page, LIST)] == [shown]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_stray_byte_on_a_list_page_hides_no_title(tmp_path: Path, encoding: str) -> None:
    title = "云岭省水库除险加固工程全部完工"
    body = f"<ul><li><a href=/1.html>{title}</a></li></ul>".encode(encoding) + b"<p>\xff</p>"
    exchange = Exchange(
        url=LIST, source="one", role="list", fetched="2026-03-16T09:00:00Z", status=200, headers=(), body=body
    )
    with closing(open_archive(tmp_path)) as db:
        capture(db, tmp_path, exchange)
    [path] = (tmp_path / "warc").iterdir()
    gone = Removed(frozenset({canonical("http://yunling.example/1.html")}))
    redact(path, frozenset(), Words(titles=(title,), texts=(), gone=gone), {})
    [kept] = [found.exchange for found in read(path) if found.exchange]
    told = undo(kept.body, kept.headers)
    assert title.encode(encoding) not in told
    assert told == body.replace(title.encode(encoding), b" " * len(title.encode(encoding)))


MIXED = [  # the encoding of most of a page, of an entry in it, and the content type
    ("utf-8", "gb18030", "text/html; charset=utf-8"),
    ("gb18030", "utf-8", "text/html; charset=gb2312"),
    ("utf-16-le", "utf-16-le", "text/html; charset=utf-16"),
    ("utf-16-be", "utf-16-be", "text/html"),
    ("big5hkscs", "big5hkscs", "text/html; charset=big5"),
    ("utf-8", "big5hkscs", "text/html; charset=big5"),
]


@pytest.mark.parametrize("amount", [1, 40])
@pytest.mark.parametrize(("most", "few", "media_type"), MIXED)
@pytest.mark.parametrize("led", [True, False], ids=["an entry", "words alone"])
def test_a_page_of_several_encodings_hides_no_title(
    tmp_path: Path, most: str, few: str, media_type: str, amount: int, led: bool
) -> None:
    title, other = "水利局工程完成公告", "<p>水利局人介紹工程</p>" * amount
    entry = f"<li><a href=/1.html>{title}</a></li>" if led else f"<b>{title}</b>"
    body = other.encode(most) + entry.encode(few) + other.encode(most)
    exchange = Exchange(
        url=LIST, source="one", role="list", fetched="2026-03-16T09:00:00Z", status=200,
        headers=(("Content-Type", media_type),), body=body,
    )  # fmt: skip
    gone = Removed(frozenset({canonical("http://yunling.example/1.html")}))
    with closing(open_archive(tmp_path)) as db:
        capture(db, tmp_path, exchange)
    [path] = (tmp_path / "warc").iterdir()
    redact(path, frozenset(), Words(titles=(title,), texts=(), gone=gone), {})
    [kept] = [found.exchange for found in read(path) if found.exchange]
    told = undo(kept.body, kept.headers)
    assert title.encode(few) not in told
    assert told.startswith(other.encode(most))
    assert told.endswith(other.encode(most))
    if led:
        assert title.encode(few) not in without_removed(exchange, gone).body


def test_everything_verifies_afterwards(crawled: Crawled, copy: Copy, edited: tuple[str, list[str]]) -> None:
    place = copy()
    before = verify(place)
    crawled.run(place, "remove", edited[0], "--reason", "asked")
    assert before.faults == verify(place).faults == []
    for snapshot in sorted((place / "snapshots").glob("2*")):
        assert verify(snapshot).faults == []
        alone = place.parent / f"alone-{snapshot.name}"
        shutil.copytree(snapshot, alone)
        assert verify(alone).faults == []


def test_a_release_that_merely_vanishes_does_not_verify(crawled: Crawled, copy: Copy) -> None:
    place = copy()
    with closing(sqlite3.connect(place / "archive.db")) as db:
        db.execute("DELETE FROM versions WHERE release = 5")
        db.commit()
    assert verify(place).faults == ["archive.db: release 5 version 1 is missing"]


def test_everything_else_stays(crawled: Crawled, copy: Copy, edited: tuple[str, list[str]]) -> None:
    place = copy()
    crawled.run(place, "remove", edited[0], "--reason", "asked")
    was, now = same_archive(crawled.folder), same_archive(place)
    assert set(now["releases"]) < set(was["releases"])
    assert len(was["releases"]) - len(now["releases"]) == 1
    assert len(was["versions"]) - len(now["versions"]) == 2
    assert rows(place, "PRAGMA integrity_check") == [("ok",)]
    assert rows(place, "PRAGMA foreign_key_check") == []


def test_copies_of_the_text_are_named_for_a_decision(crawled: Crawled, copy: Copy) -> None:
    sql = "SELECT a.url, b.url FROM relations JOIN releases a ON a.id = a JOIN releases b ON b.id = b WHERE kind = 'duplicate'"
    [(url, other), *_] = rows(crawled.folder, sql)
    place = copy()
    assert other in crawled.run(place, "remove", url, "--reason", "asked")
    assert rows(place, "SELECT count(*) FROM releases WHERE url = ?", other) == [(1,)]


def test_a_representative_that_is_removed_leaves_its_cluster_to_the_oldest(crawled: Crawled, copy: Copy) -> None:
    [(url, cluster), *_] = rows(
        crawled.folder,
        "SELECT url, id FROM releases WHERE id IN (SELECT cluster FROM releases GROUP BY cluster HAVING count(*) > 2)",
    )
    members = [
        id for (id,) in rows(crawled.folder, "SELECT id FROM releases WHERE cluster = ? AND id <> cluster", cluster)
    ]
    place = copy()
    crawled.run(place, "remove", url, "--reason", "asked")
    assert {c for (c,) in rows(place, "SELECT cluster FROM releases WHERE id IN (SELECT id FROM releases)")} & {
        cluster
    } == set()
    sql = f"SELECT DISTINCT cluster FROM releases WHERE id IN ({', '.join(map(str, members))})"
    assert rows(place, sql) == [(min(members),)]


def test_copies_are_compared_anew_with_who_represents_them_now(crawled: Crawled, copy: Copy) -> None:
    sql = "SELECT url, id FROM releases WHERE id IN (SELECT cluster FROM releases GROUP BY cluster HAVING count(*) > 2)"
    [(url, id), *_] = rows(crawled.folder, sql)
    place = copy()
    crawled.run(place, "remove", url, "--reason", "asked")
    assert rows(place, "SELECT count(*) FROM shingles WHERE release = ?", id) == [(0,)]
    unrelated = """SELECT count(*) FROM releases WHERE cluster <> id AND NOT EXISTS
        (SELECT 1 FROM relations WHERE a = releases.id AND b = cluster AND kind = 'duplicate')"""
    assert rows(place, unrelated) == [(0,)]
    assert rows(place, "SELECT count(*) FROM releases WHERE id NOT IN (SELECT release FROM shingles)") == rows(
        place, "SELECT count(*) FROM relations WHERE kind = 'duplicate' AND jaccard >= 0.9"
    )


def test_even_the_address_can_be_forgotten(crawled: Crawled, copy: Copy, edited: tuple[str, list[str]]) -> None:
    url, _ = edited
    place = copy()
    crawled.run(place, "remove", url, "--reason", "asked", "--hide-address")
    assert residue(place, [url.rpartition("/")[2]]) == set()
    assert verify(place).faults == []
    crawled.run(place, "crawl", SOURCE, "-a", "recheck=none")
    assert residue(place, [url.rpartition("/")[2]]) == set()
    assert rows(place, "SELECT count(*) FROM listings WHERE url = ?", url) == [(0,)]
    assert rows(place, "SELECT url LIKE 'sha256:%', url_key LIKE 'sha256:%' FROM removed") == [(1, 1)]
    assert rows(place, "SELECT count(*) FROM releases WHERE url = ?", url) == [(0,)]


def test_a_public_copy_shows_no_removed_address(crawled: Crawled, copy: Copy, edited: tuple[str, list[str]]) -> None:
    url, name = edited[0], edited[0].rpartition("/")[2]
    place = copy()
    crawled.run(place, "remove", url, "--reason", "asked")
    found = {path for path, _ in residue(place, [name]) if path.startswith("snapshots/")}
    assert len(found) == 1  # the private one
    assert not [path for path in found if "-public/" in path]
    assert verify(place).faults == []


@pytest.mark.parametrize(("role", "name"), [("part", "t20260119_89560_1.html"), ("attachment", "xiuyu.csv")])
def test_further_pages_and_files_are_forgotten_with_their_release(
    crawled: Crawled, copy: Copy, role: str, name: str
) -> None:
    place = copy()
    [(file,)] = rows(place, "SELECT DISTINCT url FROM captures WHERE role = ? AND url LIKE ?", role, f"%{name}")
    linked = "SELECT r.url FROM releases r JOIN attachments a ON a.release = r.id WHERE a.url = ?"
    urls = rows(place, linked, file) or rows(place, "SELECT url FROM releases WHERE url LIKE '%t20260119_89560.html'")
    assert len({path for path, _ in residue(place, [name]) if path.endswith("/archive.db")}) == 2
    for (url,) in urls:
        crawled.run(place, "remove", url, "--reason", "asked", "--hide-address")
    assert residue(place, [name]) == set()
    assert verify(place).faults == []


@pytest.mark.parametrize("hide", [(), ("--hide-address",)])
def test_an_entry_that_never_became_a_release_is_cleared_in_copies_too(
    crawled: Crawled, copy: Copy, hide: tuple[str, ...]
) -> None:
    place = copy()
    sql = "SELECT url, title FROM listings WHERE state = 'failed' AND url_key NOT IN (SELECT url_key FROM releases)"
    [(url, title), *_] = rows(place, f"{sql} AND length(title) > 8 ORDER BY url")
    holding = {name for name, _ in residue(place, [title])}
    assert len([name for name in holding if name.startswith("snapshots/")]) == 2
    said = crawled.run(place, "remove", url, "--reason", "asked", *hide)
    assert said.count("taken out of snapshots/") == 2
    assert residue(place, [title]) == set()
    assert not hide or residue(place, [url.rpartition("/")[2]]) == set()
    assert verify(place).faults == []
    said = crawled.run(place, "remove", url, "--reason", "asked", *hide)
    assert "taken out" not in said  # nothing is left to be written anew


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/a/202603/t20260302_118.html", {"/a/202603/t20260302_118.html", "t20260302_118.html"}),
        ("/n1530/n32936/index.html", {"/n1530/n32936/index.html"}),
        ("/zwgk/index.html", set()),
    ],
)
def test_a_hidden_address_is_known_by_what_names_nothing_else(path: str, names: set[str]) -> None:
    url = f"http://yunling.example{path}"
    assert set(_names(url)) == {url, *names}


def test_an_address_can_be_closed_before_it_was_ever_seen(crawled: Crawled, tmp_path: Path) -> None:
    url = rows(crawled.folder, "SELECT url FROM releases WHERE source = ? ORDER BY id", SOURCE)[0][0]
    open_archive(tmp_path).close()
    crawled.run(tmp_path, "remove", url, "--reason", "asked in advance", "--ahead")
    crawled.run(tmp_path, "crawl", SOURCE)
    assert rows(tmp_path, "SELECT count(*) FROM releases WHERE url = ?", url) == [(0,)]
    assert rows(tmp_path, "SELECT count(*) > 5 FROM releases") == [(1,)]


def test_a_removal_waits_for_no_crawl(crawled: Crawled, copy: Copy, edited: tuple[str, list[str]]) -> None:
    place = copy()
    with closing(open_archive(place)) as db, locked(place, SOURCE), pytest.raises(ArchiveError, match="being crawled"):
        remove(db, place, edited[0], "asked", LATER)


def test_a_removal_that_was_cut_short_is_finished_by_the_same_command(
    crawled: Crawled, copy: Copy, edited: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, texts = edited
    place = copy()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with closing(open_archive(place)) as db:
        with monkeypatch.context() as patched:
            patched.setattr("archive.removal.remove._clear", killed)
            with pytest.raises(KeyboardInterrupt):
                remove(db, place, url, "asked", LATER)
        remove(db, place, url, "asked", LATER)
    assert residue(place, texts) == set()
    assert verify(place).faults == []


def test_a_mistyped_address_is_refused_and_the_nearest_one_named(crawled: Crawled, copy: Copy) -> None:
    place = copy("archive.db", "warc")
    [(url,)] = rows(place, "SELECT url FROM releases WHERE source = ? ORDER BY id LIMIT 1", SOURCE)
    said = crawled.run(place, "remove", url.removesuffix("l"), "--reason", "asked", status=2)
    assert f"Did you mean {url}" in said
    assert rows(place, "SELECT count(*) FROM removed") == [(0,)]


LISTS = "SELECT url FROM captures WHERE source = ? AND role = ? AND url NOT IN (SELECT url FROM releases) LIMIT 1"


@pytest.mark.parametrize(
    ("role", "said"), [("list", f"is no release but a list page of {SOURCE}"), ("robots", "--ahead")]
)
def test_an_address_that_a_crawl_needs_is_refused(crawled: Crawled, copy: Copy, role: str, said: str) -> None:
    place = copy("archive.db", "warc")
    [(url,)] = rows(place, LISTS, SOURCE, role)
    was = same_archive(place)
    assert said in crawled.run(place, "remove", url, "--reason", "a slip", status=2)
    assert same_archive(place) == was
    assert rows(place, "SELECT count(*) FROM removed") == [(0,)]
    crawled.run(place, "remove", url, "--reason", "meant", "--ahead")
    assert rows(place, "SELECT url FROM removed") == [(url,)]
    crawled.run(place, "remove", url, "--reason", "meant")  # finishes it, had it been cut short


@pytest.mark.parametrize(
    "seen",
    [
        "SELECT url FROM listings WHERE state <> 'held' AND url_key NOT IN (SELECT url_key FROM releases) LIMIT 1",
        "SELECT url FROM attachments WHERE state = 'kept' LIMIT 1",
    ],
)
def test_an_entry_without_a_release_and_a_file_are_removed_by_their_addresses(
    crawled: Crawled, copy: Copy, seen: str
) -> None:
    place = copy("archive.db", "warc")
    [(url,)] = rows(place, seen)
    crawled.run(place, "remove", url, "--reason", "asked")
    assert rows(place, "SELECT url FROM removed") == [(url,)]


@pytest.mark.slow  # SQLite waits half a minute for the reader
def test_a_removal_ends_when_nobody_reads_the_database_any_more(
    crawled: Crawled, copy: Copy, edited: tuple[str, list[str]]
) -> None:
    url, texts = edited
    place = copy("archive.db", "warc")
    with closing(sqlite3.connect(place / "archive.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM releases").fetchall()
        said = crawled.run(place, "remove", url, "--reason", "asked", "-s", "LOG_LEVEL=ERROR", status=2)
        assert "another process still reads archive.db" in said
    crawled.run(place, "remove", url, "--reason", "asked")
    assert residue(place, texts) == set()


def test_leftovers_of_what_was_cut_short_are_no_copies(
    crawled: Crawled, copy: Copy, edited: tuple[str, list[str]]
) -> None:
    url, texts = edited
    place = copy("archive.db", "warc", "snapshots", "chain")
    kept = sorted((place / "snapshots").glob("2*"))[0] / "archive.db"
    shutil.copyfile(kept, kept.with_name("archive.db.part"))
    for name in (".mingchuan-2026-03.warc.gz.new", ".mingchuan-2026-03.warc.gz.rest", "mingchuan-2026-03.warc.gz.part"):
        shutil.copyfile(place / "warc" / "mingchuan-2026-03.warc.gz", place / "warc" / name)
    crawled.run(place, "remove", url, "--reason", "asked")
    (kept.with_name("archive.db.part-journal")).write_bytes(b"played into the next of its name")
    (kept.with_name(".SHA256SUMS")).write_text("half")
    (kept.parent / ".exports").mkdir()
    (kept.parent / ".exports" / "releases.csv").write_text(texts[0])
    crawled.run(place, "remove", url, "--reason", "asked")
    assert residue(place, texts) == set()
    assert verify(place).faults == []


@pytest.mark.parametrize("step", ["write_note", "clear_copies", "_clear", "_overwrite"])
def test_a_removal_that_is_cut_short_anywhere_is_accounted_for(
    crawled: Crawled, copy: Copy, edited: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Another command may open the archive in between."""
    url, texts = edited
    place = copy()

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with closing(open_archive(place)) as db, monkeypatch.context() as patched:
        patched.setattr(f"archive.removal.remove.{'warc.' if step == 'write_note' else ''}{step}", killed)
        with pytest.raises(KeyboardInterrupt):
            remove(db, place, url, "asked", LATER)
    with closing(open_whole(place)) as db:
        remove(db, place, url, "asked", LATER)
    assert residue(place, texts) == set()
    assert verify(place).faults == []


def test_files_of_several_months_agree_after_a_removal_that_was_cut_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list that did not change is kept once; the later month's record names the digest of the earlier one's."""
    page = f'<a href="{address(1)}">{headline(1)}</a>'.encode()
    with closing(empty_archive(tmp_path)) as db:
        for number in (1, 40):
            record(db, begin(db, day(number)), [address(1)], at=day(number))
            capture(
                db,
                tmp_path,
                Exchange(url=LIST, source=LISTED, role="list", fetched=stamp(day(number)), status=200, body=page),
            )
        replace, left = Path.replace, iter((True,))

        def killed(path: Path, target: Path) -> Path:
            if path.name.endswith(".gz.part") and not next(left, False):
                raise KeyboardInterrupt
            return replace(path, target)

        with monkeypatch.context() as patched:
            patched.setattr(Path, "replace", killed)
            with pytest.raises(KeyboardInterrupt):
                remove(db, tmp_path, address(1), "asked", LATER)
        remove(db, tmp_path, address(1), "asked", LATER)
        digests = {
            one.payload_digest
            for path in sorted((tmp_path / "warc").glob("[!_]*"))
            for one in read(path)
            if one.exchange
        }
        assert digests == {f"sha256:{digest}" for (digest,) in db.execute("SELECT sha256 FROM captures").fetchall()}
        assert len(digests) == 1


@pytest.mark.parametrize("error", [sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY])
def test_a_copy_is_deleted_only_when_it_is_no_database(tmp_path: Path, error: int) -> None:
    open_archive(tmp_path).close()
    place = tmp_path / "backups"
    place.mkdir()
    (tmp_path / "archive.db").rename(place / "archive.db")

    def fails(_: sqlite3.Connection) -> int:
        problem = sqlite3.OperationalError("database or disk is full")
        problem.sqlite_errorcode = error
        raise problem

    with pytest.raises(sqlite3.OperationalError):
        clear_copies(tmp_path, fails, Words(titles=(), texts=()))
    assert [path.name for path in place.iterdir()] == ["archive.db"]


def test_a_damaged_copy_is_deleted(tmp_path: Path) -> None:
    open_archive(tmp_path).close()
    content = (tmp_path / "archive.db").read_bytes()
    (tmp_path / "archive.db").unlink()
    (tmp_path / "old.db").write_bytes(content[:100] + bytes(200) + content[300:])
    copies, _ = clear_copies(tmp_path, lambda _: 0, Words(titles=(), texts=()))
    assert copies == ["old.db"]
    assert list(tmp_path.glob("*.db*")) == []


@pytest.mark.parametrize("hide", [(), ("--hide-address",)])
def test_a_removal_is_carried_out_in_a_database_that_was_put_back(
    crawled: Crawled, copy: Copy, edited: tuple[str, list[str]], hide: tuple[str, ...]
) -> None:
    url, texts = edited
    place = copy("archive.db", "warc")
    shutil.copyfile(place / "archive.db", place / "earlier")
    crawled.run(place, "remove", url, "--reason", "asked", *hide)
    after = same_archive(place)
    (place / "earlier").unlink(missing_ok=True)
    shutil.copyfile(crawled.folder / "archive.db", place / "archive.db")
    crawled.run(place, "snapshot")
    assert residue(place, texts) == set()
    assert same_archive(place) == after


@pytest.mark.parametrize("args", [(), ("http://x.example/",), ("http://x.example/", "--reason", " ")])
def test_a_removal_needs_an_address_and_a_reason(crawled: Crawled, copy: Copy, args: tuple[str, ...]) -> None:
    assert "--reason" in crawled.run(copy("archive.db"), "remove", *args, status=2)


def test_a_removed_address_leaves_the_problems_of_crawls(tmp_path: Path) -> None:
    db = empty_archive(tmp_path)
    record(db, begin(db, day(0)), [address(1), address(2)])
    told = [f"pages that break off: 2, the first was {address(1)}", f"1 page broke: {address(1)}: fault", address(2)]
    db.execute("UPDATE crawls SET problems = ?", [json.dumps(told)])
    remove(db, tmp_path, address(1), "asked", LATER)
    [(left,)] = rows(tmp_path, "SELECT problems FROM crawls")
    assert json.loads(left) == [
        "pages that break off: 2, the first was (removed)",
        "1 page broke: (removed): fault",
        address(2),
    ]
    db.close()
