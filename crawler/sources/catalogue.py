"""docs/sources.md: what is declared, what that rests on, and what is not known.

`python -m crawler.sources.catalogue` writes it to standard output.
"""

from collections.abc import Iterable, Iterator

from crawler.sources import Source, load_families, load_sources

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
same way, live, and says what disagrees; `--save DIR` keeps the pages, to attach to a report. A probe asks a site as a
crawl does: robots.txt, the delay, and its turn when a crawl of the same archive is asking that host.

`SOURCES` names your own folder or file of such tables. All else is optional and overrides the family: `article`
(pattern that an article's address matches), `body`, `title`, `date`, `source`, `next_page` (CSS selectors), `minimum`,
`overlap`, `every`, `delay`, `hosts`, `exclude`, `rights`, `evidence`, `verified`, `note`.

**Nothing on this page was ever seen live.** The grades of evidence, best first:

| grade | what it means |
|---|---|
| live | checked on the site itself, on the day that `verified` names |
| capture | raw pages of the site were at hand |
| transcribed | pages were at hand as others had copied them, shortened |
| reported | other people's crawlers or notes say so |
| assumed | no one says so; it is how such sites usually are |
| unknown | nothing is known: a link 下一页, or a pager of numbers, is followed where a page shows one |

Lists of named private persons are left out by every family's `exclude` (appointments, penalties, recruitment, rolls).
"""

# What is known of a family's lists, of how these are paged, and of its articles
FAMILIES = {
    "html": ("any page of links", "assumed", "assumed", "assumed"),
    "trs": ("拓尔思 TRS WCM", "transcribed", "transcribed", "capture"),
    "hanweb": ("大汉 JCMS", "transcribed", "transcribed", "capture"),
    "jpaas": ("大汉 jpaas", "reported", "reported", "capture"),
    "people": ("人民网", "reported", "reported", "capture"),
    "nfcms": ("南方网 NFCMS (广东)", "reported", "reported", "capture"),
    "gkmlpt": ("政府信息公开目录 (广东)", "reported", "reported", "reported"),
    "ucap": ("开普云 UCAP", "reported", "assumed", "capture"),
    "vsb": ("博达 VSB", "assumed", "assumed", "capture"),
    "lonsun": ("龙讯 (安徽)", "reported", "reported", "capture"),
    "nn": ("nN, of Qingdao and Jimo until 2020, of Dezhou", "reported", "reported", "reported"),
    "channel_doc": ("channel/doc (淄博, 聊城, 济南's districts)", "reported", "unknown", "capture"),
    "shanghai": ("上海", "reported", "reported", "capture"),
    "hebei": ("河北", "reported", "reported", "capture"),
    "govcn": ("中国政府网, policy library", "reported", "reported", "capture"),
    "xinhua": ("新华网", "reported", "reported", "capture"),
    "litenews": ("闪电云", "assumed", "unknown", "capture"),
    "iqilu": ("齐鲁网", "reported", "reported", "reported"),
    "qlwb": ("齐鲁晚报, e-paper", "reported", "reported", "reported"),
    "founder": ("方正, e-papers", "reported", "reported", "capture"),
}

# Publishers whose list addresses are not known well enough to be declared
UNKNOWN = (
    ("100000", "中国政府网", "the policy library's search is known in parts only; family `govcn` reads its answers"),
    ("110000", "北京市人民政府", "/zhengce/… on www.beijing.gov.cn, the rest of the address not"),
    (
        "120000",
        "天津市人民政府",
        "https://www.tj.gov.cn/sy/tzgg/ and /sy/jrgz/ are drawn by scripts; no crawler is known to read them",
    ),
    ("230000", "黑龙江省人民政府", "channels of news in its search, http://www.hlj.gov.cn/common/search/{channelId}"),
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
    ("370400", "枣庄市", "the city's own lists; 滕州 is declared"),
    ("370500", "东营市", "the city's own lists; 垦利区 is declared"),
    ("371100", "日照市", "nothing was found"),
    ("371300", "临沂市", "the city's own lists; 罗庄区 is declared"),
    ("371500", "聊城市", "the city's own lists; 东昌府区 is declared"),
    ("371600", "滨州市", "an address of 2018 that no longer fits"),
    ("371700", "菏泽市", "the city's own lists; 定陶区 is declared"),
    ("410000", "河南省人民政府", "https://www.henan.gov.cn/, which turns foreign addresses away; no list is known"),
    ("420100", "武汉市洪山区人民政府", "/hsyw/, on a host that is not named"),
    (
        "440000",
        "珠海, 惠州, 江门 and 中山",
        "family `gkmlpt`, SID 756001, 752001, 750001 and 760001; hosts are not named",
    ),
)


def catalogue(sources: Iterable[Source]) -> str:
    """The page, as Markdown, for these sources."""
    return "\n".join([INTRODUCTION, *_families(), "", *_sources(list(sources)), "", *_unknown(), ""])


def _families() -> Iterator[str]:
    yield "## Families\n"
    yield "| family | sites | list protocol | lists | paging | articles |"
    yield "|---|---|---|---|---|---|"
    for name, family in load_families().items():
        sites, lists, paging, articles = FAMILIES[name]
        yield _row(f"`{name}`", sites, f"`{family['spider']}`", lists, paging, articles)


def _sources(sources: list[Source]) -> Iterator[str]:
    yield f"## Declared: {len(sources)} sources, {sum(len(source.lists) for source in sources)} lists\n"
    yield "| source | publisher | region | level | family | rights | evidence | verified | lists, and what is known |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for source in sorted(sources, key=lambda source: (source.region, source.id)):
        known = "<br>".join(
            [*(f"<{url}>" for url in source.lists), *([" ".join(source.note.split())] if source.note else ())]
        )
        facts = (source.region, source.level, f"`{source.family}`", source.rights, source.evidence)
        yield _row(f"`{source.id}`", source.name, *facts, source.verified or "never", known)


def _unknown() -> Iterator[str]:
    yield "## Not known\n"
    yield "Publishers that belong here and whose lists were not found, or not well enough to be declared.\n"
    yield "| region | publisher | what is known |"
    yield "|---|---|---|"
    yield from (_row(*unknown) for unknown in UNKNOWN)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


if __name__ == "__main__":
    print(catalogue(load_sources().values()), end="")
