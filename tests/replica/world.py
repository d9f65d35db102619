"""The invented province of the replica sites: its sites and articles, as the TOML files in articles/ tell them.

A line of an article's `text` is a paragraph. Its first character may say otherwise:
`#` a bold heading, `!` a picture with this caption, `|` a row of a table, `+` goes on in the paragraph above after a
`<br>`, `>` the whole text of another article, by its id, `&` markup as it stands. `{name}` stands for one of `values`.
"""

import functools
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

ARTICLES = Path(__file__).parent / "articles"
DATES = {1: "2026-03-16", 2: "2026-03-17"}  # the calendar day that each state of the sites stands for


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What one HTML block says, line by line. `kind`: p | bold | caption | table (tabs between cells) | markup."""

    kind: str
    lines: tuple[str, ...]
    markup: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One page of a site. Days count the states of the site: the page exists from `since` to before `until`."""

    id: str
    path: str
    title: str
    published: str  # as the page prints it: 2026-03-02 09:30, or the day alone
    pubdate: str = ""  # as the meta tag says it; the same as `published` when the file gives none
    publisher: str = ""
    author: str = ""
    editor: str = ""
    text: str = field(default="", repr=False)
    text_day2: str = field(default="", repr=False)  # "" when nobody edits it
    values: dict[str, str] = field(default_factory=dict)
    column: int = 0  # index of the site's list that shows it
    listed: str | None = None  # what the list shows, when that is not the title
    template: str = ""
    kicker: str = ""
    doc_number: str = ""
    index_number: str = ""
    files: dict[str, str] = field(default_factory=dict)  # path on its site -> content
    counter: bool = False
    twice: bool = False  # the text stands twice in its own page
    pages: int = 1  # its text goes on over so many pages, as TRS divides it: <path>_1.html is the second
    split_date: bool = False  # its list divides the date over lines
    since: int = 1
    until: int = 3
    tags: Sequence[str] = ()
    duplicate: str = ""  # name of the group of copies it belongs to
    quotes: Sequence[str] = ()  # ids of the releases that it quotes whole
    fails: str = ""  # why it never becomes a release: no-text | no-title | http-404 | robots | excluded | again

    def exists(self, day: int) -> bool:
        return self.since <= day < self.until

    @property
    def day(self) -> str:
        return self.published[:10]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A list of a site: where it starts, what it is called, and how many entries stand on one page of it."""

    path: str
    name: str
    size: int
    unit: str = ""
    escaped: bool = False  # its entries come with their markup as entities
    endless: bool = False  # every group of entries names a next one, the last an empty one


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A site, which is also one declared source; `declaration` holds its keys that need no port."""

    id: str
    name: str
    family: str
    encoding: str = "utf-8"
    disallow: str = ""
    declaration: dict[str, Any]
    columns: tuple[Column, ...]
    articles: tuple[Article, ...] = field(repr=False)

    def listed(self, column: int, day: int) -> tuple[Article, ...]:
        """What a list shows on that day, newest first."""
        shown = [a for a in self.articles if a.column == column and a.exists(day)]
        return tuple(sorted(shown, key=lambda a: (a.published, a.path), reverse=True))


@functools.cache
def load() -> tuple[Site, ...]:
    """All sites, in the order of their files."""
    return tuple(_site(tomllib.loads(path.read_text("utf-8"))) for path in sorted(ARTICLES.glob("*.toml")))


@functools.cache
def article(id: str) -> Article:
    return next(a for site in load() for a in site.articles if a.id == id)


@functools.cache
def blocks(id: str, day: int) -> tuple[Block, ...]:
    """What the article says on that day, block by block."""
    told = article(id)
    text = told.text_day2 if day == 2 and told.text_day2 else told.text
    found: list[Block] = []
    for line in (text.format_map(told.values) if told.values else text).strip().splitlines():
        mark, rest = (line[0], line[1:].strip()) if line[:1] in "#!|+>&" else ("", line)
        if mark == ">":
            found += blocks(rest, day)
        elif mark == "+":
            found[-1] = replace(found[-1], lines=(*found[-1].lines, rest))
        elif mark == "&":
            said = re.sub("<[^>]*>", "", rest)
            found.append(Block(kind="markup", lines=(said,) if said else (), markup=rest))
        elif mark == "|":
            row = "\t".join(cell.strip() for cell in rest.split("|"))
            if found and found[-1].kind == "table":
                found[-1] = replace(found[-1], lines=(*found[-1].lines, row))
            else:
                found.append(Block(kind="table", lines=(row,)))
        else:
            found.append(Block(kind={"#": "bold", "!": "caption"}.get(mark, "p"), lines=(rest,)))
    return tuple(found)


def _site(table: dict[str, Any]) -> Site:
    columns = tuple(Column(**column) for column in table["list"])
    articles = tuple(Article(**{"pubdate": told["published"], **told}) for told in table["article"])
    return Site(**table["site"], columns=columns, articles=articles)
