"""Pairs of releases, of which one or both hold their text in a file: what is one release, and what looks like it.

Each case is two pages of a site, crawled over HTTP. `TRIED` were at hand when the rule was made, `APART` were drawn after it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.invented import article
from tests.pipelines.documents.made import cells, docx, gbk_zip, lines, ofd, paragraph, pdf, stretch, xlsx

ORDER = "各县区人民政府，市直有关部门：现将《{}》印发给你们，请结合实际认真贯彻执行。清河市人民政府办公室"
BELOW = "现予以公布，详见附件。清河市人民政府"
WIDTH = 36  # characters of a line in a PDF


@dataclass(frozen=True)
class Release:
    """A page: its title, the text on it, its day, and the files that it links to by their names."""

    title: str
    text: str
    files: dict[str, bytes] = field(default_factory=dict)
    day: str = "2026-03-16"


@dataclass(frozen=True)
class Case:
    name: str
    a: Release
    b: Release
    same: bool


def wrapped(text: str) -> list[str]:
    return [line[at : at + WIDTH] for line in text.split("\n") for at in range(0, len(line), WIDTH)]


def as_pdf(*texts: str) -> bytes:
    """Lines as a printer breaks them, with a number at the foot of each page."""
    every = [line for text in texts for line in wrapped(text)]
    pages = [every[at : at + 36] for at in range(0, len(every), 36)]
    return pdf([[*lines(*page), *lines(f"— {n} —", y=60)] for n, page in enumerate(pages, 1)])


def as_docx(*texts: str) -> bytes:
    return docx("".join(paragraph(line) for text in texts for line in text.split("\n")))


def as_txt(*texts: str) -> bytes:
    return "\n".join(texts).encode("gb18030")


def as_ofd(*texts: str) -> bytes:
    return ofd(
        [stretch(20, 20 + 6 * at, line) for at, line in enumerate(line for text in texts for line in wrapped(text))]
    )


def as_xlsx(*texts: str) -> bytes:
    return xlsx({"a": cells(*(line.split("\t") for text in texts for line in text.split("\n")))})


Maker = Callable[..., bytes]


def notice(
    document: str, seed: int, *, make: Maker = as_pdf, by: str = "清河市人民政府办公室", named: str = ""
) -> Release:
    """A notice of two lines that issues a document in a file."""
    name = named or f"{document}.pdf"
    return Release(
        f"{by}关于印发《{document}》的通知", ORDER.format(document), {name: make(document, article(seed, 30))}
    )


def whole(document: str, seed: int, *, title: str = "", before: str = "") -> Release:
    """The same document as the text of a page."""
    return Release(title or document, f"{before}{document}\n{article(seed, 30)}")


FORM = "\n".join(
    f"{n}. {word}\t\t{word}说明"
    for n, word in enumerate(("姓名", "身份证号", "住址", "联系电话", "开户银行", "申请理由") * 6, 1)
)
LAW = "清河省河湖岸线保护和合理利用条例"
PLAN = "清河市湿地保护修复实施方案"
SHORT_PLAN = "白杨渡老旧泵站改造计划"
REPORT = "清河市2025年国民经济和社会发展统计公报"
ROADS = "清河市农村公路养护管理办法"
SCHOOLS = "清河市中小学校服管理暂行规定"


def rows_of(seed: int) -> str:
    return "\n".join(
        f"{line[:9]}\t{line[9:20]}\t{n * seed}.5" for n, line in enumerate(article(seed, 60).split("\n"), 1)
    )


TRIED = [
    Case("a notice with a PDF, and the document as a page", notice(PLAN, 1), whole(PLAN, 1), True),
    Case(
        "a notice with a PDF, and notice and document as a page",
        notice(ROADS, 2),
        whole(ROADS, 2, title=f"关于印发《{ROADS}》的通知", before=ORDER.format(ROADS) + "\n"),
        True,
    ),
    Case(
        "the same document as PDF here and as DOCX there",
        notice(SCHOOLS, 3),
        Release(f"{SCHOOLS}", BELOW, {"附件1：规定全文.docx": as_docx(SCHOOLS, article(3, 30))}),
        True,
    ),
    Case(
        "one file under two notices of other words",
        Release(f"关于印发{SHORT_PLAN}的通知", ORDER.format(SHORT_PLAN), {"1.pdf": as_pdf(SHORT_PLAN, article(4, 30))}),
        Release(f"清河市水务局印发《{SHORT_PLAN}》", BELOW, {"下载.pdf": as_pdf(SHORT_PLAN, article(4, 30))}),
        True,
    ),
    Case(
        "a notice that stands whole in its file",
        Release(
            "关于做好清河市2026年春季防汛检查工作的通知",
            "通知全文见附件。",
            {
                "附件.pdf": as_pdf(
                    "清河市水务局文件",
                    "清水发〔2026〕7号",
                    "关于做好清河市2026年春季防汛检查工作的通知",
                    article(5, 24),
                )
            },
        ),
        whole("关于做好清河市2026年春季防汛检查工作的通知", 5),
        True,
    ),
    Case(
        "a bulletin as XLSX, and its table as a page",
        Release(
            "清河市2026年一季度水质监测结果公布",
            BELOW,
            {"附件：监测结果.xlsx": as_xlsx("清河市2026年一季度水质监测结果", rows_of(6))},
        ),
        Release("清河市2026年一季度水质监测结果", f"清河市2026年一季度水质监测结果\n{rows_of(6)}"),
        True,
    ),
    Case(
        "a heading of two lines, a name with a word more",
        Release(
            "清河市2025年度政府决算公开",
            "根据要求，现将决算予以公开。",
            {"a.pdf": as_pdf("清河市2025年度", "市级政府决算", article(7, 30))},
        ),
        Release("清河市2025年度政府决算", article(7, 30)),
        True,
    ),
    Case(
        "a statement as OFD and as PDF",
        Release(REPORT, "清河市统计局", {"公报.ofd": as_ofd(REPORT, article(8, 24))}),
        Release(REPORT, "公报全文请下载附件阅读。", {"公报.pdf": as_pdf(REPORT, article(8, 24))}, "2026-03-17"),
        True,
    ),
    Case("days apart, equal titles", notice(f"{PLAN}（二期）", 9), whole(f"{PLAN}（二期）", 9), True),
    Case(
        "a text file in GBK",
        Release(f"《{ROADS}》补充规定", BELOW, {"补充规定.txt": as_txt(f"《{ROADS}》补充规定", article(10, 24))}),
        whole(f"《{ROADS}》补充规定", 10),
        True,
    ),
    Case(
        "the longest of three files",
        Release(
            f"关于公布{PLAN}（三期）的通知",
            BELOW,
            {
                "附件1：任务表.xlsx": as_xlsx(rows_of(11)),
                f"附件2：{PLAN}（三期）.pdf": as_pdf("目录", article(12, 30)),
                "附件3：联系表.txt": as_txt("联系表", "张三 水务局"),
            },
        ),
        Release(f"{PLAN}（三期）", article(12, 30)),
        True,
    ),
    Case(
        "an explanation in a file, and as a page",
        Release(f"《{LAW}》解读", "解读全文见附件。", {"解读.pdf": as_pdf(f"《{LAW}》解读", article(13, 30))}),
        whole(f"《{LAW}》解读", 13),
        True,
    ),
    Case(
        "two notices that link one form",
        Release(
            "清河市人力资源局关于申领一次性创业补贴的公告",
            "符合条件的人员请于本月底前到各窗口办理，所需表格见附件。",
            {"申领表.docx": as_docx("一次性创业补贴申领表", FORM)},
        ),
        Release(
            "南坪区一次性创业补贴申领公告",
            "请有意者携带证件前往政务大厅三楼办理，表格可自行下载打印。",
            {"附件.docx": as_docx("一次性创业补贴申领表", FORM)},
        ),
        False,
    ),
    Case(
        "two notices that link one law",
        Release(
            f"清河市司法局关于学习宣传《{LAW}》的通知",
            "请各单位认真组织学习，于五月底前报送学习情况。",
            {f"{LAW}.pdf": as_pdf(LAW, article(14, 40))},
        ),
        Release(
            f"清河市水务局关于贯彻实施《{LAW}》的通知",
            "现就贯彻实施提出要求，请沿河各镇抓紧落实巡河制度。",
            {f"{LAW}.pdf": as_pdf(LAW, article(14, 40))},
        ),
        False,
    ),
    Case(
        "a notice and its explanation link one PDF",
        notice(f"{PLAN}（四期）", 15),
        Release(
            f"《{PLAN}（四期）》政策解读",
            "近日，我市印发了该方案，现就有关内容解读如下，原文见附件。",
            {"方案.pdf": as_pdf(f"{PLAN}（四期）", article(15, 30))},
        ),
        False,
    ),
    Case(
        "a long release with an annex, and the annex as a page",
        Release(
            f"清河市召开{PLAN}（五期）部署会", article(16, 40), {"附件.pdf": as_pdf(f"{PLAN}（五期）", article(17, 30))}
        ),
        whole(f"{PLAN}（五期）", 17),
        False,
    ),
    Case(
        "this year's and last year's of one template",
        Release(
            "清河市财政局2025年部门预算",
            BELOW,
            {
                "a.pdf": as_pdf(
                    "清河市财政局2025年部门预算",
                    article(18, 12),
                    "\n".join(f"第{n}项支出{n * 37}.{n}万元" for n in range(1, 40)),
                )
            },
            "2025-03-16",
        ),
        Release(
            "清河市财政局2026年部门预算",
            BELOW,
            {
                "a.pdf": as_pdf(
                    "清河市财政局2026年部门预算",
                    article(18, 12),
                    "\n".join(f"第{n}项支出{n * 41}.{n}万元" for n in range(1, 40)),
                )
            },
        ),
        False,
    ),
    Case(
        "equal words, two documents",
        Release(
            "关于印发《清河市养犬管理办法》的通知",
            ORDER.format("管理办法"),
            {"a.pdf": as_pdf("清河市养犬管理办法", article(19, 30))},
        ),
        Release(
            "关于印发《清河市停车管理办法》的通知",
            ORDER.format("管理办法"),
            {"a.pdf": as_pdf("清河市停车管理办法", article(20, 30))},
        ),
        False,
    ),
    Case(
        "an annex that a notice's title names in part",
        Release(
            "关于举办清河市第九届职工技能大赛的通知",
            "请各单位组织报名，报名表见附件。",
            {"清河市第九届职工技能大赛报名表.docx": as_docx("清河市第九届职工技能大赛报名表", FORM)},
        ),
        Release(
            "清河市第九届职工技能大赛报名开始",
            "即日起接受报名，报名表请在附件下载。",
            {"清河市第九届职工技能大赛报名表.docx": as_docx("清河市第九届职工技能大赛报名表", FORM)},
        ),
        False,
    ),
    Case(
        "a draft for comment, and the report on the comments",
        Release(
            "《清河市供水条例（草案）》征求意见公告",
            "请于月底前将意见寄至市司法局。",
            {"草案.pdf": as_pdf("清河市供水条例（草案）", article(21, 30))},
        ),
        Release(
            "《清河市供水条例（草案）》意见采纳情况",
            "共收到意见十二条，采纳九条，未采纳三条，草案附后。",
            {"草案.pdf": as_pdf("清河市供水条例（草案）", article(21, 30))},
        ),
        False,
    ),
]


def firms(batch: int) -> str:
    return "\n".join(
        f"{n}\t清河{word}制造有限公司{batch}\t{word}路{n * batch}号"
        for n, word in enumerate(article(30 + batch, 40).split("\n"), 1)
    )


def figures(month: int) -> str:
    return "\n".join(
        f"{word}，环比增长{(n * month) % 17}.{n % 10}%，同比增长{(n + month) % 13}.{month}%。"
        for n, word in enumerate(article(40, 60).split("。\n"), 1)
    )


def district(name: str, seed: int) -> str:
    return "\n".join(
        f"{name}{line[:12]}，完成{seed * n}.{seed}亿元，{name}{line[12:30]}。"
        for n, line in enumerate(article(41, 60).split("\n"), 1)
    )


GRAIN = "清河市粮食储备安全管理办法"
TEA = "清河市茶产业高质量发展三年行动计划（2026—2028年）"
BOATS = "清河市渡口渡船安全管理规定"
LIGHTS = "清河市城区照明设施建设导则"
ANSWERS = "清河市住房公积金提取办法"

APART = [
    Case(
        "an announcement that has a number alone",
        Release(
            "清河市人民政府公告（2026年第3号）",
            "现予公告。",
            {"第3号.pdf": as_pdf("清河市人民政府公告", "2026年第3号", article(51, 30))},
        ),
        Release("清河市人民政府公告（2026年第3号）", article(51, 30)),
        True,
    ),
    Case(
        "a file that names itself on the page alone",
        Release(
            "清河市2026年重点水利项目清单",
            "清单见下。",
            {"清河市2026年重点水利项目清单.xlsx": as_xlsx("序号\t项目\t投资", rows_of(52))},
        ),
        Release("清河市2026年重点水利项目清单", rows_of(52)),
        True,
    ),
    Case(
        "a heading of four lines",
        Release(
            "清河市人民政府关于加快推进沿河乡镇污水处理设施建设的实施意见",
            "请认真组织实施。",
            {
                "正文.pdf": as_pdf(
                    "清河市人民政府", "关于加快推进沿河乡镇", "污水处理设施建设的", "实施意见", article(53, 30)
                )
            },
        ),
        whole("关于加快推进沿河乡镇污水处理设施建设的实施意见", 53),
        True,
    ),
    Case(
        "full-width figures",
        Release(
            "清河市２０２６年度地质灾害防治方案",
            BELOW,
            {"方案.docx": as_docx("清河市2026年度地质灾害防治方案", article(54, 30))},
        ),
        Release("清河市2026年度地质灾害防治方案", article(54, 30)),
        True,
    ),
    Case(
        "a ZIP file, and the document by itself",
        Release(
            f"关于印发《{GRAIN}》的通知",
            ORDER.format(GRAIN),
            {"附件.zip": gbk_zip({"管理办法.docx": as_docx(GRAIN, article(55, 30))})},
        ),
        Release(GRAIN, BELOW, {"办法.pdf": as_pdf(GRAIN, article(55, 30))}),
        True,
    ),
    Case(
        "days apart",
        Release(TEA, BELOW, {"计划.pdf": as_pdf(TEA, article(56, 30))}, "2026-02-10"),
        Release(TEA, f"{TEA}\n{article(56, 30)}", {}, "2026-03-12"),
        True,
    ),
    Case(
        "a list that a notice without 《》 makes known",
        Release(
            "清河市科技局关于公布2025年度清河市高新技术企业名单的通知",
            "请各有关单位做好服务。",
            {"附件.xlsx": as_xlsx("2025年度清河市高新技术企业名单", firms(3))},
        ),
        Release("2025年度清河市高新技术企业名单", firms(3)),
        True,
    ),
    Case(
        "a page under the name of a document",
        Release(
            BOATS,
            BELOW,
            {
                "规定.doc": f"<html xmlns:o='urn:schemas-microsoft-com:office:office'><body><p>{BOATS}</p><p>{article(57, 30)}</p></body></html>".encode(
                    "gbk"
                )
            },
        ),
        whole(BOATS, 57),
        True,
    ),
    Case(
        "a notice with many receivers",
        Release(
            f"关于印发《{LIGHTS}》的通知",
            f"{'、'.join(f'{name}镇人民政府' for name in ['白杨', '青石', '南坪', '北岭', '东湾', '西渡', '上河', '下河', '云峰', '鹭洲'])}，市直各部门：{ORDER.format(LIGHTS)}\n2026年3月16日",
            {"导则.pdf": as_pdf(LIGHTS, article(58, 40))},
        ),
        whole(LIGHTS, 58),
        True,
    ),
    Case(
        "on trial, in a line of its own",
        Release(
            "关于印发《清河市河长巡河考核办法（试行）》的通知",
            ORDER.format("办法"),
            {"f.pdf": as_pdf("清河市河长巡河考核办法", "（试行）", article(59, 30))},
        ),
        Release("清河市河长巡河考核办法（试行）", article(59, 30)),
        True,
    ),
    Case(
        "a page with a head and a foot",
        Release(
            "清河市2025年法治政府建设工作情况报告",
            "报告全文见附件。",
            {"报告.pdf": as_pdf("清河市2025年法治政府建设工作情况报告", article(60, 40))},
        ),
        Release(
            "清河市2025年法治政府建设情况报告",
            f"来源：清河市司法局\n{article(60, 40)}\n扫一扫在手机打开当前页\n责任编辑：周小满",
        ),
        True,
    ),
    Case(
        "two files of one document on both pages",
        Release(
            ANSWERS, BELOW, {"a.pdf": as_pdf(ANSWERS, article(61, 30)), "b.docx": as_docx(ANSWERS, article(61, 30))}
        ),
        Release(
            f"清河市住房公积金管理中心关于印发《{ANSWERS}》的通知",
            ORDER.format(ANSWERS),
            {"b.ofd": as_ofd(ANSWERS, article(61, 30))},
        ),
        True,
    ),
    Case(
        "two notices that link one guide",
        Release(
            "清河市科技局关于组织申报2026年度清河市科技计划项目的通知",
            "请于四月十日前提交材料，要求见指南。",
            {"指南.pdf": as_pdf("2026年度清河市科技计划项目申报指南", article(62, 30))},
        ),
        Release(
            "关于延长2026年度清河市科技计划项目申报时间的通知",
            "受理时间延长至四月二十日，其余不变。",
            {"指南.pdf": as_pdf("2026年度清河市科技计划项目申报指南", article(62, 30))},
        ),
        False,
    ),
    Case(
        "a law, and a notice on its coming into force",
        whole(f"{LAW}（修订）", 63),
        Release(
            f"关于《{LAW}（修订）》施行有关事项的通知",
            "该条例自五月一日起施行，各地要做好衔接。",
            {"条例.pdf": as_pdf(f"{LAW}（修订）", article(63, 40))},
        ),
        False,
    ),
    Case(
        "a document, and questions on it",
        Release(
            f"关于印发《{ANSWERS}》补充通知的通知",
            BELOW,
            {"通知.pdf": as_pdf(f"关于印发《{ANSWERS}》补充通知的通知", article(64, 30))},
        ),
        Release(
            f"就《{ANSWERS}》补充通知答记者问",
            "负责人回答了记者提问，通知原文附后。",
            {"通知.pdf": as_pdf(f"关于印发《{ANSWERS}》补充通知的通知", article(64, 30))},
        ),
        False,
    ),
    Case(
        "bulletins of two months",
        Release(
            "清河市2026年1月工业运行情况通报",
            BELOW,
            {"1.pdf": as_pdf("清河市2026年1月工业运行情况通报", figures(1))},
            "2026-02-16",
        ),
        Release(
            "清河市2026年2月工业运行情况通报", BELOW, {"2.pdf": as_pdf("清河市2026年2月工业运行情况通报", figures(2))}
        ),
        False,
    ),
    Case(
        "the first and the second batch",
        Release(
            "关于公布清河市第一批绿色工厂名单的通知", BELOW, {"1.xlsx": as_xlsx("清河市第一批绿色工厂名单", firms(1))}
        ),
        Release(
            "关于公布清河市第二批绿色工厂名单的通知", BELOW, {"2.xlsx": as_xlsx("清河市第二批绿色工厂名单", firms(2))}
        ),
        False,
    ),
    Case(
        "a report on a plan links the plan",
        Release(
            "关于印发《清河市校园阅读推广方案》的通知",
            ORDER.format("方案"),
            {"f.pdf": as_pdf("清河市校园阅读推广方案", article(65, 30))},
        ),
        Release(
            "清河市校园阅读推广方案出台", article(66, 30), {"f.pdf": as_pdf("清河市校园阅读推广方案", article(65, 30))}
        ),
        False,
    ),
    Case(
        "a document, and a collection that holds it",
        Release(
            "关于印发《清河市果园灌溉补助细则》的通知",
            ORDER.format("细则"),
            {"f.pdf": as_pdf("清河市果园灌溉补助细则", article(67, 20))},
        ),
        Release(
            "清河市2026年惠农政策文件汇编",
            BELOW,
            {"f.pdf": as_pdf("清河市2026年惠农政策文件汇编", article(68, 60), article(67, 20), article(69, 60))},
        ),
        False,
    ),
    Case(
        "two districts of one template",
        Release(
            "河东区2026年政府工作报告", BELOW, {"f.docx": as_docx("河东区2026年政府工作报告", district("河东区", 3))}
        ),
        Release(
            "河西区2026年政府工作报告", BELOW, {"f.docx": as_docx("河西区2026年政府工作报告", district("河西区", 7))}
        ),
        False,
    ),
]
