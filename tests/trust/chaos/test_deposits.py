"""kill -9 and a full disk at any moment of a deposit: nothing looks finished, and the next run makes it whole."""

import shutil
import signal
from pathlib import Path

import pytest

from tests.conftest import environment_of
from tests.trust.chaos.commands import Commands, Mode
from tests.trust.chaos.conftest import TIMES
from tests.trust.chaos.test_full import is_one_sentence
from tests.trust.chaos.test_kills import moments
from tests.trust.conftest import Crawled

PRIVATE = "20260317T110000Z"
MOMENTS = 8 * TIMES


def content(to: Path) -> dict[str, bytes]:
    """The files of finished deposits."""
    return {
        path.relative_to(to).as_posix(): path.read_bytes()
        for path in to.rglob("*")
        if path.is_file() and not path.relative_to(to).as_posix().startswith(".making-")
    }


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("form", ["bagit", "wacz"])
@pytest.mark.parametrize("mode", ["kill", "full"])
def test_a_deposit_is_whole_or_not_there(
    form: str, mode: Mode, crawled: Crawled, commands: Commands, tmp_path: Path
) -> None:
    to, environment = tmp_path / "to", environment_of(**crawled.settings(crawled.folder))
    to.mkdir()
    args = ["deposit", PRIVATE, "--as", form, "--to", str(to)]
    done = commands.run(args, environment, to, "count")
    assert done.status == 0, done.said
    whole = content(to)
    for at in moments(done, MOMENTS):
        shutil.rmtree(to)
        to.mkdir()
        first = commands.run(args, environment, to, mode, at)
        if mode == "full" and first.status:
            assert (first.status, is_one_sentence(first.said)) == (2, True), first.said
            assert list(to.iterdir()) == []
        if mode == "kill":
            assert first.status in (-signal.SIGKILL, 0)
        assert content(to) in ({}, whole), at
        if first.status:
            second = commands.run(args, environment, to, "count")
            assert (second.status, content(to)) == (0, whole), second.said
        assert len(list(to.iterdir())) == 1
