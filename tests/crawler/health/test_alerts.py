"""Alerts: each event is told once to each address, whatever kills the process; noise is never told."""

import json
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from archive.database import insert
from archive.times import stamp
from crawler.configuration import SettingError
from crawler.health import alerts, declared_alerts
from crawler.health.told_events import NAME, Journal
from tests.archive.living import SOURCE, address, day, empty_archive, headline, prose, release, save
from tests.conftest import scrapy

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr':DeprecationWarning")  # apprise imports it
HEATING = "各小区从本月十五日起开始供暖。"


class Receiver:
    """A web hook on loopback; keeps the messages that it took. Paths in `refused` are answered 500."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.refused: set[str] = set()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                refused = self.path in outer.refused
                if not refused:
                    outer.messages.append(told | {"path": self.path})
                self.send_response(500 if refused else 200)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def address(self, path: str = "/") -> str:
        return f"json://127.0.0.1:{self._server.server_port}{path}"

    @property
    def titles(self) -> list[str]:
        return [one["title"] for one in self.messages]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    one = Receiver()
    yield one
    one.close()


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    db = empty_archive(tmp_path, SOURCE, "qinghe")
    yield db
    db.close()


def heat(db: Database, number: int, at: float, more: str = "") -> None:
    save(db, release(address(number), f"{prose(number)}\n{HEATING}{more}", at=day(at)))


def gone(db: Database, number: int, at: float) -> None:
    insert(db, "status_changes", {"release": number, "at": stamp(day(at)), "status": "gone"})


def declare(folder: Path, receiver: Receiver, *lines: str, to: str = "/") -> None:
    text = "\n".join(["[heating]", 'q = "供暖"', *lines, f'to = ["{receiver.address(to)}"]'])
    (folder / declared_alerts.NAME).write_text(text, "utf-8")


def test_each_kind_of_event_is_told_once_in_order(tmp_path: Path, db: Database, receiver: Receiver) -> None:
    heat(db, 1, 0)
    heat(db, 2, 1)
    heat(db, 1, 2, "第3换热站已检修。")
    gone(db, 2, 3)
    save(db, release(address(3), prose(3), at=day(3)))  # about something else
    declare(tmp_path, receiver)
    assert alerts.tell(tmp_path).told == 4
    one, two = headline(address(1)), headline(address(2))
    told = [f"新增：{one}（heating）", f"新增：{two}（heating）", f"改动：{one}（heating）", f"失效：{two}（heating）"]
    assert receiver.titles == told
    edited = receiver.messages[2]["message"]
    assert "改动：正文" in edited
    assert "+ 第3换热站已检修。" in edited
    assert address(1) in edited
    assert "得知于 2026-03-04 17:00（北京时间）  /release/1?v=2" in edited
    assert alerts.tell(tmp_path).told == 0
    heat(db, 4, 4)
    assert alerts.tell(tmp_path).told == 1
    assert len(receiver.messages) == 5


def test_an_alert_of_a_source_that_is_not_there_says_so(
    tmp_path: Path, db: Database, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    heat(db, 1, 0)
    declare(tmp_path, receiver, f'source = "{SOURCE}x"')
    assert alerts.tell(tmp_path).told == 0
    said = f"gongbao: alert [heating] finds nothing: the archive has no source '{SOURCE}x'; did you mean {SOURCE}?"
    assert said in capsys.readouterr().err
    declare(tmp_path, receiver, f'source = "{SOURCE}"')
    assert alerts.tell(tmp_path).told == 1
    assert capsys.readouterr().err == ""


def test_an_edit_that_takes_the_words_away_is_told_and_nothing_after_it(
    tmp_path: Path, db: Database, receiver: Receiver
) -> None:
    heat(db, 1, 0)
    save(db, release(address(1), prose(1), at=day(1)))
    save(db, release(address(1), f"{prose(1)}\n另有补充。", at=day(2)))
    gone(db, 1, 3)
    declare(tmp_path, receiver)
    alerts.tell(tmp_path)
    assert [title[:2] for title in receiver.titles] == ["新增", "改动"]
    assert f"- {HEATING}" in receiver.messages[1]["message"]


def test_a_page_counts_as_it_was_read_last(tmp_path: Path, db: Database, receiver: Receiver) -> None:
    save(db, release(address(1), prose(1), at=day(0)))
    save(db, release(address(1), f"{prose(1)}\n{HEATING}", at=day(0), reread=True), at=day(0))
    save(db, release(address(1), f"{prose(1)}\n另有补充。", at=day(1)))
    declare(tmp_path, receiver)
    alerts.tell(tmp_path)
    assert [title[:2] for title in receiver.titles] == ["新增", "改动"]


def test_noise_is_never_told(tmp_path: Path, db: Database, receiver: Receiver) -> None:
    heat(db, 1, 0)
    declare(tmp_path, receiver)
    alerts.tell(tmp_path)
    heat(db, 1, 1)  # the same again
    text = f"{prose(1)}\n{HEATING}\n读得更全的一句话。"
    save(db, release(address(1), text, at=day(2), reread=True), at=day(2))
    insert(db, "status_changes", {"release": 1, "at": stamp(day(3)), "status": "suspect"})
    insert(db, "status_changes", {"release": 1, "at": stamp(day(4)), "status": "live"})
    assert alerts.tell(tmp_path).told == 0


def test_filters_and_kinds_are_those_of_a_search(tmp_path: Path, db: Database, receiver: Receiver) -> None:
    heat(db, 1, 0)
    other = release(address(2), f"{prose(2)}\n{HEATING}", at=day(0))
    save(db, replace(other, page=replace(other.page, source="qinghe"), published="2025-03-01"))
    heat(db, 1, 1, "又一句。")
    declare(tmp_path, receiver, 'source = "qinghe"', 'region = "99"', "year = 2025", 'kinds = ["new", "gone"]')
    assert alerts.tell(tmp_path).told == 1
    assert headline(address(2)) in receiver.titles[0]
    declare(tmp_path, receiver, 'region = "37"')
    assert alerts.tell(tmp_path).told == 0


def test_a_new_alert_begins_a_week_before_the_last_news(tmp_path: Path, db: Database, receiver: Receiver) -> None:
    heat(db, 1, 0)
    heat(db, 2, 20)
    declare(tmp_path, receiver)
    assert alerts.tell(tmp_path).told == 1


def test_a_changed_search_tells_nothing_twice(tmp_path: Path, db: Database, receiver: Receiver) -> None:
    heat(db, 1, 0)
    save(db, release(address(2), f"{prose(2)}\n热力公司公布了热线。", at=day(1)))
    declare(tmp_path, receiver)
    assert alerts.tell(tmp_path).told == 1
    (tmp_path / "alerts.toml").write_text(
        (tmp_path / "alerts.toml").read_text("utf-8").replace("供暖", "供暖 OR 热力公司")
    )
    assert alerts.tell(tmp_path).told == 1
    assert len(set(receiver.titles)) == 2


def test_an_address_that_fails_is_said_and_tried_again_while_others_are_told(
    tmp_path: Path, db: Database, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(1, 7):
        heat(db, number, 0.1 * number)
    text = f'[heating]\nq = "供暖"\nto = ["{receiver.address("/a")}", "{receiver.address("/b")}"]'
    (tmp_path / "alerts.toml").write_text(text, "utf-8")
    receiver.refused = {"/b"}
    assert alerts.tell(tmp_path) == alerts.Outcome(told=6, failed=6)
    said = capsys.readouterr().err
    assert "alert heating: 6 messages to json:… could not be delivered; the next run tries again" in said
    assert "127.0.0.1" not in said
    # weeks later they are still owed
    heat(db, 9, 30)
    receiver.refused = set()
    assert alerts.tell(tmp_path) == alerts.Outcome(told=8, failed=0)
    assert Counter(one["path"] for one in receiver.messages) == {"/a": 7, "/b": 7}
    assert alerts.tell(tmp_path) == alerts.Outcome()


def test_a_message_that_is_refused_does_not_hold_up_the_others(
    tmp_path: Path, db: Database, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(1, 5):
        heat(db, number, 0.1 * number)
    declare(tmp_path, receiver)
    send, refused = alerts.send, headline(address(2))
    monkeypatch.setattr(alerts, "send", lambda to, title, body: refused not in title and send(to, title, body))
    assert alerts.tell(tmp_path) == alerts.Outcome(told=3, failed=1)
    monkeypatch.undo()
    assert alerts.tell(tmp_path) == alerts.Outcome(told=1, failed=0)


def test_the_journal_forgets_what_it_needs_no_more(tmp_path: Path, db: Database, receiver: Receiver) -> None:
    declare(tmp_path, receiver)
    for number in range(1, 30):
        heat(db, number, 2.0 * number)
        assert alerts.tell(tmp_path).told == 1
    lines = (tmp_path / NAME).read_text("ascii").splitlines()
    assert len(lines) <= 1 + 5
    assert "127.0.0.1" not in "".join(lines)


def test_a_torn_line_of_the_journal_is_cut_off(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.tell("a", "2026-03-02T09:00:00Z", "b")
    whole = (tmp_path / NAME).read_bytes()
    (tmp_path / NAME).write_bytes(whole + b"told a 2026-03-02T09:0")
    journal = Journal(tmp_path)
    journal.tell("a", "2026-03-02T09:00:00Z", "c")
    assert [Journal(tmp_path).is_told("a", event) for event in "bcd"] == [True, True, False]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[a", "alerts.toml: "),
        ('q = "供暖"', "alerts.toml: q stands outside a table"),
        ('[a]\nq = "供暖"', r"alerts.toml: \[a\]: to: expected one or more addresses"),
        ('[a]\nquery = "供暖"\nto = "json://h"', r"\[a\]: there is no key 'query'"),
        ('[a]\nregoin = "37"\nto = "json://h"', "did you mean region?"),
        ('[a]\nregion = "Shandong"\nto = "json://h"', "region: 'Shandong' is no value that a search knows"),
        ('[a]\nq = "，。"\nto = "json://h"', "q: '，。' holds no letter and no digit"),
        ("[a]\nq = 1.5\nto = 'json://h'", "q: expected a string"),
        ('[a]\nkinds = "new"\nto = "json://h"', "kinds: expected a list of new, edited, moved, gone, back"),
        ('[a]\nkinds = ["deleted"]\nto = "json://h"', "kinds: expected a list"),
        ('[a]\nto = ["json://h", "nosuch://user:secret@h"]', r"to: address 2 \(nosuch:…\) is none that apprise knows"),
        ("[a]\nto = 7", "to: expected one or more addresses"),
    ],
)
def test_a_wrong_declaration_is_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "alerts.toml").write_text(text, "utf-8")
    with pytest.raises(SettingError, match=said) as raised:
        declared_alerts.read(tmp_path)
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("arguments", "text", "said"),
    [
        (["alert"], "", "declares no alert; docs/alerts.md shows how"),
        (["alert"], "[a]\nkind = 7", "[a]: kind: '7' is no value that a search knows"),
        (["alert", "now"], "", "alert takes no argument, but was given 'now'"),
        (["alert", "--test", "haeting"], '[heating]\nto = "json://127.0.0.1:9"', "did you mean heating?"),
        (["crawlall"], "[a]\nto = []", "[a]: to: expected one or more addresses"),
    ],
)
def test_a_command_that_cannot_run_says_why(tmp_path: Path, arguments: list[str], text: str, said: str) -> None:
    (tmp_path / "alerts.toml").write_text(text, "utf-8")
    done = scrapy(*arguments, ARCHIVE_DIR=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_test_message_is_sent_without_an_archive(tmp_path: Path, receiver: Receiver) -> None:
    declare(tmp_path, receiver)
    done = scrapy("alert", "--test", "heating", ARCHIVE_DIR=tmp_path)
    assert (done.returncode, done.stdout) == (0, "1 told, 0 could not be delivered\n"), done.stderr
    assert receiver.messages[0]["message"] == "这是提醒“heating”的测试消息。"
    receiver.refused = {"/"}
    done = scrapy("alert", "--test", "heating", ARCHIVE_DIR=tmp_path)
    assert done.returncode == 2
    assert "1 message to json:… could not be delivered" in done.stderr


def test_the_command_tells_and_says_how_many(tmp_path: Path, db: Database, receiver: Receiver) -> None:
    heat(db, 1, 0)
    declare(tmp_path, receiver)
    done = scrapy("alert", ARCHIVE_DIR=tmp_path)
    assert (done.returncode, done.stdout) == (0, "1 told, 0 could not be delivered\n"), done.stderr


def hundred_events(db: Database) -> None:
    """70 new releases, 20 edits, 10 disappearances; and noise: other topics, readings anew, doubts."""
    for number in range(1, 71):
        heat(db, number, 0.01 * number)
        save(db, release(address(number + 500), prose(number + 500), at=day(0.01 * number)))
    for number in range(1, 21):
        heat(db, number, 2 + 0.01 * number, f"第{number}换热站已检修。")
        insert(db, "status_changes", {"release": number, "at": stamp(day(3)), "status": "suspect"})
    for number in range(21, 31):
        release_number = db.execute("SELECT id FROM releases WHERE url = ?", [address(number)]).fetchone()[0]
        gone(db, release_number, 4)


def killed(folder: Path, receiver: Receiver, chance: random.Random) -> None:
    """A run that is killed after some messages, at any moment around the next."""
    code = "import sys, pathlib; from crawler.health import alerts; alerts.tell(pathlib.Path(sys.argv[1]))"
    upto = len(receiver.messages) + chance.randint(0, 6)
    process = subprocess.Popen([sys.executable, "-W", "ignore", "-c", code, str(folder)])
    while len(receiver.messages) < upto and process.poll() is None:
        time.sleep(0.0005)
    time.sleep(chance.random() * 0.03)
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.mark.slow
@pytest.mark.parametrize("kills", [2, pytest.param(20, marks=pytest.mark.slow)])
def test_every_event_is_told_over_kills_and_a_kill_doubles_one_at_most(
    kills: int, tmp_path: Path, db: Database, receiver: Receiver
) -> None:
    hundred_events(db)
    declare(tmp_path, receiver)
    chance = random.Random(18)
    for _ in range(kills):
        killed(tmp_path, receiver, chance)
    alerts.tell(tmp_path)
    told = Counter(receiver.titles)
    assert len(told) == 100
    assert len(receiver.messages) - 100 <= kills
    assert max(told.values()) <= 1 + kills
    assert Counter(title.split("：")[0] for title in told) == {"新增": 70, "改动": 20, "失效": 10}
    assert alerts.tell(tmp_path).told == 0
