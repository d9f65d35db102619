"""The file that is a release's text: a notice of two lines and a PDF, or a page of pictures."""

import json
import re
from dataclasses import dataclass

from sqlite_utils import Database

from archive.database import Executes, insert
from archive.duplicates.comparison import SHORT, fingerprint, genres
from archive.texts.document_names import heading
from archive.texts.normalised import normalised, text_key

LONGEST = 400  # letters and figures of a notice
_TIMES = 3  # a file is the text of a notice when it is so many times as long
COMPARED = 100_000  # characters of a file that are compared
_HEAD = 2000  # characters in which a file names itself
_ANNEX = re.compile(r"^\s*附(?:件|表|图)?[\d一二三四五六七八九十]*\s*[:：.、．]*\s*")
_ENDING = re.compile(r"\.[A-Za-z]{2,5}\s*(?:[（(][^（）()]*[)）])?$")
_FORM = re.compile(
    r"(?:申请|申报|登记|报名|申领|审批|备案|推荐|反馈|填报|征求意见|信息采集)\w{0,6}表|[申承授委]\w{0,2}[请诺报权托]书|回执|样[表张式本]|模板|范本"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """The text of a file, as far as it is compared."""

    sha256: str
    text: str


def carried(db: Executes, release: int) -> Carried | None:
    """The file whose text is compared in the place of the release's own, None when none is.

    A release without a text is its pictures, as far as OCR has read them. Another is a file when its own text has 400
    letters at most, the file's text is three times as long, and the file names itself as the release's document
    (archive/texts/document_names.py) in a heading, or by its name on the page, of the same genre (解读, 问答) as the
    release's title. Of several such files it is the longest. No release is a form (申请表, 承诺书, 回执) that its title
    does not name, nor an annex of a longer text: two notices that link one form or one law are two.
    """
    [title, own] = db.execute("SELECT title, substr(text, 1, 3000) FROM releases WHERE id = ?", [release]).fetchone()
    if not own.strip():
        return _pictures(db, release)
    length = len(normalised(own))
    fitting = [
        (size, -n, sha256)
        for n, (sha256, named, head, size) in enumerate(_files(db, release))
        if length <= LONGEST and size >= _TIMES * length and names_itself(title, named, head)
    ]
    if not fitting:
        return None
    sha256 = max(fitting)[2]
    [text] = db.execute("SELECT substr(text, 1, ?) FROM files WHERE sha256 = ?", [COMPARED, sha256]).fetchone()
    return Carried(sha256=sha256, text=text)


def names_itself(title: str, named: str, head: str) -> bool:
    """Whether a file with this name on the page and these first words is the document of a release with this title."""
    on_page = _ENDING.sub("", _ANNEX.sub("", named))
    for lines in (head.replace("\f", "\n").split("\n"), [on_page]):
        if words := heading(title, lines):
            forms = set(_FORM.findall(words + on_page)) - set(_FORM.findall(title))
            return not forms and "附件" not in on_page and genres(words) == genres(title)
    return False


def _files(db: Executes, release: int) -> list[tuple[str, str, str, int]]:
    """The texts of the files that a release links to now: digest, name, first words and length."""
    rows: list[tuple[str, str, str, int]] = db.execute(
        f"""SELECT a.sha256, a.name, substr(f.text, 1, {_HEAD}), length(f.text) FROM attachments AS a
        JOIN files AS f ON f.sha256 = a.sha256 WHERE a.release = ? AND a.state = 'kept' AND f.text <> ''
        ORDER BY a.id""",
        [release],
    ).fetchall()
    return rows


def _pictures(db: Executes, release: int) -> Carried | None:
    rows = db.execute(
        """SELECT a.sha256, f.text FROM attachments AS a JOIN files AS f ON f.sha256 = a.sha256
        WHERE a.release = ? AND a.state = 'kept' AND a.shown AND f.text <> '' ORDER BY a.id""",
        [release],
    ).fetchall()
    text = "\n".join(text for _, text in rows)[:COMPARED]
    return Carried(sha256=rows[0][0], text=text) if len(normalised(text)) >= SHORT else None


def renew(db: Database, release: int) -> bool:
    """Enter the file that is the release's text now; whether another one was."""
    was = db.execute("SELECT sha256, text_key FROM carried WHERE release = ?", [release]).fetchone()
    kept = db.execute("SELECT 1 FROM attachments WHERE release = ? AND state = 'kept' LIMIT 1", [release]).fetchone()
    now = carried(db, release) if kept else None
    key = text_key(normalised(now.text)) if now else ""
    if was == ((now.sha256, key) if now else None):
        return False
    forget(db, release)
    if now:
        sample = json.dumps(fingerprint("", None, now.text).sample)
        insert(db, "carried", {"release": release, "sha256": now.sha256, "text_key": key, "sample": sample})
    return True


def forget(db: Database, release: int) -> None:
    """Take the file that was the release's text out of the index."""
    for (sample,) in db.execute("SELECT sample FROM carried WHERE release = ?", [release]).fetchall():
        values = [(shingle, release) for shingle in json.loads(sample)]
        db.conn.executemany("DELETE FROM shingles WHERE hash = ? AND release = ?", values)
    db.execute("DELETE FROM carried WHERE release = ?", [release])


def renew_all(db: Database) -> None:
    """Enter the files that are releases' texts anew; the index is empty."""
    db.execute("DELETE FROM carried")
    linked = "SELECT DISTINCT a.release FROM attachments AS a JOIN files AS f ON f.sha256 = a.sha256 WHERE f.text <> ''"
    for (release,) in db.execute(linked).fetchall():
        renew(db, release)


def linking(db: Executes, sha256: str) -> list[int]:
    """The releases that link to a content now."""
    rows = db.execute("SELECT DISTINCT release FROM attachments WHERE sha256 = ? AND state = 'kept'", [sha256])
    return [release for (release,) in rows.fetchall()]


def lost(db: Executes) -> list[int]:
    """The releases that link no longer to the file that was their text."""
    gone = "SELECT 1 FROM attachments AS l WHERE l.release = c.release AND l.sha256 = c.sha256 AND l.state = 'kept'"
    return [id for (id,) in db.execute(f"SELECT release FROM carried AS c WHERE NOT EXISTS ({gone})").fetchall()]


def knows_files(db: Executes) -> bool:
    """Whether relations say which file's text was compared; those of copies from before do not."""
    return any(column[1] == "a_file" for column in db.execute("PRAGMA table_info(relations)"))


def drop_lost(db: Executes) -> int:
    """Delete the relations by files that releases link to no longer, in whatever copy; how many. Copies stand alone then."""
    if not knows_files(db):
        return 0
    gone = " OR ".join(
        f"""({end}_file <> '' AND NOT EXISTS
            (SELECT 1 FROM attachments AS l WHERE l.release = {end} AND l.sha256 = {end}_file))"""
        for end in ("a", "b")
    )
    rows = db.execute(f"SELECT a, b, kind FROM relations WHERE {gone}").fetchall()
    for a, b, kind in rows:
        db.execute("DELETE FROM relations WHERE a = ? AND b = ?", [a, b])
        if kind == "duplicate":
            db.execute("UPDATE releases SET cluster = id WHERE id = ?", [a])
    return len(rows)
