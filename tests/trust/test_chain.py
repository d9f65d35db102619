"""What is changed, dropped, reordered or cut off in a snapshot or its WARC files is found and named."""

import hashlib
import random
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.chain import ChainError, append, read_link
from archive.verify import verify
from tests.conftest import rows
from tests.trust.conftest import Crawled

Copy = Callable[..., Path]


def snapshots(folder: Path) -> list[Path]:
    return sorted((folder / "snapshots").glob("2*"))


def test_an_archive_and_its_snapshots_verify(crawled: Crawled) -> None:
    assert "all fit" in crawled.run(crawled.folder, "verify", str(crawled.folder))
    for place in snapshots(crawled.folder):
        assert verify(place).faults == []


def test_what_is_not_there_is_named(crawled: Crawled, tmp_path: Path) -> None:
    shutil.copytree(snapshots(crawled.folder)[0], tmp_path / "alone")
    report = verify(tmp_path / "alone")
    assert report.faults == []
    assert {name.split("-")[0] for name in report.absent} >= {"warc/mingchuan", "warc/boling"}


def test_a_public_snapshot_keeps_the_salts_of_what_it_does_not_show(crawled: Crawled) -> None:
    public = snapshots(crawled.folder)[1]
    sql = "SELECT count(*) FROM versions v JOIN releases r ON r.id = v.release JOIN sources s ON s.id = r.source"
    back = "(SELECT 1 FROM salts WHERE release = v.release AND version = v.version) IS NULL"
    assert rows(public, f"{sql} WHERE rights <> 'official' AND NOT {back}") == [(0,)]
    assert rows(public, f"{sql} WHERE rights = 'official' AND NOT {back}")[0][0] > 30
    assert any("kept back" in item for item in verify(public).absent)


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


def test_a_changed_text_is_named_by_its_release(crawled: Crawled, copy: Copy) -> None:
    place = snapshots(copy())[0]
    with closing(sqlite3.connect(place / "archive.db")) as db:
        db.execute("UPDATE versions SET text = text || '。' WHERE release = 7")
        db.commit()
        [url] = db.execute("SELECT url FROM releases WHERE id = 7").fetchone()
    assert f"release 7 version 1 ({url}) does not fit its digest" in verify(place).faults[0]


def test_a_text_that_the_release_shows_must_be_its_versions(crawled: Crawled, copy: Copy) -> None:
    place = snapshots(copy())[0]
    with closing(sqlite3.connect(place / "archive.db")) as db:
        db.execute("UPDATE releases SET text = text || '。' WHERE id = 7")
        db.commit()
    assert "release 7" in verify(place).faults[0]


def test_a_link_is_checked_by_anyone_with_the_script_of_the_docs(crawled: Crawled, copy: Copy) -> None:
    page = Path(__file__).parent.parent.parent / "docs" / "verification.md"
    [script] = re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
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
    assert "name a folder" in crawled.run(crawled.folder, "verify", str(tmp_path / "x"), status=2)


# mutations


def records(path: Path) -> list[tuple[int, int]]:
    with path.open("rb") as file:
        iterator = ArchiveIterator(file)
        return [(iterator.get_record_offset(), iterator.get_record_length()) for _ in iterator]


def settled(place: Path, name: str) -> int:
    """How much of a file the chain speaks of."""
    return max(read_link(path).warcs[name][0] for path in sorted((place / "chain").glob("*.txt")))


def mutate_warc(place: Path, kind: str, chance: random.Random) -> str:
    path = chance.choice(sorted((place / "warc").iterdir()))
    name = f"warc/{path.name}"
    content = bytearray(path.read_bytes())
    known = settled(place, name)
    spans = [(at, length) for at, length in records(path) if at + length <= known]
    at, length = chance.choice(spans)
    if kind == "byte":
        content[chance.randrange(known)] ^= 1 << chance.randrange(8)
    elif kind == "dropped":
        del content[at : at + length]
    elif kind == "reordered":
        one, two = sorted(chance.sample(spans, 2))
        content = (
            content[: one[0]] + content[two[0] : sum(two)] + content[sum(one) : two[0]]
            + content[one[0] : sum(one)] + content[sum(two) :]
        )  # fmt: skip
    else:
        del content[at + chance.randrange(1, length) : at + length]
    path.write_bytes(content)
    return path.name


def mutate_snapshot(place: Path, chance: random.Random) -> str:
    path = chance.choice([path for path in snapshots(place)[0].iterdir() if path.stat().st_size])
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    return path.name


def mutated(place: Path, rounds: int, seed: int) -> list[str]:
    """Make one change at a time and take it back; the changes that were not found, or found somewhere else."""
    chance = random.Random(seed)
    missed = []
    for number in range(rounds):
        kind = chance.choice(["byte", "dropped", "reordered", "truncated", "snapshot"])
        before = {
            path: path.read_bytes() for folder in ("warc", snapshots(place)[0]) for path in (place / folder).iterdir()
        }
        name = mutate_snapshot(place, chance) if kind == "snapshot" else mutate_warc(place, kind, chance)
        touched = [path for path, content in before.items() if path.read_bytes() != content]
        faults = verify(snapshots(place)[0]).faults
        named = name in "".join(faults) or name in ("archive.db", "SHA256SUMS", "manifest.txt")
        if touched and not (faults and named):
            missed.append(f"{number}: {kind} of {name}: {faults}")
        for path in touched:
            path.write_bytes(before[path])
    return missed


def test_every_mutation_is_found_and_its_item_named(crawled: Crawled, copy: Copy) -> None:
    assert mutated(copy(), 40, 1) == []


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_thousand_mutations_are_found_and_named(crawled: Crawled, copy: Copy) -> None:
    assert mutated(copy(), 1000, 2) == []
