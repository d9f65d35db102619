"""Pages that lead elsewhere by themselves, and pages that only seem to."""

import pytest
from scrapy.http import HtmlResponse

from crawler.network.refresh import leads_to

HERE = "http://yunwei.example/a/1.html"
HOME = "http://yunwei.example/"
ZT = "http://yunwei.example/zt/9.html"


def script(code: str, body: str = "", head: str = "") -> str:
    return f"<html><head><title>云桅市召开河道清淤工作推进会并部署下一阶段的重点任务和安全生产工作</title>{head}<script>{code}</script></head><body>{body}</body></html>"


@pytest.mark.parametrize(
    ("page", "target"),
    [
        (script("window.location.href='/zt/9.html';"), ZT),
        (script('top.location = "../zt/9.html"'), ZT),
        (script("location.replace('http://yunwei.example/zt/9.html')", "<p>正在跳转，请稍候</p>"), ZT),
        (script("alert('您访问的信息不存在！');window.location.href='/';"), HOME),
        (script("setTimeout(function(){window.location.href='/';},3000);", "<p>3秒后返回首页</p>"), HOME),
        (script("setTimeout(() => { location.assign('/'); }, 500)"), HOME),
        (script("setTimeout(\"location.href='/'\", 3000);"), HOME),
        (script("<!--\nlocation.href='/'\n//-->", head="<script src='/hm.js'></script>"), HOME),
        ("<meta http-equiv='refresh' content='0;url=/zt/9.html'>", ZT),
        (script("var url = '/zt/9.html';\nwindow.location.replace(url);"), ZT),
        # telephones go to one place, all others to another
        (
            script(
                "if(/android|iphone/i.test(navigator.userAgent)){location.href='/m/'}else{location.href='/zt/9.html'}"
            ),
            ZT,
        ),
        (
            script(
                "var ua=navigator.userAgent;function go(){if(ua.match(/Mobile/i)=='Mobile'){location='/m/';}else{location='/zt/9.html';}}go();"
            ),
            ZT,
        ),
        # the page's own answer is to be read
        (script("setTimeout(function(){location.href='/';},3000);", "<p>您访问的页面不存在，3秒后返回首页</p>"), ""),
        (
            script(
                "location.href='/';",
                "<p>云桅市水务局今天宣布，第三号堤防的加固工程已经全部完工，汛期之前投入使用，惠及沿河乡镇。</p>",
            ),
            "",
        ),
        (script("setTimeout(function(){location.href='/';},30000);"), ""),
        ("<meta http-equiv='refresh' content='30;url=/'>", ""),
        # checks of firewalls
        (script("document.cookie='acw_sc__v2=7';location.href='/zt/9.html'"), ""),
        (script("document.cookie='k=1'") + "<script>location.href='/zt/9.html'</script>", ""),
        (script("location.href='/a/1.html'"), ""),
        (script("location.href='/a/1.html?wzws=84f2'"), ""),
        (script("location.href='/zt/'+n+'.html'"), ""),
        (script("location.href=location.pathname"), ""),
        (script("location.reload()"), ""),
        (script("var url='/a/1.html?k=7';location.href=url"), ""),
        (script("var url='/zt/'+n;location.href=url"), ""),
        (
            script(
                "if(/Mobile/.test(navigator.userAgent)){document.cookie='m=1';location='/m/'}else{location='/zt/9.html'}"
            ),
            "",
        ),
        # one of several ways
        (script("if(!/Mobile/.test(navigator.userAgent)){location='/zt/9.html'}else{location='/m/'}"), ""),
        (script("if(/Mobile/.test(navigator.userAgent)){location='/m/'}else if(x){location='/zt/9.html'}"), ""),
        (script("if(/Android|iPhone/i.test(navigator.userAgent)){location.href='/m/1.html'}"), ""),
        (script("function go(){location.href='/'}"), ""),
        ("<!--<script>location.href='/zt/9.html'</script>-->", ""),
        # no address that is asked for
        (script("location.href='javascript:history.back()'"), ""),
        (script("location.href='http://[1/'"), ""),
        (script("location.href='#top'"), ""),
        ("<meta http-equiv='refresh' content='5;url=/a/1.html'>", ""),
    ],
)
def test_leads_to(page: str, target: str) -> None:
    assert leads_to(HtmlResponse(HERE, body=page.encode(), encoding="utf-8")) == target
