"""A declared source as its row in the archive."""

from dataclasses import asdict

from crawler.sources import Source


def source_row(source: Source) -> dict[str, str]:
    """The `sources` row of a declaration."""
    declared = asdict(source)
    kept = ("id", "name", "region", "level", "family", "rights", "evidence", "note")
    return {**{key: declared[key] for key in kept}, "url": source.lists[0]}
