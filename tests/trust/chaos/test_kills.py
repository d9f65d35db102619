"""kill -9 at many moments of each long command: the next run ends it, and the archive is that of an undisturbed run."""

import shutil
import signal
from pathlib import Path

import pytest

from tests.conftest import same_archive
from tests.trust.chaos.commands import Commands, Done
from tests.trust.chaos.conftest import CASES, TIMES, Case, files

MOMENTS = 10 * TIMES
KILLED = [name for name in CASES if name not in ("crawl", "crawlall")]  # a crawl: trust/test_crash


def moments(done: Done, count: int) -> list[int]:
    """Calls to be killed at: half of them evenly spread over all, half over those that settle more than bytes."""
    evenly = [1 + done.calls * n // (count // 2) for n in range(count // 2)]
    settling = [done.marks[len(done.marks) * n // (count - count // 2)] for n in range(count - count // 2)]
    return sorted(evenly + settling)


def kills(case: Case, commands: Commands, place: Path, count: int) -> list[str]:
    whole = place / "whole"
    done = case.disturbed(commands, whole, "count")
    assert done.status == 0, done.said
    expected = same_archive(whole), files(whole)
    wrong = [f"undisturbed: {fault}" for fault in case.faults(whole)]
    killed = 0
    for at in moments(done, count):
        folder = place / "killed"
        first = case.disturbed(commands, folder, "kill", at)
        killed += first.status == -signal.SIGKILL
        second = case.again(commands, folder)
        found = [second.said] if second.status or "Traceback" in second.said else []
        if same_archive(folder) != expected[0]:
            found.append("the archive differs")
        if files(folder) != expected[1]:
            found.append(f"other files: {sorted(files(folder) ^ expected[1])}")
        found += case.faults(folder)
        wrong += [f"call {at} of {done.calls}: {fault}" for fault in found]
        shutil.rmtree(folder)
    assert killed >= count * 0.9
    return wrong


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("case", KILLED, indirect=True)
def test_kill_9_at_any_moment_costs_nothing(case: Case, commands: Commands, tmp_path: Path) -> None:
    wrong = kills(case, commands, tmp_path, MOMENTS)
    assert wrong == [], "\n".join(wrong)
