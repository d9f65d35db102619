"""What a right crawl of the replica sites finds, told by the data that the pages are made of."""

from dataclasses import dataclass, field

from tests.replica.world import Article, Block, Site, blocks, load


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """An article that a list shows on one day, and what must be kept of it.

    `paragraphs` are the lines of the text in order: a heading, a caption or a line after `<br>` is one, a table's row
    too, its cells divided by tabs. `fails` is "" when the page becomes a release; else why it must not: `no-text`,
    `no-title`, `http-404`, `robots` (never asked for), `excluded` (left out by its title), `again` (held under another address); what the other fields say
    then counts for nothing.

    `tags`: transcript (the text stands twice in its page), dialogue, bulletin, digest, document (has a 文号), table,
    headed (has lines of its own around a text that stands elsewhere), counter, truncated (in its list), persons (has
    numbers to be masked), hostile, wide (full-width digits), rare (four-byte GB18030 characters); of the days: new,
    late, edited, vanished.
    """

    id: str
    source: str
    path: str
    list_path: str
    title: str
    listed: str  # what the list shows; differs where it cuts the title or shows a picture
    published: str  # as printed: 2026-03-02T09:30+08:00, or the day alone
    published_meta: str  # the same form, from the meta tags; "" where the family has none
    publisher: str
    author: str
    editor: str
    doc_number: str
    index_number: str
    paragraphs: tuple[str, ...] = field(repr=False)
    captions: tuple[str, ...] = field(repr=False)
    tags: frozenset[str]
    duplicate: str  # the group whose members are one release on several sites
    quotes: tuple[str, ...]  # ids of the releases that stand whole in this one
    fails: str

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)


def truths(day: int) -> tuple[Truth, ...]:
    """Every article that the lists show on that day, as it reads on that day, in the order of the sites' files."""
    return tuple(_truth(site, article, day) for site in load() for article in site.articles if article.exists(day))


def releases(day: int) -> tuple[Truth, ...]:
    """Those of them that must become releases."""
    return tuple(truth for truth in truths(day) if not truth.fails)


def tagged(tag: str, day: int = 1) -> tuple[Truth, ...]:
    return tuple(truth for truth in truths(day) if tag in truth.tags)


def groups(day: int) -> dict[str, tuple[Truth, ...]]:
    """The copies of one release, by the group's name."""
    found: dict[str, tuple[Truth, ...]] = {}
    for truth in releases(day):
        if truth.duplicate:
            found[truth.duplicate] = (*found.get(truth.duplicate, ()), truth)
    return found


def _truth(site: Site, article: Article, day: int) -> Truth:
    told = blocks(article.id, day)
    return Truth(
        id=article.id,
        source=site.id,
        path=article.path,
        list_path=site.columns[article.column].path,
        title=article.title,
        listed=article.title if article.listed is None else article.listed,
        published=_stamp(article.published),
        published_meta=_published_meta(site, article),
        publisher=article.publisher,
        author=article.author,
        editor=article.editor,
        doc_number=article.doc_number,
        index_number=article.index_number,
        paragraphs=tuple(line for block in told for line in block.lines),
        captions=tuple(line for block in told if block.kind == "caption" for line in block.lines),
        tags=frozenset(article.tags) | _seen_tags(article, told),
        duplicate=article.duplicate,
        quotes=tuple(article.quotes),
        fails=article.fails,
    )


def _seen_tags(article: Article, told: tuple[Block, ...]) -> set[str]:
    """The tags that need not be written down, because the rest of the data shows them."""
    found = {
        "counter": article.counter,
        "document": bool(article.doc_number),
        "table": any(block.kind == "table" for block in told),
        "transcript": article.twice,
        "edited": bool(article.text_day2),
        "vanished": article.until == 2,
        "new": article.since == 2 and "late" not in article.tags,
        "truncated": bool(article.listed),
    }
    return {tag for tag, holds in found.items() if holds}


def _published_meta(site: Site, article: Article) -> str:
    if site.family == "people":
        return article.day
    return "" if site.family == "html" else _stamp(article.pubdate)


def _stamp(printed: str) -> str:
    """`2026-03-02 09:30` or `2026-03-02` in ISO 8601, Asia/Shanghai."""
    day, _, clock = printed.replace("∶", ":").partition(" ")
    return f"{day}T{clock[:5]}+08:00" if clock else day
