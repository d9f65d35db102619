"""The rules of a page's own `<style>` sheets that hide words, or show them again."""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

_LARGEST = 400_000  # characters of a page's sheets; larger ones are not read
_MOST = 500_000  # rules that are compared with elements of a page; the rest is not hidden: text that is in doubt stays
_HIDES = ("none", "hidden", "collapse", "opacity", "clip", "transparent", "rgba", "line-through", "-9")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.S)
_PART = re.compile(r"([^{}]*)([{}])")
_SCREEN = re.compile(r"(?:only\s+)?(?:screen|all)|not\s+print|")  # a medium without conditions
_DECLARATION = re.compile(
    r"(?<![\w-])(display|visibility|opacity|(?:-webkit-)?clip-path|clip|color|(?:-webkit-)?background-clip|text-shadow"
    r"|text-decoration(?:-line)?|position|left|top|text-indent|(?:-webkit-)?(?:animation|transition)[a-z-]*)\s*:\s*([^;]+)",
    re.I,
)
# read where a rule sets the size 0 alone: sizes stand in most rules
_SIZED = re.compile(_DECLARATION.pattern.replace("(display|", "(display|font-size|", 1), re.I)
_SIZELESS = re.compile(r"font-size\s*:\s*0(?![\d.]*[1-9])", re.I)
_MARKS = re.compile(r"(?<![\w-])list-style(?:-type)?\s*:\s*([^;]+)", re.I)
_FAR = re.compile(r"-\s*\d{3}")
_CLEAR = re.compile(r"[,/]\s*(?:0|0?\.0+)%?\s*\)")  # the colour's last figure is 0
_ELSEWHERE = frozenset(("static", ""))  # positions in which `left` and `top` move nothing
_COMPOUND = re.compile(r"[A-Za-z][\w-]*|[.#][\w-]+")
_SELECTOR = re.compile(r"(?:[A-Za-z][\w-]*)?(?:[.#][\w-]+)*(?:\s+(?:[A-Za-z][\w-]*)?(?:[.#][\w-]+)*)*")
_OF_READERS = re.compile(r":(?:hover|focus|active|target|checked|visited|before|after)|::")
_BEYOND = re.compile(r"\[[^\]]*\]|:[\w-]+(?:\([^)]*\))?|[>+~*]")  # parts that are not compared
_NEVER = frozenset(("html", "body"))  # a page that hides itself waits for a script
_NAMED = etree.XPath("/descendant::*[@class or @id]")


@dataclass(frozen=True, slots=True)
class _Rule:
    """The parts of one selector, from the outermost in, with the values of the properties that hide."""

    parts: tuple[frozenset[str], ...]  # `p`, `.x` and `#y` of each part
    rank: tuple[int, int]  # how strong the selector is, and its place
    values: tuple[tuple[str, str], ...]
    tells: bool  # it hides, or shows again within a hidden element

    def fits(self, element: etree._Element) -> bool:
        if not self.parts[-1] <= _names(element):
            return False
        if len(self.parts) == 1:
            return True
        outer = list(self.parts[:-1])
        for above in element.iterancestors():
            if outer[-1] <= _names(above):
                outer.pop()
                if not outer:
                    break
        return not outer


@dataclass(frozen=True)
class Sheets:
    """The rules of a page's sheets by their id, class or tag; `hide` are those of the rules that hide, or show in what is hidden.

    A selector is read when it is made of tags, classes and ids, in others or alone: `.x`, `#y`, `p.x.z`, `.content .x`. One
    with more in it (`>`, `[…]`, `:first-child`) hides nothing; where it shows (`.x:first-child{display:block}`), it shows
    all that the rest of it fits, since text that is in doubt stays. States (`:hover`) and generated words count nothing.
    """

    texts: tuple[str, ...]
    rules: dict[str, list[_Rule]] = field(init=False, default_factory=dict)
    hide: set[str] = field(init=False, default_factory=set)
    marks: dict[str, list[_Rule]] = field(init=False, default_factory=dict)  # those of `list-style`, `*` among them

    def __post_init__(self) -> None:
        sized = any(map(_SIZELESS.search, self.texts))
        if not sized and not any(word in text for text in self.texts for word in (*_HIDES, "list-style")):
            return
        declaration = _SIZED if sized else _DECLARATION
        for place, (selectors, body) in enumerate(_rules("\n".join(_COMMENT.sub(" ", text) for text in self.texts))):
            values = tuple((name.lower(), value.strip().lower()) for name, value in declaration.findall(body))
            if values:
                self._add(selectors, place, values)
            if marks := _MARKS.findall(body):
                self._add_marks(selectors, place, marks[-1].strip().lower())

    def _add(self, selectors: str, place: int, values: tuple[tuple[str, str], ...]) -> None:
        hides = any(_may_hide(name, value) for name, value in values)
        shows = ("visibility", "visible") in values
        for parts, exact in _selected(selectors):
            if (hides and not exact) or parts[-1] <= _NEVER:
                continue
            key = _key(parts[-1])
            rank = (_strength(parts) + 10 * (not exact), place)
            self.rules.setdefault(key, []).append(_Rule(parts, rank, values, hides or shows))
            if hides or shows:
                self.hide.add(key)

    def _add_marks(self, selectors: str, place: int, value: str) -> None:
        if any(one.strip() == "*" for one in selectors.split(",")):
            self.marks.setdefault("*", []).append(_Rule((frozenset(),), (0, place), (("", value),), True))
        for parts, exact in _selected(selectors):
            if exact:
                rule = _Rule(parts, (_strength(parts), place), (("", value),), True)
                self.marks.setdefault(_key(parts[-1]), []).append(rule)

    def mark(self, element: etree._Element) -> str:
        """The `list-style` that the rules give to an element, "" when none does."""
        if not self.marks:
            return ""
        rules = [rule for name in (*_names(element), "*") for rule in self.marks.get(name, ()) if rule.fits(element)]
        strongest = max(rules, key=lambda rule: ("important" in rule.values[0][1], rule.rank), default=None)
        return strongest.values[0][1] if strongest else ""

    def hidden(self, tree: etree._Element) -> Iterator[tuple[etree._Element, str, frozenset[str]]]:
        """The elements that a rule of `hide` may fit, each with the style that all rules together give it, and its names in `hide`."""
        if not self.hide:
            return
        left = _MOST
        tags = {name for name in self.hide if name[0] not in "#."}
        for element in (*_named(tree), *(tree.iter(*tags) if tags else ())):
            if element.tag not in _NEVER and not self.hide.isdisjoint(names := _names(element)):
                left -= sum(len(self.rules.get(name, ())) for name in names)
                if left < 0:
                    return
                rules = [rule for name in names for rule in self.rules.get(name, ())]
                if not any(rule.tells and rule.fits(element) for rule in rules):
                    continue
                fitting = [rule for rule in rules if rule.fits(element)]
                style = _style([(rule.rank, rule.values) for rule in fitting], element.get("style") or "")
                yield element, style, names.intersection(self.hide)


def sheets_of(tree: etree._Element) -> Sheets:
    """The sheets of a page for the screen: those for print, for small screens and in `<noscript>` are none of its own."""
    texts = tuple(
        element.text or ""
        for element in tree.iter("style")
        if _is_for_readers(element) and next(element.iterancestors("noscript", "template", "svg"), None) is None
    )
    return _read(texts) if texts and sum(map(len, texts)) <= _LARGEST else _NONE


_read = functools.lru_cache(maxsize=128)(Sheets)  # the pages of a site share their sheets
_NONE = Sheets(())


def _selected(selectors: str) -> Iterator[tuple[tuple[frozenset[str], ...], bool]]:
    """The parts of each selector that some readers' states do not decide, and whether nothing in it was left out."""
    for selector in selectors.split(",") if len(selectors) < 2000 else ():
        exact = _SELECTOR.fullmatch(selector := selector.strip()) is not None
        parts = tuple(frozenset(_COMPOUND.findall(part)) for part in _BEYOND.sub(" ", selector).split())
        if parts and parts[-1] and not _OF_READERS.search(selector):
            yield parts, exact


def _key(part: frozenset[str]) -> str:
    return max(part, key=lambda name: (name[0] == "#", name[0] == ".", name))


def _strength(parts: tuple[frozenset[str], ...]) -> int:
    return sum(
        100 * (name[0] == "#") + 10 * (name[0] == ".") + (name[0] not in "#.") for part in parts for name in part
    )


def _is_for_readers(sheet: etree._Element) -> bool:
    return sheet.get("type") in (None, "", "text/css") and _is_shown(sheet.get("media") or "")


def _is_shown(media: str) -> bool:
    """Whether one of several media is a screen of any size."""
    return any(_SCREEN.fullmatch(medium.strip().lower()) for medium in media.split(","))


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """The selectors and declarations of a sheet, those in `@media screen` among them; not those of other blocks."""
    open_blocks: list[bool] = []  # whether the rules in it count
    selectors = ""
    for before, brace in _PART.findall(sheet):
        if brace == "{":
            selectors = before.rpartition(";")[2].strip()
            media = selectors[:6].lower() == "@media"
            open_blocks.append(media and _is_shown(selectors[6:]))
        elif open_blocks:
            open_blocks.pop()
            if selectors and selectors[0] != "@" and all(open_blocks):
                yield selectors, before
            selectors = ""


def _named(tree: etree._Element) -> Iterator[etree._Element]:
    return iter(_NAMED(tree))  # type: ignore[arg-type]  # an expression of elements


def _names(element: etree._Element) -> frozenset[str]:
    return _names_of(element.tag, element.get("id"), element.get("class"))


@functools.lru_cache(maxsize=4096)  # names repeat all over a page
def _names_of(tag: str, id: str | None, classes: str | None) -> frozenset[str]:
    found = {tag, *("." + name for name in (classes or "").split())}
    return frozenset(found | {f"#{id.strip()}"} if id else found)


def _may_hide(name: str, value: str) -> bool:
    """Whether a value may keep words from a reader; `pipelines.unseen` decides."""
    if name == "display":
        return value.startswith("none")
    if name == "visibility":
        return value.startswith(("hidden", "collapse"))
    if name == "font-size":
        return re.match(r"0+(?![\d.]*[1-9])", value) is not None
    if name in ("left", "top", "text-indent"):
        return _FAR.match(value) is not None
    if name == "opacity":
        return value.startswith(("0", ".0")) and not re.match(r"0?\.0*[1-9]", value)
    if name == "color":
        return value.startswith("transparent") or _CLEAR.search(value) is not None
    return name.endswith("clip-path") or name == "clip" or (name.startswith("text-decoration") and "line-" in value)


def _style(rules: list[tuple[tuple[int, int], tuple[tuple[str, str], ...]]], own: str) -> str:
    """The values that win: important ones, then those of the element's own style, of stronger selectors, of later rules."""
    found: dict[str, tuple[tuple[int, int, int], str]] = {}
    styles = [
        *rules,
        ((1_000_000, 0), tuple((name.lower(), value.strip().lower()) for name, value in _SIZED.findall(own))),
    ]
    for rank, values in styles:
        for name, value in values:
            plain = value.removesuffix("important").rstrip(" !") if value.endswith("important") else value
            order = (int(plain != value), *rank)
            if name not in found or found[name][0] <= order:
                found[name] = (order, plain)
    shown = {name: value for name, (_, value) in found.items()}
    if shown.get("position", "") in _ELSEWHERE:
        shown.pop("left", None), shown.pop("top", None)
    if any(name.startswith(("animation", "transition", "-webkit-animation", "-webkit-transition")) for name in shown):
        shown.pop("opacity", None)  # it fades in
    return ";".join(f"{name}:{value}" for name, value in shown.items())
