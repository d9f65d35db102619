"""The days on which a document takes effect and ends, in the clauses that speak of the document itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from archive.texts.days import Day, days_in

Name = Literal["effective", "expires"]

_KINDS = (
    "法|条例|办法|规定|细则|规则|决定|决议|命令|令|通知|通告|公告|公报|意见|方案|措施|规程|规范|标准|目录|清单|章程|制度|政策"
    "|指南|预案|规划|批复|协定|公约|解释|纲要|准则|守则|指引|导则|函|要点|若干条"
)
_HEAD = r"(?:第[一二三四五六七八九十百零〇\d]{1,6}条|[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．])?\s*"
_MANNER = "(?:实施|暂行|试行|管理|若干|工作|补充|指导|行动|行政|考核|总体|专项|应急|地方性?)*"
_OWN = re.compile(rf"{_HEAD}本{_MANNER}(?:{_KINDS})(?:（[^）]{{1,8}}）)?(?!所称|规定|的)")
_ISSUED = re.compile(
    r"(?:现予|予以|现将其?)(?:公布|发布|颁布|印发|施行)$|(?:印发|发)给你们$|^现印发给你们$|^现(?:予以?)?(?:公布|发布|颁布|印发)《.{2,60}》$"
)
_ISSUING = ("公布", "发布", "颁布", "印发", "施行", "给你们", "》")  # how such a clause ends
_GOES_ON = re.compile(r"[自从于由]|并|同时|原则上|请|有效|执行|试行|施行|实施|至|到|政策|结合|认真|遵照|贯彻")
_SINCE = r"(?:将|应当|均|并|和)?(?:自|从|于)"
_ACT = r"(?:正式)?(?:施行|实施|执行|生效|试行)"
_PERIOD = r"(?:的)?(?:有效期限?|执行期限?|施行期限?|实施期限?|试行期限?|政策期限?)"
_RELATIVE = re.compile(
    rf"{_SINCE}(?:印发|公布|发布|颁布|下发|发文|签署|签发|通过|批准|刊登|公告|通告)之日起(?:[\d一二三四五六七八九十]{{1,3}}[日天个月]{{1,2}}[之以]?后)?{_ACT}"
)
_ENDS = re.compile(r"(?:止|为止|起)?(?:自动|即行|同时)?(?:废止|失效|停止(?:执行|施行|实施))?")
_LASTS = re.compile(
    rf"{_PERIOD}(?:为|是)?(?:自?[^，。]{{1,6}}之日起)?(?:[\d一二三四五六七八九十两]{{1,3}}(?:个月|年|日|天))"
)
_LONGEST = 200  # characters of a clause
_QUOTED = re.compile(r"“[^“”]{0,300}”|「[^「」]{0,300}」")


@dataclass(frozen=True, slots=True)
class Clause:
    """Words that tell when the document takes effect or ends, and the day that they print ("" for none)."""

    name: Name
    day: str
    raw: str


def find_clauses(text: str) -> Iterator[Clause]:
    """The clauses of a text that tell when the text itself takes effect, or ends, in their order.

    A sentence speaks of the document itself when a clause of it begins (behind 第二十条 or 三、) with 本 and a kind of
    document (本办法, 本实施细则; not 本办法规定的…, 本办法所称…), or ends in 现予公布, 现予印发, 印发给你们, or is 现公布《…》. The clause, and
    those behind it as far as they go on about it (自…, 有效期…, 由…负责解释), may tell:

    - effective: 自DAY起施行 (实施, 执行, 生效, 试行; 于DAY起施行), 自印发之日起施行 (no day), 有效期自DAY至DAY
    - expires: 有效期至DAY (执行期限, 试行期), DAY起废止, 自DAY起失效 or 停止执行, 有效期5年 (no day)

    A clause has 200 characters at most. Words in “” are another's. A document in 《》 that is repealed, and a licence that is valid until a day, are not the
    document itself: 《…办法》同时废止 tells nothing.
    """
    for sentence in re.split(r"[。；\n!！]", text):
        if "本" in sentence or "现" in sentence or "你们" in sentence:
            yield from _of_sentence(_QUOTED.sub("", sentence))


def _of_sentence(sentence: str) -> Iterator[Clause]:
    own = False
    for clause in re.split("[，,]", sentence):
        words = clause.strip()
        if match := _OWN.match(words):
            own, words = True, words[match.end() :].strip()
        elif not own or not _GOES_ON.match(words):
            own = words.endswith(_ISSUING) and _ISSUED.search(words) is not None
            continue
        if len(words) <= _LONGEST:
            yield from _of_clause(words)


def _of_clause(words: str) -> Iterator[Clause]:
    days = list(days_in(words))
    if re.match(_PERIOD, words):
        yield from _of_period(words, days)
    elif days and re.fullmatch(_SINCE, words[: days[0].start].strip()):
        yield from _of_day(words, days[0])
    elif days and re.fullmatch("(?:执行|实施|施行|试行)?[至到]", words[: days[0].start].strip()):
        if _ENDS.fullmatch(words[days[0].end :].strip()):
            yield Clause("expires", days[0].day, words)
    elif match := _RELATIVE.match(words):
        yield Clause("effective", "", match[0])
        yield from _of_clause(words[match.end() :].strip())


def _of_period(words: str, days: list[Day]) -> Iterator[Clause]:
    """有效期至DAY, 有效期自DAY至DAY, 有效期5年."""
    before = [words[: day.start] for day in days]
    if len(days) == 2 and re.search("[至到—–~-]$", before[1].strip()):
        yield Clause("effective", days[0].day, words)
        yield Clause("expires", days[1].day, words)
    elif len(days) == 1 and re.search("(?:至|到|截止|截至)$", before[0].strip()):
        yield Clause("expires", days[0].day, words)
    elif match := _LASTS.match(words):
        yield Clause("expires", "", match[0])


def _of_day(words: str, day: Day) -> Iterator[Clause]:
    """自DAY起施行, and a period behind it without a comma; 自DAY起废止."""
    rest = words[day.end :].strip()
    if match := re.match(rf"(?:零时|[0-9]{{1,2}}时)?(?:起|开始)?{_ACT}", rest):
        yield Clause("effective", day.day, words[: day.end] + rest[: match.end()])
        yield from _of_clause(rest[match.end() :].strip())
    elif _ENDS.fullmatch(rest) and rest:
        yield Clause("expires", day.day, words)
