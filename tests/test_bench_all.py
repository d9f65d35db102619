"""The table of all figures: `make bench-all`."""

import pytest

from tests.bench.all import DOCS, FIGURES, Figure, measured_before, row
from tests.bench.figures import tell, told

NAMES = [figure.name for figures in FIGURES.values() for figure in figures]


def test_a_figure_that_is_told_is_collected(capsys: pytest.CaptureFixture[str]) -> None:
    print("500 pages: 3 times")
    tell("crawl against naive: trafilatura inline", 3.01)
    assert told(capsys.readouterr().out) == [("crawl against naive: trafilatura inline", 3.01)]


@pytest.mark.parametrize(
    ("figure", "now", "shown"),
    [
        (Figure("re-reading", least=1.7), 1.75, "| re-reading | ≥ 1.7 | 1.8 | 1.75 |  |"),
        (Figure("re-reading", least=1.7), 1.69, "| re-reading | ≥ 1.7 | 1.8 | 1.69 | not reached |"),
        (Figure("memory", most=1.1), 1.2, "| memory | ≤ 1.1 |  | 1.2 | not reached |"),
    ],
)
def test_a_figure_stands_beside_its_bound_and_the_docs(figure: Figure, now: float, shown: str) -> None:
    assert row(figure, {"re-reading": 1.8}.get(figure.name), now) == shown


@pytest.mark.parametrize("name", NAMES)
def test_the_docs_hold_each_figure(name: str) -> None:
    assert name in measured_before(DOCS.read_text("utf-8"))
