"""Titles that a template cuts short with … or ..."""

import re
from collections.abc import Iterator

from lxml import etree

from pipelines.lines import squeeze, strings
from pipelines.metadata import bare, cut_site

_MARK = re.compile(r"(?<![….])(?:…|\.{3})$")  # …… is a sign of the writer's own
_SUMMARY = re.compile("desc|keyword|abstract|summary", re.I)
_STEM = 12  # letters of the shortest title that a template cuts
_LONGEST = 150  # characters of a title


def is_cut(title: str) -> bool:
    """Whether a title of 12 letters or more ends in one … or in three dots."""
    return _MARK.search(title) is not None and len(bare(title)) >= _STEM


def stem_of(title: str) -> str:
    """A title without the mark at which it is cut."""
    return _MARK.sub("", title).rstrip()


def whole_title(tree: etree._Element, title: str) -> str:
    """The whole of a cut title, where attributes and strings of scripts give it and agree; else "".

    Each begins with the title's words and goes on, is 150 characters long at most, no sentence, and not cut itself; the site's
    name behind it goes. Links to other pages and summaries (description) may belong to something else.
    """
    stem = stem_of(title)
    found = {cut_site(one) for one in _strings_from(tree, stem)}
    found = {
        one for one in found if len(stem) < len(one) <= _LONGEST and "。" not in one and not one.endswith(("…", ".."))
    }
    return found.pop() if len(found) == 1 else ""


def _strings_from(tree: etree._Element, stem: str) -> Iterator[str]:
    quoted = re.compile(rf"""(["'`])({re.escape(stem)}[^"'`<>\\\n]{{1,{_LONGEST}}})\1""")
    for element in tree.iter(etree.Element):
        if element.tag == "script":
            yield from (match[2] for match in quoted.finditer("".join(strings(element))))
        elif element.tag != "a" and not (
            element.tag == "meta" and _SUMMARY.search(str(element.get("name") or element.get("property")))
        ):
            values = map(squeeze, map(str, element.attrib.values()))
            yield from (value for value in values if value.startswith(stem))
