"""A file as read, and the exception of a file that holds no text for us."""

from dataclasses import dataclass, field

from archive.model import FileMethod, FileState

PAGE = "\f"  # divides the pages of a text
LARGEST = 20_000_000  # bytes of a file that is read
MOST_TEXT = 5_000_000  # characters that are kept of a file


@dataclass(frozen=True, slots=True)
class Document:
    """A file's text, its pages divided by U+000C; `reason` says in a few words why a file has no text, or not all."""

    state: FileState
    method: FileMethod
    reason: str = ""
    pages: int = 0
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Read:
    """The pages of a file, and in a few words its unread parts."""

    pages: list[str]
    left: str = ""


def counted(count: int, one: str, many: str) -> str:
    """`3 files` for a reason; "" for none."""
    return f"{count} {one if count == 1 else many}" if count else ""


def unread_inside(count: int) -> str:
    """The reason that tells the files inside a file which are not read; "" for none."""
    return f"{said} inside not read" if (said := counted(count, "file", "files")) else ""


class Unread(Exception):
    """A file without a text that we can read: its state and the reason."""

    def __init__(self, state: FileState, reason: str) -> None:
        super().__init__(state, reason)
        self.state = state
        self.reason = reason
