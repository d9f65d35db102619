"""How long a host is left alone between two requests."""

from crawler.pauses import SteadySlot


def slot() -> SteadySlot:
    made = SteadySlot(1, 1.0, 0.2)
    made.lastseen = 5.0
    return made


def test_a_pause_is_drawn_once() -> None:
    waiting = slot()
    assert len({waiting.download_delay() for _ in range(20)}) == 1


def test_each_request_gets_a_pause_of_its_own() -> None:
    waiting, drawn = slot(), set()
    for second in range(20):
        waiting.lastseen = float(second)
        drawn.add(waiting.download_delay())
    assert len(drawn) == 20
    assert all(0.8 <= pause <= 1.2 for pause in drawn)


def test_a_site_that_asks_for_more_time_gets_it_at_once() -> None:
    waiting = slot()
    waiting.download_delay()
    waiting.delay = 10.0
    assert waiting.download_delay() >= 8.0
