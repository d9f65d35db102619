"""Portals of invented places, each of a kind of its own: the way to the news column, and what stands beside it, differ."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Portal = dict[str, Any]
Routes = dict[str, list[Any]]
Form = Callable[[int], str]  # the path of the article with this number

HTML = {"Content-Type": "text/html; charset=utf-8"}
NEWS = ("{p}举行老街修缮开工仪式", "{p}水厂二期通水", "县长到果园察看春管", "{p}给渡口换上新栏杆", "全县夜校开课")
NOTICES = ("关于{p}河堤用地的公示", "{p}道路封闭施工通告", "关于征集意见的公告")
UPPER = ("全省春耕现场会召开", "国务院部署安全检查", "全国技能大赛启幕", "省委主要负责人调研水利")
CITY = ("蘅州港新航线首航", "蘅州召开工业大会", "蘅州书展开幕", "蘅州市长会见客商")
OFFICES = ("水利局清理沟渠", "南河镇修补田埂", "教育局检查校车", "城关街道慰问老人")
TOWNS = ("{p}南河镇春灌", "{p}北坡乡植树", "{p}城关街道夜市开张")


def text(title: str, place: str) -> str:
    lines = "".join(
        f"<p>{title}。{place}的第{k}批物料已经运到现场，施工队分三班作业，沿线住户可以在村口的牌子上查看每天的进度和联系电话。</p>"
        for k in range(4)
    )
    return f"<h1>{title}</h1><div class='about'>2026-03-{10:02} 08:30 来源：{place}融媒体中心</div><div class='story'>{lines}</div>"


def page(title: str, body: str, head: str = "") -> list[Any]:
    return [
        200,
        HTML,
        f"<html><head><meta charset='utf-8'><title>{title}</title>{head}</head><body>{body}</body></html>",
    ]


class Maker:
    """Makes the columns and the home page of one portal."""

    def __init__(self, id: str, place: str, region: str, *, title: str = "", code: bool = True) -> None:
        self.id, self.place, self.region = id, place, region
        self.name = f"{place}人民政府"
        self.short = place[:-1]
        self.title = title or f"{self.name}门户网站"
        mark = f'<meta name="SiteIDCode" content="{region}0007">' if code else ""
        self.head = f'<meta name="SiteName" content="{self.name}">{mark}'
        self.routes: Routes = {}
        self.links: list[tuple[str, str]] = []
        self.neighbours: dict[str, str] = {}
        self.articles: list[str] = []

    def column(
        self,
        name: str,
        path: str,
        form: Form,
        titles: Sequence[str],
        *,
        own: bool = False,
        number: int = 9,
        linked: bool = True,
        more: str = "",
        second: str = "",
        row: str = "<li><a href='{url}'>{title}</a><em>{day}</em></li>",
        said: str = "",
    ) -> list[str]:
        """A list of articles; `said` is the title of its page. The articles' paths."""
        paths = [form(n) for n in range(number)]
        rows = []
        for n, one in enumerate(paths):
            title = f"{titles[n % len(titles)].format(p=self.short)}（{n + 1}）"
            day = f"2026-03-{28 - n:02}"
            rows.append(row.format(url=one, title=title, day=day))
            self.routes[one] = page(f"{title}-{self.name}", text(title, self.place))
        half = len(rows) // 2 + 1 if second else len(rows)
        shown = said if said else f"{name}_{self.title}"
        self.routes[path] = page(shown, f"<ul>{''.join(rows[:half])}</ul>{more}", self.head)
        if second:
            self.routes[second] = page(shown, f"<ul>{''.join(rows[half:])}</ul>", self.head)
        if linked:
            self.links.append((name, path))
        if own:
            self.articles = paths
        else:
            self.neighbours[name] = path
        return paths

    def usual(self, *names: str) -> None:
        """The neighbours of a news column."""
        kinds = {
            "公示公告": NOTICES,
            "通知": NOTICES,
            "国务院要闻": UPPER,
            "省内要闻": UPPER,
            "部门动态": OFFICES,
            "乡镇动态": TOWNS,
            "图片新闻": NEWS,
            "视频": NEWS,
        }
        for number, name in enumerate(names):
            self.column(name, f"/lm/{number}/", lambda n, number=number: f"/lm/{number}/{n}.html", kinds[name])

    def home(self, path: str = "/", *, links: str = "", boxes: bool = True) -> None:
        menu = "".join(f"<a href='{url}'>{name}</a>" for name, url in self.links)
        shown = (
            "".join(f"<div><h3>{name}</h3><a href='{url}'>更多</a></div>" for name, url in self.links) if boxes else ""
        )
        foot = "<a href='http://www.gov.cn/'>中国政府网</a><a href='/zwgk/'>政府信息公开</a><a href='/about.html'>关于我们</a>"
        self.routes[path] = page(self.title, f"{menu}{links}{shown}{foot}", self.head)

    def portal(self, kind: str, verdicts: Sequence[str], list: str = "", **more: Any) -> Portal:
        truth = {
            "verdicts": [*verdicts],
            "list": list,
            "articles": self.articles if list else [],
            "region": self.region,
            "name": self.name,
        }
        return {
            "id": self.id,
            "kind": kind,
            "routes": self.routes,
            "truth": truth,
            "neighbours": self.neighbours,
            **more,
        }


def refreshed() -> Portal:
    """The home page is a meta refresh; the column is named by a picture."""
    made = Maker("refreshed", "砚溪县", "371724")
    made.column(
        "砚溪要闻", "/xwzx/yxyw/", lambda n: f"/xwzx/yxyw/202603/t20260328_{900 + n}.html", NEWS, own=True, linked=False
    )
    made.usual("公示公告", "图片新闻")
    made.home("/site/index.html", links="<a href='/xwzx/yxyw/'><img src='/1.png' alt='砚溪要闻'></a>")
    made.routes["/"] = [
        200,
        HTML,
        "<html><head><meta http-equiv='refresh' content='0;url=/site/index.html'></head></html>",
    ]
    return made.portal("refresh", ["adopted"], "/xwzx/yxyw/")


def moved() -> list[Portal]:
    """The portal has moved to another host."""
    made = Maker("moved-to", "苇塘区", "370304")
    made.column("区内要闻", "/qnyw.htm", lambda n: f"/info/1003/{500 + n}.htm", NEWS, own=True)
    made.usual("通知", "部门动态")
    made.home()
    there = made.portal("helper", [])
    old = {"/": [301, {"Location": "{BASE:moved-to}/"}, ""]}
    truth = {
        "verdicts": ["adopted"],
        "list": "{BASE:moved-to}/qnyw.htm",
        "articles": [],
        "region": made.region,
        "name": made.name,
    }
    return [there, {"id": "moved", "kind": "moved", "routes": old, "truth": truth, "neighbours": {}}]


def below_a_hub() -> Portal:
    """The column lies below 新闻中心; its page bears the site's title alone, its list goes on by a link."""
    made = Maker("hub", "云麓市", "430181")
    second = "/c/7/index_2.html"
    made.column(
        "云麓新闻",
        "/c/7/index.html",
        lambda n: f"/c/7/{n + 40}.html",
        NEWS,
        own=True,
        linked=False,
        said=made.title,
        more=f"<a href='{second}'>下一页</a>",
        second=second,
    )
    made.column("省内要闻", "/c/8/index.html", lambda n: f"/c/8/{n + 40}.html", UPPER, linked=False)
    made.usual("公示公告")
    made.links.append(("新闻中心", "/news/"))
    made.home()
    made.routes["/news/"] = page(
        f"新闻中心-{made.name}",
        "<a href='/c/8/index.html'>省内要闻</a><a href='/c/7/index.html'>云麓新闻</a>",
        made.head,
    )
    return made.portal("hub", ["adopted"], "/c/7/index.html")


def section_that_is_a_list() -> Portal:
    """The only column is called 新闻中心, and is a list."""
    made = Maker("section", "柘山县", "341823")
    made.column(
        "新闻中心", "/news/index.shtml", lambda n: f"/system/2026/03/{28 - n:02}/0300{n:05}.shtml", NEWS, own=True
    )
    made.usual("公示公告", "视频")
    made.home(boxes=False)
    return made.portal("section", ["adopted"], "/news/index.shtml")


def without_days() -> Portal:
    """The list prints no days; the articles do. The site tells its code in no tag, the foot tells its registration."""
    made = Maker("undated", "章丘区", "370114", code=False)
    made.column(
        "今日章丘",
        "/jrzq/",
        lambda n: f"/2026/03-28/{70 + n}.html",
        NEWS,
        own=True,
        row="<li><a href='{url}'>{title}</a></li>",
    )
    made.usual("国务院要闻", "乡镇动态")
    made.home()
    return made.portal("undated", ["adopted"], "/jrzq/")


def fed() -> Portal:
    """The portal's column is a feed."""
    made = Maker("feed", "槐荫区", "370104")
    paths = made.column("本地动态", "/rss.html", lambda n: f"/news/{n}.html", NEWS, own=True, linked=False)
    items = "".join(
        f"<item><title>{NEWS[n % 5].format(p='槐荫')}</title><link>{path}</link><pubDate>Sat, {28 - n} Mar 2026 09:00:00 +0800</pubDate></item>"
        for n, path in enumerate(paths)
    )
    made.routes["/rss/local.xml"] = [
        200,
        {"Content-Type": "application/rss+xml"},
        f"<rss version='2.0'><channel><title>本地动态</title>{items}</channel></rss>",
    ]
    made.links.append(("本地动态", "/rss/local.xml"))
    made.usual("公示公告")
    made.home()
    return made.portal("feed", ["adopted"], "/rss/local.xml")


def of_the_city() -> Portal:
    """A column of the right name lists the city's articles, on the county's own host."""
    made = Maker("city", "芦湾县", "330424")
    made.column("政务要闻", "/yw/", lambda n: f"/yw/{n}.html", CITY)
    made.usual("公示公告")
    made.home()
    for path in [path for path in made.routes if path.startswith("/yw/") and path != "/yw/"]:
        made.routes[path][2] = made.routes[path][2].replace("芦湾县", "蘅州市")
    return made.portal("city", ["no-column", "not-a-list"])


def of_above() -> Portal:
    """A column of the right name lists what the levels above did."""
    made = Maker("above", "堰头区", "320506")
    made.column("时政要闻", "/szyw/", lambda n: f"/szyw/{n}.html", UPPER)
    made.usual("通知", "图片新闻")
    made.home()
    return made.portal("above", ["no-column", "not-a-list"])


def that_is_an_article() -> Portal:
    """The column's link leads to an article."""
    made = Maker("article", "桑浦县", "350823")
    made.usual("公示公告", "部门动态")
    made.routes["/yw/1.html"] = page(
        "桑浦要闻", text("桑浦水厂二期通水", made.place) + "<a href='/yw/2.html'>下一篇</a>", made.head
    )
    made.links.append(("桑浦要闻", "/yw/1.html"))
    made.home()
    return made.portal("article", ["no-column", "not-a-list"])


def an_article_with_others() -> Portal:
    """The column's link leads to an article below which a box shows others with their days."""
    made = Maker("article-box", "桑浦县", "350823")
    made.usual("公示公告")
    paths = [f"/yw/{n}.html" for n in range(2, 10)]
    rows = "".join(
        f"<li><a href='{one}'>桑浦今天的第{n}件大事</a><i>2026-03-{9 + n:02}</i></li>" for n, one in enumerate(paths)
    )
    made.routes |= {one: page("桑浦的大事", text(f"桑浦今天的第{n}件大事", made.place)) for n, one in enumerate(paths)}
    told = "<p>桑浦水厂二期昨天通水，第一批三千户居民当晚喝上了新水，厂区的两台机组将在下个月全部投入运行。</p>" * 3
    head = "<h1>桑浦水厂二期昨天通水</h1><p>发布时间：2026-03-20 08:30　来源：桑浦县融媒体中心</p>"
    made.routes["/yw/1.html"] = page(
        "桑浦水厂二期昨天通水", f"{head}<div>{told}</div><h3>相关新闻</h3><ul>{rows}</ul>", made.head
    )
    made.links.append(("桑浦要闻", "/yw/1.html"))
    made.home()
    return made.portal("article", ["no-column", "not-a-list"])


def only_notices() -> Portal:
    """News that are notices in truth, and nothing else."""
    made = Maker("notices", "枫丹县", "510524")
    made.column("最新动态", "/zxdt/", lambda n: f"/zxdt/{n}.html", NOTICES)
    made.usual("公示公告", "国务院要闻", "图片新闻", "视频")
    made.home()
    return made.portal("notices", ["no-column", "not-a-list"])


def drawn(*, home: bool) -> Portal:
    """The column, or the home page, is drawn by a script that tells no interface."""
    made = Maker("drawn-home" if home else "drawn", "绮川市", "440282")
    shell = page("绮川市人民政府", "<div id='app'></div><script src='/js/app.js'></script>", made.head)
    made.routes["/js/app.js"] = [200, {"Content-Type": "application/javascript"}, "!function(){window.x=1}()"]
    made.routes["/yw/list.html"] = shell
    made.usual("公示公告")
    made.links.append(("绮川要闻", "/yw/list.html"))
    made.home()
    if home:
        made.routes["/"] = shell
    return made.portal("drawn", ["script-drawn"])


def empty_beside_a_list(*, drawn: bool) -> Portal:
    """The column of the best name shows nothing, another one is a plain list; `drawn`: a script that the list has not may draw it."""
    made = Maker("drawn-beside" if drawn else "empty-beside", "苕溪县" if drawn else "菱塘县", "330521")
    best, other = f"{made.short}要闻", f"{made.short}新闻"
    counts = "<script src='/js/count.js'></script><script>count('column', {})</script>"
    made.column(other, "/xw/", lambda n: f"/xw/{n}.html", NEWS, own=not drawn, more=counts.format(7))
    own = "<script src='/js/app.js'></script>" if drawn else ""
    made.routes["/yw/"] = page(best, f"<ul></ul>{counts.format(3)}{own}", made.head)
    for name in ("count", "app"):
        made.routes[f"/js/{name}.js"] = [200, {"Content-Type": "application/javascript"}, "!function(){window.x=1}()"]
    made.links.append((best, "/yw/"))
    made.usual("公示公告")
    made.home()
    return made.portal("drawn", ["script-drawn"]) if drawn else made.portal("empty", ["adopted"], "/xw/")


def refused(status: int, *, column: bool) -> Portal:
    """The site, or the column alone, turns crawlers away."""
    made = Maker(f"refused-{status}{'-column' if column else ''}", "琅屿县", "460107")
    made.column("琅屿要闻", "/yw/", lambda n: f"/yw/{n}.html", NEWS)
    made.column("最新动态", "/zx/", lambda n: f"/zx/{n}.html", NEWS)
    made.usual("公示公告")
    made.home()
    made.routes["/yw/" if column else "/"] = [status, HTML, "<html><script>location.reload()</script></html>"]
    return made.portal("refused", ["blocked"])


def closed_column() -> Portal:
    """robots.txt closes the column alone."""
    made = Maker("robots-column", "鹿鸣县", "360123")
    made.column("鹿鸣要闻", "/yw/", lambda n: f"/yw/{n}.html", NEWS)
    made.usual("公示公告")
    made.home()
    made.routes["/robots.txt"] = [200, {"Content-Type": "text/plain"}, "User-agent: *\nDisallow: /yw/\n"]
    return made.portal("robots", ["robots"])


def broken() -> list[Portal]:
    """Sites that give no page: an error, a circle of redirects, a login."""
    routes: Mapping[str, Routes] = {
        "failing": {"*": [502, HTML, "bad gateway"]},
        "circle": {"*": [302, {"Location": "{PATH}x"}, ""]},
        "login": {"*": page("统一身份认证", "<form>用户登录<input type='password' name='p'></form>")},
    }
    truth = {"failing": "unreachable", "circle": "unreachable", "login": "blocked"}
    return [
        {
            "id": id,
            "kind": id,
            "routes": one,
            "neighbours": {},
            "truth": {"verdicts": [truth[id]], "list": "", "articles": []},
        }
        for id, one in routes.items()
    ]


def interfaced() -> Portal:
    """The column is drawn from an interface that a script of the page names."""
    made = Maker("interface", "青禾市", "620981")
    paths = made.column("青禾要闻", "/x/", lambda n: f"/news/{n}.html", NEWS, own=True, linked=False)
    rows = [
        {"bt": NEWS[n % 5].format(p="青禾"), "href": path, "fbsj": f"2026-03-{28 - n:02} 08:00"}
        for n, path in enumerate(paths)
    ]
    for number, part in ((1, rows[:5]), (2, rows[5:]), (3, [])):
        made.routes[f"/api/article/list?cid=9&pageNo={number}"] = [
            200,
            {"Content-Type": "application/json"},
            json.dumps({"code": 0, "list": part}),
        ]
    made.routes["/yw.html"] = page(
        f"青禾要闻-{made.name}",
        "<div id='app'></div><script>fetch('/api/article/list?cid=9&pageNo=1')</script>",
        made.head,
    )
    made.links.append(("青禾要闻", "/yw.html"))
    made.usual("公示公告")
    made.home()
    return made.portal("interface", ["adopted"], "/api/article/list?cid=9&pageNo=1")


def boxed() -> Portal:
    """政务动态 shows the beginnings of four columns, one of them the place's own; the home page leads to none of these."""
    made = Maker("boxed", "棣澜区", "370203")
    titles = {"上级要闻": UPPER, "区政要闻": NEWS, "部门动态": OFFICES, "街道动态": TOWNS}
    boxes = ""
    for number, (name, some) in enumerate(titles.items()):
        form = f"/dt/{number}/{{}}.html".format
        paths = made.column(name, f"/dt/{number}/", form, some, own=name == "区政要闻", linked=False)
        rows = "".join(
            f"<li><a href='{path}'>{name}里的第{n}篇报道</a>2026-03-{28 - n}</li>" for n, path in enumerate(paths[:5])
        )
        boxes += f"<div><p><b>{name}</b><a href='/dt/{number}/'>更多</a></p><ul>{rows}</ul></div>"
    made.usual("公示公告")
    made.links.append(("政务动态", "/dt/"))
    made.routes["/dt/"] = page(f"政务动态-{made.name}", boxes, made.head)
    made.neighbours["政务动态"] = "/dt/"
    made.home()
    return made.portal("hub", ["adopted"], "/dt/1/")


def headed() -> Portal:
    """The menu has no columns; headings name them, and a link MORE+ stands beside."""
    made = Maker("headed", "槿川县", "370323")
    made.column("槿川要闻", "/yw/", lambda n: f"/yw/{n}.html", NEWS, own=True)
    made.usual("公示公告", "国务院要闻")
    boxes = "".join(f"<div><h3>{name}</h3><a href='{url}'>MORE+</a></div>" for name, url in made.links)
    made.links = []
    made.home(links=boxes)
    return made.portal("headed", ["adopted"], "/yw/")


def clicked() -> Portal:
    """Scripts and data attributes lead to the columns."""
    made = Maker("clicked", "澹溪区", "370404")
    made.column("澹溪要闻", "/yw/", lambda n: f"/yw/{n}.html", NEWS, own=True)
    made.usual("公示公告", "图片新闻")
    menu = "".join(
        f"<li><a href='javascript:;' onclick=\"window.open('{url}')\">{name}</a></li><li data-href='{url}'>{name}</li>"
        for name, url in made.links
    )
    made.links = []
    made.home(links=menu)
    return made.portal("clicked", ["adopted"], "/yw/")


def tabbed() -> Portal:
    """Bars of tabs that lead nowhere, and links 更多 below them in their order: all together, or one in each pane."""
    made = Maker("tabbed", "荞川县", "430121")
    made.column("荞川要闻", "/yw/", lambda n: f"/yw/{n}.html", NEWS, own=True)
    made.usual("国务院要闻", "部门动态", "公示公告")
    tabs = "".join(f"<li><a href='#t{n}'>{name}</a></li>" for n, (name, _) in enumerate(made.links))
    panes = "".join(
        f"<div id='t{n}'><ul><li>其一</li></ul><p><a href='{url}'><img src='/i/more.gif'></a></p></div>"
        for n, (_, url) in enumerate(made.links)
    )
    other = "<div><p><span>便民提示</span><span>办事指南</span></p><a href='/bm/'>更多</a><a href='/bs/'>更多</a></div>"
    made.links = []
    made.home(links=f"{other}<div><ul>{tabs}</ul><div>{panes}</div></div>")
    return made.portal("tabbed", ["adopted"], "/yw/")


def by_its_old_links() -> list[Portal]:
    """The portal has moved, and its menu still names the old host, which leads to each column's new place."""
    made = Maker("old-links-to", "藕塘区", "430302")
    made.column("区府要闻", "/qfyw/", lambda n: f"/qfyw/{n}.html", NEWS, own=True)
    made.usual("公示公告", "部门动态")
    made.links = [(f"【{name}】({n})", f"{{BASE:old-links}}{url}") for n, (name, url) in enumerate(made.links, 7)]
    made.home()
    there = made.portal("helper", [])
    truth = made.portal("moved", ["adopted"], "{BASE:old-links-to}/qfyw/")["truth"] | {"articles": []}
    old = {"*": [301, {"Location": "{BASE:old-links-to}{PATH}"}, ""]}
    return [there, {"id": "old-links", "kind": "moved", "routes": old, "truth": truth, "neighbours": {}}]


def second_column() -> Portal:
    """The column of the best name leads in a circle, the next one to a private address, the third is right."""
    made = Maker("circling", "汜原县", "371121")
    made.links += [("汜原要闻", "/loop/"), ("汜原县要闻", "http://10.1.2.3/yw/")]
    made.routes["/loop/"] = [302, {"Location": "/loop/?a=1"}, ""]
    made.routes["/loop/?a=1"] = [302, {"Location": "/loop/"}, ""]
    made.column("今日汜原", "/jr/", lambda n: f"/jr/{n}.html", NEWS, own=True)
    made.usual("公示公告")
    made.home()
    return made.portal("circling", ["adopted"], "/jr/")


def among_menus() -> Portal:
    """A list without days, in whose page stand menus; their links lead nowhere."""
    made = Maker("menus", "绛岭县", "371402")
    made.column(
        "绛岭新闻",
        "/node_7.htm",
        lambda n: f"/2026-03/{28 - n}/content_{70 + n}.htm",
        NEWS,
        own=True,
        row="<li><a href='{url}'>{title}</a></li>",
        more="<div><a href='/wza/'>无障碍浏览</a><a href='/zlb/'>长者模式</a><a href='/zt/a/'>乡村振兴专题</a></div>",
    )
    made.usual("公示公告")
    made.home()
    return made.portal("menus", ["adopted"], "/node_7.htm")


def rows_of_the_city() -> list[Portal]:
    """The rows of the county's column lead to the city's host; another column of it is redirected there."""
    city = Maker("rows-city", "沅州市", "371500")
    paths = city.column("沅州要闻", "/yw/", lambda n: f"/yw/{n}.html", CITY)
    city.home()
    made = Maker("rows", "沅北县", "371522")
    rows = "".join(
        f"<li><a href='{{BASE:rows-city}}{path}'>{CITY[n % 4]}</a>2026-03-{28 - n}</li>" for n, path in enumerate(paths)
    )
    shown = f"<script src='/j.js'></script><ul>{rows}</ul>"
    made.routes["/yw/"] = page("政务要闻", shown, made.head)
    made.routes["/zw/"] = [302, {"Location": "{BASE:rows-city}/yw/"}, ""]
    made.links += [("政务要闻", "/yw/"), ("政务动态", "/zw/")]
    made.usual("公示公告")
    made.home()
    return [city.portal("helper", []), made.portal("rows", ["no-column", "not-a-list"])]


def short_article() -> Portal:
    """The column's link leads to a short article with a script."""
    made = Maker("short", "桑麓县", "371524")
    made.usual("公示公告")
    story = "<p>桑麓水厂二期昨天通水，第一批三千户居民当晚喝上了新水，厂区的两台机组将在下个月全部投入运行。</p>" * 3
    made.routes["/yw/1.html"] = page(
        "桑麓要闻", f"<script>count()</script><h1>桑麓水厂通水</h1><div>{story}</div>", made.head
    )
    made.links.append(("桑麓要闻", "/yw/1.html"))
    made.home()
    return made.portal("article", ["no-column", "not-a-list"])


def kept_from_us() -> list[Portal]:
    """Articles that are refused or closed by robots.txt below an open list; a firewall that answers for robots.txt, too."""
    found = []
    for id, verdict in (("articles-412", "blocked"), ("articles-closed", "robots")):
        made = Maker(id, "蓉桥区", "371302")
        paths = made.column("蓉桥要闻", "/yw/", lambda n: f"/a/{n}.html", NEWS)
        made.usual("公示公告")
        made.home()
        if verdict == "robots":
            made.routes["/robots.txt"] = [200, {"Content-Type": "text/plain"}, "User-agent: *\nDisallow: /a/\n"]
        else:
            made.routes |= {path: [412, HTML, "<script>location.reload()</script>"] for path in paths}
        found.append(made.portal("refused", [verdict]))
    wall = Maker("wall-521", "蓉桥区", "371302")
    wall.routes["*"] = [521, HTML, "<script>document.cookie='a=1';location.reload()</script>"]
    return [*found, wall.portal("refused", ["blocked"])]


def with_summaries() -> Portal:
    """A list without days that shows a picture and the beginning of each article."""
    made = Maker("summaries", "磐湾县", "370305")
    told = "昨天上午十点，各方代表到现场察看了进度，并听取了沿线住户的意见，全文见内页。"
    row = f"<li><a href='{{url}}'><img src='/1.jpg'></a><h3><a href='{{url}}'>{{title}}</a></h3><p>{{title}}。{told}</p></li>"
    made.column("磐湾要闻", "/yw/", lambda n: f"/yw/{n}.html", NEWS, own=True, number=12, row=row)
    made.usual("公示公告")
    made.home()
    return made.portal("summaries", ["adopted"], "/yw/")


def of_the_city_s_offices() -> Portal:
    """The county's column tells what the city's leaders did; the articles name the county."""
    made = Maker("city-titles", "箐门县", "370126")
    titles = (
        "市委常委会召开会议",
        "全市工业调度会召开",
        "市长主持召开专题会议",
        "我市三个项目集中开工",
        "市政协视察河道",
        "{p}水厂通水",
    )
    made.column("政务要闻", "/yw/", lambda n: f"/yw/{n}.html", titles)
    made.usual("公示公告")
    made.home()
    return made.portal("city", ["no-column", "not-a-list"])


def without_news() -> Portal:
    """The menu of a short home page with a script names no column of news."""
    made = Maker("without", "茴香县", "370502")
    made.usual("公示公告", "国务院要闻", "部门动态", "图片新闻")
    made.home(links="<script src='/j.js'></script>")
    return made.portal("none", ["no-column"])


def nameless() -> Portal:
    """The home page is drawn by a script, and tells no name and no code."""
    routes: Routes = {"/": page("荼坪县", "<div id='app'></div><script src='/app.js'></script>")}
    truth = {"verdicts": ["script-drawn"], "list": "", "articles": []}
    return {"id": "nameless", "kind": "drawn", "routes": routes, "neighbours": {}, "truth": truth}


def portals() -> list[Portal]:
    return [
        refreshed(),
        *moved(),
        below_a_hub(),
        section_that_is_a_list(),
        without_days(),
        fed(),
        of_the_city(),
        of_above(),
        that_is_an_article(),
        an_article_with_others(),
        only_notices(),
        drawn(home=False),
        drawn(home=True),
        empty_beside_a_list(drawn=False),
        empty_beside_a_list(drawn=True),
        refused(468, column=False),
        refused(521, column=False),
        refused(412, column=True),
        closed_column(),
        *broken(),
        interfaced(),
        boxed(),
        headed(),
        clicked(),
        tabbed(),
        *by_its_old_links(),
        second_column(),
        among_menus(),
        *rows_of_the_city(),
        short_article(),
        *kept_from_us(),
        with_summaries(),
        of_the_city_s_offices(),
        without_news(),
        nameless(),
    ]
