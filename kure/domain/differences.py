"""What is different between two values of a setting, fit for the audit log."""

from collections.abc import Collection, Mapping
from typing import Any


def differences(
    before: Mapping[str, Any] | None, after: Mapping[str, Any], secret: Collection[str] = ()
) -> dict[str, Any]:
    """By place, such as `channels.pager.severity`: {"from", "to"}, without the one that was not
    there; for the fields named in `secret` only "set", "changed" or "removed". Objects of a list
    are known by their `id`."""
    old, new = _leaves(before or {}), _leaves(after)
    found: dict[str, Any] = {}
    for place in sorted({*old, *new}):
        if place in old and place in new and old[place] == new[place]:
            continue
        if place.rpartition(".")[2] in secret:
            found[place] = _what_happened(old.get(place), new.get(place))
        else:
            sides = (("from", old), ("to", new))
            found[place] = {side: known[place] for side, known in sides if place in known}
    return {place: how for place, how in found.items() if how}


def _what_happened(old: Any, new: Any) -> str:
    """An empty secret is none."""
    if old and new:
        return "changed"
    return "removed" if old else "set" if new else ""


def _leaves(value: Any, place: str = "") -> dict[str, Any]:
    """Each value that is no object, by its place."""
    if isinstance(value, Mapping):
        parts = [(str(key), part) for key, part in value.items()]
    elif isinstance(value, list) and value and all(_has_id(one) for one in value):
        parts = [(str(one["id"]), one) for one in value]
    else:
        return {place: value}
    leaves: dict[str, Any] = {}
    for name, part in parts:
        leaves |= _leaves(part, f"{place}.{name}" if place else name)
    return leaves


def _has_id(value: Any) -> bool:
    return isinstance(value, Mapping) and "id" in value
