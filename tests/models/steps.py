"""What the server of models does with one request, as data: a test's or a script file's.

Of `say`, `call`, `refuse`, `cut_off`, `status` and `fault` a step has one:

    {say: {cause: …}}                   an answer; a mapping becomes JSON
    {call: [{name: logs, arguments: {pod: web-0}}]}   wishes; arguments as a text go as they are
    {refuse: I cannot help with that.}
    {cut_off: '{"cause": "the'}         an answer that met the limit of tokens
    {status: 429, headers: {Retry-After: "7"}, text: slow down}
    {fault: hang}                      and the others of Fault

`after` waits so many seconds before the first byte, `usage` and `model` are what it says of itself.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

Fault = Literal[
    "hang",  # never a byte
    "drop",  # the connection is closed without one
    "cut",  # … in the middle of the body
    "invalid_json",
    "wrong_shape",  # JSON, and no answer of the protocol
    "html",  # a page, as proxies send it
    "packed",  # against what was asked for
    "endless",
    "error_inside",  # 200 with an error in it: `error` is its type
]


@dataclass(frozen=True)
class Tokens:
    """As Kure counts: `input` has all, `cached` and `written` are part of it."""

    input: int = 1000
    output: int = 100
    cached: int = 0
    written: int = 0


@dataclass(frozen=True)
class Step:
    say: str | dict[str, Any] | None = None
    call: list[dict[str, Any]] = field(default_factory=list)
    refuse: str = ""
    cut_off: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    text: str = ""
    fault: Fault | None = None
    error: str = "server_error"
    after: float = 0.0
    usage: Tokens = Tokens()
    model: str = ""

    @classmethod
    def of(cls, data: dict[str, Any]) -> "Step":
        usage = Tokens(**data["usage"]) if "usage" in data else Tokens()
        return cls(**{**data, "usage": usage})
