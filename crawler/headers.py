"""Headers of Scrapy as pairs of text."""

from scrapy.http import Headers


def pairs(headers: Headers) -> tuple[tuple[str, str], ...]:
    """Headers as an exchange has them."""
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, values in headers.items() for value in values or ()
    )
