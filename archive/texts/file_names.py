"""The names of files: whether the words of a link name one, and the name that a server gives."""

import binascii
import re
from urllib.parse import unquote_to_bytes, urlsplit

_FILLING = re.compile(
    r"附[件表图]?|[\d一二三四五六七八九十]+|请?点击|点此|此处|这里|下载|查看|打开|预览|阅读|浏览|全文|原文|正文|详情|文件|文档|表格|格式|版本?"
    r"|pdf|docx?|wps|xlsx?|ofd|txt|zip|rar|word|excel|[\W_]",
    re.IGNORECASE,
)  # words of a link that name nothing: 点击下载, 附件1, PDF版
_HAN = re.compile("[\u3400-\u9fff]")
_UNNAMED = re.compile("新建|无标题|未命名|最终|终稿|定稿|扫描件?|副本|^上传|文[件档]\\d*$")
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_EXTENDED = re.compile(r"filename\*\s*=\s*\"?([\w-]*)'[^']*'([^;\s\"]+)", re.IGNORECASE)
_PLAIN = re.compile(r'filename\s*=\s*(?:"(.*?)"\s*(?:;|$)|([^;"]+))', re.IGNORECASE)
_WORD = re.compile(r"=\?([\w-]+)\?[Bb]\?([\w+/=]+)\?=")
_ESCAPED = re.compile("%[0-9A-Fa-f]{2}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffd]")
_LONGEST = 200  # characters


def names_nothing(name: str, url: str) -> bool:
    """Whether a page's name for a file is none: 下载, 附件1, PDF版, or the last part of its address (download.jsp, 1f3a.pdf)."""
    is_address = _HAN.search(name) is None and name == urlsplit(url).path.rpartition("/")[2]
    return is_address or not _FILLING.sub("", name)


def sent_name(disposition: str) -> str:
    """The name of a file in a header Content-Disposition, as text of Latin-1; "" for one that names nothing.

    It is given as RFC 5987 says (`filename*`), which goes before the other, or as bytes of UTF-8 or GBK, as they are, in
    percent signs, in Base64 as in letters (RFC 2047), or twice encoded. A path before it is left out. It names something
    when two Chinese characters are left without words like 附件 and 新建: a number that a program gave says no more than the address.
    """
    if told := _EXTENDED.search(disposition):
        name = _decoded(unquote_to_bytes(told[2]), told[1])
    elif plain := _PLAIN.search(disposition):
        name = _plain(plain[1] or plain[2] or "")
    else:
        return ""
    name = re.split(r"[/\\]", name)[-1].strip()
    said = _FILLING.sub("", _UNNAMED.sub("", _ENDING.sub("", name)))
    if len(_HAN.findall(said)) < 2 or len(name) > _LONGEST or _CONTROL.search(name):
        return ""
    return " ".join(name.split())


def _plain(value: str) -> str:
    raw = value.strip().encode("latin-1", "ignore")
    if word := _WORD.fullmatch(value.strip()):
        return _from_base64(word[2], word[1])
    name = _decoded(unquote_to_bytes(raw) if _ESCAPED.search(value) else raw)
    try:  # UTF-8 that was taken for Latin-1 and encoded again
        return name.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return name


def _from_base64(value: str, encoding: str) -> str:
    try:
        return _decoded(binascii.a2b_base64(value), encoding)
    except binascii.Error:
        return ""


def _decoded(raw: bytes, encoding: str = "") -> str:
    """Bytes in the encoding that is named, in UTF-8 or in GB18030, the first that fits; "" for others."""
    for one in filter(None, (encoding, "utf-8", "gb18030")):
        try:
            return raw.decode(one)
        except (UnicodeDecodeError, LookupError):
            continue
    return ""
