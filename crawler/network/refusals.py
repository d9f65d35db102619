"""Telling a site that turns us away from a site that answers: a block is a state of the source, never a text."""

import re

from archive.texts.normalised import normalised
from archive.texts.notices import says_missing, told

BLOCKED_STATUS = {401, 403, 412, 429, 468, 521}
SHELL_BYTES = 4096  # anti-bot pages are smaller; the smallest real article page seen has 7,600
LARGEST_REFUSAL = 4 * SHELL_BYTES

_CHALLENGE = re.compile(
    rb"""document\.cookie\s*=|\$_ts\s*=|__jsl_clearance|acw_sc__v2|_0x[0-9a-f]{4,}|window\.location\.reload|
    eval\(function\(p,a,c,k|challenge-platform|/cdn-cgi/""",
    re.VERBOSE | re.IGNORECASE,
)
_LEAVES = re.compile(rb"location\.(?:href|replace|assign)\b|http-equiv=.?refresh", re.IGNORECASE)
_TEXT = re.compile(rb"(?is)<(script|style|noscript)\b.*?</\1>|<[^>]*>|&\w+;|\s+")
_REFUSAL = re.compile(
    "访问(?:被|已被)(?:拒绝|拦截|阻断|禁止)|(?:请求|访问)(?:存在|含有).{0,8}(?:异常|威胁|风险)|您的(?:IP|ip|访问|请求).{0,12}(?:拦截|禁止|异常|频繁)"
    "|(?:请|需要?)(?:完成|进行|输入).{0,6}验证|(?:安全|人机|滑动|访问)验证|(?:按住|拖动|滑动).{0,4}滑块"
    "|正在.{0,4}安全(?:检查|检测).{0,4}请稍|网站防火墙|Web应用防火墙|Access Denied|Request blocked"
)
_MARKUP = re.compile(r"(?is)<(script|style|noscript|title)\b.*?</\1>|<[^>]*>")
_UNREAD = re.compile(r"(?is)<(script|style)\b.*?</\1>|<[^>]*>")
_LINK = re.compile(r"<a\s[^>]*href", re.IGNORECASE)
_SENTENCE = re.compile("[^。]+。")
_WORDS = 300  # characters that a refusal shows at most, beside any scripts and styles
_MAY_TELL = 2  # sentences that a small page may say besides
_NAMED = 8  # letters of a title
_LINKS = 6  # links of a page that leads somewhere, as a list does
_LOGIN = re.compile(rb"""<input[^>]+type=["']?password""", re.IGNORECASE)
_LOGIN_WORDS = re.compile("用户登录|统一身份认证|请(?:先)?登录|扫码登录")


def block_reason(status: int, body: bytes, text: str, title: str = "") -> str:
    """The ledger's word for a page that is no answer but a refusal, "" for any other.

    `http-403` and its like by status. For a 200: `challenge`, a page below 4 kB with a script that sets a cookie or
    goes on elsewhere and next to no text (the 160-byte redirects and 1 kB shells that many sites send to machines; one
    that merely goes on while its words say that something is missing, 3秒后返回首页, is none);
    `refused`, a page that says so: below 4 kB, or below 16 kB with 300 characters at most that a visitor reads, its title
    among them; `login`, a small page whose only matter is a password field. A page is neither when it tells something
    besides: three sentences that do not speak to a visitor nor of a refusal (for `refused` above 4 kB one), as an article
    about 人机验证 has them, or for `refused` six links, as a list has; nor when it shows the `title` that the list, or the held
    release, has: eight letters or more, which no refusal knows. `text` is the decoded body.
    """
    if status in BLOCKED_STATUS:
        return f"http-{status}"
    if len(body) > LARGEST_REFUSAL:
        return ""
    words = _TEXT.sub(b"", body)
    if len(body) <= SHELL_BYTES and len(words) < 120 and (_CHALLENGE.search(body) or _merely_leaves(body, text)):
        return "challenge"
    if _refuses(text, small=len(body) <= SHELL_BYTES) and len(_LINK.findall(text)) < _LINKS:
        return "" if _shows(text, title) else "refused"
    if _LOGIN.search(body) and _LOGIN_WORDS.search(text) and len(words) < 1500 and _told(text) <= _MAY_TELL:
        return "" if _shows(text, title) else "login"
    return ""


def _shows(text: str, title: str) -> bool:
    named = normalised(title)
    return len(named) >= _NAMED and named in normalised(_UNREAD.sub(" ", text))


def _merely_leaves(body: bytes, text: str) -> bool:
    """Whether a page goes on elsewhere, and does not say that something is missing."""
    return bool(_LEAVES.search(body)) and not says_missing("", " ".join(_UNREAD.sub(" ", text).split()))


def _refuses(text: str, *, small: bool) -> bool:
    """Whether a page speaks of a refusal and of nothing else; in one that is not `small` that is all a visitor reads."""
    if small:
        return bool(_REFUSAL.search(text)) and _told(text) <= _MAY_TELL
    words = " ".join(_UNREAD.sub(" ", text).split())
    return len(words) <= _WORDS and bool(_REFUSAL.search(words)) and not _told(text)


def _told(text: str) -> int:
    """How many sentences, with their full stops, the words of a page hold that are no refusal's."""
    lines = (" ".join(line.split()) for line in _MARKUP.sub("\n", text).split("\n"))
    said = (one for line in lines for one in _SENTENCE.findall(line) if not _REFUSAL.search(one))
    return told("\n".join(said))
