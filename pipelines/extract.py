"""Page -> Release: one pure function, safe to run in a worker process."""

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from cssselect import HTMLTranslator
from lxml import etree

from archive.model import OPEN_END, TORN, Listed, Page, Part, Release, Unreadable
from archive.texts.encoding import decode
from archive.texts.first_sight import Sight, is_notice
from archive.texts.markup import Block, text_of, unformed
from archive.texts.markup import write as write_markup
from archive.texts.normalised import normalised
from archive.texts.notices import says_missing, tells_nothing
from crawler.further_pages import lacking
from crawler.network.ends import end_of
from crawler.sources import Source
from pipelines.body import find_container, is_frame, joined, text_beside
from pipelines.elements.find import find_elements
from pipelines.facts import Facts
from pipelines.files import Found, belong, file_names, find_files, scripted_files
from pipelines.furniture import is_furniture
from pipelines.labelled import OPENING
from pipelines.language import language_of
from pipelines.lead import find_lead, tells_path
from pipelines.lines import Line, Sheet, parse, read_lines, squeeze, strings
from pipelines.metadata import (
    bare,
    clean_publisher,
    confirmed,
    cut_site,
    find_facts,
    find_heading,
    head_title,
    is_site,
    read_meta,
    set_from_meta,
    set_publishing_body,
    set_site_itself,
    timestamp,
)
from pipelines.pictures import find_pictures
from pipelines.places import Places, located
from pipelines.published import find_published, find_signed, places_of
from pipelines.residue import is_rule, is_stamp, is_weak, kept
from pipelines.script_markup import scripted_markup
from pipelines.second_reader import second_reading
from pipelines.structure import structured
from pipelines.titles import is_cut, stem_of, whole_title
from pipelines.unread import hidden_text, unread_pages

LARGEST = 16_000_000  # bytes
LARGEST_MARKUP = 4_000_000  # characters; the text stands without it
_SIGNATURES = (b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\xd0\xcf\x11\xe0", b"Rar!", b"\x1f\x8b")
_TAG = re.compile(r"<(?:[a-zA-Z!/?])")
_ANSWER = re.compile(
    r"""[\s\ufeff]*(?:[\w.$]{1,60}\s?\(\s*)?(?:\{\s*(?:["'][^"'<]{1,60}["']\s*:|\})|\[\s*(?:[{"\]]|-?\d+\s*[,\]]))"""
)
LARGEST_HEAD = 65_536  # characters; a page has a tag among them
_CUT = 12  # characters of the shortest title that a template cuts short
_TELLING = 8  # characters; a shorter line (首页) stands on pages of any site
_SHORT = 60  # characters; a shorter text is doubted
_TITLE = 150  # characters of a title
_KIND = re.compile(
    r"(?:公报|公告|通告|通知|通报|公示|启事|声明|意见|决定|决议|办法|规定|规则|细则|条例|方案|预案|规划|计划|纲要|要点|函|批复|命令|令|报告|名单|目录|清单|说明|解读)$"
)
_CLOSING = tuple("》）”")
_BELOW = 15  # lines below the title in which an article begins
_SENTENCE = re.compile("[。；！？：，,:;\t]")
_AROUND = 200  # characters; more is no mere surroundings of an article
_SEVERAL = 3  # links that make a list of others
_HEADING = 20  # characters of the longest heading above links
_ENDS = re.compile("[。；！？\t]")
_LABEL = re.compile(
    r"[【\[(（]?(?:信息)?(?:来源|发布|日期|时间|作者|浏览|阅读|点击|字[号体]|责任编辑|编辑|打印|分享|视力)"
)


def extract(page: Page, source: Source | None) -> Release:
    """Read the release out of its page: clean text, metadata with provenance. Turns and citations are found later.

    What the source declares comes first where it finds something; then the densest block of the page, or a container
    that the CMS families use; then the names of the files that the page shows, for a release that consists of them (`files-alone`).
    A page that shows pictures and no word of its own is a release without a text (`pictures-alone`). One that shows a video and no
    word of its own has no text: the headlines of other videos below it are none. A short text that stands in the page's foot is none.
    A lead above the block belongs to it. trafilatura reads what the residue leaves of the block; our lines put back the
    lines that it dropped (`repaired:N`), or stand alone where it fails (`unstructured`). A reading that is in doubt is
    checked against trafilatura's of the whole page. The texts of its further pages follow; all else is read from the
    first. Raises Unreadable: `not-html`, `too-large`, `no-text`, `no-title`, `partial`.
    """
    html, problems = read_html(page.body, page.header("Content-Type"))
    if lacking(page):
        problems += ("partial",)
    if page.cut_short:
        problems += ("length-lies",)
    if (closed := end_of(page.body, page.header("Content-Type"))) != "whole":
        problems += (TORN if closed == "torn" else OPEN_END,)
    tree = parse(html)
    meta = read_meta(tree)
    facts = Facts()
    listed = page.listed.title if page.listed else ""
    names = (head_title(tree), meta.get("articletitle", ""), listed)
    sheet, unveiled = _seen(tree, source, names)
    problems += unveiled
    declared = _declared_body(sheet, source)
    if source and source.body and declared is None:
        problems += ("undeclared-body",)
    _set_declared(sheet, source, page.fetched, facts)
    visible, places = confirmed(sheet.lines, names)
    container = declared if declared is not None else find_container(sheet, places)
    if declared is None and container is not None:
        container = joined(sheet, container)
    start, end = sheet.spans[container] if container is not None else (0, 0)
    titles = _set_title(sheet, meta, listed, visible, places, start, facts)
    if is_cut(facts.get("title")):
        if whole := whole_title(tree, facts.get("title")):
            facts.replace("title", whole, "meta", whole)
        else:
            problems += ("title-cut",)
    title_at = max((at for at in titles if at < start), default=-1)
    body = _read_body(sheet, container, title_at, facts.get("title"), page.url)
    if _is_title_alone(sheet, body, titles):
        body = _Body()
    own = body.own
    files = find_files(sheet, container, titles or places, page.url)
    if declared is None and len(body.text) < _SHORT:
        untold = not body.text and bool(titles) and not find_pictures(sheet, container, titles, page.url)
        body = _doubted(sheet, body, page.url, file_names(files), untold=untold)
    pictures = find_pictures(sheet, container, titles, page.url) if container is not None else []
    if not file_names(files) and _tells_nothing(sheet, body, titles):
        pictures = pictures or (find_pictures(sheet, None, titles, page.url) if titles else [])
        if pictures:
            body = _Body(problems=("pictures-alone",))
        elif titles and _shows_video(sheet):
            body = _Body()
    if not pictures and _shows_nothing(sheet, body, declared):
        files = files if file_names(files) else scripted_files(sheet, page.url)
        body = _Body(blocks=tuple(unformed(file_names(files))), problems=("files-alone",))
    text, problems = body.text, problems + body.problems
    if not text and "pictures-alone" not in problems:
        raise Unreadable("no-text")
    if container is not None and (unread := hidden_text(sheet, container, text)):
        problems += (f"hidden-text:{unread}",)
    if container is not None and not page.parts and (uncounted := unread_pages(sheet, container, page.url)):
        problems += (f"pages-unread:{uncounted}",)
    if declared is None and container is not None and (beside := text_beside(sheet, container)):
        problems += (f"text-beside:{beside:.0f}",)
    had = [page.body]
    shell = frozenset(line.text for line in (*sheet.lines[:start], *sheet.lines[end:]) if len(line.text) >= _TELLING)
    for part in page.parts:
        if part.body not in had:  # a site that lacks a part may show the first page again
            had.append(part.body)
            further, more, shown = _read_part(part, source, container, facts.get("title"), shell)
            files += [one for one in more if one.file.url not in {had.file.url for had in files}]
            pictures += [one for one in shown if one.url not in {had.url for had in pictures}]
            body = replace(body, blocks=(*body.blocks, *further.blocks), repaired=body.repaired + further.repaired)
            text, problems = body.text, problems + further.problems
    if body.repaired:
        problems += (f"repaired:{body.repaired}",)
    markup = write_markup(body.blocks)
    if len(markup) > LARGEST_MARKUP:
        markup, problems = "", (*problems, "unstructured")
    find_facts(sheet, titles[0] if titles else -1, start, end, facts)
    around = places_of(sheet, titles, start, end, own)
    find_signed(around, page.fetched, facts)
    problems += find_published(page, sheet, meta, around, facts.get("title"), facts)
    find_elements(facts, text)
    set_from_meta(meta, facts)
    set_publishing_body(facts)
    set_site_itself(facts)
    if not facts.get("title"):
        raise Unreadable("no-title")
    decoded = Places(html)
    found: dict[str, Any] = {name: facts.get(name) for name in facts.values}  # each is an attribute of a release
    return Release(
        page=page,
        text=text,
        markup=markup,
        **found,
        language=language_of(text),
        emphasised={line.text[:OPENING]: line.lead for line in sheet.lines[start:end] if 0 < len(line.lead) <= OPENING},
        provenance=tuple(located(one, decoded) for one in facts.provenance),
        problems=problems,
        links=(links := belong(files, text)),
        files=tuple(file.url for file in links),
        pictures=tuple(one for one in pictures if one.url not in {file.url for file in links}),
    )


@dataclass(frozen=True, kw_only=True)
class _Body:
    """A text's blocks, how many of its lines trafilatura dropped or doubled, and the problems of reading it.

    `own` are the container's lines without its residue.
    """

    blocks: tuple[Block, ...] = ()
    own: tuple[Line, ...] = ()
    repaired: int = 0
    problems: tuple[str, ...] = ()

    @functools.cached_property
    def text(self) -> str:
        return text_of(self.blocks)


def _read_body(sheet: Sheet, container: etree._Element | None, title_at: int, title: str, address: str) -> _Body:
    """The lead and the lines of the container without its residue, in the form that trafilatura finds."""
    if container is None:
        return _Body()
    start, end = sheet.spans[container]
    lead = find_lead(sheet, title_at, start, container)
    inside = kept(sheet.lines[start:end], title)
    shown = [*((line, line.text) for line in lead), *inside]
    if not shown:
        return _Body()
    stay = {id(line) for line, _ in inside}
    cut = [line for line in sheet.lines[start:end] if id(line) not in stay]
    found = structured(shown, lead, container, cut, address)
    own = tuple(line for line, _ in inside)
    if found.repaired is None:
        return _Body(blocks=found.blocks, own=own, problems=("unstructured",))
    return _Body(blocks=found.blocks, own=own, repaired=found.repaired)


def _read_part(
    part: Part, source: Source | None, container: etree._Element | None, title: str, shell: frozenset[str]
) -> tuple[_Body, list[Found], list[Listed]]:
    """The text, the files and the pictures of a further page; `container` is where the text stands on the first page.

    It stands in an element of the same tag, id and class, since all pages of an article come from one template and a
    last one may be too short to be told by its prose. It vouches for itself: it shows the article's title, or something in
    the same element, or in a page that has a line of 8 characters in common with what surrounds the article on its first
    page. One that does not, as a firewall's or an emptied template, or that is a notice of the site, is Unreadable `partial`.
    """
    html, problems = read_html(part.body, part.content_type)
    sheet, unveiled = _seen(parse(html), source, (title,))
    problems += unveiled
    places = confirmed(sheet.lines, (title,))[1]
    titled = bool(places) or normalised(title) in normalised(head_title(sheet.tree))
    place = declared = _declared_body(sheet, source)
    if place is None and container is not None and (container.get("id") or container.get("class")):
        place = next((element for element in sheet.spans if _kind(element) == _kind(container)), None)
    housed = place is not None
    if place is None:
        place = find_container(sheet, places)
    if declared is None and place is not None:
        place = joined(sheet, place)
    body = _read_body(sheet, place, -1, title, part.url)
    pictures = find_pictures(sheet, place, places, part.url) if place is not None else []
    if not (body.text or pictures) and places:
        pictures = find_pictures(sheet, None, places, part.url)
    files = find_files(sheet, place, places, part.url)
    shows = bool(body.text or pictures or file_names(files))
    of_its_shell = housed or any(line.text in shell for line in sheet.lines)
    if not (titled or (of_its_shell and shows)) or _is_notice(sheet, body.text, title, titled=titled):
        raise Unreadable("partial")
    empty = () if body.text or pictures else ("empty-part",)
    body = replace(body, problems=(*problems, *body.problems, *empty))
    return body, files, pictures


def _is_notice(sheet: Sheet, text: str, title: str, *, titled: bool) -> bool:
    """Whether a further page says that it is missing, or that the site is busy, closed or kept for others.

    One that shows the article's title does the latter only where it tells nothing besides: the end of an article about a
    system's outage may be short.
    """
    if says_missing(head_title(sheet.tree), text):
        return True
    return is_notice(Sight(listed=title, title=title, text=text)) and (not titled or tells_nothing(text))


def _seen(tree: etree._Element, source: Source | None, names: Sequence[str]) -> tuple[Sheet, tuple[str, ...]]:
    """The lines of a page as its readers see them, with the problem `hidden-by-style` where its own sheets count nothing.

    They count nothing where they would hide more than half of the container that the page has without them: a script
    shows it (tabs, a button for the rest). But a container that they leave, right below the title and apart from the
    hidden one, is the article, and the hidden one a box (a notice on privacy).
    """
    sheet = read_lines(tree)
    if not sheet.veiled:
        return sheet, ()
    left, places = _place(sheet, source, names)
    if left is not None and _visible(sheet, left) >= max(sheet.veiled, _SHORT):
        return sheet, ()  # to read it anew would tell nothing
    bare = read_lines(tree, unveiled=True)
    whole, _ = _place(bare, source, names)
    if whole is None or 2 * _visible(sheet, whole) >= _visible(bare, whole):
        return sheet, ()
    if left is None or left in (whole, *whole.iterancestors(), *whole.iter()) or _visible(sheet, left) < _SHORT:
        return bare, ("hidden-by-style",)
    if any(at < sheet.spans[left][0] <= at + _BELOW for at in places):
        return sheet, ()
    return bare, ("hidden-by-style",)


def _place(sheet: Sheet, source: Source | None, names: Sequence[str]) -> tuple[etree._Element | None, list[int]]:
    places = confirmed(sheet.lines, names)[1]
    declared = _declared_body(sheet, source)
    return find_container(sheet, places) if declared is None else declared, places


def _visible(sheet: Sheet, element: etree._Element) -> int:
    """How many characters an element shows."""
    start, end = sheet.spans.get(element, (0, 0))
    return sum(len(line.text) for line in sheet.lines[start:end] if not line.hidden)


def _kind(element: etree._Element) -> tuple[str, str | None, str | None]:
    return element.tag, element.get("id"), element.get("class")


def read_html(body: bytes, content_type: str) -> tuple[str, tuple[str, ...]]:
    """A page's markup as characters, and its problems. Raises Unreadable when it is no markup, or too much."""
    if len(body) > LARGEST:
        raise Unreadable("too-large")
    head = body[:1024].lstrip()
    if not head:
        raise Unreadable("no-text")
    if head.startswith(_SIGNATURES):
        raise Unreadable("not-html")
    html, problems = decode(body, content_type)
    if not _is_markup(html):
        raise Unreadable("not-html")
    return html, problems


def _is_markup(html: str) -> bool:
    """Whether characters are a page: they hold a tag, and are no answer of a program (JSON, or a call that holds it)."""
    return bool(_TAG.search(html, 0, LARGEST_HEAD)) and not _ANSWER.match(html)


def _set_title(
    sheet: Sheet, meta: dict[str, str], listed: str, visible: str, places: list[int], start: int, facts: Facts
) -> list[int]:
    """Set the title; return the lines near the body where it stands, none when it is not visible.

    A confirmed line near the body, in full where the page's head has more of it (`_in_full`), or its list, text or description has (`_in_document`) (a name as a site has, ending in 报 or 网, needs the list's word for it, where there is
    a heading), else ArticleTitle, else a heading near the body, else a confirmed line anywhere,
    else the title in the list entry, else og:title and `<title>`.
    """
    near = [place for place in places if start - 25 <= place <= start + 6]
    heading, heading_at = find_heading(sheet.lines, start)
    if near and (bare(visible) == bare(listed) or not (heading and is_site(visible))):
        heads = (meta.get("articletitle", ""), cut_site(head_title(sheet.tree)), cut_site(meta.get("og:title", "")))
        whole = _in_full(visible, heads, sheet.lines)
        facts.set("title", whole, "meta", whole)
        facts.set("title", _in_document(visible, (listed,)), "list", listed)
        fields = (squeeze(field.get("value") or "") for field in sheet.tree.iter("input"))
        whole = _in_document(visible, [meta.get("description", ""), *_opening(sheet.lines, start), *fields])
        facts.set("title", whole, "text", whole)
        if is_cut(visible):
            facts.set("title", _in_full(visible, (listed,), sheet.lines), "list", listed)
        facts.set("title", visible, "label", visible)
        return near
    named = meta.get("articletitle", "")
    if not is_site(named) and not _is_cut(named, listed, cut_site(head_title(sheet.tree))):
        facts.set("title", named, "meta", named)
    facts.set("title", heading, "label", heading)
    facts.set("title", visible, "label", visible)
    for raw in (meta.get("og:title", ""), head_title(sheet.tree)):
        if listed and _is_listed(listed, raw):
            facts.set("title", listed, "meta", raw)  # the page names itself so: the list is not its only witness
    facts.set("title", listed, "list", listed)
    for raw in (meta.get("og:title", ""), head_title(sheet.tree)):
        facts.set("title", cut_site(raw), "meta", raw)
    return [heading_at] if heading_at >= 0 else []


def _in_full(visible: str, named: Sequence[str], lines: Sequence[Line]) -> str:
    """The title of a page's head, where the visible one is cut short without a mark; else "".

    A template cuts at a number of characters: what is visible has 12 or more, and the head's (ArticleTitle, `<title>`)
    begins with it and goes on in the middle of the words: a Chinese character ends the one and begins the rest. A rest
    that is the name of a body or a site, or stands in a link (a column), is none. Where it is cut with a mark (…), any longer
    name that begins with it is the title.
    """
    if is_cut(visible):
        stem = stem_of(visible)
        return next(
            (name for name in named if name.startswith(stem) and len(name) > len(stem) and not is_cut(name)), ""
        )
    if len(visible) < _CUT or not _is_chinese(visible[-1]):
        return ""
    for name in named:
        rest = name[len(visible) :]
        if name.startswith(visible) and _is_chinese(rest[:1]) and not is_site(rest):
            return "" if any(line.linked and rest in line.text for line in lines) else name
    return ""


def _in_document(visible: str, names: Sequence[str]) -> str:
    """The title of a document at the beginning of its text, or alone in its list, the page's description or a field of a form, where the visible one is cut short without a mark; else "".

    The visible one has 12 characters or more, and a Chinese one ends it; the document's begins with it, marks and blanks apart,
    goes on in the middle of the words, without a comma, and ends with a kind of document (通知, 公告), as the visible one does not.
    It is no sentence and has 150 characters at most.
    """
    if len(bare(visible)) < _CUT or not _is_chinese(visible[-1]) or _KIND.search(visible):
        return ""
    stem = bare(visible)
    for name in names:
        if len(name) > _TITLE or not _KIND.search(name) or not bare(name).startswith(stem):
            continue
        match = re.match(r"[\W_]*".join(map(re.escape, stem)), name, re.I)
        rest = name[match.end() :].lstrip() if match else ""
        if (_is_chinese(rest[:1]) or rest[:1] in _CLOSING) and not _SENTENCE.search(rest):
            return name
    return ""


def _opening(lines: Sequence[Line], start: int) -> Iterator[str]:
    """The first line of a text, and its first two and three together: none is a sentence, linked, or a row of a table."""
    text = ""
    for line in lines[start : start + 3]:
        if line.linked or line.row or _ENDS.search(line.text):
            return
        text += line.text
        yield text


def _is_chinese(sign: str) -> bool:
    return "\u4e00" <= sign <= "\u9fff"


def _is_listed(listed: str, raw: str) -> bool:
    """Whether a title in a page's head is the list's, alone or before the names of columns and of the site."""
    return "".join(re.split(r"[-_|—–－｜]", raw)[0].split()) == "".join(listed.split()) or normalised(
        cut_site(raw)
    ) == normalised(listed)


def _is_cut(named: str, listed: str, head: str) -> bool:
    """Whether ArticleTitle is but the beginning of the list's title, or, ending with …, of `<title>`: a quote within it ended it."""
    stem = named.rstrip("….")
    return (listed.startswith(stem) and len(listed) > len(stem)) or (
        stem != named and head.startswith(stem) and head != named
    )


def _doubted(sheet: Sheet, body: _Body, address: str, names: list[str], *, untold: bool) -> _Body:
    """Check a short text: a script or the whole page may have much more; else take the names of the release's files.

    Where a page shows its title and neither text nor picture (`untold`), a sentence in a string of a script is enough.
    """
    text = body.text
    enough = 4 * max(len(text), _SHORT)
    if untold and (markup := scripted_markup(sheet.tree, of_strings=True)):
        scripted = _scripted(markup, address)
        if "。" in scripted.text:
            return scripted
    if markup := scripted_markup(sheet.tree):
        scripted = _scripted(markup, address)
        if len(scripted.text) > enough:
            return scripted
    second = second_reading(sheet)
    if len(second) > enough:
        return _Body(blocks=tuple(unformed(second.split("\n"))), problems=("second-reader",))
    if _SENTENCE.search(text) or not names or "\n".join(names) == text:
        return body
    return _Body(blocks=tuple(unformed(names)))


def _scripted(markup: str, address: str) -> _Body:
    inner = read_lines(parse(markup))
    body = _read_body(inner, inner.tree if inner.lines else None, -1, "", address)
    return replace(body, problems=("read-from-script", *body.problems))


def _shows_nothing(sheet: Sheet, body: _Body, declared: etree._Element | None) -> bool:
    """Whether a page has no text of its own: nothing was read, or only what stands around an article."""
    return not body.text or (declared is None and is_frame(sheet, body.text))


def _is_title_alone(sheet: Sheet, body: _Body, titles: list[int]) -> bool:
    """Whether the text is the very line of the title, with rules of dashes, days and residue, and the path and menu above it, at most: an article that was not filled in."""
    above = {id(line) for line in sheet.lines[: titles[0] if titles else 0]}
    own_title = {id(sheet.lines[at]) for at in titles}

    def tells_nothing(line: Line) -> bool:
        if id(line) in own_title or is_rule(line) or is_stamp(line):
            return True
        return id(line) in above and (is_weak(line) or tells_path(line.text))

    own = [line for line in body.own if not line.hidden]
    return bool(own) and all(map(tells_nothing, own))


def _tells_nothing(sheet: Sheet, body: _Body, titles: list[int]) -> bool:
    """Whether nothing was read, or only what stands around an article: 200 characters at most, no sentence, and each line stands
    above the title or is the title, is a label with its value (来源：…), is one link, or stands in furniture; or, on a page
    with a video, such lines and the headlines of others (`_lists_others`), however many.
    """
    if not body.text or not titles or not body.own:
        return not body.text
    worded = len(body.text) > _AROUND or _ENDS.search(body.text) is not None
    video = _shows_video(sheet)
    if worded and not video:  # most pages
        return False
    upper = {id(line) for line in sheet.lines[: max(titles) + 1]}
    below = [line for line in body.own if id(line) not in upper]
    if video and _lists_others([line for line in below if not _is_surrounding(line)]):
        return True
    return not worded and all(line.linked >= len("".join(line.text.split())) or _is_surrounding(line) for line in below)


def _lists_others(lines: Sequence[Line]) -> bool:
    """Whether lines are links, most of each, under headings of 20 characters at most: three links or more, and no sentence beside them."""
    links = [2 * line.linked > len(line.text) for line in lines]
    headed = all(
        link or (following and len(line.text) <= _HEADING and not _ENDS.search(line.text))
        for line, link, following in zip(lines, links, [*links[1:], False], strict=False)
    )
    return headed and sum(links) >= _SEVERAL


def _shows_video(sheet: Sheet) -> bool:
    """Whether a page has a video with an address, outside furniture."""
    return any(
        next((one for one in video.iter("video", "source") if one.get("src")), None) is not None
        and not any(map(is_furniture, video.iterancestors()))
        for video in sheet.tree.iter("video")
    )


def _is_surrounding(line: Line) -> bool:
    """Whether a line is a label with its value, or stands in furniture."""
    return _LABEL.match(line.text) is not None or any(map(is_furniture, (line.element, *line.element.iterancestors())))


@functools.lru_cache(maxsize=1024)
def _xpath(selector: str) -> etree.XPath:
    return etree.XPath(HTMLTranslator().css_to_xpath(selector))


def _select(tree: etree._Element, selectors: tuple[str, ...]) -> etree._Element | None:
    """The first element with text that the first selector to find any finds."""
    for selector in selectors:
        for element in cast("list[etree._Element]", _xpath(selector)(tree)):  # CSS selects nothing else
            if "".join(strings(element)).strip():
                return element
    return None


def _declared_body(sheet: Sheet, source: Source | None) -> etree._Element | None:
    element = _select(sheet.tree, source.body) if source else None
    while element is not None and element not in sheet.spans:
        element = element.getparent()
    return element


def _set_declared(sheet: Sheet, source: Source | None, fetched: str, facts: Facts) -> None:
    if source is None:
        return
    if (element := _select(sheet.tree, source.title)) is not None:
        title = squeeze("".join(strings(element)))
        facts.set("title", title, "label", title)
    if (element := _select(sheet.tree, source.date)) is not None:
        raw = squeeze(" ".join(strings(element)))
        facts.set("published", timestamp(raw, fetched), "label", raw)
    if (element := _select(sheet.tree, source.source)) is not None:
        raw = squeeze("\t".join(strings(element)))
        facts.set("publisher", clean_publisher(raw), "label", raw)
