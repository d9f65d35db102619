"""Pagers that a script writes, and the totals that a list announces of itself."""

import base64
import binascii
import re
from dataclasses import dataclass
from itertools import islice
from urllib.parse import unquote, urljoin, urlsplit

from lxml.html import HtmlElement

from spiders.lists.links import MOST_LINKS, compiled, parse_html, text_of

# Two spellings. TRS: createPageHTML(28, 0, "index", "html"[, 560]): number of pages, this page from 0, name and ending of
# the pages' files, entries. A name like t20260702_15795188 is that of an article that stands on several pages.
# UCAP: createPageHTML('page_div',12,1,'list','shtml',230): an element first, and this page from 1.
_NUMBER = r"""\s*['"]?(\d{1,7})['"]?\s*"""
_FILE = r"""\s*['"](?!t(?:\d|null))([^'"/\s]+)['"]\s*,\s*['"](\w+)['"]\s*"""
_TOTAL = rf"(?:,{_NUMBER})?"
_IN_ELEMENT = re.compile(rf"""createPage(?:HTML)?\(\s*['"][\w-]*['"]\s*,{_NUMBER},{_NUMBER},{_FILE}{_TOTAL}""")
_PLAIN = re.compile(rf"createPage(?:HTML)?\s*\({_NUMBER},{_NUMBER},{_FILE}{_TOTAL}")
_CALLED = re.compile(r"createPage(?:HTML)?\s*\(([^(){}\n]{1,200})\)")
_VARIABLE = re.compile(r"[A-Za-z_$][\w$]*")
# The older template of TRS: var currentPage = 0;//所在页从0开始 … var countPage = 25//共多少页
_COUNT = re.compile(r"\bcountPage\s*=\s*['\"]?(\d{1,5})")
_CURRENT = re.compile(r"\bcurrentPage\s*=\s*['\"]?(\d{1,5})")
# Pages counted down: var maxPageNum=199; var purl='index_958'; the second page is index_958_198.html, the last _1
_MOST = re.compile(r"\bmaxPageNum\s*=\s*['\"]?(\d{1,5})")
_STEM = re.compile(r"\bpurl\s*=\s*['\"]([\w./-]+?)_?['\"]")
_PAGER_SCRIPTS = ("createPage", "countPage", "maxPageNum")
_COUNTED_FILE = re.compile(r"(.+?)_(\d{1,5})$")

PAGE_NAMES = ("countpage", "maxpagenum", "totalpage", "totalpages", "pagecount", "pagetotal")
ENTRY_NAMES = ("recordcount", "totalrecord", "totalrecords", "totalcount", "rowcount")
_SAID = r"""\b(?:%s)['"]?\s*[:=]\s*(?:(?:parseInt|Number)\s*\(\s*)?['"]?(\d{1,%d})(?![\d.])"""
_PAGES_SAID = re.compile(_SAID % ("|".join(PAGE_NAMES), 5), re.IGNORECASE)
_ENTRIES_SAID = re.compile(_SAID % ("|".join(ENTRY_NAMES), 7), re.IGNORECASE)
# Pagers of widespread libraries: laypage.render({elem: 'p', count: 168, limit: 8}), pagination({total: 168}), pagination(168, {…})
_CALL = re.compile(
    r"(?:\blaypage(?:\.render)?|\bjqPaginator|\.(?:pagination|paging|page))\s*\(\s*(?:(\d{1,7})\s*,\s*)?\{([^{}]{0,600})",
    re.IGNORECASE,
)
_CALL_WORDS = ("laypage", "paginat", ".paging", ".page(")
_PAGES_GIVEN = re.compile(
    r"(?<![\w.])['\"]?(?:pages|pageNum|totalPages?|pageCount)['\"]?\s*:\s*['\"]?(\d{1,5})(?=['\"]?\s*(?:,|$))",
    re.IGNORECASE,
)
_ENTRIES_GIVEN = re.compile(
    r"(?<![\w.])['\"]?(?:count|total|totalData|totalNum|totalCounts)['\"]?\s*:\s*['\"]?(\d{1,7})(?=['\"]?\s*(?:,|$))",
    re.IGNORECASE,
)
_FIGURE = r"\s*([1-9](?:\d{0,2}(?:,\d{3})+|\d{0,6}))\s*"
_PAGES_SHOWN = re.compile(
    rf"(?:共|总计|總計)(?:有)?{_FIGURE}[页頁]|/{_FIGURE}[页頁]|[总總][页頁][数數]\s*[:：]?{_FIGURE}(?![\d/])"
    rf"|\bpage\s+\d{{1,5}}\s+of\s{_FIGURE}(?![\d,]|\s*(?!next|last|prev|first|go|total)[a-z])",
    re.IGNORECASE,
)
_ENTRIES_SHOWN = re.compile(
    rf"(?:共|总计|總計)(?:有|计|計|搜索到|找到)?{_FIGURE}[条條篇笔筆则則](?:(?:相[关關])?(?:[记記紀][录錄]|信息|[数數][据據]|資料|[内內]容|[结結]果))?(?![一-龥])"
    rf"|(?:[总總](?:[记記紀][录錄]|[条條筆]|信息)[数數]|[记記紀][录錄][总總]?[数數])\s*[:：]?{_FIGURE}(?![\d/])"
    rf"|(?:(?:showing|displaying|results?)\s+)?\d{{1,6}}\s*(?:[-–]|to)\s*\d{{1,6}}\s+of\s{_FIGURE}(?:records|entries|results|items)?(?![\w,])"
    rf"|\btotal\s*[:：]?{_FIGURE}(?:records|entries|results|items|articles)(?![\w,]|\s+(?!next|last|prev|first|go|page)[a-z])",
    re.IGNORECASE,
)
_ENTRIES_ALONE = re.compile(r"(\d{1,7})条")
_FIGURE_ALONE = re.compile(r"(\d{1,7})")
_LABELLED = compiled("//a[not(@href)][@title='总数' or @title='總數' or @title='Total record']")
_PAGER_WORDS = re.compile(r"[页頁]|[记記紀][录錄]|\d\s*/\s*\d|\bpages?\b", re.IGNORECASE)
_TOTAL_SIGNS = ("共", "总", "總", "/", "页", "頁", "条", "條", "筆", " of ", "otal ")
_SAYS_TOTAL = f".//text()[{' or '.join(f'contains(., {sign!r})' for sign in _TOTAL_SIGNS)}]"
_LONGEST_PAGER = 400  # characters of the words of a pager
_UP = 4  # elements between the words of a total and the whole pager

_ATTRIBUTE = re.compile(r"""(?:total|count|pages)\w*=['"]\d""", re.IGNORECASE)
_PAGERS = compiled("//*[contains(@class, 'pag') or contains(@id, 'pag') or contains(local-name(), 'pag')]")
_WITH_NAME = compiled("//*[@id or @name]")
_SCRIPTED = compiled("//*[@data-page or @onclick or starts-with(@href, 'javascript:')]")
HANDED = re.compile(r"(?<=[(,'\"$])\s*(\d{1,5})\s*(?=[),'\"])")
_DIGITS = re.compile(r"\d{1,5}")
_BRACKETS = " []()【】（）"
_TURNS = re.compile(r"[\W_]*(?:[下后][一1]?[页頁]|[尾末][页頁]|最后一?[页頁]|next|last)[\W_]*", re.IGNORECASE)

_BASE64 = re.compile(r"[A-Za-z0-9+/]{40,100000}={0,2}")
MOST_CODED = 20  # stretches of base64 that are looked at
_DECODES = re.compile(r"\batob\b|base64", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """The totals that a list page tells of its list; 0 for what it does not tell."""

    pages: int = 0
    entries: int = 0

    def most(self, other: "Announced") -> "Announced":
        """The larger of both totals."""
        return Announced(pages=max(self.pages, other.pages), entries=max(self.entries, other.entries))


NOTHING = Announced()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scripted:
    """The pager that a script writes: its totals, and the address of the next page, "" after the last."""

    announced: Announced
    following: str


_APART = re.compile(r"(<script\b[^>]*>)(.*?)(</script>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL | re.IGNORECASE)
_OF_SCRIPT = re.compile(r"""("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')|/\*.*?(?:\*/|\Z)|//[^\n]*""", re.DOTALL)


def _in_force(html: str) -> str:
    """The page without comments, and its scripts without theirs: TRS fills in the variables of a pager that was commented out, too."""
    if "<!--" not in html and "//" not in html and "/*" not in html:
        return html

    def kept(found: re.Match[str]) -> str:
        if found[1] is None:
            return ""
        return found[1] + _OF_SCRIPT.sub(lambda piece: piece[1] or "\n", found[2]) + found[3]

    return _APART.sub(kept, html)


def scripted_pager(html: str, url: str) -> Scripted | None:
    """The pager that the scripts of a list page write; None when they write none that is known."""
    if not any(word in html for word in _PAGER_SCRIPTS):
        return None
    html = _in_force(html)
    html = _with_values(html)
    if found := _IN_ELEMENT.search(html):
        return _called(found, url, from_one=True)
    if found := _PLAIN.search(html):
        # some count from 1 here, too: then the first page, whose address has no number, is 1
        first = not _COUNTED_FILE.match(_name(url)[0])
        return _called(found, url, from_one=first and min(int(found[1]), int(found[2])) == 1)
    if (count := _COUNT.search(html)) and (current := _CURRENT.search(html)):
        pages, number = int(count[1]), int(current[1])
        stem, ending = _name(url)
        if number:
            stem = stem.removesuffix(f"_{number}")
        return _pager(url, pages, 0, f"{stem}_{number + 1}.{ending}" if number + 1 < pages else "")
    return _downwards(html, url)


def _with_values(html: str) -> str:
    """The page with the values of the variables that it hands to createPageHTML: var total = 28; createPageHTML(total, 0, 'index', 'html').

    A variable without a figure or a string of its own, or with several, stays.
    """

    def called(call: re.Match[str]) -> str:
        is_own = call.string.endswith("function ", 0, call.start())
        return call[0] if is_own else call[0].replace(call[1], _VARIABLE.sub(valued, call[1]))

    def valued(name: re.Match[str]) -> str:
        quoted = name.string[name.start() - 1 : name.start()] in ("'", '"')
        said = rf"""(?<![\w$.]){re.escape(name[0])}\s*=\s*(\d{{1,7}}|'[^'\n]{{0,60}}'|"[^"\n]{{0,60}}")\s*[,;\n]"""
        values = set() if quoted else set(re.findall(said, html))
        return values.pop() if len(values) == 1 else name[0]

    return _CALLED.sub(called, html)


def _called(found: re.Match[str], url: str, *, from_one: bool) -> Scripted:
    """The pager of a call. Some hand over this page before the number of pages: no page has a number above that of all."""
    pages, current, name, ending, entries = int(found[1]), int(found[2]), found[3], found[4], int(found[5] or 0)
    if current > pages:
        pages, current = current, pages
    last = pages if from_one and current else pages - 1
    return _pager(url, pages, entries, f"{name}_{current + 1}.{ending}" if current < last else "")


def _pager(url: str, pages: int, entries: int, following: str) -> Scripted:
    announced = Announced(pages=pages, entries=entries)
    return Scripted(announced=announced, following=urljoin(url, following) if following else "")


def _downwards(html: str, url: str) -> Scripted | None:
    most, stem = _MOST.search(html), _STEM.search(html)
    if not most or not stem:
        return None
    name, ending = _name(url)
    counted = _COUNTED_FILE.match(name)
    file = stem[1].rpartition("/")[2]
    number = int(counted[2]) if counted and counted[1] == file else int(most[1])
    return _pager(url, int(most[1]), 0, f"{stem[1]}_{number - 1}.{ending}" if number > 1 else "")


def _name(url: str) -> tuple[str, str]:
    """The name of a page's file and its ending; that of a folder is index.html."""
    name, _, ending = urlsplit(url).path.rpartition("/")[2].rpartition(".")
    return (name, ending) if name else ("index", "html")


def announced(html: str, document: HtmlElement, url: str) -> Announced:
    """The totals that a list page tells: in a script's pager or figures, and in the words of its pager.

    Figures of a script: countPage, maxPageNum, totalPage, pageCount; recordCount, totalRecord, totalCount, rowCount. An element
    of such an id or name may hold the figure too, for a script to read, and so may an attribute of the pager.
    The links of a pager tell it by the number that they hand to a script (`_handed`).
    The calls of laypage, jqPaginator and pagination tell them in `count` or `total`, and in `pages`.
    Words: 共29页, 1/29页, 总页数：29; 共289条, 共289篇, 共289筆, 总记录数：289, in both scripts;
    Page 1 of 29, Showing 1-10 of 289 entries, Total: 289 items. They count outside of links, in an element of
    LONGEST_PAGER characters at most that speaks of pages or records, or says nothing else. PHPCMS says 289条 alone, in
    an <a> that leads nowhere. All of them may stand on the page as base64.
    """
    pager = scripted_pager(html, url)
    told = pager.announced if pager else NOTHING
    figures = Announced(pages=_said(PAGE_NAMES, _PAGES_SAID, html), entries=_said(ENTRY_NAMES, _ENTRIES_SAID, html))
    hidden = decoded_pager(html)
    if _mentions(html, PAGE_NAMES + ENTRY_NAMES):
        figures = figures.most(_named(document))
    if _ATTRIBUTE.search(html):
        figures = figures.most(_in_attributes(document))
    return (
        told.most(figures)
        .most(_given(html))
        .most(_handed(document))
        .most(_shown(document))
        .most(_shown(parse_html(hidden)) if hidden else NOTHING)
    )


def _said(names: tuple[str, ...], pattern: re.Pattern[str], html: str) -> int:
    """The largest figure that scripts give under these names."""
    if not _mentions(html, names):
        return 0
    return max((int(found[1]) for found in pattern.finditer(html)), default=0)


def _named(document: HtmlElement) -> Announced:
    """The figures that stand alone in elements with the id or name of a total: <input id="totalPage" value="14">."""
    told = NOTHING
    for element in islice(_WITH_NAME(document), MOST_LINKS):
        names = {re.sub("[-_]", "", (element.get(name) or "").lower()) for name in ("id", "name")}
        kinds = (not names.isdisjoint(PAGE_NAMES), not names.isdisjoint(ENTRY_NAMES))
        figure = re.fullmatch(r"\s*(\d{1,7})\s*", element.get("value") or element.text or "") if any(kinds) else None
        if figure:
            number = int(figure[1])
            told = told.most(Announced(pages=number * kinds[0], entries=number * kinds[1]))
    return told


def _in_attributes(document: HtmlElement) -> Announced:
    """The totals in the attributes of a pager: <el-pagination :total="168">, <div class="pagination" data-pages="14">."""
    told = NOTHING
    for element in islice(_PAGERS(document), MOST_LINKS):
        for name, value in element.items():
            kind = re.sub(r"^(?:v-bind|data)?[-:]|[-_]", "", name.lower())
            if kind in ("total", "count", "pages", *PAGE_NAMES, *ENTRY_NAMES) and re.fullmatch(r"\d{1,7}", value):
                is_pages = kind in ("pages", *PAGE_NAMES)
                told = told.most(Announced(pages=int(value) * is_pages, entries=int(value) * (not is_pages)))
    return told


def _given(html: str) -> Announced:
    """The totals that scripts give to the pager of a library."""
    told = NOTHING
    for call in _CALL.finditer(html) if _mentions(html, _CALL_WORDS) else ():
        pages, entries = _PAGES_GIVEN.search(call[2]), _ENTRIES_GIVEN.search(call[2])
        told = told.most(
            Announced(pages=int(pages[1]) if pages else 0, entries=int(call[1] or (entries[1] if entries else 0)))
        )
    return told


def _handed(document: HtmlElement) -> Announced:
    """The highest page that links of a pager hand to a script: javascript:gotoPage(14), __doPostBack('…','Page$14'), data-page="14".

    The link hands over one number, and says 下一页 or 尾页, or just that number beside such a link: the numbers under a slide show are no pages.
    """
    turning: list[tuple[int, HtmlElement]] = []
    numbered: list[tuple[int, HtmlElement]] = []
    for link in islice(_SCRIPTED(document), MOST_LINKS):
        code = f"{link.get('href') or ''} {link.get('onclick') or ''}"
        handed = HANDED.findall(code if "(" in code else "") or _DIGITS.findall(link.get("data-page") or "")
        if len(handed) != 1:
            continue
        words = text_of(link)
        if _TURNS.fullmatch(words) or "'Page$" in code:
            turning.append((int(handed[0]), link))
        elif words.strip(_BRACKETS) == handed[0]:
            numbered.append((int(handed[0]), link))
    pagers = {above for _, link in turning for above in _two_above(link)}
    beside = (number for number, link in numbered if not pagers.isdisjoint(_two_above(link)))
    highest = max((*(number for number, _ in turning), *beside), default=0)
    return Announced(pages=highest if highest > 1 else 0)


def _two_above(link: HtmlElement) -> list[HtmlElement]:
    return [above for above in islice(link.iterancestors(), 2) if above.tag not in ("body", "html")]


def _mentions(html: str, words: tuple[str, ...]) -> bool:
    """Whether some of these words, in any case, stand on a page. A pattern takes twenty times as long to find none."""
    small = html.lower()
    return any(word in small for word in words)


def _shown(document: HtmlElement) -> Announced:
    told = NOTHING
    seen: set[HtmlElement] = set()
    for piece in document.xpath(_SAYS_TOTAL):
        parent = piece.getparent() if piece.is_text else piece.getparent().getparent()
        if parent is None or parent.tag in ("script", "style", "a", "title", "option") or parent in seen:
            continue
        seen.add(parent)
        told = told.most(_told_by(parent))
    alone = (_ENTRIES_ALONE.fullmatch(text_of(link)) for link in document.xpath("//a[@class][not(@href)]"))
    labelled = (_FIGURE_ALONE.fullmatch(text_of(link)) for link in _LABELLED(document))
    return told.most(Announced(entries=max((int(found[1]) for found in (*alone, *labelled) if found), default=0)))


def _told_by(element: HtmlElement) -> Announced:
    """The totals in the words of an element, which may be part of a pager."""
    words = ""
    for part in [element, *islice(element.iterancestors(), _UP)]:
        if part.tag in ("body", "html") or len(text := text_of(part)) > _LONGEST_PAGER:
            break
        words = text
        pages, entries = _figure(_PAGES_SHOWN, text), _figure(_ENTRIES_SHOWN, text)
        if pages or (entries and (_PAGER_WORDS.search(text) or _ENTRIES_SHOWN.fullmatch(words.strip(" ，,。")))):
            if any(link.tag == "a" for link in part.iterancestors()):
                break
            return Announced(pages=pages, entries=entries)
    return NOTHING


def _figure(pattern: re.Pattern[str], text: str) -> int:
    found = pattern.search(text)
    return int(next(group for group in found.groups() if group).replace(",", "")) if found else 0


def decoded_pager(html: str) -> str:
    """The links that stand on a page as base64, for a script to show them (`atob`): HTML, percent-encoded or not."""
    if not _mentions(html, ("atob", "base64")) or not _DECODES.search(html):
        return ""
    found = (_decoded(match[0]) for match in islice(_BASE64.finditer(html), MOST_CODED))
    return "".join(text for text in found if "<a" in text and "href" in text)


def _decoded(code: str) -> str:
    try:
        text = base64.b64decode(code + "=" * (-len(code) % 4)).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return unquote(text.replace("+", " ")) if "%3C" in text.upper() else text
