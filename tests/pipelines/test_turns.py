"""Who speaks: transcripts in the practices of different pages, and texts that are none."""

import time

import pytest

from archive.model import Turn
from pipelines.turns import find_turns

BRIEFING = """《青石湾整治》新闻发布会
主持人：各位媒体朋友，大家上午好！今天我们邀请到了：
清河市政府副秘书长何建中同志
清河市水利局局长苏文岚同志
首先，请何建中副秘书长介绍情况。
何建中：各位记者朋友，大家好！
下面我介绍三个方面：
一是清淤。完成46.5公里。
来源：水利部门统计。
谢谢。
主持人：感谢。现在开始提问。
记者：我是清河日报的记者，请问泵站何时建成？
谢谢。
苏文岚：我来回答这个问题。预计5月底完工。
谢谢。
主持人：好，请继续提问。
记者：汛期如何安排？
苏文岚：24小时值守，时间 12:33 起算。
主持人：发布会到此结束，谢谢大家！"""
INTERVIEW = """编者按:今年是清河市的项目建设年。
本报记者近日专访了清河市发展和改革委员会党组书记、主任林一舟。
清河晚报·清河号:请问林主任,今年的重点是什么?
林一舟:重点有两个。
一是补短板:加快建设。
清河晚报·清河号:下一步有什么打算?
林一舟:继续推进。"""
QUESTIONS = """问：《清河市节水办法》出台的背景是什么？
答：主要有两方面考虑。
一是水资源紧缺。
问：何时施行？
答：自5月1日起施行。"""
NUMBERED = """问题说明如下。
问1：怎样申请？
答：在网上申请。
问2：需要哪些材料？
答：身份证明。"""
CHAT = """[主持人 ] [10:02] 各位网友，大家好。
[何建中] 主持人好，各位网友好！我是市教育局局长何建中。
[网友清风] 今年入学报名什么时候开始？
[何建中] 6月中旬开始。
[主持人] 今天的访谈到此结束。"""
TITLED = """主持人：下面请市财政局介绍。
清河市财政局局长 苏文岚：全年支出增长3.2%。
清河日报记者：请问债务情况如何？
苏局长：债务规模可控。
主持人：谢谢。"""
SPREAD = """何 建 中：请大家发言。
苏 文 岚：我先说三点。
何 建 中：好。
苏 文 岚：第一点是安全。"""
BOLD = """主持人
各位观众大家好，欢迎收看本期节目。
何建中
主持人好，观众朋友们好。
主持人
请您介绍一下情况。
何建中
情况总体平稳。
主持人
谢谢您。"""

CASES = {
    "briefing": (BRIEFING, "主持人 何建中 主持人 记者 苏文岚 主持人 记者 苏文岚 主持人"),
    "interview": (INTERVIEW, "清河晚报·清河号 林一舟 清河晚报·清河号 林一舟"),
    "questions": (QUESTIONS, "问 答 问 答"),
    "numbered": (NUMBERED, "问 答 问 答"),
    "chat": (CHAT, "主持人 何建中 网友清风 何建中 主持人"),
    "titled": (TITLED, "主持人 苏文岚 记者 苏局长 主持人"),
    "spread": (SPREAD, "何建中 苏文岚 何建中 苏文岚"),
    "bold": (BOLD, "主持人 何建中 主持人 何建中 主持人"),
}


@pytest.mark.parametrize("name", CASES)
def test_speakers_in_order(name: str) -> None:
    text, speakers = CASES[name]
    assert [turn.speaker for turn in find_turns(text)] == speakers.split()


@pytest.mark.parametrize("name", CASES)
def test_labels_and_spans_cover_the_dialogue(name: str) -> None:
    text, _ = CASES[name]
    turns = find_turns(text)
    at = text.rindex("\n", 0, turns[0].start) + 1 if "\n" in text[: turns[0].start] else 0
    whole = ""
    for turn in turns:
        label = text[at : turn.start]
        assert label.count("\n") <= 2
        whole += label + text[turn.start : turn.start + turn.length]
        at = turn.start + turn.length
    assert text.endswith(whole)


def said(text: str, turn: Turn) -> str:
    return text[turn.start : turn.start + turn.length]


def test_a_turn_holds_all_that_is_said_and_not_the_label() -> None:
    answer = find_turns(BRIEFING)[4]
    assert said(BRIEFING, answer) == "我来回答这个问题。预计5月底完工。\n谢谢。"


def test_offices_come_from_the_introduction() -> None:
    roles = {turn.speaker: turn.role for turn in find_turns(BRIEFING) + find_turns(INTERVIEW)}
    assert roles["何建中"] == "清河市政府副秘书长"
    assert roles["苏文岚"] == "清河市水利局局长"
    assert roles["林一舟"] == "清河市发展和改革委员会党组书记、主任"


def test_a_blank_behind_the_sign_of_a_question_opens_a_turn() -> None:
    turns = find_turns("问 何时供热？\n答 十一月十日零时。\n问 到几时为止？\n答 明年三月中旬。")
    assert [turn.speaker for turn in turns] == ["问", "答", "问", "答"]
    assert find_turns("问 答 环 节\n问 卷 调 查\n答 案：见附件，请核对。\n问 题：按时作答，请您检查。") == ()


@pytest.mark.parametrize("form", ["10:0{n}\n{who}：{words}", "{who}\n2026-03-05 10:0{n}:07\n{words}"])
def test_a_time_on_a_line_of_its_own_belongs_to_no_speech(form: str) -> None:
    words = ["何时完工？", "五月，请放心。", "谁来验收？", "我们请居民验收。"]
    text = "\n".join(form.format(n=n, who=("记者", "苏文岚")[n % 2], words=one) for n, one in enumerate(words))
    assert [said(text, turn).strip() for turn in find_turns(text)] == words


def test_an_office_in_the_label_is_the_role() -> None:
    turn = find_turns(TITLED)[1]
    assert (turn.speaker, turn.role.strip(), said(TITLED, turn)) == ("苏文岚", "清河市财政局局长", "全年支出增长3.2%。")


def test_kinds() -> None:
    kinds = [turn.kind for turn in find_turns(BRIEFING)]
    assert " ".join(kinds) == "moderator statement moderator question answer moderator question answer moderator"
    assert [turn.kind for turn in find_turns(QUESTIONS)] == ["question", "answer"] * 2


LABELS = [  # label, speaker, role
    ("《溟川日报》记者", "记者", "溟川日报"),
    ("溟川日报、溟川新闻网记者", "记者", "溟川日报、溟川新闻网"),
    ("溟川电视台记者李静", "李静", "溟川电视台记者"),
    ("外媒记者", "外媒记者", ""),
    ("记 者", "记者", ""),
    ("记者甲", "记者甲", ""),
    ("记者问", "记者", ""),
    ("Yunwei Daily reporter", "reporter", "Yunwei Daily"),
    ("Yunwei Evening News", "Yunwei Evening News", ""),
    ("一问", "问", ""),
    ("网友“清风”", "网友“清风”", ""),
    ("网友豆豆妈", "网友豆豆妈", ""),
    ("听众王女士", "王女士", "听众"),
    ("听众 欧阳先生", "欧阳先生", "听众"),
    ("网友小李", "小李", "网友"),
    ("市民来信", "市民", ""),
    ("市民问", "市民", ""),
    ("记者提问", "记者", ""),
    ("来信人", "来信人", ""),
    ("Reporter (Yunwei Daily)", "Reporter", "Yunwei Daily"),
]
PEOPLE = [
    ("张　三", "张三", ""),
    ("溟川市水务局党组书记、局长 张三丰", "张三丰", "溟川市水务局党组书记、局长"),
    ("张三丰（溟川市水务局局长）", "张三丰", "溟川市水务局局长"),
    ("（溟川市水务局局长）张三丰", "张三丰", "溟川市水务局局长"),
    ("张三丰 溟川市水务局局长", "张三丰", "溟川市水务局局长"),
    ("张三丰局长", "张三丰", "局长"),
    ("张局长", "张局长", "局长"),
    ("李女士", "李女士", ""),
    ("阿卜杜 · 热合曼", "阿卜杜·热合曼", ""),
    ("村民邱万里", "邱万里", "村民"),
    ("车间主任", "车间主任", ""),
    ("主持人（晓梦）", "晓梦", "主持人"),
    ("护林员老周", "老周", "护林员"),
    ("周守林（护林员）", "周守林", "护林员"),
    ("周守林（笑）", "周守林", ""),
    ("老支书（敲了敲烟杆）", "老支书", ""),
    ("欧阳局长", "欧阳局长", "局长"),
    ("消防员叔叔", "消防员叔叔", ""),
    ("学生家长老师", "学生家长老师", ""),
    ("城管局回复", "城管局", ""),
    ("石桥镇人民政府答复", "石桥镇人民政府", ""),
    ("市医保局答", "市医保局", ""),
    ("食堂师傅老金", "老金", "食堂师傅"),
    ("主持人（县委宣传部副部长 柯岩松）", "柯岩松", "县委宣传部副部长"),
    ("Mayor Chen Moran", "Chen Moran", "Mayor"),
    ("发布人 张三丰（溟川市水务局局长）", "张三丰", "溟川市水务局局长"),
    ("主持人 张三丰（溟川市水务局局长）", "张三丰", "溟川市水务局局长"),
]


@pytest.mark.parametrize(("label", "speaker", "role"), LABELS)
def test_an_outlet_is_the_role_of_its_reporter(label: str, speaker: str, role: str) -> None:
    turns = find_turns(f"{label}：何时完工？\n苏文岚：我来回答，五月。\n{label}：谁来验收？\n苏文岚：我们请居民验收。")
    assert [(turn.speaker, turn.role, turn.kind) for turn in turns[::2]] == [(speaker, role, "question")] * 2


@pytest.mark.parametrize(("label", "speaker", "role"), PEOPLE)
def test_an_office_is_the_role_of_the_person(label: str, speaker: str, role: str) -> None:
    turns = find_turns(f"记者：何时完工？\n{label}：我来回答，五月。\n记者：谁来验收？\n{label}：我们请居民验收。")
    assert [(turn.speaker, turn.role) for turn in turns[1::2]] == [(speaker, role)] * 2


@pytest.mark.parametrize("brackets", ["【】", "[]", "［］", "（）"])
def test_the_brackets_of_a_label_are_no_part_of_the_office(brackets: str) -> None:
    office = f"{brackets[0]}溟川市水务局局长 张三丰{brackets[1]}"
    text = f"【记者】何时完工？\n{office}我来回答，五月。\n【记者】谁来验收？\n{office}我们请居民验收。"
    assert [(turn.speaker, turn.role) for turn in find_turns(text)[1::2]] == [("张三丰", "溟川市水务局局长")] * 2


@pytest.mark.parametrize(
    ("first", "second", "speakers"),
    [  # the moderator's first and second label
        ("主持人（微笑）", "主持人", "主持人 主持人"),
        ("主持人（微笑）", "主持人（起身）", "主持人 主持人"),
        ("主持人（晓梦）", "主持人（晓梦）", "晓梦 晓梦"),  # never without it
        ("主持人（我是晓梦）", "主持人", "主持人 主持人"),
    ],
)
def test_a_deed_in_brackets_is_no_name(first: str, second: str, speakers: str) -> None:
    text = f"{first}：各位网友好。\n苏文岚：大家好，我来介绍。\n{second}：何时完工？\n苏文岚：五月，请放心。"
    assert [turn.speaker for turn in find_turns(text)][::2] == speakers.split()


def test_a_name_in_brackets_is_one_when_the_moderator_says_so() -> None:
    text = "主持人（晓梦）：我是晓梦。\n苏文岚：大家好。\n主持人：何时完工？\n苏文岚：五月，请放心。"
    assert [(turn.speaker, turn.role) for turn in find_turns(text)][:2] == [("晓梦", "主持人"), ("苏文岚", "")]


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("来信人：工地夜里十二点还在打桩，请管一管。\n城管局回复：您好！来信收悉。已责令停工。", "来信人 城管局"),
        ("网民留言：末班车能不能延到七点？\n办理结果：网民您好，自4月1日起延至19时。", "网民 办理结果"),
        ("来信内容：我们单元想装电梯。\n回复内容：尊敬的市民，请您与社区联系。", "来信内容 回复内容"),
        ("问：何时施行？\n答：自5月1日起施行。", "问 答"),
        ("网民留言：一季度共1204件，办结1190件。\n市城管局回复：312件，按时回复率98.2%。", ""),
        ("来信人：应当使用真实姓名。\n回复内容：涉及隐私的，不予公开。", ""),
        ("投诉人：王女士，请您说明姓名。\n办理结果：您好，短信告知。", ""),
        ("投诉人\t任何人都可以投诉，请您提供证据。\n受理部门\t市城管局，您可以来电。", ""),
        ("记者：何建中\n专家：苏文岚", ""),
        ("读者来信：我们村的水表请查一查。\n编辑部回复：已转水务局。\n水务局答复：您好，已换。", "读者 编辑部 水务局"),
        ("读者问答：每周三见报，您有问题请来信。\n专家解答：每周五见报，您好运。", ""),
        ("问：农业之根本。\n答：民生之所系。", ""),
        ("信件内容：必填，请您不少于十字。\n处理结果：短信告知，您也可以来电查询。", ""),
        ("办理结果：您好，请您看短信。\n来信人：您应当写明电话。", ""),  # an answer before its question
    ],
)
def test_a_letter_and_its_answer_are_two_turns(text: str, speakers: str) -> None:
    assert [turn.speaker for turn in find_turns(text)] == speakers.split()


def test_a_label_repeated_by_the_same_speaker_goes_on_in_the_same_turn() -> None:
    text = "记者：何时完工？\n苏文岚：五月。\n苏文岚：最迟六月。\n记者：谁来验收？\n苏文岚：居民。"
    turns = find_turns(text)
    assert [turn.speaker for turn in turns] == ["记者", "苏文岚", "记者", "苏文岚"]
    assert said(text, turns[1]) == "五月。\n苏文岚：最迟六月。"


def test_reporters_of_two_outlets_are_two_speakers() -> None:
    text = "溟川日报记者：何时完工？\n云桅日报记者：谁来验收？\n苏文岚：我来回答，五月，请居民验收。"
    assert [(turn.speaker, turn.role) for turn in find_turns(text)] == [
        ("记者", "溟川日报"),
        ("记者", "云桅日报"),
        ("苏文岚", ""),
    ]


def test_headings_within_a_speech_open_no_turn() -> None:
    text = (
        "记者：今年做了哪些事？\n苏文岚：做了三件。\n惠民生：我们新建学校四所。\n保安全：我们整治隐患。\n记者：谢谢。"
    )
    assert [turn.speaker for turn in find_turns(text)] == ["记者", "苏文岚", "记者"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "清河市召开会议。\n会议指出：要加快进度。\n会议要求：落实责任。\n时间：3月12日\n地点：市政府",
        "来源：清河日报\n记者：何建中\n责任编辑：苏文岚",
        "联系人：何建中\n联系电话：0000-0000000\n地址：清河市清河路1号\n邮编：000000",
        "一是：加强领导。\n二是：落实资金。\n第一：时间。\n其中：工业增长3%。",
        "何建中表示：“要抓紧。”\n苏文岚说：“已经安排。”\n记者了解到：进展顺利。",
        "点评：写得好。\n点评：有新意。\n《清河》\n——何建中",
    ],
)
def test_no_turns_where_nobody_talks(text: str) -> None:
    assert find_turns(text) == ()


def test_a_head_of_names_opens_no_turns() -> None:
    text = "时间：3月12日\n主持人：何建中 清河市政府办公室副主任\n发布人：苏文岚 清河市水利局局长\n" + QUESTIONS
    assert [turn.speaker for turn in find_turns(text)] == ["问", "答", "问", "答"]


def test_an_office_that_begins_like_a_role_word_is_an_office() -> None:
    text = (
        "清河日报记者 何建中：食堂办了一年，效果怎么样？\n市民政局局长 苏文岚：去年办了四十五家。\n"
        "青河新闻网记者 杜若飞：怎么办下去？\n市民政局局长 苏文岚：我们有补助。"
    )
    assert [(turn.speaker, turn.role, turn.kind) for turn in find_turns(text)] == [
        ("何建中", "清河日报记者", "question"),
        ("苏文岚", "市民政局局长", "answer"),
        ("杜若飞", "青河新闻网记者", "question"),
        ("苏文岚", "市民政局局长", "answer"),
    ]


def test_members_of_the_public_ask() -> None:
    text = (
        "市民王先生：路灯坏了一个月，找谁修？\n市城管局：王先生您好，明天就修。\n"
        "市民赵女士：垃圾箱能不能换一个地方？\n市城管局：可以，我们去看看。"
    )
    assert [(turn.speaker, turn.kind) for turn in find_turns(text)] == [
        ("王先生", "question"),
        ("市城管局", "answer"),
        ("赵女士", "question"),
        ("市城管局", "answer"),
    ]


@pytest.mark.slow
def test_a_list_of_names_without_end_ends_in_time() -> None:
    started = time.process_time()
    for count in (4_000, 20_000):
        assert find_turns("\n".join(f"王{chr(0x4E00 + n)}：第{n}名，得分九十。" for n in range(count))) == ()
    assert time.process_time() - started < 10
