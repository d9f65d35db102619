"""The declaration that a probe proposes, from the site's own pages; a comment asks for each value they lack."""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from itertools import count
from urllib.parse import urlsplit

from crawler.probe.place import place_of
from crawler.sources import Source

_META = re.compile(r"<meta\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\b(name|content)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_COMMON = {"www", "gov", "com", "cn", "net", "org", "http", "https", "news"}
# keys that tell of the source itself, however its list is read
_KEPT = (
    *("id", "name", "region", "level", "minimum", "overlap", "every", "delay", "hosts", "tls", "exclude", "rights"),
    *("evidence", "verified", "note"),
)
_SHAPES = ((r"[0-9a-f]{32}", "[0-9a-f]{32}"), (r"[0-9a-f]{24}", "[0-9a-f]{24}"), (r"\d+", r"\d+"))


def propose(
    url: str,
    family: str,
    pages: Iterable[str],
    entries: Iterable[str],
    day: str,
    taken: Collection[str] = (),
    hosts: Iterable[str] = (),
    paths: Mapping[str, str] | None = None,
) -> str:
    """A table for the list at `url`, ready to paste; `pages` are texts of the site, `entries` addresses in the list.

    Name, region and level are those that the site's own pages tell (crawler/probe/place.py); a key that they do not tell is
    left out, and a comment asks for it. `hosts` are other hosts that rows of the list lead to, `paths` keys of family `json`.
    Comments behind the table hold the claims that a person must vouch for: seen live on `day`, and whose text it is. `taken`
    are the names of other tables.
    """
    pages = list(pages)
    facts = facts_of(pages)
    host = urlsplit(url).hostname or ""
    place = place_of(pages, facts)
    lines = [
        f"[{free_name(name_of_host(host), taken)}]",
        _line("name", place.name, "the publisher's name"),
        _line("region", place.region, "its code in GB/T 2260"),
        _line("level", place.level, "national, province, city or county"),
        f"family = {_string(family)}",
        f"lists = [{_string(url)}]",
        *(f"{key} = {_string(value)}" for key, value in (paths or {}).items()),
    ]
    if family == "html" and (pattern := common_shape(entries)):
        lines.append(f"article = {_string(pattern)}")
    if others := ", ".join(_string(one) for one in dict.fromkeys(hosts)):
        lines.append(f"hosts = [{others}]  # entries of the list lead there: the publisher's, too?")
    rights = "official" if host.endswith(".gov.cn") else "unknown"
    lines += [f"# rights = {_string(rights)}", '# evidence = "live"', f"# verified = {_string(day)}"]
    return "\n".join(lines) + "\n"


def _line(key: str, value: str, meaning: str) -> str:
    return f"{key} = {_string(value)}" if value else f'# {key} = ""  # not found: {meaning}'


def mended(declared: Source, fresh: Source, entries: Iterable[str]) -> Source:
    """A declared source that reads its list as a fresh probe does; all else is as declared."""
    kept = {key: getattr(declared, key) for key in _KEPT}
    article = common_shape(entries) if fresh.family == "html" else fresh.article
    return replace(fresh, article=article, **kept)


def difference(old: str, new: str) -> list[str]:
    """The lines of two tables that only one of them has, `old  …` and `new  …`."""
    before, after = old.splitlines(), new.splitlines()
    return [f"old  {line}" for line in before if line not in after] + [
        f"new  {line}" for line in after if line not in before
    ]


def common_shape(urls: Iterable[str]) -> str:
    """The pattern of the path that at least four of five addresses with a number share, numbers left open; "" when there is none.

    They are more than half of all: on a list without days the links of menus stand among them, whose addresses have no number.
    """
    shapes = Counter(map(_shape, urls))
    numbered = Counter({shape: count for shape, count in shapes.items() if r"\d" in shape or "[0-9" in shape})
    if not numbered:
        return ""
    shape, count = numbered.most_common(1)[0]
    return f"{shape}$" if count >= 0.8 * numbered.total() and 2 * count > shapes.total() else ""


def _shape(url: str) -> str:
    path, shape = urlsplit(url).path, ""
    for piece in re.split("|".join(f"({found})" for found, _ in _SHAPES), path):
        pattern = next((pattern for found, pattern in _SHAPES if piece and re.fullmatch(found, piece)), None)
        shape += pattern or re.escape(piece or "")
    return shape


def facts_of(pages: Iterable[str]) -> dict[str, str]:
    """The facts of the meta tags of a site's pages, those of the first page first."""
    facts: dict[str, str] = {}
    for page in pages:
        facts = {**_meta(page), **facts}
    return facts


def _meta(page: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for tag in _META.findall(page[:200_000]):
        pair = {name.lower(): one or two or three for name, one, two, three in _ATTRIBUTE.findall(tag)}
        if pair.get("name") and pair.get("content", "").strip():
            found.setdefault(pair["name"].lower(), " ".join(pair["content"].split()))
    return found


def name_of_host(host: str) -> str:
    words = [re.sub(r"\W", "_", word) for word in reversed(host.split(".")) if word not in _COMMON]
    name = "_".join(words)
    return name if re.match(r"[A-Za-z]", name) else f"site_{name}"


def free_name(name: str, taken: Collection[str]) -> str:
    names = (name if n == 1 else f"{name}_{n}" for n in count(1))
    return next(free for free in names if free not in taken)


def _string(value: str) -> str:
    # JSON's strings are TOML's as well, but for DEL
    return json.dumps(value.replace("\x7f", ""), ensure_ascii=False)
