"""A page of a list as a protocol reads it, and the progress of the walk from page to page."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from lxml.html import HtmlElement
from scrapy import Request

from archive.model import Listed
from spiders.lists.frames import is_framed, says_not_there
from spiders.lists.pagers import NOTHING, Announced

FULL_PAGE = 10  # entries; a page of so many may have others behind it
NO_ENTRIES = "shows no entries"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """One list page as read: its entries in order, and the requests for the pages that follow it.

    `branches` are requests for the first pages of other lists; each of these is walked on its own. `left` are the rows
    among the entries that the source does not admit, `rows` the number of all rows where entries and `left` don't make
    them up. `announced` are the totals that the page tells, `ends` that it shows a pager which ends here.
    """

    entries: tuple[Listed, ...] = ()
    next: tuple[Request, ...] = ()
    branches: tuple[Request, ...] = ()
    left: tuple[Listed, ...] = ()
    scripted: int = 0  # dated rows that only a script can follow
    rows: int = 0
    announced: Announced = NOTHING
    ends: bool = False
    more: bool = False  # it says 加载更多, which only a script can follow
    sent: bool = False  # 下一页 sends a form, which is not followed
    faults: tuple[str, ...] = ()  # sentences: how the page differs from its source's declaration
    nothing: str = NO_ENTRIES  # words, for a page without entries
    document: HtmlElement | None = None  # a page in HTML; its frame tells an empty list from an error
    said_empty: bool = False  # the answer says itself that its list has no entries


@dataclass(slots=True, kw_only=True)
class Walk:
    """The progress of the walk of one list."""

    list_url: str
    finished: int  # the crawl that last walked it to its end
    pages: int = 0
    shown: int = 0  # pages with entries that no page before had
    rows: int = 0  # on these pages, with those that the source does not admit
    largest: int = 0  # rows of the largest page
    announced: Announced = NOTHING
    ends: bool = False  # a page showed a pager that ends there
    more: bool = False  # a page said 加载更多, which only a script can follow
    sent: bool = False  # 下一页 of the last page sends a form
    known: bool = False  # some entry was in the ledger already
    changing: bool = False  # it was told that its addresses change from crawl to crawl
    still: int = 0  # pages in a row that showed nothing new
    undecided: int = 0  # pages that the ledger has not answered for yet
    names: frozenset[str] = frozenset()  # classes and ids of the last page with entries
    keys: set[str] = field(default_factory=set)  # the entries so far
    days: list[str] = field(default_factory=list)  # the days of its entries in order, "" where none is printed
    last: list[str] = field(default_factory=list)  # the days of the last page with entries
    asked: set[tuple[str, bytes]] = field(default_factory=set)
    waiting: list[Request] = field(default_factory=list)

    def take_down(self, page: ListPage, entries: Sequence[Listed]) -> None:
        """Note the pages that a page leads to, and the days of its entries."""
        new = [request for request in page.next if (request.url, request.body) not in self.asked]
        self.waiting = new + [request for request in self.waiting if request.url not in {one.url for one in new}]
        days = [entry.date[:10] for entry in entries]
        self.days += days
        self.last = days or self.last


def ended_early(walk: Walk) -> str:
    """A sentence when a list ended before it should have, as far as its pages tell; else "".

    It ended early when it announced more than its pages showed; or when its only page, all new, says 加载更多, or has FULL_PAGE entries and
    more, all with a day, and tells nothing of a second page: neither a link to one nor a pager that ends. A list with nothing known
    ended early, too, when 下一页 of its last page sends a form: such pagers are not followed.
    """
    if early := short_of_announced(walk):
        return early
    whole = walk.announced.pages == 1 or 0 < walk.announced.entries <= walk.rows
    if whole or walk.known:
        return ""
    if walk.sent:
        found = f"{walk.rows} entries on {walk.shown} {'page' if walk.shown == 1 else 'pages'} were found"
        return f"list {walk.list_url} goes on by a form, which is not followed: {found}"
    if walk.pages > 1 or walk.ends:
        return ""
    if not walk.more and (len(walk.days) < FULL_PAGE or not all(walk.days)):
        return ""
    return f"list {walk.list_url} shows {len(walk.days)} entries, all new, and no way to a page 2 was found"


def fault(page: ListPage, walk: Walk, url: str) -> str:
    """A sentence when a further page without entries is no page of its list; else "": an empty one is the end."""
    if page.faults:
        return page.faults[0]
    if page.nothing != NO_ENTRIES:
        return f"list {url} {page.nothing}"
    if page.document is not None and not is_framed(page.document, walk.names):
        return f"list {url} shows no entries, and nothing of the list's other pages"
    if page.document is not None and says_not_there(page.document):
        return f"list {url} shows no entries, and says that it does not exist"
    return ""


def short_of_announced(walk: Walk) -> str:
    """A sentence when the pages of a list showed less than it announced; else "".

    Pages count, where they are announced. Of entries it is said when those that lack would fill another page: lists
    count entries that they don't show.
    """
    told = walk.announced
    if told.pages <= walk.shown and (
        told.pages or told.entries <= walk.rows or told.entries <= walk.shown * walk.largest
    ):
        return ""
    totals = (f"{number} {name}" for name, number in (("pages", told.pages), ("entries", told.entries)) if number)
    found = f"{walk.rows} entries on {walk.shown} {'page' if walk.shown == 1 else 'pages'} were found"
    return f"list {walk.list_url} announces {' with '.join(totals)}, and {found}"
