"""In which fields a wanted pod differs from its original."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.domain.mirrors.rights.fields import ADMINS, FIELDS, HOLDERS, NAMED_LISTS, UNKNOWN, Field


@dataclass(frozen=True)
class Change:
    """One field that differs. `path` names containers: `spec.containers[app].image`; `pattern` is
    the same for all of them: `spec.containers[].image`. `wrong` says what makes it no pod; '' where
    it may be one."""

    path: str
    pattern: str
    field: Field
    before: Any
    after: Any
    wrong: str = ""


def changes(original: Manifest, wanted: Manifest) -> Iterator[Change]:
    """Where two pods, or two templates, differ. What is absent, null or empty is equal."""
    return _of(original, wanted, "", "")


def _of(before: Any, after: Any, path: str, pattern: str) -> Iterator[Change]:
    if before == after or (_is_empty(before) and _is_empty(after) and pattern in FIELDS):
        return
    if pattern in FIELDS:
        yield Change(path, pattern, FIELDS[pattern], before, after)
    elif pattern in NAMED_LISTS:
        yield from _of_list(before, after, path, pattern)
    elif pattern in HOLDERS:
        yield from _of_object(before, after, path, pattern)
    else:
        yield Change(path, pattern, UNKNOWN, before, after)


def _of_object(before: Any, after: Any, path: str, pattern: str) -> Iterator[Change]:
    if after is not None and not isinstance(after, dict):
        yield Change(path, pattern, UNKNOWN, before, after, "has to be an object")
        return
    old, new = manifests.mapping(before), manifests.mapping(after)
    for key in dict.fromkeys([*old, *new]):
        at = f"{path}.{key}" if path else str(key)
        plain = isinstance(key, str) and key.isascii() and key.isalnum()
        inner = f"{pattern}.{key}" if pattern else str(key)
        yield from _of(old.get(key), new.get(key), at, inner if plain else "?")


def _of_list(before: Any, after: Any, path: str, pattern: str) -> Iterator[Change]:
    if after is not None and not isinstance(after, list):
        yield Change(path, pattern, UNKNOWN, before, after, "has to be a list")
        return
    old = {manifests.text(each.get("name")): each for each in manifests.mappings(before)}
    seen: list[str] = []
    for index, each in enumerate(after or []):
        name = manifests.text(manifests.mapping(each).get("name"))
        at = f"{path}[{name or index}]"
        if not name or name in seen:
            wrong = "has a name that another has" if name else "has to be an object with a name"
            yield Change(at, f"{pattern}[]", UNKNOWN, None, each, wrong)
        elif name not in old:
            yield Change(
                at,
                f"{pattern}[]",
                UNKNOWN,
                None,
                each,
                "is a container that the original does not have",
            )
        else:
            yield from _of(old[name], each, at, f"{pattern}[]")
        seen.append(name)
    for name in old:
        if name not in seen:
            yield Change(f"{path}[{name}]", f"{pattern}[]", ADMINS, old[name], None)
    kept = [name for name in old if name in seen]
    if pattern == "spec.initContainers" and kept != [name for name in seen if name in kept]:
        yield Change(path, pattern, ADMINS, kept, seen)


def _is_empty(value: Any) -> bool:
    return value is None or value == [] or value == {}
