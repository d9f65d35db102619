"""Notes: each kind comes back from a file as it was written, those of earlier versions too; no other module spells a key."""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.model import CaptureRole, CrawlOutcome, Listed
from archive.removal.remove import NOTES, heed_removals
from archive.removal.warc_files import addresses
from archive.schema.open import ArchiveError, open_archive
from archive.store.crawls import COUNTED
from archive.transfer.imports import imported
from archive.verification.pages import other_removals
from archive.warc.exchange import Exchange
from archive.warc.notes import (
    EVENTS,
    AddressRemoved,
    CrawlBegun,
    CrawlEnded,
    ExchangeNote,
    Note,
    RecordBlanked,
    RequestFailed,
    UnknownNote,
    from_lines,
    read_event,
    role_of,
    source_of,
    to_lines,
)
from archive.warc.records import Record, read
from archive.warc.write import capture, write_note

ROOT = Path(__file__).parent.parent.parent.parent
KINDS = get_args(Note)
TIME = "2026-03-16T10:00:00+00:00"
LIST = "http://www.mingchuan.example/zwyw/"
PAGE = "http://www.mingchuan.example/zwyw/a.html?x=1"
THEIRS = f"http://captures.example/c/20190304090000id_/{PAGE}"
ENTRY = Listed(url=PAGE, title="明川市召开 常务会议", date="2026-03-16")

# as version 0.1 wrote them; a line here is never changed
RECORDED: list[tuple[str, Note]] = [
    (
        f"source: mingchuan\r\nrole: article\r\nlist: {LIST}\r\nlisted-url: {PAGE}\r\n"
        "title: 明川市召开 常务会议\r\ndate: 2026-03-16\r\n",
        ExchangeNote(source="mingchuan", role="article", list_url=LIST, listed=ENTRY),
    ),
    (
        f"source: mingchuan\r\nrole: article\r\nlooked-url: {PAGE}\r\n",
        ExchangeNote(source="mingchuan", role="article", looked=PAGE),
    ),
    (
        f"source: mingchuan\r\nrole: article\r\ncaptured-from: {THEIRS}\r\ntaken-in: {TIME}\r\n",
        ExchangeNote(source="mingchuan", role="article", origin=THEIRS, taken_in=TIME),
    ),
    (
        'source: mingchuan\r\nevent: begin\r\nvantage: 明川的 一台机器\r\narguments: {"pages": "3", "since": "2026-01-01"}\r\n',
        CrawlBegun(source="mingchuan", vantage="明川的 一台机器", arguments={"pages": "3", "since": "2026-01-01"}),
    ),
    ("source: mingchuan\r\nevent: begin\r\narguments: {}\r\n", CrawlBegun(source="mingchuan")),
    (
        'source: mingchuan\r\nevent: end\r\noutcome: suspect\r\ncounts: {"listed": 12, "new": 3}\r\n'
        f'problems: ["列表 is shorter", "robots.txt \\"closed\\" it"]\r\nwalked: ["{LIST}"]\r\n'
        'facts: {"lists": [{"url": "/zwyw/", "entries": 12}]}\r\n',
        CrawlEnded(
            source="mingchuan",
            outcome="suspect",
            counts={"listed": 12, "new": 3},
            problems=("列表 is shorter", 'robots.txt "closed" it'),
            walked=(LIST,),
            facts='{"lists": [{"url": "/zwyw/", "entries": 12}]}',
        ),
    ),
    (
        f"source: mingchuan\r\nevent: failed\r\nrole: article\r\nreason: http-404\r\nstatus: 404\r\nlist: {LIST}\r\n"
        f"listed-url: {PAGE}\r\ntitle: 明川市召开 常务会议\r\ndate: 2026-03-16\r\n",
        RequestFailed(
            source="mingchuan", role="article", reason="http-404", status=404, list_url=LIST, listed=ENTRY
        ),
    ),
    (
        f"source: mingchuan\r\nevent: failed\r\nrole: article\r\nreason: timeout\r\nlooked-url: {PAGE}\r\n",
        RequestFailed(source="mingchuan", role="article", reason="timeout", looked=PAGE),
    ),
    (
        f"event: removed\r\nurl: {PAGE}\r\nkey: www.mingchuan.example/zwyw/a.html?x=1\r\nreason: asked by the issuer\r\n",
        AddressRemoved(url=PAGE, key="www.mingchuan.example/zwyw/a.html?x=1", reason="asked by the issuer"),
    ),
    ("event: blanked\r\n", RecordBlanked()),
]  # fmt: skip
# as a later version may write them
UNKNOWN = [
    f"event: moved\r\nsource: mingchuan\r\nrole: article\r\nlisted-url: {PAGE}\r\nto: {LIST}\r\n",
    "via: http://elsewhere.example/\r\nfetchTimeMs: 57\r\n",
    "source: mingchuan\r\nevent: end\r\ncounts: many\r\n",
    'source: mingchuan\r\nevent: end\r\ncounts: {"new": "three"}\r\n',
    'source: mingchuan\r\nevent: end\r\nwalked: {"list": 1}\r\n',
    "source: mingchuan\r\nevent: begin\r\narguments: []\r\n",
    f"source: mingchuan\r\nevent: begin\r\narguments: {'[' * 100_000}\r\n",
]


def note_in(facts: dict[str, str], kind: type[Note]) -> Note:
    """A note as a reader of WARC files takes it from its facts."""
    return ExchangeNote.from_facts(facts) if kind is ExchangeNote else read_event(facts)


def through_lines(note: Note) -> Note:
    return note_in(from_lines(to_lines(note.to_facts())), type(note))


def through_a_file(folder: Path, note: Note) -> Record:
    """The record of a note that was written to a WARC file."""
    if isinstance(note, ExchangeNote):
        exchange = Exchange(
            url=PAGE, source=note.source, role=note.role, fetched=TIME, status=200,
            list_url=note.list_url, looked=note.looked, listed=note.listed, origin=note.origin, taken_in=note.taken_in,
        )  # fmt: skip
        capture(open_archive(folder), folder, exchange)
    else:
        write_note(folder, "mingchuan", TIME, PAGE, note)
    [record] = read(folder / "warc" / "mingchuan-2026-03.warc.gz")
    return record


# what was written is read


@pytest.mark.parametrize(("lines", "note"), RECORDED, ids=lambda one: type(one).__name__)
def test_notes_of_earlier_versions_are_read_and_written_as_they_stand(lines: str, note: Note) -> None:
    assert note_in(from_lines(lines.encode()), type(note)) == note
    assert to_lines(note.to_facts()) == lines.encode()


@pytest.mark.parametrize("note", [note for _, note in RECORDED], ids=lambda note: type(note).__name__)
def test_a_note_comes_back_from_a_file_as_it_was_written(tmp_path: Path, note: Note) -> None:
    record = through_a_file(tmp_path, note)
    assert record.note == note
    assert (record.url, record.date) == (PAGE, TIME)


def test_an_exchange_comes_back_with_its_note(tmp_path: Path) -> None:
    note = ExchangeNote(source="mingchuan", role="article", list_url=LIST, looked=PAGE, listed=ENTRY)
    exchange = through_a_file(tmp_path, note).exchange
    assert exchange is not None
    assert (exchange.source, exchange.role, exchange.list_url) == ("mingchuan", "article", LIST)
    assert (exchange.looked, exchange.listed) == (PAGE, ENTRY)


@pytest.mark.parametrize("facts", [{"via": LIST}, {"role": "feed"}])
def test_a_strangers_exchange_has_no_source_and_no_role_of_ours(facts: dict[str, str]) -> None:
    assert ExchangeNote.from_facts(facts) == ExchangeNote(source="", role="other")


@pytest.mark.parametrize(
    ("lines", "note"),
    [
        ("event: failed\r\nrole: feed\r\n", RequestFailed(role="")),
        ('event: end\r\noutcome: odd\r\ncounts: {"new": 3, "odd": 1}\r\n', CrawlEnded(counts={"new": 3})),
    ],
)
def test_a_word_that_is_not_in_its_vocabulary_counts_as_none(lines: str, note: Note) -> None:
    assert read_event(from_lines(lines.encode())) == note


# the same for any texts

texts = st.text(alphabet=st.characters(exclude_categories=()), max_size=30)
plain = texts.map(lambda text: " ".join(text.encode("utf-8", "replace").decode().split()))


def notes(text: st.SearchStrategy[str]) -> st.SearchStrategy[Note]:
    addresses = text.map(lambda text: "http://a.example/" + text)
    listed = st.none() | st.builds(Listed, url=addresses, title=text, date=text)
    origin: dict[str, st.SearchStrategy[Any]] = {"list_url": text, "looked": text, "listed": listed}
    role = st.sampled_from(get_args(CaptureRole))
    names = st.sampled_from(["pages", "since", "recheck"])
    several = st.lists(text, max_size=3).map(tuple)
    outcome = st.sampled_from(["", *get_args(CrawlOutcome)])
    counts = st.dictionaries(st.sampled_from(COUNTED), st.integers())
    return st.one_of(
        st.builds(ExchangeNote, source=text, role=role, **origin),
        st.builds(CrawlBegun, source=text, vantage=text, arguments=st.dictionaries(names, text)),
        st.builds(
            CrawlEnded, source=text, outcome=outcome, counts=counts,
            problems=several, walked=several, facts=text.map(lambda text: "{" + text),
        ),
        st.builds(RequestFailed, source=text, role=role, reason=text, status=st.none() | st.integers(1, 999), **origin),
        st.builds(AddressRemoved, url=addresses, key=text, reason=text),
        st.just(RecordBlanked()),
    )  # fmt: skip


@given(notes(plain))
def test_plain_texts_come_back_unchanged(note: Note) -> None:
    assert through_lines(note) == note


@given(notes(texts))
def test_odd_texts_lose_white_space_and_lone_surrogates_alone(note: Note) -> None:
    once = through_lines(note)
    assert through_lines(once) == once
    was, now = note.to_facts(), once.to_facts()
    assert was.keys() == now.keys()
    for key in was:
        assert "".join(now[key].split()) == "".join(was[key].encode("utf-8", "replace").decode().split()), key


def test_no_value_can_add_a_line_of_its_own() -> None:
    breaks = "\r\n".join(f"x{sign}event: end" for sign in "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
    note = RequestFailed(source="mingchuan", reason=breaks)
    assert through_lines(note) == replace(note, reason=" ".join(breaks.split()))


# notes that are not known


@pytest.mark.parametrize("lines", UNKNOWN)
def test_a_note_that_is_not_known_is_kept_as_it_stands(tmp_path: Path, lines: str) -> None:
    facts = from_lines(lines.encode())
    record = through_a_file(tmp_path, UnknownNote(facts=facts))
    assert record.note == UnknownNote(facts=facts)
    assert record.facts == facts
    assert to_lines(UnknownNote(facts=facts).to_facts()) == lines.encode()


@pytest.mark.parametrize(
    "lines", [UNKNOWN[0], "event: failed\r\nsource: mingchuan\r\nreason: timeout\r\nseconds: 30\r\n"]
)
def test_an_import_copies_every_line_of_a_note(tmp_path: Path, lines: str) -> None:
    facts = from_lines(lines.encode())
    through_a_file(tmp_path / "theirs", UnknownNote(facts=facts))
    file = tmp_path / "theirs" / "warc" / "mingchuan-2026-03.warc.gz"
    (tmp_path / "ours").mkdir()
    db = open_archive(tmp_path / "ours")
    kept = imported(db, tmp_path / "ours", file, "mingchuan", lambda _: "", lambda *_: (), TIME)
    assert [one.record.facts for one in kept] == [facts]
    assert [one.facts for one in read(tmp_path / "ours" / "warc" / file.name)] == [facts]


@pytest.mark.parametrize("half", [{"url": "http://a.example/1"}, {"key": "a.example/1"}])
def test_a_removal_with_half_an_address_ends_a_rebuild(tmp_path: Path, half: dict[str, str]) -> None:
    write_note(tmp_path, NOTES, TIME, "urn:removed", AddressRemoved(**half, reason="asked"))
    with pytest.raises(ArchiveError, match="names no address"):
        heed_removals(open_archive(tmp_path), tmp_path)


def test_a_removal_of_nothing_is_passed_over_with_a_word(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write_note(tmp_path, NOTES, TIME, "urn:removed", AddressRemoved(reason="asked"))
    write_note(tmp_path, NOTES, TIME, "urn:removed", AddressRemoved(url="http://a.example/1", key="a.example/1"))
    db = open_archive(tmp_path)
    heed_removals(db, tmp_path)
    assert db.execute("SELECT url_key FROM removed").fetchall() == [("a.example/1",)]
    [said] = caplog.messages
    assert said.endswith(" is of nothing: it is passed over")
    assert list(other_removals(db.conn, tmp_path)) == []


# what a removal looks for


@pytest.mark.parametrize(
    ("note", "found"),
    [
        (None, {"a.example/1"}),
        (CrawlBegun(source="a"), set()),
        (CrawlEnded(source="a"), set()),
        (ExchangeNote(role="list", listed=Listed(url="http://a.example/2")), set()),
        (ExchangeNote(role="article", listed=Listed(url="http://a.example/2")), {"a.example/1", "a.example/2"}),
        (RequestFailed(role="list"), set()),
        (RequestFailed(role="article", looked="http://a.example/3"), {"a.example/1", "a.example/3"}),
        (UnknownNote(facts={"role": "list"}), set()),
        (
            UnknownNote(facts={"listed-url": "http://a.example/2", "looked-url": "http://a.example/3"}),
            {"a.example/1", "a.example/2", "a.example/3"},
        ),
        (RecordBlanked(), {"a.example/1"}),
    ],
)
def test_the_addresses_that_a_record_is_about(note: Note | None, found: set[str]) -> None:
    record = Record(file="", offset=0, length=0, url="http://a.example/1", date=TIME, note=note)
    assert addresses(record) == found


@pytest.mark.parametrize(
    ("note", "source", "role"),
    [
        (None, "", ""),
        (RecordBlanked(), "", ""),
        (AddressRemoved(url=PAGE), "", ""),
        (CrawlBegun(source="a"), "a", ""),
        (ExchangeNote(source="a", role="list"), "a", "list"),
        (RequestFailed(source="a", role="part"), "a", "part"),
        (UnknownNote(facts={"source": "a", "role": "list"}), "a", "list"),
        (UnknownNote(facts={}), "", ""),
    ],
)
def test_the_source_and_the_role_that_a_note_names(note: Note | None, source: str, role: str) -> None:
    assert (source_of(note), role_of(note)) == (source, role)


# a new note has its places


def test_every_event_is_read_by_its_name() -> None:
    assert set(EVENTS.values()) == {*KINDS} - {ExchangeNote, UnknownNote}
    assert all(event == kind.EVENT for event, kind in EVENTS.items())


def test_every_note_has_an_example_here() -> None:
    assert {type(note) for _, note in RECORDED} == {*KINDS} - {UnknownNote}


def places() -> list[tuple[Path, str]]:
    """The functions that CONTRIBUTING.md names as readers of every note, as file and name."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    section = text.split("## A new WARC note\n")[1].split("\n## ")[0]
    return [(ROOT / path, name) for path, name in re.findall(r"`(\S+\.py)`, `(\w+)`", section)]


def test_every_reader_that_contributing_names_knows_every_note() -> None:
    assert len(places()) >= 2
    for path, name in places():
        [function] = [
            node for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.FunctionDef) and node.name == name
        ]  # fmt: skip
        named = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
        assert {kind.__name__ for kind in KINDS} <= named, f"{path}: {name}"


# nobody else spells a key

KEYS = {key for _, note in RECORDED for key in note.to_facts()}
# the words that name columns, roles or fields as well: they may stand elsewhere, but not as keys of a record's facts
ALSO_USUAL = {
    *("source", "role", "list", "title", "date", "reason", "status", "url"),
    *("vantage", "outcome", "counts", "problems", "facts"),
}
READERS = [
    path
    for room in ("archive", "crawler", "spiders", "pipelines")
    for path in sorted((ROOT / room).rglob("*.py"))
    if path != ROOT / "archive" / "warc" / "notes.py" and "archive/site" not in path.as_posix()
]


def spelt(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The keys of notes that a module spells: a word that is nothing but a key, or any key of a record's facts."""
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(word)) if word in KEYS - ALSO_USUAL:
                yield node.lineno, word
            case ast.Subscript(value=ast.Attribute(attr="facts") | ast.Name("facts"), slice=ast.Constant(value=word)):
                yield node.lineno, str(word)
            case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="facts"), attr="get")):
                yield node.lineno, "facts.get"
            case ast.Compare(comparators=[ast.Attribute(attr="facts")], left=ast.Constant(value=word)):
                yield node.lineno, str(word)
            case ast.Call(func=ast.Attribute(attr="from_facts") | ast.Name("read_event" | "UnknownNote")):
                handed = [*node.args, *(one.value for one in node.keywords)]
                if any(isinstance(one, ast.Dict) for one in handed):
                    yield node.lineno, "facts as a dict"


def test_no_other_module_spells_a_key() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {word}"
        for path in READERS
        for line, word in spelt(ast.parse(path.read_text("utf-8")))
    ]
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        'x = {"looked-url": url}',
        'record.facts["source"]',
        'facts["role"]',
        'record.facts.get("role")',
        '"role" in record.facts',
        'UnknownNote(facts={"role": "list"})',
        'ExchangeNote.from_facts({"role": "list"})',
        'if word == "event": pass',
    ],
)
def test_a_key_is_found_wherever_it_is_spelt(line: str) -> None:
    assert list(spelt(ast.parse(line)))
