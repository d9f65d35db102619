"""Numbers of persons in a text: identity cards, mobile telephones, bank cards. They are masked in everything published."""

import functools
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from archive.texts.folding import fold_one_for_one

# a rule sees every blank, hyphen and digit in one form, and no width
_DIGIT, _HYPHEN, _BLANK = r"(?![0-9])\d", "[－‐-―−~～〜﹣]", r"[^\S\t\n ]|[\u00ad\u200b-\u200d\u2060\ufeff]"
_FOLDED = re.compile(f"(?P<digit>{_DIGIT})|(?P<hyphen>{_HYPHEN})|(?P<blank>{_BLANK})|[x×✕Хх]")
# an underscore parts a number from the rest of a file's name: 张三_13800138000.pdf
_BEFORE = r"(?<![0-9A-Za-z.=〕])"
_AFTER = r"(?![0-9A-Za-z]|[.．][0-9])"
# a number with a unit or a currency beside it is no telephone: 13800000000元, ￥ 13800000000
_NO_PRICE = r"(?<![¥￥$])(?<![¥￥$] )(?<!人民币)(?<!人民币[ :：])"
_LONG_UNIT = (
    r" ?(?:余?[万亿]元|元?人民币|[美欧港日]元|英镑|(?i:[kmg]wh?|kva?|kg|[khcm]?m[2²3³]|[kcm]m|[mgt]b)(?![A-Za-z]))"
    r"|人次|千瓦|千克|立方|平方|公[里斤顷]"
)
# surnames that are units too: 13800138000万先生, 13800138000米某. 元某项目 goes on about a sum
_SOMEBODY = (
    r"(?: ?(?:[万米羽](?:某|[\u3400-\u9fff]{0,2}(?:先生|女士|老师|师傅|经理|主任|[局处科股所站队院校部村镇乡]长|书记|医生|律师))"
    r"|元(?:先生|女士|老师|师傅)))"
)
_UNIT = r" ?余?[元万亿]|[吨股米次件个株头只度份斤亩笔尾羽枚粒颗条套棵%％‰㎡㎥]|部(?!门)"
_UNIT_CELL = r"\t(?:[百千万亿]{0,2}元|[吨件个台辆户人次])(?![^\t\n])"
_NO_SUM = f"(?!(?!{_SOMEBODY})(?:{_LONG_UNIT}|{_UNIT}|{_UNIT_CELL}))"
# beside 电话, a unit of one sign with a character behind it is the next word's: 13800138000万先生, 13800138000次日可打
_NO_ENDED_SUM = rf"(?!{_LONG_UNIT}|(?:{_UNIT})(?![\u3400-\u9fff])|{_UNIT_CELL})"
_GAP = r"(?:[-.·] ?\n?|[ \t\n])?"
_ID_CARD = re.compile(
    rf"{_BEFORE}(?:[0-9]{{6}}{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}}{_GAP}[0-9]{{3}}|(?:[0-9][ \t\n]?){{17}})[0-9X]{_AFTER}"
)
_CARD = re.compile(
    rf"{_NO_PRICE}{_BEFORE}[0-9]{{4}}([ -]?)[0-9]{{4}}\1[0-9]{{4}}\1[0-9]{{1,4}}(?:\1[0-9]{{1,3}})?{_AFTER}{_NO_SUM}"
)
# a country code may stand before a mobile's digits, but no other number with a hyphen
_COUNTRY = (
    r"(?:(?:(?:\+|00)86\)?|[(（](?:\+|00)?86[)）]|(?<![0-9]-)86(?=[- 1]))[- ]?|(?:\+|00)86[.·]"
    r"|[(（](?:\+|00)?86[- ]?(?=[0-9]{3}[)）]))"
)
_MOBILE_DIGITS = (
    r"(?:1[3-9][0-9](?:[0-9]{8}|-[0-9]{8}|[-.·]\n?[0-9]{4}[-.·]\n?[0-9]{4}|(?P<part>[ ]|(?<!\n[0-9]{3})(?<!\A[0-9]{3})\n)[0-9]{4}(?P=part)[0-9]{4})"
    r"|(?:[(（]|(?<=86)|(?<=86[- ]))1[3-9][0-9][)）][- ]?[0-9]{4}[- ]?[0-9]{4})"
)
_MOBILE = re.compile(f"{_NO_PRICE}{_BEFORE}(?:{_COUNTRY}|(?<![0-9]-))(?P<digits>{_MOBILE_DIGITS}){_AFTER}{_NO_SUM}")
# one sign or a doubled dash may part two digits, blanks beside it; a line end stands where the page has <br>
# \u20e3 makes keys of the digits before it
_PART = r"(?:\s{0,2}(?:[^\w\s]|_)\s{0,2}|\s?--\s?|\s{0,4}|\ufe0f?\u20e3\ufe0f?)"
_NUMERALS = "〇○零一二三四五六七八九两幺壹贰叁肆伍陆柒捌玖"
FEWEST = 11  # digits or numerals of a number that is masked
# each of them has eleven digits or numerals: few texts need a closer look
_LONG = re.compile(rf"\d(?:[\W_]{{0,5}}\d){{10}}|[{_NUMERALS}](?:[\W_]{{0,5}}[{_NUMERALS}]){{10}}")
_LOOSE_MOBILE = re.compile(
    rf"{_NO_PRICE}(?<![0-9])(?<![0-9][.．])(?:(?:0086|86|0(?![.．])){_PART})?(?P<digits>1{_PART}[3-9](?:{_PART}[0-9]){{9}})"
    rf"(?![0-9]|[.．][0-9]{{1,2}}(?![0-9])){_NO_ENDED_SUM}"
)
_LOOSE_ID = re.compile(
    rf"(?<![0-9])(?P<digits>(?:[0-9]{_PART}){{6}}"
    rf"(?P<birth>(?:[12]{_PART}[890]{_PART})?[0-9]{_PART}[0-9]{_PART}[01]{_PART}[0-9]{_PART}[0-3]{_PART}[0-9])"
    rf"{_PART}(?:[0-9]{_PART}){{2}}[0-9](?:{_PART}[0-9X])?)(?![0-9A-Za-z])"
)
_SPELT = re.compile(
    f"(?<![{_NUMERALS}])(?P<digits>[一幺壹]{_PART}[三四五六七八九叁肆伍陆柒捌玖](?:{_PART}[{_NUMERALS}]){{9}})(?![{_NUMERALS}])"
)
_BLOTTED = re.compile(f"[0-9X{_NUMERALS}]")
_SEPARATORS = re.compile("[^0-9X]")
_IDENTITY_WORDS = r"身\s*份\s*[证證号]|社会保障号|[证證]件|公民|居住[证證]|驾驶[证證]|(?<![A-Za-z])(?:sfz|id[ _]?card)"
_BESIDE_IDENTITY = re.compile(_IDENTITY_WORDS, re.I)
_BESIDE = re.compile(
    r"[电電]\s*[话話]|手\s*[机機]|[联聯]\s*[系繫络絡]|微\s*信|短\s*信|[致来]\s*电|热\s*线|[报爆]料|举报|投诉|预约"
    r"|[请可]拨|拨\s*[打通]|报名|咨询|加\s*[vV]|(?:女士|先生|老师|师傅|经理)(?=[：:（(,，\s]{0,2}\Z)"
    rf"|(?<![A-Za-z])(?:tel|phone|mob|cell|whatsapp|wechat|wx|vx)|{_IDENTITY_WORDS}",
    re.I,
)
_CODED = re.compile(r"[A-Za-z][A-Za-z0-9]*-(?:[A-Za-z0-9]+-)*$")  # ZJ-2023-
_HOST = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?::[0-9]{1,5})?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:[,，][0-9]{3})+(?:[.．][0-9]+)?")  # 15,900,001,101; 159,000,022.06
_CLOCK = re.compile(r"(?<![0-9:])(?:[01]?[0-9]|2[0-3])(?::[0-5][0-9]){1,2}(?![0-9:])")  # 13:30-17:00，8:30
_NEAR = 20  # signs between such a word and the number
# hours or a request that stand between the word and the number: 电话（工作日八点半至十二点）：
_ASIDE = re.compile(r"[（(][^（()）\n]{1,80}[）)][：: ]{0,2}\Z")
_BEHIND = re.compile(r"\s?[（(]\s?(?:微信|同微信|微信同号|手机号?|移动电话|短信|微信号?同号|同步微信)\s?[）)]")
# 手机用户（户）, 手机产量: the next cells and lines are figures
_AMOUNT = re.compile(r"(?:[量户数额率费值款]|[（(][^（()）\n]*[百千万亿%％台部户个元次件吨][)）])[：:\s]*\Z")
# numbers of offices, days and times of day, which stand beside the same words: digits of two of them are no number
_DAY = re.compile(
    r"(?<![0-9])(?<!(?<![0-9])1[3-9][0-9]\W)(?:19|20)[0-9]{2}([-./])(?:1[0-2]|0?[1-9])\1(?:[12][0-9]|3[01]|0?[1-9])(?![0-9])"
    r"|(?<![0-9])(?<!1[3-9][0-9]\W)(?:19|20)[0-9]{2}(?:1[0-2]|0[1-9])(?:[12][0-9]|3[01]|0[1-9])(?![0-9])"
)
_AREA = "0(?:10|2[0-9]|[3-9][0-9]{2})"
_LANDLINE = re.compile(
    rf"(?<![0-9])(?<![0-9]-)(?:[(（]{_AREA}[)）]|{_AREA}\)?)[- ]?[2-8][0-9]{{2,3}}[- ]?[0-9]{{4}}(?:-[0-9]{{1,5}})?(?![0-9])"
    r"|(?<![0-9])[48]00[- ]?[0-9]{3}[- ]?[0-9]{4}(?![0-9])"
)
_POSTAL = re.compile(r"邮政?编码?[：: ]{0,2}\Z")
_OFFICIAL = re.compile(
    rf"{_DAY.pattern}|(?<![0-9:])(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?![0-9:])|{_LANDLINE.pattern}"
    r"|邮政?编码?[：: ]{0,2}[0-9]{6}(?![0-9])"
)
# 编号, but not 残疾证编号, whose number is the one of an identity card
_THING = r"(?:(?<!证)(?<!证件)(?<!身份)(?:[编文案批货单期档序号]号|编码)|许可证编号|代码|索引号|流水号|条码)"
# 编号：, 编号：HDZB-, but not 编号 at the end of the line above, which heads a column
_NUMBERED = re.compile(rf"{_THING}(?:[：:为是 ]{{0,2}}|[：:]\n)(?:[A-Za-z][A-Za-z0-9]*-(?:[A-Za-z0-9]+-)*)?\Z")
# eleven digits behind the name of a paper's number are no telephone: 合格证编号15900001101, 合同号15900001101
_PAPER = re.compile(
    r"(?:(?<!身份)证编号|(?:合同|受理|许可证|执照|房产证|产权证|土地证|证书|学|考生|准考证|考|发票|监管)号码?|(?<![机信话])(?:登记|注册)号"
    r"|(?<!用)户号|工单|ICP备|网安备)[：:为是 ]{0,2}\Z"
)
_SUM = re.compile(r"[（(][百千万亿]?元[)）][:：]?\Z")  # 总价（元）：15900001101
_ACCOUNT = re.compile(r"[账帐][号户](?:号码)?[：:为是 ]{0,2}\Z")  # 账号：159 0000 1101 138
_WORDS = re.compile(r"[^\W\d_].*[^\W\d_]")
_LONGEST_HEAD = 20  # signs; a longer cell heads no column
_THINGS_HEAD = re.compile(
    rf"(?:{_THING}|考证?号|(?<![0-9 ])[(（][百千万亿]{{0,2}}元)[)）]?\Z"
)  # 岗位代码, 准考证号, 金额（元）
_SUMS_HEAD = re.compile(r"(?:[数额款费]|合计|收入|支出)\Z")  # 决算数, in a table below 单位：元
_SUMS_ABOVE = re.compile(r"单位[：:] ?[百千万亿]{0,2}元")
# an identity number's first group; the first of 8274609、82746091 is a landline
_AS_IDENTITY = re.compile(r"(?:[0-9]|[0-9]{4}|[0-9]{6})[^0-9]|[0-9]{15}")
_THINGS_CELL = re.compile(r"\s*1[3-9][0-9]{9}\s*")
_IN_ADDRESS = re.compile(r"/[A-Za-z0-9_.-]*[A-Za-z][A-Za-z0-9_.-]*_$")  # http://a.example/art_
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_LETTERS, _SPELT_DIGITS, _DIGITS = 1, 2, 3
# UnionPay; older cards of the Industrial and Commercial Bank; Visa; Mastercard; JCB
_ISSUERS = re.compile(r"62|9558|4|5[1-5]|35")


_Head = Literal["person", "identity", "thing"]
_Fits = Callable[[re.Match[str], re.Pattern[str]], bool]  # whether one of these words stands before the number


def mask_persons(text: str) -> str:
    """`text` with the numbers of identity cards, mobile telephones and bank cards masked, length for length.

    The first three digits stay, every further digit becomes *. Digits, hyphens and blanks count the same in every width
    and kind. An identity number has eighteen signs, a birthday and a right check sign, and may be divided behind the
    address, the year and the day, or by blanks; a bank card 16 to 19 digits, a known issuer and a right check digit (Luhn);
    a mobile eleven digits from 13 to 19, whole, in groups of 3-4-4 or, with a hyphen or brackets, of 3-8, with or without
    86 before it. Left alone are sums (a currency or a unit beside them, or in the next cell), what 编号, 编码, 代码 and the like
    call a number of a paper or a thing, also with Latin letters before it (编号：HDZB-13800138000), eleven digits behind 合同号,
    学号, 发票号码, ICP备 and the like, and behind 账号 where they go on, and digits inside longer words, numbers and addresses. An underscore ends a word.

    Within 20 signs behind 电话, 手机, 联系, 微信, 热线, Tel, 身份证, sfzh and the like (words in brackets between do not count),
    or before （手机） or （微信同号）, a mobile may be begun in any way, be
    divided by any single sign or a doubled dash, and be spelt (一三八…, 壹叁捌…); a unit of one sign is none when a character
    follows (万先生). Elsewhere one is none before a title or 某 where it is a surname too (万先生, 米某). What begins with a time of day, is grouped by thousands, or is the address of a computer is left alone;
    so is what has a digit of a day (2026-03-05, 20260305), a time of day, a landline (0999-8812345, 400-800-1234) or a postal
    code in it. An identity number may have fifteen digits there, and any check sign, when a day stands in it, unless it
    begins as a year does or has a time of day, a landline or another day in it. Its first group has six digits, or four, or
    one, unless the word is one of identity (身份证, 证件, sfzh).

    Cells side by side are figures: digits that a tab divides are no mobile and no bank card, but where such a word stands
    in the cell before (联系电话, 159, 0000, 1101). Nor are lines that are nothing but digits, but below such a word. A word
    that ends as a figure's name does (手机用户（户）, 手机产量) is none for either.

    In a table, lines with tabs one below the other, a head with such a word says so of all cells below it: 联系电话,
    身份证号. A cell that is nothing but eleven digits stays below a head that ends with 编号, 代码, 准考证号 and the like or
    with （元）, or with 数, 额, 款, 费, 合计, 收入, 支出 where the line above the table says 单位：元, when neither the head nor
    the row before the cell has such a word. A head has 20 signs at most. It holds until the next one; the latter kind only
    until other words stand in the column, and in rows of as many cells as its own.
    """
    return _masked(text, _is_beside)


def mask_figures(text: str) -> str:
    """`mask_persons` for values that stand alone, without the words beside which a number is looked for more closely."""
    return _masked(text, _stands_alone)


def suspected(texts: Sequence[str], *, scattered: bool = False) -> NDArray[np.bool_]:
    """Which of many texts hold eleven digits, or eleven numerals, that nothing but five signs or fewer divide.

    All others hold no number that is masked. `scattered`: the digits or numerals may stand anywhere in the text.
    """
    begins = np.cumsum([0, *(len(text) + 1 for text in texts)])
    codes = np.frombuffer("\n".join(texts).encode("utf-32-le", "surrogatepass"), "<u4")
    kinds = _kinds()[codes]
    found = np.zeros(len(texts), bool)
    for kind in (_DIGITS, _SPELT_DIGITS):
        at = np.flatnonzero(kinds == kind)
        owners = np.searchsorted(begins, at, "right") - 1
        if scattered:
            found |= np.bincount(owners, minlength=len(texts)) > 10
        else:
            apart = np.cumsum([False, *_are_apart(kinds, at)])
            found[owners[:-10][apart[10:] == apart[:-10]]] = True
    return found


def _are_apart(kinds: NDArray[np.uint8], at: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each of these places and the next have more than five signs, or a letter, between them."""
    gaps = np.diff(at)
    apart = gaps > 6
    for step in range(1, 6):
        near = np.flatnonzero(gaps > step)
        apart[near[kinds[at[near] + step] != 0]] = True
    return apart


@functools.cache
def _kinds() -> NDArray[np.uint8]:
    """The kinds of all signs, folded: digits of every script, numerals in which a number is spelt, other letters, and 0."""
    kinds = np.zeros(sys.maxunicode + 1, np.uint8)
    every = fold_one_for_one("".join(map(chr, range(sys.maxunicode + 1))))
    for kind, signs in ((_LETTERS, r"[^\W_]"), (_SPELT_DIGITS, f"[{_NUMERALS}]"), (_DIGITS, r"\d")):
        kinds[[sign.start() for sign in re.finditer(signs, every)]] = kind
    return kinds


def _masked(text: str, fits: _Fits) -> str:
    # folding leaves the digits of ASCII as they are, and a sign of no word one
    if len(text) < FEWEST or (text.isascii() and not _LONG.search(text)):
        return text
    folded = fold_one_for_one(text)
    if not _LONG.search(folded):
        return text
    seen = _FOLDED.sub(_one_form, folded)
    if "\t" in folded:
        seen, shown = _by_columns(folded, seen)
        shown = _mask(shown, fits)
    else:
        shown = _mask(seen, fits)
    while (masked := _mask(shown, fits)) != shown:  # a number may stand free once the one beside it is blotted out
        shown = masked
    return "".join(own if sign == was else sign for own, was, sign in zip(text, seen, shown, strict=True))


def _by_columns(folded: str, seen: str) -> tuple[str, str]:
    """`seen` with letters for the numbers of things in its tables, and the same with the numbers of persons masked."""
    kept: list[str] = []
    shown: list[str] = []
    at = 0
    for start, end, head in _cells(folded):
        cell = seen[start:end]
        row = seen.rfind("\n", 0, start) + 1
        if head == "thing" and _THINGS_CELL.fullmatch(cell) and not _BESIDE.search(seen, row, start):
            cell = "数" * len(cell)
        kept += (seen[at:start], cell)
        shown += (seen[at:start], _loosely(cell, _below(head)) if head != "thing" else cell)
        at = end
    return "".join((*kept, seen[at:])), "".join((*shown, seen[at:]))


def _below(head: _Head) -> _Fits:
    return lambda _, words: words is _BESIDE or head == "identity"


def _cells(folded: str) -> Iterator[tuple[int, int, _Head]]:
    """The cells below heads of persons or of things: start, end, and the kind of the head."""
    above, width, at = "", 0, 0
    heads: dict[int, _Head | None] = {}
    for line in folded.split("\n"):
        cells = line.split("\t")
        if len(cells) == 1:
            above, heads = line, {}
        elif len(cells) != width:  # the columns of things may have moved
            heads = {column: head for column, head in heads.items() if head != "thing"}
        width = len(cells)
        for column, cell in enumerate(cells if width > 1 else ()):
            head = heads[column] = _head(cell, above, heads.get(column))
            if head is not None and len(cell) >= FEWEST:
                yield at, at + len(cell), head
            at += len(cell) + 1
        at += len(line) + 1 if width == 1 else 0


def _head(cell: str, above: str, before: _Head | None) -> _Head | None:
    """The kind of numbers that a cell heads; None: no kind. Without words it goes on with the head `before`."""
    if not _WORDS.search(cell):
        return before
    if len(cell) <= _LONGEST_HEAD:
        of_person = _BESIDE.search(cell) is not None
        of_thing = _THINGS_HEAD.search(cell) or (_SUMS_HEAD.search(cell) and _SUMS_ABOVE.search(above))
        if of_person != bool(of_thing):
            return "thing" if of_thing else "identity" if _BESIDE_IDENTITY.search(cell) else "person"
    return before if before != "thing" else None


def _one_form(sign: re.Match[str]) -> str:
    """One form for the digits, hyphens and blanks of every kind, and for X."""
    if sign["digit"]:
        return str(unicodedata.decimal(sign[0]))
    return "-" if sign["hyphen"] else " " if sign["blank"] else "X"


def _mask(text: str, fits: _Fits) -> str:
    text = _ID_CARD.sub(
        lambda found: _blot(found) if _is_id_card(found[0]) and not _is_serial(found) else found[0], text
    )
    text = _CARD.sub(lambda found: _blot(found) if _is_card(found[0]) and not _is_serial(found) else found[0], text)
    text = _MOBILE.sub(
        lambda found: found[0] if _is_of_thing(found) or _is_in_address(found) else _blot_digits(found), text
    )
    return _loosely(text, fits)


def _loosely(text: str, fits: _Fits) -> str:
    """Blot out the numbers that only look like one, where `fits` says so."""
    text = _LOOSE_ID.sub(
        lambda found: (
            _blot_digits(found)
            if _is_loose_id(found)
            and (fits(found, _BESIDE_IDENTITY) or (_AS_IDENTITY.match(found["digits"]) and fits(found, _BESIDE)))
            else found[0]
        ),
        text,
    )
    if not any(fits(found, _BESIDE) for pattern in (_LOOSE_MOBILE, _SPELT) for found in pattern.finditer(text)):
        return text
    seen = shown = _OFFICIAL.sub(lambda found: "日" * len(found[0]), text)
    for pattern in (_LOOSE_MOBILE, _SPELT):
        shown = pattern.sub(
            lambda found: _blot_digits(found) if fits(found, _BESIDE) and not _is_other(found) else found[0], shown
        )
    if shown == seen:
        return text
    return "".join(own if sign == was else sign for own, was, sign in zip(text, seen, shown, strict=True))


def _is_beside(found: re.Match[str], words: re.Pattern[str]) -> bool:
    """Whether a word that says that a number of a person comes stands within 20 signs before the number.

    Of cells or lines that only together make a number, it stands in the cell before, or in the line before; a head of
    figures is none.
    """
    text, start, number = found.string, found.start(), found["digits"]
    first = max(0, start - _NEAR - 6)
    if divided := "\t" in number or "\n" in number:
        first = max(first, _last(text, first, start, "\t\n" if "\t" in number else "\n"))
    if words.search(text, first, start) is not None:
        return not (divided and _AMOUNT.search(text[first:start]))
    aside = None if divided else _ASIDE.search(text, max(0, start - 90), start)
    return words is _BESIDE and (
        (aside is not None and words.search(text, max(0, aside.start() - _NEAR), aside.start()) is not None)
        or _BEHIND.match(text, found.end()) is not None
    )


def _stands_alone(found: re.Match[str], words: re.Pattern[str]) -> bool:
    number = found["digits"]
    return not ("\t" in number or "\n" in number) or _is_beside(found, words)


def _last(text: str, start: int, end: int, ends: str) -> int:
    """Where the last cell or line with a letter before `end` begins; not above the line where only cells are asked for."""
    if "\t" in ends:
        start = max(start, text.rfind("\n", start, end) + 1)
    while end > start and not text[end - 1].isalpha():
        end -= 1
    return max(start, 1 + max(text.rfind(sign, start, end) for sign in ends))


def _is_other(found: re.Match[str]) -> bool:
    """Whether what could be a mobile is a sum, the address of a computer, a row of times, or a serial number."""
    number = found["digits"]
    if _GROUPED.fullmatch(number) or _HOST.fullmatch(number) or _CLOCK.match(number):
        return True
    is_code = _CODED.search(found.string, max(0, found.start() - _NEAR), found.start()) is not None
    return is_code or _is_of_thing(found)


def _is_of_thing(found: re.Match[str]) -> bool:
    """Whether these eleven digits are a paper's number, a sum behind its unit, or the beginning of an account's."""
    text, start, end = found.string, found.start(), found.end()
    before = text[max(0, start - _NEAR) : start]
    goes_on = end + 1 < len(text) and text[end] in " -" and text[end + 1].isdecimal()
    return (
        _is_serial(found)
        or bool(_PAPER.search(before) or _SUM.search(before))
        or (goes_on and bool(_ACCOUNT.search(before)))
    )


def _is_loose_id(found: re.Match[str]) -> bool:
    number, text, (start, end) = found["digits"], found.string, found.span("digits")
    days = _DAY.finditer(text, start, end + 10)
    # no region has a number that begins with 19 or 20, as years do; a day stands behind the six digits of a region alone
    return _has_birthday(found) and not (
        number.startswith(("19", "20"))
        or _CLOCK.search(number)
        or any(len(_SEPARATORS.sub("", text[start : day.start()])) != 6 for day in days if day.start() < end)
        or any(
            line.end() > start for line in _LANDLINE.finditer(text, max(0, start - 8), end + 9) if line.start() < end
        )
        or _is_serial(found)
        or _POSTAL.search(text, max(0, start - 6), start)
    )


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
    """Whether a word for the numbers of papers and things stands right before the number, or before its Latin prefix."""
    return bool(_NUMBERED.search(found.string[max(0, found.start() - _NEAR - 6) : found.start()]))


def _is_in_address(found: re.Match[str]) -> bool:
    return bool(_IN_ADDRESS.search(found.string[max(0, found.start() - 40) : found.start()]))


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
