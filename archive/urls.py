"""One key for every address under which the same page can be reached."""

import base64
import binascii
import functools
import re
from contextlib import suppress
from urllib.parse import quote, unquote_to_bytes, urlsplit

# phone sites (m., wap.) and the one in traditional characters (big5.); the rest must be a domain
_HOST_PREFIX = re.compile(r"(?:(?:www|m|wap|3g|mobile|big5)\.)+(?=[^.]+\.[^.])")
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\]")
_DIRECTORY_PAGE = re.compile(r"(?<=/)(?:index|default)\.(?:s?html?|jhtml|php|jspx?|aspx?)$", re.IGNORECASE)
_PATH_SESSION = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)
# big5.gov.cn/gate/big5/www.gov.cn/…
_MIRROR_GATE = re.compile(r"^/gate/big5/([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?:/|$)", re.IGNORECASE)
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})")
_UNIFORM = re.compile(r"[\w.~/:@!$&'()*+,;=-]*", re.ASCII)
_UNRESERVED = re.compile(rb"[A-Za-z0-9._~-]")

_ASKED = "%/:@!$&'()*+,;=?#[]~-._|{}^`\\\"<>"  # signs that stay as they are in an address that is asked for
# parameters that track a reader or hold a session; none selects a page
_NOISE = re.compile(
    r"""(?ix)^(?:
        utm_\w+ | spm | scm | hm(?:sr|pl|cu|kw|ci) | bd_vid | tdsourcetag | fbclid | gclid | nsukey | isappinstalled
      | share_(?:token|from|source|medium|plat) | wx(?:share|fid)\w* | _
      | jsessionid | phpsessid | aspsessionid\w* | sessionid | session_id
      | xxgkhide                        # Hanweb: hides the frame of the disclosure catalogue
    )$"""
)
_SHARED_FROM = {"timeline", "singlemessage", "groupmessage", "message", "qrcode", "share"}

_PATH_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    # Hanweb posts one text under several columns: /art/2026/9/8/art_116655_751479.html, /col/col4/art/2026/art_<hex>
    (re.compile(r"(?:/col/col\d+)?/art/\d{4}/(?:\d{1,2}/\d{1,2}/)?art_(?:\d+_)?(\d+|[0-9a-f]{32})\.html$"), r"/art/\1"),
    (re.compile(r"/content/mpost_(\d+\.html)$"), r"/content/post_\1"),  # NFCMS
    (re.compile(r"(?:/(?:pc|pad|mobile|wap))+/content/(?=\d)"), "/content/"),  # e-papers
    (re.compile(r"^(?:/BIG5)+/(?=n\d?/)"), "/"),  # people.com.cn
    (re.compile(r"^(?:/BIG5)+(?=/|$)"), "/GB"),
)
# how the name of a file ends that a reader takes away; pages, scripts and pictures are none
FILE_NAME = re.compile(
    r"\.(?:pdf|docx?|docm|xlsx?|xlsm|pptx?|rtf|ofd|wps|wpt|et|ett|dps|zip|rar|7z|csv|txt|cebx?)$", re.IGNORECASE
)
_LITENEWS = re.compile(r"^/(?:share|w/article)/([A-Za-z0-9_-]{8,})\.html$")


@functools.lru_cache(maxsize=8192)  # an address is asked about at every station of its way
def is_page(url: str) -> bool:
    """Whether `url` names a page of a host with a dot in its name, or of an IP address; its scheme may be left out."""
    place = canonical(url).partition("/")[0]
    return _HOST.match(place) is not None and ("." in place or place.startswith("["))


@functools.lru_cache(maxsize=8192)  # six rules ask for the key of a release's address while it is stored
def canonical(url: str) -> str:
    """The key of `url`: equal for all addresses of one page, and its own key (canonical(canonical(u)) == canonical(u)).

    Left out are scheme, `www.` and the prefixes of phone and BIG5 mirrors, a default port, user names, `index.html` and
    its kin, a closing slash, the fragment, and parameters that only track or hold a session; the others stay, sorted.
    Percent-encoding is made uniform. Hanweb articles are known by their number alone, since they stand in several
    columns, and litenews shares by the identifier that their slug encodes. A string that is no address is returned unchanged.
    """
    url = url.strip()
    address = url if re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", url) else "http://" + url.lstrip("/")
    try:
        parts = urlsplit(address.replace("\\", "/"))
        port = parts.port
    except ValueError:
        return url
    host = _host(parts.hostname or "")
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(host):
        return url
    path = _plain_path(parts.path)
    while gate := _MIRROR_GATE.match(path):
        host, path, port = _host(gate[1].lower()), "/" + path[gate.end() :], None
    place = host if port in (None, 80, 443) else f"{host}:{port}"
    query = _query(parts.query)
    return place + _page_path(path) + (f"?{query}" if query else "")


def apart(key: str, other: str) -> frozenset[str] | None:
    """The names of the parameters by which two keys differ, in value or in presence; None where their paths do."""
    path, _, query = key.partition("?")
    other_path, _, other_query = other.partition("?")
    if path != other_path:
        return None
    pairs = set(query.split("&")) ^ set(other_query.split("&"))
    return frozenset(pair.partition("=")[0] for pair in pairs if pair)


def without(key: str, names: frozenset[str]) -> str:
    """A key without the parameters of these names."""
    path, _, query = key.partition("?")
    kept = [pair for pair in query.split("&") if pair.partition("=")[0] not in names] if query else []
    return f"{path}?{'&'.join(kept)}" if kept else path


def ascii_address(url: str) -> str:
    """An address as a client asks for it: its host as IDNA, other characters outside ASCII percent-encoded, blanks too.

    Characters are encoded as UTF-8. Where all of them are of Latin-1, they are bytes that were read one by one: they stay
    those bytes when they make GBK.
    """
    url = url.strip()
    if url.isascii() and url.isprintable() and " " not in url:
        return url
    scheme, slashes, rest = url.partition("://")
    host, slash, path = rest.partition("/") if slashes else ("", "", url)
    with suppress(UnicodeError):
        host = host.encode("idna").decode("ascii")
    start = f"{scheme}{slashes}{host}{slash}"
    try:
        sent = path.encode("latin-1")
        sent.decode("gbk")
    except UnicodeError:
        sent = path.encode("utf-8", "replace")
    return quote(start, safe=_ASKED) + quote(sent, safe=_ASKED)


def file_key(url: str) -> str:
    """The key of a file that a page links to: without its query where the path names the file, since tokens stand there."""
    key = canonical(url)
    return key.partition("?")[0] if FILE_NAME.search(urlsplit(url).path) else key


def _host(name: str) -> str:
    name = name.rstrip(".")
    if not name.isascii():
        with suppress(UnicodeError):
            name = name.encode("idna").decode("ascii").lower()
    if ":" in name:
        return f"[{name}]"
    return _HOST_PREFIX.sub("", name, count=1) if _HOST_PREFIX.match(name) else name


def _plain_path(path: str) -> str:
    """`path` with uniform percent-encoding, without sessions, empty segments and dot segments."""
    kept: list[str] = []
    for segment in _PATH_SESSION.sub("", _uniform(path, "/:@!$&'()*+,;=")).split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in ("", "."):
            kept.append(segment)
    return "/" + "/".join(kept)


def _page_path(path: str) -> str:
    while _DIRECTORY_PAGE.search(path):
        path = _DIRECTORY_PAGE.sub("", path).rstrip("/") or "/"
    for pattern, replacement in _PATH_RULES:
        path = pattern.sub(replacement, path)
    if (slug := _LITENEWS.match(path)) and (identifier := _litenews_identifier(slug[1])):
        return f"/article/{identifier}"
    return path


def _litenews_identifier(slug: str) -> str:
    """`a-21-5164118` of the unpadded base64 `YS0yMS01MTY0MTE4`, "" when it is none."""
    try:
        text = base64.urlsafe_b64decode(slug + "=" * (-len(slug) % 4)).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return text if re.fullmatch(r"a-\d+-\d+", text) else ""


def _query(query: str) -> str:
    kept = []
    for pair in _uniform(query, "/:@!$&'()*+,;=?").replace("&amp;", "&").split("&"):
        name, _, value = pair.partition("=")
        if pair and not _NOISE.match(name) and not (name == "from" and value in _SHARED_FROM):
            kept.append(pair)
    return "&".join(sorted(kept))


def _uniform(text: str, safe: str) -> str:
    """`text` with every octet encoded that must be, none that need not be, in capitals."""
    if _UNIFORM.fullmatch(text):  # as most are
        return text

    def octet(match: re.Match[str]) -> str:
        value = unquote_to_bytes(match[0])
        return value.decode("ascii") if _UNRESERVED.fullmatch(value) else match[0].upper()

    return _PERCENT.sub(octet, quote(re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text), safe=safe + "%"))
