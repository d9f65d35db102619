"""Commands that are killed, or whose disk is full, at a chosen call of theirs that changes a file.

A fork of a warm process runs each command; disk.c, which is loaded before libc, counts the calls.
"""

import ctypes
import json
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Literal

from crawler.run import warm

MODES = ("count", "kill", "full")
SOURCE = Path(__file__).with_name("disk.c")
_HEAD = struct.Struct("lll4096s4097l")  # as disk.c has it

Mode = Literal["count", "kill", "full"]


@dataclass(frozen=True, slots=True)
class Done:
    """The end of a command."""

    status: int  # -9 when it was killed
    said: str
    calls: int  # that changed a file
    marks: list[int]  # those of them that settle more than bytes: syncs, names, lengths


def missing() -> str:
    """The reason why no call can be counted here, "" if none."""
    if not sys.platform.startswith("linux"):
        return "calls are counted on Linux alone"
    return "" if shutil.which("cc") else "there is no C compiler here"


class Commands:
    """Runs commands one after another, each in a fork of one warm process."""

    def __init__(self, place: Path) -> None:
        self.place = place
        library = place / "disk.so"
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=True)
        command = [sys.executable, "-m", __name__, str(library)]
        environment = {**os.environ, "LD_PRELOAD": str(library)}
        self._process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, args: Sequence[str], environment: dict[str, str], within: Path, mode: Mode, at: int = 0) -> Done:
        """Run `scrapy ARGS`; at its call number `at` that changes something in the folder `within` the deed is done."""
        assert self._process.stdin
        assert self._process.stdout
        state, said = self.place / "state", self.place / "said"
        state.write_bytes(_HEAD.pack(0, at, MODES.index(mode), str(within).encode(), *[0] * 4097))
        said.write_bytes(b"")
        print(json.dumps([args, environment, str(state), str(said)]), file=self._process.stdin, flush=True)
        status = int(self._process.stdout.readline())
        calls, _, _, _, marks, *mark = _HEAD.unpack(state.read_bytes())
        return Done(status, said.read_text("utf-8"), calls, mark[:marks])

    def close(self) -> None:
        self._process.communicate()  # it ends with its input


def _serve(library: str) -> None:
    for name in warm.modules():
        import_module(name)
    arm = ctypes.CDLL(library).arm
    for line in sys.stdin:
        args, environment, state, said = json.loads(line)
        if not (child := os.fork()):
            os.setpgid(0, 0)  # it is killed with its children, and without us
            arm(state.encode())
            warm.command(args, {**environment, "CHAOS_STATE": state, "LD_PRELOAD": library}, said, said)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    _serve(sys.argv[1])
