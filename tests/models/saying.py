"""What a model says in tests of investigations: whole answers, and scripts that depend on how far a
conversation went."""

from collections.abc import Callable
from typing import Any

from tests.models.steps import Step
from tests.models.wire import Protocol

ANSWER: dict[str, Any] = {
    "cause": "The program exits because DATABASE_URL is not set.",
    "why": "Its log ends with that line.",
    "confidence": "low",
    "evidence": [],
    "ruled_out": [{"cause": "out of memory", "why_not": "it exits with 1"}],
    "missing": [],
    "fix": None,
}
EVENTS = {"kind": "Deployment", "name": "cart", "namespace": ""}


def turns_so_far(asked: dict[str, Any]) -> int:
    """How many turns are over, in a request of chat completions or messages."""
    return len([one for one in asked["messages"] if one["role"] == "assistant"])


def reads_then_answers(
    turns: int, answer: dict[str, Any] | None = None, **call: Any
) -> Callable[[Protocol, dict[str, Any]], Step]:
    """Wants something to be read in so many turns, then answers."""
    wish = {"name": "events", "arguments": EVENTS} | call

    def decide(_protocol: Protocol, asked: dict[str, Any]) -> Step:
        if turns_so_far(asked) < turns:
            return Step(call=[wish])
        return Step(say=answer or ANSWER)

    return decide
