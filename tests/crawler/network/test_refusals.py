"""Refusals that are served as pages, and pages that are none."""

import pytest

from crawler.network.refusals import block_reason

COOKIE = "<html><script>document.cookie='__jsl_clearance=16;path=/';location.href=location.pathname</script></html>"
REDIRECT = '<html><head><meta http-equiv="refresh" content="0;url=/index.html?x=1"></head></html>'
LEAVING = "<html><script>setTimeout(function(){location.href='/';},3000);</script><p>您访问的页面不存在，3秒后返回首页</p></html>"
CHECKING = "<html><script>document.cookie='acw_sc__v2=7';location.reload()</script><p>404 页面不存在</p></html>"
SHELL = "<html><head><script>var _0x4f2a=['a'];</script></head><body></body></html>" + " " * 700
REFUSED = "<html><body><h1>访问被拒绝</h1><p>您的请求存在异常，已被网站防火墙拦截。</p></body></html>"
LOGIN = "<html><body><h2>用户登录</h2><form><input name=u><input type='password' name=p></form></body></html>"
SHORT = "<html><body><h1>通知</h1><p>请各单位于3月20日前报送春季植树情况，逾期不报的予以通报。</p></body></html>"
MOVED = (
    "<html><script>setCookie()</script><body>"
    + "<p>全市春季造林工作进展顺利，已完成计划的六成。</p>" * 20
    + "</body></html>"
)

PROSE = (
    "<p>云埠市政务服务网新增人机验证。该功能自3月1日起试运行。首批覆盖社保和公积金两类事项。月底前推广到全部事项。</p>"
)
BOX = "<div>用户登录<input type='password' name=p></div>"
FIREWALL = "<p>本网站已启用网站防火墙。系统检测到异常流量。您的访问已被拦截。</p>"
ROWS = "".join(f"<li><a href='/xw/{n}.html'>云埠新闻第{n}则</a></li>" for n in range(8))
STYLES = "<style>" + ".slide{width:300px;background:#eee}\n" * 250 + "</style>"
SLIDER = f"<title>访问验证</title>{STYLES}<p>为保障您的访问安全，请按住滑块，拖动到最右边</p>"
WAITING = f"<title>请稍候</title>{STYLES}<p>正在进行安全检查，请稍候…</p>"
STOPPED = f"<title>网站防火墙</title>{STYLES}<p>您的请求带有不合法参数，已被网站管理员设置拦截！</p>"
MISSING = f"<title>提示</title>{STYLES}<h3>抱歉，您访问的页面不存在</h3>"
CHECKED = f"<title>清河镇开展安全检查</title>{STYLES}<h1>清河镇开展安全检查</h1><p>3月5日，清河镇对十二家企业进行安全检查。</p>"


@pytest.mark.parametrize(
    ("status", "page", "reason"),
    [
        (403, "no", "http-403"),
        (412, COOKIE, "http-412"),
        (521, "", "http-521"),
        (200, COOKIE, "challenge"),
        (200, REDIRECT, "challenge"),
        (200, SHELL, "challenge"),
        (200, LEAVING, ""),
        (200, CHECKING, "challenge"),
        (200, REFUSED, "refused"),
        (200, LOGIN, "login"),
        (200, SHORT, ""),
        (200, MOVED, ""),
        (200, "", ""),
        (404, SHORT, ""),
        (200, f"<html><body>{PROSE}</body></html>", ""),
        (200, f"<html><body><ul>{ROWS}<li><a href='/xw/9.html'>云埠市新增人机验证</a></li></ul></body></html>", ""),
        (200, f"<html><body>{BOX}{PROSE}</body></html>", ""),
        (200, f"<html><body>{FIREWALL}<a href='/'>返回首页</a></body></html>", "refused"),
        (200, f"<html><body>{BOX}<p>请先登录。登录后可查看办件进度。</p></body></html>", "login"),
        (200, SLIDER, "refused"),
        (200, WAITING, "refused"),
        (200, STOPPED, "refused"),
        (200, f"{STYLES}<h3>请求存在威胁，已被拦截</h3>", "refused"),
        (200, f"{STYLES}<p>很抱歉，您访问的URL可能对网站造成安全威胁，您的访问被阻断。</p>", "refused"),
        (200, MISSING, ""),
        (200, CHECKED, ""),
        (200, f"{STYLES}<h1>清河政务网新增人机验证</h1><p>该功能自3月1日起在全市试运行。</p>", ""),
        (200, "<html>" + "<p>讲解滑动验证与人机验证的区别。</p>" * 400 + "</html>", ""),
    ],
)
def test_block_reason(status: int, page: str, reason: str) -> None:
    assert block_reason(status, page.encode(), page) == reason


@pytest.mark.parametrize("page", [SLIDER, f"{BOX}<p>请先登录。</p>"])
def test_a_page_that_shows_the_listed_title_is_no_refusal(page: str) -> None:
    title = "公积金网厅登录新增滑块验证的通知"
    assert block_reason(200, page.encode(), page, title) in ("refused", "login")
    named = f"<h1>{title}</h1>{page}"
    assert block_reason(200, named.encode(), named, title) == ""
    assert block_reason(200, f"<h1>通知</h1>{page}".encode(), f"<h1>通知</h1>{page}", "通知") in ("refused", "login")
    assert block_reason(403, named.encode(), named, title) == "http-403"
