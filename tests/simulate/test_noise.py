"""Sixty days of pages that differ at every request, some of which are really edited: what becomes a version."""

import random
from dataclasses import dataclass
from html import escape
from pathlib import Path

import pytest

from archive import store
from archive.model import Page
from archive.times import stamp
from pipelines.read import read
from tests.archive.living import SOURCE, address, day, empty_archive, headline, one, prose

MENU = ["首页", "要闻动态", "政务公开", "政务服务", "互动交流", "数据发布", "走进云岭"]
EDITORS = ["林一舟", "苏小禾", "赵满仓"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """Where a page's noise stands. `inside`: in the very container of its text."""

    inside: bool
    steady: str  # what its editor is called


def page(title: str, text: str, noise: Noise, number: int, today: int, pick: random.Random) -> str:
    """The page as it is sent today; all but title and text differs from one request to the next."""
    menu = "".join(f'<li><a href="/{name}/">{name}</a></li>' for name in pick.sample(MENU, len(MENU)))
    views = 60 + number + today * pick.randint(1, 9) + pick.randint(0, 5)
    moment = f"2026-{4 + today // 28:02}-{1 + today % 28:02} {pick.randint(8, 18):02}:{pick.randint(0, 59):02}"
    token = f"{pick.getrandbits(128):032x}"
    counters = pick.choice([f"浏览：{views}次", f"阅读量：{views}", f"【浏览次数：{views:,}】", f"点击数：[{views}]"])
    made = f"（责任编辑：{noise.steady} {moment}）"
    slot = f"【广告】{pick.choice(MENU)}之窗"
    furniture = f"<p>{counters}</p><p>{made}</p><p>{slot}</p><p>页面标识 {token}</p>"
    body = "".join(f"<p>{escape(line)}</p>" for line in text.split("\n"))
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{escape(title)}_云岭省人民政府</title>
<meta name="ArticleTitle" content="{escape(title)}"><meta name="PubDate" content="2026-03-02 09:00">
<meta name="csrf" content="{token}"><script>var sid = "{token}", at = "{moment}";</script></head>
<body><ul class="menu">{menu}</ul><div class="article"><h1>{escape(title)}</h1>
<div class="info">发布日期：2026-03-02 09:00　来源：云岭省人民政府　{counters}</div>
<div class="TRS_Editor">{body}{furniture if noise.inside else ""}</div>{"" if noise.inside else furniture}</div>
<div class="hot"><h3>热点推荐</h3><ul><li><a href="/h/{views}.html">{headline(views)}</a></li></ul></div>
<div class="footer">今天是{moment} 访问量：{views * 7}</div></body></html>"""


def edited(title: str, text: str, n: int, pick: random.Random) -> tuple[str, str]:
    """The text after one of the edits that publishers make."""
    lines = text.split("\n")
    kind = pick.choice(["figure", "sentence", "dropped", "title", "word"])
    if kind == "title":
        return f"{title}（更新{n}）", text
    if kind == "dropped" and len(lines) > 3:
        return title, "\n".join(lines[:-1])
    if kind == "sentence" or kind == "dropped":
        return title, f"{text}\n更正：前文第{n}处日期应为三月{pick.randint(3, 30)}日。"
    if kind == "figure":
        return title, text.replace("万元", f"万元另{n + 2}万元", 1)
    return title, text.replace("，", f"，据第{n}次通报，", 1)


@pytest.mark.parametrize(
    ("days", "pages"),
    [(8, 20), pytest.param(60, 200, marks=(pytest.mark.slow, pytest.mark.timeout(1800)))],
)
def test_noise_makes_no_version_and_every_edit_makes_one(tmp_path: Path, days: int, pages: int) -> None:
    db = empty_archive(tmp_path)
    db.execute("PRAGMA synchronous=OFF")
    pick = random.Random(5)
    expected = 0
    for number in range(pages):
        title, text = headline(number), prose(number)
        noise = Noise(inside=number % 2 == 0, steady=EDITORS[number % 3])
        on = set(pick.sample(range(1, days), pick.randint(1, 3))) if number % 4 == 0 else set()
        for today in range(days):
            if today in on:
                title, text = edited(title, text, today, pick)
            html = page(title, text, noise, number, today, pick)
            fetched = Page(url=address(number), source=SOURCE, fetched=stamp(day(today)), body=html.encode())
            store.save(db, read(fetched, None), day(today))
        expected += 1 + len(on)
        assert one(db, "SELECT version FROM releases WHERE url = ?", address(number)) == 1 + len(on), number
    assert one(db, "SELECT count(*) FROM versions") == expected
