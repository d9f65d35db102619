"""PPTX: the words on its slides."""

from lxml import etree

from pipelines.documents.document import Read, Unread, unread_inside
from pipelines.documents.package import Package, local, value

_FURNITURE = frozenset(("sldNum", "dt", "ftr", "hdr"))  # placeholders that repeat on every slide
_HIDDEN = frozenset(("0", "false"))


def read_pptx(body: bytes) -> Read:
    """The text of each slide, in the order of the show: shapes and diagrams in their order, tables with a tab between cells.

    Left out are hidden slides and shapes, speaker notes, comments, and the date, footer and number of a slide. Files inside
    are counted.
    """
    package = Package(body)
    main = package.main()
    show = package.xml(main)
    if show is None:
        raise Unread("failed", "an Office file without a document")
    related = package.related(main)
    ids = [related.get(_relation(one), ("", ""))[1] for one in show.iter("{*}sldId")]
    slides = [(name, slide) for name in ids if (slide := package.xml(name)) is not None]
    pages = [_slide(package, name, slide) for name, slide in slides if value(slide, "show") not in _HIDDEN]
    package.refuse_pictures(pages)
    return Read(pages, unread_inside(package.embedded()))


def _relation(element: etree._Element) -> str:
    """Its reference: an attribute `id` of a namespace, beside a plain `id`."""
    return next((str(found) for key, found in element.attrib.items() if str(key).endswith("}id")), "")


def _slide(package: Package, name: str, slide: etree._Element) -> str:
    package.put_diagrams(slide, package.related(name))
    return "\n".join(_lines(slide))


def _lines(element: etree._Element) -> list[str]:
    name = local(element)
    if name in ("sp", "graphicFrame", "pic", "grpSp", "cxnSp") and _is_left_out(element):
        return []
    if name == "p":
        return [_paragraph(element)]
    if name == "tr":
        cells = [" ".join(_children(cell)) for cell in element if local(cell) == "tc"]
        return ["\t".join(" ".join(cell.split()) for cell in cells)]
    if name == "AlternateContent":
        return _children(element[0]) if len(element) else []
    return _children(element)


def _children(element: etree._Element) -> list[str]:
    return [line for child in element for line in _lines(child)]


def _paragraph(element: etree._Element) -> str:
    return "".join("\n" if local(one) == "br" else one.text or "" for one in element.iter("{*}t", "{*}br"))


def _is_left_out(shape: etree._Element) -> bool:
    shown = next(shape.iter("{*}cNvPr"), None)
    holder = shape.find("*/{*}nvPr/{*}ph")
    hidden = shown is not None and value(shown, "hidden") in ("1", "true")
    return hidden or (holder is not None and value(holder, "type") in _FURNITURE)
