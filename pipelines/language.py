"""The language of a text, by its script."""

import re
from itertools import accumulate

from archive.model import Language

# the first script with its least share of the letters; kana come first, since Japanese holds more Han characters
_SCRIPTS: tuple[tuple[Language, re.Pattern[str], float], ...] = (
    ("ja", re.compile("[\u3040-\u30ff]+"), 0.1),
    ("zh", re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]+"), 0.2),
    ("bo", re.compile("[\u0f00-\u0fff]+"), 0.3),
    ("ug", re.compile("[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufeff]+"), 0.3),
    ("mn", re.compile("[\u1800-\u18af]+"), 0.3),
    ("ko", re.compile("[\uac00-\ud7af]+"), 0.3),
    ("ru", re.compile("[\u0400-\u04ff]+"), 0.3),
    ("en", re.compile("[A-Za-z]+"), 0.5),
)
_SAMPLE = 4_000  # characters
_NO_LETTERS = re.compile(r"[\W\d_]+")
_KANA = re.compile("[\u3040-\u30ff]")
_HAN = re.compile("[\u4e00-\u9fa5]+")
_SURELY_HAN = 0.2  # share of a sample without kana


def language_of(text: str) -> Language:
    """The language code of a text: `zh` unless another script prevails in its first 4,000 characters."""
    sample = text[:_SAMPLE]
    if sample and not _KANA.search(sample) and _is_surely_han(sample):
        return "zh"  # most texts; to tell letters from signs takes far longer
    letters = _NO_LETTERS.sub("", sample)
    for code, script, share in _SCRIPTS:
        if letters and sum(map(len, script.findall(letters))) >= share * len(letters):
            return code
    return "zh"


def _is_surely_han(sample: str) -> bool:
    """Whether enough of a sample is Han characters; most samples tell in their first third."""
    wanted = _SURELY_HAN * len(sample)
    return any(count >= wanted for count in accumulate(len(run[0]) for run in _HAN.finditer(sample)))
