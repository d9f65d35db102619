"""Notices of two stages of one procedure are two releases; copies under slightly other titles stay together."""

import pytest

from archive.duplicates.comparison import fingerprint, judge

PROJECT = (
    "项目名称：白杨渡灌区节水改造。建设单位：清河市灌区管理中心。建设地点：清河市柳溪镇。项目改造渠道26.8公里，新建闸门41座，"
    "总投资7350万元。公众可以来信、来电、来访，个人请注明真实姓名，单位请加盖公章。联系电话：0990-6650021，联系地址：清河市政务服务中心二楼。"
)
ACTS = {  # titles, days and leads of two acts
    "an application and the intended decision": (
        ("关于白杨渡灌区环评文件受理情况的公示", "2026-02-10", "现将受理情况公示如下。"),
        ("【转发】关于白杨渡灌区环评文件拟审批情况的公示", "2026-02-14", "现将拟审批情况公示如下。"),
    ),
    "with one lead": (
        ("白杨渡灌区环评受理公示", "2026-02-10", "现将情况公示如下。"),
        ("白杨渡灌区环评批复公告", "2026-02-12", "现将情况公示如下。"),
    ),
    "before and after the decision": (
        ("白杨渡公园规划批前公示", "2026-02-10", "现将方案公示。"),
        ("白杨渡公园规划批后公告", "2026-03-10", "现将方案公告。"),
    ),
    "a call and its correction": (
        ("灌区监测设备竞争性磋商公告", "2026-02-02", "文件获取时间至2月10日。"),
        ("灌区监测设备竞争性磋商更正公告", "2026-02-05", "文件获取时间至2月12日。"),
    ),
    "candidates and the winner": (
        ("白杨渡灌区施工中标候选人公示", "2026-02-25", "第一中标候选人：远帆水建公司。"),
        ("白杨渡灌区施工中标结果公告", "2026-02-26", "中标人：远帆水建公司。"),
    ),
    "an early list and the list": (
        ("清河市先进个人拟表彰名单预公示", "2026-02-10", "现将名单预公示如下。"),
        ("清河市先进个人拟表彰名单公示", "2026-02-11", "现将名单公示如下。"),
    ),
    "two steps of a selection": (
        ("公开招聘教师体检人员名单", "2026-02-10", "现将名单公布如下。"),
        ("公开招聘教师拟聘用人员名单", "2026-02-20", "现将名单公布如下。"),
    ),
}
COPIES = {
    "another form of notice": (
        ("白杨渡灌区环评受理公示", "2026-02-10", "现将受理情况公示。"),
        ("关于白杨渡灌区环评文件受理情况的公告", "2026-02-13", "现将受理情况公示。"),
    ),
    "a stage that one title leaves out": (
        ("白杨渡灌区环评拟审批公示", "2026-02-10", "我局拟审批该项目。"),
        ("白杨渡灌区环评公示", "2026-02-13", "我局拟审批该项目。"),
    ),
    "a headline shortened to another stage": (
        ("白杨渡灌区施工中标候选人公示", "2026-02-25", "第一中标候选人：远帆水建公司。"),
        ("白杨渡灌区施工中标公示", "2026-02-26", "第一中标候选人：远帆水建公司。"),
    ),
    "another word for one stage": (
        ("监测设备采购成交公告", "2026-02-20", "成交供应商：远帆测控公司。"),
        ("监测设备采购中标结果公告", "2026-02-24", "成交供应商：远帆测控公司。"),
    ),
    "a correction under two titles": (
        ("监测设备磋商更正公告", "2026-02-05", "更正如下。"),
        ("关于监测设备磋商公告的更正公告", "2026-02-08", "更正如下。"),
    ),
    "two stages in one notice": (
        ("公开招聘教师面试成绩及体检公告", "2026-02-10", "现将面试成绩和体检名单公布。"),
        ("公开招聘教师体检公告", "2026-02-13", "现将面试成绩和体检名单公布。"),
    ),
    "a draft that is published for comments": (
        ("《灌区管理条例（草案）》公布", "2026-02-05", "现公开征求意见。"),
        ("灌区管理条例公开征求意见", "2026-02-08", "现公开征求意见。"),
    ),
}
Notice = tuple[str, str, str]


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [(*pair, "") for pair in ACTS.values()] + [(*pair, "duplicate") for pair in COPIES.values()],
    ids=[*ACTS, *COPIES],
)
def test_stages_of_a_procedure_are_told_apart(one: Notice, other: Notice, kind: str) -> None:
    a, b = (fingerprint(title, day, f"{lead}\n{PROJECT}") for title, day, lead in (one, other))
    assert judge(a, b).kind == kind
    assert judge(b, a).kind == kind
