"""Which files belong to a release: one rule for the links of an article, and for a page that shows nothing but files."""

import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

from lxml import etree

from archive.model import Listed
from archive.urls import FILE_NAME
from pipelines import file_links
from pipelines.body import is_known
from pipelines.file_links import DOWNLOADS, base_of, is_shown, named, names_file, shows_document, unpacked, unquoted
from pipelines.furniture import is_furniture, names
from pipelines.lines import Sheet, strings

MOST = 1000  # files of a page
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|bmp|tiff?|webp|svg)$", re.I)
_PROGRAM = re.compile(r"\.(?:apk|ipa|exe|msi|dmg|crx)$", re.I)
_UNFILLED = re.compile(r"\{\{|\$\{|<%")  # a template's address, which no script has filled in
_PAGE = re.compile(r"\.(?:[sx]?html?|jhtml)$|/$", re.I)
_SHARED = re.compile(
    r"(?<![a-z])(?:bd)?share(?!d)|qr_?code|erweima|(?<![a-z])print(?![a-z])", re.I
)  # in the path's last part
_VIEWER = re.compile(r"(?:view|viewer|preview|pdfjs|reader|show|embed)$", re.I)
_SIZE = re.compile(r"\s*[(（\[【][^()（）\[\]【】]{1,16}[)）\]】]\s*$")  # 一览表.xls（35KB）
_SOFTWARE = re.compile(
    r"(?:阅读器|浏览器|播放器|客户端|插件|控件|软件|APP|Reader)(?:[（(]?\w{0,8}[)）]?)(?:下载|安装)?$"
    r"|下载\s*(?:\w{0,12}(?:阅读器|浏览器|播放器|客户端|插件|控件|APP|Reader))$|二维码",
    re.I,
)
_ATTACHED = re.compile("附件|附表|附图|附：")
_NUMBER = r"[\d一二三四五六七八九十]{0,3}"
_CALLED_ATTACHED = re.compile(rf"附[件表图]{_NUMBER}(?:[：:.．、]|\d|(?:下载)?$)")  # 附件1：…; not 附件下载栏目
_DOWNLOAD = re.compile(
    "(?:请?点击|点此)?(?:此处|这里)?下载(?:附件|文件|全文|原文|文档|表格)?|(?:附件|文件|全文|原文|文档|表格)(?:点击)?下载"
)  # all the words of a link
_LIST_OF_ATTACHED = re.compile(rf"附(?:[件表图]{_NUMBER})?[：:][^：:。]*$")  # 附件：1.…, up to the link
_NEIGHBOUR = r"[上下前后]一[篇条则个](?:文章|信息|新闻)?"
_BEFORE_NEIGHBOUR = re.compile(rf"{_NEIGHBOUR}[：:】\]>]*$")  # up to the link
_CALLED_NEIGHBOUR = re.compile(rf"{_NEIGHBOUR}(?:[：:】\]]|$)")
_BEFORE_NAME = re.compile(rf"(?:附[件表图]{_NUMBER}[：:.．、]?)?(?:\d{{1,2}}[.．、])?")
_HEADS = re.compile("(?:相关)?附[件表图]")  # at the start of a line
_APART = re.compile(
    r"attach|attch|annex|appendix|accessor|fujian|[-_.]fj(?=$|[-_ ])|fjxz|wjxz|enclosure|file_?-?list", re.I
)
_NEAR = 100  # characters before a link
_NAMED = 5  # characters of a link's words that name something; 下载 alone does not
_MAYBE = re.compile(
    rf"{FILE_NAME.pattern.removesuffix('$')}|{_PICTURE.pattern.removesuffix('$')}|down|attach|[?&](?:url|file|src)=[\w+/]{{16}}",
    re.I,
)
_CALLED = re.compile(r"""['"]([^'"<>\s]{3,500})['"]""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file that a page links to."""

    file: Listed  # its address, and the words of the link or else the file's name
    words: str  # the link's own words, without blanks
    own: bool  # it belongs to the release, whatever its text says
    embedded: bool = False


def find_files(
    sheet: Sheet, container: etree._Element | None, places: Sequence[int], page: str, known: set[str] | None = None
) -> list[Found]:
    """The files of a page, in order, each address once (`_together`); `places` are the lines that show its title.

    *A file* is told by evidence of its own, and `archive.store.media` judges afterwards what came. A link is one when

    - the path ends in a file's name (`archive.urls.FILE_NAME`), or a value of the query does (`?filename=X.docx`);
    - its words, its title or its `download` end in one, and its path does not name a page (.html, or a closing slash);
    - it is a picture with words of its own, beside 附件, 附表 or 附图, or with words that end in a picture's name;
    - its path speaks of downloads or attachments and names no page, no picture and no program;
    - it stands in the container and is called an attachment (附件1：…, 点击下载, or after 附件：), whatever its path, unless that
      names a page or nothing; or has the address of another link there whose words end in a file's name, but for the values
      of the query (OpenFile?fid=7 beside OpenFile?fid=8 under 汇总表.xls).

    No file are programs, links that share, print or draw a code, and links for the software that opens a file. What a
    frame, an `embed` or an `object` shows is a file by its path, its query or its stated type alone. A viewer
    (`viewer.html?file=/a.pdf`, kkFileView's with the address in base64) shows the file that its query names, which is
    asked for in its place. A script's call, a `data-` attribute and a link that a script writes count by the addresses
    in them (pipelines/file_links.py). The release before or after this one (下一篇：) is no file of it.

    *It belongs to the release* when, outside furniture (`body.is_furniture`), it stands in the container; or in the box
    around container and title, or a known article's element around that (not the page's body), with words that name
    something (5 characters) or in an element named for attachments; or in the list of files right behind these
    (`_list_behind`); or is embedded; or, on a page without a container, stands below the title. Within container and box,
    and on a page without a container, it does even in furniture when its words, or the hundred characters before it in its
    two blocks, say 附件, 附表, 附图 or 附：. Elsewhere such words may be those of another release's file. `belong` adds those
    that the text names.
    """
    found: dict[str, Found] = {}
    elsewhere = {page} if known is None else set(known)
    box = _box(sheet, container, places)
    below = _elements_below(sheet, places) if container is None else frozenset()
    base = base_of(sheet.tree, page)
    inside = frozenset(() if container is None else container.iter("a"))
    article = next((one for one in (box, container) if one is not None), None)
    behind = None if article is None else _list_behind(sheet, article)
    alike = _addresses_of_files(inside, base)
    for link in file_links.places(sheet.tree):
        if (link not in inside and _is_no_file(link)) or (is_shown(link) and _SHARED.search(names(link))):
            continue
        for address, words in named(link):
            called = link in inside and (_is_called_attached(link, words) or _is_alike(address, base, alike))
            file = _file(link, address, words, base, called=called)
            key = "" if file is None else urldefrag(file.url)[0]
            if file is None or key in elsewhere or (key not in found and len(found) >= MOST):
                continue
            near = article is None or _is_within(link, article)
            own = (near and _says_attached(link, words)) or (
                not (_in_furniture(link, container) or _is_neighbour(link, words))
                and (
                    link.tag in file_links.EMBEDDED
                    or _stands_by(link, words, container, box)
                    or link in below
                    or (behind is not None and _is_within(link, behind))
                )
            )
            one = Found(file=file, words=_squeezed(words), own=own, embedded=is_shown(link))
            found[key] = _together(found[key], one) if key in found else one
    if known is not None:
        known.update(found)
    return list(found.values())


def _together(first: Found, again: Found) -> Found:
    """A file that a page links to twice: it belongs to the release when one of the links says so, and the link with words
    names it, as beside an icon without any.
    """
    named = first if first.words or not again.words else again
    return replace(named, own=first.own or again.own, embedded=first.embedded)


def _addresses_of_files(links: Iterable[etree._Element], base: str) -> frozenset[tuple[str, ...]]:
    """The forms of addresses under which a container links to files: those with a query, below words that end in a name."""
    named = [(link, (link.get("href") or "").strip()) for link in links]
    return frozenset(
        form
        for link, address in named
        if "?" in address and _ends_in_name(file_links.words_on(link)) and (form := _form(urljoin(base, address)))
    )


def _is_alike(address: str, base: str, forms: frozenset[tuple[str, ...]]) -> bool:
    return bool(forms) and "?" in address and _form(urljoin(base, address)) in forms


def _form(url: str) -> tuple[str, ...]:
    """An address without the values of its query; () for one without a query, which has no form."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ()
    keys = sorted(key for key, _ in parse_qsl(parts.query, keep_blank_values=True))
    return (parts.scheme, parts.netloc, parts.path, *keys) if keys else ()


def scripted_files(sheet: Sheet, page: str) -> list[Found]:
    """The files that the scripts of a page without a text name as whole strings: a viewer that a script draws."""
    named = [one for script in sheet.tree.iter("script") for one in _CALLED.findall(script.text or "")]
    files = {urljoin(page, one): one.rpartition("/")[2] for one in named if FILE_NAME.search(one.partition("?")[0])}
    return [
        Found(file=_listed(url, name.partition("?")[0]), words="", own=True, embedded=True)
        for url, name in islice(files.items(), MOST)
        if url.startswith(("http://", "https://"))
    ]


def belong(found: Sequence[Found], text: str) -> tuple[Listed, ...]:
    """The files that belong to a release of this text: also those whose words (4 characters at least) stand in it, and
    those whose name (5 at least) is a line of it, an item of a list or a title in 《》. A name is what the words say
    without 附件1, a number, an ending and a size.
    """
    lines = "\n".join(map(_squeezed, text.split("\n")))
    said = _squeezed(text)
    return tuple(
        one.file
        for one in found
        if one.own or (len(one.words) >= 4 and one.words in said) or _is_item(_bare(one.words), lines)
    )


def file_names(found: Sequence[Found]) -> list[str]:
    """The names of the release's files: all the text of a release that consists of them. A short name tells nothing,
    unless the page shows the file itself.
    """
    named = [one.file.title for one in found if one.own and (one.embedded or len(one.file.title) > 8)]
    return list(dict.fromkeys(named))


def _file(link: etree._Element, address: str, words: str, base: str, *, called: bool) -> Listed | None:
    """The file that a link leads to, None when it leads to none; `called`: it is called an attachment."""
    stated = called or shows_document(link)
    if not stated and not _may_be_file(address, words, link.get("title"), link.get("download")):
        return None
    try:
        url = urljoin(base, address)
        parts = urlsplit(url)
        path = unquoted(parts.path).rstrip()
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or _PROGRAM.search(path) or _UNFILLED.search(address):
        return None
    if not _ends_in_name(words) and _SOFTWARE.search(words):
        return None
    last = path.rpartition("/")[2]
    if FILE_NAME.search(path):
        return _listed(urldefrag(url)[0], _name(link, words) or last)
    if _SHARED.search(last):
        return None
    if value := next((one for _, raw in parse_qsl(parts.query) if names_file(one := unpacked(raw))), ""):
        shown = _is_viewer(last) and ("/" in value)
        name = _name(link, words) or value.replace("\\", "/").rpartition("/")[2]
        return _listed(urljoin(url, value) if shown else url, name)
    if is_shown(link):
        return _listed(url, last) if shows_document(link) else None
    said = next((one for one in (words, link.get("title"), link.get("download")) if one and _ends_in_name(one)), "")
    if _PICTURE.search(path):
        pictured = words and (_PICTURE.search(words) or _says_attached(link, words))
        return _listed(url, words) if pictured and link.find(".//img") is None else None
    if _PAGE.search(path):
        return None
    if said or (called and path) or DOWNLOADS.search(path):
        return _listed(url, _name(link, words) or last)
    return None


def _name(link: etree._Element, words: str) -> str:
    """The name of a linked file: the link's words; where these name nothing (下载), its title or `download` that ends in one."""
    said = [one for one in (link.get("title"), link.get("download")) if one]
    if len(_squeezed(words)) < _NAMED and not _ends_in_name(words):
        words = next(filter(_ends_in_name, said), words)
    return words or next(iter(said), "")


def _is_no_file(link: etree._Element) -> bool:
    """Whether nothing of what a link of bare text says may be a file: most links, and to take an address apart takes long."""
    bare = link.tag == "a" and not len(link)
    return bare and not _may_be_file(*link.values(), link.text)


@functools.lru_cache(maxsize=1024)  # the links of menus repeat from page to page of a site
def _may_be_file(*said: str | bytes | None) -> bool:
    return _MAYBE.search(" ".join(map(str, said))) is not None


def _listed(url: str, name: str) -> Listed:
    return Listed(url=url, title=" ".join(unquoted(name).split())[:200])


def _is_viewer(last: str) -> bool:
    """Whether the last part of a path names a page that shows a file, not a script that sends one."""
    stem, _, ending = last.rpartition(".")
    return ending.lower() in ("html", "htm") or _VIEWER.search(stem or last) is not None


def _ends_in_name(words: str) -> bool:
    return FILE_NAME.search(_SIZE.sub("", words)) is not None


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _bare(words: str) -> str:
    """The name of a file in squeezed words: 一览表 for 附件：1.一览表.xls（35KB）."""
    return FILE_NAME.sub("", _SIZE.sub("", _BEFORE_NAME.sub("", words)))


def _is_item(name: str, lines: str) -> bool:
    if len(name) < _NAMED or name not in lines:
        return False
    return (
        re.search(rf"(?m)(?:^|[：:.．、；;）)《\d]){re.escape(name)}(?:$|[；;。》（(.]|\d{{1,2}}[.．、])", lines)
        is not None
    )


def _says_attached(link: etree._Element, words: str) -> bool:
    """Whether 附件 and its like stand in a link's words, or before it in its parent or the parent's parent."""
    return any(_ATTACHED.search(said) for said in (_squeezed(words), *_before(link)))


def _is_called_attached(link: etree._Element, words: str) -> bool:
    """Whether a link's words begin with 附件 and a number or a colon or say 下载 alone, or a list that 附件： heads goes on up
    to the link.
    """
    said = _squeezed(words)
    is_called = _CALLED_ATTACHED.match(said) is not None or _DOWNLOAD.fullmatch(said) is not None
    return is_called or any(map(_LIST_OF_ATTACHED.search, _before(link)))


def _is_neighbour(link: etree._Element, words: str) -> bool:
    """Whether a link leads to the release before or after this one in its list."""
    return _CALLED_NEIGHBOUR.match(_squeezed(words)) is not None or any(map(_BEFORE_NEIGHBOUR.search, _before(link)))


def _before(link: etree._Element) -> list[str]:
    """The hundred characters before a link in its parent, and those before its parent in the parent's parent."""
    found, inner = [], link
    for block in islice(link.iterancestors(), 2):
        before = ""
        for child in inner.itersiblings(preceding=True):
            before = f"{''.join(strings(child))}{child.tail or ''}{before}"
            if len(before) >= _NEAR:
                break
        else:
            before = f"{block.text or ''}{before}"
        found.append(_squeezed(before[-_NEAR:]))
        inner = block
    return found


def _in_furniture(link: etree._Element, container: etree._Element | None) -> bool:
    """Whether a link stands in a menu, a footer or the like. What stands around the container is none, whatever its name."""
    around = set() if container is None else {container, *container.iterancestors()}
    return any(is_furniture(one) for one in link.iterancestors() if one not in around)


def _stands_by(link: etree._Element, words: str, container: etree._Element | None, box: etree._Element | None) -> bool:
    """Whether a link stands in the container, or in the box around it with a name."""
    between: list[etree._Element] = []
    for one in link.iterancestors():
        if one is container:
            return True
        if one is box:
            return len(_squeezed(words)) >= _NAMED or any(_APART.search(names(inner)) for inner in between)
        between.append(one)
    return False


def _list_behind(sheet: Sheet, article: etree._Element) -> etree._Element | None:
    """The list of files right behind an article, None when something else stands there.

    The first line behind it that holds a link or begins with 附件, furniture aside, belongs to such a list when a block
    around the line is named for attachments, which is the list then, or when the line begins with 附件 and nothing stands
    before it in the widest block around (最新公开 does in a box of other releases' files). Then the list is the widest block of
    lines that all hold a link or begin so, else the innermost that holds a link, else the element next to it.
    """
    around = {article, *article.iterancestors()}
    end = sheet.spans[article][1]
    for at, line in enumerate(sheet.lines[end:], end):
        blocks = [one for one in (line.element, *line.element.iterancestors()) if one not in around]
        heads = _HEADS.match(line.text) is not None
        if line.hidden or not (line.linked or heads) or not blocks or any(map(is_furniture, blocks)):
            continue
        apart = next((one for one in blocks if _APART.search(names(one))), None)
        if apart is not None or not heads or sheet.spans.get(blocks[-1], (at, at))[0] != at:
            return apart
        linked = [one for one in blocks if next(one.iter("a"), None) is not None]
        whole = (one for one in reversed(linked) if _is_list(sheet, one))
        return next(whole, linked[0] if linked else next(blocks[-1].itersiblings(etree.Element), None))
    return None


def _is_list(sheet: Sheet, block: etree._Element) -> bool:
    lines = sheet.lines[slice(*sheet.spans.get(block, (0, 0)))]
    return bool(lines) and all(line.hidden or line.linked or _HEADS.match(line.text) for line in lines)


def _is_within(link: etree._Element, block: etree._Element) -> bool:
    return link is block or block in link.iterancestors()


def _box(sheet: Sheet, container: etree._Element | None, places: Sequence[int]) -> etree._Element | None:
    """The block around the container that holds the title as well, or a wider one with a name under which a CMS puts an
    article; None when that is the whole page.
    """
    box = sheet.parent(container) if container is not None and container in sheet.spans else None
    while box is not None and places and not any(_holds(sheet, box, place) for place in places):
        box = sheet.parent(box)
    if container is not None:
        box = next((one for one in reversed([*container.iterancestors()]) if is_known(one)), box)
    return None if box is None or box.tag in ("body", "html") else box


def _holds(sheet: Sheet, block: etree._Element, place: int) -> bool:
    start, end = sheet.spans[block]
    return start <= place < end


def _elements_below(sheet: Sheet, places: Sequence[int]) -> frozenset[etree._Element]:
    """The elements that stand below the title of a page, none when it shows no title."""
    if not places:
        return frozenset()
    title, below, passed = sheet.lines[min(places)].element, [], False
    for element in sheet.tree.iter():
        passed = passed or element is title
        if passed:
            below.append(element)
    return frozenset(below)
