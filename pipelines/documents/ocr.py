"""Words in pictures, by RapidOCR of the extra `[ocr]`; its models lie in its wheel."""

import functools
import importlib.util
import io
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.documents.document import PAGE, Document, Unread
from pipelines.documents.kind import kind_of
from pipelines.documents.layout import Box, read_boxes
from pipelines.documents.pdf import read_pdf
from pipelines.documents.read import cleaned, read_document

_DPI = 200
_MOST_PIXELS = 60_000_000
_TALL = 1.5  # heights of a strip, in widths of its picture; a taller picture is read strip by strip
_THOUSANDS = re.compile(r"(?<=\d)，(?=\d{3}(?!\d))")  # a comma in a number, taken for one of a sentence
_SURE = 0.5  # least certainty of a line

Pixels = NDArray[np.uint8]


def read_scanned(body: bytes, name: str = "") -> Document:
    """A file whose words, or some of them, stand in pictures: a scanned PDF or a picture.

    Its method is `ocr` as soon as one page was read so. Without the extra it is read as `read_document` reads it.
    """
    if importlib.util.find_spec("rapidocr") is None:
        return read_document(body, name)
    try:
        if kind_of(body, name, "") == "pdf":
            return cleaned(read_pdf(body, _look))
    except Unread as problem:
        return _picture(body) if problem.state == "scanned" else Document(problem.state, "", problem.reason)
    return read_document(body, name)


def _look(page: Any) -> str:
    width, height = page.get_size()
    scale = min(_DPI / 72, (_MOST_PIXELS / max(1.0, width * height)) ** 0.5)
    return read_pixels(page.render(scale=scale).to_numpy())


def _picture(body: bytes) -> Document:
    from PIL import Image, ImageSequence  # a dependency of the extra

    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS // 2  # Pillow refuses twice as many
    try:
        with Image.open(io.BytesIO(body)) as picture:
            frames = ImageSequence.Iterator(picture) if picture.format == "TIFF" else [picture]
            pages = [read_pixels(np.asarray(frame.convert("RGB"))[:, :, ::-1]) for frame in frames]
    except Image.DecompressionBombError as error:
        return Document("too-large", "ocr", str(error)[:80])
    except (OSError, SyntaxError, ValueError):
        return Document("failed", "ocr", "a broken picture")
    return cleaned(Document("ok", "ocr", "", len(pages), PAGE.join(pages)))


def read_pixels(pixels: Pixels) -> str:
    """The words in a picture (blue, green, red), by their places."""
    boxes: list[Box] = []
    for top, strip in _strips(pixels):
        found = _engine()(strip)
        corners = [] if found.boxes is None else found.boxes
        for corner, text in zip(corners, found.txts or (), strict=True):
            (left, high), (right, low) = corner.min(axis=0), corner.max(axis=0)
            boxes.append(Box(float(left), float(high) + top, float(right), float(low) + top, text))
    return _THOUSANDS.sub(",", read_boxes(boxes))


def _strips(pixels: Pixels) -> Iterator[tuple[int, Pixels]]:
    """A tall picture in strips, each cut where its rows are most even, with the place of its first row."""
    height, width = pixels.shape[:2]
    most, top = max(1000, int(_TALL * width)), 0
    while height - top > most:
        rows = pixels[top + most // 2 : top + most].astype(np.float32).std(axis=(1, 2))
        cut = top + most // 2 + int(len(rows) - 1 - np.argmin(rows[::-1]))
        yield top, pixels[top:cut]
        top = cut
    yield top, pixels[top:]


@functools.cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.text_score": _SURE,
            "EngineConfig.onnxruntime.enable_cpu_mem_arena": False,
        }
    )
