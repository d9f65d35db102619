"""Public offices, as texts print them beside a person's name."""

import re

_RANK = r"(?:书记|主任|主席|委员|常委|秘书长|发言人|巡视员|调研员|督察|专员|参事|主委|政委|检察长|庭长|处长|科长|队长|院长|所长|行长)"
_BY_ITSELF = r"(?:省|市|区|县|州|盟|旗|镇|乡|部|厅|局|司|署)长"
_ORGAN = re.compile(
    r"[省市县区州盟旗镇乡]|政府|国务院|自治|人大|人民代表|政协|法院|检察院|海关|街道|[局厅委部署]|办公室|新闻办|纪检|监委|党组|总队|支队|中心"
)
_OFFICE = re.compile(rf".*(?:{_BY_ITSELF}|{_RANK})")
_NO_ORGAN = re.compile(
    r"公司|集团|企业|[工药钢]厂|酒店|商店|合作社|协会|商会|学会|基金会|学校|[小中大]学|学院|幼儿园|医院|卫生院|诊所|车间|物业|业委会"
    r"|业主|[村居]委会|[村居]民|村|社区|研究院|银行|俱乐部|剧院|剧团|报社|电视台|日报|晚报|原(?=[省市县区局厅委])|前任|退休"
)
_PERSON = re.compile(r"[\u4e00-\u9fff]{1,8}·[\u4e00-\u9fff·]{1,16}|[\u4e00-\u9fff]{2,4}")
_PART = re.compile(r".*(?:[长任记员人者]|主席|先生|女士|代表|嘉宾|记者|主播|网友|市民|群众|提问|回答|问题)")


def is_office(words: str) -> bool:
    """Whether words name a public office: 市水务局局长, 副市长, 省政府新闻办主任.

    They end in the title of one, and name a public organ or a place unless the title does itself (市长, 局长). The offices of
    companies, schools, hospitals, villages and associations are none, nor are those that somebody had once (原市长).
    """
    if len(words) > 60 or not _OFFICE.fullmatch(words) or _NO_ORGAN.search(words):
        return False
    return re.search(f"{_BY_ITSELF}$", words) is not None or _ORGAN.search(words) is not None


def is_person(name: str) -> bool:
    """Whether a name has the form of a person's, and is no part in a talk (主持人, 网友) and no mere address (张局长)."""
    return _PERSON.fullmatch(name) is not None and not _PART.fullmatch(name)
