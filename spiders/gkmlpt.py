"""广东 政府信息公开目录 (gkmlpt): an index names site and categories, an interface lists each category as JSON."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import TextResponse

from archive.model import Listed
from spiders.base import ListPage, ListSpider
from spiders.lists import allowed, with_query
from spiders.texts import find_day, squeeze

_SITE = re.compile(r"\bSID\s*[\"']?\s*:\s*[\"']?(\d+)")
_TREE = re.compile(r"\bTREE\s*[\"']?\s*:\s*(?=\[)")


def categories(html: str, url: str) -> list[str]:
    """The first page of every category that holds articles: a leaf of the index's TREE that does not lead elsewhere."""
    site, tree = _SITE.search(html), _TREE.search(html)
    if not site or not tree:
        return []
    try:
        nodes, _ = json.JSONDecoder().raw_decode(html, tree.end())
    except ValueError:
        return []
    return [urljoin(url, f"/gkmlpt/api/all/{leaf}?page=1&sid={site[1]}") for leaf in _leaves(nodes)]


def _leaves(nodes: Any) -> Iterator[int]:
    waiting = list(nodes)
    while waiting:
        node = waiting.pop(0)
        if not isinstance(node, dict) or node.get("jump_url"):
            continue
        if children := node.get("children"):
            waiting = list(children) + waiting
        elif isinstance(node.get("id"), int):
            yield node["id"]


def read_category(text: str, url: str) -> tuple[tuple[Listed, ...], str]:
    """The entries of a category's page and the address of the next; "" when this is empty or shows all there are."""
    try:
        answer = json.loads(text)
        articles = [article for article in answer["articles"] if isinstance(article, dict)]
    except (KeyError, TypeError, ValueError):
        return (), ""
    entries = tuple(
        Listed(
            url=urljoin(url, str(article.get("url") or article.get("post_url") or "")),
            title=squeeze(str(article.get("title") or "")),
            date=find_day(str(article.get("date") or article.get("created_at") or "")),
        )
        for article in articles
    )
    page = int(found[1]) if (found := re.search(r"[?&]page=(\d+)", url)) else 1
    count = (answer.get("classify") or {}).get("post_count")
    whole = page == 1 and isinstance(count, int) and len(articles) >= count
    return entries, with_query(url, page=str(page + 1)) if entries and not whole else ""


class GkmlptSpider(ListSpider):
    """Each category is a list of its own, so that a quiet one does not end the walk of the others."""

    def read_list(self, response: TextResponse) -> ListPage:
        if "/gkmlpt/api/" not in response.url:
            return ListPage(branches=tuple(map(Request, categories(response.text, response.url))))
        entries, following = read_category(response.text, response.url)
        return ListPage(
            entries=allowed(entries, response.url, self.source), next=(Request(following),) if following else ()
        )
