"""The turns of a transcript, each with its speaker: press conferences, interviews, online talks."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from archive.model import Turn, TurnKind
from pipelines.word_lists import words

_CLOCK = r"(?:[\[【(（]?\d{1,2}[:：]\d{2}(?:[:：]\d{2})?[\]】)）]?\s*)?"
_GUEST = r"(?:网友|网民|听众|观众)[“\"]?[^”\"：:，。？\[\]【】\n]{0,16}[”\"]?"
_STOPS = r"：:，。；？！…“”\"《》\[\]【】（）()\n"  # signs that never stand in a label
_WHO = rf"[^\s、\d{_STOPS}][^{_STOPS}]{{0,30}}?"
_LABEL = re.compile(
    rf"{_CLOCK}[\[【]?\s*(?P<who>{_GUEST}|{_WHO})\s*(?:[（(](?P<role>[^）)\n]{{1,40}})[）)])?\s*"
    r"(?:[\]】]\s*[：:]?|[：:]\s*[\]】]?|(?P<alone>$))\s*"
)
_NUMBERED = re.compile(r"(?P<who>问|答|提问|回答|Q|A)\s*(?:\d{1,2}|[一二三四五六七八九十]{1,2})?\s*[：:、.．]\s*", re.I)
_MODERATOR = re.compile(r"(?:.{0,12}[^\u4e00-\u9fff])?(?:节目|访谈|会议)?(?:主持人?|主播|司仪)|.{0,12}(?:主持人|主播)")
_OUTLET = r"[\u4e00-\u9fffA-Za-z·—-]{2,16}(?:报|社|网|台|电视|广播|新闻|客户端|周刊|杂志|频道|壹点|融媒体?|发布|全媒体)"
_ASKER = re.compile(
    rf"{_GUEST}|.{{0,20}}(?:记者|网友|网民|听众|观众|提问者?|提问人|媒体|市民|群众|企业代表)|问|Q|{_OUTLET}", re.I
)
_OUTLET_ONLY = re.compile(r"(?!.*(?:记者|网友|主持)).{3,}")
_ANSWERER = re.compile(
    r"答|回答|回复|解答|答复|A|嘉宾|受访者|受访人|发布人|.{0,12}(?:发言人|负责人|负责同志|有关人士|专家|解答人)", re.I
)
_TITLES = (
    r"(?:书记|部长|省长|市长|区长|县长|州长|盟长|旗长|镇长|乡长|司长|厅长|局长|处长|科长|股长|所长|院长|校长|行长|社长|台长|站长"
    r"|队长|会长|关长|署长|主任|主席|主委|委员|常委|秘书长|组长|发言人|负责人|总经理|经理|董事长|总裁|总工程师|总规划师|总经济师"
    r"|总会计师|工程师|教授|研究员|院士|专家|医生|医师|巡视员|调研员|督察|专员|参事|代表|检察长|庭长|政委|参谋长|总监|理事长|馆长|老师)"
)
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛奚范彭郎鲁韦昌马苗凤花方俞"
    "任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧"
    "计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢"
    "莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴"
    "弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠"
    "蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容"
    "向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须"
    "丰巢关蒯相查后荆红游竺权逯盖益桓公肖覃仝佟迟年亓衣逢矫官修岳晋阳海玉代闫仵付兰栗钭尧"
)
_COMPOUND = words(
    "欧阳 司马 上官 诸葛 夏侯 皇甫 尉迟 公孙 慕容 令狐 长孙 宇文 司徒 东方 独孤 南宫 西门 端木 百里 呼延 闻人 轩辕 钟离"
)
# words that have the form of a name
_NO_NAME = words(
    "时间 地点 地址 电话 邮编 传真 联系人 单位 项目 方法 方式 成果 成效 金额 高度 计划 路线 温度 水平 程序"
    " 安排 强调 于是 常见 明确 包括 管理 关于 宁夏 江苏 云南 和平 全文 全国 全省 全市 全区 全县 全年 经办人"
    " 经费 应用 单价 别名 文号 文章 文件 公告 国家 通知 通报 通讯员 广告 广西 东营 代码 年龄 年份 年度 性别"
    " 民族 简介 简历 相关 相比 向上 向下 居民 步骤 后续 空气 古人 易错 利率 利润 权利 关键 丰富 满分 都是 充分"
    " 尚未 温馨 农业 边界 寿命 通过 双方 能力 能源 池州 平均 平台 平安 安全 安徽 安装 常规 常识 乐观 皮肤 康复"
    " 余额 元旦 明年 明天 成本 成员 成立 计算 谈到 项链 强度 路径 江西 颜色 高校 高温 夏季 田间 支出 支持 经济"
    " 经验 房价 干部 解释 解读 应对 应当 宗旨 单一 包含 左右 石油 程度 全面 全部 秋季 宫殿 幸福 印发 白天 从而"
    " 党组 申报 申请 劳动 向社会 国内 国外 广东 东部 师资 空间 简称 须知 关注 关系 查询 红线 游客 权限 公式"
    " 公司 修订 海南 阳光 代表 次数 次日 格式 提示 家长 家庭 山东 山西 车辆 车次 金融 金价 方案 方向 花费 任务"
    " 任期 费用 史料 和谐 齐心 施工 严格 华东 章节 许可 何时 何地 万一 林业 祝贺 董事 段落 富裕 焦点 班次 班子"
)
_NAME = re.compile(r"[\u4e00-\u9fff](?:\s?[\u4e00-\u9fff]){1,3}|[\u4e00-\u9fff]{1,6}·[\u4e00-\u9fff·]{1,10}")
_TITLED = re.compile(
    rf"(?P<role>[\u4e00-\u9fffA-Za-z、，\s()（）]{{2,40}}?{_TITLES})\s*"
    r"(?P<name>[\u4e00-\u9fff](?:\s?[\u4e00-\u9fff]){1,3})"
)
_NAMED_TITLE = re.compile(rf"(?P<name>[\u4e00-\u9fff]{{1,4}})(?P<role>{_TITLES})")
_LEAD = re.compile(
    r".*(?:专访了?|采访了?|邀请到?了?的?是?|请到了?|有请|首先请|下面请|欢迎|请|做客|由|就是|分别是|他们是|她们是|嘉宾是|——|来自)"
)
_HEADING = re.compile(
    r"[一二三四五六七八九十第\d]+[是、.．章节条].*"
    r"|.*(?:如下|包括|要求|方面|目标|任务|问题|措施|原则|思路|情况|体系|建议|认为|表示|指出|强调|介绍说?|说|道|告诉记者)"
)
_MOST = 5_000  # lines with a label; a text with more is a list
_OPENING = 50_000  # characters: people are introduced before they speak


@dataclass(frozen=True, slots=True)
class _Mark:
    """A line that may open a turn: its place, the place of the speech, and the named speaker."""

    line: int  # offset of the line
    said: int  # offset of the speech
    who: str
    role: str
    rest: str  # the line behind the label
    alone: bool  # the line is a name and nothing else, without a colon


def find_turns(text: str) -> tuple[Turn, ...]:
    """The turns of a dialogue, in order; () when the text is none.

    A turn opens at a line that begins with a label: a role word (主持人, 记者, 网友, 问, 答, 发言人), an outlet
    (齐鲁晚报·齐鲁壹点), or a person's name, with title or without, spaced out or not, a time before it or in brackets,
    closed by a colon of either width, or by a bracket, or by the line's end where the page prints names so. A name
    counts when it is one by its form (a surname and two or three characters, four with a compound surname) and the
    page has role words or outlets as well, or introduces the person with an office, or lets several names speak by
    turns. A text is a dialogue when two speakers have three turns, and somebody asks or moderates, or the speakers
    alternate. Lines of a head (主持人：甲某 某局局长), of contacts, times and sources open none.

    From the first label on everything belongs to a turn, to the end of the text. The spans and what lies between
    them (line end and label) concatenate to it.
    """
    marks = _marks(text)
    if len(marks) > _MOST:
        return ()
    coloned = [mark for mark in marks if not mark.alone]
    turns = _accepted(text, coloned)
    if not turns and len(coloned) < len(marks):
        turns = _accepted(text, marks)
    return turns


def _marks(text: str) -> list[_Mark]:
    found = []
    start = 0
    for line in text.split("\n"):
        if match := _NUMBERED.match(line) or _LABEL.match(line):
            groups = match.groupdict()
            who, rest = _joined(groups["who"]), line[match.end() :]
            if not _is_head(rest):
                alone = groups.get("alone") is not None
                found.append(_Mark(start, start + match.end(), who, groups.get("role") or "", rest, alone))
        start += len(line) + 1
    return found


def _joined(who: str) -> str:
    """A label without the blanks that spread a name: `张 元 升` -> `张元升`, but `主持人 张元升` stays."""
    who = " ".join(who.split())
    return who.replace(" ", "") if re.fullmatch(r"(?:[\u4e00-\u9fff] ){1,3}[\u4e00-\u9fff]", who) else who


def _is_head(rest: str) -> bool:
    """Whether the text behind a label shows a line of a head or a credit: `甲某 某局局长`, `甲某`, `甲某摄`."""
    if not 0 < len(rest) <= 40 or re.search("[。！？!?…]", rest):
        return False
    return _NAME.fullmatch(rest.strip()) is not None or re.search(_TITLES + "|摄|供图|报道|整理", rest) is not None


def _accepted(text: str, marks: Sequence[_Mark]) -> tuple[Turn, ...]:
    counts = Counter(mark.who for mark in marks)
    offices: dict[str, str] = {}
    has_roles = any(_kind(mark.who) for mark in marks)
    spoken: list[tuple[_Mark, str, str, TurnKind | None]] = []
    for mark in marks:
        if kind := _kind(mark.who):
            if _OUTLET_ONLY.fullmatch(mark.who) and counts[mark.who] < 2 and not _asks(mark.rest):
                continue  # 消息来自某某发布：, once
            spoken.append((mark, mark.who, mark.role, kind))
            continue
        name, role = _person(mark.who)
        if not name:
            continue
        if name not in offices:
            offices[name] = _introduction(text, name)
        if has_roles or counts[mark.who] > 1 or offices[name]:
            spoken.append((mark, name, role or mark.role or offices[name], None))
    speakers = Counter(speaker for _, speaker, _, _ in spoken)
    if len(spoken) < 3 or len(speakers) < 2:
        return ()
    led = any(kind in ("question", "moderator") for *_, kind in spoken)
    if not led and (len(spoken) < 4 or min(speakers.values()) < 2):
        return ()
    return _turns(text, spoken)


def _turns(text: str, spoken: Sequence[tuple[_Mark, str, str, TurnKind | None]]) -> tuple[Turn, ...]:
    turns = []
    asked = False
    for at, (mark, speaker, role, kind) in enumerate(spoken):
        end = spoken[at + 1][0].line - 1 if at + 1 < len(spoken) else len(text)
        # a label may fill its line: then the speech begins on the next
        said = min(mark.said if mark.rest else mark.said + 1, end)
        asked = asked or kind == "question"
        shown: TurnKind = kind or ("answer" if asked else "statement")
        turns.append(Turn(speaker=speaker, role=role.strip(), kind=shown, start=said, length=end - said))
    return tuple(turns)


def _asks(said: str) -> bool:
    return re.search("[？?]|请问|提问|想了解|想问", said) is not None


def _kind(who: str) -> TurnKind | None:
    """`moderator`, `question` or `answer` when a label is a role word or an outlet, else None."""
    if _MODERATOR.fullmatch(who) or re.match(r"(?:主持人|主播)\s", who):
        return "moderator"
    if _HEADING.fullmatch(who) or who in _NO_NAME:
        return None
    if _ASKER.fullmatch(who) or re.fullmatch(r".{0,20}记者\s*[\u4e00-\u9fff·]{2,4}", who):
        return "question"
    return "answer" if _ANSWERER.fullmatch(who) else None


def _person(who: str) -> tuple[str, str]:
    """Name and office when a label is a person's: `张三`, `某区区长张三`, `张区长`, `张三区长`; else "", ""."""
    if who in _NO_NAME or _HEADING.fullmatch(who):
        return "", ""
    if match := _TITLED.fullmatch(who):
        name = re.sub(r"\s", "", match["name"])
        return (name, match["role"].strip()) if _is_name(name) else ("", "")
    if match := _NAMED_TITLE.fullmatch(who):
        return (who, match["role"]) if match["name"][0] in _SURNAMES else ("", "")
    return (who, "") if _NAME.fullmatch(who) and _is_name(who) else ("", "")


def _is_name(name: str) -> bool:
    if len(name) > 3:
        return "·" in name or name[:2] in _COMPOUND
    return name[0] in _SURNAMES and name not in _NO_NAME


def _introduction(text: str, name: str) -> str:
    """The office with which the text introduces a person: the words before the name, when they end like an office."""
    for match in re.finditer(re.escape(name), text[:_OPENING]):
        before = re.split(r"[。；：:！？!?“”\"\n，,（()）]", text[max(0, match.start() - 60) : match.start()])[-1]
        before = _LEAD.sub("", before).strip()
        if re.search(_TITLES + r"$", before) and len(before) > 2:
            return before
    return ""
