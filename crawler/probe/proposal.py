"""The declaration that a probe proposes, from the site's own pages; a comment asks for each value they lack."""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import fields
from itertools import count
from urllib.parse import urlsplit

from archive.model import Level
from crawler.sources import Family, Source

_META = re.compile(r"<meta\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\b(name|content)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_COMMON = {"www", "gov", "com", "cn", "net", "org", "http", "https", "news"}
_SHAPES = ((r"[0-9a-f]{32}", "[0-9a-f]{32}"), (r"[0-9a-f]{24}", "[0-9a-f]{24}"), (r"\d+", r"\d+"))


def propose(
    url: str,
    family: str,
    pages: Iterable[str],
    entries: Iterable[str],
    day: str,
    taken: Collection[str] = (),
    hosts: Iterable[str] = (),
) -> str:
    """A table for the list at `url`, ready to paste; `pages` are texts of the site, `entries` addresses in the list.

    Name and region are what the state's meta tags say (SiteName, SiteIDCode, whose first six digits are nearly always
    the region's); where they say nothing, a comment asks for them. Six lines, one more for a page of no known family;
    comments behind them hold the claims that a person must vouch for: seen live on `day`, and whose text it is.
    `taken` are the names of other tables, `hosts` other hosts that rows of the list lead to.
    """
    facts: dict[str, str] = {}
    for page in pages:
        facts = {**_meta(page), **facts}
    host = urlsplit(url).hostname or ""
    code = re.match(r"\d{6}(?=\d{4}$)", facts.get("siteidcode", ""))
    region = code[0] if code else "000000"
    lines = [
        f"[{_free(_name(host), taken)}]",
        f"name = {_string(facts.get('sitename') or host)}"
        + ("" if facts.get("sitename") else "  # the publisher's name?"),
        f"region = {_string(region)}" + ("" if code else "  # which, of GB/T 2260?"),
        f"level = {_string(_level(region))}" + ("" if code else "  # national, province, city or county?"),
        f"family = {_string(family)}",
        f"lists = [{_string(url)}]",
    ]
    if family == "html" and (pattern := common_shape(entries)):
        lines.append(f"article = {_string(pattern)}")
    if others := ", ".join(_string(one) for one in dict.fromkeys(hosts)):
        lines.append(f"hosts = [{others}]  # entries of the list lead there: the publisher's, too?")
    rights = "official" if host.endswith(".gov.cn") else "unknown"
    lines += [f"# rights = {_string(rights)}", '# evidence = "live"', f"# verified = {_string(day)}"]
    return "\n".join(lines) + "\n"


def declaration(source: Source, family: Family) -> str:
    """A source as a table again, without the values that its family or the defaults give."""
    lines = [f"[{source.id}]"]
    for key in fields(Source):
        value = getattr(source, key.name)
        usual = family.values.get(key.name, key.default)
        if key.name not in ("id", "spider") and value != usual:
            lines.append(f"{key.name} = {json.dumps(value, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"


def common_shape(urls: Iterable[str]) -> str:
    """The pattern of the path that at least four of five addresses share, numbers left open; "" when there is none."""
    shapes = Counter(map(_shape, urls))
    if not shapes:
        return ""
    shape, count = shapes.most_common(1)[0]
    has_number = r"\d" in shape or "[0-9" in shape
    return f"{shape}$" if has_number and count >= 0.8 * shapes.total() else ""


def _shape(url: str) -> str:
    path, shape = urlsplit(url).path, ""
    for piece in re.split("|".join(f"({found})" for found, _ in _SHAPES), path):
        pattern = next((pattern for found, pattern in _SHAPES if piece and re.fullmatch(found, piece)), None)
        shape += pattern or re.escape(piece or "")
    return shape


def _meta(page: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for tag in _META.findall(page[:200_000]):
        pair = {name.lower(): one or two or three for name, one, two, three in _ATTRIBUTE.findall(tag)}
        if pair.get("name") and pair.get("content", "").strip():
            found.setdefault(pair["name"].lower(), " ".join(pair["content"].split()))
    return found


def _name(host: str) -> str:
    words = [re.sub(r"\W", "_", word) for word in reversed(host.split(".")) if word not in _COMMON]
    name = "_".join(words)
    return name if re.match(r"[A-Za-z]", name) else f"site_{name}"


def _free(name: str, taken: Collection[str]) -> str:
    names = (name if n == 1 else f"{name}_{n}" for n in count(1))
    return next(free for free in names if free not in taken)


def _level(region: str) -> Level:
    if region == "100000":
        return "national"
    return "province" if region.endswith("0000") else "city" if region.endswith("00") else "county"


def _string(value: str) -> str:
    # JSON's strings are TOML's as well, but for DEL
    return json.dumps(value.replace("\x7f", ""), ensure_ascii=False)
