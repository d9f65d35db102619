"""Addressees, joint signatures and signers, and texts that only look like them."""

import pytest

from pipelines.elements.addressee import find_addressee
from pipelines.elements.signature import joint, signers

SENTENCE = "为加强河道管理，现就有关事项通知如下。"
NOTICE = "云桅市水务局关于加强河道管理的通知"
ORDER = "云桅市人民政府令"


@pytest.mark.parametrize(
    ("line", "addressee"),
    [
        ("各县（市、区）人民政府，市政府各部门、各直属机构：", "各县（市、区）人民政府，市政府各部门、各直属机构"),
        ("各市、县人民政府：", "各市、县人民政府"),
        ("市水务局:", "市水务局"),
        ("省发展改革委：", "省发展改革委"),
        ("北岭区人民政府，市直各单位：", "北岭区人民政府，市直各单位"),
        ("各有关单位：", "各有关单位"),
        ("各区人民政府，市政府各委、办、局：", "各区人民政府，市政府各委、办、局"),
        ("各县（市、区），市直各部门，各高校：", "各县（市、区），市直各部门，各高校"),
        ("国务院：", "国务院"),
        ("各镇人民政府、街道办事处：", "各镇人民政府、街道办事处"),
        ("各位代表：", ""),
        ("主任、各位副主任、秘书长、各位委员：", ""),
        ("各位老师、各学校：", ""),
        ("责任单位：", ""),
        ("主办单位：", ""),
        ("附件：", ""),
        ("市水务局局长：", ""),
        ("现将有关事项公告如下：", ""),
        ("《云桅日报》：", ""),
        ("市水务局", ""),
        ("市财政局\t市水务局：", ""),
    ],
)
def test_a_line_addresses_bodies(line: str, addressee: str) -> None:
    assert find_addressee([NOTICE, line, SENTENCE]) == addressee


def test_no_line_behind_the_first_sentence_addresses_anybody() -> None:
    assert find_addressee([SENTENCE, "市水务局："]) == ""
    assert find_addressee(["主送机关应当统筹安排。", "市水务局："]) == ""


BOTH = ("云桅市水务局", "云桅市财政局")


@pytest.mark.parametrize(
    ("title", "lines", "found"),
    [
        (NOTICE, [SENTENCE, "云桅市水务局", "云桅市财政局", "2026年3月5日"], BOTH),
        (NOTICE, [SENTENCE, "云桅市水务局 云桅市财政局", "2026年3月5日", "（此件公开发布）", "附件"], BOTH),
        (NOTICE, [SENTENCE, "云桅市水务局 云桅市财政局 2026年3月5日"], BOTH),
        ("云桅市水资源公报", ["云 桅 市 水 务 局", "云桅市财政局", "（2026年3月5日）", SENTENCE], BOTH),
        ("云桅市水资源公报[1]", ["云桅市水务局 云桅市财政局", "一、概况", SENTENCE], BOTH),
        (NOTICE, [SENTENCE, "云桅市水务局", "2026年3月5日"], ()),
        (NOTICE, [SENTENCE, "2026年3月5日"], ()),
        ("两部门走访企业", ["云桅市水务局 云桅市财政局", SENTENCE], ()),
        (NOTICE, [SENTENCE, "云桅市水务局 云桅市财政局"], ()),
        (NOTICE, [SENTENCE, "市水务局\t市财政局\t2026年3月5日"], ()),
        (NOTICE, [SENTENCE, "责任单位 云桅市水务局", "2026年3月5日"], ()),
        (NOTICE, [SENTENCE, "张元升 李溪", "2026年3月5日"], ()),
    ],
)
def test_bodies_sign_together(title: str, lines: list[str], found: tuple[str, ...]) -> None:
    assert joint(title, lines) == found


@pytest.mark.parametrize(
    ("title", "lines", "found"),
    [
        (ORDER, ["第12号", SENTENCE, "市长 张元升", "2026年3月5日"], ["市长 张元升"]),
        ("云桅市河道管理办法", ["第12号", SENTENCE, "市　长　张 元 升", "2026年3月5日"], ["市长 张元升"]),
        (f"{ORDER}第12号", [SENTENCE, "市长 张元升", "2026年3月5日"], ["市长 张元升"]),
        (ORDER, [SENTENCE, "局长 张元升", "局长 李溪", "2026年3月5日"], ["局长 张元升", "局长 李溪"]),
        (ORDER, [SENTENCE, "代市长：张元升", "2026年3月5日"], ["代市长 张元升"]),
        (ORDER, [SENTENCE, "市长 张元升 2026年3月5日"], ["市长 张元升"]),
        (ORDER, [SENTENCE, "联系人：张元升", "2026年3月5日"], []),
        (ORDER, [SENTENCE, "主持会议的市长 张元升要求 2026年3月5日"], []),
        (NOTICE, [SENTENCE, "市长 张元升", "2026年3月5日"], []),
        (ORDER, ["市长 张元升", SENTENCE, SENTENCE, SENTENCE, "2026年3月5日"], []),
        (ORDER, [SENTENCE, "张元升", "2026年3月5日"], []),
        (ORDER, [SENTENCE, "市长 出席会议", "2026年3月5日"], []),
    ],
)
def test_a_person_signs_an_order(title: str, lines: list[str], found: list[str]) -> None:
    assert list(signers(title, lines)) == found
