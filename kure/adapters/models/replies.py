"""What all protocols have in common when an answer is read: nothing in it is taken for granted."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import httpx2

from kure.adapters.models import failures
from kure.adapters.models.failures import Who
from kure.domain.models.conversation import Exchange, Prompt, ToolCall

# What each provider takes as the name of a tool when it is told what was wished before.
UNFIT = re.compile(r"[^A-Za-z0-9_-]")
MOST_LISTED = 1000


def read(who: Who, response: httpx2.Response) -> dict[str, Any]:
    """The JSON object of an answer. Raises ModelFailed, also where it holds an error."""
    body = _json(who, response)
    if not isinstance(body, dict):
        raise failures.invalid(who, "answered with JSON that is no object")
    if body.get("error") or body.get("type") == "error":
        raise failures.inside(who, body.get("error"))
    return body


def names(who: Who, response: httpx2.Response) -> Sequence[str]:
    """The ids of a list of models, in its order."""
    body = _json(who, response)
    listed = body.get("data") if isinstance(body, dict) else body
    if not isinstance(listed, list):
        raise failures.invalid(who, "answered with no list of models")
    ids = [text(one.get("id")) for one in dicts(listed)]
    return [one.removeprefix("models/") for one in ids if one][:MOST_LISTED]


def _json(who: Who, response: httpx2.Response) -> Any:
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        raise failures.invalid(who, "answered with something that is no JSON") from None


def dicts(value: Any) -> list[dict[str, Any]]:
    """The objects in a list; none where it is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def inner(value: Any, name: str) -> dict[str, Any]:
    """An object within one, empty where there is none."""
    found = value.get(name) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def number(value: Any) -> int:
    """A count of tokens; 0 for whatever is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def calls(prompt: Prompt, wished: Iterable[tuple[Any, Any]]) -> tuple[ToolCall, ...]:
    """Wishes with ids of our own.

    Arguments that are no JSON object become none at all: whoever checks them says what is missing,
    and so the model is told. What cannot be read is kept nowhere.
    """
    turn = len(prompt.exchanges) + 1
    return tuple(
        ToolCall(f"call_{turn}_{place}", _name(name), _arguments(given))
        for place, (name, given) in enumerate(wished, 1)
    )


def _name(value: Any) -> str:
    return UNFIT.sub("_", text(value))[:64] or "unnamed"


def _arguments(given: Any) -> Mapping[str, Any]:
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except (ValueError, RecursionError):
            return {}
    return given if isinstance(given, dict) else {}


def results(exchange: Exchange) -> list[tuple[str, str]]:
    """Each call's id with what it led to: every provider wants all of them, in this order."""
    known = {one.call_id: one.text for one in exchange.results}
    return [(call.id, known.get(call.id) or "Nothing.") for call in exchange.reply.calls]
