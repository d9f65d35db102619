"""docs/sources.md: the families, the declared sources with their evidence, and the publishers that are not declared.

`python -m crawler.sources.catalogue` writes it to standard output; given a folder of sources, its families and sources.
"""

import sys
from collections.abc import Iterable, Iterator

from crawler.sources import Family, Source, SourceError, load_families, load_sources
from crawler.sources.families import PARTS

INTRODUCTION = """\
# Sources

<!-- Written by `python -m crawler.sources.catalogue`; a test compares. Edit the declarations, not this page. -->

A source is a news section of one publisher, declared as a table of `crawler/sources/*.toml`; a family holds what the
sites of one content management system share (`crawler/families.toml`). To add a source of a known family, write:

```toml
[yunbu]
name = "云埠市人民政府"
region = "990300"        # GB/T 2260, six digits
level = "city"           # national, province, city, county
family = "trs"
lists = ["https://www.yunbu.gov.cn/ywdt/zwyw/"]
```

`scrapy probe https://…` proposes such a table for any list and shows what it would yield. What it cannot vouch for stands
behind the table in comments: whose rights, and that it was seen live. `scrapy probe ID` checks a declared source in the
same way, live, and says what disagrees. Where a declared source shows no entries any more, it is probed as if nobody had declared it, and the
lines of its table that must change are shown, old against new. `--save DIR` keeps the pages, to attach to a report. A probe asks a site as a
crawl does: robots.txt, the delay, and its turn when a crawl of the same archive is asking that host.

`scrapy adopt` does so for many: of a portal's home page it finds the place's own news column, by the names of the columns; of a candidate
(`crawler/sources/candidates.tsv`) it checks the column itself. The list, its next page and three articles are read as a crawl would. A column
is declared when its entries have titles and days, stand on its own host, are of its own place and level, and are no notices; a site
that turns us away is `blocked`, and never asked in another guise. The declarations go to `sources/adopted.toml` in the
archive's folder, a line for each address to `adopt.jsonl`, its pages to a bundle in `adopted/`. An address is settled by its verdict; one that was
`unreachable` is visited again a day later. **To give a checked declaration to everybody**, attach its bundle (`source.toml` and
`pages.warc.gz`) to an issue or a merge request: a reader checks the pages against the table, which then goes into
`crawler/sources/` with its `verified`. `scrapy probe --all` checks later, in bulk, what still holds.

`SOURCES` names your own folder or file of such tables. All else is optional and overrides the family: `article`
(pattern that an article's address matches), `body`, `title`, `date`, `source`, `next_page` (CSS selectors), `rows`, `url`, `page` (family `json`), `exclude`
(pattern of titles that are left out), `kind` (`news`, `documents`, `notices`), `browser` (true: scripts draw its lists), `rights` (`official`, `press`, `unknown`), `evidence`, `verified` (a day), `note`, and:

| key | meaning | without it |
|---|---|---|
| `every` | hours between two crawls | 24 |
| `delay` | least seconds between two requests to a host | `DOWNLOAD_DELAY`, 1 |
| `hosts` | names of other hosts on which articles and lists may stand, on any port | the hosts of its lists |
| `minimum` | fewer held releases make a crawl `suspect` | 1 |
| `overlap` | so many list pages in a row without a new entry are read on from, since entries may be inserted late | 1 |
| `tls` | `legacy`: TLS 1.0 and the ciphers of its time are taken, too; `unverified`: any certificate | as it should be |

**Nothing on this page was ever seen live.** The grades of evidence, best first:

| grade | what it means |
|---|---|
| live | checked on the site itself, on the day that `verified` names |
| capture | raw pages of the site were at hand |
| transcribed | pages were at hand as others had copied them, shortened |
| reported | other people's crawlers or notes say so |
| assumed | no one says so; it is how such sites usually are |
| unknown | nothing is known: a link 下一页, or a pager of numbers, is followed where a page shows one |

Lists of named private persons are left out by every family's `exclude` (appointments, penalties, recruitment, rolls); what is left out is counted as `skipped`.

## A list that is an interface

Many lists are drawn by scripts, and the entries come as JSON. `scrapy probe` of such a page names the interface behind it where it finds
one, and proposes a table; of the interface's own address, too. Family `json` is declared by paths:

    [yunwan]
    name = "云湾县人民政府"
    region = "990322"
    level = "county"
    family = "json"
    lists = ["https://www.yunwan.gov.cn/api/news/list?channelId=57&page=1&size=10"]
    rows = "data.rows"               # the list of rows in the answer; "" when the answer is that list
    url = "url"                      # in each row; or a template with paths: "/detail.html?id={id}"
    title = "title"
    date = "pubDate"                 # a printed day, 20260302, or seconds or milliseconds since 1970
    page = "page"                    # the parameter that counts the pages

A path is made of keys and places with dots between them, `data.list`, `data.0.items`; a key that meets a list is looked for in each of its
elements. Where the number of the page is a part of the path, it is written into `lists`: `https://…/list_{page}.json` counts from 1,
`{page:0}` from 0; or `page = "index_{n}.json"` names the pages after the first. A path that finds nothing makes the crawl `suspect`, with a
sentence that names the keys or lists that are there. Only interfaces that are asked by GET can be declared.

## A list that scripts draw

Where no interface is found, `browser = true` has the lists of a source drawn by Chromium: `.venv/bin/pip install -c requirements-dev.lock playwright`
and `apt install chromium`. Articles are fetched as ever. The browser has no way out of its own: what a page's scripts ask for (scripts, data and frames, at most 40
addresses; no pictures, styles or fonts) is asked by the crawler, on the source's hosts alone, under robots.txt, the delay, the day's budget and our own
name, and is kept. A page has a minute (one whose script runs for ever is read as it was sent, and the crawl says so); it is drawn once, scrolled to its foot once, and nothing in it is clicked. A challenge stays one: `blocked`. The drawn
page is kept as the list's capture (header `X-Drawn-By`) beside the answer as it was sent, so that `scrapy rebuild` finds the same entries without a
browser. The addresses that were asked for in vain are counted in `scrapy sources`. Chromium takes some 300 MB while the crawl runs, and has no sandbox for root: crawl as another user.

## A family of your own

A system that gongbao does not know can be declared, too: as a table in a file `families.toml`, in the folder that
`SOURCES` names. Its name must not be that of a family below.

```toml
[yunhe]
sites = "云河"                   # the system's name for people
evidence = { lists = "assumed", paging = "assumed", articles = "capture" }
spider = "html"                  # a list protocol, as in the table below
address = '/yh/c\\d+/'            # or traces: either of them is needed
traces = ['data-yunhe="\\d']
article = '/yh/c\\d+/\\d{8}/\\d+\\.phtml$'
body = [".yh-body"]
```

`address`, `traces` and `weak_traces` are regular expressions by which a probe recognises the family: in a page's address,
and in its text. Weak traces count where no family shows another; a list in a list of traces counts when all of it is
there. Families of your own are asked first, then those below, in this order. All other keys are those of a source, which
inherits them. A source names the family as any other, and `python -m crawler.sources.catalogue FOLDER` prints the
families and sources of a folder as tables like those below.
"""

# Publishers that are not declared, since too little is known of their lists' addresses
UNKNOWN = (
    ("100000", "中国政府网", "the policy library's search is known in parts only; family `govcn` reads its answers"),
    ("310000", "上海市人民政府", "further columns than nw39220"),
    ("370000", "闪电新闻", "sdxw.iqilu.com; lists come from a signed interface"),
    ("370000", "齐鲁壹点", "www.ql1d.com; pages of authors (/channel/index/ownerid/N) without a known N"),
    ("370000", "大众日报", "dzrb.dzwww.com; no list is known"),
    ("370200", "青岛市人民政府 新闻发布会", "neither the list of 2020 nor today's was found"),
    (
        "370200",
        "青岛新闻网",
        "articles news.qingdaonews.com/qingdao/2026-08/07/content_23750161.htm; no list, no markup",
    ),
    (
        "370300",
        "淄博市人民政府",
        "its lists are drawn by scripts; its news column is not known, and its home page stands in for it",
    ),
    ("420100", "武汉市洪山区人民政府", "/hsyw/, on a host that is not named"),
    (
        "440000",
        "珠海, 惠州, 江门 and 中山",
        "family `gkmlpt`, SID 756001, 752001, 750001 and 760001; hosts are not named",
    ),
)


def catalogue(sources: Iterable[Source], families: Iterable[Family]) -> str:
    """The page, as Markdown, for these sources and families."""
    return "\n".join([INTRODUCTION, tables(sources, families), *_unknown(), ""])


def tables(sources: Iterable[Source], families: Iterable[Family]) -> str:
    """The families and the sources, as Markdown."""
    return "\n".join([*_families(families), "", *_sources(list(sources)), ""])


def _families(families: Iterable[Family]) -> Iterator[str]:
    yield "## Families\n"
    yield "| family | sites | list protocol | lists | paging | articles |"
    yield "|---|---|---|---|---|---|"
    for family in families:
        grades = [family.evidence[part] for part in PARTS]
        yield _row(f"`{family.name}`", family.sites, f"`{family.spider}`", *grades)


def _sources(sources: list[Source]) -> Iterator[str]:
    yield f"## Declared: {len(sources)} sources, {sum(len(source.lists) for source in sources)} lists\n"
    yield "| source | publisher | region | level | kind | family | rights | evidence | verified | lists, and what is known |"
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for source in sorted(sources, key=lambda source: (source.region, source.id)):
        known = "<br>".join(
            [*(f"<{url}>" for url in source.lists), *([" ".join(source.note.split())] if source.note else ())]
        )
        facts = (source.region, source.level, source.kind, f"`{source.family}`", source.rights, source.evidence)
        yield _row(f"`{source.id}`", source.name, *facts, source.verified or "never", known)


def _unknown() -> Iterator[str]:
    yield "## Not known\n"
    yield "Publishers that belong here and whose lists were not found, or not well enough to be declared.\n"
    yield "| region | publisher | what is known |"
    yield "|---|---|---|"
    yield from (_row(*unknown) for unknown in UNKNOWN)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def main(arguments: list[str]) -> int:
    try:
        if arguments:
            print(tables(load_sources(arguments[0]).values(), load_families(arguments[0]).values()), end="")
        else:
            print(catalogue(load_sources().values(), load_families().values()), end="")
    except SourceError as error:
        print(f"gongbao: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
