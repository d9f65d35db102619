import re
from pathlib import Path

import pytest

from crawler.sources import SourceError, load_families, load_sources
from crawler.sources.families import SHIPPED_FAMILIES
from spiders.loader import PROTOCOLS

TABLE = """\
[yunbu]
name = "云埠市人民政府"
region = "990300"
level = "city"
family = "trs"
lists = ["https://www.yunbu.gov.cn/ywdt/zwyw/"]
"""


def declared(tmp_path: Path, toml: str):
    (tmp_path / "some.toml").write_text(toml, "utf-8")
    return load_sources(tmp_path)


def test_a_site_of_a_known_family_takes_six_lines(tmp_path):
    source = declared(tmp_path, TABLE)["yunbu"]
    assert len(TABLE.splitlines()) == 6
    assert (source.spider, source.rights, source.overlap) == ("trs", "unknown", 1)
    assert source.body == load_families()["trs"].values["body"]


def test_a_source_overrides_its_family(tmp_path):
    source = declared(tmp_path, TABLE + 'body = "#text"\nexclude = ""\n')["yunbu"]
    assert (source.body, source.exclude) == (("#text",), "")


def test_one_file_can_be_named(tmp_path):
    declared(tmp_path, TABLE)
    assert list(load_sources(tmp_path / "some.toml")) == ["yunbu"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ('nane = "x"', ("some.toml", "yunbu", "nane")),
        ('article = "("', ("article", "regular expression")),
        ('exclude = "["', ("exclude", "regular expression")),
        ('body = "p >"', ("body", "CSS")),
        ('next_page = "a["', ("next_page", "CSS")),
        ("minimum = -1", ("minimum", "negative")),
        ("overlap = 1.5", ("overlap", "whole")),
        ('delay = "1"', ("delay", "number")),
        ('rights = "free"', ("rights", "official")),
        ('evidence = "sure"', ("evidence", "live")),
        ("hosts = [1]", ("hosts", "strings")),
        ('hosts = ["localhost:8953"]', ("hosts: 'localhost:8953' is not a host's name: write 'localhost'",)),
        ('hosts = ["http://localhost:8953/"]', ("write 'localhost'",)),
        ('hosts = "yunbu.example/xw/"', ("write 'yunbu.example'",)),
        ('hosts = ["*.yunbu.example"]', ("write a name such as",)),
        ('hosts = ["a.example b.example"]', ("write a name such as",)),
        ('verified = "tomorrow"', ("verified: 'tomorrow' is not a day: write it as 2026-04-01",)),
        ('verified = "20260401"', ("verified", "is not a day")),
        ("verified = 2026-04-01T10:00:00", ("verified", "is not a day")),
        ("verified = 7", ("verified", "string")),
        ("every = nan", ("every", "1000000 at most")),
        ("every = inf", ("every", "1000000 at most")),
        ("every = 1e300", ("every", "1000000 at most")),
        ("delay = inf", ("delay", "1000000 at most")),
        ('spider = "html"', ("spider", "unknown")),
    ],
)
def test_a_wrong_value_is_named_with_file_table_and_key(tmp_path, change, words):
    with pytest.raises(SourceError) as error:
        declared(tmp_path, TABLE + change + "\n")
    assert "\n" not in str(error.value)
    assert all(word in str(error.value) for word in ("some.toml", "[yunbu]", *words))


def test_hosts_in_any_case_a_port_in_lists_and_both_forms_of_a_day_are_right(tmp_path):
    lists = TABLE.replace(".gov.cn/", ".gov.cn:8080/")
    assert lists != TABLE
    for day in ("2026-04-01", '"2026-04-01"'):
        keys = f'hosts = ["LOCALHOST", "127.0.0.1", "::1", "云埠.example"]\nevery = 0.5\nverified = {day}\n'
        source = declared(tmp_path, lists + keys)["yunbu"]
        assert (source.hosts[0], source.verified) == ("LOCALHOST", "2026-04-01")


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ('name = "云埠市人民政府"\n', "", "name"),
        ('"云埠市人民政府"', '""', "name"),
        ('"990300"', '"9903"', "region"),
        ('"990300"', "990300", "region"),
        ('"city"', '"town"', "level"),
        ('"trs"', '"trz"', "family"),
        ('["https://www.yunbu.gov.cn/ywdt/zwyw/"]', "[]", "lists"),
        ('["https://www.yunbu.gov.cn/ywdt/zwyw/"]', '"https://www.yunbu.gov.cn/"', "lists"),
        ('"https://www.yunbu.gov.cn/ywdt/zwyw/"', '"file:///etc/passwd"', "lists"),
        ('"https://www.yunbu.gov.cn/ywdt/zwyw/"', '"http://[bad/"', "lists"),
        ("[yunbu]", "[replay]", "replay"),
        ("[yunbu]", "['云埠']", "name"),
    ],
)
def test_a_wrong_table_is_named(tmp_path, old, new, word):
    with pytest.raises(SourceError, match=word):
        declared(tmp_path, TABLE.replace(old, new))


def test_a_name_is_declared_once(tmp_path):
    (tmp_path / "other.toml").write_text(TABLE, "utf-8")
    with pytest.raises(SourceError, match="twice"):
        declared(tmp_path, TABLE)


@pytest.mark.parametrize("text", ["[yunbu", "name = 1", "\x00"])
def test_what_is_no_table_is_named(tmp_path, text):
    with pytest.raises(SourceError, match=r"some\.toml"):
        declared(tmp_path, text)


def test_a_place_without_declarations_is_named(tmp_path):
    with pytest.raises(SourceError, match="holds no"):
        load_sources(tmp_path)
    with pytest.raises(SourceError, match="does not exist"):
        load_sources(tmp_path / "none")


def test_every_family_names_a_protocol():
    assert {family.spider for family in load_families().values()} <= set(PROTOCOLS)


def test_every_family_can_be_declared(tmp_path):
    for family in load_families():
        assert declared(tmp_path, TABLE.replace('"trs"', f'"{family}"'))["yunbu"].family == family


def test_families_are_explained():
    text = SHIPPED_FAMILIES.read_text("utf-8")
    assert all(f"\n[{family}]\n" in text for family in load_families())


def test_no_list_is_declared_twice():
    lists = [url for source in load_sources().values() for url in source.lists]
    assert len(lists) == len(set(lists))


def test_shipped_sources_say_what_they_rest_on():
    for source in load_sources().values():
        assert source.rights != "unknown"
        assert source.evidence != "live" or source.verified


def test_the_level_of_a_shipped_source_is_that_of_its_region():
    for source in load_sources().values():
        region = source.region
        level = "province" if region.endswith("0000") else "city" if region.endswith("00") else "county"
        assert source.level == level, source.id


@pytest.mark.parametrize(
    ("id", "host"),
    [
        ("qingdao", "www.qingdao.gov.cn"),
        ("people_sd", "sd.people.com.cn"),
        ("iqilu_yuanchuang", "news.iqilu.com"),
        ("qlwb", "epaper.qlwb.com.cn"),
        ("shandong_commerce", "commerce.shandong.gov.cn"),
        ("shandong_gxt", "gxt.shandong.gov.cn"),
        ("shandong_gov", "www.shandong.gov.cn"),
    ],
)
def test_the_first_seven_are_declared(id, host):
    source = load_sources()[id]
    assert all(f"//{host}/" in url for url in source.lists)
    assert source.note
    assert source.rights == ("official" if host.endswith(".gov.cn") else "press")


ARTICLES = {
    "trs": [
        "/ywdt/zwyw/202608/t20260808_10696867.shtml",
        "/a/t18993630.shtml",
        "/a/t3714581.htm",
        "/a/tnull_8817958.shtml",
    ],
    "hanweb": [
        "/art/2026/9/8/art_116655_751479.html",
        "/art/2026/9/8/art_1_2.html?xxgkhide=1",
        "/col/col48336/art/2026/art_95d35f3c8a1e47469fb8b5fa3cf63f50.html",
    ],
    "people": ["/n2/2020/0413/c166192-33944000.html", "/n1/2019/0615/c1013-31153719.html"],
    "nfcms": ["/zwgk/content/post_9360641.html"],
    "gkmlpt": ["/gkmlpt/content/4/4211/post_4211902.html"],
    "ucap": [
        "/hami/c120173/202605/9bc459f53d3d4abda752ae0e967cf68a.shtml",
        "/web/ywdt/2026081212345678901/index.shtml",
        "/hlj/c107856/202410/c00_31780636.shtml",
    ],
    "vsb": ["/info/11351/1241182.htm"],
    "lonsun": ["/public/6608251/10758829.html", "/zwzx/bmdt/196237841.html"],
    "nn": ["/n1403/n38391604/n59392514/c92093823/content.html", "/n172/n1530/200413130912345678.html"],
    "channel_doc": ["/gongkai/channel_c_5f9fa491ab327f36e4c1307e_n_1605682684.3626/doc_6979ae8ffeaac88756e04888.html"],
    "shanghai": ["/nw12344/20260515/a97f758537314ce7b2c0e26614e179f6.html"],
    "hebei": ["/columns/940d701f-5e56-4f5d-9ece-7968f6354993/202605/26/f062dca8-ce95-46f8-b1c9-33f507db5a29.html"],
    "xinhua": ["/20230612/9bc459f53d3d4abda752ae0e967cf68a/c.html", "/politics/2019-05/20/c_1124519034.htm"],
    "litenews": ["/share/YS0yMS01MTY0MTE4.html", "/w/article/YS0yMS0xNzI3MTkzNA.html"],
    "iqilu": ["/shandong/yuanchuang/2025/0531/5817656.shtml"],
    "qlwb": ["/qlwb/content/20251216/ArticelA06003SA.htm"],
    "founder": [
        "/html/2026-05/19/content_1516_343187.htm",
        "/app_epaper/2026-02/09/content_9965061.html",
        "/tsldrb/pad/content/202602/08/content_122246.html",
    ],
}
NO_ARTICLES = [
    "/",
    "/index.html",
    "/ywdt/zwyw/",
    "/col/col15201/index.html",
    "/module/web/jpage/dataproxy.jsp?page=1",
    "/GB/166192/index2.html",
    "/BIG5/n2/2020/0413/c166192-33944000.html",
    "/zwgk/content/mpost_9360641.html",
    "/html/2026-05/19/node_2.htm",
    "/qlwb/content/20251216/PageA06TB.htm",
    "/zwgk/P020260511123.pdf",
    "/n172/n1530/n32936/index_2.html",
]


@pytest.mark.parametrize(("family", "path"), [(family, path) for family, paths in ARTICLES.items() for path in paths])
def test_a_family_knows_its_articles_by_their_address(family, path):
    assert re.search(load_families()[family].values["article"], "http://www.yunbu.gov.cn" + path)


@pytest.mark.parametrize("family", [family for family, table in load_families().items() if "article" in table.values])
def test_a_family_takes_no_list_for_an_article(family):
    pattern = load_families()[family].values["article"]
    assert [path for path in NO_ARTICLES if re.search(pattern, "http://www.yunbu.gov.cn" + path)] == []


PRIVATE = [
    "云埠市2026年事业单位公开招聘工作人员公告",
    "关于拟录用公务员的公示",
    "云埠市市管干部任前公示",
    "云埠市保障性住房申请家庭公示（第三批）",
    "行政处罚决定书（云市监罚〔2026〕12号）",
    "2026年度考试录用公务员面试公告",
    "云埠市见义勇为先进个人拟表彰对象公示",
    "关于公布2026年临时救助对象名单的公告",
    "失信被执行人信息公布",
    "关于张某某的送达公告",
    "鹤汀县2026年3月城乡低保公示",
    "云埠市2026年残疾人两项补贴发放情况公示",
    "云埠市公租房配租结果的公示（第二批）",
    "关于2026年教师资格认定结果的公示",
    "云埠市高龄津贴发放公示",
    "关于推荐省级非遗代表性传承人的公示",
    "鹤汀县严重失信主体名单公示",
    "云埠市公务员考察公告",
    "关于拟发展党员的公示",
    "乡村医生考核合格人员公示",
]
PUBLIC = [
    "云埠市举办春季大型招聘会",
    "云埠市招聘服务月活动启动",
    "云埠市规范行政处罚裁量权基准",
    "鹤汀县推行行政执法公示制度",
    "云埠市人民代表大会常务委员会任免名单",
    "我市9个乡镇列入全省充电设施建设名单",
    "市政府公布权力清单",
    "云埠市发布一季度空气质量情况",
    "关于印发《信用黑名单管理办法》的通知",
    "全市体检中心建设推进会召开",
    "云埠市国土空间总体规划（草案）公示",
    "鹤汀县水库除险加固工程竣工环保验收公示",
    "云埠市某石场采矿权挂牌出让结果公示",
    "关于采矿权许可证拟注销的公示（2026年第二批）",
    "云埠市人才公寓项目规划设计方案批前公示",
    "特困人员供养服务中心环境影响评价公示",
    "关于农业保险保费补贴资金情况的公示",
    "关于2026年专精特新企业名单的公示",
    "市领导赴鹤汀县考察文旅项目",
    "云埠市提高低保标准",
    "学生宿舍楼建设工程规划许可批后公示",
    "关于公布省级重点项目名单的通知",
]


@pytest.mark.parametrize("title", PRIVATE)
def test_lists_of_private_persons_are_left_out(title):
    assert re.search(load_families()["html"].values["exclude"], title)


@pytest.mark.parametrize("title", PUBLIC)
def test_what_speaks_of_such_lists_is_not_left_out(title):
    assert not re.search(load_families()["html"].values["exclude"], title)
