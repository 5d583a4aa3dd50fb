"""A provider of a kind whose address is the server of models, and a prompt to ask it."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from kure.adapters.models.factory import model_of
from kure.adapters.outgoing import Guard, guarded_client
from kure.contracts.models import Provider
from kure.domain.models.conversation import (
    Exchange,
    Prompt,
    Reply,
    Tool,
    ToolCall,
    ToolResult,
    Usage,
)
from kure.ports import Model

TRUST = ssl.create_default_context()
KEY = "sk-provider-1234567890"
ANSWER = {
    "type": "object",
    "properties": {"cause": {"type": "string"}},
    "required": ["cause"],
    "additionalProperties": False,
}
POD = {
    "type": "object",
    "properties": {"pod": {"type": "string"}},
    "required": ["pod"],
    "additionalProperties": False,
}
LOGS = Tool("logs", "Reads a log.", POD)

_WISHES = Exchange(
    Reply(
        "tools",
        "I want to see.",
        (ToolCall("call_1_1", "logs", {"pod": "web-0"}), ToolCall("call_1_2", "logs", {})),
        Usage(),
        "another",
    ),
    results=(ToolResult("call_1_1", "out of memory"),),
)
_CORRECTED = Exchange(
    Reply("answer", '{"cause": 7}', (), Usage(), "another"), correction="The cause is no text."
)


def prompt(moment: str = "first") -> Prompt:
    exchanges = {"first": (), "later": (_WISHES,), "last": (_WISHES, _CORRECTED)}[moment]
    return Prompt(
        system="You look for causes.",
        question="Why does web-0 fail?",
        exchanges=exchanges,
        tools=() if moment == "last" else (LOGS,),
        answer=ANSWER,
        most_output_tokens=500,
    )


@asynccontextmanager
async def asked_at(url: str, kind: str, seconds: int = 5, **set_: Any) -> AsyncIterator[Model]:
    """A model of that kind, at that address. `seconds` may be fewer than can be set."""
    said = {"id": "one", "kind": kind, "model": "big", "base_url": url, "key": KEY, **set_}
    provider = Provider.model_validate(said).model_copy(update={"timeout_seconds": seconds})
    async with guarded_client(Guard(loopback=True), TRUST, inside=False) as client:
        yield model_of(provider, client)
