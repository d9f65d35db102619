"""Processes that an interrupt does not reach while they start."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import multiprocessing, signal
from archive.store.processes import deaf

def barred(end):
    end.send(sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])))

if __name__ == "__main__":
    ours, theirs = multiprocessing.Pipe()
    context = multiprocessing.get_context("{method}")
    with deaf(signal.SIGINT, signal.SIGTERM):
        lock = context.Lock()
        process = context.Process(target=barred, args=[theirs])
        process.start()
    print(*(number.name for number in ours.recv()))
    process.join()
    print(len(signal.pthread_sigmask(signal.SIG_BLOCK, [])))
"""


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_the_first_process_of_a_command_never_hears_of_the_signals(tmp_path: Path, method: str) -> None:
    # in a process of its own: this one may run multiprocessing's tracker already, whose start lets signals in
    (script := tmp_path / "start.py").write_text(SCRIPT.format(method=method))
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, env={"PYTHONPATH": "."}, check=True)
    assert done.stdout.split() == ["SIGINT", "SIGTERM", "0"]
