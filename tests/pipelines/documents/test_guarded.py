import resource
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.cluster.killable import Apart
from pipelines.documents import guarded
from pipelines.documents.guarded import Guarded, Limits, read_confined
from tests.pipelines.documents.made import docx, paragraph

NOTICE = docx(paragraph("通报正文"))
LONG = docx(paragraph("正文" * 40) * 40_000)  # takes a second and 100 MB
MB = 1024 * 1024


@pytest.fixture
def reader() -> Iterator[Guarded]:
    with Guarded() as made:
        yield made


def test_it_reads_what_read_document_reads(reader: Guarded) -> None:
    document = reader.read(NOTICE, "a.docx", "application/pdf")
    assert (document.state, document.method, document.text) == ("ok", "docx", "通报正文")


def test_a_file_that_takes_too_long_is_left_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded, "READING", Limits(0.2, 256 * MB))
    with Guarded() as reader:
        document = reader.read(LONG)
        assert (document.state, document.reason) == ("failed", "took more than 0 seconds")
        assert reader.read(NOTICE).text == "通报正文"


def test_a_file_that_takes_too_much_memory_is_left_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded, "READING", Limits(20.0, 150 * MB))
    with Guarded() as reader:
        document = reader.read(LONG)
        assert document.state == "failed"
        assert "150 MB" in document.reason
        assert reader.read(NOTICE).text == "通报正文"


def test_the_process_reaches_nothing(tmp_path: Path) -> None:
    apart = Apart()
    try:
        assert apart.call(20, read_confined, NOTICE, "", "", False, 256 * MB).text == "通报正文"
        with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(PermissionError):
            apart.call(20, socket.create_connection, server.getsockname())
        with pytest.raises(PermissionError):
            apart.call(20, socket.getaddrinfo, "localhost", 80)
        with pytest.raises(OSError, match="too large"):
            apart.call(20, (tmp_path / "x").write_text, "x")
        assert apart.call(20, resource.getrlimit, resource.RLIMIT_DATA) == (256 * MB, 256 * MB)
    finally:
        apart.close()
