"""The words of archive/model.py, where mypy does not look: in SQL, and in a request's `meta`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from archive import model

ROOT = Path(__file__).parent.parent
COLUMNS: dict[str, tuple[object, ...]] = {
    "state": (model.ListingState, model.AttachmentState, model.FileState, model.NumberState),
    "method": (model.FileMethod,),
    "outcome": (model.LookOutcome, model.CrawlOutcome),
    "status": (model.ReleaseStatus,),
    "role": (model.CaptureRole,),
    "kind": (model.VersionKind, model.RelationKind, model.TurnKind, model.SourceEvent, model.EventKind),
    "rule": (model.ProvenanceRule, model.OriginRule),
    "field": (model.ProvenanceField,),
    "rights": (model.Rights,),
    "level": (model.Level,),
    "evidence": (model.Evidence,),
}
COMPARED = re.compile(rf"\b({'|'.join(COLUMNS)}) (?:=|<>|(?:NOT )?IN) (\([^()]*\)|'[^']*')")
LISTED = re.compile(rf"^\s*(?:ALTER TABLE \w+ ADD COLUMN )?({'|'.join(COLUMNS)}) TEXT.*-- (\S+(?: \| \S+)+)$", re.M)


def words(column: str) -> set[str]:
    return {word for alias in COLUMNS[column] for word in get_args(alias)}


def texts(path: Path) -> Iterator[str]:
    """The strings of a module; the parts of an f-string that stand between its values are strings of their own."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def strange(sql: str) -> list[str]:
    """The words that a statement compares a column with and that its vocabulary lacks."""
    return [
        f"{column}: {word}"
        for column, compared in COMPARED.findall(sql)
        for word in re.findall(r"'([^']*)'", compared)
        if word not in words(column)
    ]


def test_a_misspelt_word_in_sql_is_found() -> None:
    assert strange("SELECT 1 FROM listings WHERE state IN ('held', 'blokced') AND reason = 'x'") == ["state: blokced"]


@pytest.mark.parametrize("path", sorted((ROOT / "archive").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_sql_compares_columns_with_words_of_their_vocabularies(path: Path) -> None:
    assert [word for text in texts(path) for word in strange(text)] == []


def test_an_alias_has_the_words_that_the_schema_names() -> None:
    schema = (ROOT / "archive" / "schema" / "migrations.py").read_text("utf-8")
    listed = [(column, set(named.split(" | "))) for column, named in LISTED.findall(schema)]
    assert len(listed) >= 10
    for column, named in listed:
        # later words stand in the alias alone, since a migration is never changed
        assert any(named <= set(get_args(alias)) for alias in COLUMNS[column]), column


OURS = {"role", "listed", "list_url", "looked", "capture", "counted", "records"}


def spelt(path: Path) -> list[str]:
    """The keys of ours that a module spells in a request's `meta` itself."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Subscript(value=ast.Attribute(attr="meta"), slice=ast.Constant(value=key)):
                found.append(key)
            case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="meta")), args=[ast.Constant(value=key), *_]):
                found.append(key)
            case ast.keyword(arg="meta", value=ast.Dict(keys=keys)):
                found += [key.value for key in keys if isinstance(key, ast.Constant)]
    return [key for key in found if key in OURS]


def test_a_request_carries_our_values_in_one_object() -> None:
    paths = [path for room in ("crawler", "spiders", "pipelines") for path in (ROOT / room).rglob("*.py")]
    assert {str(path.relative_to(ROOT)): keys for path in paths if (keys := spelt(path))} == {}
