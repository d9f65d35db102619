"""Boxes that a page keeps shut until its reader opens them: answers below their questions, tabs, the pages of an article."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import islice

from lxml import etree

from pipelines.unseen import UNSTYLED, Style
from pipelines.word_lists import words

_BOXES = words("article blockquote dd div dl li ol section table tbody td tr ul")
_CONTROLS = words("form input select textarea iframe")
_FURNISHED = words("nav footer aside header dialog")
_SHUTS = words("active on cur current in show shown hide hidden none open collapsed fade first last selected")
_HEADED = words("h1 h2 h3 h4 h5 h6 dt li div p")
_PLACES = words("li a span button div label td dt h2 h3 h4 h5 option")
_SENTENCE = re.compile("[。；！？，]")
_FIGURES = re.compile(r"\d+")
_INLINE = frozenset(("span",))  # may hold the rest of a text as well
_REST = re.compile("展开|全文|全部|更多|剩余|余下|显示|more", re.I)
_MOST = 1000  # hidden boxes of a page
_BUTTONS = 200  # buttons that are looked at
_ROWS = 200  # rows of boxes that are looked at as tabs
_BEFORE = 4  # elements above a box in which a text may begin
_BEGINNING = 20  # characters that tell whether a box repeats the text above it
_PIECES = 500  # texts of an element that are looked at
_LEAST = 8  # characters of a box
_LONGEST = 80  # characters of a question or a heading that opens a box
_TAB = 14  # characters of a tab's name


def opened(styles: Mapping[etree._Element, Style]) -> set[etree._Element]:
    """The hidden boxes that a reader of the page can open.

    Such a box holds prose: 8 characters or more with a sign of a sentence, a third of them in links at most, and no form.
    It stands in no menu, head, foot, side or dialog, nor in another hidden box; the first 1,000 of a page are looked at. One of these tells that it is opened:

    - Two boxes or more of one tag and class, in parents of one tag and class, stand right below a visible heading each: one
      of 80 characters at most, which is no link to another page (questions and their answers).
    - It stands beside visible prose in a box of its tag, and shares a class with that or has its id but for figures; and a
      bar beside these boxes or their parent holds as many short names (14 characters at most) as there are boxes (tabs, 1 2 3).
      The first 200 rows of boxes are looked at.
    - It goes on with a visible text right above it that it does not repeat, and right below or above it, or below the box that
      it ends, stands a control of 14 characters at most that offers the rest (展开全文) and leads to no other page. The
      box may be a `<span>`.
    """
    hidden = [box for box, style in styles.items() if style.hidden and (box.tag in _BOXES or box.tag in _INLINE)]
    del hidden[_MOST:]
    shut = [box for box in hidden if _stands_free(box, styles) and _reads(box)]
    if not shut:
        return set()
    headed: dict[object, list[etree._Element]] = defaultdict(list)
    for box in shut:
        if box.tag in _INLINE:
            continue
        heading, parent = _above(box), box.getparent()
        if heading is not None and parent is not None and not _hides(heading, styles) and _heads(heading):
            kind = (box.tag, _classes(box), parent.tag, _classes(parent), heading.tag)
            headed[kind].append(box)
    found = {box for boxes in headed.values() if len(boxes) > 1 for box in boxes}
    rows: dict[object, bool] = {}
    for box in shut:
        if box not in found and (parent := box.getparent()) is not None:
            row = (parent, box.tag, _classes(box), _FIGURES.sub("", box.get("id") or ""))
            if row not in rows and len(rows) < _ROWS and box.tag in _BOXES:
                rows[row] = _is_pane(box, parent, styles)
            if rows.get(row) or _is_rest(box, parent, styles):
                found.add(box)
    return found


def openers(tree: etree._Element) -> set[etree._Element]:
    """The buttons that are headings: two or more of one class, among the page's first 200, each right above prose, alone or as all that a heading holds."""
    kinds: dict[object, list[etree._Element]] = defaultdict(list)
    for button in islice(tree.iter("button"), _BUTTONS):
        place = button
        parent = button.getparent()
        if parent is not None and parent.tag in _HEADED and len(parent) == 1 and not (parent.text or "").strip():
            place = parent
        below = place.getnext()
        if below is not None and below.tag in _BOXES and _reads(below) and len(_text(button)) <= _LONGEST:
            kinds[_classes(button)].append(button)
    return {button for buttons in kinds.values() if len(buttons) > 1 for button in buttons if _text(button)}


def _stands_free(box: etree._Element, styles: Mapping[etree._Element, Style]) -> bool:
    """Whether a box stands in no other hidden one, and in no furniture."""
    return not any(above.tag in _FURNISHED or _hides(above, styles) for above in box.iterancestors())


def _is_rest(box: etree._Element, parent: etree._Element, styles: Mapping[etree._Element, Style]) -> bool:
    """Whether a box holds the rest of the text above it, and a control beside it offers that."""
    following = box.getnext()
    controls = [box.getprevious(), following, parent.getnext() if following is None else following.getnext()]
    if not any(_offers_rest(one) for one in controls if one is not None and not _hides(one, styles)):
        return False
    before = [one for one in islice(box.itersiblings(preceding=True), _BEFORE) if not _hides(one, styles)]
    above = "".join(f"{_text(one)}{one.tail or ''}" for one in reversed(before)) + (parent.text or "")
    above = "".join(above.split())
    own = _text(box)[:_BEGINNING]
    return _SENTENCE.search(above) is not None and own not in above and _text(parent).count(own) < 2


def _offers_rest(control: etree._Element) -> bool:
    words = _text(control)
    return 1 < len(words) <= _TAB and _REST.search(words) is not None and not any(map(_leads_away, control.iter("a")))


def _is_pane(box: etree._Element, parent: etree._Element, styles: Mapping[etree._Element, Style]) -> bool:
    panes = [one for one in parent.iterchildren(box.tag) if _is_twin(one, box)]
    seen = any(not _hides(one, styles) and _reads(one) for one in panes)
    return seen and any(_names(bar, len(panes)) for bar in _beside(box, parent))


def _beside(box: etree._Element, parent: etree._Element) -> Iterator[etree._Element]:
    """The elements that may name a row of boxes: those of their parent, and the next ones around it."""
    for element in (parent, parent.getparent()):
        if element is not None:
            yield from (
                one for one in element.iterchildren(etree.Element) if one is not parent and not _is_twin(one, box)
            )


def _names(bar: etree._Element, number: int) -> bool:
    """Whether a bar holds as many short names of one tag as there are boxes, and little else."""
    if len(_text(bar)) > (number + 2) * _TAB:
        return False
    leaves: dict[object, int] = defaultdict(int)
    for one in bar.iter(*_PLACES):
        if 0 < len(_text(one)) <= _TAB and one is not bar:
            leaves[one.tag] += 1
    return number in leaves.values()


def _is_twin(one: etree._Element, other: etree._Element) -> bool:
    """Whether two boxes share a class that says no state (active), or an id but for its figures."""
    if one is other:
        return True
    if _classes(one) & _classes(other):
        return True
    own, its = one.get("id") or "", other.get("id") or ""
    return own != its and bool(own) and _FIGURES.sub("", own) == _FIGURES.sub("", its)


def _classes(element: etree._Element) -> frozenset[str]:
    return frozenset((element.get("class") or "").split()) - _SHUTS


def _above(box: etree._Element) -> etree._Element | None:
    """The element right before a box; no text stands between."""
    before = box.getprevious()
    return None if before is None or (before.tail or "").strip() else before


def _heads(heading: etree._Element) -> bool:
    text = _text(heading)
    if not 1 < len(text) <= _LONGEST:
        return False
    return not any(_leads_away(link) for link in heading.iter("a"))


def _leads_away(link: etree._Element) -> bool:
    address = (link.get("href") or "").strip().lower()
    return bool(address) and not address.startswith(("#", "javascript:"))


def _hides(element: etree._Element, styles: Mapping[etree._Element, Style]) -> bool:
    return styles.get(element, UNSTYLED).hidden


def _reads(box: etree._Element) -> bool:
    """Whether a box holds prose, and no form."""
    text = _text(box)
    if len(text) < _LEAST or not _SENTENCE.search(text) or next(box.iter(*_CONTROLS), None) is not None:
        return False
    return 3 * sum(len(_text(link)) for link in islice(box.iter("a"), _PIECES)) <= len(text)


def _text(element: etree._Element) -> str:
    """The first words of an element, without blanks: boxes in boxes would cost the square of their number."""
    return "".join("".join(islice(map(str, element.itertext()), _PIECES)).split())
