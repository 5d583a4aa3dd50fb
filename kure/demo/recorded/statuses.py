"""The status of a created pod so many seconds after its creation: a function of its outcomes and
the time alone, so that a restart changes nothing."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from kure.demo.recorded.outcomes import Ends, Lines, Outcome, Runs, Waits
from kure.domain import manifests
from kure.domain.manifests import Manifest

SCHEDULED_AT = 0.1
STARTED_AT = 1.0
READY_AFTER = 0.5
PULL_BACKOFF_AFTER = 1.0
RESTART_AFTER = 0.5
FIRST_BACKOFF, LONGEST_BACKOFF = 10.0, 300.0

CREATING: Manifest = {"waiting": {"reason": "ContainerCreating"}}


@dataclass(frozen=True)
class Fate:
    """What becomes of a pod: no node takes it, a volume cannot be mounted, or each container has an
    outcome, by its name."""

    outcomes: Mapping[str, Outcome]
    unschedulable: str | None = None
    failed_mount: str | None = None


@dataclass(frozen=True)
class State:
    """Of one container at one moment. `changes_at` is when it is another, None for never."""

    state: Manifest
    last: Manifest
    restarts: int = 0
    ready: bool = False
    container_id: str = ""
    changes_at: float | None = None


@dataclass(frozen=True)
class Moments:
    """Times of one pod, from seconds after its creation."""

    created: datetime
    uid: str

    def at(self, seconds: float) -> str:
        return f"{self.created + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"

    def container_id(self, name: str, run: int) -> str:
        digest = hashlib.sha256(f"{self.uid}/{name}/{run}".encode()).hexdigest()
        return f"containerd://{digest}"


def status_at(pod: Manifest, fate: Fate, seconds: float) -> tuple[Manifest, float | None]:
    """The pod's status, and the seconds after its creation at which it changes next."""
    moments = moments_of(pod)
    if fate.unschedulable:
        condition = _condition("PodScheduled", SCHEDULED_AT, moments, is_true=False)
        told = {"reason": "Unschedulable", "message": fate.unschedulable}
        return {"phase": "Pending", "conditions": [condition | told]}, None
    if seconds < STARTED_AT or fate.failed_mount:
        states = {name: State(CREATING, {}) for name in fate.outcomes}
        later = None if fate.failed_mount else STARTED_AT
    else:
        policy = manifests.text(manifests.spec(pod).get("restartPolicy"))
        states = {
            name: container_at(name, outcome, policy, moments, seconds)
            for name, outcome in fate.outcomes.items()
        }
        changes = [each.changes_at for each in states.values() if each.changes_at is not None]
        later = min(changes, default=None)
    ready = bool(states) and all(each.ready for each in states.values())
    phase = _phase(states)
    done = "PodCompleted" if phase == "Succeeded" else "ContainersNotReady"
    waits: Manifest = {} if ready else {"reason": done}
    since = STARTED_AT + READY_AFTER if ready else SCHEDULED_AT
    status = {
        "phase": phase,
        "startTime": moments.at(SCHEDULED_AT),
        "qosClass": "BestEffort",
        "conditions": [
            _condition("Ready", since, moments, is_true=ready) | waits,
            _condition("ContainersReady", since, moments, is_true=ready) | waits,
            _condition("Initialized", SCHEDULED_AT, moments, is_true=True),
            _condition("PodScheduled", SCHEDULED_AT, moments, is_true=True),
        ],
        "containerStatuses": [
            _container_status(pod, name, state) for name, state in states.items()
        ],
    }
    return status, later


def container_at(
    name: str, outcome: Outcome, policy: str, moments: Moments, seconds: float
) -> State:
    """The state of one container that could be created."""
    match outcome:
        case Waits(reason, message):
            backs_off = reason == "ErrImagePull" and seconds >= STARTED_AT + PULL_BACKOFF_AFTER
            if backs_off:
                waiting = {"reason": "ImagePullBackOff", "message": f"Back-off pulling: {message}"}
                return State({"waiting": waiting}, {})
            later = STARTED_AT + PULL_BACKOFF_AFTER if reason == "ErrImagePull" else None
            told = {"waiting": {"reason": reason, "message": message}}
            return State(told, {}, changes_at=later)
        case Runs(_, ready):
            is_ready = ready and seconds >= STARTED_AT + READY_AFTER
            return State(
                {"running": {"startedAt": moments.at(STARTED_AT)}},
                {},
                ready=is_ready,
                container_id=moments.container_id(name, 0),
                changes_at=None if is_ready or not ready else STARTED_AT + READY_AFTER,
            )
        case Ends():
            return _ending(name, outcome, policy, moments, seconds)


def log_of(
    fate: Fate, pod: Manifest, container_id: str, seconds: float
) -> list[tuple[datetime, str]] | None:
    """The lines of one run, those to come included; None where the id is none of this pod's."""
    moments = moments_of(pod)
    policy = manifests.text(manifests.spec(pod).get("restartPolicy"))
    for name, outcome in fate.outcomes.items():
        lines: Lines = () if isinstance(outcome, Waits) else outcome.lines
        for run, start in enumerate(_starts(outcome, policy, seconds)):
            if moments.container_id(name, run) == container_id:
                return [(moments.created + timedelta(seconds=start + at), t) for at, t in lines]
    return None


def moments_of(pod: Manifest) -> Moments:
    created = manifests.created_at(pod)
    assert created is not None, "given to it when it was created"
    return Moments(created, manifests.uid(pod))


def _starts(outcome: Outcome, policy: str, seconds: float) -> list[float]:
    """When each run began, up to now."""
    starts = [STARTED_AT]
    if not isinstance(outcome, Ends) or not _restarts(outcome, policy):
        return starts
    while (following := _following(outcome, starts)) <= seconds:
        starts.append(following)
    return starts


def _following(outcome: Ends, starts: list[float]) -> float:
    """When the run after these begins: the first one soon, then with growing pauses."""
    runs = len(starts)
    pause = RESTART_AFTER if runs == 1 else min(FIRST_BACKOFF * 2 ** (runs - 2), LONGEST_BACKOFF)
    return starts[-1] + outcome.seconds + pause


def _restarts(outcome: Ends, policy: str) -> bool:
    return policy == "Always" or (policy == "OnFailure" and outcome.exit_code != 0)


def _ending(name: str, outcome: Ends, policy: str, moments: Moments, seconds: float) -> State:
    starts = _starts(outcome, policy, seconds)
    run, start = len(starts) - 1, starts[-1]
    over = start + outcome.seconds
    last = _terminated(name, outcome, moments, run - 1, starts[-2]) if run else {}
    own = moments.container_id(name, run)
    if seconds < over:
        running = {"running": {"startedAt": moments.at(start)}}
        return State(running, last, run, ready=True, container_id=own, changes_at=over)
    ended = _terminated(name, outcome, moments, run, start)
    if not _restarts(outcome, policy):
        return State(ended, last, run, container_id=own)
    following = _following(outcome, starts)
    if run == 0:
        return State(ended, last, run, container_id=own, changes_at=following)
    pause = following - over
    told = f"back-off {pause:.0f}s restarting failed container={name}"
    waiting = {"waiting": {"reason": "CrashLoopBackOff", "message": told}}
    return State(waiting, ended, run, container_id=own, changes_at=following)


def _terminated(name: str, outcome: Ends, moments: Moments, run: int, start: float) -> Manifest:
    told = {"message": outcome.message} if outcome.message else {}
    return {
        "terminated": {
            "exitCode": outcome.exit_code,
            "reason": outcome.reason,
            "startedAt": moments.at(start),
            "finishedAt": moments.at(start + outcome.seconds),
            "containerID": moments.container_id(name, run),
        }
        | told
    }


def _phase(states: Mapping[str, State]) -> str:
    if any("running" in each.state or each.restarts for each in states.values()):
        return "Running"
    ended = [each.state.get("terminated") for each in states.values()]
    if not all(ended):
        return "Pending"
    failed = any(each and each["exitCode"] for each in ended)
    return "Failed" if failed else "Succeeded"


def _condition(kind: str, since: float, moments: Moments, *, is_true: bool) -> Manifest:
    return {
        "type": kind,
        "status": str(is_true),
        "lastProbeTime": None,
        "lastTransitionTime": moments.at(since),
    }


def _container_status(pod: Manifest, name: str, state: State) -> Manifest:
    containers = manifests.mappings(manifests.spec(pod).get("containers"))
    image = next(each.get("image") for each in containers if each.get("name") == name)
    return {
        "name": name,
        "image": image,
        "imageID": image if state.container_id else "",
        "containerID": state.container_id,
        "ready": state.ready,
        "started": "running" in state.state,
        "restartCount": state.restarts,
        "state": state.state,
        "lastState": state.last,
    }
