"""Failed requests: a word for the ledger, words for people, and the verdict on the page."""

from dataclasses import dataclass

from scrapy import Request, exceptions
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.internet import error as network
from twisted.python.failure import Failure
from twisted.web.client import ResponseFailed

from archive.model import LookOutcome, MissedState
from crawler.network.refusals import BLOCKED_STATUS

GONE = {404, 410}
ENDS_A_LIST = {403, 404, 410}  # the answers of many sites beyond the last list page that they keep

_KNOWN: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str, str], ...] = (
    (
        (exceptions.DownloadTimeoutError, network.TimeoutError, network.TCPTimedOutError),
        "timeout",
        "did not answer in time",
    ),
    ((exceptions.CannotResolveHostError, network.DNSLookupError), "dns", "has a name that cannot be resolved"),
    (
        (exceptions.DownloadConnectionRefusedError, network.ConnectionRefusedError),
        "connection-refused",
        "refused the connection",
    ),
    (exceptions.DownloadCancelledError, "too-large", "is larger than DOWNLOAD_MAXSIZE"),
    (exceptions.ResponseDataLossError, "partial", "broke off before its end"),
    (
        (
            exceptions.DownloadFailedError,
            network.ConnectError,
            network.ConnectionDone,
            network.ConnectionLost,
            ResponseFailed,
        ),
        "connection",
        "broke the connection",
    ),
)

_TLS = (
    (
        "certificate verify failed",
        "certificate",
        "has a certificate that is not valid: expired, or of an authority that is not known",
    ),
    ("Mismatch(", "certificate", "has a certificate of another host"),  # as service_identity says it
    ("SSL routines", "tls", 'speaks no TLS that we accept (a declaration may say tls = "legacy")'),
)


def _tls_fault(error: BaseException) -> tuple[str, str] | None:
    causes = [error, error.__cause__, *getattr(error.__cause__, "reasons", ()), *getattr(error, "reasons", ())]
    said = " ".join(str(getattr(cause, "value", cause)) for cause in causes)
    return next(((word, words) for sign, word, words in _TLS if sign in said), None)


def _is_loop(error: BaseException) -> bool:
    # Scrapy's own word for a redirect beyond REDIRECT_MAX_TIMES
    return isinstance(error, exceptions.IgnoreRequest) and "max redirections" in str(error)


def failed(failure: Failure) -> tuple[Request, BaseException]:
    """The request that an errback is told of, and the error that it met."""
    request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy adds it to Twisted's class
    assert failure.value is not None
    return request, failure.value


def reason_of(error: BaseException) -> str:
    """The ledger's word for a failed request: http-404, timeout, dns, connection-refused, redirect-loop, robots, …

    `other` stands for an error that is not known here; `words_of` has its words.
    """
    if isinstance(error, HttpError):
        return f"http-{error.response.status}"
    if reason := getattr(error, "reason", ""):
        return str(reason) if isinstance(reason, str) else "connection"
    if fault := _tls_fault(error):
        return fault[0]
    if _is_loop(error):
        return "redirect-loop"
    for kinds, word, _ in _KNOWN:
        if isinstance(error, kinds):
            return word
    return "other"


def words_of(error: BaseException) -> str:
    """The same for people, to stand behind an address."""
    if isinstance(error, HttpError):
        return f"answered {error.response.status}"
    if fault := _tls_fault(error):
        return fault[1]
    if _is_loop(error):
        return "is redirected again and again"
    for kinds, _, words in _KNOWN:
        if isinstance(error, kinds):
            return words
    return str(error) or type(error).__name__


def status_of(error: BaseException) -> int | None:
    """The HTTP status behind a failure, None when nothing answered."""
    response: Response | None = getattr(error, "response", None)
    return response.status if response is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The meaning of a failed request, by the purpose that it had."""

    article: MissedState  # the state of the article's listing
    look: LookOutcome  # the outcome of a look at a held release
    ends_list: bool  # a list page after the first: the list has no further pages


# by the reason, since robots.txt that is refused leaves the page no status of its own
_KEPT_OUT = {"robots", *(f"http-{status}" for status in BLOCKED_STATUS)}


def judge_failure(reason: str, status: int | None) -> Verdict:
    """The verdict on a failed request, by its reason (the ledger's word) and its HTTP status, None when nothing answered.

    robots.txt or a status of BLOCKED_STATUS, be it the one that robots.txt gets, keeps us out: a look is `blocked`, and an article too, but one that robots.txt
    closes is `skipped`. 404 and 410 say that the page is gone: a look finds it `missing`. Any other failure says nothing of
    the page: a look is `unreachable`. An article that is not kept from us is `failed`. Lists end with 403, 404 or 410.
    """
    blocked = reason in _KEPT_OUT
    look: LookOutcome = "unreachable"
    if status in GONE:
        look = "missing"
    elif blocked:
        look = "blocked"
    article: MissedState = "failed"
    if reason == "robots":
        article = "skipped"
    elif blocked:
        article = "blocked"
    return Verdict(article=article, look=look, ends_list=status in ENDS_A_LIST)
