"""A browser that draws pages and asks for nothing itself (extra `browser`): each request of a page is handed to us.

Its own ways out are closed besides: every name is unknown to it, every connection leads to a proxy that is not there,
web sockets and service workers are shut. A challenge is never solved: a page is drawn once and read as it stands.
"""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page, Route

PATIENCE = 60  # seconds that a page may take, the pauses between its requests among them
_ANSWER = 10  # seconds in which a page that stands still hands over its HTML
MOST = 40  # requests of a page; further ones are refused
_STILL = 500  # milliseconds in which nothing was asked for or drawn
_WORKING = {
    "document",
    "script",
    "xhr",
    "fetch",
}  # the sources of entries; pictures, styles and fonts are not asked for
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = [
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
_NOWHERE = "http://127.0.0.1:9"
# links become whole addresses, since those of a frame are relative to the frame
_WHOLE_LINKS = "() => document.querySelectorAll('a[href]').forEach(a => a.setAttribute('href', a.href))"
_HTML = "() => document.body ? document.body.innerHTML : ''"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request of a page that is being drawn."""

    url: str
    method: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A drawn page: its frames follow its own body. `refused` were asked for in vain; `ended` is false where PATIENCE was over.

    A page that does not hand over its HTML (its script runs for ever, its process died) has the HTML that was sent.
    """

    html: str
    refused: tuple[str, ...]
    ended: bool


_STAY = Answer(status=204, headers={}, body=b"")  # a page that leads itself elsewhere stays where it is


class NoBrowserError(Exception):
    """The extra, or the browser, is not installed; the message says how to install it."""


class Browser:
    """A running browser. `close` ends it; it ends with our process in any case."""

    def __init__(self, playwright: Any, browser: Any, user_agent: str) -> None:
        self._playwright = playwright
        self._browser = browser
        self._user_agent = user_agent

    @classmethod
    async def start(cls, user_agent: str) -> Self:
        """Raises NoBrowserError."""
        try:
            from playwright.async_api import Error, async_playwright
        except ImportError:
            raise NoBrowserError("playwright is not installed (docs/sources.md, A list that scripts draw)") from None
        playwright = await async_playwright().start()
        program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
        try:
            browser = await playwright.chromium.launch(
                executable_path=program,
                args=_ARGUMENTS,
                proxy={"server": _NOWHERE, "bypass": "<-loopback>"},
                chromium_sandbox=os.geteuid() != 0,  # Chromium has none for root
                handle_sigint=False,
                handle_sigterm=False,
            )
        except Error as error:
            await playwright.stop()
            raise NoBrowserError(f"Chromium does not start: {str(error).splitlines()[0]}") from None
        return cls(playwright, browser, user_agent)

    async def close(self) -> None:
        await self._browser.close()
        await self._playwright.stop()

    async def draw(self, url: str, first: Answer, ask: Callable[[Asked], Awaitable[Answer | None]]) -> Drawn:
        """The page of `url`, whose own answer is `first`, as it stands when nothing more is asked for; `ask` answers its
        requests, with None those that may not be asked.
        """
        context = await self._browser.new_context(
            user_agent=self._user_agent, locale="zh-CN", service_workers="block", accept_downloads=False
        )
        try:
            drawing = _Drawing(url, first, ask)
            await context.route("**/*", drawing.answer)
            await context.route_web_socket("**/*", lambda socket: _unless_gone(socket.close()))
            return await drawing.finish(await _opened(context))
        finally:
            await context.close()


async def _opened(context: "BrowserContext") -> "Page":
    page = await context.new_page()
    context.on("page", lambda window: _unless_gone(window.close()))  # windows that it opens
    page.on("dialog", lambda dialog: _unless_gone(dialog.dismiss()))
    return page


async def _unless_gone(ending: Awaitable[None]) -> None:
    """A window or dialog ends with its page, often before we end it."""
    from playwright.async_api import Error

    with suppress(Error):
        await ending


class _Drawing:
    def __init__(self, url: str, first: Answer, ask: Callable[[Asked], Awaitable[Answer | None]]) -> None:
        self._url = url
        self._sent = first.body
        self._first: Answer | None = first
        self._ask = ask
        self._asked = 0
        self._refused: list[str] = []

    async def answer(self, route: "Route") -> None:
        from playwright.async_api import Error

        with suppress(Error):  # the page was left meanwhile
            answer = await self._answer(route)
            if answer is None:
                await route.abort()
            else:
                await route.fulfill(status=answer.status, headers=answer.headers, body=answer.body)

    async def _answer(self, route: "Route") -> Answer | None:
        asked = route.request
        if asked.is_navigation_request() and asked.frame.parent_frame is None:
            first, self._first = self._first, None
            if first is None:
                self._refused.append(asked.url)
            return first or _STAY
        if asked.resource_type not in _WORKING:
            return None
        self._asked += 1
        answer = None
        if self._asked <= MOST:
            answer = await self._ask(
                Asked(
                    url=asked.url,
                    method=asked.method,
                    headers=await asked.all_headers(),
                    body=asked.post_data_buffer or b"",
                )
            )
        if answer is None:
            self._refused.append(asked.url)
        return answer

    async def finish(self, page: "Page") -> Drawn:
        from playwright.async_api import Error

        try:
            ended = await self._settled(page)
            async with asyncio.timeout(_ANSWER):
                html = await _whole(page)
        except (Error, TimeoutError):
            ended, html = False, self._sent.decode()
        return Drawn(html=html, refused=tuple(self._refused), ended=ended)

    async def _settled(self, page: "Page") -> bool:
        """Wait until the page stands still, twice: at its head and, for what is drawn when a reader comes there, at its foot."""
        try:
            async with asyncio.timeout(PATIENCE):  # those of playwright don't end a script that runs for ever
                await page.goto(self._url, wait_until="networkidle", timeout=0)
                await page.evaluate("() => window.scrollTo(0, document.documentElement.scrollHeight)")
                await page.wait_for_timeout(_STILL)
                await page.wait_for_load_state("networkidle", timeout=0)
        except TimeoutError:
            return False
        return True


async def _whole(page: "Page") -> str:
    from playwright.async_api import Error

    inner = []
    for frame in page.frames:
        with suppress(Error):  # a script has taken the frame away meanwhile
            await frame.evaluate(_WHOLE_LINKS)
            if frame.parent_frame:
                inner.append(await frame.evaluate(_HTML))
    html = await page.content()
    body, end, rest = html.rpartition("</body>")
    return "".join([body, *inner, end, rest])
