"""What is kept of an object that an agent watches: its memory is bounded, and an object is mostly
what no rule reads."""

from collections.abc import Iterable
from datetime import datetime

from kure.domain import manifests
from kure.domain.manifests import Manifest

METADATA = ("name", "namespace", "uid", "generation", "creationTimestamp", "deletionTimestamp")
OWNER = ("apiVersion", "kind", "name", "uid", "controller")
CONDITION = ("type", "status", "reason", "message", "lastTransitionTime")

# Top-level fields that no object of the API server has: what was computed from what is dropped.
COMPUTED = "kure.dev/"
CHANGED_AT = f"{COMPUTED}changedAt"


def picked(value: object, keys: Iterable[str]) -> Manifest:
    """Those fields of an object that it has."""
    found = manifests.mapping(value)
    return {key: found[key] for key in keys if key in found}


def kept_metadata(obj: Manifest) -> Manifest:
    """Who it is, how old, whose, and whether it is being deleted."""
    kept = picked(obj.get("metadata"), METADATA)
    owners = manifests.mappings(manifests.metadata(obj).get("ownerReferences"))
    if owners:
        kept["ownerReferences"] = [picked(owner, OWNER) for owner in owners]
    return kept


def kept(
    api_version: str, kind: str, obj: Manifest, *, spec: Manifest, status: Manifest
) -> Manifest:
    """The object with no more than this of its spec and status. The items of a list do not say of
    which kind they are; what is kept does."""
    return {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": kept_metadata(obj),
        "spec": spec,
        "status": status,
    }


def without_computed(obj: Manifest) -> Manifest:
    """What is kept as people may see it: only fields that the object itself has."""
    return {key: value for key, value in obj.items() if not key.startswith(COMPUTED)}


def kept_conditions(obj: Manifest, *types: str) -> list[Manifest]:
    """Those conditions, without the time of their last heartbeat."""
    return kept_conditions_of(manifests.status(obj), *types)


def kept_conditions_of(holder: Manifest, *types: str) -> list[Manifest]:
    """The same of a part of a status that has conditions of its own."""
    conditions = manifests.mappings(holder.get("conditions"))
    return [picked(found, CONDITION) for found in conditions if found.get("type") in types]


def condition_since(obj: Manifest, condition: Manifest) -> datetime | None:
    """When the condition took its status; where it does not tell, when the object was made."""
    return manifests.time_of(condition.get("lastTransitionTime")) or manifests.created_at(obj)


def changed_at(obj: Manifest) -> datetime | None:
    """When anything but its status was last changed, else when it was made.

    Read from managedFields, whose times move only with the fields that they are about.
    """
    if CHANGED_AT in obj:
        return manifests.time_of(obj[CHANGED_AT]) or manifests.created_at(obj)
    entries = manifests.mappings(manifests.metadata(obj).get("managedFields"))
    times = [manifests.time_of(e.get("time")) for e in entries if e.get("subresource") != "status"]
    return max((time for time in (manifests.created_at(obj), *times) if time), default=None)


def kept_change(obj: Manifest) -> Manifest:
    """What `changed_at` needs once managedFields is gone; to be merged into what is kept."""
    time = changed_at(obj)
    return {CHANGED_AT: time.isoformat()} if time else {}
