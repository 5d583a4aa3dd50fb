"""What is said to a model and what it answers, whatever the provider's protocol.

All of it is redacted before it comes here. A conversation is the same for every provider, so the
next one can go on where another has failed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Tool:
    """What a model may ask to have read. `parameters` is a JSON Schema that all providers take:
    closed objects, every property required."""

    name: str
    description: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class ToolCall:
    """A wish of the model. The id is ours, `call_<turn>_<number>`: each provider takes it, also
    where another one has wished. `arguments` are as they came: nothing in them is checked yet."""

    id: str
    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Usage:
    """Tokens of one call. `input` counts all that was read, `cached` of it what the provider had in
    its cache, `written` what it put there."""

    input: int = 0
    output: int = 0
    cached: int = 0
    written: int = 0


Stop = Literal["answer", "tools", "length", "refused"]


@dataclass(frozen=True)
class Reply:
    """What a model said. `text` is the answer, JSON by the prompt's schema where it kept to it;
    `model` is the name by which the provider says it was answered. `length`: it was cut off by the
    limit; `refused`: the model does not want to answer."""

    stop: Stop
    text: str
    calls: tuple[ToolCall, ...]
    usage: Usage
    model: str


@dataclass(frozen=True)
class ToolResult:
    """What a wish led to, quoted as data."""

    call_id: str
    text: str


@dataclass(frozen=True)
class Exchange:
    """One turn that is over: what the model said and what it was told. `correction` says what was
    wrong with the answer, where it is asked once more."""

    reply: Reply
    results: tuple[ToolResult, ...] = ()
    correction: str = ""


@dataclass(frozen=True)
class Prompt:
    """All that a model is told. What changes least comes first, since providers cache a prompt from
    its start. Without `tools` it has to answer. `answer` is the JSON Schema of the answer, closed
    objects with every property required."""

    system: str
    question: str
    exchanges: tuple[Exchange, ...]
    tools: tuple[Tool, ...]
    answer: Mapping[str, Any]
    most_output_tokens: int
