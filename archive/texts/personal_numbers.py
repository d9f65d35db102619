"""Numbers of persons in a text: identity cards, mobile telephones, bank cards. They are masked in everything published."""

import functools
import re
import sys
import unicodedata
from collections.abc import Callable, Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from archive.texts.folding import fold_one_for_one

# a rule sees every blank, hyphen and digit in one form, and no width: `_seen`
_DIGIT, _HYPHEN, _BLANK = r"(?![0-9])\d", "[－‐-―−~～〜﹣]", r"[^\S\n ]|[\u00ad\u200b-\u200d\u2060\ufeff]"
_FOLDED = re.compile(f"(?P<digit>{_DIGIT})|(?P<hyphen>{_HYPHEN})|(?P<blank>{_BLANK})|[x×✕Хх]")
_BEFORE = r"(?<![0-9A-Za-z_.=〕])"
_AFTER = r"(?![0-9A-Za-z_]|[.．][0-9])"
# a number with a unit or a currency behind it is no telephone: 13800000000元
_NO_SUM = (
    r"(?!\s?(?:[万亿]|余?[元万亿]|人民币|[美欧港日]元|英镑)"
    r"|人次|吨|股|千瓦|千克|立方|平方|公[里斤顷]|[米次件个株头只度份斤%％‰]|部(?!门))"
)
_GAP = r"(?:[-.·] ?\n?|[ \n])?"
_ID_CARD = re.compile(
    rf"{_BEFORE}(?:[0-9]{{6}}{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}}{_GAP}[0-9]{{3}}|(?:[0-9][ \n]?){{17}})[0-9X]{_AFTER}"
)
_CARD = re.compile(
    rf"(?<![¥￥$]){_BEFORE}[0-9]{{4}}([ -]?)[0-9]{{4}}\1[0-9]{{4}}\1[0-9]{{1,4}}(?:\1[0-9]{{1,3}})?{_AFTER}{_NO_SUM}"
)
# a country code may stand before a mobile's digits, but no other number with a hyphen
_COUNTRY = r"(?:(?:\+|00)86\)?|[(（](?:\+|00)?86[)）]|(?<![0-9]-)86(?=[- 1]))[- ]?"
_MOBILE_DIGITS = (
    r"(?:1[3-9][0-9](?:[0-9]{8}|-[0-9]{8}|[-.·]\n?[0-9]{4}[-.·]\n?[0-9]{4}|(?P<part>[ \n])[0-9]{4}(?P=part)[0-9]{4})"
    r"|[(（]1[3-9][0-9][)）][- ]?[0-9]{4}[- ]?[0-9]{4})"
)
_MOBILE = re.compile(f"(?<![¥￥$]){_BEFORE}(?:{_COUNTRY}|(?<![0-9]-))(?P<digits>{_MOBILE_DIGITS}){_AFTER}{_NO_SUM}")
# one mark may part two digits, blanks beside it; a line end stands where the page has <br>
_PART = r"\s{0,2}[-.．·・‧•,，、/／_()（）|]?\s{0,2}"
_LONG = re.compile(r"\d(?:[\W_]{0,5}\d){10}")  # each of the three has eleven digits: few texts need a closer look
_LOOSE_MOBILE = re.compile(
    rf"(?<![0-9])(?<![0-9][.．])(?:(?:0086|86|0(?![.．])){_PART})?(?P<digits>1{_PART}[3-9](?:{_PART}[0-9]){{9}})"
    rf"(?![0-9]|[.．][0-9]{{1,2}}(?![0-9])){_NO_SUM}"
)
_LOOSE_ID = re.compile(
    rf"(?<![0-9])(?P<digits>(?:[0-9]{_PART}){{6}}"
    rf"(?P<birth>(?:[12]{_PART}[890]{_PART})?[0-9]{_PART}[0-9]{_PART}[01]{_PART}[0-9]{_PART}[0-3]{_PART}[0-9])"
    rf"{_PART}(?:[0-9]{_PART}){{2}}[0-9](?:{_PART}[0-9X])?)(?![0-9A-Za-z])"
)
_NUMERALS = "〇○零一二三四五六七八九两幺"
_SPELT = re.compile(f"(?<![{_NUMERALS}])(?P<digits>[一幺][三四五六七八九][{_NUMERALS}]{{9}})(?![{_NUMERALS}])")
_BLOTTED = re.compile(f"[0-9X{_NUMERALS}]")
_SEPARATORS = re.compile("[^0-9X]")
_BESIDE = re.compile(
    r"[电電]\s*[话話]|手\s*[机機]|[联聯]\s*[系繫]|微\s*信|身\s*份\s*[证證号]|[证證]件|短\s*信|致\s*电"
    r"|[请可]拨|拨\s*[打通]|报名|咨询|(?:女士|先生|老师|师傅|经理)(?=[：:（(,，\s]{0,2}\Z)"
    r"|(?<![A-Za-z])(?:tel|phone|mobile|cell|whatsapp|wechat|wx|vx)",
    re.I,
)
_CODED = re.compile(r"[A-Za-z][A-Za-z0-9]*-(?:[A-Za-z0-9]+-)*$")  # ZJ-2023-
_HOST = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_GROUPED = re.compile(r"[0-9]{1,3}(?:[,，][0-9]{3})+(?![0-9])")  # 15,900,001,101
_NEAR = 20  # signs between such a word and the number
_NUMBERED = re.compile(r"(?:(?<!证)[编文案批货单期档序号]号|代码|索引号|流水号|条码)[：:为是\s]{0,2}$")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_LETTERS, _SPELT_DIGITS, _DIGITS = 1, 2, 3
# UnionPay; older cards of the Industrial and Commercial Bank; Visa; Mastercard; JCB
_ISSUERS = re.compile(r"62|9558|4|5[1-5]|35")


def mask_persons(text: str) -> str:
    """`text` with the numbers of identity cards, mobile telephones and bank cards masked, length for length.

    The first three digits stay, every further digit becomes *. Digits, hyphens and blanks count the same in every width
    and kind. An identity number has eighteen signs, a birthday and a right check sign, and may be divided behind the
    address, the year and the day, or by blanks; a bank card 16 to 19 digits, a known issuer and a right check digit (Luhn);
    a mobile eleven digits from 13 to 19, whole, in groups of 3-4-4 or, with a hyphen or brackets, of 3-8, with or without
    86 before it. Sums, document and serial numbers, and digits inside longer words or numbers are left alone.

    Within 20 signs behind 电话, 手机, 联系, 微信, Tel, 身份证 and the like, a mobile may be divided and begun in any way, and be
    spelt (一三八…), and an identity number may have fifteen digits, and any check sign, when a day stands in it.
    """
    return _masked(text, _is_beside)


def mask_figures(text: str) -> str:
    """`mask_persons` for values that stand alone, without the words beside which a number is looked for more closely."""
    return _masked(text, lambda _: True)


def suspected(texts: Sequence[str], *, scattered: bool = False) -> NDArray[np.bool_]:
    """Which of many texts hold eleven digits that nothing but signs divides, or eleven numerals in a run.

    All others hold no number that is masked. `scattered`: the digits or numerals may stand anywhere in the text.
    """
    begins = np.cumsum([0, *(len(text) + 1 for text in texts)])
    codes = np.frombuffer("\n".join(texts).encode("utf-32-le", "surrogatepass"), "<u4")
    kinds = _kinds()[codes]
    found = np.zeros(len(texts), bool)
    for kind, most in ((_DIGITS, 5), (_SPELT_DIGITS, 0)):
        at = np.flatnonzero(kinds == kind)
        owners = np.searchsorted(begins, at, "right") - 1
        if scattered:
            found |= np.bincount(owners, minlength=len(texts)) > 10
        else:
            apart = np.cumsum([False, *_are_apart(kinds, at, most)])
            found[owners[:-10][apart[10:] == apart[:-10]]] = True
    return found


def _are_apart(kinds: NDArray[np.uint8], at: NDArray[np.int64], most: int) -> NDArray[np.bool_]:
    """Whether each of these places and the next have more than `most` signs, or a letter, between them."""
    gaps = np.diff(at)
    apart = gaps > most + 1
    for step in range(1, most + 1):
        near = np.flatnonzero(gaps > step)
        apart[near[kinds[at[near] + step] != 0]] = True
    return apart


@functools.cache
def _kinds() -> NDArray[np.uint8]:
    """The kinds of all signs: digits of every script, numerals in which a number is spelt, other letters, and 0."""
    kinds = np.zeros(sys.maxunicode + 1, np.uint8)
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    for kind, signs in ((_LETTERS, r"[^\W_]"), (_SPELT_DIGITS, f"[{_NUMERALS}]"), (_DIGITS, r"\d")):
        kinds[[sign.start() for sign in re.finditer(signs, every)]] = kind
    return kinds


def _masked(text: str, fits: Callable[[re.Match[str]], bool]) -> str:
    if not _LONG.search(text) and not _SPELT.search(text):
        return text
    seen = _seen(text)
    shown = _mask(seen, fits)
    while (masked := _mask(shown, fits)) != shown:  # a number may stand free once the one beside it is blotted out
        shown = masked
    return "".join(own if sign == was else sign for own, was, sign in zip(text, seen, shown, strict=True))


def _seen(text: str) -> str:
    """`text`, sign for sign, with one form for the digits, hyphens and blanks of every kind."""
    return _FOLDED.sub(_one_form, fold_one_for_one(text))


def _one_form(sign: re.Match[str]) -> str:
    if sign["digit"]:
        return str(unicodedata.decimal(sign[0]))
    return "-" if sign["hyphen"] else " " if sign["blank"] else "X"


def _mask(text: str, fits: Callable[[re.Match[str]], bool]) -> str:
    text = _ID_CARD.sub(lambda found: _blot(found) if _is_id_card(found[0]) else found[0], text)
    text = _CARD.sub(lambda found: _blot(found) if _is_card(found[0]) and not _is_serial(found) else found[0], text)
    text = _MOBILE.sub(lambda found: found[0] if _is_serial(found) else _blot_digits(found), text)
    return _loosely(text, fits)


def _loosely(text: str, fits: Callable[[re.Match[str]], bool]) -> str:
    """Blot out the numbers that only look like one, where `fits` says so."""
    text = _LOOSE_ID.sub(lambda found: _blot_digits(found) if fits(found) and _is_loose_id(found) else found[0], text)
    for pattern in (_LOOSE_MOBILE, _SPELT):
        text = pattern.sub(
            lambda found: _blot_digits(found) if fits(found) and not _is_other(found) else found[0], text
        )
    return text


def _is_beside(found: re.Match[str]) -> bool:
    """Whether a word that says that a number of a person comes stands within 20 signs before the number."""
    return _BESIDE.search(found.string, max(0, found.start() - _NEAR - 6), found.start()) is not None


def _is_other(found: re.Match[str]) -> bool:
    """Whether what could be a mobile is a sum, the address of a computer, or a serial number."""
    is_code = _CODED.search(found.string, max(0, found.start() - _NEAR), found.start()) is not None
    return bool(_GROUPED.fullmatch(found["digits"]) or _HOST.fullmatch(found["digits"])) or is_code or _is_serial(found)


def _is_loose_id(found: re.Match[str]) -> bool:
    return _has_birthday(found) and not _is_serial(found)


def _has_birthday(found: re.Match[str]) -> bool:
    """Whether the digits behind the first six are a day: yyyymmdd of an identity number, or yymmdd of an old one."""
    digits = _SEPARATORS.sub("", found["digits"])
    if len(digits) not in (15, 18):
        return False
    birth = digits[6:-4] if len(digits) == 18 else digits[6:-3]
    year, month, day = int(birth[:-4].rjust(4, "0")), int(birth[-4:-2]), int(birth[-2:])
    return (len(digits) == 15 or 1850 <= year <= 2100) and 1 <= month <= 12 and 1 <= day <= 31


def _blot_digits(found: re.Match[str]) -> str:
    at = found.start("digits") - found.start()
    number = found["digits"]
    kept = next(place for place, count in enumerate(accumulate(sign.isalnum() for sign in number), 1) if count == 3)
    return found[0][:at] + number[:kept] + _BLOTTED.sub("*", number[kept:])


def _blot(found: re.Match[str]) -> str:
    number = found[0]
    return number[:3] + _BLOTTED.sub("*", number[3:])


def _is_serial(found: re.Match[str]) -> bool:
    return bool(_NUMBERED.search(found.string[max(0, found.start() - 6) : found.start()]))


def _is_id_card(number: str) -> bool:
    signs = _SEPARATORS.sub("", number)
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
