"""The steps of a JSON Patch that make one value into another, as few and as small as may be.

What is alike stays untouched, so that a patch says what differs and repeats nothing else: a list of
variables of which one was changed has the others' values nowhere in it.
"""

import json
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from kure.domain.diagnosis.fixes import Operation, Place, pointer

# Lists longer than this are replaced as a whole: comparing is quadratic.
LONGEST = 200


def steps_to(wanted: Any, now: Any, place: Place) -> Iterator[Operation]:
    """What makes `now`, which stands at the place, into `wanted`. What is null counts as absent."""
    if isinstance(now, dict) and isinstance(wanted, dict):
        yield from _of_mappings(wanted, now, place)
    elif isinstance(now, list) and isinstance(wanted, list) and len(now + wanted) <= LONGEST:
        yield from _of_lists(wanted, now, place)
    elif now != wanted:
        yield Operation("test", pointer(place), now)
        yield Operation("replace", pointer(place), wanted)


def _of_mappings(wanted: dict[str, Any], now: dict[str, Any], place: Place) -> Iterator[Operation]:
    for key in dict.fromkeys((*now, *wanted)):
        old, new, at = now.get(key), wanted.get(key), (*place, key)
        if new is None and old is not None:
            yield from _removed(old, at)
        elif old is None and new is not None:
            yield Operation("add", pointer(at), new)
        elif old is not None:
            yield from steps_to(new, old, at)


def _of_lists(wanted: list[Any], now: list[Any], place: Place) -> Iterator[Operation]:
    """From the end to the beginning, so that no step moves what a later one is about."""
    matcher = SequenceMatcher(None, [*map(_key, now)], [*map(_key, wanted)], autojunk=False)
    for _, start, end, first, last in reversed(matcher.get_opcodes()):
        alike = min(end - start, last - first)
        for index in reversed(range(start + alike, end)):
            yield from _removed(now[index], (*place, index))
        for number, value in enumerate(wanted[first + alike : last]):
            yield Operation("add", pointer((*place, start + alike + number)), value)
        for index in reversed(range(alike)):
            yield from steps_to(wanted[first + index], now[start + index], (*place, start + index))


def _removed(value: Any, place: Place) -> Iterator[Operation]:
    yield Operation("test", pointer(place), value)
    yield Operation("remove", pointer(place))


def _key(item: Any) -> str:
    """By what one item of a list is known from another: its name, else itself."""
    if isinstance(item, dict) and isinstance(item.get("name"), str):
        return f"name {item['name']}"
    return json.dumps(item, sort_keys=True, default=str)
