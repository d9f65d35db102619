"""The speaker in a label: a role word, an outlet, a person with or without office, or words that need the text."""

import functools
import re
from dataclasses import dataclass, replace

from archive.model import TurnKind
from pipelines.labels import FIELDS
from pipelines.people import (
    BODY,
    COMPOUND,
    COUNTED,
    ENDS_IN_TITLE,
    ENGLISH_NAME,
    ENGLISH_TITLES,
    HAN_NAME,
    HONORIFICS,
    OUTLET,
    PEOPLE,
    ROLES,
    SURNAMES,
    TITLES,
    is_name,
    joined,
    name_points,
)
from pipelines.word_lists import words

_ROLE = "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in ROLES.items())
_LONE_ROLE = re.compile(rf"(?:{_ROLE})(?P<number>\s*(?:[A-Z]|\d{{1,2}}|[一二三四五六七八九十甲乙丙丁]{{1,2}}))?", re.I)
_PRESS = re.compile(
    r"(?P<outlet>.{0,30}?)(?P<word>记者|通讯员|主持人|主播)(?P<number>[A-Z]|\d{1,2}|[甲乙丙丁])?(?P<name>.*)"
)
_KINDS_OF_PRESS = words("外媒 外国 外籍 境外 国外 女 男 现场 青年 首席 特约 实习 小 老")  # no outlets
_ENGLISH_PRESS = re.compile(
    r"(?P<outlet>.{2,30}?)\s(?P<word>Reporter|Correspondent|Journalist)"
    r"|(?P<first>Reporter|Correspondent|Journalist) (?:from|of) (?P<of>.{2,30})",
    re.I,
)
_PUBLIC_WORDS = words("网友 网民 听众 观众 市民 读者 群众")
_OF_BODY = re.compile(rf"(?:{BODY.pattern}).{{0,4}}{TITLES}")
_PUBLIC = re.compile(
    rf"(?:{'|'.join(sorted(_PUBLIC_WORDS))})\s*(?P<mark>[“\"'‘【\[])?[^”\"】\]？。]{{1,16}}[”\"'’】\]]?"
)
_SURNAME = "".join(sorted(SURNAMES))
_COMMONER = re.compile(
    r"(?P<role>[\u4e00-\u9fff]{0,8}(?:[村市居农股]民|群众|[学考研]生|[志患读作学]者|[职队社党成演]员|老兵|战士|工人|家长|业主"
    rf"|农户|商户|店主))\s?(?P<name>[{_SURNAME}][\u4e00-\u9fff]{{2}})"
)
_FAMILIAR = re.compile(
    rf"(?P<role>[\u4e00-\u9fff]{{2,10}}?)\s?(?P<name>(?:{'|'.join(sorted(COMPOUND))}|[{_SURNAME}])(?P<honorific>{HONORIFICS})|[老小大阿](?!师)[{_SURNAME}])"
)
_ACT = re.compile(
    r"(?P<who>[\u4e00-\u9fff]{2,20}?)\s?(?:(?P<asks>提问|来信|来电|留言|咨询|投诉|问)|(?P<answers>回复|答复|解答|答))"
)
_LETTER = re.compile(
    r"(?P<asks>(?:来信|留言|提问|咨询)(?:[人者]|内容|正文)?|(?:信件|投诉|诉求)(?:内容|正文)?)|(?P<answers>(?:回复|答复|办理|处理|办复)(?:结果|内容|意见|情况))"
)
_PEOPLE = re.compile(rf"(?:{PEOPLE.pattern})|.*(?:{TITLES}|{HONORIFICS})")
_WITH_OFFICE = re.compile(rf"(?P<office>.{{0,40}}{TITLES})(?P<blank>\s*)(?P<name>{HAN_NAME})")
_BEFORE_OFFICE = re.compile(rf"(?P<name>{HAN_NAME})\s(?P<office>.{{0,30}}{TITLES})")
_WITH_BODY = re.compile(rf"(?P<office>\S{{2,30}})\s(?P<name>{HAN_NAME})")
_WITH_ENGLISH_OFFICE = re.compile(rf"(?P<office>{ENGLISH_TITLES})\s+(?P<name>{ENGLISH_NAME})")
_ENGLISH_ADDRESS = re.compile(rf"{ENGLISH_TITLES}\s[A-Z]\w+")
_ADDRESSED = re.compile(rf"(?P<name>[\u4e00-\u9fff]{{1,4}})(?:(?P<title>{TITLES})|{HONORIFICS})")
_OFFICE = re.compile(rf".{{0,30}}{TITLES}")
_BODY = re.compile(r".+[局厅部委会院校县市区省镇乡村司处科办团社站所厂队室心组长副]")
_SAYS = re.compile(
    r".*(?:说|[说问写]道|表示|指出|强调|介绍|认为|告诉|称|回忆|解释|坦言|要求|提出|如下|包括|了解到|获悉)"
)
_TITLE = re.compile(TITLES)
_WITH_MARK = re.compile(rf".*(?:记者|主持人|网友|{TITLES}|{HONORIFICS})[问答]")
_DEED = re.compile("[了着]")
_ACTS = words(
    "提问 来信 来电 留言 咨询 投诉 回复 答复 解答 信件 诉求 结果 内容 意见 情况 正文 信人 言人 问人 询人 信者 言者 问者 询者"
)
_ORDINAL = re.compile(
    r"第.*|其.*|[一二三四五六七八九十两]+[是、要].*|[一二三四五六七八九十]+|另外|同时|此外|首先|最后|注|附件.*|比如|例如"
    r"|特别是|另?一方面"
)


@dataclass(frozen=True, slots=True)
class Named:
    """The speaker in a label, with the role and the kind of turn that the label alone gives, and points for its form."""

    speaker: str
    role: str = ""
    kind: TurnKind | None = None
    form: float = 0
    is_role: bool = False  # a role word names a speaker without further evidence


@functools.lru_cache(maxsize=1024)  # the speakers of a dialogue come back
def named(label: str, behind: str = "") -> Named | None:
    """The speaker in a label; None when the label cannot name anybody. `behind` are words in brackets behind it.

    The speaker is the person or the role word. An office or an outlet becomes the role: 《溟川日报》记者 -> 记者, role
    溟川日报; 市水务局局长张三, 张三（市水务局局长） and 张三丰局长 -> the person. 张局长, 李女士 and an outlet alone stay as
    they are printed; a word for people before such a name is the role: 听众王女士 -> 王女士, 护林员老周 -> 老周. A body that
    replies and a reader who writes are named without the act: 城管局回复 -> 城管局, 市民来信 -> 市民. Brackets are a role
    when they hold an office, a body or a word for people, else when they are longer than three characters and no
    particle shows a deed (敲了敲桌子).

    Points for the form: 3 for a role word, 2 for a person with office or honorific and a body that replies, 1.5 for a
    reader who writes and for the two halves of a letter (来信人, 办理结果), 1 for the form of a name, 老周, an office, an
    outlet or a word for people (居民代表), 0 for other words of up to four characters, -1 for longer ones. Verbs of saying
    (指出：), ordinals (一是：) and the labels of metadata (来源：) name nobody.
    """
    label = re.sub("^[一二三四五六七八九十]{1,2}(?=[问答]$)", "", joined(label))
    if _WITH_MARK.fullmatch(label):
        label = label[:-1]
    if _SAYS.fullmatch(label):
        return None
    if not _is_role(behind) and _DEED.search(behind):
        behind = ""  # （敲了敲桌子）
    if found := _acting(label) or _role(label, behind) or _press(label, behind):
        return _in_office(found, behind)
    if not (_is_role(behind) or len(behind) > 3):
        behind = ""  # （笑）
    if _ORDINAL.fullmatch(label) or label in FIELDS:
        return None
    return _addressed(label, behind) or _in_office(_with_office(label), behind) or _other(label, behind)


def _in_office(found: Named | None, behind: str) -> Named | None:
    """The office in brackets is the role, not the role word before the name: 发布人 张三（市水务局局长）."""
    if found and found.speaker != behind and _LONE_ROLE.fullmatch(found.role) and ENDS_IN_TITLE.search(behind):
        return replace(found, role=behind)
    return found


def _is_role(behind: str) -> bool:
    """Whether words in brackets are an office, a role word or a word for people: （护林员）."""
    return any(
        (_TITLE.search(behind), _LONE_ROLE.fullmatch(behind), PEOPLE.fullmatch(behind), OUTLET.fullmatch(behind))
    )


def _acting(label: str) -> Named | None:
    """The writer or the body that replies, without the act: 市民来信, 记者提问, 城管局回复; the halves of a letter as they stand."""
    if label[-2:] not in _ACTS and label[-1:] not in ("问", "答"):
        return None
    if match := _LETTER.fullmatch(label):
        return Named(label, "", "question" if match["asks"] else "answer", 1.5)
    match = _ACT.fullmatch(label)
    if match is None:
        return None
    who = match["who"]
    role = _LONE_ROLE.fullmatch(who)
    if match["asks"]:
        if who in _PUBLIC_WORDS:
            return Named(who, "", "question", 1.5)
        return Named(who, "", "question", 3, True) if role and role["question"] else None
    if role and role["answer"]:
        return Named(who, "", "answer", 3, True)
    return (
        Named(who, "", "answer", 2)
        if BODY.fullmatch(who) or _BODY.fullmatch(who) or ENDS_IN_TITLE.search(who)
        else None
    )


def _role(label: str, behind: str) -> Named | None:
    if match := _LONE_ROLE.fullmatch(label):
        kind = _kind_of(match)
        word = match[kind] if match[kind].lower() in COUNTED else label
        if (is_name(behind) and not OUTLET.fullmatch(behind)) or (
            kind == "moderator" and re.fullmatch("[\u4e00-\u9fff]{2,3}", behind)
        ):
            return Named(behind, word, kind, 3)
        if behind and kind == "moderator" and (person := _with_office(behind)):
            return replace(person, kind=kind, form=3)  # 主持人（新闻办主任 张三）
        return Named(word, _outlet(behind), kind, 3, True)
    if match := _COMMONER.fullmatch(label):
        return Named(match["name"], match["role"], "question" if match["role"] in _PUBLIC_WORDS else None, 2)
    if BODY.fullmatch(label) or _OF_BODY.match(label):  # 市民政局局长 is no 市民
        return None
    if familiar := _familiar(label):
        return familiar
    if match := _PUBLIC.fullmatch(label):
        return Named(label, "", "question", 1.5 if match["mark"] else 0.5)
    if re.fullmatch(r"问题\s*(?:\d{1,2}|[一二三四五六七八九十]{1,2})?", label):
        return Named("问题", "", "question", 1.5)
    return None


def _kind_of(match: re.Match[str]) -> TurnKind:
    return next(kind for kind in ROLES if match[kind] is not None)


def _press(label: str, behind: str) -> Named | None:
    """记者 and 主持人 with an outlet before the word, a name behind it, or both; an outlet alone."""
    if match := _PRESS.fullmatch(label):
        outlet, word, name = match["outlet"].strip(), match["word"] + (match["number"] or ""), match["name"].strip()
        kind: TurnKind = "question" if match["word"] in ("记者", "通讯员") else "moderator"
        if name:
            return Named(name, _outlet(outlet) + word, kind, 3) if re.fullmatch(HAN_NAME, name) else None
        if outlet in _KINDS_OF_PRESS:
            return Named(outlet + word, _outlet(behind), kind, 3, True)
        return Named(word, _outlet(outlet or behind), kind, 3, True)
    if match := _ENGLISH_PRESS.fullmatch(label):
        return Named(match["word"] or match["first"], match["outlet"] or match["of"], "question", 3, True)
    return Named(label, behind, "question", 1) if OUTLET.fullmatch(label) else None


def _outlet(text: str) -> str:
    text = text.strip()
    return text[1:-1] if re.fullmatch("《[^《》]*》", text) else text


def _addressed(label: str, behind: str) -> Named | None:
    """张局长, 李女士, Mr. Ou as they stand; 张三丰局长 is the person. In 车间主任 the surname is none."""
    if _ENGLISH_ADDRESS.fullmatch(label):
        return Named(label, behind, None, 2)
    match = _ADDRESSED.fullmatch(label)
    if match is None or match["name"][0] not in SURNAMES or _BODY.fullmatch(match["name"]):
        return None
    name, title = match["name"], match["title"] or ""
    if len(name) == 3 and title:
        return Named(name, behind or title, None, 2)
    if len(name) == 1 or name in COMPOUND or not title:
        return Named(label, behind or title, None, 2)
    return None


def _familiar(label: str) -> Named | None:
    """A word for people before a surname with 老, 小, 女士: 护林员老周. 消防员叔叔 has no surname, 班主任老师 no name."""
    match = _FAMILIAR.fullmatch(label)
    if match is None or not (match["role"] in _PUBLIC_WORDS or _PEOPLE.fullmatch(match["role"])):
        return None
    kind: TurnKind | None = "question" if match["role"] in _PUBLIC_WORDS else None
    return Named(match["name"], match["role"], kind, 2 if match["honorific"] else 1)


def _with_office(label: str) -> Named | None:
    """A person with an office before or behind the name."""
    if match := _WITH_ENGLISH_OFFICE.fullmatch(label) or _BEFORE_OFFICE.fullmatch(label):
        return Named(match["name"], match["office"], None, 2)
    if match := _WITH_OFFICE.fullmatch(label):
        sure = is_name(match["name"]) or match["blank"] != ""
        if sure or not PEOPLE.fullmatch(match["name"]):
            return Named(match["name"], match["office"].strip(), None, 2 if sure else 1)
    if (match := _WITH_BODY.fullmatch(label)) and is_name(match["name"]):
        return Named(match["name"], match["office"], None, 2)
    return None


def _other(label: str, behind: str) -> Named | None:
    """Names and words for people; words of other kinds need all the evidence that the text has."""
    points = name_points(label)
    if points >= 0 and (match := _LONE_ROLE.fullmatch(behind)):
        return Named(label, behind, _kind_of(match), 2)
    if points >= 0 and ENDS_IN_TITLE.search(behind):
        return Named(label, behind, None, 2)
    if points > 0:
        return Named(label, behind, None, 1)
    if _OFFICE.fullmatch(label) or (len(label) <= 12 and (PEOPLE.fullmatch(label) or BODY.fullmatch(label))):
        kind: TurnKind | None = "answer" if re.search("(?:发言人|负责人|专家)$", label) else None
        return Named(label, behind, kind, 1)
    if re.fullmatch(r"[\u4e00-\u9fff]{2,8}|[A-Z][a-z]+(?:\s\w+)?", label):
        return Named(label, behind, None, 0 if len(label) < 5 else -1)
    return None
