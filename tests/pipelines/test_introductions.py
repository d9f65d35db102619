"""The office with which a text introduces a person: where it begins, and that it is the person's own."""

import pytest

from pipelines.introductions import office_of

INTRODUCED = [
    ("今天我们请来了溟川市住房保障中心主任{}。", "溟川市住房保障中心主任"),
    ("今天做客演播室的是河东区教育局副局长{}。", "河东区教育局副局长"),
    ("出席发布会的有溟川市副市长{}。", "溟川市副市长"),
    ("市水利局局长舒望川先生、市财政局副局长{}女士出席。", "市财政局副局长"),
    ("市水利局局长舒望川、市财政局副局长{}出席。", "市财政局副局长"),
    ("市水利局局长舒望川和市财政局副局长{}出席。", "市财政局副局长"),
    ("近日国有资产监督管理局局长{}接受采访。", "国有资产监督管理局局长"),
    ("——访溟川市商务局局长{}", "溟川市商务局局长"),
    ("让我们欢迎市教育局局长{}", "市教育局局长"),
    ("坐在我身边的这位是市教育局局长{}", "市教育局局长"),
    ("其中有市应急局局长{}。", "市应急局局长"),
    ("{}，溟川市体育局局长。", "溟川市体育局局长"),
    ("{}（溟川市体育局局长）：", "溟川市体育局局长"),
    ("{}，现任溟川市体育局局长，", "溟川市体育局局长"),
    ("4月8日溟川市体育局局长{}到会。", "溟川市体育局局长"),
    ("主持人：开始。\n[09:31] 市教育局局长{}：", "市教育局局长"),
    ("【09:31】市教育局局长{}：", "市教育局局长"),
    ("2026-04-08 09:31 市教育局局长{}：", "市教育局局长"),
    ("9时31分 市教育局局长{}：", "市教育局局长"),
    ("1.市教育局局长{}：", "市教育局局长"),
    ("■市教育局局长{}：", "市教育局局长"),
    ("今天請到市環保局局長{}。", "市環保局局長"),
    ("{}，現任市環保局局長。", "市環保局局長"),
]
# signs of a word that leads to an office stand within the name of a body, or lead to somebody else
LOOK_ALIKE = [
    ("市水利局党组书记、局长{}介绍情况。", "市水利局党组书记、局长"),
    ("经济、社会发展局局长{}到会。", "经济、社会发展局局长"),
    ("自由贸易试验区管委会主任{}发言。", "自由贸易试验区管委会主任"),
    ("申请受理中心主任{}回答。", "申请受理中心主任"),
    ("市信访局局长{}回答。", "市信访局局长"),
    ("和田区水利局局长{}到会。", "和田区水利局局长"),
    ("来的有关部门负责人{}。", "有关部门负责人"),
    ("中有色金属公司经理{}", "中有色金属公司经理"),
    ("人物名片：{}，古籍部主任，三十一年。", "古籍部主任"),
    ("{}，下面请舒望川局长，", ""),
    ("{}，您好主任，", ""),
    ("目前担任文化馆馆长的{}", ""),
    ("12345热线中心主任{}", "12345热线中心主任"),
    ("《溟川日报》社社长{}", "《溟川日报》社社长"),
]
IN_ENGLISH = [
    ("We have invited Mr. {}, Director of the Water Bureau.", "Director of the Water Bureau"),
    ("Here are {}, Deputy Mayor of Yanzhu, and Chen Moran.", "Deputy Mayor of Yanzhu"),
    ("Thanks to {}, Director Chen Moran can answer.", ""),
    ("Thank you, {}, please go on.", ""),
]


@pytest.mark.parametrize(("text", "office"), [*INTRODUCED, *LOOK_ALIKE])
def test_an_office_begins_behind_what_leads_to_it(text: str, office: str) -> None:
    assert office_of("邢若谷", text.format("邢若谷")) == office


@pytest.mark.parametrize(("text", "office"), IN_ENGLISH)
def test_an_english_office_stands_behind_the_name(text: str, office: str) -> None:
    assert office_of("Qian Weiyang", text.format("Qian Weiyang")) == office
