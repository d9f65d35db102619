"""Three years of an invented county's news pages, as another archive captured them: edits, moves, outages, soft 404s."""

import random
from base64 import b32encode
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha1

from tests.invented import article

SITE = "http://www.luoxi.example"
LIST = f"{SITE}/zwdt/"
SOURCE = f"""[luoxi]
name = "罗溪县人民政府"
region = "990101"
level = "county"
family = "html"
lists = ["{LIST}"]
article = "/zwdt/20\\\\d{{4}}/\\\\d+\\\\.html$"
rights = "official"
"""
BEGIN = datetime(2019, 3, 4, 9, 0, tzinfo=UTC)
HOME = """<html><head><meta charset=utf-8><title>罗溪县人民政府</title></head><body><h1>罗溪县人民政府</h1>
<div>2024年3月5日 星期二</div><ul><li><a href=/zwdt/>政务动态</a></li><li><a href=/xxgk/>信息公开</a></li>
<li><a href=/hdjl/>互动交流</a></li><li><a href=/bsfw/>办事服务</a></li></ul><p>罗溪县欢迎您。</p></body></html>"""
MISSING = (
    "<html><head><meta charset=utf-8><title>提示</title></head><body><p>您访问的页面不存在或已删除！</p></body></html>"
)
WORDS = [
    (area, work)
    for area in ("城关镇", "白石乡", "柳塘镇", "枫桥乡", "下河镇", "云岗乡")
    for work in (
        "水库除险加固工程通过验收",
        "春季造林任务全部完成",
        "农村公路养护考核启动",
        "中小学校舍修缮开工",
        "防汛物资储备到位",
        "老旧小区改造方案公布",
        "夏粮收购点今日开秤",
        "便民服务中心搬迁",
        "古桥保护规划获批",
        "饮水安全排查结束",
    )
]


@dataclass(frozen=True, kw_only=True)
class Capture:
    """One capture: what the site answered at a moment."""

    url: str
    time: datetime
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)
    body: bytes = b""

    @property
    def stamp(self) -> str:
        return self.time.strftime("%Y%m%d%H%M%S")

    @property
    def failing(self) -> bool:
        """Whether it says that the page is missing; an outage and mojibake say nothing."""
        return self.status in (302, 404) or self.body in (HOME.encode(), MISSING.encode())

    @property
    def digest(self) -> str:
        return b32encode(sha1(self.body).digest()).decode()

    @property
    def cdx(self) -> str:
        kind = next((value.partition(";")[0] for name, value in self.headers if name == "Content-Type"), "-")
        host, _, path = self.url.removeprefix("http://").partition("/")
        key = ",".join(reversed(host.removeprefix("www.").split("."))) + ")/" + path
        return f"{key} {self.stamp} {self.url} {kind} {self.status} {self.digest} {len(self.body) + 200}\n"


@dataclass(kw_only=True)
class Past:
    """Captures, and what an archive must make of them."""

    captures: list[Capture] = field(default_factory=list)
    versions: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # by address: time and title of each
    gone: dict[str, tuple[str, str]] = field(default_factory=dict)  # the last capture with the page, the first without


def page(number: int, text: str, title: str, note: str = "") -> bytes:
    said = "".join(f"<p>　　{line}</p>" for line in text.split("\n"))
    return (
        f"<html><head><meta charset=utf-8><title>{title}-罗溪县人民政府</title></head><body><h1>{title}</h1>"
        f"<div>发布时间：2019-03-{number % 28 + 1:02} 来源：罗溪县融媒体中心</div><div class=content>{said}</div>{note}</body></html>"
    ).encode()


def when(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def address(number: int) -> str:
    return f"{SITE}/zwdt/201903/{1000 + number}.html"


def made(pages: int = 60, seed: int = 20) -> Past:
    """The captures of so many pages over three years."""
    past = Past()
    for number in range(pages):
        _live(past, number, random.Random(seed * 1000 + number))
    for month in range(0, 36, 3):
        past.captures.append(_list(BEGIN + timedelta(days=30 * month, hours=1), pages))
    past.captures.append(Capture(url=f"{SITE}/", time=BEGIN + timedelta(days=5), body=HOME.encode()))
    return past


def titles(number: int) -> str:
    area, work = WORDS[number % len(WORDS)]
    return f"罗溪县{area}{work}"


def _live(past: Past, number: int, draw: random.Random) -> None:
    url, title, text = address(number), titles(number), article(number)
    moment = BEGIN + timedelta(days=draw.randrange(1, 25), minutes=draw.randrange(600))
    dies = number % 6 == 5
    versions: list[tuple[str, str]] = []
    states = draw.randrange(1, 5)
    last = moment
    for state in range(states):
        if state:
            text = _edited(text, draw, f"第{state}次修改")
        for look in range(draw.randrange(1, 4)):
            body = page(number, text, title)
            past.captures.append(Capture(url=url, time=moment, body=body))
            if not look:
                versions.append((when(moment), text))
            last = moment
            moment += timedelta(days=draw.randrange(20, 90), seconds=draw.randrange(1, 3000))
            if draw.random() < 0.3:
                past.captures.append(_trouble(url, moment, draw))
                moment += timedelta(days=draw.randrange(5, 30))
    past.versions[url] = versions
    after = [one.time for one in past.captures if one.url == url and one.time > last and one.failing]
    if dies:
        status = 404 if number % 4 else 200
        for n in range(3):
            body = b"<html>404</html>" if status == 404 else MISSING.encode()
            past.captures.append(Capture(url=url, time=moment + timedelta(days=40 * n), status=status, body=body))
        past.gone[url] = (when(last), when(min([*after, moment])))


def _edited(text: str, draw: random.Random, mark: str) -> str:
    lines = text.split("\n")
    at = draw.randrange(len(lines))
    lines[at] = f"{mark}后，{lines[at]}投入资金{draw.randrange(100, 999)}万元。"
    return "\n".join(lines)


def _trouble(url: str, moment: datetime, draw: random.Random) -> Capture:
    """A capture of a bad day: an outage, the home page, a soft 404, mojibake, a redirect to the home page."""
    found = Capture(url=url, time=moment)
    kind = draw.randrange(5)
    if kind == 0:
        return replace(found, status=503, body=b"busy")
    if kind == 1:
        return replace(found, body=HOME.encode())
    if kind == 2:
        return replace(found, body=MISSING.encode())
    if kind == 3:
        broken = article(draw.randrange(500)).encode("gb18030").decode("latin-1")
        return replace(found, body=page(1, broken, "ÂÞÏªÏØ"))
    return replace(found, status=302, headers=(("Location", f"{SITE}/"),))


def _list(moment: datetime, pages: int) -> Capture:
    entries = "".join(
        f"<li><a href='{address(number)}'>{titles(number)}</a><span>2019-03-{number % 28 + 1:02}</span></li>"
        for number in range(pages)
    )
    never = f"<li><a href='{SITE}/zwdt/201903/{9000 + moment.month}.html'>罗溪县关于{moment.month}月停水检修的通告</a><span>2019-03-09</span></li>"
    return Capture(
        url=LIST,
        time=moment,
        body=f"<html><head><meta charset=utf-8></head><body><ul>{entries}{never}</ul></body></html>".encode(),
    )
