"""OpenAI's own models, by its responses. https://developers.openai.com/api/docs/api-reference

Chat completions refuse tools to those that reason (gpt-5.4 and later). Nothing is stored there.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any

import httpx2
import openai

from kure.adapters.models import replies
from kure.adapters.models.failures import Who, inside, invalid, told
from kure.adapters.models.replies import inner, number, text
from kure.domain.models.conversation import Exchange, Prompt, Reply, Stop, Usage


class Responses:
    """A model of OpenAI, or of whoever speaks this protocol."""

    def __init__(self, who: Who, client: openai.AsyncOpenAI, model: str) -> None:
        self._who, self._client, self._model = who, client, model

    async def ask(self, prompt: Prompt) -> Reply:
        async with told(self._who):
            raw = await self._client.responses.with_raw_response.create(
                model=self._model, **_question(prompt), timeout=self._who.seconds
            )
        return self._reply(prompt, replies.read(self._who, raw.http_response))

    async def listed(self) -> Sequence[str]:
        async with told(self._who):
            response = await self._client.get("/models", cast_to=httpx2.Response)
        return replies.names(self._who, response)

    def _reply(self, prompt: Prompt, body: dict[str, Any]) -> Reply:
        if body.get("status") in ("failed", "cancelled"):
            raise inside(self._who, body.get("error"))
        if not isinstance(body.get("output"), list):
            raise invalid(self._who, "answered with no response")
        items = replies.dicts(body["output"])
        parts = [part for item in items for part in replies.dicts(item.get("content"))]
        stop = _stop(body, parts)
        wished = [
            (item.get("name"), item.get("arguments"))
            for item in items
            if item.get("type") == "function_call" and stop is None
        ]
        said = [text(part.get("text")) for part in parts if part.get("type") == "output_text"]
        return Reply(
            stop=stop or ("tools" if wished else "answer"),
            text="".join(said),
            calls=replies.calls(prompt, wished),
            usage=_usage(inner(body, "usage")),
            model=text(body.get("model")) or self._model,
        )


def _stop(body: dict[str, Any], parts: list[dict[str, Any]]) -> Stop | None:
    if any(part.get("type") == "refusal" for part in parts):
        return "refused"
    if body.get("status") != "incomplete":
        return None
    reason = text(inner(body, "incomplete_details").get("reason"))
    return "refused" if reason == "content_filter" else "length"


def _question(prompt: Prompt) -> dict[str, Any]:
    """The body, but for the model; what changes least comes first."""
    asked: list[dict[str, Any]] = [{"role": "user", "content": prompt.question}]
    for exchange in prompt.exchanges:
        asked += _exchange(exchange)
    form = {"type": "json_schema", "name": "answer", "strict": True, "schema": dict(prompt.answer)}
    body: dict[str, Any] = {
        "instructions": prompt.system,
        "input": asked,
        "max_output_tokens": prompt.most_output_tokens,
        "text": {"format": form},
        "store": False,
        "prompt_cache_key": cache_key(prompt),
    }
    if prompt.tools:
        body["tools"] = [
            {
                "type": "function",
                "name": one.name,
                "description": one.description,
                "parameters": dict(one.parameters),
                "strict": True,
            }
            for one in prompt.tools
        ]
    return body


def cache_key(prompt: Prompt) -> str:
    """Sends all turns of an investigation to where its beginning is cached."""
    beginning = f"{prompt.system}\0{prompt.question}"
    return hashlib.sha256(beginning.encode()).hexdigest()[:32]


def _exchange(exchange: Exchange) -> Iterator[dict[str, Any]]:
    if exchange.reply.text.strip():
        yield {"role": "assistant", "content": exchange.reply.text}
    for call in exchange.reply.calls:
        given = json.dumps(dict(call.arguments))
        yield {"type": "function_call", "call_id": call.id, "name": call.name, "arguments": given}
    for id_, result in replies.results(exchange):
        yield {"type": "function_call_output", "call_id": id_, "output": result}
    if exchange.correction:
        yield {"role": "user", "content": exchange.correction}


def _usage(usage: dict[str, Any]) -> Usage:
    """`input_tokens` are all, those from the cache and those written to it among them."""
    details = inner(usage, "input_tokens_details")
    return Usage(
        input=number(usage.get("input_tokens")),
        output=number(usage.get("output_tokens")),
        cached=number(details.get("cached_tokens")),
        written=number(details.get("cache_write_tokens")),
    )
