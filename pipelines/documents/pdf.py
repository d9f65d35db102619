"""PDF, by PDFium."""

import pypdfium2 as pdfium

from pipelines.documents.document import Unread


def read_pdf(body: bytes) -> list[str]:
    """The text of each page. Raises Unread: `encrypted`, `failed`, `scanned`."""
    try:
        document = pdfium.PdfDocument(body)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise Unread("encrypted", "password") from None
        raise Unread("failed", "broken PDF") from None
    pages = [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]
    if not any(map(str.strip, pages)):
        raise Unread("scanned", "its pages are pictures")
    return pages
