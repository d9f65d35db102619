"""Citations find the release that is the document they name, whichever of the two came first."""

from pathlib import Path

import pytest
from sqlite_utils import Database

from archive.schema.open import open_archive
from archive.store import documents


@pytest.fixture
def db(tmp_path: Path) -> Database:
    db = open_archive(tmp_path)
    db.execute(
        "INSERT INTO sources VALUES ('one', '溟川', '990000', 'province', 'html', 'http://m/', 'official', 'live', '')"
    )
    return db


def add(db: Database, id: int, title: str, number: str | None = None, cites: tuple[tuple[str, str], ...] = ()) -> None:
    db.execute(
        "INSERT INTO releases (id, url, url_key, source, title, text, doc_number, version, first_seen, changed, text_key)"
        " VALUES (?, ?, ?, 'one', ?, '正文', ?, 1, '', '', '')",
        [id, f"http://m/{id}", f"m/{id}", title, number],
    )
    for n, (cited, of) in enumerate(cites):
        db.execute(
            "INSERT INTO citations (release, n, title, doc_number, start) VALUES (?, ?, ?, ?, 0)", [id, n, cited, of]
        )
    documents.join(db, id)


def targets(db: Database, release: int) -> list[int | None]:
    return [
        row[0] for row in db.execute("SELECT target FROM citations WHERE release = ? ORDER BY n", [release]).fetchall()
    ]


@pytest.mark.parametrize(
    ("title", "cited"),
    [
        ("溟川省海塘安全管理办法", "溟川省海塘安全管理办法"),
        ("溟川省人民政府关于促进海岛民生的若干意见", "关于促进海岛民生的若干意见"),
        ("溟川省人民政府关于印发《沿海防护林建设三年行动方案》的通知", "沿海防护林建设三年行动方案"),
        ("关于促进５Ｇ网络覆盖的指导意见", "关于促进5G 网络覆盖的指导意见"),
    ],
)
@pytest.mark.parametrize("document_first", [True, False])
def test_a_document_is_found_by_its_names(db: Database, title: str, cited: str, document_first: bool) -> None:
    if document_first:
        add(db, 1, title)
        add(db, 2, "某次会议", cites=((cited, ""),))
    else:
        add(db, 2, "某次会议", cites=((cited, ""),))
        add(db, 1, title)
    assert targets(db, 2) == [1]


def test_a_number_decides_before_a_name(db: Database) -> None:
    add(db, 1, "溟川省海塘安全管理办法", "溟政发〔2019〕3号")
    add(db, 2, "溟川省海塘安全管理办法", "溟政发〔2026〕12号")
    add(db, 3, "某次会议", cites=(("溟川省海塘安全管理办法", "溟政发〔2026〕12号"), ("溟川省海塘安全管理办法", "")))
    assert targets(db, 3) == [2, 1]


def test_short_and_unknown_names_join_nothing(db: Database) -> None:
    add(db, 1, "意见")
    add(db, 2, "某次会议", cites=(("意见", ""), ("关于一件别的事情的通知", "")))
    assert targets(db, 2) == [None, None]


def test_a_release_is_not_its_own_document(db: Database) -> None:
    add(db, 1, "关于修订《溟川省海塘安全管理办法》的说明", cites=(("关于修订《溟川省海塘安全管理办法》的说明", ""),))
    assert targets(db, 1) == [None]


def test_a_title_that_changes_lets_go_of_what_no_longer_fits(db: Database) -> None:
    add(db, 1, "溟川省海塘安全管理办法")
    add(db, 2, "某次会议", cites=(("溟川省海塘安全管理办法", ""),))
    db.execute("UPDATE releases SET title = '另一件事情的通知全文' WHERE id = 1")
    documents.join(db, 1)
    assert targets(db, 2) == [None]
