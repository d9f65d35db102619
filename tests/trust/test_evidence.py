"""The evidence of a version is checked by anybody, on a machine without our code; a flipped bit is found."""

import io
import json
import random
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from archive.verification.evidence import CHECK, gather, zipped
from tests.archive.site.visiting import visited
from tests.conftest import rows
from tests.trust.conftest import Crawled

VERSIONS = "SELECT release, version FROM versions ORDER BY release, version"


def snapshots(crawled: Crawled) -> tuple[Path, Path]:
    private, public = sorted((crawled.folder / "snapshots").glob("2*"))
    return private, public


def taken(snapshot: Path, wanted: Iterable[tuple[int, int]], *, public: bool = False) -> dict[tuple[int, int], bytes]:
    """The zips that a site gives for these versions."""
    with visited(snapshot, public=public) as get:
        answers = {(id, version): get(f"/release/{id}/evidence.zip?v={version}") for id, version in wanted}
    assert {answer.status_code for answer in answers.values()} == {200}
    return {key: answer.content for key, answer in answers.items()}


def unpacked(content: bytes, place: Path) -> Path:
    shutil.rmtree(place, ignore_errors=True)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        archive.extractall(place)
    return place


def checked(place: Path, script: Path = CHECK) -> Any:
    """The script of the zip, in a Python that knows nothing of ours."""
    shutil.copy2(script, place.parent / "check.py")
    code = f"__file__ = {str(place / 'check.py')!r}; exec(open({str(place.parent / 'check.py')!r}).read())"
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False, cwd=place, env={}
    )


def flipped(content: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(content))
    return content[:place] + bytes([content[place] ^ (1 << chance.randrange(8))]) + content[place + 1 :]


def test_twenty_versions_are_checked_by_the_script_alone(crawled: Crawled, tmp_path: Path) -> None:
    private, _ = snapshots(crawled)
    every = rows(private, VERSIONS)
    edited = [key for key in every if key[1] > 1]
    wanted = [*edited[:8], *[key for key in every if key not in edited][: 20 - len(edited[:8])]]
    for key, content in taken(private, wanted).items():
        place = unpacked(content, tmp_path / "evidence")
        done = subprocess.run(
            [sys.executable, "-I", "check.py"], capture_output=True, text=True, check=False, cwd=place
        )
        assert done.returncode == 0, (key, done.stdout, done.stderr)
        assert "not checked" not in done.stdout
        assert done.stdout.count("fits:") >= 7  # sums, text, history, capture, three records, the page
        assert (
            subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=place, capture_output=True, check=False).returncode
            == 0
        )


def test_a_flipped_bit_is_found_in_each_file(crawled: Crawled, tmp_path: Path) -> None:
    private, _ = snapshots(crawled)
    chance = random.Random(18)
    [content] = taken(private, [(7, 1)]).values()
    place = unpacked(content, tmp_path / "evidence")
    names = sorted(path.name for path in place.iterdir())
    assert names == [
        "README.txt", "SHA256SUMS", "chain-000001.txt", "check.py", "history.json", "page.warc.gz", "text.txt",
        "version.json",
    ]  # fmt: skip
    for name in names:
        whole = (place / name).read_bytes()
        (place / name).write_bytes(flipped(whole, chance))
        done = checked(place)
        assert done.returncode != 0
        assert name in done.stdout
        (place / name).write_bytes(whole)
    assert checked(place).returncode == 0


@pytest.mark.parametrize("name", ["text.txt", "version.json", "history.json", "page.warc.gz", "chain-000001.txt"])
def test_a_forger_who_sums_anew_is_found_by_the_chain(name: str, crawled: Crawled, tmp_path: Path) -> None:
    private, _ = snapshots(crawled)
    db = sqlite3.connect(private / "archive.db")
    found = gather(db, private, 7, 1, public=False)
    assert found
    whole = b"".join(part if isinstance(part, bytes) else b"".join(part.pieces()) for part in found.files[name])
    forged = {
        "text.txt": whole + b"!",
        "version.json": whole.replace(b'"title": "', b'"title": "x'),
        "history.json": whole.replace(b"200", b"404"),
        "page.warc.gz": whole[: len(whole) // 2],
        "chain-000001.txt": whole.replace(b"release 7 1 ", b"release 7 1 0"),
    }[name]
    assert forged != whole
    found.files[name] = [forged]
    place = unpacked(b"".join(zipped(found)), tmp_path / "evidence")
    done = checked(place)
    assert done.returncode != 0
    assert "fits: the files and SHA256SUMS" in done.stdout
    db.close()


def test_the_same_version_gives_the_same_zip(crawled: Crawled) -> None:
    private, _ = snapshots(crawled)
    assert taken(private, [(7, 1)]) == taken(private, [(7, 1)])


def test_a_public_site_gives_no_page_no_strangers_text_and_no_number(crawled: Crawled, tmp_path: Path) -> None:
    _, public = snapshots(crawled)
    sql = "SELECT min(r.id) FROM releases AS r JOIN sources AS s ON s.id = r.source WHERE s.rights {} 'official'"
    official, other = (rows(public, sql.format(sign))[0][0] for sign in ("=", "<>"))
    for key, content in taken(public, [(official, 1), (other, 1)], public=True).items():
        place = unpacked(content, tmp_path / str(key[0]))
        assert not (place / "page.warc.gz").exists()
        assert "page.warc.gz: 公开版不含原始页面" in (place / "README.txt").read_text("utf-8")
        assert checked(place).returncode == 0, checked(place).stdout
    assert "fits: address, time, title and text, and the chain" in checked(tmp_path / str(official)).stdout
    assert not (tmp_path / str(other) / "text.txt").exists()
    assert json.loads((tmp_path / str(other) / "version.json").read_text("utf-8"))["salt"] is None
    assert "not checked: the text and the chain" in checked(tmp_path / str(other)).stdout


def test_a_snapshot_that_lies_alone_says_what_is_lacking(crawled: Crawled, tmp_path: Path) -> None:
    private, _ = snapshots(crawled)
    shutil.copytree(private, tmp_path / "snapshots" / private.name)
    [content] = taken(tmp_path / "snapshots" / private.name, [(7, 1)]).values()
    place = unpacked(content, tmp_path / "evidence")
    assert "the archive's files do not lie on this server" in (place / "README.txt").read_text("utf-8")
    assert checked(place).returncode == 0


@pytest.mark.parametrize(
    "path", ["/release/7/evidence.zip?v=99", "/release/7/evidence.zip?v=x", "/release/999999/evidence.zip"]
)
def test_what_is_not_there_has_no_evidence(path: str, crawled: Crawled) -> None:
    with visited(snapshots(crawled)[0], public=False) as get:
        answer = get(path)
    assert answer.status_code == 404
    assert "没有" in answer.text


@pytest.mark.slow
def test_five_hundred_flipped_bits_are_found(crawled: Crawled, tmp_path: Path) -> None:
    """Of 20 versions, 25 bits of each by chance, in any file but the script that looks for them."""
    private, _ = snapshots(crawled)
    chance = random.Random(20)
    missed = []
    for key, content in taken(private, rows(private, VERSIONS)[:20]).items():
        place = unpacked(content, tmp_path / "evidence")
        names = sorted(path.name for path in place.iterdir() if path.name != "check.py")
        for _ in range(25):
            name = chance.choice(names)
            whole = (place / name).read_bytes()
            (place / name).write_bytes(flipped(whole, chance))
            missed += [(key, name)] if checked(place).returncode == 0 else []
            (place / name).write_bytes(whole)
    assert missed == []
