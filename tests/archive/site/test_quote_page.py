"""A quote, checked: verdicts, words, times, and what a public site must not tell."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from archive.database import transaction
from archive.schema.open import open_archive
from archive.search.asked import Asked
from archive.site import quoting
from tests.archive.conftest import add_release, add_version, fill, insert
from tests.archive.site.test_files import add_file
from tests.archive.site.visiting import Get, served

FIRST = "梧溪县水利局负责人沈砚秋介绍，东干渠衬砌工程已于3月18日完工，灌溉面积扩大到1,260亩，投入73.5万元。\n下一步将更换两座旧闸门。"
SECOND = FIRST.partition("\n")[0]
MARKED = "“书香进村”活动自6月1日起在⼈⺠公园举办，设Ⅲ级展台9个，由阿依古丽·买买提主持。\n开放时间不变。"
COPY = MARKED.replace("开放时间不变。", "村民卢采薇说，孩子们很喜欢。\n开放时间不变。")
FERRY = "The harbour master, Mr Lu Caiwei, said the new ferry carried 1,350 passengers on Monday."
SHORT = "谢照野答。我们坚持修旧如旧不换一块能用的砖。\n今年秋天学校食堂全部开放。"
WATER = "每年共12,000余吨，约Ⅲ类水质，占50%以上。\n全市32座水库超汛限水位，已转移群众1,842人，2人失联。"
CLINICS = "全市新建卫生服务站37个，改造卫生院12所，覆盖人口48.3万人。\n下一步，偏远山村将有流动诊疗车。"
LISTED = "会议要求①完善古井巡护制度②划定面积137㎡左右的保护范围③公开古井名录。\n优惠券不能转让，也不能兑换现金。"
BOARDWALK = ("芦花栈道自5月4日起限流，每日接待860人。", "荻浦栈道的护栏已于5月3日加固，共用木料47方。")
LOST = (("yunling", "live"), ("qinghe", "unlisted"), ("yunling", "gone"), ("qinghe", "moved"))
COPIED = "苇海栈道检修期间，游客请走北岸便桥。"
PRESS = "记者在渡口看到，新船比旧船多载二十人，船老大冯橹生笑得合不拢嘴。"


BUDGET, TEXT, REPLACED, LONG, SHOW = (figure * 64 for figure in "56789")
TABLE = "预算表\f本年政府采购预算\n合计1,230万元。\n其中码头修缮310万元\f其中航标更新92万元"


def add_files(db: sqlite3.Connection) -> None:
    """A table that two releases link to, a text, a file that was replaced since, and a long one."""
    add_release(db, 50, "yunling", "蒲津渡口预算", "预算见附件。")
    add_release(db, 51, "qinghe", "蒲津渡口预算", "预算见附件。", cluster=50)
    add_release(db, 52, "yunling", "蒲津渡口改造项目招标公告", "公告全文见文末。")
    seen = "2020-04-13T06:00:00Z"
    add_file(db, 60, 50, BUDGET, TABLE, seen=seen)
    about = {"sha256": BUDGET, "media_type": "application/pdf", "size": 5432, "seen": seen}
    shared = {"release": 51, "url": "https://www.qinghe.example/budget.pdf", "name": "预算.pdf"}
    insert(db, "attachments", state="kept", last_look=seen, **shared, **about)
    said = "蒲津渡口改造项目招标公告。灯船夜航补贴每班次19元。下一步将更换两座旧闸门。"
    add_file(db, 61, 52, TEXT, said)
    add_file(db, 62, 52, REPLACED, "浮桥检修预算合计77万元。", now=False)
    pages = [f"第{n}段航道水深记录。" * 40 for n in range(120)]
    pages[70] += "航道疏浚土方量\n为八百四十立方。"
    add_file(db, 64, 13, SHOW, "船模展共收到参赛作品三百零七件。")
    add_file(db, 63, 52, LONG, "\f".join(pages))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("quote") / "data"
    db = open_archive(folder)
    with transaction(db):
        fill(db.conn)
        add_release(db.conn, 10, "qinghe", "东干渠完工", SECOND, version=2, changed="2020-04-15T02:00:00Z")
        add_version(db.conn, 10, 1, "东干渠完工", FIRST, "2020-04-13T06:00:00Z")
        add_release(db.conn, 11, "yunling", "书香进村", MARKED)
        add_release(db.conn, 12, "qinghe", "书香进村", COPY)
        add_release(db.conn, 14, "yunling", "Ferry", FERRY)
        add_release(db.conn, 13, "ribao", "渡口换新船", PRESS)
        add_release(db.conn, 18, "yunling", "古井保护", LISTED)
        add_release(db.conn, 15, "yunling", "古塔修缮", SHORT)
        add_release(db.conn, 16, "yunling", "水情通报", WATER)
        for id, (source, status) in enumerate(LOST, 30):
            add_release(db.conn, id, source, "栈道告示", BOARDWALK[status in ("gone", "moved")], status=status)
            if status != "live":
                insert(db.conn, "status_changes", release=id, at="2020-05-06T02:00:00Z", status=status)
        add_release(db.conn, 40, "qinghe", "栈道转载", f"{COPIED}\n县城报讯。")
        add_release(db.conn, 41, "yunling", "栈道检修", COPIED, status="gone")
        add_files(db.conn)
        clinics = CLINICS.partition("\n")[0]
        add_release(db.conn, 17, "yunling", "苇汀发布", clinics, version=2, changed="2020-04-15T02:00:00Z")
        add_version(db.conn, 17, 1, "苇汀市新桥今日正式通车剪彩", CLINICS, "2020-04-13T06:00:00Z")
    db.close()
    return folder


def ask(get: Get, quote: str, **more: str) -> Any:
    answer = get("/quote.json", q=quote, **more)
    assert answer.status_code == 200
    return answer.json()


@pytest.mark.parametrize(
    ("verdict", "quote"),
    [
        ("verbatim", "东干渠衬砌工程已于3月18日完工，灌溉面积扩大到1260亩"),
        ("verbatim", "东干渠衬砌工程已于３月１８日完工,灌溉面积扩大到1,260亩"),
        ("verbatim", "梧溪縣水利局負責人沈硯秋介紹"),
        ("verbatim", "「书香进村」活动自6月1日起在人民公园举办，设III级展台9个"),
        ("verbatim", "由阿依古丽•买买提主持"),
        ("verbatim", "村民卢采薇说，孩子们很喜欢"),
        ("verbatim", "书香进村"),
        ("altered", "东干渠衬砌工程已于3月18日完工，灌溉面积扩大到1360亩，投入73.5万元"),
        ("altered", "梧溪县水利局负责人沈听澜介绍，东干渠衬砌工程已于3月18日完工"),
        ("altered", "东干渠衬砌工程尚未于3月18日完工，灌溉面积扩大到1260亩"),
        ("altered", "下一步将更换三座旧闸门"),
        ("removed", "下一步将更换两座旧闸门"),
        ("removed", "投入73.5万元。下一步将更换两座旧闸门"),
        ("not-held", "梧溪县教育局负责人卓怀瑾介绍，新校舍已于9月1日启用，惠及820名学生"),
        ("altered", "灌溉面积扩大到26亩"),
        ("verbatim", "the new ferry carried 1350 passengers on monday"),
        ("altered", "Mr Lu Caifeng, said the new ferry carried 1,350 passengers"),
        ("altered", "The harbour master, Mr Lu Caiwei, denied the new ferry carried 1,350 passengers on Monday"),
        ("not-held", "The mayor, Ms Shen, said the new bridge will open in May"),
        ("not-held", "这句话没有任何人说过"),
        ("removed", "闸门"),
        ("verbatim", "苇汀发布"),
        ("removed", "苇汀市新桥今日正式通车剪彩"),
        ("removed", "新桥今日正式通车"),
        ("altered", "苇汀市新桥今日正式开工剪彩"),
        ("not-held", "苇汀市长今日会见客人"),
        ("altered", "他们坚持修旧如旧"),
        ("altered", "他们坚持修旧如旧不换"),
        ("altered", "他们坚持修旧如旧不换一"),
        ("altered", "今年秋天学校操场全部开放"),
        ("altered", "明年秋天学校食堂"),
        ("verbatim", "我们坚持修旧如旧不换"),
        ("not-held", "他们坚持修旧如"),  # too short
        ("altered", "覆盖人口38.4万人"),  # but for figures and numerals
        ("altered", "更换三座旧闸门"),
        ("altered", "每日接待680人"),
        ("not-held", "覆盖面积48.3万人"),
        ("not-held", "占60%以上"),  # too few letters beside the figure
        ("not-held", "他们坚持推倒重来不换"),
        ("not-held", "明年春天医院食堂全部"),
        ("altered", "共12000余吨，约II类水质，占50%以上"),
        ("altered", "共13000余吨，约Ⅲ类水质，占60%以上"),
        ("not-held", "共12000余人，约II类人才，占50%以上"),
        ("altered", "已转移群众1942人，2人失联"),
        ("altered", "已转移群众1942人，3人失联"),
        ("not-held", "已安置游客1842人，2人受伤"),
        # signs that are neither letters nor digits to Python
        ("verbatim", "完善古井巡护制度"),
        ("verbatim", "完善古井巡护制度②划定面积"),
        ("verbatim", "划定面积137m²左右的保护范围"),
        ("verbatim", "划定面积137m2左右的保护范围"),
        ("altered", "划定面积137m3左右的保护范围"),
        ("altered", "完善古井巡查制度②划定面积"),
        # words that are only left out
        ("altered", "优惠券能转让，也能兑换现金"),
        ("not-held", "消费卡能退货，也能兑换现金"),
    ],
)
def test_the_verdict(verdict: str, quote: str, get: Get) -> None:
    assert ask(get, quote)["verdict"] == verdict


@pytest.mark.parametrize(
    ("verdict", "quote"),
    [
        ("verbatim", "全市新建卫生服务站37个……覆盖人口48.3万人"),
        ("verbatim", "全市新建卫生服务站37个...覆盖人口48.3万人。"),
        ("verbatim", "……改造卫生院12所……"),
        ("removed", "全市新建卫生服务站37个……流动诊疗车"),
        ("not-held", "覆盖人口48.3万人……全市新建卫生服务站37个"),  # the other way round
        ("not-held", "全市新建卫生服务站37个……孩子们很喜欢"),  # in two releases
        ("not-held", "全市……人"),  # stands in any text
    ],
)
def test_the_parts_beside_an_ellipsis_stand_in_their_order(verdict: str, quote: str, get: Get) -> None:
    assert ask(get, quote)["verdict"] == verdict


def test_both_parts_beside_an_ellipsis_are_told(get: Get) -> None:
    [match] = ask(get, "新建衛生服務站37個……覆盖人口48.3万人")["matches"]
    assert match["words"] == "新建卫生服务站37个……覆盖人口48.3万人"


def test_a_title_that_changed_is_told_with_its_time(get: Get) -> None:
    [match] = ask(get, "苇汀市新桥今日正式通车剪彩")["matches"]
    assert (match["release"], match["version"], match["gone_since"]) == (17, 1, "2020-04-15T02:00:00Z")


def test_what_differs_is_told_as_it_is_printed(get: Get) -> None:
    told = ask(get, "灌溉面积扩大到1360亩，投入73.5万元")
    assert [match["differs"] for match in told["matches"]] == [[{"quote": "1360", "archive": "1,260"}]]
    assert told["matches"][0]["words"] == "灌溉面积扩大到1,260亩，投入73.5万元"


def test_a_removed_sentence_has_the_time_when_it_was_gone(get: Get) -> None:
    [match] = ask(get, "下一步将更换两座旧闸门")["matches"]
    assert (match["release"], match["version"]) == (10, 1)
    assert (match["first_seen"], match["gone_since"]) == ("2020-04-13T06:00:00Z", "2020-04-15T02:00:00Z")
    assert len(match["sha256"]) == 64


@pytest.mark.parametrize(
    ("verdict", "quote", "files"),
    [
        ("verbatim", "政府采购预算合计1230万元", {50: (BUDGET, 2), 51: (BUDGET, 2)}),
        ("verbatim", "政府採購預算合計1,230萬元。", {50: (BUDGET, 2), 51: (BUDGET, 2)}),
        ("verbatim", "其中码头修缮……其中航标更新", {50: (BUDGET, 2), 51: (BUDGET, 2)}),
        ("verbatim", "灯船夜航补贴每班次19元", {52: (TEXT, None)}),
        ("verbatim", "预算见附件", {50: None, 51: None}),
        ("verbatim", "蒲津渡口改造项目招标公告", {52: None}),  # stands in a file too
        ("removed", "下一步将更换两座旧闸门", {10: None}),  # stands in a file too
        ("not-held", "政府采购预算合计1231万元", {}),
        ("not-held", "其中航标更新……其中码头修缮", {}),
        ("not-held", "浮桥检修预算合计77万元", {}),  # the replaced file has it
    ],
)
def test_a_sentence_of_a_file_is_told_with_the_file(
    verdict: str, quote: str, files: dict[int, tuple[str, int | None] | None], get: Get
) -> None:
    told = ask(get, quote)
    assert told["verdict"] == verdict
    found = {match["release"]: match["file"] for match in told["matches"]}
    assert {id: file and (file["sha256"], file["page"]) for id, file in found.items()} == files


def test_a_file_is_told_with_its_words_and_times(get: Get) -> None:
    quote = "政府采购预算合计1230万元"
    [match] = ask(get, quote, source="yunling")["matches"]
    assert match["words"] == "政府采购预算\n合计1,230万元"
    assert match["sha256"] == match["file"]["sha256"] == BUDGET
    assert (match["file"]["name"], match["file"]["ocr"]) == ("附件60：监测.pdf", False)
    assert (match["first_seen"], match["last_seen"]) == ("2020-04-13T06:00:00Z", "2020-04-14T06:00:00Z")
    page = get("/quote", q=quote).text
    assert "见附件《附件60：监测.pdf》第 2 页" in page
    assert f'href="/file/{BUDGET}?q=' in page
    assert ask(get, quote, source="ribao")["verdict"] == "not-held"


def test_a_public_site_tells_nothing_of_files_that_it_withholds(get: Get, get_public: Get) -> None:
    quote = "船模展共收到参赛作品三百零七件"
    assert ask(get, quote)["verdict"] == "verbatim"
    assert ask(get_public, quote)["verdict"] == "not-held"
    assert ask(get_public, "灯船夜航补贴每班次19元")["verdict"] == "verbatim"


def test_the_place_of_words_in_a_long_file(get: Get) -> None:
    [match] = ask(get, "航道疏浚土方量为八百四十立方")["matches"]
    assert (match["file"]["page"], match["words"]) == (71, "航道疏浚土方量\n为八百四十立方")


@pytest.mark.parametrize(
    ("quote", "pages", "lost"),
    [
        (BOARDWALK[0], {30: ("live", None), 31: ("unlisted", "2020-05-06T02:00:00Z")}, False),
        (BOARDWALK[1], {32: ("gone", "2020-05-06T02:00:00Z"), 33: ("moved", "2020-05-06T02:00:00Z")}, True),
        (
            BOARDWALK[1].replace("47", "48"),
            {32: ("gone", "2020-05-06T02:00:00Z"), 33: ("moved", "2020-05-06T02:00:00Z")},
            True,
        ),
        (COPIED, {40: ("live", None), 41: ("gone", None)}, False),  # a copy is still there
    ],
)
def test_a_page_that_was_taken_down_is_told(
    quote: str, pages: dict[int, tuple[str, str | None]], lost: bool, get: Get
) -> None:
    told = ask(get, quote)
    assert told["verdict"] == ("altered" if "48" in quote else "verbatim")
    assert {match["release"]: (match["status"], match["status_since"]) for match in told["matches"]} == pages
    assert [match["gone_since"] for match in told["matches"]] == [None] * len(pages)
    page = get("/quote", q=quote).text
    assert ("网页已不在原址" in page) == lost
    assert ("<span>失效" in page) == any(status == "gone" for status, _ in pages.values())
    assert ('<span>迁移 <time datetime="2020-05-06T02:00:00Z">' in page) == lost
    assert ("any more" in get("/quote", q=quote, lang="en").text) == lost


def test_copies_are_told_too(get: Get) -> None:
    assert {match["release"] for match in ask(get, "设Ⅲ级展台9个")["matches"]} == {11, 12}
    assert {match["release"] for match in ask(get, "设Ⅲ级展台9个", source="qinghe")["matches"]} == {12}


def test_what_is_not_held_is_told_with_what_is(get: Get) -> None:
    told = ask(get, "这句话没有任何人说过", source="qinghe", **{"from": "2020-04", "to": "2020-04-30"})
    assert told["matches"] == []
    assert (told["coverage"]["sources"], told["coverage"]["releases"]) == (1, 7)
    assert told["coverage"]["listed"] == told["coverage"]["held"] == 7


@pytest.mark.parametrize(
    ("asked", "region", "there"),
    [
        ("", "510000", True),
        ("37", "370100", True),
        ("370000", "371000", True),
        ("3710", "371002", True),
        ("370282", "370215", True),  # a place under its new code
        ("500000", "510000", False),
        ("371000", "371102", False),
        ("100000", "110000", False),
        ("37", "130000", False),
    ],
)
def test_the_sources_of_a_region(asked: str, region: str, there: bool) -> None:
    assert quoting.is_there(region, Asked(region=asked)) == there


def test_a_public_site_tells_nothing_of_texts_that_it_withholds(get: Get, get_public: Get) -> None:
    quote = "新船比旧船多载二十人，船老大冯橹生笑得合不拢嘴"
    assert ask(get, quote)["verdict"] == "verbatim"
    told = ask(get_public, quote)
    assert (told["verdict"], told["matches"], told["coverage"]["withheld"]) == ("not-held", [], 2)


@pytest.mark.parametrize("number", ["13812345678", "13912345679"])
def test_a_public_site_answers_a_guess_of_a_number_as_the_number(number: str, get_public: Get) -> None:
    told = ask(get_public, f"联系人手机{number}，身份证号11010519491231002X")
    assert told["verdict"] == "altered"
    held = [match["words"] for match in told["matches"]]
    held += [place["archive"] for match in told["matches"] for place in match["differs"]]
    assert not any("12345678" in words for words in held)


@pytest.mark.parametrize("query", [{}, {"q": "，。"}, {"q": "工程", "sort": "new"}, {"q": "工程", "from": "2020-13"}])
def test_a_program_that_asks_for_what_cannot_be_gets_400(query: dict[str, str], get: Get) -> None:
    assert get("/quote.json", **query).status_code == 400


def test_the_page_takes_a_quote_and_shows_its_life(get: Get) -> None:
    assert get("/quote").status_code == 200
    page = get("/quote", q="下一步将更换两座旧闸门").text
    assert "曾经发布，后被改动或删去" in page
    assert 'href="/release/10?v=1"' in page
    assert "<form" in get("/release/10").text
    assert 'action="/quote"' in get("/release/10").text


def test_a_quote_that_a_publisher_took_out_stands_in_its_copies_and_both_are_told(tmp_path: Path) -> None:
    db = open_archive(tmp_path / "data")
    said, now = "荻浦渡口全年运送旅客13.6万人次。", "荻浦渡口全年运送旅客16.3万人次。"
    with transaction(db):
        fill(db.conn)
        add_release(db.conn, 20, "yunling", "荻浦渡口", now, version=2, changed="2020-04-15T02:00:00Z")
        add_version(db.conn, 20, 1, "荻浦渡口", said, "2020-04-13T06:00:00Z")
        add_release(db.conn, 21, "qinghe", "荻浦渡口", said, status="gone")
        # an edit that puts the words into another sentence takes nothing out
        add_release(db.conn, 22, "qinghe", "渡口二则", f"据介绍，{said}", version=2, changed="2020-04-15T02:00:00Z")
        add_version(db.conn, 22, 1, "渡口二则", said, "2020-04-13T06:00:00Z")
    db.close()
    for get in served(tmp_path / "data", public=False):
        told = ask(get, "荻浦渡口全年运送旅客13.6万人次")
        assert told["verdict"] == "verbatim"
        matches = [(one["release"], one["version"], one["gone_since"]) for one in told["matches"]]
        assert matches == [(21, 1, None), (22, 2, None), (20, 1, "2020-04-15T02:00:00Z")]
        assert "另有来源后来改动或删去了这句话" in get("/quote", q=said).text
        alone = get("/quote", q="荻浦渡口全年运送旅客13.6万人次", source="yunling").text
        assert "曾经发布，后被改动或删去" in alone
        assert "另有来源" not in alone
        assert "另有来源" not in get("/quote", q=now).text
