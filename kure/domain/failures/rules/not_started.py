"""A pod has its node, but its containers do not start, and nothing says that something failed."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.failures.match import Events, Match
from kure.domain.failures.model import Failure, FailureClass, Graces
from kure.domain.failures.starting import Cause, Unstarted, cause, unstarted
from kure.domain.manifests import Container, Manifest


def not_started(pod: Manifest, events: Events, graces: Graces) -> Iterator[Match]:
    """ContainerCreating and PodInitializing say nothing about why: the events do.

    An image that is being pulled gets `graces.pulling`, silence `graces.starting`. Where the
    kubelet has not reacted at all, there is nothing to read either.
    """
    waiting = unstarted(pod)
    if waiting is None:
        return
    if not waiting.seen:
        node = manifests.node_name(pod)
        failure = _failure(waiting, None, "", f"the kubelet of {node} has not reacted to the pod")
        yield Match(failure, begins=waiting.ready + graces.starting)
    elif events is None:
        failure = _failure(waiting, next(iter(waiting.containers), None), "", "")
        yield Match(failure, begins=waiting.earliest + graces.pending, needs_events=True)
    elif (told := cause(events)).failure_class is FailureClass.NOT_STARTED:
        grace = graces.pulling if told.pulling else graces.starting
        for container in waiting.containers or (None,):
            failure = _failure(waiting, container, *_says(container, told, events))
            yield Match(failure, begins=failure.since + max(grace, graces.pending))


def _failure(waiting: Unstarted, container: Container | None, reason: str, message: str) -> Failure:
    return Failure(
        failure_class=FailureClass.NOT_STARTED,
        container=container.name if container else "",
        since=waiting.since(container),
        reason=reason or "ContainerCreating",
        message=message,
        field=f"{container.path}.state" if container else "status",
    )


def _says(container: Container | None, told: Cause, events: Events) -> tuple[str, str]:
    """Reason and message: the pull that goes on, else the container's own, else the newest
    warning."""
    state = container.state("waiting") if container else {}
    reason = manifests.text(state.get("reason"))
    if told.pulling:
        return reason, f"the image is still being pulled: {told.message}"
    if message := manifests.text(state.get("message")):
        return reason, message
    for event in manifests.newest_first(events or ()):
        if event.get("type") == "Warning" and event.get("message"):
            return reason, manifests.text(event.get("message"))
    return reason, "no event says why"
