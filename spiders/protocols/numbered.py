"""Lists with pages that are numbered from 1 in their addresses: index.html, index_2.html, …; list_564_1.shtml, …"""

import re
from urllib.parse import urlsplit, urlunsplit

from spiders.protocols.html import HtmlSpider

_NUMBER = re.compile(r"_(\d{1,4})(\.\w+)$")
_FIRST = re.compile(r"/(?:index(\.\w+))?$")


def counted_page(url: str) -> str:
    """The address of the page that follows by counting.

    `index_2.html` after `index.html` or a folder, `list_564_2.shtml` after `list_564_1.shtml`; "" where nothing counts.
    """
    parts = urlsplit(url)
    if _NUMBER.search(parts.path):
        path = _NUMBER.sub(lambda match: f"_{int(match[1]) + 1}{match[2]}", parts.path)
    else:
        path = _FIRST.sub(lambda match: f"/index_2{match[1] or '.html'}", parts.path)
    return urlunsplit(parts._replace(path=path)) if path != parts.path else ""


class NumberedSpider(HtmlSpider):
    """Counts on for as long as pages show entries; a link 下一页 is trusted more."""

    count = staticmethod(counted_page)
