"""A ZIP file that is taken apart within limits, and the XML in it."""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lxml import etree

from pipelines.documents.document import Unread

MOST_MEMBERS = 5_000
MOST_UNPACKED = 100_000_000  # bytes of all members that are read
LARGEST_XML = 25_000_000  # bytes; its tree takes several times as many
_ENCRYPTED = 0x1
_UTF8 = 0x800
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)
_CAREFUL: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "remove_comments": True,
    "huge_tree": True,
}
_PICTURE = re.compile(r"^(?!docProps/).*\.(?:jpe?g|png|bmp|tiff?|jb2|gif|emf|wmf)$", re.I)
_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError)


class Package:
    """The members of a ZIP file by their names; each is unpacked when it is asked for."""

    def __init__(self, body: bytes) -> None:
        self._unpacked = 0
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(body))
        except _FAULTS:
            raise Unread("failed", "a broken ZIP file") from None
        self.members = self._zip.infolist()
        if len(self.members) > MOST_MEMBERS:
            raise Unread("too-large", f"{len(self.members)} members")
        self._named = {slashed(member.filename).lower(): member for member in self.members}

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._named

    def read(self, member: zipfile.ZipInfo) -> bytes:
        """A member's bytes. Raises Unread: `encrypted`, `too-large`, `failed`."""
        if member.flag_bits & _ENCRYPTED:
            raise Unread("encrypted", "a password")
        self._unpacked += member.file_size
        if self._unpacked > MOST_UNPACKED:
            raise Unread("too-large", f"it unpacks to more than {MOST_UNPACKED // 1_000_000} MB")
        try:
            return self._zip.read(member)
        except _FAULTS:
            raise Unread("failed", "a broken member of a ZIP file") from None

    def named(self, name: str) -> bytes:
        """The bytes of a member, none when there is none of that name."""
        member = self._named.get(name.lower())
        return b"" if member is None else self.read(member)

    def xml(self, name: str) -> etree._Element | None:
        """The root of an XML member, None when there is none of that name."""
        member = self._named.get(name.lower())
        if member is None:
            return None
        if member.file_size > LARGEST_XML:
            raise Unread("too-large", f"an XML part of {member.file_size} bytes")
        return parse_xml(self.read(member))

    def walk(self, name: str, *tags: str) -> Iterator[etree._Element]:
        """The elements of these names in an XML member, one after the other, so that a long member needs little memory."""
        member = self._named.get(name.lower())
        if member is None:
            return
        body = self.read(member)
        _refuse_types(body)
        try:
            for _, element in etree.iterparse(io.BytesIO(body), tag=[f"{{*}}{tag}" for tag in tags], **_CAREFUL):
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
        except etree.XMLSyntaxError as error:
            raise _broken(error) from None

    def related(self, name: str) -> dict[str, tuple[str, str]]:
        """The members that a member of an Office file refers to, by the reference's id: its type's last word and the member."""
        folder, _, file = name.rpartition("/")
        relations = self.xml(posixpath.join(folder, "_rels", f"{file}.rels"))
        return {
            one.get("Id", ""): (one.get("Type", "").rpartition("/")[2], resolved(name, one.get("Target", "")))
            for one in (() if relations is None else relations.iter("{*}Relationship"))
            if one.get("TargetMode") != "External"
        }

    def put_diagrams(self, root: etree._Element, related: Mapping[str, tuple[str, str]]) -> None:
        """Put the words of each diagram at the place that refers to it; they stand in a member of their own."""
        for place in root.iter("{*}relIds"):
            diagram = self.xml(related.get(value(place, "dm"), ("", ""))[1])
            if diagram is not None:
                place.append(diagram)

    def embedded(self) -> int:
        """How many files an Office file has inside, as programs embed sheets and formulas."""
        return sum("/embeddings/" in member.filename.lower() for member in self.members)

    def refuse_pictures(self, pages: Sequence[str]) -> None:
        """Raise Unread for a file that has pictures and no word."""
        if not any(map(str.strip, pages)) and any(_PICTURE.search(member.filename) for member in self.members):
            raise Unread("scanned", "its pages are pictures")

    def main(self) -> str:
        """The member that an Office file begins with."""
        found = [target for kind, target in self.related("").values() if kind == "officeDocument"]
        if not found:
            raise Unread("failed", "an Office file without a document")
        if found[0].endswith(".bin"):
            raise Unread("unsupported", "an XLSB file")
        return found[0]


def slashed(name: str) -> str:
    """A member's name with the strokes of a ZIP file; some programs on Windows write the other ones."""
    return name.replace("\\", "/")


def resolved(name: str, target: str) -> str:
    """A reference that stands in the member `name`, as a member's name; it cannot leave the ZIP file."""
    whole = posixpath.join("/", posixpath.dirname(name), target.replace("\\", "/"))
    return posixpath.normpath(whole).lstrip("/")


def parse_xml(body: bytes) -> etree._Element:
    """The root of an XML document. One with a document type is refused: entities can grow without end, or reach out."""
    if len(body) > LARGEST_XML:
        raise Unread("too-large", f"{len(body)} bytes of XML")
    _refuse_types(body)
    try:
        root = etree.fromstring(body, etree.XMLParser(**_CAREFUL))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _broken(error) from None
    return root


def _broken(error: Exception) -> Exception:
    """The exception for XML that lxml does not take, for want of memory or because it is broken."""
    is_short = getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY
    return MemoryError() if is_short else Unread("failed", "broken XML")


def _refuse_types(body: bytes) -> None:
    if _DECLARES.search(body if b"\0" not in body[:100] else body.replace(b"\0", b"")):
        raise Unread("failed", "XML with a document type")


def local(element: etree._Element) -> str:
    """An element's name without its namespace: Office has two sets of them, of the same names."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def value(element: etree._Element, name: str) -> str:
    """An attribute by its name without a namespace."""
    return next((str(found) for key, found in element.attrib.items() if str(key).rpartition("}")[2] == name), "")
