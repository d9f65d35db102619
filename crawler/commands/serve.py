"""scrapy serve: read the archive in a browser."""

import argparse
import signal
import socket
import sys

from archive.errors import GongbaoError
from archive.snapshots.shelf import newest, passed_over
from crawler import end_at_once
from crawler.command import GongbaoCommand
from crawler.configuration import archive_folder

GRACE = 3  # seconds that answers under way have when the server ends


class Command(GongbaoCommand):
    def syntax(self) -> str:
        return "[--host HOST] [--port PORT] [--public]"

    def short_desc(self) -> str:
        return "Serve the newest snapshot as a web site"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this computer only)")
        parser.add_argument("--port", type=int, default=8001, help="port to listen on (default: 8001; 0: any free one)")
        parser.add_argument("--public", action="store_true", help="serve only what may be published, without SQL")

    def work(self, args: list[str], opts: argparse.Namespace) -> int:
        if args:
            raise GongbaoError(f"serve takes no argument, but was given {args[0]!r}")
        folder = archive_folder(self.settings)
        for said in passed_over(folder):
            print(f"gongbao: {said}; `scrapy verify` tells more", file=sys.stderr)
        snapshot = newest(folder, public=opts.public)
        listener = listen(opts.host, opts.port)
        # an interrupt before uvicorn listens to signals would be a cancelled task to asyncio, which a library may swallow: the
        # server would run on
        signal.signal(signal.SIGINT, end_at_once)
        # here, not above: Scrapy imports the module of every command whichever is given
        import uvicorn

        from archive.site.serving import application

        app = application(snapshot, public=opts.public, contact=self.settings["CONTACT"])
        host = f"[{opts.host}]" if ":" in opts.host else opts.host
        print(f"Serving {snapshot.name} at http://{host}:{listener.getsockname()[1]}/ (Ctrl+C ends)", flush=True)
        uvicorn.Server(
            uvicorn.Config(app, ws="none", log_level="warning", lifespan="on", timeout_graceful_shutdown=GRACE)
        ).run(sockets=[listener])
        return 0


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there, so that a taken port is known before anything is started. Raises GongbaoError."""
    try:
        if not 0 <= port <= 65535:  # getaddrinfo takes what is left when 65536 is divided off
            raise OverflowError
        # the protocol must be named: only then asyncio turns off Nagle's delay, which costs 40 ms an answer
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen()
        return listener
    except (OSError, OverflowError) as error:
        why = error.strerror if isinstance(error, OSError) else "a port is a number from 0 to 65535"
        raise GongbaoError(f"cannot listen on {host} port {port}: {why}; choose another with --port") from None
