"""The sources that a user's SOURCES, or our own folder, declares."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from crawler.configuration import meant
from crawler.sources.answer import SPIDER, paths
from crawler.sources.checks import SourceError, check_keys, check_name, check_value, read_tables
from crawler.sources.families import FILE, Family, load_families
from crawler.sources.source import KEYS, REQUIRED, Source

# no Path: an egg that Scrapyd runs is a zip file
SHIPPED = files("crawler") / "sources"
RESERVED = {"replay"}


def load_sources(named: Traversable | str = SHIPPED) -> dict[str, Source]:
    """The sources that a folder of TOML files, or one file, declares, by id. Raises SourceError."""
    place: Traversable = SHIPPED if str(named) == str(SHIPPED) else Path(str(named))
    if not (place.is_dir() or place.is_file()):
        raise SourceError(f"SOURCES names {place}, which does not exist")
    paths = [place] if place.is_file() else _files(place)
    if not paths and not (place / FILE).is_file():
        raise SourceError(f"SOURCES names {place}, which holds no .toml file")
    families = load_families(named)
    sources: dict[str, Source] = {}
    for path in paths:
        for id, table in read_tables(path).items():
            if id in sources:
                raise SourceError(f"{path.name}: [{id}] is declared twice")
            sources[id] = _source(f"{path.name}: [{id}]", id, table, families)
    return sources


def _files(folder: Traversable) -> list[Traversable]:
    found = [path for path in folder.iterdir() if path.name.endswith(".toml") and path.name != FILE]
    return sorted(found, key=lambda path: path.name)


def _source(where: str, id: str, table: Any, families: dict[str, Family]) -> Source:
    check_name(where, "source", id, table, RESERVED)
    check_keys(where, table, KEYS, REQUIRED)
    if table["family"] not in families:
        raise SourceError(
            f"{where} family: {table['family']!r} is not one of {', '.join(sorted(families))}{meant(str(table['family']), families)}"
        )
    family = families[table["family"]]
    of_json = family.spider == SPIDER
    declared = {key: check_value(where, key, value, of_json=of_json) for key, value in table.items()}
    values = {**family.values, **declared}
    return Source(id=id, spider=family.spider, **(paths(values) if of_json else values))
