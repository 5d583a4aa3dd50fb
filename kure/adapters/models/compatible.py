"""OpenAI's chat completions, as all the others speak them, each a little differently."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import httpx2
import openai

from kure.adapters.models import replies
from kure.adapters.models.failures import Who, inside, invalid, told
from kure.adapters.models.replies import inner, number, text
from kure.contracts.models import ProviderKind
from kure.domain.models.conversation import Exchange, Prompt, Reply, Stop, ToolCall, Usage

ANSWER = "answer"
STOPS: dict[str, Stop] = {"length": "length", "content_filter": "refused"}


@dataclass(frozen=True)
class Dialect:
    """How a kind wants it.

    `schema`: `apart` takes the answer's schema, but not beside tools, where a further tool takes
    the answer; `tool` always takes it by that tool, since not all of its models know schemas.
    `limit` is the field of the most tokens. `signs`: it wants a mark of its own at each wish that
    it is told of. `catalog` is where its models are listed, from its address on.
    """

    schema: Literal["apart", "tool"] = "tool"
    limit: Literal["max_tokens", "max_completion_tokens"] = "max_completion_tokens"
    signs: bool = False
    catalog: str = "models"


DIALECTS = {
    # No structured outputs beside tools: https://console.groq.com/docs/structured-outputs
    ProviderKind.GROQ: Dialect(),
    # Since Gemini 3 a wish without its signature is refused; this one is for histories of others:
    # https://ai.google.dev/gemini-api/docs/thought-signatures
    ProviderKind.GEMINI: Dialect(schema="apart", signs=True),
    ProviderKind.GITHUB: Dialect(limit="max_tokens", catalog="../catalog/models"),
    ProviderKind.COPILOT: Dialect(limit="max_tokens"),
    # A schema rules out wishes: the model can write nothing else.
    ProviderKind.OLLAMA: Dialect(schema="apart", limit="max_tokens"),
    # As vLLM does it, which constrains like Ollama.
    ProviderKind.COMPATIBLE: Dialect(schema="apart"),
}
SIGNED = {"extra_content": {"google": {"thought_signature": "skip_thought_signature_validator"}}}


class ChatCompletions:
    """A model of whoever speaks chat completions."""

    def __init__(self, who: Who, client: openai.AsyncOpenAI, model: str, dialect: Dialect) -> None:
        self._who, self._client, self._model, self._dialect = who, client, model, dialect

    async def ask(self, prompt: Prompt) -> Reply:
        async with told(self._who):
            raw = await self._client.chat.completions.with_raw_response.create(
                model=self._model, **_question(prompt, self._dialect), timeout=self._who.seconds
            )
        return self._reply(prompt, replies.read(self._who, raw.http_response))

    async def listed(self) -> Sequence[str]:
        where = self._client.base_url.join(self._dialect.catalog)
        async with told(self._who):
            response = await self._client.get(str(where), cast_to=httpx2.Response)
        return replies.names(self._who, response)

    def _reply(self, prompt: Prompt, body: dict[str, Any]) -> Reply:
        choices = replies.dicts(body.get("choices"))
        if not choices or not isinstance(choices[0].get("message"), dict):
            raise invalid(self._who, "answered with no completion")
        choice, message = choices[0], choices[0]["message"]
        if choice.get("error"):
            raise inside(self._who, choice["error"])
        stop = STOPS.get(text(choice.get("finish_reason")))
        if text(message.get("refusal")):
            stop = "refused"
        wished = [] if stop else [_wish(one) for one in replies.dicts(message.get("tool_calls"))]
        answers = [given for name, given in wished if name == ANSWER]
        said = _written(answers[0]) if answers else text(message.get("content"))
        calls = () if answers else replies.calls(prompt, wished)
        return Reply(
            stop=stop or ("tools" if calls else "answer"),
            text=said,
            calls=calls,
            usage=_usage(inner(body, "usage")),
            model=text(body.get("model")) or self._model,
        )


def _wish(call: dict[str, Any]) -> tuple[Any, Any]:
    function = inner(call, "function")
    return function.get("name"), function.get("arguments")


def _written(given: Any) -> str:
    return given if isinstance(given, str) else json.dumps(given)


def _question(prompt: Prompt, dialect: Dialect) -> dict[str, Any]:
    """The body, but for the model; what changes least comes first."""
    messages: list[dict[str, Any]] = [
        {"role": "system", "content": prompt.system},
        {"role": "user", "content": prompt.question},
    ]
    for exchange in prompt.exchanges:
        messages += _exchange(exchange, dialect)
    return {
        "messages": messages,
        dialect.limit: prompt.most_output_tokens,
        **_form(prompt, dialect),
    }


def _form(prompt: Prompt, dialect: Dialect) -> dict[str, Any]:
    """The tools, and how the answer is to come."""
    if dialect.schema == "apart" and not prompt.tools:
        schema = {"name": ANSWER, "strict": True, "schema": dict(prompt.answer)}
        return {"response_format": {"type": "json_schema", "json_schema": schema}}
    tools = [_tool(one.name, one.description, one.parameters) for one in prompt.tools]
    tools.append(
        _tool(ANSWER, "Give your answer by this; it ends the investigation.", prompt.answer)
    )
    named = {"type": "function", "function": {"name": ANSWER}}
    return {"tools": tools, "tool_choice": "required" if prompt.tools else named}


def _tool(name: str, description: str, parameters: Any) -> dict[str, Any]:
    function = {"name": name, "description": description, "parameters": dict(parameters)}
    return {"type": "function", "function": function}


def _exchange(exchange: Exchange, dialect: Dialect) -> Iterator[dict[str, Any]]:
    reply = exchange.reply
    if reply.calls:
        called = [_called(call, signed=dialect.signs) for call in reply.calls]
        yield {"role": "assistant", "content": reply.text or None, "tool_calls": called}
    elif reply.text.strip():
        yield {"role": "assistant", "content": reply.text}
    for id_, result in replies.results(exchange):
        yield {"role": "tool", "tool_call_id": id_, "content": result}
    if exchange.correction:
        yield {"role": "user", "content": exchange.correction}


def _called(call: ToolCall, *, signed: bool) -> dict[str, Any]:
    function = {"name": call.name, "arguments": json.dumps(dict(call.arguments))}
    told = {"id": call.id, "type": "function", "function": function}
    return {**told, **SIGNED} if signed else told


def _usage(usage: dict[str, Any]) -> Usage:
    """`prompt_tokens` are all, those from the cache and those written to it among them."""
    details = inner(usage, "prompt_tokens_details")
    return Usage(
        input=number(usage.get("prompt_tokens")),
        output=number(usage.get("completion_tokens")),
        cached=number(details.get("cached_tokens")),
        written=number(details.get("cache_write_tokens")),
    )
