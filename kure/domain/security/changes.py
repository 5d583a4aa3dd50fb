"""Safe fixes as checks name them, and the JSON patch that makes one of the live object."""

from collections.abc import Iterable
from typing import Any

from kure.domain.diagnosis.fixes import Operation, Patch, Place, applied, drop, patch_of, put
from kure.domain.manifests import Manifest

REMOVE: Any = object()
"""As the value of a change: remove what stands there."""

Change = tuple[Place, Any]
"""Where in the live object, and what is to stand there."""

# What stands in their specs cannot be changed in place.
RECREATED = ("Pod", "Job")


def patch(obj: Manifest, changes: Iterable[Change], note: str = "") -> Patch | None:
    """The patch of the object that makes the changes; None where it would change nothing."""
    steps: list[Operation] = []
    current = obj
    for place, value in changes:
        made = drop(current, place) if value is REMOVE else put(current, place, value)
        current = applied(current, made)
        steps += made
    return patch_of(obj, *steps, note=note, recreate=obj.get("kind") in RECREATED)
