"""A source that lives through many days, and the archive that follows it by its own functions, without a network."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlite_utils import Database

from archive.database import transaction
from archive.model import Listed
from archive.store import ledger, life
from archive.times import stamp
from tests.archive.living import (
    LIST,
    SOURCE,
    address,
    begin,
    day,
    empty_archive,
    headline,
    observe,
    prose,
    release,
    save,
)

SOFT_404 = ("提示信息", "对不起，您访问的页面不存在或已删除，请返回首页。")
HOME = ("云岭省人民政府门户网站", "今日要闻。省政府召开常务会议。政务公开与互动交流栏目每日更新。")
LIST_PAGE = 30  # entries that a daily walk sees


@dataclass(slots=True, kw_only=True)
class Article:
    """A page of the site: since when it stands there, until when, and how the site answers afterwards."""

    url: str
    seed: object  # of its text
    since: int = 0
    until: int = 10_000
    after: str = "404"  # 404 | 410 | soft | home | redirect | leads (to the page that took its place)
    heir: "Article | None" = None

    @property
    def title(self) -> str:
        return headline(self.seed)


@dataclass(slots=True, kw_only=True)
class Site:
    """`weather` says what befalls the requests of a day: "" or a word, by the day and the number of the request."""

    articles: list[Article]
    weather: Callable[[int, int], str] = lambda day, request: ""
    asked: int = field(default=0)

    def listed(self, today: int) -> list[Article]:
        return [article for article in reversed(self.articles) if article.since <= today < article.until]


def removals(articles: list[Article], share: float, first: int, last: int, pick: random.Random) -> set[str]:
    """Let this share of the articles be removed on days from `first` to `last`, in the ways that sites have."""
    lost = pick.sample(articles, round(len(articles) * share))
    for article in lost:
        article.until = pick.randint(first, last)
        article.after = pick.choice(["404", "404", "410", "soft", "home", "redirect"])
    return {article.url for article in lost}


def archive_of(folder: Path) -> Database:
    db = empty_archive(folder)
    db.execute("PRAGMA synchronous=OFF")  # simulated days lose no power
    return db


def follow(db: Database, site: Site, today: int, *, everything: bool = False) -> None:
    """One day's crawl: the head of the list, the articles that are new, the looks that are due, and the judgement."""
    now, crawl = day(today), begin(db, day(today))
    site.asked = 0
    by_url = {article.url: article for article in site.articles}
    if site.weather(today, 0) not in ("down", "refused"):
        walk(db, site, today, crawl)
    with_number = {look.release: by_url[look.url] for look in ledger.looks(db, SOURCE, now, everything=everything)}
    for number, article in with_number.items():
        site.asked += 1
        look(db, number, article, today, site.weather(today, site.asked))
    life.settle(db, crawl, stamp(now))


def walk(db: Database, site: Site, today: int, crawl: int) -> None:
    """The walk of the list: to its end on the first day, to where nothing is new on the others."""
    now, first = day(today), ledger.finished_walk(db, SOURCE, LIST) == 0
    shown = site.listed(today)
    if not first:
        fresh = sum(article.since >= today for article in shown)
        shown = shown[: fresh + LIST_PAGE]
    days = [stamp(day(article.since))[:10] for article in shown]
    entries = [Listed(url=a.url, title=a.title, date=d) for a, d in zip(shown, days, strict=True)]
    found = ledger.record(
        db, entries, source=SOURCE, list_url=LIST, crawl=crawl, finished=ledger.finished_walk(db, SOURCE, LIST), now=now
    )
    seeds = {article.url: article.seed for article in shown}
    for entry in found.wanted:
        save(db, release(entry.url, prose(seeds[entry.url]), entry.title, at=now, listed=entry))
    with transaction(db):
        ledger.finish_walk(db, SOURCE, LIST, crawl)
    ledger.unlist(db, SOURCE, LIST, crawl, days, days[-10:], now)


def look(db: Database, number: int, article: Article, today: int, weather: str) -> None:
    """What a spider makes of the site's answer."""
    now = day(today)
    if weather in ("down", "refused"):
        observe(db, number, "unreachable" if weather == "down" else "blocked", now, None if weather == "down" else 403)
    elif weather in ("404", "410"):
        observe(db, number, "missing", now, int(weather))
    elif weather in ("soft", "home"):
        title, text = SOFT_404 if weather == "soft" else HOME
        save(db, release(article.url, text, title, at=now))
    elif weather == "redirect":
        observe(db, number, "redirected", now)
    elif weather == "leads" and article.heir:
        heir = article.heir
        save(db, release(heir.url, prose(heir.seed), heir.title, at=now, listed=Listed(url=article.url)))
    elif today >= article.until:
        look(db, number, article, today, article.after)
    else:
        save(db, release(article.url, prose(article.seed), article.title, at=now))


def settled(number: int, folder: str = "xwzx", *, since: int = 0) -> Article:
    return Article(url=address(number, folder), seed=number, since=since)
