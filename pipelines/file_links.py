"""Where a page may name a file: links, frames, elements that a script makes links or viewers of, and the addresses there."""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import cast
from urllib.parse import unquote, urljoin

from lxml import etree

from archive.urls import FILE_NAME
from pipelines.lines import strings

EMBEDDED = {"iframe": "src", "embed": "src", "object": "data"}
DOWNLOADS = re.compile(r"down(?:load|file)|file_?down|attach", re.I)
_NAMED = ("data-url", "data-href", "data-src", "data-file", "data-pdf")
# parents of attributes: to test the attributes of every element would take twice as long
_SCRIPTED = etree.XPath("|".join(f"/descendant::*/@{name}/.." for name in ("onclick", *_NAMED)))
_CALLED = re.compile(r"""['"]([^'"<>\s]{3,500})['"]""")
_WRITTEN = re.compile(
    r"""<a\s[^<>]{0,200}?href\s*=\s*\\?["']([^"'\\<>\s]{3,500})\\?["'][^<>]{0,200}>([^<>]{0,200})<""", re.I
)
_HOLDS_FILES = re.compile(r"""\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|zip|rar|7z|txt|csv|rtf|ceb)["']""", re.I)
_OBJECT = re.compile(r"\{[^{}]{10,2000}\}")
_VALUE = re.compile(r""":\s*(?:"((?:[^"\\]|\\.){1,500})"|'((?:[^'\\]|\\.){1,500})')""")
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))")
_HAN = re.compile("[\u3400-\u9fff]")
_NOWHERE = ("javascript:", "#", "data:", "mailto:", "about:")
_LONGEST = 100  # characters of the words on an element that is clicked; one with more is no button
_SHOWN = re.compile(r"application/(?:pdf|ofd|msword|vnd\.)", re.I)

Named = tuple[str, str]  # an address, and the words on it


def places(tree: etree._Element) -> Iterator[etree._Element]:
    """The elements of a page for files: links, frames and scripts in their order, then scripted ones."""
    for element in tree.iter("a", "area", *EMBEDDED, "input", "script"):
        if element.tag == "input":
            if element.get("type") == "hidden":
                yield element
        elif element.tag != "script":
            yield element
        elif element.get("type") == "application/ld+json":
            continue  # it is written for search engines
        elif "<a " in (said := element.text or "") or _HOLDS_FILES.search(said):
            yield element
    scripted = cast("list[etree._Element]", _SCRIPTED(tree))
    yield from (one for one in scripted if one.tag not in ("a", "area", "img", *EMBEDDED))


def named(element: etree._Element) -> Iterator[Named]:
    """The addresses that an element names, as they stand there, each with its words.

    A link, a frame or an embedded object names one. One that leads nowhere (`#`, `javascript:`) names a file in a
    `data-` attribute, in a `param`, or in the strings of its script's call: those with a slash when there are any. So does
    whatever is clicked, has such an attribute, or is hidden input. A script names the links that it writes, and the files of
    its lists: objects with an address and a name ({"name": "汇总表.xlsx", "url": "/u/8.xlsx"}).
    """
    if element.tag == "script":
        yield from _WRITTEN.findall(element.text or "")
        if _HOLDS_FILES.search(element.text or ""):
            yield from _listed_in(element.text or "")
        return
    address = (element.get(EMBEDDED.get(element.tag, "href")) or "").strip()
    if address and not address.lower().startswith(_NOWHERE):
        yield _plain(address), words_on(element)
        return
    said = [element.get(name) or "" for name in _NAMED]
    said += [element.get("value") or ""] if element.tag == "input" else []
    said += [param.get("value") or "" for param in element.iterfind("param")]
    found = [one for one in said if len(one) < 500 and names_file(one)]
    for one in found or _called(f"{address} {element.get('onclick') or ''}"):
        yield _plain(one), words_on(element)


def _listed_in(script: str) -> Iterator[Named]:
    """The files that the objects of a script name: the first value with a slash that ends in a file's name, and as its words
    another value that ends in one, else the first with a Chinese character.
    """
    for one in _OBJECT.findall(script):
        values = [_unescaped(double or single) for double, single in _VALUE.findall(one)]
        address = next((value for value in values if "/" in value and " " not in value and names_file(value)), "")
        others = [value for value in values if value != address and "/" not in value and "<" not in value]
        name = next(filter(names_file, others), "") or next(filter(_HAN.search, others), "")
        if address and name:
            yield _plain(address), name


def _unescaped(said: str) -> str:
    """A script's string with its characters for their codes."""
    return _ESCAPED.sub(_character, said)


def _character(code: re.Match[str]) -> str:
    return chr(int(code[1], 16)) if code[1] else {"n": "\n", "t": "\t"}.get(code[2], code[2])


def base_of(tree: etree._Element, page: str) -> str:
    """The address to which those of a page are relative."""
    return next((urljoin(page, one.get("href") or "") for one in tree.iter("base")), page)


def unquoted(address: str) -> str:
    """An address with its characters for their bytes: UTF-8, or GBK."""
    try:
        return unquote(address, errors="strict")
    except UnicodeDecodeError:
        return unquote(address, "gb18030", "replace")


def names_file(address: str) -> bool:
    """Whether an address ends in a file's name, before its query or with it."""
    return any(FILE_NAME.search(part.strip()) for part in (address, address.partition("?")[0]))


def is_shown(element: etree._Element) -> bool:
    """Whether an element shows a file rather than leading to it."""
    return element.tag in EMBEDDED or not (element.tag in ("a", "area") or element.get("onclick"))


def shows_document(element: etree._Element) -> bool:
    """Whether an embedded object says that it is a document."""
    return element.tag in EMBEDDED and _SHOWN.match(element.get("type") or "") is not None


def words_on(element: etree._Element) -> str:
    """The words on a link, or on another element that is clicked."""
    if element.tag == "a":
        return " ".join("".join(strings(element)).split())
    if element.tag == "area":
        return " ".join((element.get("alt") or "").split())
    said = "".join(strings(element)) if element.get("onclick") and element.tag != "input" else ""
    words = " ".join((said or (element.get("value") if element.get("onclick") else "") or "").split())
    return words if len(words) <= _LONGEST else ""


def unpacked(value: str) -> str:
    """A query's value as an address; kkFileView has it in base64."""
    try:
        address = base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError):
        return value
    return address if address.startswith(("http://", "https://")) else value


def _plain(address: str) -> str:
    """An address as browsers take it: slashes for backslashes, no session."""
    path, mark, query = address.partition("?")
    return re.sub(r";jsessionid=[^/?#]*", "", path.replace("\\", "/"), flags=re.I) + mark + query


def _called(call: str) -> list[str]:
    """The strings of a call that are a file's address."""
    found = [one for one in _CALLED.findall(call) if names_file(one) or ("/" in one and DOWNLOADS.search(one))]
    return [one for one in found if "/" in one] or [one for one in found if one.isascii()]
