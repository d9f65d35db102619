"""What may leave the house: withholding, masking and forgetting in the copy that becomes a public snapshot."""

import re
import sqlite3
from hashlib import sha256

from archive import search
from archive.forget import forget, forget_captures, placeholders, releases_at

EXTRACT = 60  # code points at most
# What is not named here is not published, so that a new table or column is published only on purpose
PUBLISHED = {
    "sources": "id name region level family url rights evidence note",
    "crawls": "id source started finished vantage outcome listed new changed unchanged failed blocked problems",
    "captures": "id url source role fetched status sha256 media_type etag last_modified warc offset length refers_to",
    "listings": "url source url_key list_url title date first_listed last_listed first_crawl state attempts next_try"
    " reason unlisted",
    "releases": "id url url_key source title text published published_meta publisher author editor issuer doc_number"
    " index_number written language version cluster status first_seen changed text_key problems",
    "versions": "release version kind seen title text text_sha256 capture edits",
    "looks": "release last_look next_look capture",
    "observations": "release at outcome status counted",
    "status_changes": "release at status",
    "source_events": "source at kind looks failed",
    "relations": "a b kind containment jaccard changed_numbers",
    "origins": "cluster release rule source",
    "repeats": "release version start length of_start text",
    "turns": "release n speaker role kind start length",
    "citations": "release n title doc_number start target",
    "provenance": "release field rule raw",
    "attachments": "capture release url name media_type size sha256 seen",
    "walks": "source list_url crawl",
    "removed": "url url_key removed_at reason",
    "salts": "release version salt",
    "_sqlite_migrations": "id migration_set name applied_at",
}
_VIEWS = {"releases_spaced", "lifetimes", "survival"}
_PERSONAL = {
    "sources": ("note",),
    "crawls": ("problems",),
    "listings": ("title", "reason"),
    "releases": ("title", "text", "publisher", "author", "editor", "issuer", "problems"),
    "versions": ("title", "text", "edits"),
    "repeats": ("text",),
    "turns": ("speaker", "role"),
    "citations": ("title",),
    "provenance": ("raw",),
    "attachments": ("name",),
}

_SENTENCE_END = re.compile(r"[。！？；…!?;\n]|\.(?=\s|$)")


def extract(text: str) -> str:
    """The beginning of a sentence of `text`, at most half of it and `EXTRACT` code points, and ……

    No sentence of four signs or more stands whole in it. Of a text that has only short sentences nothing is left but ……
    """
    sentences = [part.strip() for part in _SENTENCE_END.split(text)]
    short = {sentence for sentence in sentences if 4 <= len(sentence) <= EXTRACT}
    for sentence in sentences:
        beginning = sentence[: min(EXTRACT, len(sentence) // 2)]
        if len(beginning) >= 8 and not any(other in beginning for other in short):
            return f"{beginning}……"
    return "……"


_D = "[0-9０-９]"
_BEFORE = "(?<![0-9０-９A-Za-zＡ-Ｚａ-ｚ_.=〕])"
_AFTER = "(?![0-9０-９A-Za-zＡ-Ｚａ-ｚ_]|[.．]" + _D + ")"
# what is counted or paid is no telephone: 13800000000元
_NO_SUM = (
    r"(?!\s?(?:[万亿]|余?[元万亿]|人民币|[美欧港日]元|英镑)"
    r"|人次|吨|股|千瓦|千克|立方|平方|公[里斤顷]|[米次件个株头只度份斤%％‰])"
)
_ID_CARD = re.compile(f"{_BEFORE}{_D}{{6}} ?{_D}{{8}} ?{_D}{{3}}[0-9０-９XxＸｘ]{_AFTER}")
_CARD = re.compile(
    rf"(?<![¥￥$]){_BEFORE}{_D}{{4}}([ -]?){_D}{{4}}\1{_D}{{4}}\1{_D}{{1,4}}(?:\1{_D}{{1,3}})?{_AFTER}{_NO_SUM}"
)
# a country code may stand before a mobile's digits, but no other number with a hyphen
_MOBILE_BEFORE = rf"(?:{_BEFORE}(?<!{_D}[-－])|(?<=\+86)|(?<=[+ (（]86[ -)])|(?<=[+ (（]86）))"
_MOBILE_DIGITS = rf"[1１][3-9３-９]{_D}(?:{_D}{{8}}|([ -]){_D}{{4}}\1{_D}{{4}})"
_MOBILE = re.compile(f"(?<![¥￥$]){_MOBILE_BEFORE}{_MOBILE_DIGITS}{_AFTER}{_NO_SUM}")
_LONG = re.compile(f"{_D}(?:[ -]?{_D}){{10}}")  # each of the three has eleven digits: few texts need a closer look
_NUMBERED = re.compile(r"(?:[编文案批货单期档序号]号|代码|索引号|流水号|条码)[：:为是\s]{0,2}$")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
# UnionPay; older cards of the Industrial and Commercial Bank; Visa; Mastercard; JCB
_ISSUERS = re.compile(r"62|9558|4|5[1-5]|35")


def mask(text: str) -> str:
    """`text` with the numbers of identity cards, mobile telephones and bank cards blotted out, length for length.

    The first three digits stay, every further digit becomes *. An identity number has eighteen signs, a birthday and a
    right check sign; a bank card 16 to 19 digits, a known issuer and a right check digit (Luhn); a mobile eleven
    digits from 13 to 19. Sums, document and serial numbers, and digits inside longer words or numbers are left alone.
    """
    if not _LONG.search(text):
        return text
    text = _ID_CARD.sub(lambda found: _blot(found) if _is_id_card(found[0]) else found[0], text)
    text = _CARD.sub(lambda found: _blot(found) if _is_card(found[0]) and not _is_serial(found) else found[0], text)
    return _MOBILE.sub(lambda found: found[0] if _is_serial(found) else _blot(found), text)


def _blot(found: re.Match[str]) -> str:
    number = found[0]
    return number[:3] + re.sub("[0-9０-９XxＸｘ]", "*", number[3:])


def _is_serial(found: re.Match[str]) -> bool:
    return bool(_NUMBERED.search(found.string[max(0, found.start() - 6) : found.start()]))


def _is_id_card(number: str) -> bool:
    signs = search.fold(number).replace(" ", "").upper()
    year, month, day = int(signs[6:10]), int(signs[10:12]), int(signs[12:14])
    if not (1850 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= 31):
        return False
    rest = sum(weight * int(sign) for weight, sign in zip(_ID_WEIGHTS, signs[:17], strict=True)) % 11
    return "10X98765432"[rest] == signs[17]


def _is_card(number: str) -> bool:
    digits = [int(sign) for sign in number if sign.isdigit()]
    if not 16 <= len(digits) <= 19 or not _ISSUERS.match("".join(map(str, digits))):
        return False
    doubled = [digit if place % 2 == 0 else sum(divmod(digit * 2, 10)) for place, digit in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def prepare(db: sqlite3.Connection) -> None:
    """Make the archive that `db` has open fit to be published. Only ever for a copy: what is taken out is lost.

    What is removed is forgotten; sources that are not `official` keep metadata, an extract, digests and links; personal
    numbers are masked. The file still has to be vacuumed, since freed pages keep what stood on them.
    """
    db.create_function("extract", 1, extract, deterministic=True)
    db.create_function("mask", 1, lambda text: text and mask(text), deterministic=True)  # of NULL: NULL
    db.create_function("digest", 1, lambda text: sha256(text.encode()).hexdigest(), deterministic=True)
    db.execute("PRAGMA foreign_keys = OFF")
    with db:
        db.execute("BEGIN")
        _drop_others(db)
        _forget_removed(db)
        _note_changes(db)
        _mask_all(db)
        _withhold(db)
        db.execute("UPDATE captures SET warc = '', offset = 0, length = 0")
        _index_again(db)


def _drop_others(db: sqlite3.Connection) -> None:
    kept = {*PUBLISHED, "releases_fts", *(f"releases_fts_{part}" for part in ("data", "idx", "docsize", "config"))}
    for name, kind in db.execute("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view')").fetchall():
        if name not in kept | _VIEWS and not name.startswith("sqlite_"):
            db.execute(f'DROP {kind} "{name}"')
    for table, columns in PUBLISHED.items():
        for _, name, _, required, default, key in db.execute(f"PRAGMA table_info({table})").fetchall():
            if name not in columns.split() and not key:
                empty = default or ("''" if required else "NULL")
                db.execute(f'UPDATE {table} SET "{name}" = {empty}')


def _forget_removed(db: sqlite3.Connection) -> None:
    """Take out every trace of the removed addresses; of each, only a digest of its key says that it was removed."""
    keys = frozenset(key for (key,) in db.execute("SELECT url_key FROM removed"))
    if not keys:
        return
    ids = releases_at(db, keys)
    attached = f"SELECT capture FROM attachments WHERE release IN ({placeholders(ids)})"
    lost = [id for (id,) in db.execute(attached, ids)]
    forget_captures(db, f"id IN ({placeholders(lost)})", lost)
    forget(db, keys, hide_address=True)
    db.execute("UPDATE removed SET url = 'sha256:' || digest(url), url_key = 'sha256:' || digest(url_key), reason = ''")


def _mask_all(db: sqlite3.Connection) -> None:
    # a digest of the whole text would give the masked digits away to anyone who tries them all
    db.execute("UPDATE versions SET text_sha256 = digest(mask(text)) WHERE mask(text) <> text")
    db.execute("UPDATE releases SET text_key = digest(mask(text)) WHERE mask(text) <> text")
    for table, columns in _PERSONAL.items():
        for column in columns:
            db.execute(f"UPDATE {table} SET {column} = mask({column}) WHERE mask({column}) <> {column}")


def _withhold(db: sqlite3.Connection) -> None:
    others = "SELECT r.id FROM releases AS r JOIN sources AS s ON s.id = r.source WHERE s.rights <> 'official'"
    db.execute(f"DELETE FROM turns WHERE release IN ({others})")
    db.execute(f"DELETE FROM repeats WHERE release IN ({others})")
    db.execute(f"UPDATE provenance SET raw = '' WHERE release IN ({others})")
    db.execute(f"UPDATE versions SET text = '', edits = '[]' WHERE release IN ({others})")
    db.execute(f"UPDATE releases SET text = extract(text), problems = '[]' WHERE id IN ({others})")


def _note_changes(db: sqlite3.Connection) -> None:
    """Keep of each release what the search index was written from, as soon as that changes."""
    db.execute("CREATE TEMP TABLE indexed (id INTEGER PRIMARY KEY, title TEXT, text TEXT)")
    db.execute("""CREATE TEMP TRIGGER changes BEFORE UPDATE OF title, text ON releases BEGIN
        INSERT OR IGNORE INTO indexed VALUES (old.id, old.title, old.text); END""")


def _index_again(db: sqlite3.Connection) -> None:
    db.execute("DROP TRIGGER changes")
    changed = db.execute("""SELECT id, was.title, was.text, now.title, now.text
        FROM indexed AS was JOIN releases AS now USING (id)""")
    for id, *texts in changed:
        search.write(db, id, (texts[0], texts[1]), (texts[2], texts[3]))
    db.execute("DROP TABLE indexed")
    db.execute("INSERT INTO releases_fts(releases_fts) VALUES ('optimize')")  # what was taken out is still in it
