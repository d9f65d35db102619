"""Articles that a page carries in a place that is not read: a string in a script, a template, a `<noscript>`."""

import html
import json
import re
from collections.abc import Iterator
from contextlib import suppress

from lxml import etree

_KEY = r"""(?<![\w$-])["']?(?:\w{0,30}(?:content|detail|body|html|text)\w{0,20}|nr|zw|neirong)["']?\s{0,4}[:=]\s{0,4}"""
_CALL = r"""\.(?:html|append|write)\(\s{0,4}"""  # $("#article").html("<p>…")
_STRING = re.compile(
    f"(?:{_KEY}|{_CALL})" + r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)""", re.I | re.S
)
_ESCAPED = re.compile(r"\\(x[0-9a-fA-F]{2}|.)", re.S)
_SIGNS = "'`$"  # JSON escapes none of them
_TEMPLATES = re.compile(r"text/(?:html|plain|template|x-[\w-]*template|ng-template)|x-tmpl.*", re.I)
_JSON = re.compile(r"application/json", re.I)
_TAG = re.compile(r"<(?:p|div|br|span|table|section|h\d)[\s/>]", re.I)
_UNFILLED = re.compile(r"\{\{|\$\{|<%|\{%")
_SHORTEST = 60  # characters of markup


def scripted_markup(tree: etree._Element, *, of_strings: bool = False) -> str:
    """The longest markup that a page carries without showing it; "" when there is none. `of_strings`: in strings of scripts alone.

    It is a string that a script holds under a name such as content (`"DETAIL": {"content": "\\u003Cp…"}` in the directories of
    public information in Guangdong, gkmlpt; the state of a page that Vue draws), that a script puts into an element (`.html("<p>…")`), any string of a script of JSON, a script that is a template or plain text, a
    `<textarea>` or `<noscript>`, or the `srcdoc` of a frame. It has 60 characters or more and a tag of an article, and no
    place for values (`{{title}}`). Strings may be shorter where these alone are asked for.
    """
    found = ""
    for text in _strings_of(tree) if of_strings else _carried(tree):
        if "<" not in text and "&lt;" in text:
            text = html.unescape(text)
        if (
            len(text) > max(len(found), 0 if of_strings else _SHORTEST)
            and _TAG.search(text)
            and not _UNFILLED.search(text)
        ):
            found = text
    return found


def _carried(tree: etree._Element) -> Iterator[str]:
    yield from _strings_of(tree)
    yield from (script.text or "" for script in tree.iter("script") if _is_template(script))
    for box in tree.iter("textarea", "noscript"):
        yield (box.text or "") + "".join(etree.tostring(inner, encoding="unicode", method="html") for inner in box)
    for frame in tree.iter("iframe"):
        yield frame.get("srcdoc") or ""


def _strings_of(tree: etree._Element) -> Iterator[str]:
    for script in tree.iter("script"):
        if _JSON.fullmatch((script.get("type") or "").strip()):
            yield from _in_json(script.text or "")
        elif not _is_template(script):
            for match in _STRING.finditer(script.text or ""):
                yield _value(match[1])


def _in_json(text: str) -> Iterator[str]:
    """The strings of an answer under any name: a state may keep them in a row, and name them by their places."""
    with suppress(ValueError, RecursionError):
        level = [json.loads(text)]
        while level:
            yield from (one for one in level if isinstance(one, str))
            level = [
                inner
                for one in level
                if isinstance(one, dict | list)
                for inner in (one.values() if isinstance(one, dict) else one)
            ]


def _is_template(script: etree._Element) -> bool:
    return _TEMPLATES.fullmatch((script.get("type") or "").strip()) is not None


def _value(literal: str) -> str:
    """The text of a string of JSON or of a script; "" when it is none."""
    if literal[0] != '"':
        inner = literal[1:-1].replace('\\"', '"').replace('"', '\\"')
        literal = f'"{inner}"'
    literal = _ESCAPED.sub(_as_json, literal)
    try:
        return str(json.loads(literal, strict=False))
    except ValueError:
        return ""


def _as_json(escaped: re.Match[str]) -> str:
    sign = escaped[1]
    if sign in _SIGNS:
        return sign
    return f"\\u00{sign[1:]}" if len(sign) > 1 else escaped[0]
