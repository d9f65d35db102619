"""The arguments of a crawl."""

import pytest

from crawler.configuration import SettingError
from crawler.run.arguments import Arguments, parse_arguments


def test_without_arguments_what_is_due_is_asked_again() -> None:
    assert parse_arguments({}) == Arguments(recheck="due", since="", pages=0)


def test_arguments_are_read() -> None:
    values = {"recheck": "all", "since": "2026-03-02", "pages": "3"}
    assert parse_arguments(values) == Arguments(recheck="all", since="2026-03-02", pages=3)


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"recheck": "always"}, "recheck=always"),
        ({"since": "yesterday"}, "since=yesterday"),
        ({"pages": "0"}, "pages=0"),
        ({"pages": "-1"}, "pages=-1"),
        ({"pages": "many"}, "pages=many"),
        ({"page": "1"}, "'page'"),
    ],
)
def test_a_wrong_argument_is_named(values: dict[str, str], word: str) -> None:
    with pytest.raises(SettingError, match=word):
        parse_arguments(values)
