"""Interfaces that answer in JSON: where the entries stand in an answer, and which interfaces a page's scripts name."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from archive.texts.days import days_in

_JSONP = re.compile(r"^\s*[\w.$]*\s*\((.*)\)\s*;?\s*$", re.DOTALL)
_ADDRESS = re.compile(
    r"(?:https?:/)?/[^\s\u4e00-\u9fff]{2,}|(?:\.{1,2}/)?[\w./-]+\.(?:s?html?|jsp|aspx?|php|jhtml)(?:\?\S*)?"
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_PAGE = re.compile(
    r"(?i)(?:page|pageno|pagenum|pageindex|pageno|currentpage|curpage|current|pagenumber|page_no|pn|p|pgnum)"
)
_DEEPEST = 6  # keys within each other
_FEWEST = 2  # rows that tell where their parts stand
# '/api/news/list', "https://h/data/list.json?id=3": strings of scripts that lead to an interface
_QUOTED = re.compile(
    r"""["'`]((?:https?:)?/{0,2}[\w.:/-]*/[\w./-]+(?:\?[^"'`\s<>]*)?|[\w-]+\.json(?:\?[^"'`\s<>]*)?)["'`]"""
)
_FETCHED = re.compile(
    r"""(?:fetch|axios(?:\.(?:get|post|request))?|\$\.(?:get|post|ajax|getJSON)|\.open|\burl\s*:|getJSON|request)\s*\(?[^"'`]{0,30}$"""
)
LONGEST_SCRIPT = 300_000  # characters
_GIVEN = re.compile(r"""(?<![\w.$])([A-Za-z_$][\w$]*)\s*[=:]\s*["']?([\w-]{1,40})["']?(?=\s*[,;}\n&)])""")
_BETWEEN = re.compile(r"""(["'])\s*\+\s*([A-Za-z_$][\w$.]*)\s*\+\s*\1""")
_BEHIND = re.compile(r"""(["'])\s*\+\s*([A-Za-z_$][\w$.]*)(?=\s*[,;)}\n])""")
_DATA = re.compile(
    r"""\s*,\s*(?:(?:type|method|dataType)\s*:\s*["']\w+["']\s*,\s*)*(?:data\s*:\s*|params\s*:\s*|\{\s*params\s*:\s*)?\{([^{}]{1,300})\}"""
)
_PAIR = re.compile(r"""["']?(\w+)["']?\s*:\s*(["']?)([\w.-]{1,40})["']?(?=\s*(?:,|$))""")
_ENDS = re.compile(r"\.(?:js|css|png|jpe?g|gif|svg|ico|woff2?|ttf|s?html?|pdf)(?:\?|$)", re.IGNORECASE)
_LIKELY = re.compile(r"(?i)\.json(?:\?|$)|/(?:api|interface|rest|ajax|data|query|search|list|getlist)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """The paths of an answer's entries, as a declaration of family `json` names them."""

    rows: str
    url: str
    title: str
    date: str = ""
    number: int  # rows


def find_interface(text: str) -> Interface | None:
    """The list of entries in an answer; None when it is no JSON, or holds none.

    Rows are two objects and more of one list. Of their values one is an address in each row (a path or URL, no two alike); one is
    a title: a text with four Chinese characters or more in nearly every row, of middle length, no two alike; and one, in most
    rows, a day or a time. Where several fit, the key's name decides, then the order. Of several such lists the one with most rows.
    """
    try:
        called = _JSONP.match(text)
        answer = json.loads(called[1] if called else text)
    except (ValueError, RecursionError):
        return None
    return interface_of(answer)


def interface_of(answer: Any) -> Interface | None:
    """The list of entries in a value of JSON, by the same rules; None when it holds none."""
    found = [one for path, rows in _lists(answer, "", 0) if (one := _read(path, rows))]
    return max(found, key=lambda one: (bool(one.date), one.number), default=None)


def _lists(value: Any, path: str, depth: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    if isinstance(value, list):
        rows = [row for row in value if isinstance(row, dict)]
        if len(rows) >= _FEWEST:
            yield path, rows
        elif rows and depth < _DEEPEST:  # one group that holds the rows
            for key, one in rows[0].items():
                yield from _lists(one, f"{path}.0.{key}".lstrip("."), depth + 1)
    elif isinstance(value, dict) and depth < _DEEPEST:
        for key, one in value.items():
            yield from _lists(one, f"{path}.{key}".lstrip("."), depth + 1)


def _read(path: str, rows: list[dict[str, Any]]) -> Interface | None:
    columns: dict[str, list[Any]] = {}
    for row in rows:
        for key, value in _flat(row, ""):
            columns.setdefault(key, []).append(value)
    most = 0.8 * len(rows)
    addresses = [key for key, values in columns.items() if len(values) >= most and _are_addresses(values)]
    titles = [key for key, values in columns.items() if len(values) >= most and _are_titles(values)]
    days = [key for key, values in columns.items() if len(values) * 2 >= len(rows) and all(map(_is_day, values))]
    if not addresses or not titles:
        return None
    return Interface(
        rows=path,
        url=_named(addresses, r"(?i)url|link|href|path"),
        title=_named(titles, r"(?i)title|headline|subject|bt$"),
        date=_named(days, r"(?i)pub|release|show") or _named(days, r"(?i)date|time"),
        number=len(rows),
    )


def _flat(row: dict[str, Any], path: str) -> Iterator[tuple[str, Any]]:
    for key, value in row.items():
        if isinstance(value, dict) and path.count(".") < 2:
            yield from _flat(value, f"{path}{key}.")
        elif value not in (None, "") and "." not in key:
            yield f"{path}{key}", value


def _named(keys: list[str], pattern: str) -> str:
    return next((key for key in keys if re.search(pattern, key)), next(iter(keys), ""))


def _are_addresses(values: list[Any]) -> bool:
    texts = [value for value in values if isinstance(value, str) and _ADDRESS.fullmatch(value.strip())]
    pictures = sum(bool(re.search(r"\.(?:png|jpe?g|gif|webp|svg)(?:\?|$)", text, re.IGNORECASE)) for text in texts)
    return len(texts) == len(values) == len(set(texts)) and not pictures


def _are_titles(values: list[Any]) -> bool:
    texts = [re.sub(r"<[^<>]*>", "", value) for value in values if isinstance(value, str)]
    if len(texts) < len(values) or len(set(texts)) * 10 < len(texts) * 9:
        return False
    return sum(len(_HAN.findall(text)) >= 4 for text in texts) >= 0.8 * len(texts) and median(map(len, texts)) <= 80


def _is_day(value: Any) -> bool:
    text = str(value).strip()
    if re.fullmatch(r"1\d{9}(?:\d{3})?|20\d\d[01]\d[0-3]\d(?:\d{4,6})?", text):
        return True
    return isinstance(value, str) and len(text) < 40 and next(iter(days_in(text)), None) is not None


def page_parameter(url: str) -> str:
    """The parameter of an address that seems to count its pages; "" for none."""
    query = parse_qsl(urlsplit(url).query)
    return next((name for name, value in query if _PAGE.fullmatch(name) and re.fullmatch(r"\d{1,4}", value)), "")


def _values(script: str) -> dict[str, str]:
    """The variables of a script with the plain values that it gives them first."""
    return dict(reversed(_GIVEN.findall(script)))


def _value(name: str, values: dict[str, str]) -> str:
    """The value of a variable; without one it is 1, as the number of a page is."""
    return values.get(name.rpartition(".")[2], "1")


def _joined(script: str, values: dict[str, str]) -> str:
    """A script in which addresses that are put together of strings and variables are whole."""
    script = _BETWEEN.sub(lambda found: _value(found[2], values), script)
    script = _BEHIND.sub(lambda found: _value(found[2], values) + found[1], script)
    return re.sub(r"\$\{\s*([\w$.]+)\s*\}", lambda found: _value(found[1], values), script)


def _with_data(script: str, end: int, values: dict[str, str]) -> str:
    """The query that a request's object of plain values gives, `{channelId: 57, page: 1}` or `data: {…}`, behind its address."""
    found = _DATA.match(script, end)
    pairs = _PAIR.findall(found[1]) if found else ()
    return urlencode(
        [(name, said if quoted or said.isdecimal() else _value(said, values)) for name, quoted, said in pairs]
    )


def named_interfaces(script: str, url: str) -> list[str]:
    """The addresses in a script, or in a page's scripts, that may be interfaces with its entries, likeliest first.

    A quoted address counts when it is handed to a request (fetch, $.ajax, axios, url:) or looks like an interface's (/api/…,
    ….json). It must lead to the page's own host. Plain values that the request is given besides become its query.
    """
    values = _values(script[:LONGEST_SCRIPT])
    script = _joined(script[:LONGEST_SCRIPT], values)
    likely: dict[str, int] = {}
    for found in _QUOTED.finditer(script):
        target = urljoin(url, found[1])
        if query := _with_data(script, found.end(), values):
            target += f"{'&' if '?' in target else '?'}{query}"
        if _ENDS.search(found[1]) or urlsplit(target).hostname != urlsplit(url).hostname:
            continue
        points = 2 * bool(_FETCHED.search(script[max(0, found.start() - 60) : found.start()]))
        points += bool(_LIKELY.search(found[1]))
        if points:
            likely[target] = max(points, likely.get(target, 0))
    return sorted(likely, key=lambda one: -likely[one])
