import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.urls import canonical

SAME = {
    "scheme": ("http://www.luoxi.gov.cn/a/b.html", "https://www.luoxi.gov.cn/a/b.html"),
    "www": ("http://luoxi.gov.cn/a/b.html", "http://www.luoxi.gov.cn/a/b.html"),
    "host in capitals": ("http://WWW.LuoXi.gov.cn/a/B.html", "http://www.luoxi.gov.cn/a/B.html"),
    "dot after the host": ("http://www.luoxi.gov.cn./a", "http://www.luoxi.gov.cn/a"),
    "port of http": ("http://luoxi.gov.cn:80/a", "http://luoxi.gov.cn/a"),
    "port of https": ("https://luoxi.gov.cn:443/a", "https://luoxi.gov.cn/a"),
    "user name": ("http://me:secret@luoxi.gov.cn/a", "http://luoxi.gov.cn/a"),
    "bare host": ("http://luoxi.gov.cn", "http://luoxi.gov.cn/"),
    "index.html": ("http://luoxi.gov.cn/n1/n2/index.html", "http://luoxi.gov.cn/n1/n2/"),
    "index.shtml": ("http://luoxi.gov.cn/web/20260812/index.shtml", "http://luoxi.gov.cn/web/20260812/"),
    "index.htm": ("http://luoxi.gov.cn/index.htm", "http://luoxi.gov.cn/"),
    "default.aspx": ("http://luoxi.gov.cn/x/Default.aspx", "http://luoxi.gov.cn/x/"),
    "closing slash": ("http://luoxi.gov.cn/2188837/", "http://luoxi.gov.cn/2188837"),
    "fragment": ("http://luoxi.gov.cn/a.html#top", "http://luoxi.gov.cn/a.html"),
    "double slash": ("http://luoxi.gov.cn//a//b.html", "http://luoxi.gov.cn/a/b.html"),
    "dot segments": ("http://luoxi.gov.cn/x/../a/./b.html", "http://luoxi.gov.cn/a/b.html"),
    "backslash": ("http://luoxi.gov.cn\\a\\b.html", "http://luoxi.gov.cn/a/b.html"),
    "spaces around": (" http://luoxi.gov.cn/a.html\n", "http://luoxi.gov.cn/a.html"),
    "needless encoding": ("http://luoxi.gov.cn/%61%2Ehtml", "http://luoxi.gov.cn/a.html"),
    "encoding in small letters": ("http://luoxi.gov.cn/%e6%b4%9b", "http://luoxi.gov.cn/%E6%B4%9B"),
    "Chinese as it is": ("http://luoxi.gov.cn/洛?q=西", "http://luoxi.gov.cn/%E6%B4%9B?q=%E8%A5%BF"),
    "order of parameters": ("http://luoxi.gov.cn/a?b=1&a=2", "http://luoxi.gov.cn/a?a=2&b=1"),
    "parameters escaped twice": ("http://luoxi.gov.cn/a?b=1&amp;c=2", "http://luoxi.gov.cn/a?b=1&c=2"),
    "campaign": ("http://luoxi.gov.cn/a?id=3&utm_source=x&spm=1.2", "http://luoxi.gov.cn/a?id=3"),
    "shared in WeChat": ("http://luoxi.gov.cn/a.html?from=timeline&isappinstalled=0", "http://luoxi.gov.cn/a.html"),
    "cache buster of jQuery": ("http://luoxi.gov.cn/a?_=1760000000000", "http://luoxi.gov.cn/a"),
    "session in the path": ("http://luoxi.gov.cn/a.jsp;jsessionid=0F9A?id=3", "http://luoxi.gov.cn/a.jsp?id=3"),
    "session in the query": ("http://luoxi.gov.cn/a.php?PHPSESSID=9&id=3", "http://luoxi.gov.cn/a.php?id=3"),
    "empty query": ("http://luoxi.gov.cn/a?", "http://luoxi.gov.cn/a"),
    "phone": ("http://m.luoxi.gov.cn/a.html", "http://www.luoxi.gov.cn/a.html"),
    "wap": ("http://wap.luoxi.gov.cn/a.html", "http://luoxi.gov.cn/a.html"),
    "Hanweb, xxgkhide": (
        "http://sw.luoxi.gov.cn/art/2026/9/8/art_106468_1036.html?xxgkhide=1",
        "http://sw.luoxi.gov.cn/art/2026/9/8/art_106468_1036.html",
    ),
    "Hanweb, two columns": (
        "http://luoxi.gov.cn/art/2026/9/8/art_116655_751479.html",
        "http://luoxi.gov.cn/art/2026/9/8/art_107851_751479.html",
    ),
    "Hanweb, with and without the column's folder": (
        "http://luoxi.gov.cn/col/col48336/art/2026/art_95d35f3c8a1e47469fb8b5fa3cf63f50.html",
        "http://luoxi.gov.cn/art/2026/art_95d35f3c8a1e47469fb8b5fa3cf63f50.html",
    ),
    "NFCMS on the phone": (
        "http://luoxi.gov.cn/zw/content/mpost_9360.html",
        "http://luoxi.gov.cn/zw/content/post_9360.html",
    ),
    "people.com.cn in BIG5": (
        "http://sd.people.com.cn/BIG5/n2/2020/0413/c1-33.html",
        "http://sd.people.com.cn/n2/2020/0413/c1-33.html",
    ),
    "list of people.com.cn in BIG5": (
        "http://sd.people.com.cn/BIG5/1662/",
        "http://sd.people.com.cn/GB/1662/index.html",
    ),
    "BIG5 gate": ("http://big5.luoxi.gov.cn/gate/big5/www.luoxi.gov.cn/a/b.html", "http://www.luoxi.gov.cn/a/b.html"),
    "BIG5 host": ("http://big5.luoxi.gov.cn/a/b.html", "http://www.luoxi.gov.cn/a/b.html"),
    "litenews, share and article": (
        "https://sdxw.iqilu.com/share/YS0yMS01MTY0MTE4.html",
        "https://sdxw.iqilu.com/w/article/YS0yMS01MTY0MTE4.html",
    ),
    "e-paper on the phone": (
        "https://epaper.luoxi.cn/lxrb/pad/content/202602/08/content_122246.html",
        "https://epaper.luoxi.cn/lxrb/pc/content/202602/08/content_122246.html",
    ),
}

DIFFERENT = {
    "another path": ("http://luoxi.gov.cn/a.html", "http://luoxi.gov.cn/b.html"),
    "case of the path": ("http://luoxi.gov.cn/A.html", "http://luoxi.gov.cn/a.html"),
    "id": ("http://luoxi.gov.cn/show?id=3", "http://luoxi.gov.cn/show?id=4"),
    "page of a list": ("http://luoxi.gov.cn/a?page=1", "http://luoxi.gov.cn/a?page=2"),
    "another port": ("http://luoxi.gov.cn:8081/a", "http://luoxi.gov.cn:8082/a"),
    "non-default port": ("http://luoxi.gov.cn:8080/a", "http://luoxi.gov.cn/a"),
    "another department": ("http://sw.luoxi.gov.cn/a", "http://gxt.luoxi.gov.cn/a"),
    "encoded slash": ("http://luoxi.gov.cn/a%2Fb", "http://luoxi.gov.cn/a/b"),
    "next page of a list": ("http://luoxi.gov.cn/x/index_1.html", "http://luoxi.gov.cn/x/index.html"),
    "Hanweb, another id": (
        "http://luoxi.gov.cn/art/2026/9/8/art_116655_751479.html",
        "http://luoxi.gov.cn/art/2026/9/8/art_116655_751480.html",
    ),
    "Hanweb, another column": (
        "http://luoxi.gov.cn/col/col1861/index.html",
        "http://luoxi.gov.cn/col/col1862/index.html",
    ),
    "Hanweb, another area of a column": (
        "http://luoxi.gov.cn/col/col1/?vc_xxgkarea=11",
        "http://luoxi.gov.cn/col/col1/?vc_xxgkarea=12",
    ),
    "where a parameter comes from": ("http://luoxi.gov.cn/a?from=2020", "http://luoxi.gov.cn/a?from=2021"),
    "a host that only begins with m": ("http://mofcom.gov.cn/a", "http://ofcom.gov.cn/a"),
}


@pytest.mark.parametrize(("a", "b"), SAME.values(), ids=SAME)
def test_addresses_of_one_page_have_one_key(a, b):
    assert canonical(a) == canonical(b)


@pytest.mark.parametrize(("a", "b"), DIFFERENT.values(), ids=DIFFERENT)
def test_addresses_of_two_pages_have_two_keys(a, b):
    assert canonical(a) != canonical(b)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.Luoxi.gov.cn:443/n1/index.html?utm_medium=x#top", "luoxi.gov.cn/n1"),
        ("http://127.0.0.1:8000/col/col12/index.html", "127.0.0.1:8000/col/col12"),
        ("http://www.luoxi.gov.cn/art/2026/9/8/art_116655_751479.html?xxgkhide=1", "luoxi.gov.cn/art/751479"),
        ("https://sdxw.iqilu.com/share/YS0yMS01MTY0MTE4.html", "sdxw.iqilu.com/article/a-21-5164118"),
        ("http://[::1]:8000/a", "[::1]:8000/a"),
        ("http://洛西.cn/a", "xn--nywq91d.cn/a"),
        ("javascript:void(0)", "javascript:void(0)"),
        ("http://luoxi.gov.cn:port/a", "http://luoxi.gov.cn:port/a"),
        ("", ""),
    ],
)
def test_keys_as_they_are_stored(url, key):
    assert canonical(url) == key


PIECES = st.sampled_from(
    [
        *(
            "index.html",
            "default.aspx",
            "/",
            "//",
            "..",
            ".",
            "gate/big5/",
            "www.",
            "m.",
            "big5.",
            "luoxi.gov.cn",
            ":80",
            ":8080",
            ":443",
        ),
        *(
            "BIG5/",
            "n2/",
            "GB/",
            "art/2026/9/8/",
            "col/col1/",
            "art_1_2.html",
            "share/YS0yMS01MTY0MTE4.html",
            "w/article/",
            "%2e%2E",
            "%",
        ),
        *(
            "%2f",
            "%zz",
            "%25",
            "content/mpost_1.html",
            "pad/content/1",
            ";jsessionid=1",
            "?",
            "&",
            "&amp;",
            "=",
            "#",
            "_=1",
            "from=share",
        ),
        *("id=3", "xxgkhide=1", "utm_a=b", "洛西", " ", "\\", "@", "[", "]", "http://", "https://", "+", "a", "~"),
    ]
)


@given(
    st.one_of(
        st.text(max_size=40),
        st.lists(PIECES, max_size=12).map("".join),
        st.lists(PIECES, max_size=9).map(lambda p: "http://h.cn/" + "".join(p)),
    )
)
def test_a_key_is_its_own_key(url):
    assert canonical(canonical(url)) == canonical(url)
