"""Numbers of persons in a text: identity cards, mobile telephones, bank cards. They are masked in everything published."""

import re

from archive.texts.width import fold

_D = "[0-9０-９]"
_BEFORE = "(?<![0-9０-９A-Za-zＡ-Ｚａ-ｚ_.=〕])"
_AFTER = "(?![0-9０-９A-Za-zＡ-Ｚａ-ｚ_]|[.．]" + _D + ")"
# a number with a unit or a currency behind it is no telephone: 13800000000元
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


def mask_persons(text: str) -> str:
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
    signs = fold(number).replace(" ", "").upper()
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
