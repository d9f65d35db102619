"""How often a transcript's speakers are found: dialogues of our own in many markups, read as pages: `make bench-turns`.

docs/extraction.md says how to read what it prints.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.pipelines.markups import MARKUPS, Dialogue, dialogues, found


@dataclass(frozen=True, slots=True)
class Score:
    """One markup over many dialogues. A turn is right when its speaker and every character of the speech are."""

    pages: int
    exact: int  # dialogues in which every turn is right
    right: int
    found: int
    expected: int

    @property
    def precision(self) -> float:
        return self.right / max(1, self.found)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.expected)


def score(markup: str, shown: Sequence[Dialogue]) -> Score:
    """The score of a markup over these dialogues."""
    exact = right = turns = expected = 0
    for dialogue in shown:
        read = found(dialogue, MARKUPS[markup](dialogue))
        exact += read == dialogue.expected
        right += (Counter(read) & Counter(dialogue.expected)).total()
        turns += len(read)
        expected += len(dialogue.expected)
    return Score(len(shown), exact, right, turns, expected)


def total(scores: Sequence[Score]) -> Score:
    """The scores of several markups as one."""
    return Score(
        sum(one.pages for one in scores),
        sum(one.exact for one in scores),
        sum(one.right for one in scores),
        sum(one.found for one in scores),
        sum(one.expected for one in scores),
    )


def _line(name: str, one: Score) -> str:
    return f"{name:32}{one.exact:6}/{one.pages:<6}{one.precision:8.3f}{one.recall:8.3f}"


def main() -> None:
    """Print the table."""
    shown = dialogues()
    scores = {markup: score(markup, shown) for markup in MARKUPS}
    print(f"{'markup':32}{'exact':>8}{'P':>13}{'R':>8}")
    for markup, one in scores.items():
        print(_line(markup, one))
    print(_line("all", total(list(scores.values()))))


if __name__ == "__main__":
    main()
