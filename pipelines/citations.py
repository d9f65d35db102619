"""The documents that a text names in 《》."""

import re

from archive.model import Citation
from pipelines.doc_numbers import ANNOUNCEMENT, DOC_NUMBER, WITHOUT_END, normal_number, without_lead

_MARKED = re.compile(r"《(?P<title>[^《》\n]{2,150}(?:《[^《》\n]{2,100}》[^《》\n]{0,50})*)》")
_NUMBER = rf"(?P<number>{ANNOUNCEMENT.pattern}|{DOC_NUMBER.pattern})"
_OTHER = r"\s*[（(【\[][^（()）【】〔〕\[\]《》\n]{1,20}[）)】\]]"  # （修订）
_SHORT_NAME = r"(?:以下)?[简统]?称[^（()），,\n]{1,30}[，,]\s*"  # 以下简称《办法》，
_OPENED = rf"(?:{_OTHER})??\s*[（(【\[]\s*(?:{_SHORT_NAME})?"
_BEHIND = [
    re.compile(_OPENED + _NUMBER),
    re.compile(rf"\s*(?P<number>{DOC_NUMBER.pattern})"),
    re.compile(rf"{_OPENED}(?P<number>{WITHOUT_END.pattern})\s*[）)】\]]"),
]
_BETWEEN = r"[^\S\n]*(?:文件?|公告|通知)?[^\S\n]*[）)]?[^\S\n]*"  # a number and the name behind it, in one line
_BEFORE = re.compile(rf"{_NUMBER}{_BETWEEN}\Z")
_LONGEST = 80  # characters of a number before a name, with what stands between them
_LEADS = re.compile(rf"{_BETWEEN}《")
# kinds of official documents, as their titles end
_KINDS = (
    "通知|意见|办法|规定|条例|方案|措施|细则|规则|决定|决议|公告|通告|通报|公报|报告|法典|宪法|党章|章程|规划|计划|纲要|提纲"
    "|指南|规范|标准|目录|清单|导则|规程|准则|守则|制度|协定|协议|公约|条约|议定书|备忘录|白皮书|批复|复函|答复|命令|议案|提案"
    "|建议|预案|要点|指引|政策|手册|(?<!重要)讲话|说明|名录|名单|大纲|任务书|责任书|承诺书|倡议书?|合同|图谱|导引|机制|体系|分工|安排"
)
_KIND = re.compile(rf"(?:{_KINDS})$|(?<![看想书方魔语做说手疗])法$|(?:函|令|解释|修正案|解读|指标|基准|路线图|行动)$")
_BARE = re.compile(rf"(?:实施|工作|若干|有关|指导|管理|暂行|具体|本|该|行动|发展|总体)?(?:{_KINDS}|函|令)")
_TAIL = re.compile(r"(?:\s*[（(【\[〔][^）)】\]〕]*[）)】\]〕]\s*|\s*[—-]*\s*(?:19|20)\d{2}(?:\s*[年版—-]+)*)+$")
_WORK = re.compile(
    r"(?:电影|影片|大片|电视剧|连续剧|纪录片|专题片|宣传片|短片|视频|动漫|动画片?|歌曲|歌|舞|曲|剧|小说|专著|图书|新书|丛书|著作"
    r"|书籍|文集|诗|词|画|油画|散文|相声|小品|节目|栏目|专栏|杂志|期刊|报纸|文章|评论员?|社论|论文|教材|课本|游戏|展览|作品|演唱|合唱"
    r"|演奏|朗诵|出版了?|主演|执导|拍摄了?|创作了?|撰写的?|发表了?(?:题为)?|题为|名为|刊发了?|刊登了?)[:：]?\s*$"
)
_WORK_AFTER = re.compile(
    r"(?:一[书文片剧]|大型|系列|栏目|节目|专栏|杂志|期刊|报道|记者|刊文|周刊|电影|剧组|首映|作者|编辑部)"
)
_ISSUED = re.compile(
    r"(?:印发|出台|制定|制订|下发|编制|颁布|修订|起草|签署|签订|实施|贯彻|落实|依据|根据|按照)了?[^，。；！？、《》\n]{0,6}$"
)
_THING = re.compile(r"[证照书票表单]$")


def find_citations(text: str) -> tuple[Citation, ...]:
    """Every mention of a document in 《》, in order; `start` is where its 《 stands.

    A name is a document's when it begins with 关于, when it ends (brackets and years aside) with what official
    documents are called (通知, 意见, 办法, …法, 公报, 报告), or when a verb that issues or applies acts stands right
    before it (印发, 制定, 编制, 根据). It is none when the words around it say book, film, song, column or newspaper,
    when it is a certificate or a form, or when it is nothing but the kind, as in (以下简称《办法》), which names no
    title. A 《》 inside another belongs to it. The 文号 is the one right behind the name, in brackets or not; other
    brackets (修订), of 20 characters at most, may stand before its own, and in its own the short name: 以下简称《办法》，. It is
    not the name's when words that lead to another document stand before it (根据, 已被), or when it begins a line in which
    another name follows on it. Else it is the one right before the name in its line, when that is no other name's.
    """
    found = []
    taken = 0  # the end of the last name, with the number behind it
    for match in _MARKED.finditer(text):
        title = match["title"].strip()
        before, after = text[max(0, match.start() - 16) : match.start()], text[match.end() : match.end() + 8]
        behind = _behind(text, match.end())
        if _is_document(title, before, after):
            number = behind or _BEFORE.search(text[max(taken, match.start() - _LONGEST) : match.start()])
            printed = without_lead(normal_number(number["number"])) if number else ""
            found.append(Citation(title=title, doc_number=printed, start=match.start()))
        taken = (behind or match).end()
    return tuple(found)


def _is_document(title: str, before: str, after: str) -> bool:
    if _WORK.search(before) or _WORK_AFTER.match(after):
        return False
    core = _TAIL.sub("", title)
    if _BARE.fullmatch(core) and core not in ("宪法", "党章"):
        return False
    if core.startswith("关于") or _KIND.search(core):
        return True
    return _ISSUED.search(before) is not None and _THING.search(core) is None


def _behind(text: str, end: int) -> re.Match[str] | None:
    """The number behind the name that ends there, when it is that name's."""
    found = next(filter(None, (form.match(text, end) for form in _BEHIND)), None)
    if not found or without_lead(found["number"]) != found["number"]:
        return None
    return None if "\n" in text[end : found.start("number")] and _LEADS.match(text, found.end()) else found
