"""Lists whose rows print month and day alone, below a line with their year."""

import pytest

from crawler.sources import Source
from spiders.lists.dates import only_day
from spiders.lists.entries import read_entries
from spiders.lists.links import parse_html

LIST = "http://www.luoxi.example/xw/"
NOW = "2026-04-10T00:00:00+08:00"


def days(html: str, now: str = NOW) -> str:
    source = Source(id="x", name="x", region="990100", level="city", family="html", lists=(LIST,))
    found = read_entries(parse_html(f"<html><body>{html}</body></html>"), LIST, source, now)
    return " ".join(one.date or "none" for one in found)


def rows(*shown: str, tag: str = "li") -> str:
    return "".join(
        f"<{tag}><a href='/xw/{day.encode().hex()}{n}.html'>洛西市召开防汛会议</a><span>{day}</span></{tag}>"
        for n, day in enumerate(shown)
    )


def table(*shown: str) -> str:
    return "".join(
        f"<tr><td><a href='/xw/{n}7.html'>洛西市召开会议</a></td><td>{day}</td></tr>" for n, day in enumerate(shown)
    )


UNDER = {
    "a heading": (f"<h3>2026年</h3><ul>{rows('[03-05]', '[02-11]')}</ul>", "2026-03-05 2026-02-11"),
    "two years": (
        f"<h3>2026年</h3><ul>{rows('03-05')}</ul><h3>2025年</h3><ul>{rows('12-30', '11-02')}</ul>",
        "2026-03-05 2025-12-30 2025-11-02",
    ),
    "a month": (f"<p>2026年3月</p><ul>{rows('[03-05]', '[03-04]')}</ul>", "2026-03-05 2026-03-04"),
    "a month above days": (f"<dl><dt>2026年3月</dt>{rows('27日', '5日', tag='dd')}</dl>", "2026-03-27 2026-03-05"),
    "a caption": (f"<table><caption>2026年</caption>{table('03-05', '03-04')}</table>", "2026-03-05 2026-03-04"),
    "a row of the table": (f"<table><tr><th colspan=2>2026</th></tr>{table('03-05')}</table>", "2026-03-05"),
    "a box of its own": (f"<div><div class=hd><b>2026年</b></div><ul>{rows('3月5日')}</ul></div>", "2026-03-05"),
    "an item around the rows": (f"<ul><li>2025年<ul>{rows('03-05', '03-04')}</ul></li></ul>", "2025-03-05 2025-03-04"),
    "a bare year": (f"<h4>2025</h4><ul>{rows('03/05')}</ul>", "2025-03-05"),
    "brackets": (f"<div>【2025年】</div><ul>{rows('03-05')}</ul>", "2025-03-05"),
    "a full day beside": (f"<h3>2026年</h3><ul>{rows('2025-03-05', '02-11')}</ul>", "2025-03-05 2026-02-11"),
    # these stay without a day
    "a topic": (f"<h3>2025年度报告</h3><ul>{rows('03-05')}</ul>", "none"),
    "a plan": (f"<h3>2026年工作要点</h3><ul>{rows('03-05')}</ul>", "none"),
    "a menu of years": (
        f"<p><a href='?y=2026'>2026年</a> <a href='?y=2025'>2025年</a></p><ul>{rows('03-05', '03-04')}</ul>",
        "none none",
    ),
    "words of a menu": (f"<ul><li>2026年</li><li>2025年</li></ul><ul>{rows('03-05', '03-04')}</ul>", "none none"),
    "another part": (f"<div><div><div><div><h3>2025年</h3></div></div></div></div><ul>{rows('03-05')}</ul>", "none"),
    "a side column": (
        f"<div class=side><h3>2024年</h3><a href='/n/1.html'>统计年鉴</a></div><ul>{rows('03-05', '03-06')}</ul>",
        "none none",
    ),
    "a head of the table": (
        f"<table><thead><tr><th colspan=2>2025年</th></tr></thead>{table('03-05')}</table>",
        "2025-03-05",
    ),
    "another heading between": (
        f"<h3>2025年</h3><ul>{rows('03-05')}</ul><h3>通知</h3><ul>{rows('03-06', '03-07')}</ul>",
        "2025-03-05 none none",
    ),
    "a day that lies ahead": (f"<h3>2026年</h3><ul>{rows('12-05')}</ul>", "none"),
    "another month": (f"<h3>2026年3月</h3><ul>{rows('02-05')}</ul>", "none"),
    "no calendar's day": (f"<h3>2026年</h3><ul>{rows('02-30')}</ul>", "none"),
    "counts of readers": (f"<p>2026年3月</p><ul>{rows('27', '12')}</ul>", "none none"),
    "figures": (f"<h3>2026年</h3><ul>{rows('12', '(5)', '3.5%')}</ul>", "none none none"),
    "a bare year in a paragraph": (f"<p>2025</p><ul>{rows('03-05')}</ul>", "none"),
    "below the rows": (f"<ul>{rows('03-05')}</ul><h3>2025年</h3>", "none"),
}


@pytest.mark.parametrize(("html", "expected"), UNDER.values(), ids=UNDER)
def test_a_year_above_rows_is_theirs(html: str, expected: str) -> None:
    links = [one for one in days(html).split() if one]
    assert " ".join(links[-len(expected.split()) :]) == expected


def links(*numbers: int, tag: str = "li", folder: str = "/xw") -> str:
    return "".join(f"<{tag}><a href='{folder}/{n}.html'>洛西市召开会议</a></{tag}>" for n in numbers)


GROUPED = {
    "headings": (
        f"<h4>2026-03-05</h4><ul>{links(1, 2)}</ul><h4>2026-03-04</h4><ul>{links(3)}</ul>",
        "2026-03-05 2026-03-05 2026-03-04",
    ),
    "items around the rows": (
        f"<ul><li>2026-03-05<ul>{links(1, 2)}</ul></li><li>2026-03-04<ul>{links(3, 4)}</ul></li></ul>",
        "2026-03-05 2026-03-05 2026-03-04 2026-03-04",
    ),
    "a list of terms": (
        f"<dl><dt>2026年3月5日 星期四</dt>{links(1, 2, tag='dd')}<dt>2026年3月4日 星期三</dt>{links(3, tag='dd')}</dl>",
        "2026-03-05 2026-03-05 2026-03-04",
    ),
    "days without a year, which the addresses have": (
        f"<p>3月5日 星期四</p><ul>{links(1, 2, folder='/2026/03')}</ul><p>3月4日（周三）</p><ul>{links(3, folder='/2026/03')}</ul>",
        "2026-03-05 2026-03-05 2026-03-04",
    ),
    # these stay as they are
    "days without any year": (
        f"<p>3月5日 星期四</p><ul>{links(1, 2)}</ul><p>3月4日 星期三</p><ul>{links(3)}</ul>",
        "none none none",
    ),
    "days of the year's feasts": (
        f"<p>3月5日 惊蛰</p><ul>{links(1, 2, folder='/2026/03')}</ul><p>3月20日 春分</p><ul>{links(3, folder='/2026/03')}</ul>",
        "none none none",
    ),
    "the day of the visit": (f"<div>2026-03-05</div><ul>{links(1, 2)}</ul>", "none none"),
    "two clocks of the visit": (
        f"<div>2026-03-05</div><ul>{links(1)}</ul><div>2026-03-05</div><ul>{links(2, 3)}</ul>",
        "none none none",
    ),
    "days behind their rows": (
        f"<div><ul>{links(1, 2)}</ul><h4>2026-03-05</h4><ul>{links(3, 4)}</ul><h4>2026-03-04</h4><ul>{links(5)}</ul></div>",
        "none none none none none",
    ),
    "deadlines before single links": (
        "".join(
            f"<li><b>截止日期：</b><i>2026-03-0{n}</i><a href='/xw/{n}.html'>洛西市征集意见</a></li>" for n in (5, 4)
        ),
        "none none",
    ),
    "rows with days, and some without": (
        f"<ul>{rows('2026-03-05')}{links(21, 22)}{rows('2026-03-04')}{links(23, 24)}</ul>",
        "2026-03-05 none none 2026-03-04 none none",
    ),
    "days that lie ahead": (
        f"<h4>2026-06-05</h4><ul>{links(1, 2)}</ul><h4>2026-06-04</h4><ul>{links(3)}</ul>",
        "none none none",
    ),
}


@pytest.mark.parametrize(("html", "expected"), GROUPED.values(), ids=GROUPED)
def test_a_day_above_several_rows_is_theirs(html: str, expected: str) -> None:
    assert days(html) == expected


def test_the_day_is_no_part_of_the_title() -> None:
    html = "<h3>2025年</h3><ul><li><a href='/xw/1.html'><i>03-05</i><b>洛西市召开会议</b></a></li></ul>"
    source = Source(id="x", name="x", region="990100", level="city", family="html", lists=(LIST,))
    [entry] = read_entries(parse_html(f"<html><body>{html}</body></html>"), LIST, source, NOW)
    assert (entry.title, entry.date) == ("洛西市召开会议", "2025-03-05")


@pytest.mark.parametrize(("day", "expected"), [("03-05", "2026-03-05"), ("12-30", "")])
def test_the_year_of_an_address_gives_no_day_ahead(day: str, expected: str) -> None:
    assert only_day(day, "http://www.luoxi.example/wy/2026/e254.html", NOW) == expected
