"""Objects with junk at some of their places, for properties that must hold of whatever comes."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

GONE = object()


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Everything in it that can be changed: what holds it, and under which key."""
    keys = value if isinstance(value, dict) else range(len(value) if isinstance(value, list) else 0)
    for key in list(keys):
        yield value, key
        yield from places(value[key])


def changed(value: Any, changes: list[tuple[int, Any]]) -> Any:
    """A copy with these places changed."""
    value = deepcopy(value)
    for number, junk in changes:
        found = list(places(value))
        if not found:
            break
        holder, key = found[number % len(found)]
        if junk is GONE:
            del holder[key]
        else:
            holder[key] = deepcopy(junk)
    return value
