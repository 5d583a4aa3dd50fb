"""Mirrors that cases ask for: an original of `cases/mirrors/originals.yaml`, edited at places."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

from kure.domain.access.roles import Role
from kure.domain.manifests import Manifest
from kure.domain.mirrors.asked import Around, Asked, MirrorPolicy, Origin
from tests.case_files import read

POLICY = MirrorPolicy(own_namespace="kure")
NOTHING = Around((), (), (), ())


def asked_by(case: dict[str, Any], **others: Any) -> Asked:
    """What a case asks. An admin edits by hand, where the case or `others` do not say otherwise."""
    original = read("mirrors/originals.yaml")[case.get("of", "shop")]
    asked = Asked(
        namespace="shop",
        owner_kind="Deployment",
        original=original,
        wanted=wanted(original, case),
        role=Role(case.get("role", "admin")),
        origin=Origin.EDITED,
        ttl_seconds=300,
    )
    return replace(asked, **others)


def wanted(original: Manifest, case: dict[str, Any]) -> Manifest:
    """The original as the case edits it."""
    result = deepcopy(original)
    for path in case.get("drop", ()):
        holder, key = _at(result, path)
        del holder[key]
    for path, value in case.get("set", {}).items():
        holder, key = _at(result, path)
        if value == "reversed":
            holder[key].reverse()
        elif key == "-":
            holder.append(deepcopy(value))
        else:
            holder[key] = deepcopy(value)
    return result


def _at(root: Manifest, path: str) -> tuple[Any, Any]:
    """What holds the place, and its key there; missing objects on the way are made."""
    *parents, last = [part.replace("~1", "/") for part in path.split("/")[1:]]
    holder: Any = root
    for part in parents:
        holder = holder[_index(holder, part)] if isinstance(holder, list) else _made(holder, part)
    return holder, _index(holder, last) if isinstance(holder, list) else last


def _made(holder: Any, part: str) -> Any:
    return holder.setdefault(part, {})


def _index(items: list[Any], part: str) -> Any:
    if part == "-":
        return part
    if part.isdecimal():
        return int(part)
    return next(index for index, item in enumerate(items) if item["name"] == part)


def value_at(root: Manifest, path: str) -> Any:
    """What stands at a place of an object."""
    holder, key = _at(root, path)
    return holder[key]
