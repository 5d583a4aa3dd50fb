"""What a rule says of a pod, and the facts about containers that several rules share.

Rules know no clock: a match carries the times between which it is a failure, and `detect` compares
them with now. So a rule's case is an object and an expectation, and the moment at which time alone
changes the verdict is known.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kure.domain import manifests
from kure.domain.failures.model import Failure, Graces
from kure.domain.manifests import Container, Manifest

HOLD_AT_LEAST = timedelta(seconds=30)
HOLD_AT_MOST = timedelta(minutes=5)

# The kubelet forgets a container's restarts when it has run this long:
# https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy
BACKOFF_RESET = timedelta(minutes=10)

# How a run ended that never began: containerd's word and Docker's.
NEVER_RAN = ("StartError", "ContainerCannotRun")


@dataclass(frozen=True)
class Match:
    """A failure from `begins` (None: at once) until `ends` (None: until the object changes).

    `needs_events`: whether it is one cannot be told without the object's events, which were not
    given; with them the rule answers again.
    """

    failure: Failure
    begins: datetime | None = None
    ends: datetime | None = None
    needs_events: bool = False


# The events are the object's, in any order; None where they were not read.
Events = Sequence[Manifest] | None

Rule = Callable[[Manifest, Events, Graces], Iterator[Match]]


def is_finished(pod: Manifest) -> bool:
    """No container of it will ever run again."""
    return manifests.phase(pod) in ("Succeeded", "Failed")


def last_end(container: Container) -> Manifest:
    """How the newest run that is over ended: `terminated` of the state, else of the last state.

    Between two crashes the container runs, and only `lastState` remembers why it ended before.
    """
    return container.state("terminated") or container.last_terminated


def end_path(container: Container) -> str:
    """Where `last_end` stands in the pod."""
    which = "state" if container.state("terminated") else "lastState"
    return f"{container.path}.{which}.terminated"


def run_length(end: Manifest) -> timedelta:
    """How long the run lasted that ended so; zero where the container never started."""
    started = manifests.time_of(end.get("startedAt"))
    finished = manifests.time_of(end.get("finishedAt"))
    if started is None or finished is None:
        return timedelta(0)
    return max(finished - started, timedelta(0))


def hold_ends(container: Container) -> datetime | None:
    """Until when a container that runs again still counts as failing; None where it does not run.

    Twice its last run: what crashes after a minute is not well after fifty seconds.
    """
    if not container.is_running:
        return None
    end = container.last_terminated
    started = manifests.time_of(container.state("running").get("startedAt"))
    started = started or manifests.time_of(end.get("finishedAt"))
    wanted = 2 * run_length(end)
    return started + min(max(wanted, HOLD_AT_LEAST), HOLD_AT_MOST) if started else None


def ended_at(pod: Manifest, end: Manifest) -> datetime | None:
    """When the run ended; where that is not told, when the pod was last known to become unready."""
    return manifests.time_of(end.get("finishedAt")) or unready_since(pod)


def unready_since(pod: Manifest) -> datetime | None:
    """When the pod became unready, else when it was made. None for an object without any time."""
    for kind in ("Ready", "ContainersReady"):
        if since := manifests.became(pod, kind, "False"):
            return since
    return manifests.created_at(pod)


def latest(*times: datetime | None) -> datetime | None:
    """The latest of those that are known."""
    return max((time for time in times if time), default=None)


def waits_since(pod: Manifest, container: Container) -> datetime | None:
    """No earlier than this does the container wait for what its waiting reason says: when the pod's
    network was there, its init containers were done, and its own last run was over.

    A reason itself carries no time, and the pod is unready from the start: while another image was
    being pulled, nobody waited for a ConfigMap.
    """
    return latest(
        unready_since(pod),
        manifests.became(pod, "PodReadyToStartContainers", "True"),
        None if container.init else manifests.became(pod, "Initialized", "True"),
        manifests.time_of(container.last_terminated.get("finishedAt")),
    )


def is_ending(pod: Manifest) -> bool:
    """All main containers have ended for good; their sidecars are being stopped, by a signal."""
    main = [container for container in manifests.containers(pod) if not container.init]
    return bool(main) and all(
        container.state("terminated") and container.restarts != "Always" for container in main
    )
