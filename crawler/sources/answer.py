"""The keys of a source whose lists are an interface that answers in JSON (spider `json`): paths instead of selectors.

`rows` is the path of the list of rows in the answer, "" when the answer is that list; `url`, `title` and `date` are paths in
a row; `page` says how the pages are counted (crawler/sources/pages.py). A path is made of keys and places with dots
between them, `data.list`, `data.0.items`, `data.groups[0].items`; a key that meets a list is looked for in each of its elements.
`url` may also be a template with such paths in braces: `/detail.html?id={id}`.
"""

from dataclasses import fields
from typing import Any

from crawler.sources.pages import Series
from crawler.sources.source import Source

SPIDER = "json"
PATHS = {"title": "row_title", "date": "row_date"}  # keys of the table that are else selectors of the article


def paths(values: dict[str, Any]) -> dict[str, Any]:
    """The attributes of Source for the keys of such a table."""
    moved = {PATHS.get(key, key): value for key, value in values.items()}
    listed = tuple(moved.get("lists", ()))
    first = tuple(Series.of(one, moved.get("page", "")).first for one in listed)
    return {**moved, "lists": first, "templates": listed}


def declared_values(source: Source) -> dict[str, Any]:
    """The keys of a source's table, with their values."""
    values = {key.name: getattr(source, key.name) for key in fields(Source)}
    if source.spider == SPIDER:
        values |= {key: values[name] for key, name in PATHS.items()} | {"lists": source.templates}
    return {key: value for key, value in values.items() if key not in {"templates", *PATHS.values()}}
