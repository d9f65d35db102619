"""A text with its structure, as blocks and as Markdown. The Markdown is a small subset, written and read by this module.

Written are: `## heading` (2 to 6 signs), `- item`, `**bold**`, `[words](address)`, `![words](address)` on a line of its
own, and tables of bars; an empty line divides the blocks. A sign that Markdown would take for markup has a backslash
before it, so no HTML can stand in it. Addresses are absolute and begin with http:// or https://.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal
from urllib.parse import urlsplit

from archive.texts.personal_numbers import mask_figures, mask_persons

Kind = Literal["p", "heading", "item", "row", "picture"]
_LONGEST_LINK = 2000  # characters

_SPECIAL = re.compile(r"[\\`*_\[\]<>|&~]")
_START = re.compile(r"([#+=-]|\d{1,9}(?=[.)]))")
_BACKSLASH = re.compile(r"\\(.)", re.S)
# all that `_ADDRESS` refuses must be here
_UNSAFE = re.compile(r"[\s()<>\\\"'`{}|^\x00-\x20\x7f]")
_BREAKS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029]")
_SIGN = r"(?:\\.|[^\\\[\]])"  # an escaped sign, or one that is no bracket
_ADDRESS = r"\((https?://[^\s()]+)\)"
_INLINE = re.compile(
    rf"(?P<bold>\*\*)|\[(?P<words>{_SIGN}*+)\]{_ADDRESS}|(?P<text>(?:\\.|[^\\*\[])++)|(?P<loose>.)", re.S
)
_PICTURE = re.compile(rf"!\[({_SIGN}*+)\]{_ADDRESS}")
_HEADING = re.compile(r"(#{2,6}) (.*)")
_CELL = re.compile(r"(?:\\.|[^\\|])*+", re.S)
_SYNTAX = re.compile(r"\\(.)|\*\*|[\[\]](?:\(https?://[^\s()]+\))?", re.S)
_RULE = re.compile(r"\|(?: --- \|)+")


# not frozen, nor is Block: a page makes many, and frozen ones take three times as long to make
@dataclass(slots=True, kw_only=True)
class Run:
    """A stretch of words of one form."""

    text: str
    bold: bool = False
    link: str = ""  # an address, "" for none


@dataclass(slots=True, kw_only=True)
class Block:
    """A line of the text with its form, or a picture that stands between two lines."""

    kind: Kind
    runs: tuple[Run, ...] = ()  # a picture has its words here, with its address as their link
    level: int = 0  # a heading's depth, 2 to 6
    cells: tuple[tuple[Run, ...], ...] = ()  # a row's columns
    first: bool = False  # the row begins a table
    head: bool = False  # the row is its table's head


def plain(block: Block) -> str:
    """The block's line in the text: cells divided by tabs; "" for a picture."""
    if block.kind == "picture":
        return ""
    if block.kind == "row":
        return "\t".join(_words(cell) for cell in block.cells)
    return _words(block.runs)


def text_of(blocks: Iterable[Block]) -> str:
    """The text, a line for each block that is no picture."""
    return "\n".join(plain(block) for block in blocks if block.kind != "picture")


def unformed(lines: Iterable[str]) -> list[Block]:
    """Lines of a text as blocks without form; those with tabs are rows."""
    blocks: list[Block] = []
    for line in lines:
        if "\t" not in line:
            blocks.append(Block(kind="p", runs=(Run(text=line),)))
            continue
        first = not blocks or blocks[-1].kind != "row"
        cells = tuple((Run(text=cell),) if cell else () for cell in line.split("\t"))
        blocks.append(Block(kind="row", cells=cells, first=first))
    return blocks


def safe_address(address: str) -> str:
    """An absolute address of the web as it may stand in markup; "" for all others.

    Its scheme is written small and its brackets are escaped, since `_ADDRESS` reads back nothing else.
    """
    if not re.match(r"https?://", address, re.I) or len(address) > _LONGEST_LINK:
        return ""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return ""
    if not host:
        return ""
    quoted = _UNSAFE.sub(lambda sign: "".join(f"%{byte:02X}" for byte in sign[0].encode()), address)
    return re.sub(r"^https?", parts.scheme, quoted, flags=re.I)


# writing


def write(blocks: Iterable[Block]) -> str:
    """The blocks as Markdown."""
    parts: list[str] = []
    for is_row, group in groupby(blocks, lambda block: block.kind == "row"):
        alike = list(group)
        parts += _tables(alike) if is_row else map(_write, alike)
    return "\n\n".join(filter(None, parts))


def _write(block: Block) -> str:
    words = "".join(map(_write_run, block.runs))
    if block.kind == "heading":
        return f"{'#' * min(6, max(2, block.level))} {words}"
    if block.kind == "item":
        return f"- {words}"
    if block.kind == "picture":
        run = block.runs[0]
        return f"![{_escape(run.text)}]({run.link})"
    return _START.sub(r"\\\1" if not words[:1].isdigit() else r"\1\\", words, count=1) if _START.match(words) else words


def _tables(rows: list[Block]) -> list[str]:
    """Rows as tables; a table without a head gets an empty one, since Markdown asks for one."""
    tables: list[list[Block]] = []
    for row in rows:
        if row.first or not tables:
            tables.append([])
        tables[-1].append(row)
    return ["\n".join(_table(table)) for table in tables]


def _table(rows: list[Block]) -> Iterator[str]:
    width = max(1, *(len(row.cells) for row in rows))
    head = rows[0].head
    yield _row(rows[0]) if head else "|" + "  |" * width
    yield "|" + " --- |" * width
    for row in rows[1:] if head else rows:
        yield _row(row)


def _row(row: Block) -> str:
    return "|" + "".join(f" {''.join(map(_write_run, cell))} |" for cell in row.cells or ((),))


def _write_run(run: Run) -> str:
    words = _escape(run.text)
    if run.link:
        words = f"[{words}]({run.link})"
    return f"**{words}**" if run.bold else words


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", text if text.isprintable() else _BREAKS.sub(" ", text))


# reading


def read(markup: str) -> list[Block]:
    """The blocks of a Markdown that `write` made. Of any other string it makes blocks too, without a fault."""
    blocks: list[Block] = []
    for part in markup.split("\n\n"):
        if part.startswith("|"):
            blocks += _read_table(part.split("\n"))
        elif part:
            blocks.append(_read_block(part))
    return blocks


def _read_block(part: str) -> Block:
    if found := _HEADING.fullmatch(part):
        return Block(kind="heading", level=len(found[1]), runs=_read_runs(found[2]))
    if part.startswith("- "):
        return Block(kind="item", runs=_read_runs(part[2:]))
    if found := _PICTURE.fullmatch(part):
        return Block(kind="picture", runs=(Run(text=_unescape(found[1]), link=found[2]),))
    return Block(kind="p", runs=_read_runs(part))


def _read_table(lines: list[str]) -> list[Block]:
    rows = [
        Block(kind="row", cells=tuple(_read_runs(cell) for cell in _cells(line)), head=n == 0)
        for n, line in enumerate(lines)
        if not (n == 1 and _RULE.fullmatch(line))
    ]
    if not any(rows[0].cells):  # the head that a table without one has
        del rows[0]
    return [replace(row, first=n == 0) for n, row in enumerate(rows)]


def _cells(line: str) -> list[str]:
    """The cells between the bars of a line."""
    cells, at = [], 1
    while at < len(line):
        found = _CELL.match(line, at)
        assert found
        cells.append(found[0].removeprefix(" ").removesuffix(" "))
        at = found.end() + 1
    return cells


def _read_runs(words: str) -> tuple[Run, ...]:
    runs: list[Run] = []
    bold = False
    for found in _INLINE.finditer(words):
        if found["bold"]:
            bold = not bold
            continue
        link = found[3] or "" if found["words"] is not None else ""
        text = _unescape(found["words"] if found["words"] is not None else found[0])
        if runs and (runs[-1].bold, runs[-1].link) == (bold, link):
            runs[-1] = replace(runs[-1], text=runs[-1].text + text)
        elif text:
            runs.append(Run(text=text, bold=bold, link=link))
    return tuple(runs)


def _unescape(text: str) -> str:
    return _BACKSLASH.sub(r"\1", text)


def _words(runs: Iterable[Run]) -> str:
    return "".join(run.text for run in runs)


# masking


def mask(markup: str) -> str:
    """The markup with the numbers of persons masked as in the text, also where a part of one is bold or linked."""
    # a quick test first: most texts hold no such number. In a cell one may be told by the head of its column alone
    words = _SYNTAX.sub(r"\1", markup).replace("\n\n", "\n")
    if mask_figures(words) == words and mask_persons(markup) == markup:
        return markup
    blocks = read(markup)
    lines = iter(mask_persons(text_of(blocks)).split("\n"))
    masked = [_mask(block, "" if block.kind == "picture" else next(lines)) for block in blocks]
    return markup if masked == blocks else write(masked)


def _mask(block: Block, shown: str) -> Block:
    """A line that is `shown` otherwise, for a number of a person, loses its form; words of pictures and addresses are masked
    as they are.
    """
    if block.kind == "picture":
        return replace(block, runs=_mask_runs(block.runs, words=True))
    if shown != plain(block):
        bare = tuple((Run(text=cell),) for cell in shown.split("\t"))
        return replace(block, cells=bare) if block.kind == "row" else replace(block, runs=bare[0])
    return replace(block, runs=_mask_runs(block.runs), cells=tuple(map(_mask_runs, block.cells)))


def _mask_runs(runs: tuple[Run, ...], *, words: bool = False) -> tuple[Run, ...]:
    return tuple(
        replace(run, text=mask_persons(run.text) if words else run.text, link=mask_persons(run.link)) for run in runs
    )
