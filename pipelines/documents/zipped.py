"""ZIP: its members read one after the other, each below its name."""

import re
from collections.abc import Callable
from zipfile import ZipInfo

from archive.model import FileState
from archive.texts.encoding import decode
from pipelines.documents.document import MOST_TEXT, PAGE, Document, Unread
from pipelines.documents.package import Package

MOST_FILES = 500  # members that are read
_UTF8 = 0x800  # the flag of a name in UTF-8; other names are bytes, which Python takes for code page 437
_BESIDE = re.compile(r"(?:^|/)(?:__MACOSX/|~\$|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_LONGEST_NAME = 255
_RANKS: tuple[FileState, ...] = ("ok", "scanned", "encrypted", "too-large", "failed", "unsupported", "empty")


def read_zip(body: bytes, read: Callable[[bytes, str], Document]) -> Document:
    """The members of a ZIP file, each read by `read`: its name, then its pages; for an unread one its name and the reason.

    The state is that of the member that was read best.
    """
    package = Package(body)
    members = [one for one in package.members if not one.is_dir() and not _BESIDE.search(_name(one))]
    if not members:
        raise Unread("empty", "a ZIP file without members")
    found = [(_name(one), _read(package, one, read)) for one in members[:MOST_FILES]]
    pages = [page for name, document in found for page in _pages(name, document)]
    if sum(map(len, pages)) > MOST_TEXT:
        raise Unread("too-large", f"more than {MOST_TEXT} characters")
    best = min((document for _, document in found), key=lambda one: _RANKS.index(one.state))
    left = [f"{name}: {document.reason}" for name, document in found if document.state != "ok"]
    left += [f"{len(members) - MOST_FILES} more members"] if len(members) > MOST_FILES else []
    text = PAGE.join(pages) if best.text else ""
    return Document(best.state, "zip", "; ".join(left)[:500], len(pages), text)


def _read(package: Package, member: ZipInfo, read: Callable[[bytes, str], Document]) -> Document:
    try:
        return read(package.read(member), _name(member))
    except Unread as problem:
        return Document(problem.state, "", problem.reason)


def _pages(name: str, document: Document) -> list[str]:
    if not document.text:
        return [f"{name} ({document.reason or document.state})"]
    first, *others = document.text.split(PAGE)
    return [f"{name}\n{first}", *others]


def _name(member: ZipInfo) -> str:
    """A member's name, in GBK or UTF-8 as its bytes show; it is shown and never used as a path."""
    name = member.filename
    if not member.flag_bits & _UTF8:
        name = decode(name.encode("cp437", "ignore"), "")[0]
    return " ".join(name.split())[:_LONGEST_NAME]
