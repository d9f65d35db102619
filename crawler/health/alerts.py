"""Events told to people: each that fits an alert once to each of its addresses, a message an event."""

import json
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive import times
from archive.database import connect, locked
from archive.search.events import Event, edit
from archive.site.words import word
from archive.snapshots import events
from archive.store.sources import sources_declared
from archive.texts import sentences
from crawler.configuration import meant
from crawler.health.declared_alerts import Alert, read
from crawler.health.told_events import Journal, Key, digest

BACK = timedelta(days=7)  # before the archive's last news: as far back a new alert begins, and events may come late
FAILURES = 3  # messages in a row that an address refuses; it is left alone until the next run
EDITS, LONGEST = 5, 200  # changed sentences in a message, and signs of each


@dataclass(slots=True)
class Outcome:
    """The messages of a run: the number delivered, and the number that failed."""

    told: int = 0
    failed: int = 0


def tell(folder: Path) -> Outcome:
    """Tell the events that fit an alert and were not told yet. One that cannot be delivered is said, and tried again the next time.

    Raises SettingError when alerts.toml is wrong.
    """
    alerts, outcome = read(folder), Outcome()
    if not alerts or not (folder / "archive.db").is_file():
        return outcome
    with locked(folder, "alert", wait=True), closing(connect(str(folder / "archive.db"))) as db:
        db.row_factory = sqlite3.Row
        events.record_all(db, live=True)
        if last := events.last(db):
            _tell_all(db, alerts, Journal(folder), times.zulu(datetime.fromisoformat(last) - BACK), outcome)
    return outcome


def _tell_all(
    db: sqlite3.Connection, alerts: Sequence[Alert], journal: Journal, horizon: str, outcome: Outcome
) -> None:
    declared: list[Key] = []
    done: list[Key] = []
    sources = sources_declared(Database(db))
    for alert in alerts:
        if (source := alert.wanted.asked.source) and source not in sources:
            print(
                f"gongbao: alert [{alert.name}] finds nothing: the archive has no source {source!r}{meant(source, sources)}",
                file=sys.stderr,
            )
        for address in alert.to:
            key = (digest(alert.name, address), alert.search())
            since = journal.since(*key, otherwise=horizon)
            found = events.fitting(db, replace(alert.wanted, begin=since))
            failed = _tell_one(db, alert, address, found, journal, outcome)
            declared.append(key)
            done += [] if failed else [key]
            if failed:
                _say(alert, address, failed)
    journal.settle(declared, done, horizon)


def _tell_one(
    db: sqlite3.Connection, alert: Alert, address: str, found: Iterator[Event], journal: Journal, outcome: Outcome
) -> int:
    """Tell events to one address; how many it did not take."""
    target, in_a_row, failed = digest(alert.name, address), 0, 0
    for event in found:
        moment = event.key.learned
        own = digest(event.row["url_key"], event.key.kind, str(event.key.version), moment)
        if journal.is_told(target, own):
            continue
        if in_a_row < FAILURES and send(address, *message(db, alert.name, event)):
            journal.tell(target, moment, own)
            in_a_row, outcome.told = 0, outcome.told + 1
        else:
            in_a_row, failed = in_a_row + 1, failed + 1
    outcome.failed += failed
    return failed


def _say(alert: Alert, address: str, failed: int) -> None:
    count = "1 message" if failed == 1 else f"{failed} messages"
    place = f"{address.partition(':')[0]}:…"  # the rest may hold a password
    print(
        f"gongbao: alert {alert.name}: {count} to {place} could not be delivered; the next run tries again",
        file=sys.stderr,
    )


def try_out(alert: Alert) -> Outcome:
    """Send a message to each address of an alert that says that it works."""
    outcome = Outcome()
    for address in alert.to:
        if send(address, f"公报：{alert.name}", word("alert_test", "zh", alert.name)):
            outcome.told += 1
        else:
            outcome.failed += 1
            _say(alert, address, 1)
    return outcome


def send(address: str, title: str, body: str) -> bool:
    """Whether a message was delivered."""
    from apprise import Apprise, NotifyFormat, NotifyType

    sender = Apprise()
    sender.add(address)
    return bool(sender.notify(title=title, body=body, notify_type=NotifyType.INFO, body_format=NotifyFormat.TEXT))


def message(db: sqlite3.Connection, name: str, event: Event) -> tuple[str, str]:
    """The title and the body of the message about an event."""
    row, key = event.row, event.key
    lines = [f"{row['source_name']}{f' · {_printed(row)}' if row['published'] else ''}"]
    if key.kind == "edited":
        lines += _edit(*edit(db, key))
    shown = f"/release/{row['id']}" + (f"?v={key.version}" if key.version else "")
    lines += [row["url"], f"{word('alert_learned', 'zh', times.beijing(key.learned))}  {shown}"]
    return f"{word('event_' + key.kind, 'zh')}：{row['title']}（{name}）", "\n".join(lines)


def _printed(row: sqlite3.Row) -> str:
    return str(row["published"])[:16].replace("T", " ")


def _edit(before: sqlite3.Row | None, now: sqlite3.Row) -> list[str]:
    """The names of the changed fields, and the first changed sentences, the old after - and the new after +."""
    names: list[Any] = json.loads(now["changed"])
    lines = [word("changed_what", "zh") + "、".join(word(f"changed_{name}", "zh") for name in names)] if names else []
    if before is None:
        return lines
    if before["title"] != now["title"]:
        lines += [f"- {before['title']}", f"+ {now['title']}"]
    changes = sentences.compare(before["text"], now["text"])
    for one in changes[:EDITS]:
        old = before["text"][one.old_start : one.old_start + one.old_length]
        new = now["text"][one.new_start : one.new_start + one.new_length]
        lines += [f"{sign} {said[:LONGEST]}" for sign, said in (("-", old), ("+", new)) if said]
    more = len(changes) - EDITS
    return lines + ([word("sentences_more", "zh", more)] if more > 0 else [])
