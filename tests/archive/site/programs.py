"""What tests of the tools for programs share: the official client, asking a server over real HTTP."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from typing import Any

from mcp import Client
from mcp.types import CallToolResult

Call = tuple[str, Mapping[str, Any]]
DOOR = "/-/mcp"


def tools(address: str, mode: str = "auto") -> list[Any]:
    async def ask() -> list[Any]:
        async with Client(address + DOOR, mode=mode) as client:
            return list((await client.list_tools()).tools)

    return asyncio.run(ask())


def answers(address: str, calls: Iterable[Call], mode: str = "auto") -> list[CallToolResult | Exception]:
    """The answers to calls of tools; the error of one that the protocol refuses."""

    async def ask() -> list[CallToolResult | Exception]:
        found: list[CallToolResult | Exception] = []
        async with Client(address + DOOR, mode=mode) as client:
            for tool, arguments in calls:
                try:
                    found.append(await client.call_tool(tool, dict(arguments)))
                except Exception as error:  # the protocol's own, of several classes
                    found.append(error)
        return found

    return asyncio.run(ask())


def said(answer: CallToolResult | Exception) -> str:
    """The whole answer, as a program reads it."""
    return str(answer) if isinstance(answer, Exception) else "".join(part.text for part in answer.content)  # type: ignore[union-attr]


def told(address: str, tool: str, mode: str = "auto", **arguments: Any) -> dict[str, Any]:
    """What a tool answers, which must not be an error."""
    [answer] = answers(address, [(tool, arguments)], mode)
    assert isinstance(answer, CallToolResult)
    assert not answer.is_error, said(answer)
    assert answer.structured_content is None
    return dict(json.loads(said(answer)))
