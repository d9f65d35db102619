"""Texts about an invented province, for tests of repeats and duplicates: one written by hand, others drawn from a list of words."""

import random

TITLE = "清河市召开春季河道治理工作推进会议"
NEWS = """3月12日，清河市召开春季河道治理工作推进会议，副市长林一舟出席会议并讲话，各县区和市直有关部门负责人参加会议。
会议指出，去年以来全市完成清淤河段46.5公里，修复护坡12处，沿线居民对水环境的满意度达到91.2%，治理工作取得明显成效。
会议强调，今年要坚持上下游一起治理，把青石湾、白杨渡两处易涝点的改造放在首位，确保5月底前全部完工并通过验收。
会议要求，各县区要按照时间表倒排工期，每周公布进度，财政部门要安排1.3亿元专项资金，审计部门要全程跟踪，防止挪用。
会上，云峰县、南坪区作了交流发言，市水利局通报了监测断面的水质情况，林一舟与各县区签订了年度责任书。
会后，与会人员实地察看了白杨渡泵站的建设现场，听取施工单位关于设备安装和汛期值守方案的汇报，并慰问了一线工人。"""
WORDS = (
    "山林 河湾 渡口 石桥 粮站 茶园 渔村 果农 学堂 工坊 市集 驿道 泵站 水渠 坡地 苗圃 牧场 盐田 窑厂 船坞 清早 傍晚 春耕 秋收 巡查 修缮 "
    "登记 培训 走访 公示 评议 签约 验收 拨付 补助 统筹 督办 答复 发布 汇总 平稳 有序 显著 逐步 全面 及时 稳妥 扎实 持续 积极 县里 乡里 "
    "村民 干部 教师 医生 记者 技工 骑手 店主 学生 老人"
).split()


def article(seed: int, sentences: int = 12) -> str:
    """A text of about 20 characters a sentence, three sentences a paragraph, that shares little with that of another seed."""
    draw = random.Random(seed)
    lines = ["，".join("".join(draw.choices(WORDS, k=5)) for _ in range(2)) + "。" for _ in range(sentences)]
    return "\n".join("".join(lines[start : start + 3]) for start in range(0, sentences, 3))
