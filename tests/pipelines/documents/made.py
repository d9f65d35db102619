"""Files of every kind that is read, made by a few lines each, about invented places."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org"
_RELATIONS = f'<Relationships xmlns="{_OFFICE}/package/2006/relationships">{{}}</Relationships>'


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return made.getvalue()


def gbk_zip(members: Mapping[str, bytes], *, encrypted: bool = False) -> bytes:
    """A ZIP file as Chinese Windows makes it: names in GBK, without the flag of UTF-8."""
    made = zipped(
        {
            f"{number:08}{'x' * (len(name.encode('gbk')) - 8)}": body
            for number, (name, body) in enumerate(members.items())
        }
    )
    for number, name in enumerate(members):
        raw = name.encode("gbk")
        made = made.replace(f"{number:08}{'x' * (len(raw) - 8)}".encode(), raw)
    if encrypted:  # the flag alone: nobody gets to the bytes
        made = made.replace(b"PK\3\4\x14\0\0\0", b"PK\3\4\x14\0\1\0").replace(
            b"PK\1\2\x14\3\x14\0\0\0", b"PK\1\2\x14\3\x14\0\1\0"
        )
    return made


def _relations(targets: Mapping[str, str]) -> str:
    """A part of relations: targets by their kinds."""
    one = '<Relationship Id="r{}" Type="' + R + '/{}" Target="{}"/>'
    return _RELATIONS.format("".join(one.format(at, *pair) for at, pair in enumerate(targets.items(), 1)))


def _office(folder: str, main: str, parts: Mapping[str, str], relations: str) -> bytes:
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{_OFFICE}/package/2006/content-types"/>',
            "_rels/.rels": _relations({"officeDocument": f"{folder}/{main}"}),
            f"{folder}/_rels/{main}.rels": relations,
            **{f"{folder}/{name}": part for name, part in parts.items()},
        }
    )


def paragraph(text: str, before: str = "", after: str = "") -> str:
    return f"<w:p>{before}<w:r><w:t>{text}</w:t></w:r>{after}</w:p>"


def docx(body: str, parts: Mapping[str, str] | None = None) -> bytes:
    """`parts`: footnotes, endnotes, numbering, styles, each the content of its root."""
    parts = {kind: f'<w:{kind} xmlns:w="{W}">{part}</w:{kind}>' for kind, part in (parts or {}).items()}
    spaces = f'xmlns:w="{W}" xmlns:r="{R}" xmlns:mc="urn:mc" xmlns:v="urn:v" xmlns:m="urn:m"'
    document = f"<w:document {spaces}><w:body>{body}</w:body></w:document>"
    members = {"document.xml": document, **{f"{kind}.xml": part for kind, part in parts.items()}}
    return _office("word", "document.xml", members, _relations({kind: f"{kind}.xml" for kind in parts}))


def xlsx(
    sheets: Mapping[str, str], formats: Sequence[str] = (), strings: Sequence[str] = (), hidden: str = ""
) -> bytes:
    """`sheets`: the content of each by its name; style N of a cell is the Nth of `formats`, 0 is `General`."""
    state = {name: ' state="hidden"' if name == hidden else "" for name in sheets}
    listed = "".join(
        f'<sheet name="{name}" sheetId="{at}"{state[name]} r:id="s{at}"/>' for at, name in enumerate(sheets, 1)
    )
    codes = "".join(f'<numFmt numFmtId="{at}" formatCode="{code}"/>' for at, code in enumerate(formats, 200))
    styles = '<xf numFmtId="0"/>' + "".join(f'<xf numFmtId="{at}"/>' for at in range(200, 200 + len(formats)))
    one = '<Relationship Id="{}" Type="' + R + '/{}" Target="{}"/>'
    relations = [one.format(f"s{at}", "worksheet", f"worksheets/sheet{at}.xml") for at in range(1, len(sheets) + 1)]
    relations += [one.format("x1", "styles", "styles.xml"), one.format("x2", "sharedStrings", "sharedStrings.xml")]
    space = f'xmlns="{_OFFICE}/spreadsheetml/2006/main" xmlns:r="{R}"'
    parts = {
        "workbook.xml": f"<workbook {space}><sheets>{listed}</sheets></workbook>",
        "styles.xml": f"<styleSheet {space}><numFmts>{codes}</numFmts><cellXfs>{styles}</cellXfs></styleSheet>",
        "sharedStrings.xml": f"<sst {space}>{''.join(f'<si>{string}</si>' for string in strings)}</sst>",
        **{
            f"worksheets/sheet{at}.xml": f"<worksheet {space}>{content}</worksheet>"
            for at, content in enumerate(sheets.values(), 1)
        },
    }
    return _office("xl", "workbook.xml", parts, _RELATIONS.format("".join(relations)))


def cells(*rows: Sequence[str | float]) -> str:
    """Rows of a sheet: texts and numbers in the format `General`."""
    written = []
    for number, row in enumerate(rows, 1):
        one = [_cell(f"{chr(65 + at)}{number}", content) for at, content in enumerate(row) if content != ""]
        written.append(f'<row r="{number}">{"".join(one)}</row>')
    return f"<sheetData>{''.join(written)}</sheetData>"


def _cell(place: str, content: str | float) -> str:
    if isinstance(content, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{content}</t></is></c>'
    return f'<c r="{place}"><v>{content:g}</v></c>'


def pptx(slides: Sequence[str], attributes: Mapping[int, str] | None = None) -> bytes:
    """`slides`: the shapes of each; `attributes`: of the slide with this number."""
    one = '<Relationship Id="s{}" Type="' + R + '/slide" Target="slides/slide{}.xml"/>'
    ids = "".join(f'<p:sldId id="{255 + at}" r:id="s{at}"/>' for at in range(1, len(slides) + 1))
    space = f'xmlns:p="urn:p" xmlns:a="urn:a" xmlns:r="{R}"'
    parts = {"presentation.xml": f"<p:presentation {space}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>"}
    for at, shapes in enumerate(slides, 1):
        said = (attributes or {}).get(at, "")
        parts[f"slides/slide{at}.xml"] = f"<p:sld {space} {said}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>"
    relations = _RELATIONS.format("".join(one.format(at, at) for at in range(1, len(slides) + 1)))
    return _office("ppt", "presentation.xml", parts, relations)


def shape(text: str, kind: str = "body", said: str = "") -> str:
    holder = f'<p:nvSpPr><p:cNvPr id="2" name="x" {said}/><p:nvPr><p:ph type="{kind}"/></p:nvPr></p:nvSpPr>'
    return f"<p:sp>{holder}<p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"


def ofd(
    pages: Sequence[str], extra: str = "", members: Mapping[str, str] | None = None, inside: Sequence[str] = ()
) -> bytes:
    """`pages`: the objects of each; `extra`: more of the document's common data; `inside`: names of files in it."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    listed = "".join(f'<ofd:Page ID="{at}" BaseLoc="Pages/P{at}/Content.xml"/>' for at in range(len(pages)))
    content = "<ofd:Page {}>{}<ofd:Content><ofd:Layer>{}</ofd:Layer></ofd:Content></ofd:Page>"
    wrapped = {name: content.format(space, "", objects) for name, objects in (members or {}).items()}
    template = '<ofd:Template TemplateID="9"/>' if members else ""
    attached = "".join(f'<ofd:Attachment Name="{name}"/>' for name in inside)
    return zipped(
        {
            "Doc_0/Attachs.xml": f"<ofd:Attachments {space}>{attached}</ofd:Attachments>",
            "OFD.xml": f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>/Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
            "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:CommonData>{extra}</ofd:CommonData>"
            f"<ofd:Pages>{listed}</ofd:Pages><ofd:Attachments>Attachs.xml</ofd:Attachments></ofd:Document>",
            **wrapped,
            **{f"Doc_0/Pages/P{at}/Content.xml": content.format(space, template, one) for at, one in enumerate(pages)},
        }
    )


def stretch(x: float, y: float, text: str, said: str = "", steps: str = "") -> str:
    """A text object of size 4."""
    steps = steps or f"g {max(1, len(text) - 1)} 4"
    code = f'<ofd:TextCode X="0" Y="4" DeltaX="{steps}">{text}</ofd:TextCode>'
    return f'<ofd:TextObject ID="1" Boundary="{x} {y} 100 6" Size="4" {said}>{code}</ofd:TextObject>'


def pdf(
    pages: Sequence[Sequence[tuple[float, float, str]]],
    *,
    size: int = 12,
    picture: bool = False,
    said: str = "",
    turn: str = "1 0 0 1",
    before: str = "",
    catalog: str = "",
    annotations: Sequence[tuple[str, str]] = (),
    resources: str = "",
    further: Sequence[str] = (),
) -> bytes:
    """Each page as texts at places, in a font of every PDF reader; `picture`: one that covers each page; `before`: what is
    drawn first; `annotations`: of the only page, each with `#` for the object of its look, and that object; `further`: objects that `resources` and
    the catalog name, numbered behind the pages.
    """
    objects = [
        f"<</Type/Catalog/Pages 2 0 R{catalog}>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{' '.join(f'{6 + 2 * at} 0 R' for at in range(len(pages)))}]>>",
        "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H/DescendantFonts[4 0 R]>>",
        "<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/DW 1000/W[1[207 270 342 467 462 797 710 239 374]10 95 500]"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 0>>/FontDescriptor<</Type/FontDescriptor"
        "/FontName/STSong-Light/Flags 6/Ascent 752/Descent -271/CapHeight 737/StemV 58/ItalicAngle 0/FontBBox[-25 -254 1000 880]>>>>",
        "<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>stream\n0\nendstream",
    ]
    for at, texts in enumerate(pages):
        shown = before + "".join(
            f"BT /F1 {size} Tf {turn} {x} {y} Tm <{text.encode('utf-16-be').hex()}> Tj ET\n" for x, y, text in texts
        )
        shown += "q 595 0 0 842 0 0 cm /I Do Q\n" if picture else ""
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {7 + 2 * at} 0 R{said}"
            f"/Resources<<{resources or '/Font<</F1 3 0 R>>'}/XObject<</I 5 0 R/X 10 0 R>>>>>>"
        )
        objects.append(f"<</Length {len(shown)}>>stream\n{shown}\nendstream")
    for annotation, look in annotations:
        objects[5] = objects[5].replace(
            "/Resources", f"/Annots[{annotation.replace('#', f'{len(objects) + 1} 0 R')}]/Resources"
        )
        objects.append(look)
    objects += further
    made, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<</Size {len(objects) + 1}/Root 1 0 R>>\n"
    return made + f"{end}startxref\n{len(made)}\n%%EOF".encode()


def lines(*texts: str, x: float = 60, y: float = 780, step: float = 18) -> list[tuple[float, float, str]]:
    return [(x, y - step * at, text) for at, text in enumerate(texts)]


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file ([MS-CFB]) of a few streams, each of 4,096 bytes or more."""
    padded = {name: body.ljust(4096, b"\0").ljust(-(-len(body) // 512) * 512, b"\0") for name, body in streams.items()}
    end, free = 0xFFFFFFFE, 0xFFFFFFFF
    directory_sectors = 1 + (len(padded) + 3) // 4
    fat = [0xFFFFFFFD, *range(2, directory_sectors + 1), end]
    entries = [_entry("Root Entry", 5, end, 0, 1 if padded else free, free)]
    start = 1 + directory_sectors
    for number, (name, body) in enumerate(padded.items(), 1):
        sectors = len(body) // 512
        fat += [*range(start + 1, start + sectors), end]
        entries.append(_entry(name, 2, start, len(body), free, number + 1 if number < len(padded) else free))
        start += sectors
    table = struct.pack("<128I", *(fat + [free] * 128)[:128])
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<109I", 0, *[free] * 108)
    return head + table + b"".join(entries).ljust(512 * directory_sectors, b"\0") + b"".join(padded.values())


def _entry(name: str, kind: int, start: int, size: int, child: int, after: int) -> bytes:
    raw = (name + "\0").encode("utf-16-le")
    said = raw.ljust(64, b"\0") + struct.pack("<HBB3I", len(raw), kind, 1, 0xFFFFFFFF, after, child)
    return said + bytes(36) + struct.pack("<IQ", start, size)


Run = tuple[str, bytes]  # text and the properties of its characters


def doc(
    runs: Sequence[Run],
    notes: str = "",
    comments: str = "",
    rows: Sequence[str] = (),
    flags: int = 0,
    listed: Mapping[str, tuple[int, int]] | None = None,
    fonts: Sequence[str] = (),
) -> bytes:
    """A Word file of one piece. `rows`: the texts of paragraphs that end a row or stand in a cell, with 7 or 13 at their end.

    `listed`: the list (1, or 2, which starts at 5) and the level of those that stand in one: 一、, （1）, a bullet.
    """
    text = "".join(run for run, _ in runs)
    whole, offset = text + notes + comments, 2048
    raw = whole.encode("utf-16-le")
    stream = bytearray(offset) + raw
    struct.pack_into("<H", stream, 0, 0xA5EC)
    struct.pack_into("<H", stream, 0x0A, 0x0200 | flags)
    struct.pack_into("<7i", stream, 0x4C, *(_bytes(one) // 2 for one in (text, notes, "", "", comments, "", "")))
    stream += bytes(-len(stream) % 512)
    characters = len(stream) // 512
    stream += _block([(_bytes(run), properties) for run, properties in runs], offset, paragraphs=False)
    paragraphs = [one + end for one, end in _split(text)]
    stream += _block(
        [(_bytes(one), _placed(one, rows) + _numbered(one, listed or {})) for one in paragraphs],
        offset,
        paragraphs=True,
    )
    pieces = struct.pack("<2I", 0, _bytes(whole) // 2) + struct.pack("<HIH", 0, offset, 0)
    clx = b"\2" + struct.pack("<I", len(pieces)) + pieces
    bins = [struct.pack("<3I", offset, offset + len(raw), page) for page in (characters, characters + 1)]
    lists, uses = (_lists(), _uses()) if listed else (b"", b"")
    places = [(0xFA, 0, 12), (0x102, 12, 12), (0x1A2, 24, len(clx)), (0x2E2, 24 + len(clx), 30 if listed else 0)]
    names = [bytes(39) + name.encode("utf-16-le") + b"\0\0" for name in fonts]
    named = struct.pack("<2H", len(names), 0) + b"".join(bytes([len(name)]) + name for name in names)
    places += [(0x2EA, 24 + len(clx) + len(lists), len(uses)), (0x112, 24 + len(clx + lists + uses), len(named))]
    for place, start, length in places:
        struct.pack_into("<2I", stream, place, start, length)
    return compound({"WordDocument": bytes(stream), "1Table": bins[0] + bins[1] + clx + lists + uses + named})


def _numbered(text: str, listed: Mapping[str, tuple[int, int]]) -> bytes:
    found = listed.get(text.rstrip("\r"))
    return struct.pack("<HhHB", 0x460B, found[0], 0x260A, found[1]) if found else b""


def _lists() -> bytes:
    """One definition of nine levels: 一、, （1）, bullets, ⑴, 1.1 in Arabic digits alone."""
    levels = b""
    for kind, flags, pattern in (
        (37, 0, "\0、"),
        (0, 0, "（\1）"),
        *[(23, 0, "\uf0b7")] * 5,
        (27, 0, "\7"),
        (0, 4, "\0.\x08"),
    ):
        levels += (
            struct.pack("<iBB", 1, kind, flags)
            + bytes(22)
            + struct.pack("<H", len(pattern))
            + pattern.encode("utf-16-le")
        )
    return struct.pack("<H", 1) + struct.pack("<i", 7).ljust(28, b"\0") + levels


def _uses() -> bytes:
    """Two lists of that definition; the second starts at 5."""
    said = b"".join(struct.pack("<i8xB3x", 7, levels) for levels in (0, 1))
    return struct.pack("<I", 2) + said + bytes(4) + bytes(4) + struct.pack("<iI", 5, 0x10)


def _bytes(text: str) -> int:
    return len(text.encode("utf-16-le"))


def _split(text: str) -> list[tuple[str, str]]:
    found, start = [], 0
    for at, sign in enumerate(text):
        if sign in "\r\x07":
            found.append((text[start:at], sign))
            start = at + 1
    return found


def _placed(text: str, rows: Sequence[str]) -> bytes:
    """The properties of a paragraph: in a table, and the end of a row when nothing but its mark stands in it."""
    if text not in rows:
        return b""
    return struct.pack("<HBHB", 0x2416, 1, 0x2417, 1) if text == "\x07" else struct.pack("<HB", 0x2416, 1)


def _block(spans: Sequence[tuple[int, bytes]], offset: int, *, paragraphs: bool) -> bytes:
    """A page of properties of runs or paragraphs."""
    width, places, block = 13 if paragraphs else 1, [offset], bytearray(512)
    for length, _ in spans:
        places.append(places[-1] + length)
    struct.pack_into(f"<{len(places)}I", block, 0, *places)
    end = 510
    for number, (_, properties) in enumerate(spans):
        if properties:
            said = b"\0\0" + properties if paragraphs else properties
            said += b"\0" * (paragraphs and len(said) % 2)
            said = (b"\0" + bytes([len(said) // 2]) if paragraphs else bytes([len(said)])) + said
            end = (end - len(said)) // 2 * 2
            block[end : end + len(said)] = said
            block[4 * len(places) + number * width] = end // 2
    block[511] = len(spans)
    return bytes(block)


def xls(
    sheets: Mapping[str, Sequence[Sequence[str | tuple[float, int]]]],
    formats: Sequence[str] = (),
    hidden: str = "",
    password: bool = False,
) -> bytes:
    """Sheets of texts and numbers with styles: N is the Nth of `formats`, 0 is `General`."""
    record = lambda kind, body: struct.pack("<2H", kind, len(body)) + body  # noqa: E731
    begin = record(0x809, struct.pack("<4H8x", 0x600, 5, 0, 0)) + record(0x2F, bytes(6)) * password
    coded = [struct.pack("<HHB", 200 + at, len(code), 0) + code.encode("latin-1") for at, code in enumerate(formats)]
    middle = b"".join(record(0x41E, one) for one in coded)
    middle += record(0x31, struct.pack("<5H4x2B", 200, 0, 8, 400, 0, 1, 0) + b"A") * 5
    middle += b"".join(record(0xE0, struct.pack("<2H16x", 0, key)) for key in [0, *range(200, 200 + len(formats))])
    bodies = [
        record(0x809, struct.pack("<4H8x", 0x600, 0x10, 0, 0))
        + b"".join(
            _old_cell(record, row, column, content)
            for row, contents in enumerate(rows)
            for column, content in enumerate(contents)
        )
        + record(0x0A, b"")
        for rows in sheets.values()
    ]
    names = [struct.pack("<BB", len(name), 1) + name.encode("utf-16-le") for name in sheets]
    place = len(begin) + len(middle) + sum(10 + len(name) for name in names) + 4
    bound = b""
    for name, raw, body in zip(sheets, names, bodies, strict=True):
        bound += record(0x85, struct.pack("<IBB", place, name == hidden, 0) + raw)
        place += len(body)
    return compound({"Workbook": begin + middle + bound + record(0x0A, b"") + b"".join(bodies)})


def _old_cell(record, row: int, column: int, content: str | tuple[float, int]) -> bytes:  # type: ignore[no-untyped-def]
    if isinstance(content, str):
        return record(0x204, struct.pack("<4HB", row, column, 0, len(content), 1) + content.encode("utf-16-le"))
    return record(0x203, struct.pack("<3Hd", row, column, content[1], content[0]))


def bomb(megabytes: int) -> bytes:
    """Bytes that unpack to so many megabytes."""
    return zipped({"a.txt": bytes(megabytes * 1_000_000)})


def png(width: int, height: int) -> bytes:
    """A white picture."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = zlib.compress((b"\0" + b"\xff" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
