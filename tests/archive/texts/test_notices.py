"""Pages that say that something is missing, and pages that are another page."""

import pytest

from archive.texts.notices import is_another_page, is_emptied, is_remnant, says_missing

BODY = "清河市今年计划修缮古桥十二座，全民阅读量达到5.2本。\n负责人说，年底以前全部完工。"


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("404", "您访问的页面不存在或已删除！"),
        ("清河市人民政府", "对不起，您要访问的网页不存在，请返回首页。"),
        ("提示信息", "该文章已被删除"),
        ("错误", "抱歉，找不到您要的页面"),
        ("404 Not Found", "The requested URL was not found on this server."),
        ("Error", "Sorry, the page you are looking for does not exist."),
        ("404 - 找不到文件或目录。", "返回"),
        ("系统提示", "您请求的信息已下线"),
        ("提示信息", "您查看的文章《清河市修缮古桥的实施方案》已被删除或者尚未发布，请返回首页浏览其他内容。"),
        ("提示信息", "《清河市修缮古桥的实施方案》一文已被发布者删除，请返回。"),
        ("出错啦", "您请求的页面 /art/2026/3/5/art_177_20931.html 不存在，请求时间 2026-03-11 10:01，请返回首页。"),
    ],
)
def test_a_page_that_says_it_is_missing(title: str, text: str) -> None:
    assert says_missing(title, text)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("清河市修缮古桥", BODY),
        (
            "关于删除违规信息的通报",
            "3月2日，市网信办召开会议，全市上月共删除违规信息四百余条。",
        ),
        ("市民热线404号答复", "来电人反映的路灯问题已经解决，感谢您的监督。"),
        ("不存在拖欠工资的企业公布", "市人社局公布第三批名录，共有四十家企业上榜，均连续三年没有欠薪记录。"),
        ("清河市通报", "该文章已被删除。" + BODY * 8),
        ("清河市公告", "市民可以在页面 http://www.qinghe.example/cx/2026/ 查询，不存在的号码不予受理。"),
        ("清河市公告", "市政府文件《清河市古桥修缮办法》已失效，新办法自3月1日起施行，由市住建局解释。"),
    ],
)
def test_a_release_does_not_say_it_is_missing(title: str, text: str) -> None:
    assert not says_missing(title, text)


@pytest.mark.parametrize(
    ("title", "text", "another"),
    [
        ("清河市修缮古桥", BODY, False),
        ("清河市修缮古桥", "全文改写，没有一句相同的话留下来了。", False),
        ("另起的题目", BODY.replace("十二座", "十三座"), False),
        ("云岭省人民政府门户网站", "要闻动态一二三四五六七。省政府召开常务会议研究部署。", True),
    ],
)
def test_another_page(title: str, text: str, another: bool) -> None:
    assert is_another_page("清河市修缮古桥", BODY, title, text) is another


# releases about pages that are missing: their title, whether the list has it, whether day or source is printed, their text
ABOUT = [
    (
        "关于清理不存在网页链接的公告",
        1,
        1,
        "经排查，我市部门网站上有页面不存在的链接312条，现全部清理。请各单位于3月20日前复核。",
    ),
    ("云桅市网站404页面改版", 1, 1, "3月2日起，市政府网站404页面启用新版式，页面不存在时提示改版后的栏目名称。"),
    (
        "关于部分规范性文件失效的公告",
        1,
        1,
        "下列规范性文件已失效：云水发〔2011〕3号、云水发〔2012〕8号。自公布之日起不再作为管理依据。",
    ),
    ("关于公章遗失的声明", 1, 1, "青竹街道办事处公章一枚丢失，文件编号为0031，声明作废。"),
    (
        "市政务公开办通报网页失效情况",
        1,
        0,
        "本月抽查网站40家，发现网页不存在或失效的有6家。被通报单位已在三日内完成整改。",
    ),
    ("关于注销失效链接的通知", 0, 1, "近期有群众反映，链接已失效的栏目仍在首页展示。各单位应于月底前逐条核对并删除。"),
    (
        "政务服务热线答复：文章找不到怎么办",
        1,
        1,
        "有市民来电询问，网站改版后旧文章找不到。信息中心答复，旧稿件已迁入历史栏目，可按年份查阅。",
    ),
    ("关于“养老补贴”信息不存在的辟谣", 1, 1, "网传“领取养老补贴”的网页不存在任何官方背景，市民政局从未发布此类通知。"),
    ("不动产权证书遗失公告", 1, 1, "因保管不善，河滨镇李家村集体土地使用证文件丢失，现公告作废。"),
    ("关于关闭“云桅教育”栏目的公告", 1, 1, "根据网站集约化要求，“云桅教育”栏目已关闭，内容并入市教育局公开专栏。"),
    (
        "云桅市政府网站2025年度工作报表解读",
        1,
        1,
        "全年未出现首页打不开的情况，页面不存在等差错同比下降八成。下一步将继续开展每周巡检。",
    ),
    ("关于下线移动客户端的公告", 1, 1, "因业务调整，客户端内信息已下线，服务事项转入“云桅通”办理。"),
    (
        "关于清理僵尸网页的通报",
        0,
        1,
        "通报指出，三家单位的网页内容不存在更新，超过一年无人维护。市里要求限期关停并办理注销手续。",
    ),
    ("关于文件查阅地址变更的公告", 1, 1, "原查阅地址已失效，档案馆自4月1日起在新馆二楼提供查阅服务。"),
    ("关于市民反映网页打不开的答复", 1, 1, "您好！您反映的“页面不存在”问题，系链接更新所致，现已修复，请刷新。"),
    ("关于“页面不存在”问题的答复", 1, 1, "您好，您来信说的栏目链接已改正，感谢您的关心。"),
    ("市网信办删除违规信息情况", 1, 1, "违规信息已删除四百余条，关闭账号12个，约谈平台3家。"),
    ("关于撤回《停车收费标准》的通知", 1, 1, "该标准有关内容已撤回，修订后的收费标准将于五月重新公布。"),
]
# pages that say that they are missing, in many words, or beside a title, a day or a source
MISSING = [
    ("404", 0, 0, "抱歉，您访问的页面不存在。请检查网址是否正确。您可以返回首页继续浏览。"),
    ("云桅市人民政府", 0, 0, "您查找的文章已被删除或移动。请联系网站管理员，电话见首页底部。"),
    ("青竹街道召开停车场建设推进会议", 1, 0, "该信息已被删除。"),
    ("青竹街道召开停车场建设推进会议", 1, 1, "该文章已被撤销，不再公开展示。"),
    ("关于做好步道维修工作的通知", 1, 1, "对不起，本页面内容已下线，给您带来不便敬请谅解。"),
    ("提示信息", 0, 1, "找不到您要的页面。页面将在5秒后自动跳转到首页，请稍候。"),
    ("Not Found", 0, 0, "Sorry, the page you requested was not found. Please go back to the home page."),
    ("系统提示", 0, 0, "页面不存在。云桅市人民政府门户网站主办单位：云桅市人民政府办公室。"),
    ("北岭区新添堤防方便群众", 1, 0, "此内容已删除，您可以浏览其他新闻。返回首页查看更多内容。"),
    ("南湾区召开推进会议", 1, 1, "您访问的信息不存在或已过期。"),
    ("错误", 0, 0, "错误代码：404。请求的资源未找到。请点击返回上一页。"),
    ("云桅市水务局", 0, 1, "对不起，您要访问的文件不存在，可能已被移除。感谢您对我们工作的关注与支持。"),
    ("河滨镇泵站开放", 1, 0, "本稿件已撤回。"),
    ("访问出错", 0, 0, "所访问的页面不存在或已失效。请确认网址后重新输入。版权所有 云桅市人民政府。"),
    ("河滨镇泵站开放首日接待群众", 1, 1, "页面不存在"),
    ("河滨镇泵站开放首日接待群众", 1, 1, "您访问的“河滨镇泵站开放首日接待群众”页面不存在。"),
    ("系统提示", 0, 1, "提示：“您访问的页面不存在”，请返回首页。"),
    ("青竹街道图书室开放", 1, 1, "这篇文章已被作者删除。点击查看更多内容。"),
]


@pytest.mark.parametrize(("title", "confirmed", "headed", "text"), ABOUT)
def test_a_release_about_missing_pages_is_none_of_them(title: str, confirmed: int, headed: int, text: str) -> None:
    assert not says_missing(title, text, confirmed=bool(confirmed), headed=bool(headed))


@pytest.mark.parametrize(("title", "confirmed", "headed", "text"), MISSING)
def test_a_missing_page_beside_signs_of_a_release(title: str, confirmed: int, headed: int, text: str) -> None:
    assert says_missing(title, text, confirmed=bool(confirmed), headed=bool(headed))


NAVIGATION = '<ul><li><a href="/">网站首页</a></li><li><a href="/zw/">政务公开</a></li></ul>'
FOOTER = "<p>主办：清河市人民政府办公室　地址：清河市滨河大道1号　邮编：000000</p>"


@pytest.mark.parametrize(
    ("html", "emptied"),
    [
        (f"{NAVIGATION}<h1>清河市修缮古桥</h1><div class='zw'></div>{FOOTER}", True),
        (f"{NAVIGATION}<h1></h1><div class='zw'>&nbsp;</div>{FOOTER}", True),
        (
            f"{NAVIGATION}<div class='zw' hidden>{BODY.replace('，', '，<br>')}</div>{FOOTER}",
            False,
        ),  # it stands there unread
        (f"{NAVIGATION}<script>var text = '{BODY[:30]}';</script>{FOOTER}", False),
        (f"{NAVIGATION}<div class='zw'>正文加载中</div>{FOOTER}", False),
        (f"{NAVIGATION}<div class='zw'>{{{{ detail.content }}}}</div>{FOOTER}", False),
        ("<div id='app'></div><script src='/app.js'></script>", False),
        (f"<h1>清河市修缮古桥</h1>{FOOTER}", False),  # no frame
    ],
)
def test_the_frame_of_a_site_without_the_held_text_is_emptied(html: str, emptied: bool) -> None:
    assert is_emptied(BODY, html) is emptied


@pytest.mark.parametrize("begun", ["<!--", "<script ", "<title>", "<", "<a "])
def test_tags_that_nothing_closes_are_looked_through_once(begun: str) -> None:
    """While the end of each was looked for, this took minutes and met the limit of time of a test."""
    assert not is_emptied(BODY, f"{NAVIGATION}{begun * 300_000}")


@pytest.mark.parametrize(
    ("line", "remnant"),
    [
        ("该文章已归档。", True),
        ("此件内容整理中", True),
        ("—", True),
        ("您没有权限浏览此文章，请登录后查看", False),
        ("本信息已于2026年3月20日移入历史资料库。", True),
        ("正在加载…", False),
        ("清河市今年计划修缮古桥十二座", False),  # the text, cut short
        (BODY[30:], False),
        ("点击下载附件", False),
        ("视频来源：清河市融媒体中心", False),
        ("", False),
    ],
)
def test_a_line_in_the_place_of_a_held_text(line: str, remnant: bool) -> None:
    assert is_remnant(BODY, line) is remnant
