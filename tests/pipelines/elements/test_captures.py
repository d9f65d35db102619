"""The elements of real pages, against an independent reading of them, where the local collection is."""

import tomllib
from pathlib import Path

import pytest

from archive.model import Page, Unreadable
from pipelines.extract import extract
from tests.conftest import SHARED

pytestmark = pytest.mark.skipif(
    not (SHARED / "captures").is_dir(), reason="no collection of real pages (../shared) beside this checkout"
)
ELEMENTS = ("subject_class", "genre", "effective", "expires", "addressee", "co_issuers", "signatory")
TRUTH = tomllib.loads(Path(__file__).with_name("captures.toml").read_text("utf-8"))


def read(path: Path) -> dict[str, str]:
    """The elements that a page prints, and of those without a value the words as found, by `NAME?`."""
    body = path.read_bytes()
    release = extract(Page(url="http://x.example/1.html", source="x", fetched="2026-11-01T00:00:00Z", body=body), None)
    words = {f"{one.field}?": one.raw for one in release.provenance if not getattr(release, one.field)}
    return {name: getattr(release, name) for name in ELEMENTS if getattr(release, name)} | words


def wanted(truth: dict[str, str | dict[str, str]]) -> dict[str, str]:
    undated = truth.get("undated", {})
    assert isinstance(undated, dict)
    values = {name: value for name, value in truth.items() if isinstance(value, str)}
    return values | {f"{name}?": words for name, words in undated.items()}


def path_of(name: str) -> Path:
    folder = SHARED / "bench" / "extract" if name.startswith("bench/") else SHARED / "captures"
    return folder / name.removeprefix("bench/")


def test_what_pages_print_is_found_and_nothing_else() -> None:
    found = {(name, *one) for name in TRUTH for one in read(path_of(name)).items()}
    printed = {(name, *one) for name, truth in TRUTH.items() for one in wanted(truth).items()}
    assert (found - printed, printed - found) == (set(), set())


def test_no_page_is_given_an_element_of_a_kind_that_none_of_them_prints() -> None:
    for path in sorted((SHARED / "captures").glob("*.html")):
        try:
            found = read(path).keys()
        except Unreadable:
            continue
        assert found <= {"subject_class", "genre", "addressee", "co_issuers"}, path.name
