"""The addresses that functions of a page make for its links: `javascript:openArticle('1023')`."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from lxml.html import HtmlElement

from spiders.lists.links import LONGEST_ADDRESS, address, is_address, target_of

LONGEST_SCRIPT = 100_000  # characters of all scripts of a page
_LONGEST_BODY = 3000  # characters of a function
_DEEPEST = 4  # names that stand for each other
_MOST_CALLS = 1000  # functions of a page; a hostile page may hold any number
_MOST_PLACES = 5  # places of a function where it opens an address
_MOST_TERMS = 20  # that are joined
_STRING = r"""'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*\""""
_COMMENT = re.compile(rf"""({_STRING}|`[^`]*`)|/\*.*?\*/|//[^\n]*""", re.DOTALL)
_CALL = re.compile(rf"\s*(?:javascript:)?\s*(?:return\s+)?([A-Za-z_$][\w$]*)\s*\(((?:[^()'\"]|{_STRING})*)\)", re.I)
_ARGUMENT = re.compile(rf"\s*({_STRING}|-?\d+|this|event)\s*(?:,|$)")
_TERM = re.compile(
    rf"\s*(?:(?P<string>{_STRING})|`(?P<template>[^`]*)`|(?:encodeURI(?:Component)?|escape|String|\$\.trim)\(\s*(?P<inner>[\w$]+)\s*\)"
    r"|(?P<name>[A-Za-z_$][\w$]*)(?:\.(?:toString|trim)\(\s*\))?|(?P<number>\d+))\s*(?P<more>\+(?!=)|(?=[;,)}\n]|$))"
)
_GOES = re.compile(
    r"(?:\blocation(?:\.href)?\s*=(?!=)|\blocation\.(?:assign|replace)\s*\(|\bopen\s*\(|\.href\s*=(?!=)|\.attr\(\s*['\"]href['\"]\s*,)"
)
_HOLE = re.compile(r"\$\{\s*([A-Za-z_$][\w$]*)\s*\}")


class Calls:
    """The functions of a page's own scripts, read when the first link calls one."""

    def __init__(self, document: HtmlElement) -> None:
        self._document = document
        self._script: str | None = None
        self._functions: dict[str, tuple[list[str], str] | None] = {}
        self._givings: dict[str, list[str]] = {}
        self._calls = 0

    def target(self, element: HtmlElement, base: str, *, bare: bool = False) -> str:
        """The address that a click on `element` leads to: as its attributes say (`target_of`), else as a function makes it.

        A function that is handed nothing (`login()`) leads to no entry; only `bare` are these asked as well.
        """
        if found := target_of(element, base):
            return found
        href = element.get("href") or ""
        codes = (href if "(" in href else "", element.get("onclick") or "")
        return next((found for code in codes if code and (found := self.opened(code, base, bare=bare))), "")

    def opened(self, code: str, base: str, *, bare: bool = False) -> str:
        """The address that `code` opens; "" where it cannot be told.

        `code` is a `javascript:` link or an `onclick`. It, or the function of the page that it calls, joins strings, its arguments, and names
        that stand for strings, and opens the result. Where that may be one of several addresses (`if (type == 1) …`), none is known.
        """
        self._calls += 1
        if len(code) > LONGEST_ADDRESS or self._calls > _MOST_CALLS:
            return ""
        called = _CALL.match(code)
        handed = _arguments(called[2]) if called else []
        function = self._function(called[1]) if called and (handed or bare) else None
        names, body = function or ([], code)
        values = dict(zip(names, handed, strict=False))
        places = islice(_GOES.finditer(body), _MOST_PLACES)
        found = {self._value(body[place.end() :], values, body, 0) for place in places}
        one = found.pop() if len(found) == 1 else None
        return address(one, base) if one and is_address(one) else ""

    def code_of(self, code: str) -> str:
        """`code`, a `javascript:` link or an `onclick`, with that of the page's function which it calls."""
        called = _CALL.match(code) if len(code) <= LONGEST_ADDRESS else None
        function = self._function(called[1]) if called else None
        return f"{code} {function[1]}" if function else code

    def _text(self) -> str:
        if self._script is None:
            texts = (script.text or "" for script in self._document.iter("script") if not script.get("src"))
            self._script = _COMMENT.sub(lambda found: found[1] or " ", "\n".join(texts)[:LONGEST_SCRIPT])
        return self._script

    def _function(self, name: str) -> tuple[list[str], str] | None:
        """The names of a function's parameters, and its body."""
        if name not in self._functions:
            self._functions[name] = _function_in(self._text(), name)
        return self._functions[name]

    def _value(self, code: str, values: Mapping[str, str], body: str, depth: int) -> str | None:
        """The string that an expression at the beginning of `code` joins; None where a part of it is not known."""
        joined, place = "", 0
        for _ in range(_MOST_TERMS):
            term = _TERM.match(code, place)
            if not term:
                return None
            if term["string"]:
                part: str | None = _unquoted(term["string"])
            elif term["template"] is not None:
                part = self._filled(term["template"], values, body, depth)
            elif term["number"]:
                part = term["number"]
            else:
                part = self._named(term["inner"] or term["name"], values, body, depth)
            if part is None:
                return None
            joined, place = joined + part, term.end()
            if not term["more"]:
                return joined
        return None

    def _filled(self, template: str, values: Mapping[str, str], body: str, depth: int) -> str | None:
        parts = [self._named(name, values, body, depth) for name in _HOLE.findall(template)]
        if None in parts:
            return None
        filled = iter(parts)
        return _HOLE.sub(lambda _: next(filled) or "", template)

    def _named(self, name: str, values: Mapping[str, str], body: str, depth: int) -> str | None:
        """The string that a name stands for: as it was handed over, else as the function, or else the page, gives it once."""
        own = _givings(name, body)
        if name in values:
            return None if own else values[name]
        if name not in self._givings:
            self._givings[name] = _givings(name, self._text())
        said = own or self._givings[name]
        if len(said) != 1 or not said[0] or depth >= _DEEPEST:
            return None
        return self._value(said[0], values, body, depth + 1)


def _givings(name: str, script: str) -> list[str]:
    """The expressions that a script gives to a name; "" where something is added to it."""
    found = re.finditer(rf"{_STRING}|(?<![\w.$])(?P<name>{re.escape(name)})\s*(?P<adds>\+?)=(?!=)", script)
    given = (one for one in found if one["name"])  # 'show.jsp?id=' gives nothing to `id`
    return ["" if one["adds"] else script[one.end() : one.end() + _LONGEST_BODY] for one in given]


def _arguments(text: str) -> list[str]:
    return [_unquoted(found[1]) for found in _ARGUMENT.finditer(text)]


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text[:1] in "'\"" else text


def _function_in(script: str, name: str) -> tuple[list[str], str] | None:
    own = re.escape(name)
    found = re.search(
        rf"(?:\bfunction\s+{own}|(?<![\w.$]){own}\s*[=:]\s*(?:async\s+)?(?:function)?)\s*\(([^()]*)\)\s*(?:=>)?\s*\{{",
        script,
    )
    if not found:
        return None
    names = [one.strip() for one in found[1].split(",")]
    return names, script[found.end() : next(_ends(script, found.end()), found.end())]


def _ends(script: str, start: int) -> Iterator[int]:
    """The place of the brace that ends the block that begins before `start`."""
    open_braces = 1
    for brace in re.finditer(rf"{_STRING}|[{{}}]", script[start : start + _LONGEST_BODY]):
        open_braces += {"{": 1, "}": -1}.get(brace[0], 0)
        if not open_braces:
            yield start + brace.start()
