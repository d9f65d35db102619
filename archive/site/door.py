"""The door for programs, /-/mcp: datasette-mcp's server with our tools in the place of its own, which hand out SQL."""

import inspect
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from functools import partial, wraps
from typing import Any

from datasette.utils.asgi import BadRequest
from mcp import MCPError
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import INVALID_PARAMS, METHOD_NOT_FOUND, ToolAnnotations

from archive.site.programs import Tools
from archive.site.words import word

LONGEST = 32_000  # bytes of a request
ABOUT = (
    "An archive of press releases of Chinese governments: texts with all their versions, their sources, and what is covered."
    " Search in Chinese. Cite `permalink` and name `publisher`; `rights` says whose text it is."
    " Not held is not the same as never published: see `coverage`."
    " An answer has 8,000 tokens at most: `cut` says what was left out, `next` is the value of `start` that goes on."
)
# all that is answered: streams without end, prompts and resources are not
_METHODS = ("initialize", "server/discover", "ping", "tools/list", "tools/call")
_REPLACED = ("list_databases", "get_database_schema", "execute_sql")

Tool = Callable[..., Awaitable[str]]


def fit_out(datasette: Any, mcp: MCPServer) -> None:
    """Give the server our tools alone, and let it keep nothing between two requests."""
    logging.getLogger("mcp").setLevel(logging.ERROR)  # it notes every request, and every mistake of a client
    for name in _REPLACED:
        mcp.remove_tool(name)
    read_only = ToolAnnotations(read_only_hint=True, open_world_hint=False)
    tools = Tools(datasette)
    for tool in (tools.search, tools.release, tools.diff, tools.quote, tools.coverage):
        # structured output would say everything twice
        about = inspect.getdoc(tool)
        mcp.add_tool(_guarded(tool), description=about, annotations=read_only, structured_output=False)
    mcp.middleware.append(_refuse_others)
    mcp._lowlevel_server.name, mcp._lowlevel_server.instructions = "gongbao", ABOUT
    # datasette-mcp keeps a session for each client that says hello, 10,000 of them for half an hour
    stateless = partial(mcp.streamable_http_app, stateless_http=True, max_request_body_size=LONGEST)
    mcp.streamable_http_app = stateless  # type: ignore[method-assign]


def _guarded(tool: Tool) -> Tool:
    """The tool, which says in a sentence that a value cannot be, or that a question takes too long."""

    @wraps(tool)
    async def answer(ctx: Context, **arguments: Any) -> str:
        try:
            return await tool(ctx, **arguments)
        except ValueError as fault:
            raise ToolError(word("no_value", "en", str(fault)[:60])) from None
        except BadRequest as fault:
            raise ToolError(str(fault)) from None
        except sqlite3.OperationalError as fault:
            if str(fault) != "interrupted":
                raise
            raise ToolError(word("too_slow", "en")) from None

    return answer


async def _refuse_others(ctx: Any, call_next: Callable[[Any], Awaitable[Any]]) -> Any:
    """Refuse questions about anything but tools, and arguments that a tool does not have."""
    if ctx.request_id is not None and ctx.method not in _METHODS:
        raise MCPError(METHOD_NOT_FOUND, "This server has tools alone.")
    if ctx.method == "tools/call" and (name := _unknown(ctx.params or {})):
        raise MCPError(INVALID_PARAMS, f"There is no argument {name!r}.")
    return await call_next(ctx)


def _unknown(params: Any) -> str:
    """The first argument of a call that its tool does not have; "" when there is none."""
    tool = getattr(Tools, str(params.get("name")), None)
    arguments = params.get("arguments")
    if not inspect.iscoroutinefunction(tool) or not isinstance(arguments, dict):
        return ""  # the server says what is wrong
    known = inspect.signature(tool).parameters.keys() - {"self", "ctx"}
    return next((name[:40] for name in arguments if name not in known), "")
