"""What answers for an article at first sight: the release that its list names, or a page of the site.

The list's entry is the witness: its title and its day. Words come second, and structure decides where they stand in a
release about an outage.
"""

import re
from dataclasses import dataclass
from typing import Literal

from archive.texts.names import OFFICE_ENDINGS
from archive.texts.normalised import normalised
from archive.texts.notices import MOST_OF_A_NOTICE, QUOTED, SPEAKS_TO_A_VISITOR
from archive.texts.sentences import sentences

_FORMULA = re.compile(
    "关于|公告|通知|通告|通报|公示|启事|声明|情况|工作|会议|召开|开展|举行|进行|做好|切实|印发|发布|我市|我县|全市|全县|的"
)
_POINTER = re.compile(
    "(?:点击|查看|阅读|下载|浏览|更多|全文|原文|详细|详情|正文|内容|附件|图片|视频|链接|无标题|more|details?)+"
)
_RUBRIC = re.compile(r"^\s*(?:[\[［【（(〔][^\]］】）)〕]{1,8}[\]］】）)〕]|[^：:|｜\s]{2,6}[：:|｜])")
SHARED, FITS, WITHIN = 0.3, 0.5, 0.7  # shares of the signs of one text that stand in another
_NAME = re.compile(f"(?:{OFFICE_ENDINGS}|委员会|政府|办公室|部|院|首页|主页|系统|在线)$")
LONGEST_NAME = 16  # characters of a site's or a body's name
FEWEST_LETTERS = 4  # of a title that stands whole in the other
FEWEST_SIGNS = 4  # a title with fewer proves nothing where it shares none
ROWS = 4  # lines of a list page

_HERE = "网站|本站|站点|系统|平台|服务器|页面|网页|门户|栏目|主机|空间|数据库|网关|后台|服务"
_WORDS = re.compile(
    rf"""(?xi)
    # maintenance
      (?:{_HERE}).{{0,20}}?(?:维护|升级|改版|检修|停机|建设中|调试|暂停|关闭|无法(?:访问|打开|浏览|提供)|迁移|停止运行)
    | (?:正在|例行|停机|系统|临时|紧急)(?:进行)?(?:系统|网站)?(?:维护|升级|检修) | (?:维护|升级|检修|建设|改版)(?:期间|中(?![心央]))
    | 暂停(?:访问|服务|开放) | (?:暂时|暂)(?:无法|不能|不可)(?:进行)?(?:访问|打开|浏览|使用)
    | under\s(?:maintenance|construction) | (?:be\sback|try\sagain)\s(?:soon|later|shortly) | scheduled\smaintenance
    | 正在(?:为您)?跳转 | 页面跳转
    # overload
    | (?:{_HERE}|网络|访问|请求|当前).{{0,8}}?(?:繁忙|过载|满负荷|拥挤|超时|异常|出错|开小差|故障|崩溃|走神|未响应|连接失败)
    | (?:访问|在线)(?:量|人数|人次|用户).{{0,4}}(?:过|太|较|超)[多大高载限] | (?:请求|访问|操作|刷新)(?:过于|太|过)(?:频繁|快) | 稍[后候].{{0,6}}(?:再|重)?试
    | server\s(?:is\s)?(?:too\s)?busy | too\smany\s(?:requests|connections) | (?:temporarily|currently)\sunavailable | time[d-]?\s?-?out
    | upstream\s(?:connect|request) | connection\s(?:refused|reset|failure)
    # errors of servers and programs
    | HTTP\sStatus\s[45]\d\d | \b50[0-4]\s(?:internal|bad|service|gateway|server|not|error|错误) | (?:bad|invalid)\sgateway | service\sunavailable
    | (?:internal\s)?server\serror | 内部(?:服务器)?错误 | 应用程序中的服务器错误 | 服务器错误 | 运行时错误 | runtime\serror | whitelabel\serror
    | 系统(?:发生)?错误 | 程序(?:运行)?(?:出错|错误|异常) | 未经处理的异常 | 堆栈跟踪 | stack\strace | \bexception\b | exception\sreport
    | \b\w{{3,}}Exception\b | \bfatal\serror | \bparse\serror | \bon\sline\s\d+ | traceback\s\(most | \.(?:java|cs|php|py|jsp|asp)[:(]\d+
    | welcome\sto\s(?:nginx|iis|tomcat|openresty) | \bnginx/\d | \btomcat/\d | \biis\swindows | it\sworks! | \btest\s?page\b | index\sof\s/
    # databases
    | access\sdenied | SQLSTATE | SQL\ssyntax | \bORA-\d{{5}} | OLE\sDB | \bJDBC\b | \bODBC\b | can't\sconnect | lost\sconnection
    | \bADODB\b | 错误\s*['‘“"]8[0-9a-f]{{7}}
    | 数据库.{{0,6}}(?:失败|错误|异常|出错|繁忙) | unclosed\squotation
    # a login
    | (?:请|尚未|还未|未|没有|需要?|须|重新)先?(?:登录|登陆) | (?:登录|登陆|会话)(?:状态)?(?:已|己)?(?:经)?(?:超时|失效|过期|错误) | 用户(?:登录|登陆) | 扫码登录
    | (?:登录|登陆|注册)(?:之?后|[方才]可|才能)+(?:可以?|能)?(?:查看|浏览|阅读|访问)(?:全文|[本此该]文|正文|全部|内容|详情)
    | (?:统一身份)认证 | 忘记密码 | 找回密码 | 记住密码 | 用户名.{{0,40}}密\s*码 | 验证码 | (?:please\s)?(?:log|sign)\s?in\b
    # a domain, a host
    | 域名.{{0,12}}(?:过期|到期|失效|出售|转让|停止解析|暂停|未绑定|绑定) | (?:domain|website)\s.{{0,20}}(?:for\ssale|expired|parked|suspended)
    | (?:{_HERE}).{{0,8}}(?:到期|过期|欠费|关停|停用) | (?:没有|未)找到.{{0,10}}站点 | 站点创建成功
    # registration
    | (?:未|尚未|没有|需要?|进行|取得|取消|注销|核查|阻断|未通过).{{0,10}}备案 | 备案.{{0,12}}(?:取消|注销|核查|阻断|不真实|未通过|拦截|过期)
    """
)
# every branch begins with a sign of its own, which re looks for at once; with \b before one it tries each place of a text
_DUMP = re.compile(r"\.(?:java|cs|php|py|jsp):\d+\)?|\.(?:php|cs|py)\(\d+\)|o(?<!\wo)n line \d+|E(?<=\wE)xception\b")
_FEWEST_DUMPED = 3
_LONGEST_DUMP = 20_000  # characters of a text that are searched for a program's trace
# the subject of a release about an outage, of the site itself or of anything else
_SUBJECT = re.compile(
    "升级|维护|检修|停[水电气机运用]|暂停|停办|故障|繁忙|拥堵|登[录陆]|域名|备案|网站|系统|平台|服务器|关停|错误|异常|数据库"
    "|验证码|密码|认证|maintenance|outage|log.?in|domain|server",
    re.IGNORECASE,
)
_SITE = re.compile("网站|本站|系统|平台|服务器|页面|网页|门户|栏目|数据库")
_APPOINTED = re.compile(r"\d\s*[日时時點点]")
# a page that is not there yet, or not for everybody, says so of itself
_ITS = "页面|网页|文章|内容|信息|稿件|资源|数据|正文|栏目|详情"
_NOT_YET = (
    "正在|尚未|还未|还没有?|暂未|暂无|暂不|暂时?(?:无法|不能|不可|不)|未(?:经)?|没有|无权?|无法|不能|不可|[待等]待?"
)
_SHOWN = "加载|载入|读取|获取|发布|公开|公布|审[核批查]|查看|浏览|访问|阅读|显示|开放|上传|更新|编辑|整理|完善|建设|转码|生成"
_CLAUSE = rf"""(?: (?:[您该此本这]|当前|相关)?[篇条个]?
      (?: (?:{_ITS})(?:{_NOT_YET})(?:被|进行|通过)?(?:{_SHOWN})+中? | (?:{_ITS})?(?:加载|载入|读取|审核|更新|编辑|整理|转码|生成)中
        | (?:{_NOT_YET})(?:{_ITS}|权限|(?:加载|载入|读取|获取)(?:{_ITS})?中?|(?:{_SHOWN})+的?(?:权限|{_ITS}))
        | (?:{_ITS})?(?:加载|载入|读取|获取|查询|打开)(?:{_ITS}){{0,2}}(?:失败|出错|异常|超时)了?
        | (?:{_ITS}){{1,2}}(?:暂缺|为空) | 正在(?:努力|拼命)(?:{_SHOWN})中?
        | (?:{_ITS}){{1,2}}需要?(?:安装|启用|开启)[^，,。.；;]{{1,12}}(?:才能|方可|后)(?:{_SHOWN})
        | 请(?:先)?(?:升级|更换|更新)[您你]?的?[^，,。.；;]{{0,8}}浏览器[^，,。.；;]{{0,6}}(?:{_SHOWN})(?:{_ITS}){{0,2}}
        | (?:系统|网站)?正在(?:{_SHOWN})+[本该此](?:页|{_ITS})
        | (?:{_NOT_YET})权限(?:{_SHOWN})+[该此本这]?[篇条个]?(?:{_ITS})? )
      | [该此本这][篇条个]?(?:{_ITS}){{1,2}}[仅只](?:限|供|对|面向|允许)[^，,。.；;]{{1,12}}?(?:查看|浏览|访问|阅读|开放) )"""
_OF_ITSELF = re.compile(
    rf"""(?xi)
      (?:(?:很?抱歉|对不起|提示|您好?)[，,：:！!\s]*)? {_CLAUSE}
      (?:[，,；;。\s]+ (?: {_CLAUSE} | (?:{_NOT_YET})(?:被|进行|通过|对外)?(?:{_SHOWN})+ ))*
      (?:[，,。.…！!～~\s]+(?:(?:敬?请|谢谢|感谢|点击|点此).{{0,20}})?)?
    | loading[\s.…]*(?:please\swait[\s.…]*)?
    """
)
_LONGEST_NOTICE = 2_000  # characters
_LONGEST_LINE = 40  # characters of a line that may tell of its own page alone
_HAN = re.compile("[\u3400-\u9fff]")
_DAY_AT_END = re.compile(r"[\[(（【]?(?:20\d\d[-./年])?\d{1,2}[-./月]\d{1,2}日?[\])）】]?$")

Day = Literal["same", "other", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A page that was read, and what its list says of it."""

    listed: str  # the list's title, "" when no list names the page
    title: str  # the page's own title, "" when it shows none
    text: str
    headed: bool = False  # it prints a day, a publisher or a number
    bare: bool = False  # no file and no picture belongs to it
    day: Day = ""  # the page's day against the list's; "" when one of them is lacking


def is_notice(sight: Sight) -> bool:
    """Whether a page is the site's (maintenance, overload, error, login, home page, …) and not the release that its list names.

    A page with the words of a notice in its title or in a text of 300 characters at most, or with three places of a program's
    trace, is a notice, unless it is a release about such things:

    - its title fits the listed one, and that is about an outage or half of it stands in the text;
    - it tells something, in sentences of ten characters or more that neither speak to a visitor nor have such words:
      one sentence when its title fits and it prints day, publisher or number (what it quotes is another's word), two with one
      of the two; with both signs the hour or day of an outage tells as much (自3月4日18时起暂停服务);
    - no list's title says something of it (`names_page`), and it prints day, publisher or number.

    Without such words the list decides, when its title says something.
    A page without a Chinese character, under a Chinese title of which it has nothing, is none, however long (a server's English error).
    A list page is none: no title that fits, no sentence, four lines or more, of which most end in a day or one is the listed
    title. Any other page is the release when its title fits, when three in ten of the listed title's signs stand in its title
    and text, when its day is the list's, or when it is longer than 300 characters. A shorter one that shares nothing with its
    entry must print day, publisher or number, tell something, and print no other day.

    Whatever its titles and its day, a page whose text `tells_of_itself` is a notice in the template of an article.

    A page of more than 300 and at most 2,000 characters is a notice when it neither fits the listed title nor shares three in ten
    of its signs nor has its day, when it has the words of a notice in its title or in two sentences, speaks to a visitor, and
    most of its sentences of ten characters or more do the one or the other.
    """
    if tells_of_itself(sight):
        return True
    named = names_page(sight.listed, f"{sight.title}\n{sight.text}")
    fits = fits_title(sight.listed, sight.title)
    if _speaks(sight):
        return not _is_about(sight, named, fits)
    if not named or fits:
        return False
    if _is_list(sight) or _is_in_another_writing(sight):
        return True
    if sight.day == "same" or shared(sight.listed, f"{sight.title}\n{sight.text}") >= SHARED:
        return False
    if _speaks_at_length(sight):
        return True
    short = len(sight.text) <= MOST_OF_A_NOTICE
    return short and (not sight.headed or not told(sight.text) or sight.day == "other")


def is_unlike_listed(sight: Sight) -> bool:
    """Whether a page that is no notice has nothing of its list's entry, which may name another article.

    The list's title says something (`names_page`); the page's own title does not fit it, less than three in ten of its signs stand
    in title and text, and its day is not the list's. A page without a title and with no more than 300 characters proves nothing.
    """
    page = f"{sight.title}\n{sight.text}"
    if fits_title(sight.listed, sight.title) or sight.day == "same" or not names_page(sight.listed, page):
        return False
    return bool(sight.title or len(sight.text) > MOST_OF_A_NOTICE) and shared(sight.listed, page) < SHARED


def tells_of_itself(sight: Sight) -> bool:
    """Whether a text says only that its page is not there yet, or not for everybody: 正在加载…, 该信息尚未发布, 暂无权限, 内容正在审核.

    It may also say that they could not be got (数据加载失败，请刷新重试), that they are empty, or what a visitor's browser lacks.
    Such a text is a bare line (`is_bare_line`) of a page's own things (内容, 信息, …), a word that denies or delays (尚未, 正在, 暂无, …)
    and what is done with a page (发布, 加载, 审核, …), or whom it is kept for (该内容仅限…查看). More of the kind may follow
    (…正在审核中，暂时无法查看), with nothing else but an address to the visitor before and behind it.
    """
    return is_bare_line(sight) and bool(_OF_ITSELF.fullmatch(sight.text.strip()))


def is_bare_line(sight: Sight) -> bool:
    """Whether a text is one line of 40 characters at most, without a figure, to which neither a file nor a picture belongs."""
    line = sight.text.strip()
    return sight.bare and 0 < len(line) <= _LONGEST_LINE and not re.search(r"[\d\n]", line)


def may_be_the_sites(sight: Sight) -> bool:
    """Whether a text is a bare line that has no pair of characters in common with the listed title and the page's own.

    An article may be such a line; when other articles of its source, under other titles, show the very same line, it is the site's.
    """
    return is_bare_line(sight) and not any(
        sign in normalised(sight.text) for sign in _pairs(sight.listed) | _pairs(sight.title)
    )


def stands_alone(sight: Sight) -> bool:
    """Whether a page that no list's entry vouches for is an article by itself.

    It prints day, publisher or number; its title is not the name of a site or body of up to 16 characters; and it is no list
    page. A home page that answers at the address of an article is told by this.
    """
    named = _NAME.search(sight.title) and len(sight.title) <= LONGEST_NAME
    return sight.headed and bool(sight.title) and not named and not _is_list(sight)


def fits_listing(listed: str, title: str, text: str) -> bool:
    """Whether a page is the one that its list names: by its own title, or by a text that shares the listed title's signs."""
    return fits_title(listed, title) or (
        shared(listed, f"{title}\n{text}") >= SHARED and not _is_list(Sight(listed=listed, title=title, text=text))
    )


def says_notice(sight: Sight) -> bool:
    """Whether a short or a long text has the words of a notice, as `is_notice` looks for them; no list is asked."""
    return tells_of_itself(sight) or _speaks(sight) or _speaks_at_length(sight)


def names_page(listed: str, page: str) -> bool:
    """Whether a list's title says something of its page: it has four signs, does not only point, and is in its writing.

    A title without a Chinese character (a file's name, a code) says nothing of a Chinese page; `page` is title and text, since
    a release of pictures has no text.
    """
    plain = normalised(listed)
    if _POINTER.fullmatch(plain) or (not _HAN.search(plain) and _HAN.search(page)):
        return False
    return len(_signs(listed)) >= (FEWEST_SIGNS if _HAN.search(plain) else 2)


def fits_title(listed: str, title: str) -> bool:
    """Whether a page's own title is the listed one, or a longer or shorter form of it; the name of a site or body is none."""
    one, other = normalised(listed), normalised(title)
    if not one or not other:
        return False
    if one == other:
        return True
    if _NAME.search(title) and len(title) <= LONGEST_NAME:
        return False
    if min(len(one), len(other)) >= FEWEST_LETTERS and (one in other or other in one):
        return True
    return shared(listed, title) >= FITS or (len(_signs(title)) >= FEWEST_SIGNS and shared(title, listed) >= WITHIN)


def shared(listed: str, text: str) -> float:
    """The share of a title's signs that stand in a text: pairs of Chinese characters, and words and figures in other letters.

    A rubric before the title (【县区动态】, 图片新闻：) and forms of speech (关于, 通知, 会议, …) are no signs, unless the title has no
    others.
    """
    signs = _signs(listed)
    plain = normalised(text)
    return sum(sign in plain for sign in signs) / len(signs) if signs else 0.0


def told(text: str) -> int:
    """The number of sentences that tell something, unlike those of a notice."""
    said = (text[start:end].strip() for start, end in sentences(text))
    return sum(len(one) >= 10 and not SPEAKS_TO_A_VISITOR.search(one) and not _WORDS.search(one) for one in said)


def _signs(title: str) -> set[str]:
    spoken = _FORMULA.sub(" ", _RUBRIC.sub("", title))
    found = _pairs(spoken)
    return found or _pairs(title)


def _pairs(title: str) -> set[str]:
    signs: set[str] = set()
    for word in re.findall(r"\w+", title):
        for run in re.findall("[\u3400-\u9fff]+|[^\u3400-\u9fff]+", normalised(word)):
            if "\u3400" <= run[0] <= "\u9fff":
                signs |= {run[at : at + 2] for at in range(len(run) - 1)}
            elif len(run) >= 3 and not re.fullmatch(r"20\d\d", run):
                signs.add(run)
    return signs


def _speaks(sight: Sight) -> bool:
    if len(_DUMP.findall(sight.text[:_LONGEST_DUMP])) >= _FEWEST_DUMPED:
        return True
    return len(sight.text) <= MOST_OF_A_NOTICE and bool(_WORDS.search(sight.text) or _WORDS.search(sight.title))


def _speaks_at_length(sight: Sight) -> bool:
    if not MOST_OF_A_NOTICE < len(sight.text) <= _LONGEST_NOTICE or not SPEAKS_TO_A_VISITOR.search(sight.text):
        return False
    said = [one for start, end in sentences(sight.text) if len(one := sight.text[start:end].strip()) >= 10]
    worded = sum(_WORDS.search(one) is not None for one in said)
    return (worded >= 2 or bool(_WORDS.search(sight.title))) and 2 * told(sight.text) <= len(said)


def _is_of_the_site(sight: Sight) -> bool:
    """Whether a text speaks of the site (本栏目正在迁移) and has no sign of its title, which tells of another outage (养老驿站维护)."""
    if _SITE.search(sight.listed) or not _SITE.search(sight.text):
        return False
    return shared(sight.listed, sight.text) == 0


def _is_about(sight: Sight, named: bool, fits: bool) -> bool:
    named_so = (_SUBJECT.search(sight.listed) or _WORDS.search(sight.listed)) and not _is_of_the_site(sight)
    if fits and (named_so or shared(sight.listed, sight.text) >= FITS):
        return True
    if not named:
        return sight.headed or told(sight.text) >= 2
    if fits and sight.headed:
        return told(QUOTED.sub("", sight.text)) >= 1 or _APPOINTED.search(sight.text) is not None
    return (fits or sight.headed) and told(sight.text) >= 2


def _is_in_another_writing(sight: Sight) -> bool:
    page = f"{sight.title}\n{sight.text}"
    return (
        bool(sight.text)
        and bool(_HAN.search(sight.listed))
        and not _HAN.search(page)
        and not shared(sight.listed, page)
    )


def _is_list(sight: Sight) -> bool:
    lines = [line.strip() for line in sight.text.splitlines() if line.strip()]
    if len(lines) < ROWS or re.search("[。！？；]", sight.text) or fits_title(sight.listed, sight.title):
        return False
    dated = sum(_DAY_AT_END.search(line) is not None for line in lines)
    listed = normalised(sight.listed)
    return 2 * dated > len(lines) or any(normalised(_DAY_AT_END.sub("", line)) == listed for line in lines)
