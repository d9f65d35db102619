"""The addresses of the pages of a list whose interface counts them: by a parameter, or in a template."""

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from w3lib.url import safe_url_string

from archive.urls import canonical

_PLACE = re.compile(r"\{\w*(?::(\d{1,5}))?\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The pages of one list: its first address, and the parts of the others' around their number."""

    first: str
    start: int = 1  # the number of the first page
    before: str = ""
    after: str = ""

    @classmethod
    def of(cls, listed: str, page: str) -> Self:
        """The series of a declared list.

        - `https://h/api/list_{page}.json`, with any word in the braces: the number stands there, from 1 on; `{page:0}`: from 0.
        - `page` with such a place, `list_{n}.json`: the same for the pages after the list, which is itself the first.
        - `page` without one is a parameter: it counts on from its number in the list's address, from 1 where it has none.
        - Without `page` there is one page.
        """
        if place := _PLACE.search(listed):
            before, after, start = listed[: place.start()], listed[place.end() :], int(place[1] or 1)
            return cls(first=f"{before}{start}{after}", start=start, before=before, after=after)
        if place := _PLACE.search(page):
            before = urljoin(listed, page[: place.start()]) if place.start() else listed.rpartition("/")[0] + "/"
            return cls(first=listed, start=int(place[1] or 1), before=before, after=page[place.end() :])
        if page:
            start, before, after = _counted(listed, page)
            return cls(first=listed, start=start, before=before, after=after)
        return cls(first=listed)

    def holds(self, url: str) -> bool:
        """Whether `url` is a page of this list."""
        return self._number(url) is not None

    def next(self, url: str) -> str:
        """The address of the page after the one at `url`; "" when the list has one page only."""
        number = self._number(url)
        if number is None or not (self.before or self.after):
            return ""
        return f"{self.before}{number + 1}{self.after}"

    def _number(self, url: str) -> int | None:
        if canonical(url) == canonical(self.first):
            return self.start
        # a request writes characters that are not ASCII in its own way
        before, after = (re.escape(safe_url_string(one)) for one in (self.before, self.after))
        found = re.fullmatch(rf"{before}(\d{{1,6}}){after}", safe_url_string(url)) if self.before else None
        return int(found[1]) if found else None


def _counted(listed: str, name: str) -> tuple[int, str, str]:
    """The first number, and the parts of the address around the value of a parameter."""
    if found := re.search(rf"(?<=[?&]){re.escape(name)}=(\d{{0,6}})(?=&|#|$)", listed):
        return int(found[1] or 1), listed[: found.start(1)], listed[found.end(1) :].partition("#")[0]
    parts = urlsplit(listed)
    query = f"{parts.query}&" if parts.query else ""
    return 1, urlunsplit(parts._replace(query=f"{query}{quote(name)}=", fragment="")), ""
