"""广东 政府信息公开目录 (gkmlpt): an index names site and categories, an interface lists each category as JSON."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import TextResponse

from archive.model import Listed
from spiders.base import ListSpider
from spiders.lists.answers import json_entries, read_json
from spiders.lists.dates import find_day
from spiders.lists.links import with_query
from spiders.lists.pagers import Announced
from spiders.walks import ListPage

MOST_CATEGORIES = 1000
_SITE = re.compile(r"\bSID\s*[\"']?\s*:\s*[\"']?(\d+)")
_TREE = re.compile(r"\bTREE\s*[\"']?\s*:\s*(?=\[)")


def categories(html: str, url: str) -> list[str]:
    """The first page of every category that holds articles: a leaf of the index's TREE that does not lead elsewhere."""
    site, tree = _SITE.search(html), _TREE.search(html)
    if not site or not tree:
        return []
    try:
        nodes, _ = json.JSONDecoder().raw_decode(html, tree.end())
    except (ValueError, RecursionError):
        return []
    leaves = islice(_leaves(nodes), MOST_CATEGORIES)
    return [urljoin(url, f"/gkmlpt/api/all/{leaf}?page=1&sid={site[1]}") for leaf in leaves]


def _leaves(nodes: Any) -> Iterator[int]:
    waiting = [nodes]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += reversed(node)
        elif not isinstance(node, dict) or node.get("jump_url"):
            continue
        elif children := node.get("children"):
            waiting.append(children)
        elif isinstance(node.get("id"), int):
            yield node["id"]


def read_category(text: str, url: str) -> tuple[tuple[Listed, ...], str, int | None]:
    """The entries of a category's page, the address of the next ("" when this is empty or shows all), and their number; None: not told."""
    articles, count = read_json(text, "articles"), read_json(text, "classify", "post_count")
    entries = json_entries(articles, url, ("url", "post_url"), "title", _day)
    page = int(found[1]) if (found := re.search(r"[?&]page=(\d{1,5})(?!\d)", url)) else 1
    total = count if isinstance(count, int) and isinstance(articles, list) else None
    whole = page == 1 and isinstance(count, int) and len(entries) >= count
    return entries, with_query(url, page=str(page + 1)) if entries and not whole else "", total


def _day(row: dict[str, Any]) -> str:
    """The day it was published, or, where that is a number, the one it was entered."""
    return find_day(str(row.get("date") or "")) or find_day(str(row.get("created_at") or ""))


class GkmlptSpider(ListSpider):
    """Each category is a list of its own, so that a quiet one does not end the walk of the others."""

    def read_list(self, response: TextResponse) -> ListPage:
        if "/gkmlpt/api/" not in response.url:
            return ListPage(branches=tuple(map(Request, categories(response.text, response.url))))
        entries, following, total = read_category(response.text, response.url)
        request = Request(following) if following else None
        page = self.answer_page(entries, response.url, request, Announced(entries=total or 0))
        return replace(page, said_empty=total == 0 and not page.entries)
