"""What a page says about its release, in the shapes that pages print it."""

import pytest

from archive.model import Listed, Page, Release
from pipelines.extract import extract
from pipelines.metadata import cut_site, timestamp
from tests.invented import NEWS, TITLE

BODY = "".join(f"<p>{paragraph}</p>" for paragraph in NEWS.split("\n"))


def read(info: str = "", meta: str = "", after: str = "", head: str = "", listed: Listed | None = None) -> Release:
    html = (
        f"<html><head><title>{TITLE}_清河市人民政府</title>{meta}</head><body>{head}<h1>{TITLE}</h1>"
        f"<div class=info>{info}</div><div class=content>{BODY}</div>{after}</body></html>"
    )
    return extract(Page(url="http://x/1.html", source="x", fetched="", body=html.encode(), listed=listed), None)


@pytest.mark.parametrize(
    ("printed", "stamp"),
    [
        ("2026-01-28 14:37", "2026-01-28T14:37+08:00"),
        ("2026-01-28 14:37:03", "2026-01-28T14:37+08:00"),
        ("2026-01-28 14:37:27.0", "2026-01-28T14:37+08:00"),
        ("2026-01-28 10∶08", "2026-01-28T10:08+08:00"),
        ("2020-05-26,15:44", "2020-05-26T15:44+08:00"),
        ("2020-05-26  9:05", "2020-05-26T09:05+08:00"),
        ("2020-5-26 9:7:3", "2020-05-26T09:07+08:00"),
        ("2020年5月26日上午9时5分", "2020-05-26T09:05+08:00"),
        ("2020-05-26 3:2", "2020-05-26"),
        ("2020年04月13日13:09", "2020-04-13T13:09+08:00"),
        ("2020年4月13日 星期一 13:09", "2020-04-13T13:09+08:00"),
        ("2020年4月13日", "2020-04-13"),
        ("2024 05/09 22:27:02", "2024-05-09T22:27+08:00"),
        ("2022.01.20 16:31", "2022-01-20T16:31+08:00"),
        ("2022-01-28 00:00:00", "2022-01-28"),
        ("2020-\n 04-\n 13", "2020-04-13"),
        ("20200413", "2020-04-13"),
        ("2020-13-41", ""),
        ("1970-01-01 08:00:00", ""),
        ("1900-01-01", ""),
        ("1970-01-02", "1970-01-02"),
        ("昨天 13:09", ""),
        ("", ""),
    ],
)
def test_times(printed: str, stamp: str) -> None:
    assert timestamp(printed) == stamp


@pytest.mark.parametrize(
    ("info", "published", "publisher"),
    [
        ("发布时间：2025-03-12 09:30 来源：清河日报 浏览次数：8", "2025-03-12T09:30+08:00", "清河日报"),
        ("留言时间：2025-03-10 10:22 答复时间：2025-03-12 09:30", "2025-03-12T09:30+08:00", ""),
        (
            "<span>发布日期 : 2025-03-12</span><span>来源 : 清河日报</span><span>字号：大</span>",
            "2025-03-12",
            "清河日报",
        ),
        (
            "2025年03月12日09:30&nbsp;&nbsp;来源：<a href=x>清河网-水利频道</a>",
            "2025-03-12T09:30+08:00",
            "清河网-水利频道",
        ),
        ("来源：清河日报2025-03-12 09:30", "2025-03-12T09:30+08:00", "清河日报"),
        ("信息来源：<a>清河日报</a><a>举报</a>", "", "清河日报"),
        ("<p>2025-03-12 09:30·清河日报</p>", "2025-03-12T09:30+08:00", "清河日报"),
        ("<p>2025-03-12 <span>09:30:00</span></p>", "2025-03-12T09:30+08:00", ""),
        (
            "<table><tr><td>成文日期：</td><td>2025-03-01</td><td>发布日期：</td><td>2025-03-12</td></tr></table>",
            "2025-03-12",
            "",
        ),
        ("【索引号】Q-1【成文日期】2025-03-01【发布日期】2025-03-12", "2025-03-12", ""),
        (
            "<table><tr><td>发布日期</td><td>索引号</td></tr><tr><td>2025-03-12</td><td>Q-1</td></tr></table>",
            "2025-03-12",
            "",
        ),
        ("报名截止：2025-03-20 发布：2025-03-12 09:30", "2025-03-12T09:30+08:00", ""),
        ("更新：2025-03-20 发布：2025-03-12", "2025-03-12", ""),
        ("开标日期：2025-03-20 开标单位：清河市水利局", "", ""),
        ("编辑时间：2025-03-12 09:30", "2025-03-12T09:30+08:00", ""),
        ("发布：清河市水利局 2025-03-12", "2025-03-12", ""),
        ("转载时间：2025-03-12 转自︰清河日报", "2025-03-12", "清河日报"),
        ("来源： 时间：", "", ""),
        ("来源：{{source}} 时间：2025-03-12", "2025-03-12", ""),
        ("来源：${info.source} 时间：2025-03-12", "2025-03-12", ""),
        ("清河县融媒体中心 2025-03-12 20:30", "2025-03-12T20:30+08:00", "清河县融媒体中心"),
        ("<span>清河日报</span>|<span>2025-03-12</span>", "2025-03-12", "清河日报"),
        ("首页 要闻 2025-03-12 20:30", "2025-03-12T20:30+08:00", ""),
        ("2025-03-12 要闻速递", "2025-03-12", ""),
        ("<span>2025-03-12</span><span>何建中</span>", "2025-03-12", ""),
        ("<span>2025-03-12 11:20</span> <a href=/tag/1>城市更新</a>", "2025-03-12T11:20+08:00", ""),
        ("2025-03-12 今日关注", "2025-03-12", ""),
        ("2025年03月12日 08:15 | <a>《清河日报》</a>", "2025-03-12T08:15+08:00", "清河日报"),
        ("2025-03-12 来源：清河日报 记者 何建中", "2025-03-12", "清河日报"),
        ("<a><img>赏花节开幕</a><em>2025-03-12</em><a><img>马拉松鸣枪</a><em>2025-03-08</em>", "", ""),
        ("清河融媒 2025-03-12 21:33:10 责任编辑：何建中", "2025-03-12T21:33+08:00", "清河融媒"),
        ("［2025-03-12］ ［区人社局］ ［浏览：77］", "2025-03-12", "区人社局"),
        (
            "<table><tr><td>2025/3/12 8:05:00</td><td>清河市行政审批局</td><td>点击：56</td></tr></table>",
            "2025-03-12T08:05+08:00",
            "清河市行政审批局",
        ),
        ("Source: Xinhua | 08:11, March 12, 2025", "2025-03-12T08:11+08:00", "Xinhua"),
        ("来源：本站原创 时间：2025-03-12", "2025-03-12", ""),
        ("要闻动态 2025-03-12 20:30", "2025-03-12T20:30+08:00", ""),
        ("新闻发布 2025-03-12", "2025-03-12", ""),
        ("何建中 2025-03-12", "2025-03-12", ""),
        ("日期：2025年03月12日 时间：07时50分", "2025-03-12T07:50+08:00", ""),
        ("日期：2025-03-12 时间：07:50:12 浏览：3", "2025-03-12T07:50+08:00", ""),
        ("日期：2025-03-12 时间：3月20日上午9:00", "2025-03-12", ""),
        ("本文来源于云桅日报，转载请注明 时间：2025-03-12", "2025-03-12", "云桅日报"),
        ("来源：云桅日报（转载请注明出处） 时间：2025-03-12", "2025-03-12", "云桅日报"),
        ("来源：云桅日报 版权所有 时间：2025-03-12", "2025-03-12", "云桅日报"),
        ("来源：云桅日报。如需转载须经授权 时间：2025-03-12", "2025-03-12", "云桅日报"),
        ("来源：云桅市新闻出版局（版权局） 时间：2025-03-12", "2025-03-12", "云桅市新闻出版局（版权局）"),
        ("来源：云桅市版权中心 时间：2025-03-12", "2025-03-12", "云桅市版权中心"),
        ("来源：云桅日报 转载服务部 时间：2025-03-12", "2025-03-12", "云桅日报 转载服务部"),
        ("来源：[!--befrom--] 时间：2025-03-12", "2025-03-12", ""),
        ("来源：null 时间：1970-01-01 08:00", "", ""),
        ("来源：Null River 时间：2025-03-12", "2025-03-12", "Null River"),
        ("报名截止日期：2025-03-20 信息发布日期：2025-03-12 来源：清河日报", "2025-03-12", "清河日报"),
        ("报名截止日期：2025-03-20 下期发布日期：2025-04-12", "", ""),
        ("合同签订日期：2025-03-05 公告日期：2025-03-12", "2025-03-12", ""),
        ("原公告日期：2025-03-05 合同签订日期：2025-03-01", "", ""),
        ("信息日期：2025-03-12 来源：清河日报", "2025-03-12", "清河日报"),
        ("时间：2025-04-02 地点：清河市文化馆", "", ""),
        ("<p>时间：2025-04-02</p><p>地点：清河市文化馆</p>", "", ""),
        ("<li>地点：清河市文化馆<li>主办：清河日报<li>时间：2025-04-02 14:00", "", ""),
        ("<dl><dt>时间<dd>2025-04-02<dt>地点<dd>清河市文化馆</dl>", "", ""),
        ("<p>时间：2025-04-02</p><p>地点：清河市文化馆</p><p>发布时间：2025-03-12</p>", "2025-03-12", ""),
        ("<p>时间：2025-03-12 来源：清河日报</p><p>地点：清河市文化馆</p>", "2025-03-12", "清河日报"),
        ("<p>时间：2025-03-12</p><ul><li>活动时间：2025-04-02<li>活动地点：清河市文化馆</ul>", "2025-03-12", ""),
        (
            "<time datetime='2025-03-12T09:30:00+08:00'>2025-03-12</time> 来源：清河日报",
            "2025-03-12T09:30+08:00",
            "清河日报",
        ),
        ("<time datetime='2025-03-13T09:30:00+08:00'>2025-03-12</time> 来源：清河日报", "2025-03-12", "清河日报"),
        ("<time datetime='2025-03-12T09:30:00+08:00'></time>2025-03-12 来源：清河日报", "2025-03-12", "清河日报"),
        ("来源：清河日报（2025年3月10日 第2版） 发布时间：2025-03-12", "2025-03-12", "清河日报"),
        ("来源：清河日报（海外版） 发布时间：2025-03-12", "2025-03-12", "清河日报（海外版）"),
        ("来源：“清河发布”微信公众号 时间：2025-03-12", "2025-03-12", "“清河发布”微信公众号"),
        ("来源：微信公众号“清河发布” 时间：2025-03-12", "2025-03-12", "微信公众号“清河发布”"),
        ("来源：“清河发布” 时间：2025-03-12", "2025-03-12", "清河发布"),
        ('来源："清河发布"公众号 时间：2025-03-12', "2025-03-12", '"清河发布"公众号'),
        ('来源：公众号"清河发布" 时间：2025-03-12', "2025-03-12", '公众号"清河发布"'),
        ('来源："清河发布" 时间：2025-03-12', "2025-03-12", "清河发布"),
        ('来源："清河发布 时间：2025-03-12', "2025-03-12", "清河发布"),
        ('来源：清河发布" 时间：2025-03-12', "2025-03-12", "清河发布"),
        ('来源：" 时间：2025-03-12', "2025-03-12", ""),
        ("来源：清河发布” 时间：2025-03-12", "2025-03-12", "清河发布"),
        ("来源：<a>清河网</a>－<a>清河日报</a> 时间：2025-03-12", "2025-03-12", "清河网－清河日报"),
        ("来源：<a>市财政局</a>、<a>市税务局</a> 时间：2025-03-12", "2025-03-12", "市财政局、市税务局"),
        ("来源：<a>清河日报</a> - <a>打印</a> 时间：2025-03-12", "2025-03-12", "清河日报"),
    ],
)
def test_lines_of_info(info: str, published: str, publisher: str) -> None:
    release = read(info)
    assert (release.published, release.publisher) == (published, publisher)


def test_a_printed_time_comes_before_the_meta_tag_and_both_are_kept() -> None:
    release = read("发布时间：2025-03-12 09:30", '<meta content="2025-03-13 08:00" name="pubdate">')
    assert (release.published, release.published_meta) == ("2025-03-12T09:30+08:00", "2025-03-13T08:00+08:00")


@pytest.mark.parametrize(
    "clock", ["今天是2026年11月25日 星期三", "今天是：2026-11-25 星期三", "现在时间 2026年11月25日"]
)
def test_the_clock_of_the_page_in_its_bar_is_passed_over(clock: str) -> None:
    assert read(f"{clock}　2025-03-12 08:15　来源：清河日报").published == "2025-03-12T08:15+08:00"
    assert read(clock).published == ""


def test_the_source_of_another_article_in_a_side_column_is_none_of_the_page() -> None:
    teaser = "<p><a href='/m/8.html'>石桥镇夜市开市</a></p><p>来源：石桥晚报 2025-03-01</p>"
    assert read("2025-03-12 09:17", after=f"<div class=sidebar><h4>媒体聚焦</h4>{teaser}</div>").publisher == ""
    assert read("2025-03-12 09:17", after="<div>来源：石桥晚报</div>").publisher == "石桥晚报"


def test_a_meta_tag_names_what_the_bar_calls_its_own_site() -> None:
    meta = '<meta name="ContentSource" content="清河日报">'
    assert read(info="来源：本站 时间：2025-03-12", meta=meta).publisher == "清河日报"
    assert read(info="来源：本站 时间：2025-03-12").publisher == "本站"


def test_meta_tags_fill_what_is_not_printed() -> None:
    release = read(
        meta='<meta name="PubDate" content="2025-03-13 08:00"><meta name="ContentSource" content="清河日报">'
    )
    assert (release.published, release.publisher) == ("2025-03-13T08:00+08:00", "清河日报")
    assert {entry.field: entry.rule for entry in release.provenance}["published"] == "meta"


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("weibo: article:create_at", "2025-03-12T09:30+08:00"),
        ("weibo: article:update_at", ""),
        (" PubDate ", "2025-03-12T09:30+08:00"),
    ],
)
def test_blanks_in_the_name_of_a_meta_tag_are_nothing(name: str, published: str) -> None:
    assert read(meta=f'<meta name="{name}" content="2025-03-12 09:30">').published == published


def test_the_list_gives_the_day_when_the_page_gives_none() -> None:
    release = read(listed=Listed(url="http://x/1.html", title=TITLE, date="2025-03-12"))
    assert release.published == "2025-03-12"
    assert {entry.field: entry.rule for entry in release.provenance}["published"] == "list"


def test_no_date_in_the_text_is_taken_for_the_publication() -> None:
    assert read().published == ""


@pytest.mark.parametrize(
    ("after", "published"),
    [
        ("<p>建议使用1024×768分辨率 更新日期：2025年03月15日</p>", ""),
        ("<p>版权所有 © 2025 清河市人民政府 最后更新：2025-03-15 09:00</p>", ""),
        ("<p>清ICP备00000000号</p><p>更新时间：2025-03-15</p>", ""),
        ("<p>更新时间：2025-03-15</p><p>版权所有 清河市人民政府</p>", "2025-03-15"),
        ("<p>版权所有 清河市人民政府 发布时间：2025-03-15</p>", "2025-03-15"),
    ],
)
def test_the_update_of_a_site_in_its_foot_is_none_of_the_release(after: str, published: str) -> None:
    assert read(after=after).published == published


@pytest.mark.parametrize(
    ("head", "published"),
    [
        ("<ul><li>2025-03-15 <a href=/2>市长接待日安排</a><li>2025-03-14 <a href=/3>本周重点工作</a></ul>", ""),
        ("<p><a href=/z>清河新闻网</a> 2025-03-15 10:00</p>", "2025-03-15T10:00+08:00"),
    ],
)
def test_days_of_a_list_above_the_title_are_those_of_others(head: str, published: str) -> None:
    assert read(head=head).published == published


def test_labels_of_a_list_in_the_text_are_none_of_the_release() -> None:
    books = "<p>《江岸》 作者：何建中</p><p>《远山》 作者：苏文岚</p><p>编辑：三名</p>"
    page = f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><div class=content>{books}{BODY}</div></body></html>"
    release = extract(Page(url="http://x/1.html", source="x", fetched="", body=page.encode(), listed=None), None)
    assert (release.author, release.editor) == ("", "")


@pytest.mark.parametrize("heads", [("来源", "金额"), ("作者", "奖项"), ("序号", "来源", "金额")])
def test_the_head_of_a_column_in_the_text_names_nobody(heads: tuple[str, ...]) -> None:
    cells = "".join(f"<td>{head}</td>" for head in heads)
    values = "".join(f"<td>中央补助{at}</td>" for at, _ in enumerate(heads))
    table = f"<table><tr>{cells}</tr><tr>{values}</tr></table>"
    page = f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><div>{BODY}{table}</div></body></html>"
    release = extract(Page(url="http://x/1.html", source="x", fetched="", body=page.encode(), listed=None), None)
    assert (release.publisher, release.author) == ("", "")


@pytest.mark.parametrize(
    ("after", "publisher"),
    [
        (
            "<ul><li><a href=/2>工业经济开局良好</a> 来源：清河日报<li><a href=/3>公交新增三条线路</a> 来源：清河晚报</ul>",
            "",
        ),
        ("<p>附件：<a href=/a.doc>方案.doc</a></p><p>来源：清河日报</p>", "清河日报"),
    ],
)
def test_credits_of_other_articles_below_the_text_are_none_of_its_own(after: str, publisher: str) -> None:
    assert read(after=after).publisher == publisher


def test_a_title_with_reporters_in_it_names_no_author() -> None:
    title = "清河县报社招聘编辑记者公告"
    page = (
        f"<html><head><title>{title}</title></head><body><h1>{title}</h1><div class=content>{BODY}</div></body></html>"
    )
    release = extract(Page(url="http://x/1.html", source="x", fetched="", body=page.encode(), listed=None), None)
    assert (release.title, release.author) == (title, "")


def test_a_source_in_the_foot_of_the_site_is_none_of_the_release() -> None:
    assert read(after="<div class=footer>信息来源：各街道 主办单位：清河区人民政府</div>").publisher == ""
    assert (
        read(after="<p>信息来源：清河日报</p><div class=footer>主办单位：清河区人民政府</div>").publisher == "清河日报"
    )


def test_a_label_that_is_quoted_names_nobody() -> None:
    notice = "<p>版权声明：凡本网注明“来源：清河新闻网”的作品，版权均属清河新闻网，未经授权不得转载。</p>"
    assert read(after=notice).publisher == ""


@pytest.mark.parametrize(
    ("head", "info", "number"),
    [
        ("", "<p class=wh>清政规〔2025〕3号</p><p>发布日期：2025-03-12</p>", "清政规〔2025〕3号"),
        ("<p>清政规〔2025〕3号</p>", "", ""),
        ("", "<p>（清政规〔2025〕3号）</p>", "清政规〔2025〕3号"),
        ("", "<p>（清政规〔2025〕3号印发）</p>", ""),
        ("", "<p>清政规〔2025〕3号　　　签发人：苏文岚</p>", "清政规〔2025〕3号"),
        ("", "<p>清政规〔2025〕3号　审批人：苏文岚</p>", ""),
        ("", "<p>清交函〔2025〕11号（A）</p>", "清交函〔2025〕11号"),
        ("", "<p>清政发〔2012〕3号</p><p>清政发〔2014〕17号</p>", ""),
        ("", "<p>决定废止下列文件。</p><p>清政发〔2012〕3号</p>", ""),
        ("", "<p><a href=/2>清政规〔2019〕3号</a></p>", ""),
        ("", "<p>清河市水务局 清河市税务局公告2025年第3号</p>", "清河市水务局清河市税务局公告2025年第3号"),
        ("", "<p>清河市水务局 清政规〔2025〕3号</p>", ""),
    ],
)
def test_a_number_on_a_line_of_its_own_below_the_title(head: str, info: str, number: str) -> None:
    assert read(info, head=head).doc_number == number


@pytest.mark.parametrize(
    ("after", "editor"),
    [
        ("<p>（责编：何建中、苏文岚）</p>", "何建中、苏文岚"),
        ("<p>编辑：苏文岚 责任编辑：何建中</p>", "何建中"),
        ("<p>【责任编辑:何建中】</p>", "何建中"),
        ("<p>（清河网编辑 何建中）</p>", "何建中"),
        ("<p>责任编辑：</p>", ""),
    ],
)
def test_editors(after: str, editor: str) -> None:
    assert read(after=after).editor == editor


@pytest.mark.parametrize(
    ("info", "author"),
    [
        ("作者：何建中 来源：清河日报", "何建中"),
        ('<p class="author">何建中</p>', "何建中"),
        ('<p class="author">本报记者 何建中</p>', "何建中"),
        ("<p>清河日报记者 何建中 苏文岚</p>", "何建中 苏文岚"),
        ("<p>记者：何建中 通讯员：苏文岚</p>", "何建中"),
        ("<p>记者 何建中 通讯员 苏文岚</p>", "何建中"),
        ("来源：清河日报 记者：何建中 2025年3月12日", "何建中"),
        ("来源：清河日报 记者：请问今年有哪些打算？", ""),
        ("2025-03-12 来源：清河日报 记者 何建中", "何建中"),
        ("<p>清河市召开新闻记者座谈会</p>", ""),
        ("<p>清河日报记者何建中、苏文岚</p>", "何建中、苏文岚"),
        ("<p>本报讯（记者阿依古丽）</p>", "阿依古丽"),
        ("文章作者：何建中", "何建中"),
        ("<p>本报记者 何建中 实习生 苏文岚</p>", "何建中"),
        ("<p>清河日报记者 何建中 摄影</p>", "何建中"),
        ("<p>记者：五名</p>", ""),
        ("作者：佚名 来源：清河日报", ""),
        ("", ""),
    ],
)
def test_authors(info: str, author: str) -> None:
    assert read(info).author == author


@pytest.mark.parametrize("content", ["http://www.qinghe.example/mz", "www.qinghe.example", "未知", "无"])
def test_a_source_in_the_meta_tag_that_is_no_name(content: str) -> None:
    assert read(meta=f'<meta name="ContentSource" content="{content}">').publisher == ""


@pytest.mark.parametrize(
    ("nodes", "published"),
    [
        (
            '[{"@type":"WebSite","datePublished":"2019-01-01"},{"@type":"NewsArticle","datePublished":"2025-03-12"}]',
            "2025-03-12",
        ),
        ('[{"@type":"WebPage","datePublished":"2025-03-11"},{"@type":"WebPage"}]', "2025-03-11"),
        (
            '[{"@type":"ItemList","itemListElement":[{"@type":"NewsArticle","datePublished":"2025-03-20"}]},'
            '{"@type":"NewsArticle","datePublished":"2025-03-12"}]',
            "2025-03-12",
        ),
        ('[{"@type":"ItemList","itemListElement":[{"@type":"NewsArticle","datePublished":"2025-03-20"}]}]', ""),
        (
            '[{"@type":"WebPage","isPartOf":{"@type":"Article","datePublished":"2025-03-20"},"datePublished":"2025-03-11"},'
            '{"@type":"NewsArticle","datePublished":"2025-03-12"}]',
            "2025-03-12",
        ),
    ],
)
def test_the_day_of_the_article_among_the_nodes_of_linked_data(nodes: str, published: str) -> None:
    assert read(meta=f'<script type="application/ld+json">{{"@graph":{nodes}}}</script>').published == published


@pytest.mark.parametrize(
    ("named", "listed", "title"),
    [
        ('清河启动"春雨行动"', '清河启动"春雨行动"助企纾困', '清河启动"春雨行动"助企纾困'),
        ("清河启动春雨行动助企纾困", "清河启动春雨行动", "清河启动春雨行动助企纾困"),
        ("清河启动春雨行动", "市里启动春雨行动助企纾困", "清河启动春雨行动"),
    ],
)
def test_a_title_in_the_meta_tag_that_its_own_quote_ended(named: str, listed: str, title: str) -> None:
    html = f'<title>清河市人民政府</title><meta name="ArticleTitle" content="{named}"><body><div>{BODY}</div></body>'
    page = Page(
        url="http://x/", source="x", fetched="", body=html.encode(), listed=Listed(url="http://x/", title=listed)
    )
    assert extract(page, None).title == title


@pytest.mark.parametrize(
    ("named", "shown", "listed", "title"),
    [
        ("清河开通用水网上申报", "清河开通用水网上申报", "清河开通用水网上申报", "清河开通用水网上申报"),
        ("清河县开通用水申报网", "清河县开通用水申报网", "", "清河县开通用水申报网"),
        ("清河日报", TITLE, "", TITLE),
        ("清河日报", TITLE, TITLE, TITLE),
        ("清河日报", TITLE, "清河要闻", TITLE),
    ],
)
def test_a_headline_that_ends_as_the_name_of_a_site_does(named: str, shown: str, listed: str, title: str) -> None:
    """It is told by the list; the links above it, in a cell of the same kind, are no part of it."""
    crumbs = f"<tr><td>您的位置：<a href='/'>首页</a> &gt;&gt; <a href='/gz/'>工作动态</a><tr><td>{shown}"
    name = "" if named == shown else f"<p>{named}</p>"
    html = (
        f"<title>{named}</title>{name}<table>{crumbs}<tr><td>来源：清河县水务局　时间：2025-03-12<tr><td>{BODY}</table>"
    )
    page = Page(
        url="http://x/", source="x", fetched="", body=html.encode(), listed=Listed(url="http://x/", title=listed)
    )
    assert extract(page, None).title == title


@pytest.mark.parametrize(
    ("head", "named", "listed", "title"),
    [
        (f"<h1>清河市水务局</h1><div><b>{TITLE}</b></div>", "清河市水务局网站", f"{TITLE[:12]}...", TITLE),
        (f"<h2>要闻动态</h2><p><strong>{TITLE}</strong></p>", "要闻动态-清河市水务局", f"{TITLE[:12]}…", TITLE),
        (f"<div>{TITLE}</div>", f"{TITLE[:12]}..._清河市水务局", "", TITLE),
        (f"<h1>{TITLE[:8]}</h1><h1>{TITLE[8:]}</h1>", "清河市水务局网站", f"{TITLE[:12]}...", TITLE),
        (f"<h1>{TITLE[:8]}<br>{TITLE[8:]}</h1>", TITLE[:8], f"{TITLE[:8]}…", TITLE),
        (f"<h1>{TITLE}</h1><p>{TITLE}（摘要）</p>", "清河市水务局网站", f"{TITLE[:12]}...", TITLE),
        # the list's stays beside other headlines; a second heading is no part of a name that ends in the first
        ("<div><b>另一场会议在清河召开</b></div>", "", f"{TITLE[:12]}...", f"{TITLE[:12]}..."),
        (f"<h1>{TITLE}</h1><p>——林一舟出席并讲话</p>", TITLE, f"{TITLE}...", TITLE),
        (f"<h1>{TITLE}</h1><p>{TITLE}时强调</p>", TITLE, f"{TITLE[:12]}...", TITLE),
        (f"<h1>{TITLE}</h1><div><a href=/2>{TITLE}之二</a></div>", "", f"{TITLE[:12]}...", TITLE),
    ],
)
def test_a_headline_goes_on_where_the_list_cut_it_short(head: str, named: str, listed: str, title: str) -> None:
    html = f"<title>{named}</title><body>{head}<div id=zoom>{BODY}</div></body>"
    entry = Listed(url="http://x/", title=listed)
    page = Page(url="http://x/", source="x", fetched="", body=html.encode(), listed=entry)
    assert extract(page, None).title == title


STEM, CUT = TITLE[:13], f"{TITLE[:13]}…"


@pytest.mark.parametrize(
    ("inside", "head", "listed", "title"),
    [
        (f"<h1 title='{TITLE}'>{CUT}</h1>", CUT, CUT, TITLE),
        (f"<h1>{CUT}</h1><input type=hidden name=bt value='{TITLE}'>", CUT, CUT, TITLE),
        (f"<h1>{CUT}</h1><script>var shareTitle = '{TITLE}';</script>", CUT, CUT, TITLE),
        (f"<h1>{CUT}</h1>", f"{TITLE}-清河市人民政府", CUT, TITLE),
        (f"<h1>{CUT}</h1>", CUT, TITLE, TITLE),
        (f"<h1>{STEM}...</h1><img alt='{TITLE}_清河市人民政府'>", f"{STEM}...", f"{STEM}...", TITLE),
        # the doubt is told
        (f"<h1>{CUT}</h1>", CUT, CUT, ""),
        (f"<h1>{CUT}</h1><img alt='{TITLE}'><img alt='{TITLE}现场'>", CUT, CUT, ""),
        (f"<h1>{CUT}</h1><a href=/2.html title='{TITLE}（解读）'>{CUT}</a>", CUT, CUT, ""),
        (f"<h1>{CUT}</h1><p title='{TITLE}，会议指出。'>云岭</p>", CUT, CUT, ""),
    ],
)
def test_a_title_that_list_and_page_cut_short_is_found_elsewhere_or_told(
    inside: str, head: str, listed: str, title: str
) -> None:
    html = f"<head><title>{head}</title><meta name=description content='{TITLE}，林一舟'></head><body>{inside}<div id=zoom>{BODY}</div></body>"
    entry = Listed(url="http://x/", title=listed)
    release = extract(Page(url="http://x/", source="x", fetched="", body=html.encode(), listed=entry), None)
    assert release.title == (title or CUT)
    assert ("title-cut" in release.problems) == (not title)


@pytest.mark.parametrize("title", ["且听风吟，云岭村的春天正在走来……", "春天里的等待…"])
def test_a_title_that_its_writer_ended_so_is_not_told(title: str) -> None:
    html = f"<title>{title}</title><h1>{title}</h1><div id=zoom>{BODY}</div>"
    assert extract(Page(url="http://x/", source="x", fetched="", body=html.encode()), None).problems == ()


@pytest.mark.parametrize(
    ("shown", "head", "title"),
    [
        (TITLE[:12], f'<title>{TITLE}_清河市人民政府</title><meta name="ArticleTitle" content="{TITLE}">', TITLE),
        (TITLE[:12], f"<title>{TITLE}-清河市人民政府</title>", TITLE),
        (TITLE[:12], f'<title>{TITLE[:12]}</title><meta property="og:title" content="{TITLE}">', TITLE),
        (TITLE, f"<title>{TITLE}清河市人民政府</title>", TITLE),
        (TITLE, f"<title>{TITLE}工作动态</title>", TITLE),
        (TITLE, f'<title>{TITLE}</title><meta name="ArticleTitle" content="{TITLE}——林一舟出席">', TITLE),
        (f"{TITLE}【字体：大 中 小】", f"<title>{TITLE}_清河市人民政府</title>", TITLE),
        (f"{TITLE}<em>（阅读：352）</em>", f"<title>{TITLE}_清河市人民政府</title>", TITLE),
        (f"{TITLE}（阅读数：352）", f"<title>{TITLE}_清河市人民政府</title>", TITLE),
        (f"{TITLE}<span>NEW</span>", f"<title>{TITLE}_清河市人民政府</title>", TITLE),
        (f"{TITLE}<em>[编辑]</em>", f"<title>{TITLE}_清河市人民政府</title>", TITLE),
        (f"{TITLE} [2025-03-12]", f"<title>{TITLE}_清河市人民政府</title>", TITLE),
        (f"来源：{TITLE}", f"<title>来源：{TITLE}_清河市人民政府</title>", f"来源：{TITLE}"),
        (f"{TITLE} [打印] [关闭]", f"<title>{TITLE}_清河市人民政府</title>", TITLE),
    ],
)
def test_a_headline_that_is_cut_short_or_has_tools_behind_it(shown: str, head: str, title: str) -> None:
    crumbs = "<p><a href=/>首页</a> <a href=/gz/>工作动态</a></p>"
    html = f"{head}<body>{crumbs}<h1>{shown}</h1><p>2025-03-12 来源：清河日报</p><div id=zoom>{BODY}</div></body>"
    entry = Listed(url="http://x/", title=TITLE[:12])
    release = extract(Page(url="http://x/", source="x", fetched="", body=html.encode(), listed=entry), None)
    assert (release.title, release.published, release.text) == (title, "2025-03-12", NEWS)


ORDER = "清河市人民政府关于公布第四批市级文物保护单位保护范围的通告"


@pytest.mark.parametrize(
    ("opening", "described", "title"),
    [
        (f"<p>{ORDER}</p>", "", ORDER),
        (f"<p>{ORDER[:9]}</p><p>{ORDER[9:]}</p>", "", ORDER),
        ("", ORDER, ORDER),
        ("", f"{ORDER}。近日，市政府发布通告", ORDER[:22]),
        (f"<p>{ORDER[:22]}名单已经公布。</p>", "", ORDER[:22]),
        (f"<p><a href=/2.html>{ORDER}</a></p>", "", ORDER[:22]),
        (f"<input type=hidden id=t value='{ORDER}'>", "", ORDER),
        ("", f"{ORDER[:22]}，附保护范围说明", ORDER[:22]),
    ],
)
def test_a_title_that_is_cut_without_a_mark_stands_in_full_in_the_document(
    opening: str, described: str, title: str
) -> None:
    cut = ORDER[:22]
    html = f"<title>{cut}</title><meta name=description content='{described}'><h1>{cut}</h1><div id=zoom>{opening}{BODY}</div>"
    entry = Listed(url="http://x/", title=cut)
    assert extract(Page(url="http://x/", source="x", fetched="", body=html.encode(), listed=entry), None).title == title


def test_a_list_has_the_whole_title_of_a_document() -> None:
    html = f"<title>文件</title><h1>{ORDER[:22]}</h1><div id=zoom>{BODY}</div>"
    entry = Listed(url="http://x/", title=ORDER)
    release = extract(Page(url="http://x/", source="x", fetched="", body=html.encode(), listed=entry), None)
    assert release.title == ORDER


def test_the_path_of_a_page_is_no_title() -> None:
    html = (
        f"<title>{TITLE}_清河市人民政府</title><p>您的位置：<a href=/>首页</a> &gt;&gt; 动态 &gt;&gt; 浏览文章</p>"
        f"<p>发布时间：2026-03-05　来源：清河日报</p><div id=zoom>{BODY}</div>"
    )
    entry = Listed(url="http://x/", title=TITLE)
    assert extract(Page(url="http://x/", source="x", fetched="", body=html.encode(), listed=entry), None).title == TITLE


def test_accounts_in_the_meta_tag_of_the_author_are_no_persons() -> None:
    assert read(meta='<meta name="author" content="admin_01">').author == ""


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("清河市水务局　清河市税务局公告2025年第3号", "清河市水务局清河市税务局公告2025年第3号"),
        ("清河市水务局、清河市税务局公告2025年第3号 有效", "清河市水务局清河市税务局公告2025年第3号"),
        ("清河市水务局 清政规〔2025〕3号", "清政规〔2025〕3号"),
    ],
)
def test_a_release_has_the_number_by_which_others_cite_it(printed: str, number: str) -> None:
    assert read(head=f"<table><tr><td>发文字号：</td><td>{printed}</td></tr></table>").doc_number == number


def test_the_head_of_an_official_document() -> None:
    table = (
        "<table><tr><td>索 引 号：</td><td>000014349/2025-00012</td><td>发文机关：</td><td>清河市人民政府</td></tr>"
        "<tr><td>发文字号：</td><td>清政发[2025] 3 号</td><td>成文日期：</td><td>2025年03月01日</td></tr></table>"
    )
    release = read(head=table)
    assert release.index_number == "000014349/2025-00012"
    assert release.issuer == "清河市人民政府"
    assert (release.doc_number, release.written) == ("清政发〔2025〕3号", "2025-03-01")
    assert {entry.field: entry.raw for entry in release.provenance}["doc_number"] == "清政发[2025] 3 号"


def test_strokes_that_divide_labels_are_no_part_of_an_index_number() -> None:
    release = read("公文编号：清政发〔2025〕3号 | 索引号：QH-2025-31 | 发布机构：清河市财政局")
    assert (release.doc_number, release.index_number) == ("清政发〔2025〕3号", "QH-2025-31")


def test_every_value_has_its_provenance() -> None:
    release = read("发布时间：2025-03-12 来源：清河日报", after="<p>责编：何建中</p>")
    fields = {entry.field for entry in release.provenance}
    assert fields == {"title", "published", "publisher", "editor"}


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        (f"<title>{TITLE}_清河市人民政府</title><h1>{TITLE}</h1>", TITLE),
        (f"<title>{TITLE}--水利频道--清河网</title><div>{TITLE}</div>", TITLE),
        (f"<title>清河日报--{TITLE}</title><h2>{TITLE[:8]}</h2><h2>{TITLE[8:]}</h2>", TITLE),
        (f"<title>清河市人民政府</title><h1>{TITLE}</h1>", TITLE),
        (f'<title>x</title><meta name="ArticleTitle" content="{TITLE[:8]}&lt;br&gt;{TITLE[8:]}">', TITLE),
        (f"<title>{TITLE} - 清河市人民政府</title>", TITLE),
        (f"<title>{TITLE}</title><h1>{TITLE[:10]}<br>{TITLE[10:]}</h1>", TITLE),
        (
            f"<title>{TITLE}_清河市</title><table><tr><td>信件编号<td>清河第18号<tr><td>发布时间<td>2025-03-12</table>",
            TITLE,
        ),
    ],
)
def test_titles(markup: str, title: str) -> None:
    html = f"<html><body>{markup}<div>{BODY}</div></body></html>"
    assert extract(Page(url="http://x/", source="x", fetched="", body=html.encode()), None).title == title


@pytest.mark.parametrize(
    ("title", "cut"),
    [
        ("清河市召开会议_清河市人民政府", "清河市召开会议"),
        ("清河市召开会议 - 清河网", "清河市召开会议"),
        ("清河市1-3月投资增长", "清河市1-3月投资增长"),
        ("清河市召开会议（摘要）-", "清河市召开会议（摘要）"),
        ("清河日报数字报-清河市召开河道治理会议", "清河市召开河道治理会议"),
        ("", ""),
    ],
)
def test_the_name_of_the_site_is_cut(title: str, cut: str) -> None:
    assert cut_site(title) == cut
