"""The name of a figure, and the place it is of, from the words before it."""

import re
from collections.abc import Sequence
from functools import cache

from archive.texts import places

_LONGEST = 45  # characters
_AREA = re.compile(
    r"全国(?!重点|人大|政协|文明|百强|性|统一|先进|劳动模范|示范)|[我本]国|[全我本该各](?:省|市|县|区|州|旗|盟|镇|乡|域|街道)|(?:国内)?[省市州县区]本级(?![^\W\d]{0,4}(?:收入|支出|预算|财政))"
)
_SIGN = re.compile("[国省市县区州旗盟镇乡域街]")
_SOME_AREA = re.compile(r"[^\W\d_]{1,9}[国省市县区州旗盟镇乡]")
_ACTING = re.compile(r"(?!城镇|乡镇|村镇)[^\W\d_]{1,7}?[省市县区州旗镇乡](?=累计|共[^同]|新增|完成|实现|建成|发放)")
_WHOLE = re.compile("^.+(?=[全我本该各][省市县区州旗镇乡]$)")  # 春节假期全市共接待
_LEAD = re.compile(
    r"(?=[(\s、\-#*•·●■◆:\d一二三四五六七八九十①-⑳其此另同截目到据经初按以和与及并且也则包共实完达取拥有已])(?:\([^()]*\)(?=[^\W\d_])|[\s、\-#*•·●■◆:]+|[((]?[一二三四五六七八九十]{1,2}[)、]|\(?\d{1,2}(?:\.\d{1,2})*[)、.](?!\d)|[①-⑳]|[一二三四五六七八九十]是"
    r"|(?:其中|此外|另外|同时|截至目前|到目前为?止?|目前|截至|截止|据统计|经?初步核算|按[^,]{1,12}计算|以及|和|与|及|并|且|也|则|包括|共计)(?=[^\W\d_]|:|$)"
    r"|(?:实现|完成|达成|取得|共有|拥有|有(?![线色机效关限])|达到|已|共(?!同|享|建))(?=[^\W\d_]|$))"
)
_TAIL = re.compile(
    r"(?:[\s,:]|\[\d{1,3}\]|已?(?:累计)?(?:达到?|完成了?|实现|达成)|共计|累计|共有|共|为|是|大约|(?<![签公条契合节预协制])约|有|(?<![总合小统预会设])计|仅|已|均|各|也|(?<![细规原准法])则|又|都|还|只|高达|分别|超过?|突破|逾|近|接近|不足|将近|高于|低于)$"
)
_ADDED = re.compile("加上|报告(?<!累计报告)(?=.{0,4}新增|.*病例)")
_LAST = {*" ,:\t到达成现计有为是约仅已均各也则又都还共别过破逾近足将于了超只]"}  # the last signs of a tail
_BOUNDS = (
    *("超", "超过", "突破", "逾", "近", "不足", "不低于", "不少于", "不超过", "不高于", "至少", "至多", "最高", "最低"),
    *("最多", "高于", "低于", "大于", "小于", *"<>≥≤第每前"),
)
_UP_TO = (*"-~至到",)
_BOUND_ENDS = {word[-1] for word in (*_BOUNDS, *_UP_TO)}
_RANGE = re.compile(r"\d\s?(?:[^\W\d_]{1,3}|%)?.$")
_NO_NAME = re.compile(
    # prepositions, unless they begin another word; what is measured against something else
    r"从(?![业事])|由|将|把|被(?![征保])|向|经(?![济营])|因(?!公)|如|若|凡|每(?![百千万])|对(?!外|.{1,16}(?:贡献|拉动))|占(?!比)|为|按(?!揭)"
    r"|距(?!离)|在(?![地校建册岗学业线])|以(?!工代)|上年的|同期|其余|比(?![重例])|[同环]比(?!例)|较|来自|这|像|只|就(?!业|诊|医|读)|到(?![位港岸货期账])|还(?![款贷本清])|再(?![贷就保生投创])"
    # deeds without an object, and sizes of nothing
    "|(?:投入|筹集|筹措|争取|统筹|结转|拨付|下达|调入|支持|落实|兑现|发放|收回|规模|数量|总数|其他|小计|合计|总计|占比|预算|服务|卖出|折合|当即|实际"
    "|成交|单程|全程|内有|调整|补助|一次性补助)$"
)
_NO_WORD = re.compile("每[人户年月天日亩吨个次平名位件家辆张]|们(?<=[我你他她它您]们)|出席|列席|记者|本报讯")
_NO_END = (
    *'的了着和与及等第每后到要!?;"',
    *(
        "标准",
        "限额",
        "名额",
        "上限",
        "下限",
        "门槛",
        "起征点",
        "定额",
        "罚款",
        "罚金",
        "押金",
        "票价",
        "单价",
        "奖金",
        "面值",
    ),
    *(
        "要付",
        "载有",
        "应到",
        "实到",
        "注册资本",
        "年龄",
        "工龄",
        "得分",
        "分数",
        "时长",
        "距离",
        "时速",
        "限速",
        "限重",
        "限高",
        "限宽",
        "限长",
        "北纬",
        "东经",
        "身高",
        "体重",
        "新增",
    ),
)
_PAIRED = re.compile('[()"]')
_HAN = re.compile("[㐀-鿿][^㐀-鿿]*[㐀-鿿]|[0-9](?:岁|级|类)|^[A-Z]{3}$")  # GDP, CPI


def pared(sentence: str, start: int, end: int, times: Sequence[tuple[int, int]]) -> tuple[int, int, str]:
    """Where a folded clause's words begin and end, and the place that stood before them.

    They are without periods, places, bullets and 其中, 实现, 共有 in front, and without 为, 达, 共计 behind.
    """
    place = ""
    for begun, until in reversed(times):
        if start < begun and until < end:
            place, start = _of(sentence[start:begun]), until
            break
    while start < end:
        if lead := _LEAD.match(sentence, start, end):
            start = lead.end()
        elif times and (until := _end_of_period(start, times)):
            start = min(until, end)
        elif _SIGN.search(sentence, start, min(start + 9, end)) and (area := _area(sentence[start:end])):
            place, start = _WHOLE.sub("", area), start + len(area)
        else:
            break
    if added := _ADDED.search(sentence, start, end):
        start = added.end()
    while start < end and sentence[end - 1] in _LAST and (tail := _TAIL.search(sentence[max(start, end - 8) : end])):
        end -= len(tail[0])
    return start, end, place


def is_name(words: str) -> bool:
    """Whether pared words name what is counted.

    They name nothing with fewer than two Chinese characters (GDP is a name) or more than 45, with a pronoun, a preposition
    or a basis in front (同比少, 同比减亏: what follows is a change of a change), a share without its whole (占…), a rate per
    head (每人), or as the measure of a rule (标准, 名额, 上限, 限重), of persons (年龄) or of attendance (实到), as a place on the map (北纬) or a way
    (距省城), or as a place alone.
    """
    if not 2 <= len(words) <= _LONGEST or words.endswith(_NO_END) or _NO_NAME.match(words):
        return False
    if words in _places() or _NO_WORD.search(words) or not _HAN.search(words):
        return False
    return _PAIRED.search(words) is None or (words.count("(") == words.count(")") and not words.count('"') % 2)


def is_bounded(clause: str) -> bool:
    """Whether the words before a number make it a bound, a rank or the end of a range: 超过, 不足, 第, 5-."""
    if clause[-1:] not in _BOUND_ENDS:
        return False
    return clause.endswith(_BOUNDS) or (clause.endswith(_UP_TO) and _RANGE.search(clause) is not None)


def _end_of_period(at: int, times: Sequence[tuple[int, int]]) -> int:
    """The end of the period that stands at a place, else 0."""
    for start, end in times:
        if start <= at < end:
            return end
    return 0


def _of(words: str) -> str:
    """The place before a period: 溟川市 in 溟川市2025年出口."""
    return words if _SOME_AREA.fullmatch(words) else ""


def _area(words: str) -> str:
    """The place that the words begin with: 全市, or a province, city or county by its name; any that acts: 河滨镇累计建成."""
    if found := _AREA.match(words) or _ACTING.match(words):
        return found[0]
    for length in range(min(9, len(words) - 2), 2, -1):
        if words[length - 1] in "省市县区州旗盟" and words[:length] in _places() and words[length] not in "、和与及":
            return words[:length]
    return ""


@cache
def _places() -> frozenset[str]:
    return frozenset(place.name for names in places.table().values() for place in names)
