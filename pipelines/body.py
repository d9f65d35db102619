"""Which of a page's lines are the release."""

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise

from lxml import etree

from archive.texts.days import first_day
from archive.texts.notices import SPEAKS_TO_A_VISITOR
from crawler.sources import load_families
from pipelines.furniture import is_foot, is_furniture, names
from pipelines.labels import FIELDS, pairs
from pipelines.lines import Line, Sheet
from pipelines.residue import is_residue, is_rule, is_unfilled, is_weak, kept
from pipelines.word_lists import words

# An article's element in systems that have no family; that of a family stands in its table (crawler/families.toml).
_GENERAL = (
    "#js_content",
    "#artibody",
    "#endtext",
    "#bodylabel",
    "#font_area",
    "#mp-editor",
    "#content_area",
    "#contentmain",
    ".easysite-news-detail",
)
_CONTAINERS = (*_GENERAL, *(name for family in load_families().values() for name in family.containers))
_KNOWN_NAMES = [re.escape(name).replace(r"\*", r"\w*") for name in _CONTAINERS if name[0] in "#."]
_KNOWN = re.compile(rf"(?:{'|'.join(_KNOWN_NAMES)})(?= |$)", re.I)
_KNOWN_TAGS = frozenset(name for name in _CONTAINERS if name[0] not in "#.")
_SENTENCE = re.compile(r"[。；！？：，、…;!?]")
_NOTICE = re.compile(  # matched on lower-case text: re.I would take three times as long
    r"版权|免责|icp备|公网安备|举报|copyright|©|all rights reserved|主办单位|承办单位|标识码|许可证编?号|客服电话"
)
_FOOT = re.compile(  # in lower case
    rf"{_NOTICE.pattern}|主办[：:]|承办[：:]|技术支持|运维|联系我们|网站地图|站点地图|邮编|邮政编码|传真[：:]|分辨率|浏览器"
)
_FEET = 30  # lines at the end of a page
_SAID = 5  # characters of a sentence
_HEAD = re.compile(
    r"索\s*引\s*号|信息分类|主题分类|组配分类|发[文布]\s*(?:机关|机构|单位|字号|日期|时间)|[成发]文\s*(?:日期|字号)"
    r"|生成日期|有\s*效\s*性|公开(?:方式|范围|时限|日期)"
)
_PARAGRAPHS = words("p li h1 h2 h3 h4 h5 h6 dd dt blockquote tr")
_BOXES = frozenset(("div", "section"))  # stand for a paragraph when they hold one line
_SHARES = (1, 0.5, 0.25)  # weights of a line for the block around its paragraph and the two blocks around that
_OPENS = re.compile(r".{20}.*[。！？；：][”’」』）)]?$")  # a line of a text, and no heading
_FIGURES = re.compile(r"\d+")
_TITLE = 30  # characters of a heading
_BAR = 100  # characters of a bar
_HEAD_LINES = 4  # from the title on, among which the page's bar stands
_HEADINGS = words("h1 h2 h3 h4")
_NEIGHBOURS = 40  # blocks beside a container, at most; more are a list
_CAPTIONS = 2  # lines below a picture
_LINE = 20  # characters of prose in a line
_LITTLE = 60  # characters of prose
_MUCH = 150  # characters of prose that no site prints below each of its articles
_CARD = 0.15  # weight of a line in a card
_ABOVE = 0.2  # weight of a line above the title


def prose(line: Line) -> float:
    """How much of a line reads like text: its characters outside links, a quarter of them without punctuation.

    Hidden lines, and short ones that speak of copyright, licences and hotlines, count nothing.
    """
    loose = len(line.text) - line.linked
    if loose <= 0 or line.hidden or (len(line.text) < 300 and _is_notice(line.text, line.row)) or is_unfilled(line):
        return 0
    return loose if line.row or _SENTENCE.search(line.text) else loose / 4


@functools.lru_cache(maxsize=1024)  # menus and feet repeat from page to page of a site
def _is_notice(text: str, row: bool) -> bool:
    return (_HEAD if row else _NOTICE).search(text.lower()) is not None


def find_container(sheet: Sheet, places: Sequence[int]) -> etree._Element | None:
    """The block that holds the article; None when the page has neither prose nor a known container.

    `places` are the lines that show the title. It is the densest block, and then its parent, and so on, as long as what is
    added is mostly prose: an article may stand in several blocks. A parent that adds nothing is passed on the way (a layout
    table around its rows), and is the block itself only when it is a known container. The way up ends before furniture, and
    before a parent that takes in a title above the block, unless the block goes on there in others of its kind: an article
    in several blocks below its title.

    What a parent adds is mostly prose where seven tenths of it are, and it is a tenth of the block's; or where it reads on
    (`_reads_on`): the last paragraph in a box of its own. One that adds a heading alone is passed where its own parent holds
    more boxes of its kind, which are mostly prose: sections, each in a box with its heading.

    The first known container, in the order of the page, that meets one of these conditions wins over it:

    - it stands inside or beside the block and holds at least half of its prose; inside, what it leaves does not read on
      (`_reads_on`), as an article in several boxes does;
    - it stands around the block and holds three times its prose (an interview with a box for each speaker);
    - the block holds next to nothing (`_LITTLE`).

    Where that takes in the foot of the page, it is looked for again without the foot (`_without_foot`).
    What is found grows to the known containers around it (`_grown`).
    """
    proses = [prose(line) for line in sheet.lines]
    found = _found(sheet, places, proses)
    found = found if found is None else _without_foot(sheet, places, proses, found)
    return found if found is None else _grown(sheet, places, found)


def _without_foot(
    sheet: Sheet, places: Sequence[int], proses: Sequence[float], found: etree._Element
) -> etree._Element | None:
    """The block of an article that is shorter than the foot of its page, where the found block takes in that foot.

    Only sentences between the title and the foot count for it, without bars, residue and links. It is taken when it has nine
    tenths of what the found block has of these, and five characters at least. Without a sentence it is the block of the
    lines right below the title (`_right_below`), and None where there are none either: an article that was not filled in. But
    links right below the title may be the article, unless the place where a CMS would put one stands empty.
    """
    start, end = sheet.spans[found]
    last = _last_of_foot(sheet, places)
    if (
        not start <= last < end or sum(proses[last + 1 : end]) >= _LITTLE
    ):  # an article goes on behind it: it is a line of that
        return found
    foot = _foot(sheet, places, last)
    said = [
        one if one and at < foot and at not in places and _counts(line) else 0
        for at, (line, one) in enumerate(zip(sheet.lines, proses, strict=True))
    ]
    left = [one if at > places[0] else 0 for at, one in enumerate(said)]
    if any(left) or sum(said[start:end]) >= _LITTLE:
        again = _found(sheet, places, left)
        least = max(0.9 * sum(left[start:end]), _SAID)
        return again if again is not None and sum(left[slice(*sheet.spans[again])]) >= least else found
    below, links = _right_below(sheet, places, foot)
    if below and (around := _around(sheet, below)) is not None and sheet.spans[around][1] <= foot:
        return around
    return found if below or (links and start < foot and not _stands_empty(sheet)) else None


def _counts(line: Line) -> bool:
    return 2 * line.linked <= len(line.text) and not (
        is_weak(line) or is_rule(line) or is_residue(line) or _is_bar(line)
    )


def _right_below(sheet: Sheet, places: Sequence[int], foot: int) -> tuple[range, bool]:
    """The unlinked lines that follow the last title before the foot, behind its bars; and whether links follow there, outside furniture.

    The last of them is the heading of the links behind it, when these are no pager.
    """
    lines = sheet.lines
    first = max(at for at in places if at < foot) + 1
    while first < foot and _is_beside(lines[first]):
        first += 1
    after = first
    while after < foot and not (_is_beside(lines[after]) or 2 * lines[after].linked > len(lines[after].text)):
        after += 1
    links = after < foot and 2 * lines[after].linked > len(lines[after].text)
    if links and not is_residue(lines[after]):
        after = max(first, after - 1)
    links = links and not any(map(is_furniture, lines[after].element.iterancestors()))
    return range(first, after), links


def _around(sheet: Sheet, lines: range) -> etree._Element | None:
    """The smallest block around some lines."""
    box: etree._Element | None = sheet.lines[lines[0]].element
    while box is not None and sheet.spans.get(box, (0, 0))[1] < lines.stop:
        box = sheet.parent(box)
    return box


def _is_beside(line: Line) -> bool:
    """Whether a line between title and foot is none of the article: a bar, residue, a label, a rule of dashes."""
    return line.hidden or is_rule(line) or line.text.endswith(("：", ":")) or is_residue(line) or _is_bar(line)


def _stands_empty(sheet: Sheet) -> bool:
    """Whether a known container holds nothing but unfilled places."""
    for element in sheet.tree.iter(etree.Element):
        if is_known(element) and all(map(is_unfilled, sheet.lines[slice(*sheet.spans.get(element, (0, 0)))])):
            return True
    return False


def _last_of_foot(sheet: Sheet, places: Sequence[int]) -> int:
    """The last line below the title, among the last thirty of the page, that names the site's operator; -1 when none does."""
    first = max(places[0] + 1, len(sheet.lines) - _FEET) if places else len(sheet.lines)
    return next((at for at in range(len(sheet.lines) - 1, first - 1, -1) if _is_of_foot(sheet.lines[at])), -1)


def _foot(sheet: Sheet, places: Sequence[int], last: int) -> int:
    """The line at which the foot of a page begins; `last` is the last one that says who runs the site.

    From the end up: such lines, links, and lines without a sentence. They stand in the widest box around that last one that
    holds neither a title nor a known container.
    """
    known = [sheet.spans[element] for element in _known(sheet, sheet.spans)]
    element = sheet.lines[last].element
    first, box = last, element if element in sheet.spans else sheet.parent(element)
    while box is not None:
        begins, ends = sheet.spans[box]
        if any(begins <= at < ends for at in places) or any(begins <= a and b <= ends for a, b in known):
            break
        first, box = begins, sheet.parent(box)
    at = last
    while at > first and _may_be_of_foot(sheet.lines[at - 1]):
        at -= 1
    return at


def _may_be_of_foot(line: Line) -> bool:
    return line.hidden or 2 * line.linked > len(line.text) or is_weak(line) or _is_of_foot(line)


def _is_of_foot(line: Line) -> bool:
    if line.row or len(line.text) >= 300:
        return False
    return _FOOT.search(line.text.lower()) is not None or is_foot(line.element)


def _found(sheet: Sheet, places: Sequence[int], proses: Sequence[float]) -> etree._Element | None:
    """The block of `find_container` before it grows; `proses` says for each line how much of it is prose."""
    sums = [0.0, *accumulate(proses)]
    sizes = [0, *accumulate(len(line.text) for line in sheet.lines)]

    def weight(element: etree._Element) -> float:
        start, end = sheet.spans[element]
        return sums[end] - sums[start]

    def size(element: etree._Element) -> int:
        start, end = sheet.spans[element]
        return sizes[end] - sizes[start]

    dense = _densest(sheet, places, proses)
    if dense is None:
        return next(_known(sheet, sheet.spans), None)
    block, headed = dense, False  # headed: a heading alone was added, which is no reason to take it
    while (parent := sheet.parent(block)) is not None and not is_furniture(parent):
        if any(sheet.spans[parent][0] <= place < sheet.spans[block][0] for place in places):
            end, last = sheet.spans[block][1], sheet.spans[parent][1]
            behind, prose_behind = sizes[last] - sizes[end], sums[last] - sums[end]
            if prose_behind >= max(0.1 * weight(block), 0.9 * behind, 1) and _goes_on(sheet, parent, block):
                dense = parent
            break
        more, prose_more = size(parent) - size(block), weight(parent) - weight(block)
        mostly = prose_more >= 0.1 * weight(block) and prose_more >= 0.7 * more
        if headed and not (mostly and _has_twins(sheet, parent, block)):
            break
        headed = False
        if more and not mostly and not _reads_on(sheet, parent, block, prose_more):
            headed = _is_heading(sheet, parent, block)
            if not headed:
                break
        block = parent
        if not headed and (more or is_known(parent)):
            dense = parent
    whole = weight(dense)
    little = whole < _LITTLE
    least = 0 if little else whole / 2
    for known in _known(
        sheet, [block for block, (start, end) in sheet.spans.items() if sums[end] - sums[start] >= least]
    ):
        inside = _is_inside(sheet, known, dense)
        if inside and not little and _reads_on(sheet, dense, known, whole - weight(known)):
            continue
        apart = inside or not _is_inside(sheet, dense, known)
        if little or apart or weight(known) >= 3 * whole:
            return known
    return dense


def _grown(sheet: Sheet, places: Sequence[int], block: etree._Element) -> etree._Element:
    """The outermost known container around a block that adds lines of its article and nothing else; else the block.

    The addressee, headings, the signature and its day are too short to be told by their prose, and editors paste text with a
    box of its own (`WordSection1`) among them. What is left when the residue at the ends of the container is cut must be
    unlinked, but for files, and no bar nor a word to the visitor; none of it stands in furniture or in cards, and the
    page's first title does not stand above the block.
    """
    grown, outer = block, sheet.parent(block)
    while outer is not None and not is_furniture(outer):
        if is_known(outer) and _adds_article(sheet, places, outer, block):
            grown = outer
        outer = sheet.parent(outer)
    return grown


def _adds_article(sheet: Sheet, places: Sequence[int], outer: etree._Element, inner: etree._Element) -> bool:
    (start, end), (first, last) = sheet.spans[outer], sheet.spans[inner]
    if places and start <= places[0] < first:
        return False
    if all(map(is_residue, (*sheet.lines[start:first], *sheet.lines[last:end]))):
        return False  # most pages; `kept` reads every line
    own = set(map(id, sheet.lines[first:last]))
    added = [line for line, _ in kept(sheet.lines[start:end], "") if id(line) not in own]
    cards = _Cards(sheet)
    return bool(added) and not any(_is_of_else(sheet, line, outer, cards) for line in added)


def _is_of_else(sheet: Sheet, line: Line, outer: etree._Element, cards: "_Cards") -> bool:
    """Whether a line in a known container tells that its box belongs to something else than the article."""
    if (2 * line.linked > len(line.text) and is_weak(line)) or _is_bar(line) or SPEAKS_TO_A_VISITOR.search(line.text):
        return True
    box = line.element if line.element in sheet.spans else sheet.parent(line.element)
    while box is not None and box is not outer:
        if is_furniture(box) or cards.holds(box):
            return True
        box = sheet.parent(box)
    return False


def _is_heading(sheet: Sheet, outer: etree._Element, inner: etree._Element) -> bool:
    """Whether an outer block adds to an inner one nothing but a heading above: one or two lines, 30 characters each at most, unlinked, and no bar."""
    (start, end), (first, last) = sheet.spans[outer], sheet.spans[inner]
    lines = sheet.lines[start:first]
    return (
        end == last
        and 1 <= len(lines) <= 2
        and not any(line.linked or line.hidden or len(line.text) > _TITLE or _is_bar(line) for line in lines)
    )


def _has_twins(sheet: Sheet, parent: etree._Element, block: etree._Element) -> bool:
    """Whether a block has a neighbour of its kind, and all of its kind tell rather than link: an article in boxes with headings."""
    twins = [one for one in sheet.children[parent] if _kind(one) == _kind(block)]
    lines = (line for one in twins for line in sheet.lines[slice(*sheet.spans[one])])
    return len(twins) > 1 and not any(2 * line.linked > len(line.text) for line in lines)


@functools.lru_cache(maxsize=1024)
def _stem(name: str) -> str:
    return _FIGURES.sub("", name)


def _kind(block: etree._Element) -> tuple[str, str, str]:
    """The tag, class and id of a block; figures in names count not, since they number its kind (zw1, zw2)."""
    return block.tag, _stem(block.get("class") or ""), _stem(block.get("id") or "")


def _goes_on(sheet: Sheet, parent: etree._Element, block: etree._Element) -> bool:
    """Whether nothing follows a block in its parent but blocks of its tag and its class, and none is a card or holds cards.

    They have no id, or all have the same id or class but for its figures (zw1, zw2).
    """
    blocks = sheet.children[parent]
    following = blocks[blocks.index(block) + 1 :]
    cards = _Cards(sheet)
    alike = all(_kind(one) == _kind(block) for one in following)
    inner = (box for one in following for box in (one, *sheet.children.get(one, ())[:40]))
    return bool(following) and alike and not any(map(cards.holds, inner))


def joined(sheet: Sheet, container: etree._Element) -> etree._Element:
    """A container together with its neighbours that hold the same article, in a box of their own; else itself.

    They are those of `_joined_by_kind`, else those of `_with_others`.
    """
    found = _joined_by_kind(sheet, container)
    return _with_others(sheet, container) if found is container else found


def text_beside(sheet: Sheet, container: etree._Element) -> float:
    """How many characters of prose stand in the box right behind a container, in the same box around both: 60 or more; or in its
    neighbours of the same tag and class, where something else stands between (`_joined_by_kind`), but no copy of its lines.

    It goes on with the article, or is the site's word or an advertisement: it is too short to tell (`_with_others`).
    """
    parent = sheet.parent(container)
    if parent is not None and container.get("class") and len(sheet.children[parent]) <= _NEIGHBOURS:
        cards = _Cards(sheet)
        kind = (container.tag, container.get("class"))
        own = {line.text[:_LINE] for line in sheet.lines[slice(*sheet.spans[container])]}
        twins = [one for one in sheet.children[parent] if one is not container and (one.tag, one.get("class")) == kind]
        twins = [
            one for one in twins if not any(line.text[:_LINE] in own for line in sheet.lines[slice(*sheet.spans[one])])
        ]
        if beside := sum(_plain(sheet, one) for one in twins if not cards.holds(one)):
            return beside
    end = sheet.spans[container][1]
    box = sheet.lines[end].element if end < len(sheet.lines) else None
    while box is not None and (outer := sheet.parent(box)) is not None and sheet.spans[outer][0] == end:
        box = outer
    if box is None or box not in sheet.spans or _Cards(sheet).holds(box):
        return 0
    return _plain(sheet, box) if sheet.parent(box) in [*container.iterancestors()] else 0


def _row(sheet: Sheet, container: etree._Element) -> tuple[etree._Element, list[etree._Element]]:
    """A container, or the outermost box that holds it and no other line, and the row of boxes in which that stands."""
    block, parent = container, sheet.parent(container)
    while parent is not None and sheet.spans[parent] == sheet.spans[block]:
        block, parent = parent, sheet.parent(parent)
    if parent is None or block.getparent() is not parent or block.tag not in _BOXES:
        return block, []
    blocks = sheet.children[parent]
    return block, blocks if block in blocks else []


def _with_others(sheet: Sheet, container: etree._Element) -> etree._Element:
    """A container together with the boxes around it that hold the same article under names of their own; else itself.

    An editor pastes an article in boxes (wz-up, lower-part), and the title above them ends the way up to the box around all.
    The boxes follow each other without a line between them, also beside a box that holds the container and no other line. Each
    is a `<div>` or `<section>` of two lines or more with 150 characters of prose or more (`_plain`), and no card; one above, as a
    summary, holds no line that stands again below.
    """
    block, blocks = _row(sheet, container)
    if not blocks:
        return container
    cards = _Cards(sheet)
    first = last = blocks.index(block)

    def belongs(one: etree._Element) -> bool:
        return (
            one.getparent() is block.getparent()
            and sheet.spans[one][1] - sheet.spans[one][0] > 1
            and _plain(sheet, one) >= _MUCH
            and not cards.holds(one)
        )

    while last + 1 < len(blocks) and _adjoin(sheet, blocks[last], blocks[last + 1]) and belongs(blocks[last + 1]):
        last += 1
    while first and _adjoin(sheet, blocks[first - 1], blocks[first]) and belongs(blocks[first - 1]):
        if _is_repeated(sheet, blocks[first - 1], sheet.spans[blocks[last]][1]):
            break
        first -= 1
    return container if first == last else _boxed(sheet, blocks[first], blocks[last])


def _adjoin(sheet: Sheet, one: etree._Element, other: etree._Element) -> bool:
    return sheet.spans[one][1] == sheet.spans[other][0]


def _is_repeated(sheet: Sheet, box: etree._Element, end: int) -> bool:
    """Whether a line of a box begins as one does between the box and a line of the page."""
    below = {line.text[:_LINE] for line in sheet.lines[sheet.spans[box][1] : end]}
    return any(line.text[:_LINE] in below for line in sheet.lines[slice(*sheet.spans[box])])


def _plain(sheet: Sheet, block: etree._Element) -> float:
    """The prose of a `<div>` or `<section>` that holds nothing besides; else 0.

    It has 60 characters or more, which are nine tenths of all, and begins with a sentence: a heading, as of comments, begins
    something else. The box holds no link, bar, word to the visitor or control, and is no furniture.
    """
    lines = [line for line in sheet.lines[slice(*sheet.spans[block])] if not line.hidden]
    if block.tag not in _BOXES or is_furniture(block) or not lines or not _OPENS.match(lines[0].text):
        return 0
    weight = sum(map(prose, lines))
    if weight < max(_LITTLE, 0.9 * sum(len(line.text) for line in lines)) or any(line.linked for line in lines):
        return 0
    if any(_is_bar(line) or is_residue(line) or SPEAKS_TO_A_VISITOR.search(line.text) for line in lines):
        return 0
    controls = block.iter("h1", "h2", "form", "input", "textarea", "select", "iframe")
    return weight if next(controls, None) is None else 0


def _joined_by_kind(sheet: Sheet, container: etree._Element) -> etree._Element:
    """A known container together with its neighbours of the same tag and class, in a box of their own; else itself.

    A CMS that pastes an article in two goes makes two boxes of one name. The neighbours follow each other without a line
    between them but the captions of pictures (`_stands_below_picture`), have no id, and each reads on: no more than half of it is links, it is no card, and it has no heading of
    its own (`<h1>`, `<h2>`) and no bar with a source or a day, as another article has.
    """
    parent = sheet.parent(container)
    if parent is None or container.getparent() is not parent or not container.get("class") or not is_known(container):
        return container
    blocks, cards = sheet.children[parent], _Cards(sheet)
    kind = (container.tag, container.get("class"), None)

    def reads_on(block: etree._Element) -> bool:
        lines = [line for line in sheet.lines[slice(*sheet.spans[block])] if not line.hidden]
        if (
            (block.tag, block.get("class"), block.get("id")) != kind
            or block.getparent() is not parent
            or cards.holds(block)
        ):
            return False
        if 2 * sum(line.linked for line in lines) > sum(len(line.text) for line in lines):
            return False
        return next(block.iter("h1", "h2"), None) is None and not any(_is_bar(line) for line in lines[:3])

    def reached(at: int, step: int) -> int:
        """The neighbour of a block with which the article goes on, behind captions; the block itself for none."""
        there = at + step
        while 0 <= there < len(blocks) and _stands_below_picture(sheet, blocks[there]):
            there += step
        if not 0 <= there < len(blocks) or not reads_on(blocks[there]):
            return at
        row = blocks[min(at, there) : max(at, there) + 1]
        return there if all(_adjoin(sheet, one, other) for one, other in pairwise(row)) else at

    first = last = blocks.index(container)
    while (before := reached(first, -1)) != first:
        first = before
    if first != last and not reads_on(container):
        return container  # a head of its own: the boxes above belong to something else
    while (behind := reached(last, 1)) != last:
        last = behind
    return container if first == last else _boxed(sheet, blocks[first], blocks[last])


def _stands_below_picture(sheet: Sheet, block: etree._Element) -> bool:
    """Whether a block is a picture with its caption: it holds an `<img>` and one or two lines of 60 characters at most, without a link, a bar or residue."""
    lines = sheet.lines[slice(*sheet.spans[block])]
    if not 1 <= len(lines) <= _CAPTIONS or next(block.iter("img"), None) is None or is_furniture(block):
        return False
    return not any(line.linked or len(line.text) > 2 * _TITLE or _is_bar(line) or is_residue(line) for line in lines)


def _is_bar(line: Line) -> bool:
    return len(line.text) < _BAR and any(FIELDS[label] in ("published", "publisher") for label, _ in pairs(line.text))


def _reads_on(sheet: Sheet, outer: etree._Element, inner: etree._Element, weight: float) -> bool:
    """Whether an outer block goes on with the article of an inner one: `weight` is the prose that it adds.

    That must be 20 characters or more and nine tenths of all that is added, which holds no bar and no word to the visitor
    (您可以扫描二维码…).
    """
    (start, end), (first, last) = sheet.spans[outer], sheet.spans[inner]
    lines = [*sheet.lines[start:first], *sheet.lines[last:end]]
    if weight < max(_LINE, 0.9 * sum(len(line.text) for line in lines)):
        return False
    return not any(_is_bar(line) or SPEAKS_TO_A_VISITOR.search(line.text) for line in lines)


def _boxed(sheet: Sheet, first: etree._Element, last: etree._Element) -> etree._Element:
    """A new box around two children of a block and all between them."""
    box = etree.Element("div")
    first.addprevious(box)
    inner = [first, *first.itersiblings()]
    box.extend(inner[: inner.index(last) + 1])
    box.tail, last.tail = last.tail, None
    sheet.spans[box] = (sheet.spans[first][0], sheet.spans[last][1])
    return box


def _is_inside(sheet: Sheet, inner: etree._Element, outer: etree._Element) -> bool:
    (a, b), (c, d) = sheet.spans[inner], sheet.spans[outer]
    return c <= a and b <= d


def is_known(element: etree._Element) -> bool:
    """Whether an element's tag, id or class is one under which a CMS of these sites puts an article's text."""
    return element.tag in _KNOWN_TAGS or _is_known_name(names(element))


@functools.lru_cache(maxsize=1024)
def _is_known_name(names: str) -> bool:
    return _KNOWN.search(names) is not None


def _known(sheet: Sheet, blocks: Iterable[etree._Element]) -> Iterator[etree._Element]:
    """The known containers among some blocks, in the order of the page."""
    found = [element for element in blocks if is_known(element)]
    return iter(sorted(found, key=lambda element: (sheet.spans[element][0], -sheet.spans[element][1])))


def _densest(sheet: Sheet, places: Sequence[int], proses: Sequence[float]) -> etree._Element | None:
    """The block with the highest score; `proses` says for each line how much of it is prose.

    A line counts for the block around its paragraph, and less for the next two. It counts little above the title
    and in cards: boxes of a few lines that repeat, each with a link or a scrap (comments, summaries of other
    articles), and from the head of another article on (`_head_of_another`); the dated bar in the three lines below the title counts nothing. A block that begins within 15 lines below the title counts double, one named like furniture little.
    """
    scores: dict[etree._Element, float] = {}
    first = places[0] if places else 0
    head = range(first + 1, min(first + _HEAD_LINES, len(proses))) if places else ()
    bars = {at for at in head if _is_dated(sheet.lines[at])}
    other = _head_of_another(sheet, places, proses) if bars else len(proses)
    cards = _Cards(sheet)
    for at, line in enumerate(sheet.lines):
        weight = proses[at] * (1 if first <= at < other else _ABOVE) if at not in bars else 0
        if not weight:
            continue
        element: etree._Element | None = line.element
        start, end = sheet.spans.get(line.element, (at, at + 1))
        if line.row or line.element.tag in _PARAGRAPHS or (line.element.tag in _BOXES and end - start == 1):
            element = sheet.parent(line.element)
        if element is not None and cards.holds(element):
            weight *= _CARD
        for share in _SHARES:
            if element is None:
                break
            scores[element] = scores.get(element, 0) + weight * share
            element = sheet.parent(element)
    for element in scores:
        if is_furniture(element):
            scores[element] *= 0.2
        if any(place < sheet.spans[element][0] <= place + 15 for place in places):
            scores[element] *= 2
    return max(scores, key=scores.__getitem__, default=None)


def _head_of_another(sheet: Sheet, places: Sequence[int], proses: Sequence[float]) -> int:
    """The heading of a second article below the page's own, which has a bar with a day as that has; else the end of the page.

    Below the page's own bar, which stands within three lines of the title, comes prose, 60 characters or more, and
    then such a bar again right below a heading: `<h1>` to `<h4>`, not linked, and no line of the title.
    """
    lines, whole, first = sheet.lines, len(sheet.lines), places[0]
    for at in range(first + 5, whole):
        above = lines[at - 1]
        if above.element.tag in _HEADINGS and at - 1 not in places and not above.linked and _is_dated(lines[at]):
            return at - 1 if sum(proses[first : at - 1]) >= _LITTLE else whole
    return whole


def _is_dated(line: Line) -> bool:
    """Whether a line is a bar with a label of publication and its day."""
    if line.hidden or len(line.text) >= _BAR:
        return False
    return any(FIELDS[label] == "published" and first_day(value) is not None for label, value in pairs(line.text))


class _Cards:
    """Tells cards from other blocks. The answer for one block holds for all its siblings of the same tag and class."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.rows: dict[tuple[etree._Element, str, str | None], bool] = {}

    def holds(self, box: etree._Element) -> bool:
        parent = self.sheet.parent(box)
        if parent is None or not _is_small(self.sheet, box):
            return False
        kind = (parent, box.tag, box.get("class"))
        if kind not in self.rows:
            # forty siblings are enough to decide, and a page may have 100,000
            siblings = self.sheet.children[parent][:40]
            alike = [other for other in siblings if (parent, other.tag, other.get("class")) == kind]
            small = [other for other in alike if _is_small(self.sheet, other)]
            self.rows[kind] = len(alike) > 3 and len(small) > 0.7 * len(alike)
        return self.rows[kind]


def _is_small(sheet: Sheet, box: etree._Element) -> bool:
    start, end = sheet.spans[box]
    if not 2 <= end - start <= 6:
        return False
    return any(line.linked > len(line.text) / 2 or len(line.text) <= 8 for line in sheet.lines[start:end])


def is_frame(sheet: Sheet, text: str) -> bool:
    """Whether a text is only what stands around an article: it holds no sentence and no table, and the place where
    a CMS would put the article (a page that shows nothing but a video) stands empty.
    """
    if re.search(r"[。！？；\t]", text) or next(_known(sheet, sheet.spans), None) is not None:
        return False
    return any(is_known(element) for element in sheet.tree.iter(etree.Element))
