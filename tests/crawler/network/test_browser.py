"""What scripts do to the browser that draws them."""

import asyncio
import shutil

import pytest

pytest.importorskip("playwright", reason="the extra browser is not installed")

from crawler.network import browser
from crawler.network.browser import Answer, Asked, Browser, Drawn

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="there is no chromium"),
]

SENT = "<body><p>云埠要闻</p></body>"
COMING_AND_GOING = """const f = document.createElement('iframe'); f.srcdoc = '<script>setInterval(() => alert(1), 1)</scr' + 'ipt>';
    document.body.append(f); setInterval(() => { f.remove(); document.body.append(f); }, 7);"""


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "PATIENCE", 5)
    monkeypatch.setattr(browser, "_ANSWER", 5)


def draw(script: str, times: int = 1) -> tuple[list[Drawn], list[str]]:
    """The page as drawn each time, and what went wrong beside it."""
    faults: list[str] = []

    async def nothing(asked: Asked) -> None:
        return None

    async def drawn() -> list[Drawn]:
        asyncio.get_running_loop().set_exception_handler(lambda _, fault: faults.append(repr(fault)))
        first = Answer(
            status=200,
            headers={"Content-Type": "text/html; charset=utf-8"},
            body=SENT.replace("</body>", f"<script>{script}</script></body>").encode(),
        )
        running = await Browser.start("gongbao")
        try:
            return [await running.draw("http://127.0.0.1:9/list.html", first, nothing) for _ in range(times)]
        finally:
            await running.close()

    return asyncio.run(asyncio.wait_for(drawn(), 60 * times)), faults


def test_a_script_that_runs_for_ever_leaves_the_page_as_it_was_sent() -> None:
    [drawn], _ = draw("while (true) {}")
    assert (drawn.ended, drawn.html) == (False, SENT.replace("</body>", "<script>while (true) {}</script></body>"))


def test_a_page_that_leads_to_itself_for_ever_ends() -> None:
    [drawn], _ = draw("setInterval(() => location.reload(), 50)")
    assert not drawn.ended
    assert "云埠要闻" in drawn.html


@pytest.mark.parametrize("script", ["setInterval(() => alert(1), 1)", COMING_AND_GOING])
def test_frames_and_dialogs_that_come_and_go_are_no_fault(script: str) -> None:
    pages, faults = draw(script, times=4)
    assert ["云埠要闻" in drawn.html for drawn in pages] == [True] * 4
    assert faults == []
