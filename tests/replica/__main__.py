"""Serve the replica sites until interrupted: `python -m tests.replica --port 8731 --day 1 --sources FOLDER`."""

import argparse
import signal
import threading
from pathlib import Path

from tests.replica.server import ReplicaSite
from tests.replica.world import DATES, load


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.replica", description="Serve the replica sites on 127.0.0.1."
    )
    parser.add_argument("--port", type=int, default=8731, help="port of the first site, the others follow; 0: any")
    parser.add_argument("--day", type=int, choices=DATES, default=1, help="the state that the sites show")
    parser.add_argument("--sources", type=Path, metavar="FOLDER", help="write the sites' declarations here")
    options = parser.parse_args()
    ended = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: ended.set())
    try:
        replica = ReplicaSite(options.day, options.port)
    except OSError as error:
        parser.exit(2, f"no site can stand on port {options.port} and those that follow: {error.strerror}\n")
    with replica:
        if options.sources:
            replica.write_sources(options.sources)
        print(f"day {options.day}:", *(f"{site.id} {replica.url(site.id, '/')}" for site in load()), flush=True)
        ended.wait()


if __name__ == "__main__":
    main()
