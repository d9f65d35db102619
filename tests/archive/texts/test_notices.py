"""Pages that say that something is missing, and pages that are another page."""

import pytest

from archive.texts.notices import is_another_page, says_missing

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
