"""From one version of a text to the next: what was edited, by sentence, and what is no edit at all."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from functools import reduce
from itertools import groupby
from typing import Any

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel, Levenshtein

_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?]+[”’」』）)]*|[^。！？!?\n]+")
ALIKE = 50  # of 100: two sentences that are more alike are one that was changed
MOST_SENTENCES = 4000  # of each text, where the two differ; beyond it they are not aligned
MOST_PAIRS = 2500  # of sentences that stand between two that stayed; beyond it not all are compared
LONGEST_SENTENCE = 5000  # characters; longer ones are not compared sign by sign


@dataclass(frozen=True, slots=True)
class Edit:
    """A sentence that was `changed`, `dropped` or `added`: where it stands in the old text and in the new one.

    The length of what is not there is 0, its start is where it stood or would stand. Offsets count code points.
    """

    kind: str
    old_start: int
    old_length: int
    new_start: int
    new_length: int


def sentences(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence: up to 。！？!? with the closing marks behind it, or to the end of the line."""
    spans = []
    for found in _SENTENCE.finditer(text):
        said = found[0].strip()
        if said:
            start = found.start() + found[0].index(said[0])
            spans.append((start, start + len(said)))
    return spans


def compare(old: str, new: str) -> tuple[Edit, ...]:
    """How `new` came from `old`, sentence by sentence in reading order; what stayed is left out.

    A sentence that another replaces is `changed` when the two are more alike than not, else one is dropped, one added;
    of what was dropped and added at one place, what was dropped comes first.
    Where more than 4,000 sentences stand between what both texts begin and end with, they are one change.
    """
    a, b = sentences(old), sentences(new)
    head, tail, middle_a, middle_b = _apart(_said(old, a), _said(new, b))
    if max(len(middle_a), len(middle_b)) > MOST_SENTENCES:
        start_a, end_a = a[head][0] if middle_a else len(old), a[len(a) - tail - 1][1] if middle_a else len(old)
        start_b, end_b = b[head][0] if middle_b else len(new), b[len(b) - tail - 1][1] if middle_b else len(new)
        return (Edit("changed", start_a, end_a - start_a, start_b, end_b - start_b),)
    a.append((len(old), len(old)))  # where what follows the last sentence would stand
    b.append((len(new), len(new)))
    edits: list[Edit] = []
    for block in _differing(Levenshtein.opcodes(middle_a, middle_b)):
        pairs = _pairs(middle_a[block.old], middle_b[block.new])
        at_a, at_b = head + block.old.start, head + block.new.start
        for i, j in [*pairs, (block.old.stop - block.old.start, block.new.stop - block.new.start)]:
            to_a, to_b = head + block.old.start + i, head + block.new.start + j
            edits += [Edit("dropped", start, end - start, b[at_b][0], 0) for start, end in a[at_a:to_a]]
            edits += [Edit("added", a[to_a][0], 0, start, end - start) for start, end in b[at_b:to_b]]
            if to_a < head + block.old.stop and to_b < head + block.new.stop:
                (start_a, end_a), (start_b, end_b) = a[to_a], b[to_b]
                edits.append(Edit("changed", start_a, end_a - start_a, start_b, end_b - start_b))
            at_a, at_b = to_a + 1, to_b + 1
    return tuple(edits)


@dataclass(frozen=True, slots=True)
class _Block:
    """Sentences that stand between two that stayed."""

    old: slice
    new: slice


def _differing(opcodes: Iterable[Any]) -> Iterator[_Block]:
    for differs, run in groupby(opcodes, key=lambda op: op.tag != "equal"):
        if differs:
            ops = list(run)
            yield _Block(slice(ops[0].src_start, ops[-1].src_end), slice(ops[0].dest_start, ops[-1].dest_end))


def _pairs(a: list[str], b: list[str]) -> list[tuple[int, int]]:
    """Which sentence of `a` became which of `b`, in order: the pairs that are most alike in all.

    Of more than `MOST_PAIRS` possible ones only those are looked at that stand in the same place.
    """
    if len(a) * len(b) > MOST_PAIRS:
        return [(n, n) for n in range(min(len(a), len(b))) if _likeness(a[n], b[n])]
    like = [[_likeness(one, other) for other in b] for one in a]
    best = [[0.0] * (len(b) + 1) for _ in range(len(a) + 1)]  # of the sentences from i and j on
    for i in reversed(range(len(a))):
        for j in reversed(range(len(b))):
            paired = like[i][j] and like[i][j] + best[i + 1][j + 1]
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    pairs, i, j = [], 0, 0
    while i < len(a) and j < len(b):
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            pairs.append((i, j))
            i, j = i + 1, j + 1
    return pairs


def to_json(edits: Sequence[Edit]) -> str:
    """As `versions.edits` keeps them: [[kind, old start, old length, new start, new length], …]."""
    return json.dumps([astuple(edit) for edit in edits])


def unified(old: str, new: str) -> str:
    """Both texts in one, a sentence a line: what stayed after a blank, what was dropped after -, what came after +.

    Of what differs at one place, what was dropped comes first.
    """
    a = _said(old, sentences(old))
    head, tail, middle_a, middle_b = _apart(a, _said(new, sentences(new)))
    lines = [f" {said}" for said in a[:head]]
    if max(len(middle_a), len(middle_b)) > MOST_SENTENCES:
        lines += [f"-{said}" for said in middle_a] + [f"+{said}" for said in middle_b]
        return "\n".join(lines + [f" {said}" for said in a[len(a) - tail :]])
    done = 0
    for block in _differing(Indel.opcodes(middle_a, middle_b)):
        lines += [f" {said}" for said in middle_a[done : block.old.start]]
        lines += [f"-{said}" for said in middle_a[block.old]] + [f"+{said}" for said in middle_b[block.new]]
        done = block.old.stop
    return "\n".join(lines + [f" {said}" for said in a[head + done :]])


def _are_alike(a: str, b: str) -> bool:
    return _likeness(a, b) > 0


def _likeness(a: str, b: str) -> float:
    """How much more alike two sentences are than not; 0 when they are not, 1 when they are too long to be compared."""
    return 1.0 if max(len(a), len(b)) > LONGEST_SENTENCE else max(fuzz.ratio(a, b) - ALIKE, 0)


def _said(text: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    return [text[start:end] for start, end in spans]


def _apart(a: list[str], b: list[str]) -> tuple[int, int, list[str], list[str]]:
    """How many sentences two texts begin and end with alike, and what stands between."""
    head = _alike(a, b)
    tail = _alike(a[head:][::-1], b[head:][::-1])
    return head, tail, a[head : len(a) - tail], b[head : len(b) - tail]


def _alike(a: Sequence[str], b: Sequence[str]) -> int:
    """How many sentences two texts begin with alike."""
    return next((n for n, (left, right) in enumerate(zip(a, b, strict=False)) if left != right), min(len(a), len(b)))


# What a page says of itself and of its reader, not of its matter: it differs from one request to the next
_COUNTED = "浏览|阅读|点击|访问|查看|观看|播放|围观|点赞|转发|收藏|评论|人气|热度"
_COUNT = r"[\d,，.]+\s*[万亿]?\+?\s*(?:人次|次|人)?"
_MADE = "责任编辑|责编|编辑|校对|审核|[一二三]审|(?:更新|当前|现在|系统|打印|访问|缓存)时间|最后更新|更新于|今天是"
_DAY = r"\d{4}\s*[-/年.]\s*\d{1,2}\s*[-/月.]\s*\d{1,2}\s*日?"
_CLOCK = r"\d{1,2}[:：时]\d{1,2}(?:[:：分]\d{1,2}秒?|分)?"
_KEYS = "token|sid|session|sessionid|csrf|nonce|uuid|traceid|requestid|timestamp|rand|_t"
_NOISE = re.compile(
    rf"""(?x)
      (?:{_COUNTED})(?:次数|人数|总数|数|量)?\s*[:：]?\s*[（(\[【]?\s*{_COUNT}\s*[）)\]】]?
    | {_COUNT}\s*(?:{_COUNTED})
    | (?:{_MADE})\s*[:：]?(?P<name>[^\d\n]{{0,16}}?)(?:{_DAY}[\sT]*(?:星期.)?\s*(?:{_CLOCK})?|{_CLOCK}|星期.)
    | (?i:{_KEYS})\s*[=:：]\s*[\w.-]+
    | (?<![\w-])(?=[0-9A-Fa-f-]*[0-9])(?=[0-9A-Fa-f-]*[A-Fa-f])[0-9A-Fa-f-]{{16,}}(?![\w-])
    """
)
_ADVERTISEMENT = re.compile(r"^\s*[\[【（(]?\s*(?:广告|推广|赞助内容|AD)\s*(?:[\]】）)]|[:：]|\s|$)")
_MOST_OF_A_NOISE_LINE = 80  # characters: what is longer, or punctuated as a sentence is, says something


def noise_only(old: str, new: str, normalised: Callable[[str], str]) -> bool:
    """Whether two texts differ in nothing but noise; `normalised` folds width, white space and punctuation.

    Noise stands only in lines of 80 characters at most without a full stop: counters (浏览：123次), who edited, when
    the page was made or asked for, tokens, advertisements marked as such. Lines of 20 characters at most without
    figures or punctuation are the page's furniture (menus, links), of which the order alone means nothing.
    """
    return _essence(old, normalised) == _essence(new, normalised)


def _essence(text: str, normalised: Callable[[str], str]) -> tuple[str, tuple[str, ...]]:
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
    read = [_said(text, sentences(text)) for text in texts]
    fresh = _said(new, sentences(new))
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


_THING = "页面|网页|文章|内容|信息|稿件|资源|文件|链接|地址|栏目"
_LOST = "不存在|未找到|找不到|没有找到|走丢|丢失|已(?:被|经)?(?:删除|撤销|撤回|移除|下线|失效|过期|关闭)"
_GONE = re.compile(
    rf"""(?xi)
      (?:{_THING}).{{0,6}}(?:{_LOST})
    | (?:{_LOST}|无法访问).{{0,10}}(?:{_THING})
    | (?:访问|请求|浏览|查找)的.{{0,8}}(?:{_LOST})
    | (?:page|file|article|resource|content|url)\s.{{0,30}}
      (?:not\s(?:be\s)?found|does\snot\sexist|no\slonger|been\s(?:removed|deleted))
    | \b404\s*(?:not\sfound|错误|页面|[-—–|:：]|$) | (?:error|错误|代码)\s*[:：]?\s*404\b | not\sfound
    """
)
MOST_OF_A_NOTICE = 300  # characters


def says_missing(title: str, text: str) -> bool:
    """Whether a page that was answered as if all were well says that there is nothing here (a soft 404).

    It says so in a text of 300 characters at most, in its first 60 characters or in its title; a release about a page
    that was removed is longer, or begins otherwise.
    """
    if len(text) > MOST_OF_A_NOTICE:
        return False
    return bool(_GONE.search(text[:60]) or (_GONE.search(title) and len(text) < MOST_OF_A_NOTICE // 2))


def is_another_page(old_title: str, old: str, new_title: str, new: str) -> bool:
    """Whether an address answers with something else altogether, as when a site shows its home page for what it lost.

    Then no sentence of 8 characters or more is common to both, and the titles are unlike.
    """
    said = {old[start:end] for start, end in sentences(old) if end - start >= 8}
    common = any(new[start:end] in said for start, end in sentences(new))
    return bool(said) and not common and not _are_alike(old_title, new_title)
