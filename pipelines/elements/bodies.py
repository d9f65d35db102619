"""The names of public bodies, by their form."""

import re

from pipelines.people import joined

BETWEEN = "；"  # divides the values of a field that has several
_ENDS = (
    r"(?:政府|委员会|委|办公室|办公厅|办事处|办|厅|局|部|法院|检察院|研究院|院|会|处|署|府|行|司|中心|总队|支队|大队|调查队"
    r"|管委会|公司|集团|学校|大学|学院|医院|银行|协会|团体|单位|机构|部门|企业|院校|高校|中学|小学|组织|处室|科室|站|所)"
)
_PLACE = r"[省市县区州盟旗镇乡国]|自治|中国|全国|兵团"
_MOST = 30  # characters
_BODY = re.compile(rf"[\u4e00-\u9fff·（）()]{{0,{_MOST}}}?[\u4e00-\u9fff]{_ENDS}(?:[（(][^（()）]{{1,12}}[）)])?")
_ROLE = re.compile(
    "(?:主办|承办|协办|责任|牵头|配合|发布|来源|联系|支持|指导|组织|参加|建设|施工|申报|推荐|获奖|实施|发文|制定)"
)


def is_body(text: str) -> bool:
    """Whether a text has the form of a body's name: Chinese signs, 30 at most, that end as bodies do (局, 委员会, 人民政府)."""
    return len(text) <= _MOST and _BODY.fullmatch(text) is not None and not _ROLE.match(text)


def is_placed(text: str) -> bool:
    """Whether a body's name says where: it holds the sign of a place (市, 省, 国)."""
    return is_body(text) and re.search(_PLACE, text) is not None


def bodies(line: str) -> list[str]:
    """The bodies that a line names, divided by blanks, when it names nothing else; [] otherwise.

    The blanks that spread one name (石 家 庄 市 统 计 局) divide nothing.
    """
    found = joined(line).split()
    return found if found and all(map(is_placed, found)) else []


def several_bodies(value: str) -> list[str]:
    """The bodies that a value names, two at least, divided by blanks, tabs, commas or 、; [] when it names one, or else."""
    found = [part for part in re.split(r"[\s、，,；;]+", joined(value.replace("\t", "  "))) if part]
    return found if len(found) > 1 and all(map(is_body, found)) else []
