"""Who is told what, and when nobody is."""

from pathlib import Path

import pytest
from scrapy.settings import Settings

from archive.store.crawls import Standing
from crawler.configuration import SettingError
from crawler.health import notify
from tests.conftest import crawl, rows, scrapy
from tests.crawler.test_faults import DAYS, DECLARED, Site
from tests.serving import Answer, Pages


def standing(outcome: str, told: str, source: str = "one") -> Standing:
    return Standing(source=source, name="清峦县", crawl=7, outcome=outcome, problem="list answered 404", told=told)


@pytest.mark.parametrize(
    ("told", "outcome", "news"),
    [
        ("", "ok", False),
        ("", "quiet", False),
        ("", "suspect", True),
        ("", "broken", True),
        ("", "blocked", True),
        ("ok", "quiet", False),
        ("ok", "broken", True),
        ("suspect", "suspect", False),
        ("suspect", "broken", True),
        ("broken", "suspect", False),
        ("broken", "broken", False),
        ("broken", "blocked", False),
        ("broken", "quiet", True),
        ("suspect", "ok", True),
    ],
)
def test_what_is_news(told: str, outcome: str, news: bool) -> None:
    assert bool(notify.news([standing(outcome, told)])) is news


def test_one_source_is_the_title() -> None:
    title, body = notify.message([standing("broken", "")])
    assert title == "gongbao: one broken"
    assert body == "one (清峦县): broken: list answered 404"
    assert notify.message([standing("ok", "broken")])[0] == "gongbao: one is well again"


def test_many_sources_are_one_message_worst_first() -> None:
    told = [standing("ok", "broken", "a"), standing("suspect", "", "b"), standing("broken", "", "c")]
    title, body = notify.message(told)
    assert title == "gongbao: 2 not well, 1 well again"
    assert [line.split()[0] for line in body.splitlines()] == ["c", "b", "a"]


def test_a_message_is_no_book() -> None:
    _, body = notify.message([standing("broken", "", f"s{n:03}") for n in range(80)])
    assert len(body.splitlines()) == notify.LINES + 1
    assert "30 more" in body


@pytest.mark.filterwarnings("ignore:'imghdr':DeprecationWarning")  # apprise imports it
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"NOTIFY": "nosuchservice://secret"}, "NOTIFY: address 1 \\(nosuchservice:…\\)"),
        ({"NOTIFY": "json://127.0.0.1/ hello"}, "NOTIFY: address 2"),
        ({"PING_URL": "ftp://example.com/"}, "PING_URL is not http or https"),
        ({"PING_URL": "htp://example.com/secret"}, "PING_URL is not http or https: htp:…$"),
        ({"PING_URL": "example.com/secret"}, "PING_URL is not http or https"),
        ({"PING_URL": "https:///secret"}, "PING_URL names no host$"),
        ({"PING_URL": "http://127.0.0.1/secret"}, "PING_URL is a private address"),
    ],
)
def test_an_address_that_cannot_be_used_is_said_before_the_crawl(settings: dict[str, str], said: str) -> None:
    with pytest.raises(SettingError, match=said) as raised:
        notify.check_targets(Settings({"PING_URL": "", "NOTIFY": "", "PRIVATE_HOSTS": "", **settings}))
    assert "secret" not in str(raised.value)


def test_a_ping_is_sent_to_public_addresses_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with Pages({"/ping?a=1": b"OK"}) as watchman:
        # a name that leads to a private address, past what can be told without resolving it
        url = watchman.url("/ping?a=1").replace("127.0.0.1", "localhost")
        notify.ping(Settings({"PING_URL": url, "PRIVATE_HOSTS": ""}))
        assert watchman.asked == []
        assert "leads to the private address" in capsys.readouterr().err
        notify.ping(Settings({"PING_URL": url, "PRIVATE_HOSTS": "localhost,127.0.0.1,::1"}))
        assert [asked.path for asked in watchman.asked] == ["/ping?a=1"]


def test_a_ping_that_fails_is_said_and_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with Pages({}) as watchman:
        notify.ping(Settings({"PING_URL": watchman.url("/gone"), "PRIVATE_HOSTS": "127.0.0.1"}))
    assert capsys.readouterr().err == "gongbao: PING_URL: answered 404\n"


@pytest.mark.parametrize("url", ["http://u:secret@127.0.0.1:1/secret", "http://127.0.0.1:1/secret word"])
def test_a_ping_that_fails_does_not_print_its_address(capsys: pytest.CaptureFixture[str], url: str) -> None:
    notify.ping(Settings({"PING_URL": url, "PRIVATE_HOSTS": "127.0.0.1"}))
    said = capsys.readouterr().err
    assert said.startswith("gongbao: PING_URL: ")
    assert "secret" not in said


@pytest.mark.slow
def test_one_message_when_a_source_turns_bad_and_one_when_it_is_well_again(tmp_path: Path) -> None:
    with Pages(Site(number=12).served()) as pages, Pages({"/": b"", "/ping": b"OK"}) as watchman:
        (tmp_path / "one.toml").write_text(DECLARED.format(url=pages.url("/list/")), "utf-8")
        settings = {
            "SOURCES": tmp_path / "one.toml",
            "ARCHIVE_DIR": tmp_path / "archive",
            "NOTIFY": watchman.url("/").replace("http", "json"),
            "PING_URL": watchman.url("/ping"),
        }
        messages = []
        for day, broken in enumerate((False, True, True, False)):
            pages.pages["/list/"] = Answer(b"", 404) if broken else Site(number=12).list_page(1)
            crawl("one", status=2 if broken else 0, NOW=f"{DAYS[day]}T22:00", **settings)
            messages.append([asked.path for asked in watchman.asked].count("/"))
        assert messages == [0, 1, 1, 2]
        assert [asked.path for asked in watchman.asked].count("/ping") == 4
    assert rows(tmp_path / "archive", "SELECT outcome, told FROM crawls") == [
        ("ok", 0),
        ("broken", 1),
        ("broken", 0),
        ("quiet", 1),
    ]


@pytest.mark.slow
def test_many_sources_crawled_together_are_told_of_together(tmp_path: Path) -> None:
    with Pages({}) as pages, Pages({"/": b""}) as watchman:
        text = "".join(DECLARED.format(url=pages.url(f"/{n}/")).replace("[one]", f"[{n}]") for n in ("a", "b"))
        (tmp_path / "two.toml").write_text(text, "utf-8")
        settings = {"SOURCES": tmp_path / "two.toml", "ARCHIVE_DIR": tmp_path / "archive"}
        notify_to = watchman.url("/").replace("http", "json")
        closed = watchman.url("/no").replace("http", "json")
        for target, messages in ((closed, 1), (notify_to, 2), (notify_to, 2)):
            done = scrapy("crawlall", NOTIFY=target, **settings)
            assert done.returncode == 2
            assert ("could not be sent" in done.stderr) is (target == closed)
            assert len(watchman.asked) == messages
