"""XLSX and XLS: the cells that a reader sees, with their numbers as they are shown."""

import io
import re
from collections import Counter
from collections.abc import Callable, Iterator

import xlrd
from lxml import etree

from pipelines.documents.document import Read, Unread, counted, unread_inside
from pipelines.documents.package import Package, value
from pipelines.documents.shown import BUILT_IN, plain, shown

MOST_CELLS = 500_000  # cells of all sheets
_HIDDEN = frozenset(("hidden", "veryHidden"))
_YES = frozenset(("1", "true"))
_MOST_WHOLE = 1 / 3  # share of whole numbers in a column of decimals
_FEWEST = 3  # numbers with decimals that tell the decimals of their column
_ESCAPED = re.compile("_x((?!d[89a-f])[0-9a-f]{4})_", re.I)
_YEARS = range(1900, 2101)

Cell = str | float  # a float is a number in the format `General`
Row = dict[int, Cell]


def read_xlsx(body: bytes) -> Read:
    """A page for each sheet of an XLSX file that is not hidden, with its text boxes below its cells; hidden rows and columns,
    comments and charts are left out.
    Formulas whose value was not kept are counted: a program wrote them, and no sheet has worked them out yet.
    """
    package = Package(body)
    main = package.main()
    book = package.xml(main)
    if book is None:
        raise Unread("failed", "an Office file without a document")
    related = package.related(main)
    members = dict(related.values())
    show = _shower(package, members.get("styles", ""), _is_from_1904(book))
    strings = [_string(one) for one in package.walk(members.get("sharedStrings", ""), "si")]
    seen = [one for one in book.iter("{*}sheet") if value(one, "state") not in _HIDDEN]
    names = [related.get(_reference(one), ("", ""))[1] for one in seen]
    budget = _Budget()
    pages = [
        "\n".join([page(budget.counted(_rows(package, name, strings, show, budget))), *_boxes(package, name)])
        for name in names
    ]
    package.refuse_pictures(pages)
    unknown = counted(budget.unknown, "formula without its value", "formulas without their values")
    return Read(pages, "; ".join(filter(None, (unknown, unread_inside(package.embedded())))))


def _boxes(package: Package, name: str) -> Iterator[str]:
    """The lines of the text boxes on a sheet."""
    for kind, target in package.related(name).values():
        drawing = package.xml(target) if kind == "drawing" else None
        for shape in () if drawing is None else drawing.iter("{*}sp"):
            shown = next(shape.iter("{*}cNvPr"), None)
            if shown is None or value(shown, "hidden") not in _YES:
                yield from ("".join(one.text or "" for one in line.iter("{*}t")) for line in shape.iter("{*}p"))


def read_xls(body: bytes) -> list[str]:
    """A page for each sheet of an XLS file that is not hidden, as of an XLSX file."""
    try:
        book = xlrd.open_workbook(
            file_contents=body,
            formatting_info=True,
            ragged_rows=True,
            logfile=io.StringIO(),
            ignore_workbook_corruption=True,
        )
    except xlrd.XLRDError as error:
        raise Unread("encrypted" if "encrypted" in str(error) else "failed", str(error)[:80]) from None
    budget = _Budget()
    return [page(budget.counted(_old_rows(book, sheet))) for sheet in book.sheets() if not sheet.visibility]


def page(rows: Iterator[Row]) -> str:
    """Rows as lines, with a tab between cells, without empty columns, and with the zeros that the format `General` drops."""
    kept = [row for row in rows if row]
    decimals = _decimals(kept)
    columns = sorted({column for row in kept for column in row})
    return "\n".join(_line(row, columns, decimals) for row in kept)


def _line(row: Row, columns: list[int], decimals: dict[int, int]) -> str:
    cells = [_written(row.get(column, ""), decimals.get(column, 0)) for column in columns]
    return "\t".join(cells).rstrip("\t")


def _written(cell: Cell, decimals: int) -> str:
    if isinstance(cell, str):
        return " ".join(cell.split())
    if decimals and cell.is_integer() and cell not in _YEARS:
        return f"{cell:.{decimals}f}"
    return plain(cell)


def _decimals(rows: list[Row]) -> dict[int, int]:
    """The decimals that the numbers of a column have, for columns in the format `General` where all have the same.

    A sheet drops the last zero of what was typed as 4186.0. It is given back where at least three numbers of the column
    have decimals, all of them equally many, and at most a third of its numbers are whole; never to a year.
    """
    found: dict[int, Counter[int]] = {}
    for row in rows:
        for column, cell in row.items():
            if isinstance(cell, float):
                found.setdefault(column, Counter())[len(plain(cell).partition(".")[2])] += 1
    alike = {column: counts for column, counts in found.items() if len(counts.keys() - {0}) == 1}
    return {
        column: max(counts)
        for column, counts in alike.items()
        if counts[max(counts)] >= _FEWEST and counts[0] <= _MOST_WHOLE * counts.total()
    }


class _Budget:
    """Counts the cells of a workbook, and its formulas without a value."""

    def __init__(self) -> None:
        self._cells = 0
        self.unknown = 0

    def counted(self, rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            self._cells += len(row)
            if self._cells > MOST_CELLS:
                raise Unread("too-large", f"more than {MOST_CELLS} cells")
            yield row


def _is_from_1904(book: etree._Element) -> bool:
    return any(value(one, "date1904") in _YES for one in book.iter("{*}workbookPr"))


def _reference(sheet: etree._Element) -> str:
    return next((str(found) for key, found in sheet.attrib.items() if str(key).endswith("}id")), "")


def _shower(package: Package, styles: str, from_1904: bool) -> Callable[[float, str], Cell]:
    """The function that writes a number in the style of a cell."""
    root = package.xml(styles)
    own = {} if root is None else {value(one, "numFmtId"): value(one, "formatCode") for one in root.iter("{*}numFmt")}
    styled = [] if root is None else root.findall("{*}cellXfs/{*}xf")
    codes = [own.get(id) or BUILT_IN.get(int(id or 0), "") for id in (value(one, "numFmtId") for one in styled)]

    def show(number: float, style: str) -> Cell:
        code = codes[int(style)] if style.isdigit() and int(style) < len(codes) else ""
        return number if code in ("", "General", "@") else shown(number, code, from_1904)

    return show


def _string(element: etree._Element) -> str:
    """The text of a string, without the readings of its signs."""
    return _unescaped(
        "".join(one.text or "" for one in element.iter("{*}t") if next(one.iterancestors("{*}rPh"), None) is None)
    )


def _unescaped(text: str) -> str:
    """A text with the signs that XML does not take for their codes (_x000D_). Halves of a sign stay: they are none."""
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text)


def _rows(
    package: Package, name: str, strings: list[str], show: Callable[[float, str], Cell], budget: _Budget
) -> Iterator[Row]:
    hidden: set[int] = set()
    for element in package.walk(name, "col", "row"):
        if element.tag.endswith("}col"):
            if _is_hidden(element, "width"):
                hidden |= set(range(int(value(element, "min")) - 1, min(int(value(element, "max")), 20_000)))
        elif not _is_hidden(element, "ht"):
            row: Row = {}
            column = -1
            for cell in element.iterchildren("{*}c"):
                column = _column(cell.get("r", ""), column + 1)
                row[column] = _cell(cell, strings, show)
                if not row[column] and column not in hidden and _is_unknown(cell):
                    budget.unknown += 1
            yield {column: cell for column, cell in row.items() if column not in hidden and cell != ""}


def _is_hidden(element: etree._Element, size: str) -> bool:
    """Whether a row or column is hidden, or made as narrow as nothing."""
    return value(element, "hidden") in _YES or re.fullmatch(r"0(?:\.0*)?", value(element, size)) is not None


def _is_unknown(cell: etree._Element) -> bool:
    """Whether a cell has a formula without a value; a formula may yield an empty text."""
    is_formula = cell.find("{*}f") is not None
    return is_formula and cell.get("t", "n") == "n" and not cell.findtext("{*}v")


def _column(place: str, usual: int) -> int:
    letters = re.match("[A-Z]{1,3}", place)
    if not letters:
        return usual
    number = 0
    for letter in letters[0]:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _cell(cell: etree._Element, strings: list[str], show: Callable[[float, str], Cell]) -> Cell:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _string(cell)
    said = cell.findtext("{*}v") or ""
    if kind == "s":
        return strings[int(said)] if said.isdigit() and int(said) < len(strings) else ""
    if kind == "b":
        return "TRUE" if said == "1" else "FALSE"
    if kind in ("str", "e", "d") or not said:
        return _unescaped(said)
    try:
        return show(float(said), cell.get("s", ""))
    except (ValueError, OverflowError, ArithmeticError):
        return said


def _old_rows(book: xlrd.Book, sheet: xlrd.sheet.Sheet) -> Iterator[Row]:
    hidden = {column for column, facts in sheet.colinfo_map.items() if facts.hidden}
    for at in range(sheet.nrows):
        facts = sheet.rowinfo_map.get(at)
        if facts is None or not facts.hidden:
            cells = enumerate(sheet.row(at))
            row = {column: _old_cell(book, cell) for column, cell in cells if column not in hidden}
            yield {column: cell for column, cell in row.items() if cell != ""}


def _old_cell(book: xlrd.Book, cell: xlrd.sheet.Cell) -> Cell:
    if cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        code = _old_code(book, cell)
        return float(cell.value) if code in ("", "General", "@") else shown(cell.value, code, book.datemode == 1)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if cell.value else "FALSE"
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(cell.value, ""))
    return str(cell.value)


def _old_code(book: xlrd.Book, cell: xlrd.sheet.Cell) -> str:
    key = book.xf_list[cell.xf_index].format_key
    found = book.format_map.get(key)
    return BUILT_IN.get(key) or ("" if found is None else str(found.format_str))
