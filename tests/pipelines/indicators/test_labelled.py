"""Figures of 165 sentences of real releases, against labels (labelled.tsv). The texts lie in ../shared."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest

from archive.model import Indicator, Page
from archive.texts.sentences import sentences
from pipelines.indicators import find_indicators
from pipelines.read import read
from tests.conftest import SHARED

pytestmark = pytest.mark.skipif(
    not SHARED.is_dir(), reason="no collection of real pages (../shared) beside this checkout"
)
LABELS = Path(__file__).with_name("labelled.tsv")


@dataclass(frozen=True, slots=True)
class Label:
    """A figure of a sentence; one that is `doubtful` counts neither as found nor as missed."""

    doubtful: bool
    start: int
    value: float | None
    unit: str
    direction: str
    change: float | None
    change_unit: str
    period: str


def label(words: str) -> Label:
    start, value, unit, direction, change, change_unit, period = words.split("|")
    numbers = [float(one) if one else None for one in (value, change)]
    return Label(
        start.startswith("?"), int(start.lstrip("?")), numbers[0], unit, direction, numbers[1], change_unit, period
    )


@cache
def documents() -> dict[str, str]:
    """The texts of the labelled documents by their ids."""
    lines = (SHARED / "bench" / "dedup" / "docs.jsonl").read_text("utf-8").splitlines()
    return {str(row["id"]): row["text"] for row in map(json.loads, lines)}


@cache
def text(file: str) -> str:
    name, _, id = file.partition("#")
    path = SHARED / name
    if id:
        return documents()[id]
    if path.suffix == ".txt":
        return path.read_text("utf-8")
    headers = (("Content-Type", "text/html"),)
    url = f"http://x.example/{path.name}"
    return read(
        Page(url=url, source="x", fetched="2026-01-01T00:00:00Z", body=path.read_bytes(), headers=headers), None
    ).text


@cache
def figures(file: str) -> tuple[Indicator, ...]:
    return find_indicators(text(file))


def labelled() -> Iterator[tuple[str, int, int, list[Label]]]:
    """The file of each sentence, where it begins and ends, and its labels."""
    for line in LABELS.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        file, start, length, digest, *labels = line.split("\t")
        near = sorted(sentences(text(file)), key=lambda span: abs(span[0] - int(start)))
        found = [span for span in near if sha256(text(file)[slice(*span)].encode()).hexdigest()[:12] == digest]
        assert found, f"{file} {start}+{length}: the sentence is not there"
        yield file, *found[0], [label(one) for one in labels]


@pytest.mark.slow
def test_values_units_directions_spans_and_periods_are_right() -> None:
    right = wrong = missed = periods = dated = negatives = 0
    for file, start, end, labels in labelled():
        told = {one.start - start: one for one in figures(file) if start <= one.start < end}
        negatives += not labels
        for one in labels:
            found = told.pop(one.start, None)
            if one.doubtful:
                continue
            values = (one.value, one.unit, one.direction, one.change, one.change_unit)
            if found and values == (found.value, found.unit, found.direction, found.change, found.change_unit):
                right += 1
                dated += one.period != "*"
                periods += one.period == found.period
            else:
                wrong, missed = wrong + (found is not None), missed + 1
        wrong += len(told)
    assert negatives >= 50
    assert right / (right + wrong) >= 0.95
    assert right / (right + missed) >= 0.90
    assert periods / dated >= 0.90
