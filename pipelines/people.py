"""The words by which a text names people: offices, honorifics, role words, forms of names."""

import re

from archive.model import TurnKind
from pipelines.word_lists import words

TITLES = (
    r"(?:书记|部长|省长|市长|区长|县长|州长|盟长|旗长|镇长|乡长|村长|司长|厅长|局长|处长|科长|股长|所长|院长|校长|行长|社长|台长|站长"
    r"|队长|会长|关长|署长|庭长|馆长|厂长|场长|组长|班长|理事长|董事长|检察长|秘书长|主任|主席|主委|委员|常委|发言人|负责人|经理|总裁"
    r"|总监|[\u4e00-\u9fff]师(?![范生傅])|医生|教授|研究员|院士|专家|巡视员|调研员|督察|专员|参事|顾问|代表|政委|参谋长|教练"
    r"|董事|参赞|大使|检察官|法官|警官|民警|护士|作家|学者|(?:带头|传承|创始)人)"
)
ENGLISH_TITLES = (
    r"(?:(?:Deputy|Vice|Executive|Associate)[ -])?(?:Mayor|Minister|Director|Governor|Secretary|President|Premier"
    r"|Principal|Professor|Commissioner|Chairman|Chairwoman|Chair|Chief|Ambassador|Spokesperson|Spokesman|Spokeswoman"
    r"|Reporter|Dr|DR|Mr|MR|Ms|MS|Mrs|MRS)\.?"
)
ENDS_IN_TITLE = re.compile(TITLES + "$")
HONORIFICS = r"(?:先生|女士|小姐|同志|同学|师傅|大爷|大娘|大妈|大婶|大叔|大姐|大哥|阿姨|叔叔|奶奶|爷爷|博士|总|工)"
ROLES: dict[TurnKind, str] = {
    "moderator": r"(?:节目|访谈|会议|活动)?主持人?|主播|司仪|Moderator|Host|Anchor|Compere|Chair",
    "question": r"记者|提?问|提问者|提问人|网友|网民|听众|观众|市民|群众|读者|媒体|Q|Question|Reporter|Journalist"
    r"|Interviewer|Netizen|Audience|Press",
    "answer": r"答|回答|回复|答复|解答|嘉宾|受访者|受访人|发布人|发言人|负责人|解答人|专家|A|Answer|Guest"
    r"|Spokesperson|Spokesman|Spokeswoman",
}
COUNTED = words("问 提问 答 回答 回复 答复 解答 q a question answer")  # a number behind these counts the questions
OUTLET = re.compile(
    r"《[^》]{2,12}》.{0,12}"
    r"|[\u4e00-\u9fffA-Za-z·—-]{2,16}(?:报|社|网|台|电视|广播|新闻|客户端|周刊|杂志|频道|壹点|融媒体?|发布|全媒体|传媒)"
    r"|(?:[A-Z][\w&'’.-]*\s){1,4}(?:Daily|News|Times|Post|Herald|Journal|Weekly|Agency|TV|Television|Radio|Press|Media)"
)
BODY = re.compile(r".+(?:[局厅委办]|街道|办事处|委员会|医院|学校|大学|中心|法院|公司|集团|部门|政府)")
PEOPLE = re.compile(r".+(?:[者员人民户生师长友众客家官甲乙丙丁]|代表|同学|单位|企业|公司|部门|叔叔|阿姨|老\w)")
SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛奚范彭郎鲁韦昌马苗凤花方俞"
    "任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧"
    "计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢"
    "莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴"
    "弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠"
    "蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容"
    "向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须"
    "丰巢关蒯相查后荆红游竺权逯盖益桓公肖覃仝佟迟年亓衣逢矫官修岳晋阳海玉代闫仵付兰栗钭尧粟禚鄢涂牟隋邝冼佘谌苟綦亢缑丛"
    "苑邸芦揭仉谯笪郄妫麴佴禤"
)
COMPOUND = words(
    "欧阳 司马 上官 诸葛 夏侯 皇甫 尉迟 公孙 慕容 令狐 长孙 宇文 司徒 东方 独孤 南宫 西门 端木 百里 呼延 闻人 轩辕 钟离"
    " 亓官 公冶 澹台 申屠 太史 濮阳 淳于 单于 拓跋"
)
HAN_NAME = r"[\u4e00-\u9fff]{1,8}·[\u4e00-\u9fff·]{1,16}|[\u4e00-\u9fff]{2,4}"
ENGLISH_NAME = r"[A-Z][A-Za-z'’-]+(?:\s[A-Z][A-Za-z'’.-]*){1,3}"
_LABELS = r"Source|Updated?|Published|Editor|Photo"
_WRITER = rf"[A-Z][A-Za-z'’-]+(?:\s(?!{_LABELS})[A-Z][A-Za-z'’.-]*){{1,3}}"
# By Wang Xin and Li He in Mingchuan | Mingchuan Daily | …
ENGLISH_BYLINE = re.compile(
    rf"[Bb]y\s+(?P<names>{_WRITER}(?:(?:,\s|\sand\s|,\sand\s){_WRITER}){{0,4}})"
    rf"(?:\s+in\s+[A-Z][A-Za-z'’]+(?:,?\s(?!{_LABELS})[A-Z][A-Za-z]+)?)?\s*(?=$|[|｜(]|\d|{_LABELS})"
    rf"(?:[|｜(]\s*(?P<outlet>(?!{_LABELS})[A-Za-z][A-Za-z&.'’ -]{{2,40}}?)\s*(?=$|[|｜)])\)?)?"
)


def is_name(text: str) -> bool:
    """Whether a text is a person's name by its form: a known surname, or parts divided by a point."""
    return name_points(text) > 0


def name_points(text: str) -> int:
    """1 for the form of a name, 0 for words that may be one, -1 for others. The list of surnames is a weak hint."""
    if re.fullmatch(ENGLISH_NAME, text):
        return 1
    if not re.fullmatch(HAN_NAME, text):
        return -1
    if "·" in text or text[:2] in COMPOUND:
        return 1
    return 1 if text[0] in SURNAMES and len(text) < 4 else 0


def joined(label: str) -> str:
    """A label without the blanks that spread a name: `张 元 升` -> `张元升`, but `主持人 张元升` stays."""
    label = re.sub(r"\s*[·•・‧．]\s*", "·", " ".join(label.split()))
    return re.sub(r"(?<!\S)([\u4e00-\u9fff]) (?=[\u4e00-\u9fff](?!\S))", r"\1", label)
