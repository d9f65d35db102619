"""The operator's hand: Ctrl-C and SIGTERM, while a source is crawled.

Before the crawl has begun there is nothing to put away, and its process just ends. From then on the event loop hears of
the signal when it runs: the crawl stops asking, waits GRACE seconds for the answers that are under way, and is `stopped`.
A second signal ends the wait.
"""

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from scrapy.crawler import Crawler

from crawler import end_at_once
from crawler.run.session import downloader_of, give_up, runs, session_of, stop_by_hand

SIGNALS = (signal.SIGINT, signal.SIGTERM)
GRACE = 5.0  # seconds; an answer that takes longer is asked for again by the next crawl


def end_at_a_signal() -> None:
    """Let a signal end this process at once, as kill -9 would, until the crawl begins."""
    for number in SIGNALS:
        signal.signal(number, end_at_once)


@contextmanager
def under_hand(crawler: Crawler) -> Iterator[None]:
    """Let a signal stop the crawl while the context lasts; afterwards it is KeyboardInterrupt."""
    loop = asyncio.get_event_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, _stop, crawler)
    try:
        yield
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)
            signal.signal(number, signal.default_int_handler)


def _stop(crawler: Crawler) -> None:
    session = session_of(crawler)
    if session.by_hand:
        give_up(session)
        return
    number = downloader_of(crawler).under_way() if runs(crawler) else 0
    print(f"stopping: {number} {'request' if number == 1 else 'requests'} under way", file=sys.stderr, flush=True)
    stop_by_hand(crawler)
    asyncio.get_running_loop().call_later(GRACE, give_up, session)
