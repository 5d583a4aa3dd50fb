"""No node takes the pod."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.failures.match import Events, Match
from kure.domain.failures.model import Failure, FailureClass, Graces
from kure.domain.manifests import Manifest


def unschedulable(pod: Manifest, events: Events, graces: Graces) -> Iterator[Match]:
    """The scheduler tries again all the time, so this is left alone for `graces.pending`.

    `lastTransitionTime` moves only when the condition's status does, not with every new try. A
    pod with scheduling gates has the reason SchedulingGated: somebody wants it to wait.
    """
    found = manifests.condition(pod, "PodScheduled")
    if found.get("status") != "False" or found.get("reason") != "Unschedulable":
        return
    if manifests.node_name(pod):
        return
    since = manifests.time_of(found.get("lastTransitionTime")) or manifests.created_at(pod)
    if since is None:
        return
    yield Match(
        Failure(
            failure_class=FailureClass.UNSCHEDULABLE,
            container="",
            since=since,
            reason="Unschedulable",
            message=manifests.text(found.get("message")),
            field="status.conditions[type=PodScheduled]",
        ),
        begins=since + graces.pending,
    )
