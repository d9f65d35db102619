import importlib.util

import numpy as np
import pytest

from pipelines.documents import ocr
from pipelines.documents.ocr import read_scanned
from tests.pipelines.documents.made import docx, lines, paragraph, pdf, png

WITHOUT = importlib.util.find_spec("rapidocr") is None
needed = pytest.mark.skipif(WITHOUT, reason="the extra [ocr] is not installed")
LONG = "全市各级部门要认真落实会议部署抓好重点工程建设确保按期完成年度任务"
MIXED = pdf([lines(LONG * 2), []], picture=True)


def test_a_file_with_characters_is_read_as_ever() -> None:
    assert read_scanned(docx(paragraph("正文"))).method == "docx"
    assert read_scanned(pdf([lines("正文")])).method == "pdf"


@pytest.mark.skipif(not WITHOUT, reason="the extra [ocr] is installed")
def test_without_the_extra_a_scan_has_no_text() -> None:
    assert [read_scanned(body).state for body in (png(9, 9), pdf([[]], picture=True))] == ["scanned", "scanned"]


def test_pages_with_characters_keep_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    monkeypatch.setattr(ocr, "read_pixels", lambda pixels: f"{pixels.shape[0] > 2000}")
    document = read_scanned(MIXED)
    assert (document.state, document.method, document.pages) == ("ok", "ocr", 2)
    assert document.text.replace("\n", "") == f"{LONG * 2}\fTrue"


def test_a_tall_picture_is_cut_between_its_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = np.full((3000, 400, 3), 255, np.uint8)
    for top in range(0, 3000, 40):
        pixels[top : top + 30 : 2, ::3] = 0  # a line of text
    strips: list[int] = []

    def engine(strip: ocr.Pixels) -> object:
        strips.append(strip.shape[0])
        return type(
            "Found", (), {"boxes": [np.array([[0, 0], [9, 0], [9, 9], [0, 9]])], "txts": [f"第{len(strips)}段"]}
        )

    monkeypatch.setattr(ocr, "_engine", lambda: engine)
    assert ocr.read_pixels(pixels) == "第1段\n第2段\n第3段\n第4段\n"
    assert sum(strips) == 3000
    cuts = [sum(strips[:at]) % 40 for at in range(1, len(strips))]
    assert all(cut >= 29 or cut == 0 for cut in cuts)


@pytest.mark.parametrize(
    ("found", "text"), [("收入5，049万元", "收入5,049万元"), ("共3，其中12，余5", "共3，其中12，余5")]
)
def test_a_comma_in_a_number_is_one_of_ascii(monkeypatch: pytest.MonkeyPatch, found: str, text: str) -> None:
    box = np.array([[0, 0], [90, 0], [90, 9], [0, 9]])
    monkeypatch.setattr(ocr, "_engine", lambda: lambda strip: type("Found", (), {"boxes": [box], "txts": [found]}))
    assert ocr.read_pixels(np.zeros((9, 90, 3), np.uint8)) == f"{text}\n"


@needed
def test_a_white_picture_is_empty() -> None:
    assert read_scanned(png(200, 200)).state == "empty"


@needed
def test_a_broken_picture_is_a_state() -> None:
    assert read_scanned(b"\x89PNG\r\n\x1a\nbroken").state == "failed"


@needed
def test_a_picture_of_too_many_pixels_is_a_state() -> None:
    assert read_scanned(png(20_000, 10_000)).state == "too-large"


@needed
@pytest.mark.slow
def test_words_in_a_picture_are_read() -> None:
    page = read_scanned(picture_of(pdf([lines("Notice 85,293.12", x=80)], size=20)))
    assert (page.state, page.method, page.text.replace(" ", "")) == ("ok", "ocr", "Notice85,293.12")


def picture_of(body: bytes) -> bytes:
    """A page as a PNG."""
    import io

    import pypdfium2

    made = io.BytesIO()
    pypdfium2.PdfDocument(body)[0].render(scale=2).to_pil().save(made, "PNG")
    return made.getvalue()
