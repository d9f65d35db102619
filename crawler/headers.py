"""Headers of Scrapy as text. HTTP sends them in Latin-1."""

from scrapy.http import Headers

from archive.store.media import Sent


def pairs(headers: Headers) -> tuple[tuple[str, str], ...]:
    """Headers as an exchange has them."""
    # its own `items` would look up each name again
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in dict.items(headers)
        for value in values or ()
    )


def header(headers: Headers, name: str) -> str:
    """The value of a header, "" when there is none."""
    return (headers.get(name) or b"").decode("latin-1")


def sent(headers: Headers) -> Sent:
    """The headers by which a file is known."""
    return Sent(content_type=header(headers, "Content-Type"), disposition=header(headers, "Content-Disposition"))
