"""Why the containers of a pod that has a node are not started yet, as its events tell it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from kure.domain import manifests
from kure.domain.failures.match import Events, is_finished, latest, unready_since
from kure.domain.failures.model import FailureClass
from kure.domain.failures.waiting import TELLING
from kure.domain.manifests import Container, Manifest

SANDBOX_EVENTS = ("FailedCreatePodSandBox", "FailedPodSandBoxStatus", "NetworkNotReady")
VOLUME_EVENTS = ("FailedMount", "FailedAttachVolume", "FailedMapVolume", "FailedMountOnFilesystem")

# What the kubelet does once sandbox and volumes are there, in its order.
PULLING = "Pulling"
PROGRESS = (PULLING, "Pulled", "Created", "Started")


@dataclass(frozen=True)
class Unstarted:
    """What should have been started. `containers` is empty where no kubelet has told of any;
    `seen`: whether one has reacted to the pod at all. `ready`: the pod had its node, and its init
    containers were over, then."""

    containers: tuple[Container, ...]
    ready: datetime
    seen: bool = True

    def since(self, container: Container | None) -> datetime:
        """When this container could have been started, its own last run being over, too."""
        if container is None:
            return self.ready
        ends = (container.state("terminated"), container.last_terminated)
        times = (manifests.time_of(end.get("finishedAt")) for end in ends)
        return latest(self.ready, *times) or self.ready

    @property
    def earliest(self) -> datetime:
        """When the first of them could have been started."""
        return min(map(self.since, self.containers), default=self.ready)


def unstarted(pod: Manifest) -> Unstarted | None:
    """None where nothing waits, where the pod has no node, or where a container that comes before
    is to blame."""
    if is_finished(pod) or not manifests.node_name(pod):
        return None
    all_of = list(manifests.containers(pod))
    waiting = tuple(_next_to_start(all_of))
    if all_of and not waiting:
        return None
    since = given_to_node(pod)
    if since is None:
        return None
    if not all_of:
        seen = manifests.time_of(manifests.status(pod).get("startTime")) is not None
        return Unstarted((), since, seen) if manifests.phase(pod) in ("Pending", "") else None
    over = (_over_since(found) for found in all_of if found.init)
    return Unstarted(waiting, latest(since, *over) or since)


def given_to_node(pod: Manifest) -> datetime | None:
    """Since when the pod as a whole could have started."""
    return manifests.became(pod, "PodScheduled", "True") or unready_since(pod)


@dataclass(frozen=True)
class Cause:
    """The newest thing that events tell of a start: `failure_class` is NOT_STARTED where it is no
    failure. `pulling`: an image is on its way."""

    failure_class: FailureClass
    reason: str = ""
    message: str = ""
    pulling: bool = False


def cause(events: Events) -> Cause:
    """By the events' true times: a failure that the kubelet has got past explains nothing."""
    for event in manifests.newest_first(events or ()):
        reason, message = manifests.text(event.get("reason")), manifests.text(event.get("message"))
        if reason in SANDBOX_EVENTS:
            return Cause(FailureClass.SANDBOX, reason, message)
        if reason in VOLUME_EVENTS:
            return Cause(FailureClass.FAILED_MOUNT, reason, message)
        if reason in PROGRESS:
            return Cause(FailureClass.NOT_STARTED, reason, message, pulling=reason == PULLING)
    return Cause(FailureClass.NOT_STARTED)


def _next_to_start(all_of: list[Container]) -> Iterator[Container]:
    """The first init container that holds up the rest, where it waits; else the main containers
    that wait."""
    for container in all_of:
        if container.init and not _lets_pass(container):
            if _awaits_start(container):
                yield container
            return
    yield from (found for found in all_of if not found.init and _awaits_start(found))


def _lets_pass(container: Container) -> bool:
    """Whether what comes after this init container may start."""
    if container.sidecar:
        return container.is_running and container.status.get("started") is not False
    end = container.state("terminated")
    return bool(end) and end.get("exitCode") == 0


def _awaits_start(container: Container) -> bool:
    """Waits for no reason of its own, or ended and is to be started again, which takes a moment."""
    end = container.state("terminated")
    if end:
        again = container.restarts == "Always" or end.get("exitCode") != 0
        return container.restarts != "Never" and again
    reason = manifests.text(container.state("waiting").get("reason"))
    return not container.is_running and reason not in TELLING


def _over_since(container: Container) -> datetime | None:
    """When an init container let those pass that come after it."""
    if container.sidecar and container.is_running:
        return manifests.time_of(container.state("running").get("startedAt"))
    return manifests.time_of(container.state("terminated").get("finishedAt"))
