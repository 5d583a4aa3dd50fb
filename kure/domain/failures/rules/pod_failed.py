"""A pod, or a container in it, ended badly and will not be restarted."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.failures.ended import as_a_whole, end_class, told_until
from kure.domain.failures.match import NEVER_RAN, Events, Match, ended_at, is_finished
from kure.domain.failures.model import Failure, FailureClass, Graces
from kure.domain.manifests import Container, Manifest


def pod_failed(pod: Manifest, events: Events, graces: Graces) -> Iterator[Match]:
    """Names each container that ended with another code than 0, or the pod where none is to blame
    (its node was shut down).

    A container that ended so beside others that go on gets `graces.not_ready`: they may be about
    to end with it.
    """
    if manifests.phase(pod) == "Failed":
        if end_class(pod) is FailureClass.POD_FAILED:
            yield from _ended(pod, graces)
    elif not is_finished(pod):
        for container in _culprits(pod):
            for match in _of(pod, container):
                yield Match(match.failure, begins=match.failure.since + graces.not_ready)


def _ended(pod: Manifest, graces: Graces) -> Iterator[Match]:
    culprits = list(_culprits(pod)) if not manifests.status(pod).get("reason") else []
    if not culprits and not any(map(_told_by_others, manifests.containers(pod))):
        yield from as_a_whole(pod, FailureClass.POD_FAILED, graces)
    for container in culprits:
        for match in _of(pod, container):
            until = told_until(pod, match.failure.since, graces)
            yield Match(match.failure, ends=until)


def _of(pod: Manifest, container: Container) -> Iterator[Match]:
    end = container.state("terminated")
    since = ended_at(pod, end)
    if since:
        failure = Failure(
            failure_class=FailureClass.POD_FAILED,
            container=container.name,
            since=since,
            reason=manifests.text(end.get("reason")) or "Error",
            message=manifests.text(end.get("message")) or f"exit code {end.get('exitCode')}",
            field=f"{container.path}.state.terminated",
        )
        yield Match(failure)


def _culprits(pod: Manifest) -> Iterator[Container]:
    """Sidecars are stopped by a signal when the rest has ended, and are to blame for nothing."""
    for container in manifests.containers(pod):
        end = container.state("terminated")
        ended_badly = end and end.get("exitCode") != 0 and not _told_by_others(container)
        if ended_badly and not container.sidecar and _is_final(pod, container):
            yield container


def _is_final(pod: Manifest, container: Container) -> bool:
    return container.restarts == "Never" or manifests.phase(pod) == "Failed"


def _told_by_others(container: Container) -> bool:
    """By `oom_killed` and `start_error`."""
    return container.state("terminated").get("reason") in ("OOMKilled", *NEVER_RAN)
