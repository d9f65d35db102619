"""What a figure is, and what is none: invented sentences and tables."""

import pytest

from archive.model import Indicator
from pipelines.indicators import find_indicators


def told(one: Indicator) -> str:
    """A figure in short: place|name|period value unit, then > direction change unit basis."""
    head = f"{one.place}|{one.name}|{one.period}"
    value = f" {one.value:g}{one.unit}" if one.value is not None else ""
    change = f" {one.change:g}{one.change_unit}" if one.change is not None else ""
    return f"{head}{value}" + (f" > {one.direction}{change} {one.basis}".rstrip() if one.direction else "")


def found(text: str) -> list[str]:
    return [told(one) for one in find_indicators(text)]


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("2025年，全市地区生产总值1.2万亿元，同比增长5.2%。", ["全市|地区生产总值|2025年 1.2万亿元 > up 5.2% 同比"]),
        ("溟川出口总额达3,456.78亿元，比上年下降1.1%。", ["|溟川出口总额| 3456.78亿元 > down 1.1% 比上年"]),
        ("1—9月，苗木产量增长5.2%，其中桑苗下降1.1%。", ["|苗木产量|1—9月 > up 5.2%", "|桑苗|1—9月 > down 1.1%"]),
        ("城镇化率由61.2%提高到63.5%。", ["|城镇化率| 63.5% > up"]),
        ("渡船客运量从2023年的8万人次增加到2024年的9.5万人次。", ["|渡船客运量|2024年 9.5万人次 > up"]),
        ("茶叶产量12吨，同比增长5.2%，比上年同期提高0.3个百分点。", ["|茶叶产量| 12吨 > up 5.2% 同比"]),
        ("税收占收入的比重为70.1%，比上年提高0.3个百分点。", ["|税收占收入的比重| 70.1% > up 0.3个百分点 比上年"]),
        ("进口额增长5.2%，两年平均增长4.1%。", ["|进口额| > up 5.2%", "|进口额| > up 4.1% 两年平均"]),
        ("消费价格同比上涨0.2%，环比下降0.1%。", ["|消费价格| > up 0.2% 同比", "|消费价格| > down 0.1% 环比"]),
        ("民间投资负增长3.4%。", ["|民间投资| > down 3.4%"]),
        ("工业用电增长-2.5%。", ["|工业用电| > down 2.5%"]),
        ("粮食总产量120万吨，与上年基本持平。", ["|粮食总产量| 120万吨 > flat 与上年"]),
        ("存款余额88亿元，比年初增加6亿元。", ["|存款余额| 88亿元 > up 6亿元 比年初"]),
        ("小麦和玉米产量分别为12.5万吨和8万吨。", ["|小麦产量| 12.5万吨", "|玉米产量| 8万吨"]),
        ("前5个月，出口、进口分别增长5%、2%。", ["|出口|前5个月 > up 5%", "|进口|前5个月 > up 2%"]),
        ("船舶、水车等产品走俏，出口分别增长8%、3%。", ["|船舶出口| > up 8%", "|水车出口| > up 3%"]),
        ("年末全市共有渡口12个，书院3所。", ["全市|渡口|年末 12个", "|书院|年末 3所"]),
        ("收入完成12亿元，为预算的101%，增长3%。", ["|收入| 12亿元 > up 3%"]),
        ("农民收入突破2万元，增长6%。", ["|农民收入| > up 6%"]),
        ("工业增加值１２．５億元，增長３％。", ["|工业增加值| 12.5亿元 > up 3%"]),
        ("苗圃面积5.2平方公里（含新建），增长1.2倍。", ["|苗圃面积| 5.2平方公里 > up 1.2倍"]),
        ("亩产从5100斤降到4300斤。", ["|亩产| 4300斤 > down"]),
        ("对外投资12亿元，从业人员3万人。", ["|对外投资| 12亿元", "|从业人员| 3万人"]),
        ("支出36亿元，比上年执行数82亿元下降56.1%。", ["|支出| 36亿元 > down 56.1%"]),
        ("全市（不含新区）种植面积245千公顷[3]，签约6次。", ["全市|种植面积| 245千公顷", "|签约| 6次"]),
        ("水库蓄水8740余万立方米。", ["|水库蓄水| 8740万立方米"]),
    ],
)
def test_figures(text: str, figures: list[str]) -> None:
    assert found(text) == figures


@pytest.mark.parametrize(
    "text",
    [
        "力争全年地区生产总值增长6%。",
        "2026年安排水利资金12亿元，增长3%。",
        "到2030年，绿化率达到45%。",
        "预计出口可达20亿元。",
        "最高奖励50万元。",
        "每人每月补贴200元。",
        "违者处罚款500元。",
        "根据第十四届人大第3次会议决定。",
        "依照该法第22条执行。",
        "云政发〔2020〕15号文件。",
        "电话0990-1234567，地址溟川路22号。",
        "联系人手机13812345678人。",
        "今年45岁的船工说，会议8点30分开始。",
        "第三季度排名全省第4位。",
        "增速居全省第2位。",
        "养殖户占比超过八成，增长三成。",
        "增长区间为5%—6%。",
        "疫苗接种率保持在95%以上。",
        "拟招聘教师12名。",
        "出席会议的代表235人。",
        "会上建成3所学校、修复5座桥梁。",
        "夺得100米和200米两项冠军。",
        "投入3亿元，支持河堤加固。",
        "增速比上年提高0.3个百分点。",
        "任务完成率要求达到90%。",
        "答：再开30家，主要放在县城。",
        "“井打到了地下61米，换了三种钻头。”",
        "燃煤可用19天，单程22元。",
        "",
        "没有一个数字的句子。",
    ],
)
def test_none(text: str) -> None:
    assert found(text) == []


def test_a_span_is_the_number_with_its_unit_as_printed() -> None:
    text = "首句。\n全年货运量１，２３４.５万吨，同比增长5.20%；客运量增长3%。"
    assert [text[one.start : one.start + one.length] for one in find_indicators(text)] == ["１，２３４.５万吨", "3%"]


def test_what_stands_below_a_heading_of_plans_is_planned() -> None:
    text = "一、2025年预算执行情况\n收入12亿元，增长3%。\n二、2026年预算安排\n收入13亿元，增长4%。\n三、工作回顾\n支出9亿元。"
    assert found(text) == ["|收入| 12亿元 > up 3%", "|支出| 9亿元"]


TABLES = {
    "units in the head": (
        "表1 2025年主要指标\n指标\t产量（万吨）\t比上年增长（%）\n茶叶\t1.5\t-3.2\n桑叶\t2\t0.0",
        ["|茶叶|2025年 1.5万吨 > down 3.2% 比上年", "|桑叶|2025年 2万吨 > flat 0% 比上年"],
    ),
    "a column of units": (
        "产品\t单位\t产量\t同比±%\n水泥\t万吨\t12\t5.5\n电\t亿千瓦时\t3.5\t1\n玻璃\t\t7\t2",
        ["|水泥| 12万吨 > up 5.5% 同比", "|玻璃| > up 2% 同比"],
    ),
    "a unit above": (
        "单位：亿元\n项目\t2024年决算数\t2025年预算数\t增长%\n税收收入\t96.7\t99\t2.4",
        ["|税收收入|2024年 96.7亿元"],
    ),
    "changes alone": (
        "行业\t增长（%）\t行业\t增长（%）\n纺织业\t5\t造纸业\t-6",
        ["|纺织业| > up 5%", "|造纸业| > down 6%"],
    ),
    "a column of its own": ("指标\t利润总额（亿元）\n采矿业\t64", ["|采矿业 利润总额| 64亿元"]),
    "a fall": ("指标\t下降（%）\n能耗总量\t3.1", ["|能耗总量| > down 3.1%"]),
    "no units": ("序号\t姓名\t名额\n1\t云溪小学\t3", []),
    "a table of plans": ("2026年计划安排\n项目\t金额（万元）\n河堤加固\t300", []),
    "an empty head": ("\t产量（万吨）\n茶叶\t1.5", []),
}


@pytest.mark.parametrize("name", TABLES)
def test_tables(name: str) -> None:
    text, figures = TABLES[name]
    assert found(text) == figures
