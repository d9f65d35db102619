"""The evidence of one version: files that anybody can check without our code, as a zip."""

import hashlib
import json
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archive import warc
from archive.chain import FOLDER, MANIFEST, WITH_HISTORIES
from archive.store.states import history_of

SUMS = "SHA256SUMS"
CHECK = Path(__file__).with_name("check.py")
_PIECE = 1 << 18  # bytes
_TIME = (1980, 1, 1, 0, 0, 0)  # the same version gives the same zip
_ROW = """SELECT v.release, v.version, v.kind, r.url, r.url_key, v.seen, v.title, v.text, v.text_sha256, s.salt,
    c.id AS capture, c.warc, c.offset, c.length, c.refers_to, o.rights
    FROM versions AS v JOIN releases AS r ON r.id = v.release JOIN sources AS o ON o.id = r.source
    LEFT JOIN salts AS s ON s.release = v.release AND s.version = v.version LEFT JOIN captures AS c ON c.id = v.capture
    WHERE v.release = ? AND v.version = ?"""
_TOLD = ("release", "version", "kind", "url", "url_key", "seen", "title", "text_sha256", "salt")
_README = """证据包：{url}
Evidence: release {release}, version {version}, seen {seen} (UTC)

核对  Check
  sha256sum -c SHA256SUMS      各文件未被改动  no file was changed
  python3 -I check.py          只用 Python 标准库  needs Python's standard library alone

内容  What is here
  version.json   版本的网址、采集时间、标题、摘要值和盐  address, time, title, digests and salt of the version
  text.txt       该版本的正文  its text
  page.warc.gz   原始页面、请求和采集记录（ISO 28500）  the page as it was sent, the request and our note
  history.json   采集、核查和改动的经过  when the page was read, looked at and changed
  chain-N.txt    证据链的一环，列出全部版本的摘要值  the link of the archive's chain; it names a digest of every version
  chain-N.tsr    该环的时间戳（RFC 3161）  a timestamp of this link
  check.py       核对脚本，可先通读  the script; read it before you run it

所缺  What is lacking
{lacking}

核对什么  What is checked
  1  salt, url_key, seen, title, text.txt, joined by newlines: their SHA-256 stands in chain-N.txt,
     in the line "release {release} {version}".
  2  The first 40 digits of the SHA-256 of history.json end the line "state {release}". history.json names the SHA-256 of
     the page that the version was read from; the page in page.warc.gz has it.
  3  The SHA-256 of chain-N.txt binds all of this. Whoever kept it elsewhere, or made a timestamp of it, bears witness:
     openssl ts -verify -data chain-N.txt -in chain-N.tsr -CAfile AUTHORITY.pem

能证明什么  What it proves
  自该环写成以来内容未变；不能单独证明网页出自发布者。
  That nothing was changed since the link was made. It does not prove by itself that the page came from its publisher.
"""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a file, from `offset` on; to its end when `length` is None."""

    path: Path
    offset: int = 0
    length: int | None = None

    def pieces(self) -> Iterator[bytes]:
        left = self.path.stat().st_size - self.offset if self.length is None else self.length
        with self.path.open("rb") as file:
            file.seek(self.offset)
            while left and (piece := file.read(min(left, _PIECE))):
                left -= len(piece)
                yield piece


@dataclass(slots=True, kw_only=True)
class Evidence:
    """The files of a zip, each as its parts, and a sentence for each that is lacking."""

    name: str
    files: dict[str, list[bytes | Stretch]] = field(default_factory=dict)
    lacking: list[str] = field(default_factory=list)


def gather(db: sqlite3.Connection, snapshot: Path, release: int, version: int, *, public: bool) -> Evidence | None:
    """The evidence of a version in a snapshot; None when there is no such version.

    A public edition gives nothing that its database does not hold, and no page as it came.
    """
    cursor = db.execute(_ROW, [release, version])
    row = cursor.fetchone()
    if row is None:
        return None
    shown: dict[str, Any] = dict(zip((column[0] for column in cursor.description), row, strict=True))
    found = Evidence(name=f"{release}-{version}")
    told = {name: shown[name] for name in _TOLD} | {"capture": _add_history(found, db, snapshot, shown)}
    _add_text(found, shown)
    _add_link(found, snapshot)
    _add_page(found, db, snapshot.parent.parent, shown, public=public)
    found.files["version.json"] = [json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"]
    found.files["check.py"] = [CHECK.read_bytes()]
    lacking = "\n".join(f"  {line}" for line in found.lacking or ["无  nothing"])
    found.files["README.txt"] = [_README.format(**shown, lacking=lacking).encode()]
    return found


def _add_history(found: Evidence, db: sqlite3.Connection, snapshot: Path, shown: dict[str, Any]) -> list[Any] | None:
    """Add the history where the link states it; the page that the version was read from, as the history has it."""
    history = history_of(db, shown["release"])
    if not history or not _is_stated(snapshot / MANIFEST):
        found.lacking.append(
            "history.json: 链中未列，或其盐不公开  the link does not state it, or its salt is kept back"
        )
        sql = "SELECT id, url, fetched, status, sha256 FROM captures WHERE id = ?"
        row = db.execute(sql, [shown["capture"]]).fetchone()
        return list(row) if row else None
    found.files["history.json"] = [history.encode()]
    page: list[Any] | None = next(one[5] for one in json.loads(history)[3] if one[0] == shown["version"])
    return page


def _is_stated(manifest: Path) -> bool:
    """Whether a link says anything of histories; those of the earlier form don't."""
    if not manifest.is_file():
        return False
    with manifest.open("rb") as file:
        return file.readline().decode("ascii", "replace").strip() in WITH_HISTORIES


def _add_text(found: Evidence, shown: dict[str, Any]) -> None:
    if shown["text"]:
        found.files["text.txt"] = [shown["text"].encode()]
    else:
        found.lacking.append("text.txt: 非官方来源，不公开全文  the source is not official, its text is not published")
    if not shown["salt"]:
        found.lacking.append(
            "salt: 正文已遮盖或未公开，盐不公开，正文无法与链核对  the text was masked or withheld, so its salt is kept back;"
            " the text cannot be checked against the chain"
        )


def _add_link(found: Evidence, snapshot: Path) -> None:
    """Add the snapshot's link of the chain, and the timestamp where the archive keeps one."""
    manifest = snapshot / MANIFEST
    if not manifest.is_file():
        found.lacking.append("chain-N.txt: 此快照没有链  this snapshot has no link of the chain")
        return
    with manifest.open("rb") as file:
        number = next(int(line.split()[1]) for line in file if line.startswith(b"number "))
    found.files[f"chain-{number:06}.txt"] = [Stretch(manifest)]
    stamp = snapshot.parent.parent / FOLDER / f"{number:06}.tsr"
    if stamp.is_file():
        found.files[f"chain-{number:06}.tsr"] = [Stretch(stamp)]
    else:
        found.lacking.append("chain-N.tsr: 该环没有时间戳，或不在此服务器上  no timestamp of this link is here")


def _add_page(found: Evidence, db: sqlite3.Connection, folder: Path, shown: dict[str, Any], *, public: bool) -> None:
    """Add the records of the page: an earlier one that holds its payload comes first."""
    sql = "SELECT warc, offset, length FROM captures WHERE id IN (?, ?) ORDER BY id"
    places = db.execute(sql, [shown["capture"], shown["refers_to"]]).fetchall()
    files = [folder / name for name, *_ in places]
    if not places:
        reason = "该版本未注明原始页面  the version names no page"
    elif public or not shown["warc"]:
        reason = "公开版不含原始页面，其中可能有个人号码  no public edition carries the page as it came: it may hold numbers of persons"
    elif not all(path.is_file() for path in files):
        reason = "存档文件不在此服务器上  the archive's files do not lie on this server"
    else:
        found.files["page.warc.gz"] = [
            Stretch(path, offset, warc.exchange_length(path, offset, length))
            for path, (_, offset, length) in zip(files, places, strict=True)
        ]
        return
    found.lacking.append(f"page.warc.gz: {reason}")


def zipped(found: Evidence) -> Iterator[bytes]:
    """The bytes of the zip, a piece at a time: no more than a piece is ever held. SHA256SUMS comes last."""
    sink = _Sink()
    sums = b""
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(found.files):
            digest = hashlib.sha256()
            with archive.open(_entry(name), "w") as into:
                for piece in _pieces(found.files[name]):
                    digest.update(piece)
                    into.write(piece)
                    yield sink.taken()
            sums += f"{digest.hexdigest()}  {name}\n".encode()
        archive.writestr(_entry(SUMS), sums)
    yield sink.taken()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _TIME)
    entry.external_attr = 0o100644 << 16
    return entry


def _pieces(parts: Iterable[bytes | Stretch]) -> Iterator[bytes]:
    for part in parts:
        yield from [part] if isinstance(part, bytes) else part.pieces()


class _Sink:
    """A file that is only written to, and emptied by its reader."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def write(self, content: bytes) -> int:
        self._waiting += content
        return len(content)

    def flush(self) -> None:
        """Nothing waits below."""

    def close(self) -> None:
        """Nothing is open."""

    def taken(self) -> bytes:
        content = bytes(self._waiting)
        self._waiting.clear()
        return content
