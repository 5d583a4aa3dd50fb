"""The priority of a mirror: the lowest that there is, so that it preempts nothing.

A pod cannot say `preemptionPolicy: Never` by itself: the API server takes it only where it is what
the pod's PriorityClass says, and refuses the pod otherwise. But a pod preempts only those of a
lower priority, and nothing is below the lowest.
https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/
"""

from collections.abc import Iterable

from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.domain.mirrors.draft import Draft
from kure.domain.mirrors.surroundings import Listed

NEVER = "Never"

UNREAD = (
    "PriorityClasses could not be read: the mirror has the default priority, and may preempt pods "
    "of a lower one"
)


def lower_priority(draft: Draft, classes: Listed) -> None:
    wanted = manifests.text(draft.spec.get("priorityClassName"))
    for key in ("priority", "preemptionPolicy"):
        draft.spec.pop(key, None)
    draft.spec.pop("priorityClassName", None)
    if classes is None:
        draft.warnings.append(UNREAD)
    chosen = lowest(classes or ())
    if chosen:
        draft.spec["priorityClassName"] = chosen
    if wanted and wanted != chosen:
        draft.stripped.append(f"spec.priorityClassName {wanted}: a mirror has the lowest priority")


def lowest(classes: Iterable[Manifest]) -> str:
    """The PriorityClass with the lowest value, of equals one that never preempts; '' where no class
    is below what a pod without one has."""
    known = [found for found in classes if manifests.number(found.get("value")) is not None]
    known = [found for found in known if manifests.name(found)]
    default = min(
        (found for found in known if found.get("globalDefault") is True), key=_rank, default={}
    )
    below = [
        found
        for found in known
        if _rank(found) < (_value(default), default.get("preemptionPolicy") != NEVER, "")
    ]
    return manifests.name(min(below, key=_rank, default={}))


def _rank(found: Manifest) -> tuple[int, bool, str]:
    return _value(found), found.get("preemptionPolicy") != NEVER, manifests.name(found)


def _value(found: Manifest) -> int:
    return manifests.number(found.get("value")) or 0
