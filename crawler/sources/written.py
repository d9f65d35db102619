"""Declarations written as TOML again: for a probe's report, and beside the pages of an archive, so that it can be made anew."""

import json
import shutil
from dataclasses import fields
from pathlib import Path

from crawler.sources.answer import declared_values
from crawler.sources.families import FILE, Family, load_families
from crawler.sources.source import Source

FOLDER = "declared"  # below an archive's folder


def declaration(source: Source, family: Family) -> str:
    """A source as a table again, without the values that its family or the defaults give."""
    lines = [f"[{source.id}]"]
    defaults = {key.name: key.default for key in fields(Source)}
    for key, value in declared_values(source).items():
        if key not in ("id", "spider") and value != family.values.get(key, defaults[key]):
            lines.append(f"{key} = {json.dumps(value, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"


def keep_declaration(folder: Path, source: Source, named: str) -> Path:
    """Write a source as it is declared now below an archive's folder, with the families of its own that `named` (SOURCES)
    holds; the folder of both.
    """
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    table = declaration(source, load_families(named)[source.family])
    path = place / f"{source.id}.toml"
    if not path.is_file() or path.read_text("utf-8") != table:
        part = path.with_suffix(".part")
        part.write_text(table, "utf-8")
        part.replace(path)
    own = Path(str(named)) / FILE
    if own.is_file():
        shutil.copyfile(own, place / FILE)
    return place
