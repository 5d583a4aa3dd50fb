"""A container runs, but is not ready."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from kure.domain import manifests
from kure.domain.failures.match import Events, Match, latest
from kure.domain.failures.model import Failure, FailureClass, Graces
from kure.domain.manifests import Container, Manifest

# A probe that asks for more is taken for a mistake.
LONGEST_BUDGET = 24 * 60 * 60


def not_ready(pod: Manifest, events: Events, graces: Graces) -> Iterator[Match]:
    """Not before its readiness probe could have passed. While a startup probe has not passed,
    nothing is said: it has a budget of its own, which ends in the container being killed.

    Where all containers are ready and only the pod is not, its readiness gates keep it so; without
    gates it was its node that went, which is the node's affair.
    """
    if manifests.phase(pod) != "Running":
        return
    unready = manifests.became(pod, "Ready", "False")
    if manifests.condition(pod, "ContainersReady").get("status") == "True":
        yield from _by_gates(pod, unready, graces)
        return
    unready = unready or manifests.became(pod, "ContainersReady", "False")
    if unready is None:
        return
    for container in manifests.containers(pod):
        started = manifests.time_of(container.state("running").get("startedAt"))
        since = latest(unready, started)
        if since and _should_be_ready(container):
            failure = Failure(
                failure_class=FailureClass.NOT_READY,
                container=container.name,
                since=since,
                reason=_reason(pod),
                message=_message(pod, container, events),
                field=f"{container.path}.ready",
            )
            yield Match(failure, begins=since + max(graces.not_ready, _budget(container, graces)))


def _by_gates(pod: Manifest, unready: datetime | None, graces: Graces) -> Iterator[Match]:
    since = latest(unready, manifests.became(pod, "ContainersReady", "True"))
    if unready and since and _reason(pod) == "ReadinessGatesNotReady":
        message = manifests.text(manifests.condition(pod, "Ready").get("message"))
        yield Match(
            Failure(
                failure_class=FailureClass.NOT_READY,
                container="",
                since=since,
                reason="ReadinessGatesNotReady",
                message=message,
                field="status.conditions[type=Ready]",
            ),
            begins=since + graces.not_ready,
        )


def _should_be_ready(container: Container) -> bool:
    if container.init and not container.sidecar:
        return False
    starting = container.spec.get("startupProbe") and container.status.get("started") is not True
    return container.is_running and container.status.get("ready") is not True and not starting


def _budget(container: Container, graces: Graces) -> timedelta:
    """How long the readiness probe may take to say no: its delay, its tries, and some slack."""
    probe = manifests.mapping(container.spec.get("readinessProbe"))
    delay = _bounded(probe.get("initialDelaySeconds"), 0)
    tries = _bounded(probe.get("failureThreshold"), 3)
    seconds = delay + _bounded(probe.get("periodSeconds"), 10) * tries
    return timedelta(seconds=min(seconds, LONGEST_BUDGET)) + graces.pending


def _bounded(value: object, default: int) -> int:
    found = manifests.number(value)
    return default if found is None else min(max(found, 0), LONGEST_BUDGET)


def _reason(pod: Manifest) -> str:
    return manifests.text(manifests.condition(pod, "Ready").get("reason"))


def _message(pod: Manifest, container: Container, events: Events) -> str:
    """What the newest probe answered, else what the condition says."""
    for event in manifests.newest_first(events or ()):
        told = manifests.text(event.get("message"))
        if event.get("reason") == "Unhealthy" and manifests.is_about(event, container.name):
            return told
    return manifests.text(manifests.condition(pod, "Ready").get("message"))
