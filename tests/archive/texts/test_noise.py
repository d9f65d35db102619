"""Changes of a page that are no edit."""

import pytest

from archive.texts.noise import is_restless, noise_only

BODY = "清河市今年计划修缮古桥十二座，全民阅读量达到5.2本。\n负责人说，年底以前全部完工。"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("浏览：123次", "浏览：124 次"),
        ("【浏览量：1,203】", "【浏览量：1,260】"),
        ("阅读量 1.2万", "阅读量 1.3万"),
        ("点击数：[5]", "点击数：[12]"),
        ("12人浏览", "3,456人浏览"),
        ("来源：清河发布 访问次数：9 字体：大 中 小", "来源：清河发布 访问次数：10 字体：大 中 小"),
        ("（责任编辑：林一舟 2026-03-02 10:15）", "（责任编辑：林一舟 2026-03-03 08:00）"),
        ("责编：林一舟 10:15:20", "责编：林一舟 10:15:21"),
        ("责任编辑：林一舟　审核：赵满仓　2026-03-10", "责任编辑：林一舟　审核：赵满仓　2026-03-11"),
        ("编辑：林 舟、阿力·买提 2026-03-10", "编辑：林 舟、阿力·买提 2026-03-11"),
        ("打印时间：2026-03-10 09:00:01", "打印时间：2026-03-11 10:20:31"),
        ("最后更新时间：[2026-03-10]", "最后更新时间：[2026-03-11]"),
        ("更新时间：2026年3月2日 10时15分", "更新时间：2026年3月9日 11时15分"),
        ("今天是2026年3月2日 星期一", "今天是2026年3月3日 星期二"),
        ("token=9f3a77c1", "token=aa09c2de"),
        ("会话 3f2504e0-4f89-41d3-9a0c-0305e82c3301", "会话 7d444840-9dc0-11d1-b245-5ffdce74fad2"),
        ("【广告】云岭茶叶节", "【广告】清河米糕"),
        ("广告：云岭茶叶节", ""),
        ("您是第1187位访客", "您是第1203位访客"),
        ("点赞（3） 收藏（1） 有用 3 没用 1", "点赞（7） 收藏（2） 有用 7 没用 2"),
        ("2026-03-02 10:15 浏览次数：55", "2026-03-02 10:15 浏览次数：78"),
        ("访问1280人次", "访问2180人次"),
        ("本文已被浏览12次", "本文已被浏览13次"),
        ("共浏览12次", "共浏览1,345次"),
        ("已阅读 12 次", "已阅读 19 次"),
        ("已有12人浏览", "已有345人浏览"),
        ("本页面累计访问12次", "本页面累计访问20次"),
        ("附件：申请表.docx（下载次数：3）", "附件：申请表.docx（下载次数：45）"),
        ("附件1：申请表.docx已下载3次", "附件1：申请表.docx已下载45次"),
        ("申请表.pdf\t已下载3次", "申请表.pdf\t已下载4次"),
        ("今天是：2026年3月10日 星期二 云桅：多云 7℃", "今天是：2026年3月13日 星期五 云桅：多云 11℃"),
        ("2026年3月10日 云桅 多云转晴 7℃", "2026年3月13日 云桅 多云转晴 12℃"),
        ("首页\n政务公开\n互动交流", "互动交流\n首页\n政务公开"),
    ],
)
def test_noise(before: str, after: str) -> None:
    assert noise_only(f"{BODY}\n{before}", f"{BODY}\n{after}")
    assert noise_only(f"{before}\n{BODY}", f"{after}\n{BODY}")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (BODY, BODY.replace("十二座", "十三座")),
        (BODY, BODY.replace("5.2本", "5.3本")),
        (BODY, BODY.replace("5.2本", "52本")),
        (BODY, BODY.replace("年底以前", "明年")),
        (BODY, f"{BODY}\n更正：应为十一座。"),
        (f"{BODY}\n责任编辑：林一舟", f"{BODY}\n责任编辑：赵满仓"),
        (f"{BODY}\n联系电话：0990-1234567", f"{BODY}\n联系电话：0990-1234568"),
        (f"{BODY}\n320.5\n450", f"{BODY}\n450\n320.5"),  # cells of a table
        (f"{BODY}\n截至目前，浏览3万人次，成交额5亿元。", f"{BODY}\n截至目前，浏览4万人次，成交额5亿元。"),
        (f"{BODY}\n浏览：12次\n共十二座。", f"{BODY}\n浏览：13次\n共十三座。"),
        (f"{BODY}\n云桅文旅平台累计访问量：1280万人次", f"{BODY}\n云桅文旅平台累计访问量：2180万人次"),
        (f"{BODY}\n累计访问量：1280万人次\n{BODY}", f"{BODY}\n累计访问量：2180万人次\n{BODY}"),
        (f"{BODY}\n累计访问1280次\n{BODY}", f"{BODY}\n累计访问2180次\n{BODY}"),
        (f"{BODY}\n1. 累计下载1280次", f"{BODY}\n1. 累计下载2180次"),
        (f"{BODY}\n掌上云桅： 累计下载1280次", f"{BODY}\n掌上云桅： 累计下载2180次"),
        (f"{BODY}\n掌上云桅\t累计下载1280次", f"{BODY}\n掌上云桅\t累计下载2180次"),
        (f"{BODY}\n借阅证累计办理1280人次", f"{BODY}\n借阅证累计办理2180人次"),
        (f"{BODY}\n附件：申请表3.docx（下载次数：3）", f"{BODY}\n附件：申请表4.docx（下载次数：3）"),
        (f"{BODY}\n1. 直播观看12.8万人次", f"{BODY}\n1. 直播观看21.8万人次"),
        (f"{BODY}\n全国汇演点播：播放次数1280次", f"{BODY}\n全国汇演点播：播放次数1820次"),
        (f"{BODY}\n线上展厅\t访问1280人次", f"{BODY}\n线上展厅\t访问2180人次"),
        (f"{BODY}\n主任委员\n周篱\n副主任委员\n吴椅", f"{BODY}\n主任委员\n吴椅\n副主任委员\n周篱"),
        (
            f"{BODY}\n先进集体\n松墩区水务站\n优秀集体\n白汀县水务站",
            f"{BODY}\n先进集体\n白汀县水务站\n优秀集体\n松墩区水务站",
        ),
        (f"{BODY}\n推广：早稻新品种12个", f"{BODY}\n推广：早稻新品种21个"),
        (f"{BODY}\n项目代码：2512-37A4B6-04-01-882731", f"{BODY}\n项目代码：2512-37A4B6-04-01-882713"),
        (f"{BODY}\n系统时间：2026年3月16日18:00截止报名", f"{BODY}\n系统时间：2026年3月18日18:00截止报名"),
        (f"{BODY}\n资格审核\t2026年4月3日", f"{BODY}\n资格审核\t2026年4月8日"),
        (f"{BODY}\n审核\t赵满仓\t2026年4月3日", f"{BODY}\n审核\t赵满仓\t2026年4月8日"),
        (f"{BODY}\n资格审核时间：2026年4月3日", f"{BODY}\n资格审核时间：2026年4月8日"),
        (f"{BODY}\n审核时间 8:30", f"{BODY}\n审核时间 14:30"),
        (f"{BODY}\n二审：2026年4月3日", f"{BODY}\n二审：2026年4月8日"),
        (f"{BODY}\n一审开庭时间：2026年4月3日 9:00", f"{BODY}\n一审开庭时间：2026年4月8日 9:00"),
        (f"{BODY}\n一审 开庭时间：2026年4月3日 9:00", f"{BODY}\n一审 开庭时间：2026年4月8日 9:00"),
        (f"{BODY}\n编辑 2026-04-03 截止", f"{BODY}\n编辑 2026-04-08 截止"),
        (f"{BODY}\n审核公示 星期三", f"{BODY}\n审核公示 星期四"),
        (
            f"审核：赵满仓 2026-04-03\n{BODY}\n二审：林一舟 2026-04-03\n{BODY}",
            f"审核：赵满仓 2026-04-03\n{BODY}\n二审：林一舟 2026-04-08\n{BODY}",
        ),
        (f"{BODY}\n2026年3月10日 松墩水库 水温 7℃", f"{BODY}\n2026年3月10日 松墩水库 水温 9℃"),
        (f"{BODY}\n第一章\n第二章", f"{BODY}\n第二章\n第一章"),
    ],
)
def test_no_noise(before: str, after: str) -> None:
    assert not noise_only(before, after)


def wavering(n: int, body: str = BODY) -> str:
    return f"{body}\n本页第{'〇甲乙丙丁戊己庚'[n]}块展板。\n办公地点在清河北路。"


RESTLESS = [wavering(n) for n in range(6)]


@pytest.mark.parametrize(
    ("new", "restless"),
    [
        (wavering(7), True),
        (wavering(7).replace("本页第庚块展板。\n", ""), True),
        (wavering(7, BODY.replace("十二座", "十三座")), False),
        (wavering(7) + "\n更正：应为十一座。", False),
        (wavering(7).replace("展板。", "展板。另有两块。"), False),
        (wavering(7).replace("办公地点在清河北路。", ""), False),
        ("完全不同的一页。", False),
    ],
)
def test_a_slot_that_differs_each_time_is_known_by_its_place(new: str, restless: bool) -> None:
    assert is_restless(RESTLESS, new) is restless


def test_a_text_that_grows_is_edited() -> None:
    growing = [BODY + "".join(f"\n第{n}条：又有{n}座开工。" for n in range(size)) for size in range(1, 8)]
    assert not is_restless(growing[:6], growing[6])
