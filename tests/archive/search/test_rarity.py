"""The rarest words of a quote, by a sample of the archive."""

from collections import Counter

import pytest

from archive.search import matches
from archive.search import query as queries
from archive.search.rarity import Rarity
from archive.texts.folding import fold

SEEN = Rarity(10, Counter(dict.fromkeys("清河市春耕有序推进受益群众万人", 10)))


@pytest.mark.parametrize(
    ("said", "length", "stretch"),
    [
        ("清河市春耕有序推进，受益群众145万人。", 3, "群众145"),
        ("清河市春耕墒情有序推进", 2, "墒情"),
        ("45万人，清河市春耕", 4, "万人，清河"),  # a figure at an end may be a part of one
        ("清河", 8, "清河"),
        ("145", 8, "145"),
        ("，。", 8, "，。"),
    ],
)
def test_a_stretch_has_the_rarest_words(said: str, length: int, stretch: str) -> None:
    assert SEEN.stretch(fold(said), length) == fold(stretch)


def test_words_of_every_text_weigh_least() -> None:
    assert SEEN.weight("墒情") > SEEN.weight("春耕") > SEEN.weight("春") > 0


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("增长6亿元", True),
        ("增长6", True),
        ("增长6。", True),
        ("增长６亿元", True),
        ("增长6,200亿元", False),
        ("增长6５亿元", False),
        ("增长6.5亿元", False),
    ],
)
def test_a_figure_is_whole(text: str, stands: bool) -> None:
    assert matches.holds(queries.parse("增长6"), text) is stands
