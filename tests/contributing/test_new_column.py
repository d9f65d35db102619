"""Each column of `releases` is named, or left out on purpose, at each place that CONTRIBUTING.md lists for a new one."""

from dataclasses import fields
from typing import get_args

import pytest

from archive.model import ChangedName, Metadata, Page, ProvenanceField, Release
from archive.schema.open import open_archive
from archive.site import formats, words
from archive.snapshots import describe, publish, tables
from archive.snapshots.columns import COLUMNS
from pipelines import extract
from pipelines.facts import Facts
from tests.contributing.steps import places, section

KEYS = {"id", "url", "url_key", "source"}
STATE = {"version", "cluster", "status", "first_seen", "changed"}
READ = {"title", "text", "text_key", "problems"}
COMPUTED = {name for name, column in COLUMNS.items() if column.computed}
# place: the columns named there, and those left out on purpose
PLACES: dict[str, tuple[set[str], set[str]]] = {
    "archive/schema/migrations.py": (set(COLUMNS) - COMPUTED, COMPUTED),
    "archive/model.py": ({field.name for field in fields(Metadata)}, KEYS | STATE | READ | COMPUTED),
    "archive/snapshots/columns.py": (set(COLUMNS), set()),
    "archive/site/words.py": (
        set(words.FIELDS),
        KEYS | STATE | READ | COMPUTED | {"publisher", "language"},  # shown by the page in other ways, or not at all
    ),
    "archive/site/formats.py": (
        set(formats.FIELDS) - {"source_name", "place"},
        {"url_key", "text", "text_key", "problems", "language", "year", "edits", "known_from", "cluster_file"}
        | {"published_meta", "author", "editor", "issuer", "index_number", "written"}
        | {"subject_class", "genre", "effective", "expires", "addressee", "co_issuers", "signatory"},
    ),
}


@pytest.fixture(scope="module")
def columns(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The columns of an archive, and those that only its snapshots have."""
    db = open_archive(tmp_path_factory.mktemp("archive"))
    return {row[1] for row in db.execute("PRAGMA table_info(releases)")} | COMPUTED


def test_the_list_of_places_is_that_of_the_page() -> None:
    assert places("A new column of `releases`") == list(PLACES)


@pytest.mark.parametrize("heading", ["A new family", "Adding a text rule", "A new column of `releases`"])
def test_who_changes_what_pages_say_is_told_to_raise_the_reader(heading: str) -> None:
    assert "aise `READER`" in section(heading)


@pytest.mark.parametrize("place", PLACES)
def test_every_column_is_named_or_left_out(place: str, columns: set[str]) -> None:
    named, left_out = PLACES[place]
    assert named | left_out == columns
    assert not named & left_out


def test_what_is_read_from_a_page_is_an_attribute_of_a_release() -> None:
    assert {field.name for field in fields(Release)} >= READ


def test_a_field_has_provenance() -> None:
    assert set(get_args(ProvenanceField)) == {"title"} | {field.name for field in fields(Metadata)} - {"language"}


def test_an_edit_of_each_field_has_a_word() -> None:
    assert {f"changed_{name}" for name in get_args(ChangedName)} <= words.WORDS.keys()
    assert {f"changed_{name}" for name in words.FIELDS} <= words.WORDS.keys()  # so a new label is enough


def test_whatever_a_rule_finds_reaches_the_release(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {*get_args(ProvenanceField)}

    def find_all(facts: Facts, text: str) -> None:
        for name in names:
            facts.values[name] = f"found {name}"

    monkeypatch.setattr(extract, "find_elements", find_all)
    body = "<h1>云桅区召开春耕工作会议</h1><p>会议要求，各镇要抓好春耕备耕工作。</p>"
    release = extract.extract(
        Page(url="http://www.yunwei.example/1.html", source="yunwei", fetched="", body=body.encode()), None
    )
    assert {name: getattr(release, name) for name in names} == {name: f"found {name}" for name in names}


def test_publishing_description_and_exports_follow_the_table() -> None:
    assert publish.PUBLISHED["releases"].split() == list(COLUMNS)
    assert describe.TABLES["releases"][1].keys() == COLUMNS.keys()
    assert [*tables.RELEASES] == [name for name, column in COLUMNS.items() if column.exported] + [*tables.NAMES]
