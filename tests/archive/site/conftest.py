"""The archive that most tests of the site read: the usual releases, and one whose every field is hostile."""

from pathlib import Path

import pytest

from archive.schema.open import open_archive
from tests.archive.conftest import add_release, fill, insert
from tests.archive.site.visiting import EVIL


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "data"
    db = open_archive(folder)
    fill(db.conn)
    add_release(
        db.conn, 5, "yunling", EVIL, f"{EVIL}\n{EVIL}\t{EVIL}\n普通的一段。", url="javascript:alert(1)", author=EVIL
    )
    insert(db.conn, "citations", release=5, n=0, title=EVIL, start=0)
    db.close()
    return folder
