"""The shield of a public site, around an application of a few lines."""

import asyncio
import gzip
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from archive.site import quoting, shield

PAGE = "清河".encode() * 1000


async def page(scope: Any, receive: Any, send: Any) -> None:
    """PAGE in one piece, or in two at /long and where it is a download."""
    length = (b"content-length", str(len(PAGE)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html"), length]})
    pieces = [PAGE] if scope["path"] == "/" else [PAGE[:2000], PAGE[2000:]]
    for place, piece in enumerate(pieces, 1):
        await send({"type": "http.response.body", "body": piece, "more_body": place < len(pieces)})


def ask(
    app: shield.App, path: str = "/", client: str = "192.0.2.1", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of the answer to a request."""
    sent: list[Any] = []

    async def send(event: Any) -> None:
        sent.append(event)

    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    path, _, query = path.partition("?")
    scope = {"type": "http", "method": "GET", "path": path, "headers": pairs, "client": (client, 1)}
    scope["query_string"] = query.encode()
    asyncio.run(app(scope, None, send))
    answered = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], answered, b"".join(event.get("body", b"") for event in sent[1:])


def test_text_is_compressed_for_who_can_undo_it() -> None:
    app = shield.compressed(page)
    _, headers, body = ask(app, accept_encoding="gzip, br")
    assert headers["content-encoding"] == "gzip"
    assert int(headers["content-length"]) == len(body)
    assert gzip.decompress(body) == PAGE
    assert ask(app)[2] == PAGE


def test_a_long_answer_is_compressed_piece_by_piece() -> None:
    _, headers, body = ask(shield.compressed(page), "/long", accept_encoding="gzip")
    assert headers["content-encoding"] == "gzip"
    assert "content-length" not in headers
    assert gzip.decompress(body) == PAGE


@pytest.mark.parametrize("path", ["/archive.db", "/snapshots/20200101T000000Z/releases.csv"])
def test_downloads_go_through_as_they_are(path: str) -> None:
    _, headers, body = ask(shield.compressed(page), path, accept_encoding="gzip")
    assert body == PAGE
    assert int(headers["content-length"]) == len(PAGE)


def test_who_has_a_page_does_not_get_it_again() -> None:
    app = shield.tagged(page, "t1")
    _, headers, _ = ask(app, accept_language="zh")
    assert ask(app, accept_language="zh", if_none_match=headers["etag"])[0] == 304
    assert ask(app, accept_language="en", if_none_match=headers["etag"])[0] == 200
    assert ask(shield.tagged(page, "t2"), accept_language="zh", if_none_match=headers["etag"])[0] == 200


def test_a_page_that_is_known_says_on_what_it_depends() -> None:
    app = shield.tagged(page, "t1")
    _, headers, _ = ask(app, accept_language="zh")
    status, headers, _ = ask(app, accept_language="zh", if_none_match=headers["etag"])
    assert (status, headers["vary"]) == (304, "Accept-Language, Accept-Encoding")


def test_the_list_of_snapshots_is_always_sent() -> None:
    app = shield.tagged(page, "t1")
    _, headers, _ = ask(app)
    status, listed, _ = ask(app, "/snapshots", if_none_match=headers["etag"])
    assert status == 200
    assert "etag" not in listed


def test_the_tag_follows_the_snapshot_and_the_files(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("1")
    first = shield.fingerprint(tmp_path, "a  archive.db")
    assert shield.fingerprint(tmp_path, "b  archive.db") != first
    (tmp_path / "page.html").write_text("2")
    assert shield.fingerprint(tmp_path, "a  archive.db") != first


def test_the_hasty_are_told_to_wait() -> None:
    time = [0.0]
    app = shield.limited(page, clock=lambda: time[0])
    answers = [ask(app)[0] for _ in range(shield.BURST + 1)]
    assert answers == [200] * shield.BURST + [429]
    assert ask(app, client="192.0.2.2")[0] == 200
    time[0] += 1
    assert ask(app)[0] == 200


def test_this_computer_may_ask_as_it_likes() -> None:
    app = shield.limited(page, clock=lambda: 0.0)
    assert {ask(app, client="127.0.0.1")[0] for _ in range(shield.BURST + 10)} == {200}


def test_only_so_many_clients_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shield, "_CLIENTS", 2)
    app = shield.limited(page, clock=lambda: 0.0)
    for number in range(5):
        assert ask(app, client=f"192.0.2.{number}")[0] == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/?" + "&".join(f"a{n}=1" for n in range(shield.MOST)), 200),
        ("/?" + "&".join(f"a{n}=1" for n in range(shield.MOST + 1)), 414),
        ("/?q=" + "a" * (shield.LONGEST - 3), 200),
        ("/?q=" + "a" * (shield.LONGEST - 2), 414),
        ("/" + "a" * shield.LONGEST, 414),
        (f"/quote?q={quote('清' * quoting.LONGEST)}&source=qinghe&from=2020-01&to=2020-12", 200),
        ("/quote?q=" + "a" * 20_000, 414),
    ],
    ids=["many arguments", "too many", "long", "too long", "a long path", "the longest quote", "a longer one"],
)
def test_an_address_has_bounds(path: str, status: int) -> None:
    assert ask(shield.bounded(page), path)[0] == status


@pytest.mark.parametrize(
    ("path", "status"), [("/-/threads.json", 404), ("/-/metadata", 404), ("/-/static/app.css", 200), ("/archive", 200)]
)
def test_pages_about_the_server_itself_are_closed(path: str, status: int) -> None:
    assert ask(shield.closed(page), path)[0] == status
