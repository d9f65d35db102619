"""A disk that is full at many points of each command: nothing is lost, one sentence, and it goes on after room is made."""

import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import same_archive
from tests.trust.chaos.commands import Commands
from tests.trust.chaos.conftest import CASES, TIMES, Case, files

POINTS = 5 * TIMES
NEVER = 1 << 40


def fills(case: Case, commands: Commands, place: Path, count: int) -> list[str]:
    whole = place / "whole"
    done = case.disturbed(commands, whole, "full", NEVER)
    assert done.status == 0, done.said
    wrong: list[str] = []
    expected = same_archive(whole), files(whole)
    for at in (1 + done.calls * n // count for n in range(count)):
        folder = place / "full"
        first = case.disturbed(commands, folder, "full", at)
        found = []
        # a disk that is full when all is written and SQLite tidies its journal costs nothing
        if first.status or same_archive(folder) != expected[0]:
            found += [] if first.status == 2 else [f"status {first.status}: {first.said}"]
            found += [] if is_one_sentence(first.said) else [f"said {first.said}"]
        if lost := files(case.start) - files(folder):
            found.append(f"deleted: {sorted(lost)}")
        second = case.again(commands, folder)
        if second.status or "Traceback" in second.said:
            found.append(f"then {second.said}")
        if same_archive(folder) != expected[0]:
            found.append("the archive differs")
        if files(folder) != expected[1]:
            found.append(f"other files: {sorted(files(folder) ^ expected[1])}")
        found += case.faults(folder)
        wrong += [f"write {at} of {done.calls}: {fault}" for fault in found]
        shutil.rmtree(folder)
    return wrong


def is_one_sentence(said: str) -> bool:
    """Whether a command tells people of one fault, in a line, and shows nothing of its inside."""
    lines = said.splitlines()
    inside = [line for line in lines if re.match(r"Traceback|\d{4}-\d\d-\d\d |\s", line)]
    return not inside and sum(line.startswith("gongbao: ") for line in lines) == 1


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("case", [name for name in CASES if name != "crawlall"], indirect=True)
def test_a_disk_that_is_full_at_any_point_costs_nothing(case: Case, commands: Commands, tmp_path: Path) -> None:
    wrong = fills(case, commands, tmp_path, POINTS)
    assert wrong == [], "\n".join(wrong)
