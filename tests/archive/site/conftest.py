"""The archive that most tests of the site read: the usual releases, and one whose every field is hostile."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.schema.open import open_archive
from archive.search import hits
from archive.site import searching
from tests.archive.conftest import add_release, fill, insert
from tests.archive.site.visiting import EVIL


@pytest.fixture(scope="session", autouse=True)
def patient() -> Iterator[None]:
    """A busy machine cuts no answer short: the limits of time are tested where a test sets them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hits, "PATIENCE", 60.0)
        patch.setattr(searching, "RANKING_LIMIT", 60_000)
        yield


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
