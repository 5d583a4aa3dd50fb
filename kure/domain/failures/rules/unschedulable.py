"""No node takes the pod."""

from collections.abc import Iterator
from datetime import timedelta

from kure.domain import manifests
from kure.domain.failures.match import Events, Match
from kure.domain.failures.model import Failure, FailureClass, Graces
from kure.domain.manifests import Manifest

GATES = "SchedulingGated"


def unschedulable(pod: Manifest, events: Events, graces: Graces) -> Iterator[Match]:
    """The scheduler tries again all the time, so this is left alone for `graces.pending`; an error
    of its own for `graces.starting`. A pod that no scheduler has looked at after `graces.pending`
    names one that does not run.

    `lastTransitionTime` moves only when the condition's status does, not with every new try. A
    pod with scheduling gates has the reason SchedulingGated: somebody wants it to wait, which is
    left alone for `graces.gated`.
    """
    found = manifests.condition(pod, "PodScheduled")
    if manifests.node_name(pod):
        return
    message = manifests.text(found.get("message"))
    if found.get("status") == "False" and found.get("reason") == "Unschedulable":
        yield from _match(pod, "Unschedulable", message, graces.pending)
    elif found.get("status") == "False" and found.get("reason") == GATES:
        yield from _match(pod, GATES, message, graces.gated)
    elif found.get("status") == "False":
        yield from _match(pod, manifests.text(found.get("reason")), message, graces.starting)
    elif not found and _awaits_scheduler(pod):
        scheduler = manifests.text(manifests.spec(pod).get("schedulerName")) or "default-scheduler"
        message = f"no scheduler has looked at the pod; spec.schedulerName is {scheduler!r}"
        yield from _match(pod, "", message, graces.pending)


def _match(pod: Manifest, reason: str, message: str, grace: timedelta) -> Iterator[Match]:
    since = manifests.became(pod, "PodScheduled", "False") or manifests.created_at(pod)
    if since is None:
        return
    yield Match(
        Failure(
            failure_class=FailureClass.UNSCHEDULABLE,
            container="",
            since=since,
            reason=reason or "Pending",
            message=message,
            field="status.conditions[type=PodScheduled]",
        ),
        begins=since + grace,
    )


def _awaits_scheduler(pod: Manifest) -> bool:
    gated = manifests.spec(pod).get("schedulingGates")
    return manifests.phase(pod) == "Pending" and not gated and not any(manifests.containers(pod))
