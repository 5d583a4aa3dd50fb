"""The sentences of a refusal."""

import json
from typing import Any

LONGEST = 80

HIDDEN = object()
"""For what the original has where it may be a secret that the reader was not shown."""

NO_MORE = "a mirror has no more rights than its original"


def shown(value: Any) -> str:
    """A value within a sentence. Of objects and lists only what they are: they may hold secrets."""
    if value is None:
        return "not set"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    text = json.dumps(value, ensure_ascii=True, default=str)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def more(path: str, after: Any, before: Any, do: str = "leave it as the original has it") -> str:
    """That a field would give more than the original has."""
    there = "unlike in the original" if before is HIDDEN else f"in the original {shown(before)}"
    return f"{path} is {shown(after)}, {there}: {NO_MORE}; {do}."
