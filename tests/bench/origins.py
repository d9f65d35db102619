"""Sixty clusters of which it is known who published first: twenty situations, each among three casts of publishers.

The labels were written down before the rules of archive/duplicates/origins.py were run on them. In some situations nothing that
the pages print tells who was first.
"""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from archive.database import transaction
from archive.duplicates import origins
from archive.schema.open import open_archive
from tests.invented import article

# role: name of the source, host, and how others call it as their 来源
Cast = dict[str, tuple[str, str, str]]
CASTS: tuple[Cast, ...] = (
    {
        "province": ("云岭省人民政府", "www.yunling.example", "云岭省政府网"),
        "city": ("清河市人民政府新闻办公室", "www.qinghe.example", "清河市政府新闻办"),
        "county": ("云峰县人民政府", "www.yunfeng.example", "云峰县政府办公室"),
        "bureau": ("清河市水务局", "sw.qinghe.example", "清河市水务局"),
        "paper": ("云岭日报", "www.ylrb.example", "《云岭日报》"),
        "portal": ("云岭在线", "news.ylzx.example", "云岭在线网"),
    },
    {
        "province": ("东川省人民政府办公厅", "gov.dongchuan.example", "东川省人民政府"),
        "city": ("白石市人民政府", "www.baishi.example", "白石市人民政府网站"),
        "county": ("大渡区人民政府", "www.dadu.example", "大渡区人民政府"),
        "bureau": ("白石市教育局", "jyj.baishi.example", "白石市教育局官网"),
        "paper": ("东川晚报", "paper.dcwb.example", "东川晚报客户端"),
        "portal": ("东川新闻网", "www.dcxww.example", "东川新闻网"),
    },
    {
        "province": ("海岬省人民政府", "www.haijia.example", "海岬省人民政府办公厅"),
        "city": ("南屏市政府办公室", "www.nanping.example", "南屏发布"),
        "county": ("石门县人民政府", "www.shimen.example", "石门县政府"),
        "bureau": ("南屏市交通运输局", "jt.nanping.example", "南屏市交通运输局"),
        "paper": ("海岬都市报", "www.hjdsb.example", "海岬都市报官方微信"),
        "portal": ("海岬网南屏频道", "np.haijia-news.example", "海岬网-南屏频道"),
    },
)
WIRE = "远山通讯社"  # nobody's source

# what the situation is, who was first, and who holds it in the order we saw them: role, what it prints as its time (day
# of the month and minute, the day alone, or nothing), the role (or name) that it gives as its 来源, and the 发文机关
Member = tuple[str, str, str, str]
SITUATIONS: tuple[tuple[str, str, tuple[Member, ...]], ...] = (
    ("the paper reprints the city", "city", (("city", "12T09:00", "", ""), ("paper", "12T14:00", "city", ""))),
    ("the city reprints the paper", "paper", (("city", "12T10:00", "paper", ""), ("paper", "12T06:00", "", ""))),
    (
        "a reprint of a reprint",
        "paper",
        (("city", "12T08:00", "portal", ""), ("portal", "12T06:30", "paper", ""), ("paper", "12T06:30", "", "")),
    ),
    (
        "a notice, on the city's page before it is on the bureau's",
        "bureau",
        (("city", "12T16:30", "", "bureau"), ("bureau", "12T17:00", "", "bureau")),
    ),
    ("the same minute", "city", (("portal", "12T09:00", "city", ""), ("city", "12T09:00", "", ""))),
    (
        "the same minute, nobody named, but the issuer",
        "county",
        (("city", "12T09:00", "", "county"), ("county", "12T09:00", "", "county")),
    ),
    ("no times, one named", "paper", (("portal", "", "paper", ""), ("paper", "", "", ""))),
    ("the first prints no time", "city", (("county", "12T09:00", "city", ""), ("city", "", "", ""))),
    ("no times, nobody named, seen in order", "city", (("city", "", "", ""), ("portal", "", "", ""))),
    ("no times, nobody named, seen out of order", "paper", (("portal", "", "", ""), ("paper", "", "", ""))),
    ("a day before a minute of the next", "city", (("paper", "13T06:00", "", ""), ("city", "12", "", ""))),
    (
        "all name an agency that nobody crawls",
        "paper",
        (("city", "12T10:00", WIRE, ""), ("paper", "12T08:00", WIRE, ""), ("portal", "12T08:20", WIRE, "")),
    ),
    (
        "many name the city, one the paper",
        "city",
        (
            ("province", "12T11:00", "city", ""),
            ("county", "12T09:30", "city", ""),
            ("portal", "12T09:10", "paper", ""),
            ("paper", "12T09:05", "", ""),
            ("city", "12T10:30", "", ""),
        ),
    ),
    (
        "the city's page was made anew two weeks later",
        "city",
        (("county", "12T09:00", "city", ""), ("city", "26T09:00", "", "")),
    ),
    (
        "the document of the province",
        "province",
        (("city", "12", "", "province"), ("county", "12", "", "province"), ("province", "13", "", "province")),
    ),
    ("each names itself", "portal", (("paper", "12T12:00", "paper", ""), ("portal", "12T11:00", "portal", ""))),
    ("each names the other", "paper", (("city", "12T09:00", "paper", ""), ("paper", "12T06:00", "city", ""))),
    ("the press first, nobody named", "paper", (("county", "14", "", ""), ("paper", "12T07:00", "", ""))),
    (
        "one who copied prints an earlier time",
        "city",
        (("portal", "12T08:00", "city", ""), ("paper", "12T08:10", "city", ""), ("city", "12T08:40", "", "")),
    ),
    ("a day alone, in the morning", "city", (("city", "12", "", ""), ("paper", "12T18:00", "", ""))),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A cluster: who was first, and who is found to have been, by which rule."""

    what: str
    first: str
    found: str
    rule: str


def judged() -> Iterator[Judged]:
    """Every situation in every cast, each held in an archive of its own cluster."""
    with tempfile.TemporaryDirectory() as folder, closing(open_archive(Path(folder))) as db:
        for number, cast in enumerate(CASTS):
            for role, (name, host, _) in cast.items():
                values = [f"{role}{number}", name, f"https://{host}/"]
                db.execute(
                    "INSERT INTO sources VALUES (?, ?, '990000', 'city', 'html', ?, 'official', 'live', '')", values
                )
            for what, first, members in SITUATIONS:
                cluster = _hold(db, number, members)
                found = origins.origin(db.conn, cluster)
                assert found is not None
                yield Judged(what=what, first=first, found=members[found.release - cluster][0], rule=found.rule)


def _hold(db: Database, number: int, members: tuple[Member, ...]) -> int:
    """Insert a cluster; the id of its first member, which those of the others follow."""
    cast = CASTS[number]
    cluster = int(db.execute("SELECT coalesce(max(id), 0) + 1 FROM releases").fetchone()[0])
    text = article(cluster)
    with transaction(db):
        for id, (role, time, named, issuer) in enumerate(members, cluster):
            host = cast[role][1]
            values = {
                "id": id,
                "url": f"https://{host}/{id}.html",
                "source": f"{role}{number}",
                "text": text,
                "published": f"2021-03-{time}{'+08:00' * ('T' in time)}" if time else None,
                "publisher": cast[named][2] if named in cast else named,
                "issuer": cast[issuer][0] if issuer else "",
                "first_seen": f"2021-04-{id - cluster + 1:02}T00:00:00Z",
                "cluster": cluster,
            }
            db.execute(
                "INSERT INTO releases (id, url, url_key, source, title, text, published, publisher, issuer, version,"
                " cluster, first_seen, changed, text_key) VALUES (:id, :url, :id, :source, '通告', :text, :published,"
                " :publisher, :issuer, 1, :cluster, :first_seen, '', '')",
                values,
            )
    return cluster
