"""Failed requests: one verdict for a crawl and for a rebuild."""

import pytest

from archive.model import LookOutcome, MissedState
from crawler.network.failures import judge_failure

VERDICTS: list[tuple[str, int | None, MissedState, LookOutcome, bool]] = [
    ("http-404", 404, "failed", "missing", True),
    ("http-410", 410, "failed", "missing", True),
    ("http-403", 403, "blocked", "blocked", True),
    ("http-401", 401, "blocked", "blocked", False),
    ("http-412", 412, "blocked", "blocked", False),
    ("http-429", 429, "blocked", "blocked", False),
    ("http-521", 521, "blocked", "blocked", False),
    ("http-521", None, "blocked", "blocked", False),  # robots.txt was answered so
    ("robots", None, "skipped", "blocked", False),
    ("http-500", 500, "failed", "unreachable", False),
    ("http-503", 503, "failed", "unreachable", False),
    ("timeout", None, "failed", "unreachable", False),
    ("dns", None, "failed", "unreachable", False),
    ("too-large", 200, "failed", "unreachable", False),
    ("redirect-loop", 302, "failed", "unreachable", False),
]


@pytest.mark.parametrize(("reason", "status", "article", "look", "ends_list"), VERDICTS)
def test_a_failure_is_judged_by_its_reason_and_status(
    reason: str, status: int | None, article: MissedState, look: LookOutcome, ends_list: bool
) -> None:
    verdict = judge_failure(reason, status)
    assert (verdict.article, verdict.look, verdict.ends_list) == (article, look, ends_list)
