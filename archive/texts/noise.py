"""Changes of a page that are no edit: counters, clocks, session keys, furniture, and texts that change at every look."""

import re
from collections.abc import Sequence
from functools import reduce

from rapidfuzz.distance import Indel

from archive.texts.days import PRINTED_DAY
from archive.texts.normalised import normalised
from archive.texts.sentences import MOST_SENTENCES, said, sentences

# counters, credits, clocks and keys: they describe the page, not its subject, and differ between requests
_COUNTED = "浏览|阅读|点击|访问|查看|观看|播放|围观|点赞|转发|收藏|评论|人气|热度"
_COUNT = r"[\d,，.]+\s*[万亿]?\+?\s*(?:人次|次|人)?"
_MADE = "责任编辑|责编|编辑|校对|审核|[一二三]审|(?:更新|当前|现在|系统|打印|访问|缓存)时间|最后更新|更新于|今天是"
_CLOCK = r"\d{1,2}[:：时]\d{1,2}(?:[:：分]\d{1,2}秒?|分)?"
_KEYS = "token|sid|session|sessionid|csrf|nonce|uuid|traceid|requestid|timestamp|rand|_t"
_NOISE = re.compile(
    rf"""(?x)
      (?:{_COUNTED})(?:次数|人数|总数|数|量)?\s*[:：]?\s*[（(\[【]?\s*{_COUNT}\s*[）)\]】]?
    | {_COUNT}\s*(?:{_COUNTED})
    | (?:{_MADE})\s*[:：]?(?P<name>[^\d\n]{{0,16}}?)(?:{PRINTED_DAY}[\sT]*(?:星期.)?\s*(?:{_CLOCK})?|{_CLOCK}|星期.)
    | (?i:{_KEYS})\s*[=:：]\s*[\w.-]+
    | (?<![\w-])(?=[0-9A-Fa-f-]*[0-9])(?=[0-9A-Fa-f-]*[A-Fa-f])[0-9A-Fa-f-]{{16,}}(?![\w-])
    """
)
_ADVERTISEMENT = re.compile(r"^\s*[\[【（(]?\s*(?:广告|推广|赞助内容|AD)\s*(?:[\]】）)]|[:：]|\s|$)")
_MOST_OF_A_NOISE_LINE = 80  # characters; a longer line, or one with a full stop, is text


def noise_only(old: str, new: str) -> bool:
    """Whether two texts differ in nothing but noise, once width, white space and punctuation are folded.

    Noise stands only in lines of 80 characters at most without a full stop: counters (浏览：123次), who edited, when
    the page was made or asked for, tokens, advertisements marked as such. Lines of 20 characters at most without
    figures or punctuation are the page's furniture (menus, links), of which the order alone means nothing.
    """
    return _essence(old) == _essence(new)


def _essence(text: str) -> tuple[str, tuple[str, ...]]:
    lines, furniture = [], []
    for line in filter(None, text.split("\n")):
        if not _may_be_noise(line):
            lines.append(line)
        elif _ADVERTISEMENT.match(line):
            continue
        elif _is_furniture(line):
            furniture.append(line.strip())
        else:
            lines.append(_NOISE.sub(lambda found: found["name"] or "", line))
    return normalised("\n".join(lines)), tuple(sorted(furniture))


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
