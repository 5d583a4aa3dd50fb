"""Anthropic's messages. https://platform.claude.com/docs/en/api/messages

A model's thinking is not given back to it: it is not kept, and another provider may have begun the
conversation. Where thinking is adaptive, as it is by default, earlier turns need none.
"""

from collections.abc import Sequence
from typing import Any

import anthropic
import httpx2

from kure.adapters.models import replies
from kure.adapters.models.failures import Who, invalid, told
from kure.adapters.models.replies import inner, number, text
from kure.domain.models.conversation import Exchange, Prompt, Reply, Stop, Usage

CACHED: dict[str, Any] = {"cache_control": {"type": "ephemeral"}}
STOPS: dict[str, Stop] = {
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "refused",
}


class Messages:
    """A model of Anthropic, or of whoever speaks its protocol."""

    def __init__(self, who: Who, client: anthropic.AsyncAnthropic, model: str) -> None:
        self._who, self._client, self._model = who, client, model

    async def ask(self, prompt: Prompt) -> Reply:
        async with told(self._who):
            raw = await self._client.messages.with_raw_response.create(
                model=self._model, **_question(prompt), timeout=self._who.seconds
            )
        return self._reply(prompt, replies.read(self._who, raw.http_response))

    async def listed(self) -> Sequence[str]:
        async with told(self._who):
            response = await self._client.get(
                "/v1/models", cast_to=httpx2.Response, options={"params": {"limit": 1000}}
            )
        return replies.names(self._who, response)

    def _reply(self, prompt: Prompt, body: dict[str, Any]) -> Reply:
        if not isinstance(body.get("content"), list):
            raise invalid(self._who, "answered with no message")
        blocks = replies.dicts(body["content"])
        stop = STOPS.get(text(body.get("stop_reason")))
        wished = [
            (block.get("name"), block.get("input"))
            for block in blocks
            if block.get("type") == "tool_use" and stop is None
        ]
        said = [text(block.get("text")) for block in blocks if block.get("type") == "text"]
        return Reply(
            stop=stop or ("tools" if wished else "answer"),
            text="".join(said),
            calls=replies.calls(prompt, wished),
            usage=_usage(inner(body, "usage")),
            model=text(body.get("model")) or self._model,
        )


def _question(prompt: Prompt) -> dict[str, Any]:
    """The body, but for the model. A provider caches a prompt up to each mark, in the order tools,
    system, messages: what all investigations share, the question, all that was said until now."""
    asked = {"type": "text", "text": prompt.question, **CACHED}
    messages: list[dict[str, Any]] = [{"role": "user", "content": [asked]}]
    for exchange in prompt.exchanges:
        messages += _exchange(exchange)
    if len(messages) > 1:
        last = messages[-1]["content"]
        last[-1] = {**last[-1], **CACHED}
    return {
        "max_tokens": prompt.most_output_tokens,
        "system": [{"type": "text", "text": prompt.system, **CACHED}],
        "messages": messages,
        "output_config": {"format": {"type": "json_schema", "schema": dict(prompt.answer)}},
        **_tools(prompt),
    }


def _tools(prompt: Prompt) -> dict[str, Any]:
    if prompt.tools:
        tools = [
            {"name": one.name, "description": one.description, "input_schema": dict(one.parameters)}
            for one in prompt.tools
        ]
        return {"tools": tools}
    # What was called before must be named, also where it may no longer be called.
    called = {call.name for exchange in prompt.exchanges for call in exchange.reply.calls}
    if not called:
        return {}
    empty = {"type": "object", "properties": {}, "additionalProperties": False}
    tools = [{"name": name, "description": "", "input_schema": empty} for name in sorted(called)]
    return {"tools": tools, "tool_choice": {"type": "none"}}


def _exchange(exchange: Exchange) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = []
    if exchange.reply.text.strip():
        said.append({"type": "text", "text": exchange.reply.text})
    said += [
        {"type": "tool_use", "id": call.id, "name": call.name, "input": dict(call.arguments)}
        for call in exchange.reply.calls
    ]
    answered: list[dict[str, Any]] = [
        {"type": "tool_result", "tool_use_id": id_, "content": result}
        for id_, result in replies.results(exchange)
    ]
    if exchange.correction:
        answered.append({"type": "text", "text": exchange.correction})
    messages = [("assistant", said), ("user", answered)]
    return [{"role": role, "content": blocks} for role, blocks in messages if blocks]


def _usage(usage: dict[str, Any]) -> Usage:
    """`input_tokens` are those that were neither read from the cache nor written to it."""
    cached = number(usage.get("cache_read_input_tokens"))
    written = number(usage.get("cache_creation_input_tokens"))
    return Usage(
        input=number(usage.get("input_tokens")) + cached + written,
        output=number(usage.get("output_tokens")),
        cached=cached,
        written=written,
    )
