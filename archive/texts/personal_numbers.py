"""Numbers of persons in a text: identity cards, mobile telephones, bank cards. They are masked in everything published."""

import re
from collections.abc import Callable
from itertools import accumulate

from archive.texts.folding import fold_signs

_D = "[0-9０-９]"
_BEFORE = "(?<![0-9０-９A-Za-zＡ-Ｚａ-ｚ_.=〕])"
_AFTER = "(?![0-9０-９A-Za-zＡ-Ｚａ-ｚ_]|[.．]" + _D + ")"
# a number with a unit or a currency behind it is no telephone: 13800000000元
_NO_SUM = (
    r"(?!\s?(?:[万亿]|余?[元万亿]|人民币|[美欧港日]元|英镑)"
    r"|人次|吨|股|千瓦|千克|立方|平方|公[里斤顷]|[米次件个株头只度份斤%％‰]|部(?!门))"
)
_ID_CARD = re.compile(f"{_BEFORE}{_D}{{6}} ?{_D}{{8}} ?{_D}{{3}}[0-9０-９XxＸｘ]{_AFTER}")
_CARD = re.compile(
    rf"(?<![¥￥$]){_BEFORE}{_D}{{4}}([ -]?){_D}{{4}}\1{_D}{{4}}\1{_D}{{1,4}}(?:\1{_D}{{1,3}})?{_AFTER}{_NO_SUM}"
)
# a country code may stand before a mobile's digits, but no other number with a hyphen
_MOBILE_BEFORE = rf"(?:{_BEFORE}(?<!{_D}[-－])|(?<=\+86)|(?<=[+ (（]86[ -)])|(?<=[+ (（]86）))"
_MOBILE_DIGITS = rf"[1１][3-9３-９]{_D}(?:{_D}{{8}}|([ -]){_D}{{4}}\1{_D}{{4}})"
_MOBILE = re.compile(f"(?<![¥￥$]){_MOBILE_BEFORE}{_MOBILE_DIGITS}{_AFTER}{_NO_SUM}")
# one mark may part two digits, blanks beside it; a line end stands where the page has <br>
_PART = r"\s?[-－‐-―−~～.．·・‧•,，、/／_()（）|\u00ad\u200b-\u200d\u2060]?\s?"
_LONG = re.compile(f"{_D}(?:{_PART}{_D}){{10}}")  # each of the three has eleven digits: few texts need a closer look
_LOOSE_MOBILE = re.compile(
    rf"(?<!{_D})(?:(?:0086|86|0){_PART})?(?P<digits>[1１][3-9３-９]{_D}(?:{_PART}{_D}){{8}})(?!{_D}){_NO_SUM}"
)
_LOOSE_ID = re.compile(
    rf"(?<!{_D})(?P<digits>(?:{_D}{_PART}){{6}}"
    rf"(?P<birth>(?:[12１２]{_PART}[89０-９0-9]{_PART})?{_D}{_PART}{_D}{_PART}[01０１]{_PART}{_D}{_PART}[0-3０-３]{_PART}{_D})"
    rf"{_PART}(?:{_D}{_PART}){{2}}{_D}(?:{_PART}[0-9０-９XxＸｘ])?)(?![0-9０-９A-Za-z])"
)
_NUMERALS = "〇○零一二三四五六七八九两幺"
_SPELT = re.compile(f"(?<![{_NUMERALS}])(?P<digits>[一幺][三四五六七八九][{_NUMERALS}]{{9}})(?![{_NUMERALS}])")
_SPELT_SIGN = re.compile(f"[{_NUMERALS}]")
_BESIDE = re.compile(
    r"[电電]\s*[话話]|手\s*[机機]|[联聯]\s*[系繫]|微\s*信|身\s*份\s*[证證]|[证證]件|短\s*信|致\s*电|拨\s*打"
    r"|(?<![A-Za-z])(?:tel|phone|mobile|cell|whatsapp|wechat|wx|vx)",
    re.I,
)
_GROUPED = re.compile(rf"{_D}{{1,3}}(?:[,，]{_D}{{3}})+(?!{_D})")  # 15,900,001,101
_NEAR = 20  # signs between such a word and the number
_NUMBERED = re.compile(r"(?:[编文案批货单期档序号]号|代码|索引号|流水号|条码)[：:为是\s]{0,2}$")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
# UnionPay; older cards of the Industrial and Commercial Bank; Visa; Mastercard; JCB
_ISSUERS = re.compile(r"62|9558|4|5[1-5]|35")


def mask_persons(text: str) -> str:
    """`text` with the numbers of identity cards, mobile telephones and bank cards blotted out, length for length.

    The first three digits stay, every further digit becomes *. An identity number has eighteen signs, a birthday and a
    right check sign; a bank card 16 to 19 digits, a known issuer and a right check digit (Luhn); a mobile eleven
    digits from 13 to 19. Sums, document and serial numbers, and digits inside longer words or numbers are left alone.

    Within 20 signs behind 电话, 手机, 联系, 微信, Tel, 身份证 and the like, a mobile may be divided and begun in any way, and be
    spelt (一三八…), and an identity number may have fifteen digits, and any check sign, when a day stands in it.
    """
    if not _LONG.search(text) and not _SPELT.search(text):
        return text
    while (masked := _mask(text)) != text:  # a number may stand free once the one beside it is blotted out
        text = masked
    return text


def mask_figures(text: str) -> str:
    """`mask_persons` for values that stand alone, without the words beside which a number is looked for more closely."""
    return _loosely(mask_persons(text), lambda _: True) if _LONG.search(text) or _SPELT.search(text) else text


def _mask(text: str) -> str:
    text = _ID_CARD.sub(lambda found: _blot(found) if _is_id_card(found[0]) else found[0], text)
    text = _CARD.sub(lambda found: _blot(found) if _is_card(found[0]) and not _is_serial(found) else found[0], text)
    text = _MOBILE.sub(lambda found: found[0] if _is_serial(found) else _blot(found), text)
    return _loosely(text, _is_beside) if _BESIDE.search(text) else text


def _loosely(text: str, fits: Callable[[re.Match[str]], bool]) -> str:
    """Blot out the numbers that only look like one, where `fits` says so."""
    text = _LOOSE_ID.sub(lambda found: _blot_digits(found) if fits(found) and _has_birthday(found) else found[0], text)
    for pattern in (_LOOSE_MOBILE, _SPELT):
        text = pattern.sub(
            lambda found: (
                _blot_digits(found) if fits(found) and not _is_serial(found) and not _is_sum(found) else found[0]
            ),
            text,
        )
    return text


def _is_beside(found: re.Match[str]) -> bool:
    """Whether a word that says that a number of a person comes stands within 20 signs before the number."""
    return _BESIDE.search(found.string, max(0, found.start() - _NEAR - 6), found.start()) is not None


def _is_sum(found: re.Match[str]) -> bool:
    return _GROUPED.fullmatch(found["digits"]) is not None


def _has_birthday(found: re.Match[str]) -> bool:
    """Whether the digits behind the first six are a day: yyyymmdd of an identity number, or yymmdd of an old one."""
    digits = [sign for sign in fold_signs(found["digits"]).upper() if sign in "0123456789X"]
    if len(digits) not in (15, 18):
        return False
    birth = "".join(digits[6:-4] if len(digits) == 18 else digits[6:-3])
    year, month, day = int(birth[:-4].rjust(4, "0")), int(birth[-4:-2]), int(birth[-2:])
    return (len(digits) == 15 or 1850 <= year <= 2100) and 1 <= month <= 12 and 1 <= day <= 31


def _blot_digits(found: re.Match[str]) -> str:
    at = found.start("digits") - found.start()
    number = found["digits"]
    kept = next(place for place, count in enumerate(accumulate(sign.isalnum() for sign in number), 1) if count == 3)
    rest = _SPELT_SIGN.sub("*", re.sub("[0-9０-９XxＸｘ]", "*", number[kept:]))
    return found[0][:at] + number[:kept] + rest


def _blot(found: re.Match[str]) -> str:
    number = found[0]
    return number[:3] + re.sub("[0-9０-９XxＸｘ]", "*", number[3:])


def _is_serial(found: re.Match[str]) -> bool:
    return bool(_NUMBERED.search(found.string[max(0, found.start() - 6) : found.start()]))


def _is_id_card(number: str) -> bool:
    signs = fold_signs(number).replace(" ", "").upper()
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
