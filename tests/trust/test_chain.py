"""What is changed, dropped, reordered or cut off in a snapshot or its WARC files is found and named."""

import gzip
import hashlib
import os
import random
import re
import shutil
import sqlite3
import subprocess
import zlib
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.chain import ChainError, Link, append, read_link
from archive.schema.open import open_archive
from archive.search import index
from archive.verification.links import disagreements
from archive.verification.verify import verify
from tests.conftest import rows
from tests.trust.conftest import Crawled

Copy = Callable[..., Path]


def snapshots(folder: Path) -> list[Path]:
    return sorted((folder / "snapshots").glob("2*"))


def test_an_archive_and_its_snapshots_verify(crawled: Crawled) -> None:
    assert "all fit" in crawled.run(crawled.folder, "verify", str(crawled.folder))
    for place in snapshots(crawled.folder):
        assert verify(place).faults == []


def verified_where_nothing_can_be_written(place: Path, shown: Path) -> list[str]:
    """The faults of an archive that is mounted as `shown`, read-only."""
    shown.mkdir()
    options = ["--bind", str(place)], ["-o", "remount,ro,bind"]
    if any(subprocess.run(["mount", *option, shown], check=False).returncode for option in options):
        pytest.skip("this machine does not let us mount a folder")
    try:
        return verify(shown).faults
    finally:
        subprocess.run(["umount", shown], check=True)


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounting a folder anew needs root")


@needs_root
def test_a_copy_that_cannot_be_written_verifies(copy: Copy, tmp_path: Path) -> None:
    assert verified_where_nothing_can_be_written(copy(), tmp_path / "mounted") == []


@needs_root
def test_the_log_of_a_copy_that_cannot_be_written_is_read(copy: Copy, tmp_path: Path) -> None:
    place, kept = copy(), tmp_path / "kept"
    kept.mkdir()
    with closing(sqlite3.connect(place / "archive.db", isolation_level=None)) as db:
        db.execute("UPDATE releases SET title = 'another' WHERE id = 11")
        for path in place.glob("archive.db*"):
            shutil.copyfile(path, kept / path.name)
    for name in (
        "archive.db",
        "archive.db-wal",
    ):  # as they were before the last connection wrote the log into the database
        shutil.copyfile(kept / name, place / name)
    faults = verified_where_nothing_can_be_written(place, tmp_path / "mounted")
    assert any("release 11 " in fault for fault in faults)


def test_what_is_not_there_is_named(crawled: Crawled, tmp_path: Path) -> None:
    shutil.copytree(snapshots(crawled.folder)[0], tmp_path / "alone")
    report = verify(tmp_path / "alone")
    assert report.faults == []
    assert {name.split("-")[0] for name in report.absent} >= {"warc/mingchuan", "warc/boling"}


@pytest.mark.parametrize("left", ["mingchuan-2026-03.warc.gz", ""])
def test_a_warc_file_that_the_live_archive_knows_must_be_there(crawled: Crawled, copy: Copy, left: str) -> None:
    place = copy()
    lost = [path for path in sorted((place / "warc").iterdir()) if path.name != left]
    for path in lost:
        path.unlink()
    report = verify(place)
    assert report.absent == []
    told = [fault for fault in report.faults if "is gone: archive.db knows more pages than it holds" in fault]
    assert [fault.partition(" ")[0] for fault in told] == [str(path) for path in lost]
    assert f"{told[0]}\n" in crawled.run(place, "verify", str(place), status=2)


def test_a_warc_file_that_links_alone_name_may_be_elsewhere(crawled: Crawled, copy: Copy) -> None:
    place = copy()
    [name] = rows(place, "SELECT DISTINCT warc FROM captures WHERE source = 'mingchuan'")[0]
    with closing(sqlite3.connect(place / "archive.db", isolation_level=None)) as db:
        db.execute("DELETE FROM captures WHERE warc = ?", [name])
    (place / name).unlink()
    report = verify(place)
    assert report.absent == [name]
    assert not any(f"{name} is gone" in fault for fault in report.faults)


def test_a_public_snapshot_keeps_the_salts_of_what_it_does_not_show(crawled: Crawled) -> None:
    public = snapshots(crawled.folder)[1]
    sql = "SELECT count(*) FROM versions v JOIN releases r ON r.id = v.release JOIN sources s ON s.id = r.source"
    back = "(SELECT 1 FROM salts WHERE release = v.release AND version = v.version) IS NULL"
    assert rows(public, f"{sql} WHERE rights <> 'official' AND NOT {back}") == [(0,)]
    assert rows(public, f"{sql} WHERE rights = 'official' AND NOT {back}")[0][0] > 30
    report = verify(public)
    assert report.kept_back == rows(public, f"SELECT count(*) FROM versions v WHERE {back}")[0][0]
    assert report.absent == []
    assert f"the salts of {report.kept_back} texts" in crawled.run(public, "verify", str(public), "--all")


@pytest.mark.parametrize("how", ["forged", "robbed"])
def test_a_snapshot_without_its_manifest_is_named(crawled: Crawled, copy: Copy, how: str) -> None:
    place = copy()
    wrong = snapshots(place)[0]
    if how == "forged":
        wrong = place / "snapshots" / "20260318T000000Z"
        wrong.mkdir()
        shutil.copy2(place / "archive.db", wrong)
    else:
        (wrong / "manifest.txt").unlink()
    assert any(f"{wrong} is no snapshot of the chain's" in fault for fault in verify(place).faults)


def test_each_link_names_the_one_before(crawled: Crawled) -> None:
    first, second = sorted((crawled.folder / "chain").glob("*.txt"))
    assert read_link(second).previous == hashlib.sha256(first.read_bytes()).hexdigest()
    assert read_link(first).previous == "0"


def test_a_link_that_was_changed_or_taken_out_is_found(crawled: Crawled, copy: Copy) -> None:
    place = copy()
    link = place / "chain" / "000001.txt"
    link.write_text(link.read_text().replace("release 7 1 ", "release 7 1 0", 1))
    assert "000001" in verify(place).faults[0] or "000002" in verify(place).faults[0]
    link.unlink()
    assert "link 1 of the chain is missing" in verify(place).faults[0]


def torn(chain: Path) -> None:
    last = chain / "000002.txt"
    last.write_bytes(last.read_bytes()[:700])


def edited(chain: Path) -> None:
    last = chain / "000002.txt"
    last.write_text(last.read_text().replace("release 7 1 ", "release 7 1 0", 1))


def exchanged(chain: Path) -> None:
    first, last = chain / "000001.txt", chain / "000002.txt"
    first.rename(chain / "was")
    last.rename(first)
    (chain / "was").rename(last)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (torn, "000002.txt is damaged: put it back"),
        (edited, "000002.txt is not the link of which"),
        (exchanged, "000002.txt is damaged: put it back"),
        (lambda chain: (chain / "000002.txt").unlink(), "ends with link 1, but"),
        (shutil.rmtree, "ends with link 0, but"),
    ],
    ids=["torn", "edited", "exchanged", "last one gone", "all gone"],
)
def test_no_link_follows_a_damaged_one(crawled: Crawled, copy: Copy, harm: Callable[[Path], object], said: str) -> None:
    place = copy()
    links = {path.name: path.read_bytes() for path in (place / "chain").glob("*.txt")}
    harm(place / "chain")
    assert said in crawled.run(place, "snapshot", status=2)
    assert len(snapshots(place)) == 2
    (place / "chain").mkdir(exist_ok=True)
    for name, content in links.items():
        (place / "chain" / name).write_bytes(content)
    crawled.run(place, "snapshot")
    assert verify(place).faults == []


def test_a_changed_text_is_named_by_its_release(crawled: Crawled, copy: Copy) -> None:
    place = snapshots(copy())[0]
    with closing(sqlite3.connect(place / "archive.db")) as db:
        db.execute("UPDATE versions SET text = text || '。' WHERE release = 7")
        db.commit()
        [url] = db.execute("SELECT url FROM releases WHERE id = 7").fetchone()
    assert f"release 7 version 1 ({url}) does not fit its digest" in verify(place).faults[0]


def test_a_changed_text_that_the_next_snapshot_seals_is_noted(crawled: Crawled, copy: Copy) -> None:
    place = copy()
    with closing(open_archive(place)) as db:
        title, text = db.execute("SELECT title, text FROM releases WHERE id = 7").fetchone()
        forged = text + "另有一段。"
        digest = hashlib.sha256(forged.encode()).hexdigest()
        db.execute("UPDATE releases SET text = ? WHERE id = 7", [forged])
        db.execute("UPDATE versions SET text = ?, text_sha256 = ? WHERE release = 7 AND version = 1", [forged, digest])
        index.write(db, 7, (title, text), (title, forged))
    crawled.run(place, "snapshot")
    said = "note: link 3 tells other texts than the links before it of a version (release 7 version 1)"
    assert said in crawled.run(place, "verify", str(place), "--all")


def link(
    number: int, releases: dict[tuple[int, int], str], *, removed: Sequence[str] = (), rebuilt: bool = False
) -> Link:
    return Link(
        path=Path(f"{number:06}.txt"), digest="", number=number, previous="", releases=releases, warcs={}, changed={},
        removed=frozenset(removed), rebuilt=rebuilt,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("links", "said"),
    [
        ([link(1, {(1, 1): "a"}), link(2, {(1, 1): "a", (2, 1): "b"})], []),
        ([link(1, {(1, 1): "a", (2, 1): "b"}), link(2, {(1, 1): "a", (2, 1): "c"})], ["link 2 tells other texts"]),
        ([link(1, {(1, 1): "a", (2, 1): "b"}), link(2, {(1, 1): "a"})], ["link 2 tells nothing more of a version"]),
        ([link(1, {(1, 1): "a", (2, 1): "b"}), link(2, {}, removed=["b"]), link(3, {(1, 1): "a"})], []),
        ([link(1, {(1, 1): "a"}), link(2, {}, rebuilt=True), link(3, {(1, 1): "b"})], []),
        ([link(1, {(1, 1): "a", (1, 2): "b", (2, 1): "c"}), link(2, {(2, 1): "c"})], ["2 versions, the first (release 1"]),
    ],
)  # fmt: skip
def test_links_tell_the_same_of_each_version(links: list[Link], said: list[str]) -> None:
    before = [dict(one.releases) for one in links]
    found = list(disagreements(links))
    assert [one.releases for one in links] == before
    assert len(found) == len(said)
    assert all(words in one for words, one in zip(said, found, strict=True))


def test_a_text_that_the_release_shows_must_be_its_versions(crawled: Crawled, copy: Copy) -> None:
    place = snapshots(copy())[0]
    with closing(sqlite3.connect(place / "archive.db")) as db:
        db.execute("UPDATE releases SET text = text || '。' WHERE id = 7")
        db.commit()
    assert "release 7" in verify(place).faults[0]


def test_a_link_is_checked_by_anyone_with_the_script_of_the_docs(crawled: Crawled, copy: Copy) -> None:
    page = Path(__file__).parent.parent.parent / "docs" / "verification.md"
    script, _ = re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    assert len(script.splitlines()) <= 30
    place = snapshots(copy())[0]

    def run() -> "subprocess.CompletedProcess[str]":
        return subprocess.run(["python3", "-c", script, str(place)], capture_output=True, text=True, check=False)

    assert run().returncode == 0, run().stderr
    with closing(sqlite3.connect(place / "archive.db")) as db:
        db.execute("UPDATE versions SET title = '伪造' WHERE release = 7")
        db.commit()
    assert "release 7" in run().stdout
    assert (
        subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=place, capture_output=True, check=False).returncode != 0
    )


@pytest.mark.parametrize(
    "content", [b"", b"\xff\n", b"gongbao chain 1\n", b"gongbao chain 1\nnumber x\nmade y\nprevious 0\n"]
)
def test_what_is_no_link_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "000001.txt").write_bytes(content)
    with pytest.raises(ChainError, match="is not a link"):
        read_link(tmp_path / "000001.txt")


def test_a_clock_set_back_does_not_break_the_chain(tmp_path: Path) -> None:
    for made in ("2026-03-17T10:00:00+00:00", "2020-01-01T00:00:00+00:00"):
        append(tmp_path, made, [])
    assert verify(tmp_path).faults == []


def test_a_folder_that_is_neither_is_refused(crawled: Crawled, tmp_path: Path) -> None:
    assert "neither a snapshot nor an archive" in crawled.run(crawled.folder, "verify", str(tmp_path), status=2)
    assert f"{tmp_path / 'x'} is not there" in crawled.run(crawled.folder, "verify", str(tmp_path / "x"), status=2)


# mutations: of a WARC file, of a file of the snapshot, of the rows of its database


class Item(NamedTuple):
    """A record of a WARC file, and the answer whose exchange it belongs to, or that it follows."""

    at: int
    length: int
    answer: int | None  # where that answer stands
    is_note: bool  # of no exchange


def items(path: Path, known: int) -> list[Item]:
    found, answer = [], None
    with path.open("rb") as file:
        iterator = ArchiveIterator(file)
        for record in iterator:
            at, length = iterator.get_record_offset(), iterator.get_record_length()
            answer = at if record.rec_type in ("response", "revisit") else answer
            if at + length <= known:
                is_note = record.rec_type == "metadata" and not record.rec_headers.get_header("WARC-Concurrent-To")
                found.append(Item(at, length, answer, is_note))
    return found


def settled(place: Path, name: str) -> int:
    """How much of a file the chain speaks of."""
    return max(read_link(path).warcs[name][0] for path in sorted((place / "chain").glob("*.txt")))


def mutate_warc(place: Path, kind: str, chance: random.Random) -> str:
    """Change one record; what a fault must look like that names it, as a regex."""
    path = chance.choice(sorted((place / "warc").iterdir()))
    content = bytearray(path.read_bytes())
    known = settled(place, f"warc/{path.name}")
    spans = items(path, known)
    one, two = sorted(chance.sample(spans, 2))
    # hints for readers in the head of a gzip member, which no check sum covers and nobody needs; notes that change places
    # and move nothing that has a place
    hidden = False
    if kind == "byte":
        at = chance.randrange(known)
        one = next(item for item in spans if item.at <= at < item.at + item.length)
        hidden = at - one.at in (8, 9)
        content[at] ^= 1 << chance.randrange(8)
    elif kind == "dropped":
        del content[one.at : one.at + one.length]
    elif kind == "reordered":
        hidden = one.is_note and two.is_note and (one.answer == two.answer or one.length == two.length)
        ends = one.at + one.length, two.at + two.length
        middle = content[two.at : ends[1]] + content[ends[0] : two.at] + content[one.at : ends[0]]
        content[one.at : ends[1]] = middle
    else:
        del content[one.at + chance.randrange(1, one.length) : one.at + one.length]
    path.write_bytes(content)
    # a note that nothing else speaks of is named by what it follows
    where = [rf"at {one.at}\b", rf"at {one.answer}\b" if one.answer is not None else "the beginning"]
    whole = ["every record is whole"] if hidden else []
    return rf"warc/{re.escape(path.name)}: .*(?:{'|'.join(where + whole)})"


def mutate_file(place: Path, chance: random.Random) -> str:
    path = chance.choice([path for path in sorted(snapshots(place)[0].iterdir()) if path.stat().st_size])
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    return re.escape(path.name)


def mutate_rows(place: Path, kind: str, chance: random.Random) -> str:
    with closing(sqlite3.connect(snapshots(place)[0] / "archive.db")) as db:
        versions = db.execute("SELECT release, version, title, text FROM versions").fetchall()
        (one, first, *was), (two, second, *other) = chance.sample(versions, 2)
        if kind == "text":
            at = chance.randrange(len(was[1]))
            text = was[1][:at] + chr(ord(was[1][at]) ^ 1) + was[1][at + 1 :]
            db.execute("UPDATE versions SET text = ? WHERE release = ? AND version = ?", [text, one, first])
        elif kind == "dropped text":
            db.execute("DELETE FROM versions WHERE release = ? AND version = ?", [one, first])
        else:  # two that have changed places
            change = "UPDATE versions SET title = ?, text = ? WHERE release = ? AND version = ?"
            db.execute(change, [*other, one, first])
            db.execute(change, [*was, two, second])
        db.commit()
    named = min((one, first), (two, second)) if kind == "exchanged texts" else (one, first)
    return rf"release {named[0]} version {named[1]}\b"


RECORDS = ("byte", "dropped", "reordered", "truncated")
ROWS = ("text", "dropped text", "exchanged texts")


def mutated(place: Path, rounds: int, seed: int) -> list[str]:
    """Make one change at a time and take it back; the changes whose item was not the first to be named."""
    chance = random.Random(seed)
    snapshot = snapshots(place)[0]
    before = {path: path.read_bytes() for path in [*(place / "warc").iterdir(), *snapshot.iterdir()]}
    missed = []
    for number in range(rounds):
        kind = (*RECORDS, "file", *ROWS)[number % 8]
        if kind == "file":
            named = mutate_file(place, chance)
        else:
            named = (mutate_warc if kind in RECORDS else mutate_rows)(place, kind, chance)
        touched = [path for path, content in before.items() if path.read_bytes() != content]
        faults = verify(snapshot).faults
        first = " ".join(faults) if kind == "file" else " ".join(faults[:1])
        if touched and not re.search(named, first):
            missed.append(f"{number}: {kind}: no {named} in {faults[:3]}")
        for path in touched:
            path.write_bytes(before[path])
    return missed


@pytest.mark.slow
def test_bits_that_no_check_sum_covers_are_named_by_their_record(crawled: Crawled, copy: Copy) -> None:
    place = copy()
    path = min((place / "warc").iterdir(), key=lambda path: path.stat().st_size)
    content, filled = path.read_bytes(), []
    for item in items(path, settled(place, f"warc/{path.name}")):
        changed = bytearray(content[item.at : item.at + item.length])
        changed[-9] ^= 0x80  # the last byte of the compressed data: its highest bit mostly fills it up
        if gzip_holds(bytes(changed)):
            path.write_bytes(content[: item.at] + changed + content[item.at + item.length :])
            filled.append((item.at, verify(place).faults[:1]))
    assert len(filled) > 3
    assert [at for at, faults in filled if not faults or f"at {at} were changed" not in faults[0]] == []


def gzip_holds(member: bytes) -> bool:
    try:
        return bool(gzip.decompress(member))
    except (OSError, EOFError, zlib.error):
        return False


def test_records_of_one_exchange_that_changed_places_are_named(crawled: Crawled, copy: Copy) -> None:
    place = copy()
    path = sorted((place / "warc").iterdir())[0]
    spans = items(path, settled(place, f"warc/{path.name}"))
    one, two = [item for item in spans if item.answer == spans[-1].answer and item.at != item.answer][:2]
    content = path.read_bytes()
    ends = one.at + one.length, two.at + two.length
    path.write_bytes(content[: one.at] + content[two.at : ends[1]] + content[one.at : ends[0]] + content[ends[1] :])
    assert f"the record at {one.at} does not belong" in verify(place).faults[0]


@pytest.mark.slow
def test_every_mutation_is_found_and_its_item_named(crawled: Crawled, copy: Copy) -> None:
    assert mutated(copy(), 80, 1) == []


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_thousand_mutations_are_found_and_named(crawled: Crawled, copy: Copy) -> None:
    assert mutated(copy(), 1000, 2) == []
