"""Texts about an invented province, for tests of repeats and duplicates: one by hand, others drawn from words."""

import random
import re

TITLE = "清河市召开春季河道治理工作推进会议"
NEWS = """3月12日，清河市召开春季河道治理工作推进会议，副市长林一舟出席会议并讲话，各县区和市直有关部门负责人参加会议。
会议指出，去年以来全市完成清淤河段46.5公里，修复护坡12处，沿线居民对水环境的满意度达到91.2%，治理工作取得明显成效。
会议强调，今年要坚持上下游一起治理，把青石湾、白杨渡两处易涝点的改造放在首位，确保5月底前全部完工并通过验收。
会议要求，各县区要按照时间表倒排工期，每周公布进度，财政部门要安排1.3亿元专项资金，审计部门要全程跟踪，防止挪用。
会上，云峰县、南坪区作了交流发言，市水利局通报了监测断面的水质情况，林一舟与各县区签订了年度责任书。
会后，与会人员实地察看了白杨渡泵站的建设现场，听取施工单位关于设备安装和汛期值守方案的汇报，并慰问了一线工人。"""
WORDS = re.findall(
    "..",
    "山林河湾渡口石桥粮站茶园渔村果农学堂工坊市集驿道泵站水渠坡地苗圃牧场盐田窑厂船坞清早傍晚春耕秋收"
    "巡查修缮登记培训走访公示评议签约验收拨付补助统筹督办答复发布汇总平稳有序显著逐步全面及时稳妥扎实"
    "持续积极县里乡里村民干部教师医生记者技工骑手店主学生老人",
)


def article(seed: int, sentences: int = 12) -> str:
    """A text of 22 characters a sentence, three sentences a paragraph; those of two seeds share little."""
    draw = random.Random(seed)
    lines = ["，".join("".join(draw.choices(WORDS, k=5)) for _ in range(2)) + "。" for _ in range(sentences)]
    return "\n".join("".join(lines[start : start + 3]) for start in range(0, sentences, 3))
