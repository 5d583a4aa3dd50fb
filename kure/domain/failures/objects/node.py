"""A node that is not Ready, or that runs out of something."""

from collections.abc import Iterator
from datetime import timedelta

from kure.domain import manifests
from kure.domain.failures.around import Around
from kure.domain.failures.match import Match
from kure.domain.failures.model import Failure, FailureClass, Graces
from kure.domain.failures.objects.keeping import condition_since, kept, kept_conditions
from kure.domain.manifests import Manifest

# Of conditions that others add (node-problem-detector) nobody knows which status is the good one.
# https://kubernetes.io/docs/reference/node/node-status/#condition
PRESSURES = ("MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable")

# A node registers before its network is there.
YOUNG = timedelta(minutes=2)


def keep_node(obj: Manifest) -> Manifest:
    return kept(
        *("v1", "Node", obj),
        spec={},
        status={"conditions": kept_conditions(obj, "Ready", *PRESSURES)},
    )


def node(obj: Manifest, around: Around, graces: Graces) -> Iterator[Match]:
    """`Unknown` is not Ready either: the kubelet has not been heard of. A cordoned node is well:
    somebody wants it so."""
    for failure in (*_not_ready(obj), *_pressure(obj)):
        begins = failure.since + graces.node
        made = manifests.created_at(obj)
        yield Match(failure, begins=max(begins, made + YOUNG) if made else begins)


def node_is_well(obj: Manifest, around: Around) -> bool:
    return _is_ready(obj) and not _pressures(obj)


def _is_ready(obj: Manifest) -> bool:
    return manifests.condition(obj, "Ready").get("status") == "True"


def _not_ready(obj: Manifest) -> Iterator[Failure]:
    found = manifests.condition(obj, "Ready")
    since = condition_since(obj, found)
    if found.get("status") in ("False", "Unknown") and since:
        yield Failure(
            failure_class=FailureClass.NODE_NOT_READY,
            container="",
            since=since,
            reason=manifests.text(found.get("reason")),
            message=manifests.text(found.get("message")),
            field="status.conditions[type=Ready]",
        )


def _pressures(obj: Manifest) -> list[Manifest]:
    found = [manifests.condition(obj, kind) for kind in PRESSURES]
    return [condition for condition in found if condition.get("status") == "True"]


def _pressure(obj: Manifest) -> Iterator[Failure]:
    """One failure for all of them, since the first."""
    found = _pressures(obj)
    times = [time for time in (condition_since(obj, one) for one in found) if time]
    if times:
        yield Failure(
            failure_class=FailureClass.NODE_PRESSURE,
            container="",
            since=min(times),
            reason=", ".join(manifests.text(one.get("type")) for one in found),
            message="; ".join(
                f"{one['type']}: {manifests.text(one.get('message'))}" for one in found
            ),
            field=f"status.conditions[type={found[0]['type']}]",
        )
