"""The kind of a file, told by its bytes, whatever its name and its server say."""

from archive.model import FileMethod
from archive.store.media import media_type
from pipelines.documents.document import Unread


def kind_of(body: bytes, name: str) -> FileMethod:
    """The method that reads a file. Raises Unread `unsupported` when none does."""
    media = media_type(body, name)
    if media == "application/pdf":
        return "pdf"
    if media in ("", "text/html", "text/xml") and body[:1024].lstrip().startswith(b"<"):
        return "html"
    if media in ("", "text/plain", "text/csv") and b"\0" not in body[:1024]:
        return "text"
    raise Unread("unsupported", media or "unknown bytes")
