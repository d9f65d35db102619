"""What tests of ledger, store and life share: a small archive that is written to as a crawl does."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive import store, times
from archive.database import transaction
from archive.model import Listed, Page, Release
from archive.schema.open import open_archive
from archive.store import crawls, ledger, life
from archive.texts.normalised import normalised, text_key

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
SOURCE = "yunling"
LIST = "http://www.yunling.example/xwzx/index.html"

_SPOKEN = """
省财政厅 省水利厅 清河市政府 省教育厅 南屏县委 省卫生健康委 省交通运输厅 白石区政府 省农业农村厅
春耕备耕 防汛抗旱 校园安全 古桥修缮 湿地保护 公交改线 茶园改造 老旧小区改造 疫苗接种 渡口整治 山塘加固
召开了专题会议 印发了实施方案 派出三个工作组 开展了集中检查 公布了年度清单 完成了第一批验收
青岭镇 大河口乡 石门村 杨柳渡 东坪水库 凤尾山林场 三岔口 龙潭峡 枫林社区 老码头 梅溪站 云顶村
群众代表到场监督 资金由省市县三级分担 有关负责人现场答复了提问 设备已经运抵工地 下一步将逐户回访
"""
_WHO, _WHAT, _DID, _WHERE, _THEN = (line.split() for line in _SPOKEN.strip().splitlines())


def day(number: float) -> datetime:
    """The moment so many days after the first."""
    return START + timedelta(days=number)


@cache
def prose(seed: object, paragraphs: int = 4) -> str:
    """An invented release of some hundred characters, unlike any other seed's."""
    pick = random.Random(str(seed))
    lines = []
    for _ in range(paragraphs):
        said = [
            f"{pick.choice(_WHO)}就{pick.choice(_WHAT)}{pick.choice(_DID)}",
            f"{pick.choice(_WHERE)}第{pick.randint(2, 900)}号工地投入{pick.randint(11, 9999)}万元",
            f"{pick.choice(_WHERE)}至{pick.choice(_WHERE)}一线{pick.choice(_THEN)}",
        ]
        lines.append("，".join(said) + f"，{pick.choice(_THEN)}。" + f"登记编号为{pick.getrandbits(40):x}。")
    return "\n".join(lines)


@cache
def headline(seed: object) -> str:
    pick = random.Random(f"headline {seed}")
    return (
        f"{pick.choice(_WHO)}就{pick.choice(_WHAT)}在{pick.choice(_WHERE)}{pick.choice(_DID)}（{pick.randint(1, 999)}）"
    )


def address(number: int, folder: str = "xwzx") -> str:
    return f"http://www.yunling.example/{folder}/202603/t20260302_{1000 + number}.html"


def empty_archive(folder: Path, *sources: str) -> Database:
    """A new archive that knows the sources (by default one)."""
    db = open_archive(folder)
    for source in sources or (SOURCE,):
        names = ("name", "region", "level", "family", "rights", "evidence", "note")
        row = dict.fromkeys(names, "") | {"id": source, "url": LIST, "region": "990000", "level": "province"}
        store.declare_source(db, row)
    return db


def release(url: str, text: str, title: str = "", *, at: datetime = START, **page: Any) -> Release:
    """A release as the pipelines hand it to the store."""
    fetched = Page(url=url, source=SOURCE, fetched=times.stamp(at), body=b"", **page)
    return Release(page=fetched, title=title or headline(url), text=text, text_key=text_key(normalised(text)))


def save(db: Database, found: Release, *, at: datetime | None = None) -> store.Saved:
    """Store a release at the time it was fetched, or at `at`."""
    if at:
        found = replace(found, page=replace(found.page, fetched=times.stamp(at)))
    return store.save(db, found, datetime.fromisoformat(found.page.fetched))


def begin(db: Database, at: datetime, source: str = SOURCE) -> int:
    return crawls.begin(db, source, times.stamp(at), "")


def record(db: Database, crawl: int, urls: list[str], *, at: datetime = START, **options: Any) -> ledger.Entries:
    """Enter a list page that shows these addresses."""
    entries = [Listed(url=url, title=headline(url), date=options.pop(url, "2026-03-01")) for url in urls]
    settings = {"source": SOURCE, "list_url": LIST, "finished": ledger.finished_walk(db, SOURCE, LIST)}
    return ledger.record(db, entries, crawl=crawl, now=at, **{**settings, **options})


def observe(db: Database, number: int, outcome: str, at: datetime, status: int | None = 200) -> None:
    with transaction(db):
        ledger.observe(db, number, outcome, status, at)


def crawl_looks(db: Database, at: datetime, outcomes: dict[int, str]) -> tuple[str, ...]:
    """A crawl that looks at these releases and then ends; what was said of its source."""
    crawl = begin(db, at)
    for number, outcome in outcomes.items():
        observe(db, number, outcome, at)
    return life.settle(db, crawl, times.stamp(at))


def one(db: Database, sql: str, *values: Any) -> Any:
    """The first column of the first row."""
    return db.execute(sql, values).fetchone()[0]


def status(db: Database, number: int) -> str:
    return str(one(db, "SELECT status FROM releases WHERE id = ?", number))
