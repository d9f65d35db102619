"""The journal of the events that were told, so that each is told once, whenever the process dies: `alerts.told`.

A line is `since TARGET SEARCH MOMENT`: this address is told what the archive learned from then on, as far as it fits this search;
or `told TARGET MOMENT EVENT`. A line is synced before the next message is sent. Addresses stand in it as digests: they
may hold passwords.
"""

import os
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from archive.files import sync

NAME = "alerts.told"
Key = tuple[str, str]  # a target and a search


def digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()[:32]


class Journal:
    """The journal of an archive. The caller holds the lock `alert`."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._since: dict[Key, str] = {}
        self._told: dict[tuple[str, str], str] = {}
        for line in self._whole_lines():
            match line.split(" "):
                case ["since", target, search, moment]:
                    self._since[target, search] = moment
                case ["told", target, moment, event]:
                    self._told[target, event] = moment

    def _whole_lines(self) -> list[str]:
        """The lines of the file; a last line that a crash has torn is cut off."""
        if not self._path.exists():
            return []
        content = self._path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if whole != content:
            os.truncate(self._path, len(whole))
        return whole.decode("ascii", "replace").split("\n")[:-1]

    def since(self, target: str, search: str, otherwise: str) -> str:
        """From when on events are told; from `otherwise` on where nobody has said so yet, which is kept."""
        if (target, search) not in self._since:
            self._since[target, search] = otherwise
            self._append(f"since {target} {search} {otherwise}")
        return self._since[target, search]

    def is_told(self, target: str, event: str) -> bool:
        return (target, event) in self._told

    def tell(self, target: str, moment: str, event: str) -> None:
        """Enter an event as told."""
        self._told[target, event] = moment
        self._append(f"told {target} {moment} {event}")

    def settle(self, declared: Iterable[Key], done: Iterable[Key], horizon: str) -> None:
        """Let the searches that are `done`, all of whose events were told, begin at `horizon` from now on.

        Searches that are declared no more are forgotten, and so are events before all beginnings: the journal does not grow
        for ever.
        """
        self._since = {key: self._since[key] for key in declared}
        self._since |= {key: max(horizon, self._since[key]) for key in done}
        first = dict.fromkeys((target for target, _ in self._told), horizon)
        for (target, _), moment in self._since.items():
            first[target] = min(moment, first.get(target, horizon))
        self._told = {key: moment for key, moment in self._told.items() if moment >= first[key[0]]}
        lines = [f"since {target} {search} {moment}\n" for (target, search), moment in self._since.items()]
        lines += [f"told {target} {moment} {event}\n" for (target, event), moment in self._told.items()]
        part = self._path.with_name(f".{NAME}.part")
        part.write_text("".join(lines), "ascii")
        sync(part)
        part.rename(self._path)
        sync(self._path.parent)

    def _append(self, line: str) -> None:
        new = not self._path.exists()
        with self._path.open("ab", buffering=0) as file:
            file.write(f"{line}\n".encode())
            os.fsync(file.fileno())
        if new:
            sync(self._path.parent)
