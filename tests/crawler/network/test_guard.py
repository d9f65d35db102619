"""The network guard, as far as it can judge an address without asking for it."""

import pytest
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

from crawler.network.guard import is_public, literal, private_hosts, refusal


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:10.0.0.8]/",
        "http://[64:ff9b::a00:1]/",
        "http://[2002:a00:1::]/",
        "http://10.1.2.3/",
        "http://172.16.0.1/",
        "http://192.168.1.1:8080/",
        "http://169.254.169.254/latest/meta-data/",
        "http://100.64.0.1/",
        "http://0.0.0.0/",
        "http://224.0.0.1/",
    ],
)
def test_a_private_address_is_refused_in_every_spelling(url: str) -> None:
    assert "private" in refusal(url, frozenset())


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://example.com/x",
        "data:text/html,x",
        "javascript:alert(1)",
        "http:///x",
        "http://[::1",
    ],
)
def test_what_is_not_http_is_refused(url: str) -> None:
    assert refusal(url, frozenset())


@pytest.mark.parametrize("url", ["http://www.qingdao.gov.cn/ywdt/", "https://8.8.8.8/", "http://[2400:3200::1]/"])
def test_a_public_address_is_allowed(url: str) -> None:
    assert refusal(url, frozenset()) == ""


def test_private_hosts_are_allowed_by_name() -> None:
    assert refusal("http://127.0.0.1:8731/", frozenset({"127.0.0.1"})) == ""
    assert refusal("http://127.0.0.2:8731/", frozenset({"127.0.0.1"})) != ""


def test_a_decimal_address_is_read() -> None:
    assert literal("2130706433") == "127.0.0.1"
    assert literal("www.example.gov.cn") is None
    assert not is_public("127.0.0.1")


def test_there_is_no_other_handler_than_that_of_http() -> None:
    handlers = get_project_settings().getwithbase("DOWNLOAD_HANDLERS")
    assert {scheme for scheme, handler in handlers.items() if handler} == {"http", "https"}


def test_there_is_no_door_into_a_running_crawl() -> None:
    settings = get_project_settings()
    assert not settings.getbool("TELNETCONSOLE_ENABLED")
    assert not settings.getbool("REMOTE_CONTROL_ENABLED")


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("", []),
        ("LOCALHOST", ["localhost"]),
        ("127.0.0.1,localhost", ["127.0.0.1", "localhost"]),
        ("127.0.0.1, localhost", ["127.0.0.1", "localhost"]),
        ("127.0.0.1 localhost", ["127.0.0.1", "localhost"]),
        (" ::1 ,\n10.0.0.7, ", ["10.0.0.7", "::1"]),
        (["127.0.0.1", "localhost"], ["127.0.0.1", "localhost"]),
    ],
)
def test_private_hosts_are_divided_by_commas_or_blanks(value: str | list[str], names: list[str]) -> None:
    assert sorted(private_hosts(Settings({"PRIVATE_HOSTS": value}))) == names
