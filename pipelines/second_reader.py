"""A second opinion on a page with a doubtful text, by trafilatura; pipelines/structure.py has it read every container."""

import trafilatura
from lxml import etree

from pipelines.lines import Sheet

_LARGEST = 800_000  # characters of markup: more can take trafilatura half a minute


def second_reading(sheet: Sheet) -> str:
    """The text that trafilatura finds on the whole page, one paragraph a line; "" when it finds none."""
    markup = etree.tostring(sheet.tree, encoding="unicode", method="html")
    if len(markup) > _LARGEST:
        return ""
    text = trafilatura.extract(markup, include_comments=False, include_tables=False, favor_precision=True) or ""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())
