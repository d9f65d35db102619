"""A second opinion on a page whose text is in doubt."""

import trafilatura

from pipelines.lines import Sheet


def second_reading(sheet: Sheet) -> str:
    """What trafilatura reads on the whole page, its paragraphs divided by one newline; "" when it finds nothing."""
    text = trafilatura.extract(sheet.tree, include_comments=False, include_tables=False, favor_precision=True) or ""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())
