"""A page as a probe looks at it: its scripts, and whether it is a portal's home page."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement, HTMLParser, document_fromstring

from archive.model import Listed
from archive.urls import canonical

_HOME = re.compile(r"/?(?:(?:index|default|home|main)(?:\.\w+)?/?)?", re.IGNORECASE)
_MORE = re.compile(r"\W*(?:查看)?(?:更多|more)\W*", re.IGNORECASE)
_BOXES = 2  # columns of a section's page that show their beginnings
_TITLE = 8  # characters of a link that is a title
_MOST_LINKS = 5000  # links of a page that are looked at; a hostile one may hold any number
_UP = 50  # elements around a link
_COLUMNS = 3  # columns of a home page that show entries
_NEWS = re.compile("要闻|新闻|动态|时政|快讯|播报")
_DATED_NAME = re.compile(r"(?:/20\d{2}(?:[-/]?\d{1,2}){0,2})?/[^/]*$|/20\d{4}(?:\d\d)?/[^/]*$")
_VISIBLE = 400  # characters; a page with more says something without its scripts


def parse(text: str) -> HtmlElement:
    """The document of a page; an empty one when there is nothing to parse."""
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text.replace("\0", ""))
    return document_fromstring(text or "<html></html>", parser=HTMLParser(huge_tree=True))


def scripts(document: HtmlElement, url: str) -> tuple[str, list[str]]:
    """The scripts that stand in a page, and the addresses of those of its own host."""
    inline = "\n".join(script.text or "" for script in document.iter("script"))
    linked = [urljoin(url, script.get("src")) for script in document.iter("script") if script.get("src")]
    return inline, [one for one in linked if urlsplit(one).hostname == urlsplit(url).hostname]


def is_scripted(document: HtmlElement) -> bool:
    """Whether a page has scripts, and says next to nothing without them."""
    if document.find(".//script") is None:
        return False
    said = "".join(map(str, document.xpath("//body//text()[not(ancestor::script or ancestor::style)]")))
    return len("".join(said.split())) < _VISIBLE


def is_home(url: str) -> bool:
    """Whether an address is that of a host's home page."""
    return _HOME.fullmatch(urlsplit(url).path) is not None and not urlsplit(url).query


def columns_of_home(document: HtmlElement, url: str, entries: Sequence[Listed]) -> list[str]:
    """The columns that a portal's home page shows, in words with their addresses, news first; none for any other page.

    A home page stands at the host's root. It shows the beginnings of lists that stand elsewhere: a link 更多 leads to another page of
    the site; or the folders of its entries are three and more, of which the largest holds no more than two thirds of them.
    """
    if not is_home(url):
        return []
    more = {canonical(urljoin(url, link.get("href"))): link for link in document.iter("a") if is_more(link)}
    own = canonical(url).partition("/")[0]
    more = {key: link for key, link in more.items() if key.partition("/")[0] == own and key != canonical(url)}
    folders = Counter(_DATED_NAME.sub("", urlsplit(entry.url).path) for entry in entries)
    mixed = len(folders) >= _COLUMNS and max(folders.values()) * 3 <= 2 * folders.total()
    if not more and not mixed:
        return []
    named = [(heading(link), urljoin(url, link.get("href"))) for link in more.values()]
    if not named:
        named = [("", urljoin(url, f"{folder}/")) for folder, _ in folders.most_common()]
    named.sort(key=lambda one: not _NEWS.search(one[0]))
    return [f"{name} {address}".strip() for name, address in named]


def boxes(document: HtmlElement, url: str) -> list[str]:
    """The columns whose beginnings a section's page shows, in words with their addresses; none for any other page.

    A box is the smallest element around a link 更多 that holds a title, a link of 8 characters and more on the page's own host;
    the link stands before the titles, as a heading's does and a pager's does not, and no second such link stands in the box. A
    section's page shows two boxes and more that lead to other pages of its site. The list of a column beside which boxes stand
    has more titles than each of these: so has no section outside its boxes.
    """
    site = urlsplit(url).hostname or ""
    place = {link: at for at, link in enumerate(islice(document.iter("a"), _MOST_LINKS))}
    own = [link for link in place if _host(link, url) == site]
    titles, mores = {link for link in own if _is_title(link)}, [link for link in place if is_more(link)]
    with_titles, with_mores = _around(titles), _around(mores)
    found: dict[str, tuple[str, list[HtmlElement]]] = {}
    for more in mores:
        target = urljoin(url, more.get("href")) if _host(more, url) == site else url
        box = next((one for one in islice(more.iterancestors(), _UP) if with_titles[one] or with_mores[one] > 1), None)
        if box is None or with_mores[box] > 1 or canonical(target) == canonical(url):
            continue
        held = [link for link in box.iter("a") if link in titles]
        if place[more] < place[held[0]]:
            found.setdefault(canonical(target), (f"{heading(more)} {target}".strip(), held))
    inside = {title for _, held in found.values() for title in held}
    largest = max((len(held) for _, held in found.values()), default=0)
    return [name for name, _ in found.values()] if len(found) >= _BOXES and len(titles - inside) <= largest else []


def _around(links: Iterable[HtmlElement]) -> Counter[HtmlElement]:
    """How many of the links each element holds, not far above them."""
    return Counter(above for link in links for above in islice(link.iterancestors(), _UP))


def _is_title(link: HtmlElement) -> bool:
    return bool(link.get("href")) and len("".join("".join(map(str, link.itertext())).split())) >= _TITLE


def _host(link: HtmlElement, url: str) -> str:
    try:
        return urlsplit(urljoin(url, str(link.get("href") or ""))).hostname or ""
    except ValueError:
        return ""


def is_more(link: HtmlElement) -> bool:
    text = "".join(map(str, link.itertext()))
    return bool(link.get("href") and (_MORE.fullmatch(text) or _MORE.fullmatch(link.get("title") or "-")))


def heading(link: HtmlElement) -> str:
    """The words that stand beside a link 更多 in the smallest element around it that has some."""
    for around in list(link.iterancestors())[:3]:
        words = _MORE.sub("", " ".join("".join(map(str, around.itertext())).split()))
        if words:
            return words[:12].strip()
    return ""
