"""A small archive about an invented province: 云岭省 (region 99), its sources, releases and what belongs to them."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from archive.schema.open import open_archive
from archive.search import index
from tests.archive.site.visiting import Get, served

SOURCES = [
    ("yunling", "云岭省人民政府", "990000", "province", "official"),
    ("qinghe", "清河市人民政府新闻办公室", "990100", "city", "official"),
    ("ribao", "云岭日报", "990000", "province", "press"),
]

CONFERENCE = """主持人：各位记者朋友，大家上午好。今天我们请来清河市副市长林一舟，介绍全市春耕备耕情况。
林一舟：谢谢主持人。今年全市计划播种粮食作物320.5万亩，比上年增加1.2%。
到3月底，已备足化肥8.6万吨、种子1.3万吨，5G测土服务站覆盖全部41个乡镇。
云岭日报记者：请问小农户怎样得到这些服务？
林一舟：拨打服务热线就行。各乡镇设联络员，一天之内上门。
谢谢。"""

NOTICE = """各县（市、区）人民政府，省政府各部门：
现将《云岭省湿地保护若干规定》印发给你们，请认真贯彻执行。
指标\t2019年\t2020年
湿地面积（万亩）\t512.4\t518.9
自然岸线（公里）\t1204\t1210
联系人手机13812345678，身份证号11010519491231002X。
泰山，东海两处监测站由省林业部门直接管理。"""

PRESS = """清河两岸的油菜花开了。记者沿着新修的绿道走了整整一个上午，遇见骑车的少年、写生的画师和卖米糕的老人。
护堤员赵满仓说，二十年前这里还是采砂场，如今白鹭回来了，游人也回来了。
去年全年接待游客超过一百二十万人次，农家院的收入翻了一番还多。"""


def add_words(db: sqlite3.Connection, said: str, module: str) -> None:
    """Give an archive a virtual table `words` that its owner made by an extension; any but fts4 is missing here."""
    db.execute("CREATE VIRTUAL TABLE words USING fts4(said)")
    db.execute("INSERT INTO words VALUES (?)", [said])
    call_module(db, "fts4", module)


def call_module(db: sqlite3.Connection, was: str, now: str) -> None:
    """Name another module for the table `words`, as connections that are opened later see it."""
    db.execute("PRAGMA writable_schema = ON")
    db.execute("UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE name = 'words'", [was, now])


def insert(db: sqlite3.Connection, table: str, **values: Any) -> int:
    """Insert a row, its columns by name; the row's id."""
    marks = ", ".join("?" * len(values))
    cursor = db.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", list(values.values()))
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def add_release(db: sqlite3.Connection, id: int, source: str, title: str, text: str, **values: Any) -> None:
    """Insert a release with its first version, listing and index row, as the store would."""
    url = values.pop("url", f"https://www.{source}.example/art/{id}.html")
    row: dict[str, Any] = {
        "id": id,
        "url": url,
        "url_key": url.removeprefix("https://www."),
        "source": source,
        "title": title,
        "text": text,
        "published": "2020-04-13T13:09+08:00",
        "publisher": source,
        "version": 1,
        "cluster": id,
        "status": "live",
        "first_seen": "2020-04-13T06:00:00Z",
        "changed": "2020-04-13T06:00:00Z",
        "text_key": sha256(text.encode()).hexdigest(),
        **values,
    }
    insert(db, "releases", **row)
    index.write(db, id, None, (title, text))
    add_version(db, id, row["version"], title, text, row["changed"])
    insert(
        db,
        "listings",
        url=url,
        source=source,
        url_key=row["url_key"],
        list_url=f"https://www.{source}.example/",
        title=title,
        date="2020-04-13",
        first_listed="2020-04-13T06:00:00Z",
        last_listed="2020-04-14T06:00:00Z",
        first_crawl=db.execute("SELECT min(id) FROM crawls WHERE source = ?", (source,)).fetchone()[0],
        state="held",
    )


def add_version(db: sqlite3.Connection, id: int, version: int, title: str, text: str, seen: str) -> None:
    """Insert a version of a release, with the capture that it was read from."""
    digest = sha256(text.encode()).hexdigest()
    capture = insert(
        db,
        "captures",
        url=db.execute("SELECT url FROM releases WHERE id = ?", (id,)).fetchone()[0],
        role="article",
        fetched=seen,
        status=200,
        sha256=digest,
        warc="warc/2020.warc.gz",
        offset=77,
        length=99,
    )
    insert(
        db,
        "versions",
        release=id,
        version=version,
        kind="published",
        seen=seen,
        title=title,
        text=text,
        text_sha256=digest,
        capture=capture,
        changed='["title", "text"]' if version > 1 else "[]",
    )


def fill(db: sqlite3.Connection) -> None:
    """Fill an empty archive: a transcript with two versions and a copy, a notice with a table, a press report."""
    for id, name, region, level, rights in SOURCES:
        url = f"https://www.{id}.example/"
        insert(
            db,
            "sources",
            id=id,
            name=name,
            region=region,
            level=level,
            family="html",
            url=url,
            rights=rights,
            evidence="live",
        )
        times = {"started": "2020-04-14T06:00:00Z", "finished": "2020-04-14T06:01:00Z"}
        insert(db, "crawls", source=id, outcome="ok", listed=9, new=3, **times)
    title = "清河市举行春耕备耕新闻发布会"
    add_release(db, 1, "qinghe", title, CONFERENCE, publisher="清河发布", version=2, changed="2020-04-15T02:00:00Z")
    add_version(db, 1, 1, "清河市举行春耕备耕发布会", CONFERENCE.replace("320.5", "318.0"), "2020-04-13T06:00:00Z")
    turns = [
        ("主持人", "", "各位记者朋友", "moderator"),
        ("林一舟", "清河市副市长", "谢谢主持人。", "statement"),
        ("记者", "云岭日报", "请问小农户", "question"),
        ("林一舟", "清河市副市长", "拨打服务热线", "answer"),
    ]
    for n, (speaker, role, said, kind) in enumerate(turns):
        start = CONFERENCE.index(said)
        length = CONFERENCE.index("\n", start) - start
        insert(db, "turns", release=1, n=n, speaker=speaker, role=role, kind=kind, start=start, length=length)
    insert(
        db, "repeats", release=1, version=2, start=300, length=15, of_start=0, text="主持人：这一段在页面上重复出现。"
    )
    add_release(
        db,
        2,
        "yunling",
        "云岭省人民政府办公厅关于印发湿地保护若干规定的通知",
        NOTICE,
        published="2020-03-02",
        doc_number="云政办发〔2020〕5号",
        issuer="云岭省人民政府办公厅",
        publisher="云岭省人民政府网站",
    )
    insert(db, "citations", release=2, n=0, title="云岭省湿地保护若干规定", start=NOTICE.index("《"))
    url = "https://www.yunling.example/files/5.pdf"
    kept = {
        "fetched": "2020-04-13T06:00:00Z",
        "sha256": "ab" * 32,
        "warc": "warc/2020.warc.gz",
        "offset": 9,
        "length": 9,
    }
    capture = insert(db, "captures", url=url, role="other", status=200, **kept)
    file = {"url": url, "name": "监测站一览.pdf", "media_type": "application/pdf", "size": 4321, "sha256": "ab" * 32}
    insert(db, "attachments", capture=capture, release=2, seen="2020-04-13T06:00:00Z", state="kept", **file)
    lost = {"url": "https://www.yunling.example/files/6.xls", "name": "监测站费用.xls", "state": "failed"}
    insert(db, "attachments", release=2, seen="2020-04-13T06:00:00Z", reason="http-404", **lost)
    insert(db, "provenance", release=2, field="published", rule="label", raw="发布日期：2020-03-02")
    add_release(db, 3, "ribao", "油菜花开满清河两岸", PRESS, published="2019-04-01", author="苏小禾")
    insert(db, "provenance", release=3, field="author", rule="text", raw=PRESS.split("。")[0])
    insert(db, "repeats", release=3, version=1, start=9, length=9, of_start=0, text=PRESS.split("\n")[1])
    add_release(db, 4, "yunling", title, CONFERENCE, cluster=1)
    numbers = '[["318.0", "320.5"]]'
    insert(db, "relations", a=4, b=1, kind="duplicate", containment=0.98, jaccard=0.9, changed_numbers=numbers)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a filled archive, which nobody changes: to make one takes longer than most tests that need one."""
    folder = tmp_path_factory.mktemp("filled") / "data"
    db = open_archive(folder)
    fill(db.conn)
    db.close()
    return folder


@pytest.fixture
def archive(filled: Path, tmp_path: Path) -> Path:
    """The folder of a filled archive."""
    return shutil.copytree(filled, tmp_path / "data")


def add_view(db: sqlite3.Connection) -> None:
    """The view that the index reads, and the table that the view reads."""
    db.execute("CREATE TABLE folds (code INTEGER PRIMARY KEY, becomes TEXT NOT NULL)")
    db.executemany("INSERT INTO folds VALUES (?, ?)", index.FOLDS)
    db.execute(index.SPACED_VIEW)


@pytest.fixture
def fresh_index() -> Callable[[list[tuple[str, str]]], sqlite3.Connection]:
    """A function that makes an in-memory archive of the given (title, text) pairs, numbered from 1."""

    def build(texts: list[tuple[str, str]]) -> sqlite3.Connection:
        db = sqlite3.connect(":memory:")
        db.execute("CREATE TABLE releases (id INTEGER PRIMARY KEY, title TEXT, text TEXT)")
        add_view(db)
        db.execute(index.INDEX)
        for id, (title, text) in enumerate(texts, 1):
            db.execute("INSERT INTO releases VALUES (?, ?, ?)", (id, title, text))
            index.write(db, id, None, (title, text))
        return db

    return build


@pytest.fixture(scope="module")
def get(folder: Path) -> Iterator[Get]:
    """Asks our pages of the archive that the module's own `folder` holds."""
    yield from served(folder, public=False)


@pytest.fixture(scope="module")
def get_public(folder: Path) -> Iterator[Get]:
    yield from served(folder, public=True)
