"""Lists of words, written as one text."""


def words(text: str) -> frozenset[str]:
    """The words that blanks divide."""
    return frozenset(text.split())
