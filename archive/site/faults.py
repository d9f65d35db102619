"""Answers to addresses that fail, on our own pages and on Datasette's."""

import sqlite3
import traceback
from typing import Any

from datasette import Response
from datasette.utils.asgi import Base400
from datasette.views.base import DatasetteError

from archive.site.frame import site_of

# Datasette raises these, uncaught, for meaningless arguments
_MISREAD = (ValueError, LookupError, TypeError, AssertionError, sqlite3.Error)


async def answer(datasette: Any, request: Any, fault: Exception) -> Response:
    """A page, or JSON, that names the fault. Only a fault of our own is status 500 and goes into the log."""
    site = site_of(datasette, request)
    status, reason = 500, site.word("fault")
    if isinstance(fault, DatasetteError):
        # Datasette answers 500 for an unknown column; an HTML message repeats the reader's input, so show the title
        status = 400 if fault.status == 500 else fault.status
        reason = str((fault.title if fault.message_is_html else fault.message) or fault.title)
    elif isinstance(fault, Base400):
        status, reason = fault.status, str(fault.args[0] if fault.args else "")
    elif isinstance(fault, sqlite3.OperationalError) and str(fault) == "interrupted":
        status, reason = 400, site.word("too_slow")  # by TIME_LIMIT
    elif isinstance(fault, _MISREAD) and request.path.startswith("/archive"):
        status, reason = 400, str(fault)
    else:
        traceback.print_exception(fault)
    if not request.path.endswith(".json"):
        reason = {404: site.word("not_found_try"), 403: site.word("refused")}.get(status, reason)
    return await site.missing(reason, status=status)


async def refuse(datasette: Any, request: Any) -> Response:
    """The answer to a closed page, such as SQL on a public site, in our frame and the reader's language."""
    site = site_of(datasette, request)
    return await site.missing(site.word("refused"), status=403)
