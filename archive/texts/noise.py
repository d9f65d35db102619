"""Changes of a page that are no edit: counters, clocks, session keys, furniture, and texts that change at every look."""

import re
from collections.abc import Sequence
from functools import reduce

from rapidfuzz.distance import Indel

from archive.texts.days import PRINTED_DAY
from archive.texts.normalised import normalised
from archive.texts.sentences import MOST_SENTENCES, said, sentences

# counters, credits, clocks and keys: they describe the page, not its subject, and differ between requests
_COUNTED = "浏览|阅读|点击|访问|查看|观看|播放|围观|在看|点?赞|转发|收藏|评论|人气|热度|有用|没用"
_COUNT = r"[\d,，.]+\s*[万亿]?\+?\s*(?:人次|次|人)?"
_BEGINS = r"(?<![^\s|｜（(\[【])"  # a word begins behind a space or a bracket; 资格审核 is no 审核
_CLERK = "责任编辑|责编|编辑|校对|审核|[一二三]审"
_PERSON = r"(?:[\u4e00-\u9fff]\s?[\u4e00-\u9fff]{1,3}|[\u4e00-\u9fff]+·[\u4e00-\u9fff·]+)(?<![间期止限])"  # 开庭时间 is nobody
_MADE = "(?:本?[页文站篇]面?|网[站页]|最[近后])?(?:更新|当前|现在|系统|打印|访问|缓存)时间|最[近后]更新|更新于|今天是"
_CLOCK = r"\d{1,2}[:：时]\d{1,2}(?:[:：分]\d{1,2}秒?|分)?"
_KEYS = "token|sid|session|sessionid|csrf|nonce|uuid|traceid|requestid|timestamp|rand|_t"
_CREDIT = re.compile(
    rf"""(?x){_BEGINS}
      (?:(?:{_CLERK})(?:\s*[:：]\s*|\s+)(?P<name>{_PERSON}(?:[\s、]{_PERSON}){{0,2}}) | (?:{_MADE}))[^\w\n]{{0,4}}
      (?:{PRINTED_DAY}[\sT]*(?:星期.)?\s*(?:{_CLOCK})?|{_CLOCK}|星期.)(?![^\s|｜）)\]】，,])
    """
)
_NOISE = re.compile(
    rf"""(?x)
      (?<![A-Za-z])(?i:{_KEYS})\s*[=:：]\s*[\w.-]+
    | (?:会话|令牌|(?:请求|追踪|事件|页面)(?:ID|编号|标识))\s*[:：=]?\s*
      (?=[0-9A-Fa-f-]*[0-9])(?=[0-9A-Fa-f-]*[A-Fa-f])[0-9A-Fa-f-]{{16,}}(?![\w-])
    """
)
_COUNTER = re.compile(
    rf"""(?x){_BEGINS}(?:
      (?:本[页文站篇]|总)?(?:{_COUNTED})(?:次数|人数|总数|数|量)?\s*[:：]?\s*[（(\[【]?\s*{_COUNT}\s*[）)\]】]?
    | {_COUNT}\s*(?:{_COUNTED})
    | 您是第\s*[\d,，]+\s*位(?:访客|访问者|来访者|浏览者)
    )(?![^\s|｜）)\]】])"""
)
# a page counts its visitors, or a file's downloads, in words: 本文已被浏览12次
_VIEWED = "浏览|阅读|访问|查看|下载"
_TALLY = re.compile(
    rf"""(?x)(?:{_BEGINS}|(?<=[.][A-Za-z]{{3}})|(?<=[.][A-Za-z]{{4}}))
      (?:[本此该][页文站篇][面章]?)?(?:已|共|总|被|有|累计)*\s*
      (?:(?:{_VIEWED})(?:(?:次数|人数|总数|数|量)\s*[:：]?\s*\d[\d,，]*\s*(?:人次|次|人)?|了?\s*\d[\d,，]*\s*(?:人次|次|人))
      | \d[\d,，]*\s*(?:人次|次|人)\s*(?:{_VIEWED}))
      (?![^\s|｜）)\]】])
    """
)
_FILE = re.compile(r"[.][A-Za-z]{3,4}[^\w\n]*$")
# a label, a day or a number of registration makes a line with counters a bar of the page
_BAR = re.compile(rf"[:：]|{PRINTED_DAY}|ICP备|公网安备|版权所有|阅读原文")
_WEATHER = re.compile(
    rf"\s*(?:今天是)?\s*[:：]?\s*{PRINTED_DAY}\s*(?:星期.)?[^\d]{{0,16}}(?:晴|阴|多云|雨|雪|雾|霾)\s*-?\d+(?:\s*[-~～/]\s*-?\d+)?\s*℃\s*"
)
_ADVERTISEMENT = re.compile(
    r"^\s*(?:[\[【（(]\s*(?:广告|推广|赞助内容|AD)\s*[\]】）)]|(?:广告|赞助内容|AD)\s*(?:[:：]|\s|$))"
)
_HOME = re.compile(r"(?:网站)?(?:首页|主页)")
_MOST_OF_A_NOISE_LINE = 80  # characters; a longer line, or one with a full stop, is text


def noise_only(old: str, new: str) -> bool:
    """Whether two texts differ in nothing but noise, once width, white space and punctuation are folded.

    Noise stands only in lines of 80 characters at most without a full stop:

    - counters (浏览：123次), each between spaces or brackets, alone in their line or beside labels and days of a bar; in a
      row of a table alone. 平台累计访问量：1280万人次 is a fact;
    - counters in words (本文已被浏览12次, 下载次数：3): views and downloads, whole numbers alone, that follow a file's name, or that are
      all of a line before the text's first sentence or after its last;
    - who edited, when the page was made or asked for, before the text's first sentence or after its last, outside of tables,
      where nothing is tied to the day (…18:00截止报名). The word that names the editor begins a line or follows a space or bracket,
      and a person stands between it and the day: 资格审核：4月3日 and 二审：4月3日 are a schedule;
    - tokens behind their names, advertisements marked as such (推广 in brackets, since 推广：… is a fact as well);
    - day and weather in the first or the last line.

    Lines of 20 characters at most without figures or punctuation, in a row at the text's head or tail with a line 首页 among
    them, are a menu, of which the order means nothing. In other lists, as of names under their offices, it does.
    """
    return _essence(old) == _essence(new)


def _essence(text: str) -> tuple[str, tuple[str, ...]]:
    lines = [line for line in text.split("\n") if line]
    if len(lines) > 1:
        lines = [line for at, line in enumerate(lines) if at not in (0, len(lines) - 1) or not _WEATHER.fullmatch(line)]
    head = _menu(lines)
    tail = _menu(lines[head:][::-1])
    menus = sorted(line.strip() for line in lines[:head] + lines[len(lines) - tail :])
    lines = lines[head : len(lines) - tail]
    told = [at for at, line in enumerate(lines) if not _may_be_noise(line)] or [len(lines)]
    rest = (_without_noise(line, inside=told[0] < at < told[-1]) for at, line in enumerate(lines))
    return normalised("\n".join(rest)), tuple(menus)


def _menu(lines: list[str]) -> int:
    """How many lines from the first on are a menu."""
    size = next((at for at, line in enumerate(lines) if not _is_furniture(line)), len(lines))
    return size if any(_HOME.fullmatch(line.strip()) for line in lines[:size]) else 0


def _without_noise(line: str, *, inside: bool) -> str:
    """A line without its noise; `inside` says that it stands between sentences."""
    if not _may_be_noise(line):
        return line
    if _ADVERTISEMENT.match(line):
        return ""
    rest = _NOISE.sub("", line)
    if not inside and "\t" not in line:
        rest = _CREDIT.sub(lambda found: found["name"] or "", rest)
    untallied = _TALLY.sub("", rest)
    if untallied != rest and (_FILE.search(untallied) or not (inside or normalised(untallied))):
        return untallied
    uncounted = _COUNTER.sub("", rest)
    is_bar = not normalised(uncounted) or ("\t" not in line and _BAR.search(uncounted))
    return uncounted if is_bar else rest


def _may_be_noise(line: str) -> bool:
    return len(line) <= _MOST_OF_A_NOISE_LINE and not re.search("[。！？；!?;]", line)


def _is_furniture(line: str) -> bool:
    return len(line) <= 20 and not re.search(r"[\d。！？；：，、!?;:,%一二三四五六七八九十]", line)


def is_restless(texts: Sequence[str], new: str) -> bool:
    """Whether `new` differs from `texts`, versions in a row that all differ, only where they differ from each other.

    The sentences that all of them share must be at least as many as the others, `new` must have them all in the same
    order, and between two of them no more other sentences than one of the versions had there. So a slot that shows
    something else at each request is known by where it stands; what changes elsewhere, or grows, is an edit. Texts of
    more than 4,000 sentences are not judged.
    """
    read = [said(text, sentences(text)) for text in texts]
    fresh = said(new, sentences(new))
    if max(map(len, [*read, fresh])) > MOST_SENTENCES:
        return False
    core = reduce(_shared, read)
    if len(core) * 2 < len(fresh) or _shared(core, fresh) != core:
        return False
    allowed = [max(sizes) for sizes in zip(*(_gaps(core, said) for said in read), strict=True)]
    return all(size <= most for size, most in zip(_gaps(core, fresh), allowed, strict=True))


def _shared(a: list[str], b: list[str]) -> list[str]:
    return [said for op in Indel.opcodes(a, b) if op.tag == "equal" for said in a[op.src_start : op.src_end]]


def _gaps(core: list[str], said: list[str]) -> list[int]:
    """How many other sentences `said`, which has the whole core, has before each sentence of it, and after the last."""
    sizes, waiting = [0], iter([*core, None])
    awaited = next(waiting)
    for sentence in said:
        if sentence == awaited:
            sizes.append(0)
            awaited = next(waiting)
        else:
            sizes[-1] += 1
    return sizes
