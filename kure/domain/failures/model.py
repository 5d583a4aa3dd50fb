"""What detection says of a pod: which failures it has, since when, and when to look again."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum


class FailureClass(StrEnum):
    """What fails, in Kubernetes' own words where it has some. Listed in the order in which it must
    be fixed: what keeps pods from being made, placed and started stands before what they do."""

    NODE_NOT_READY = "NodeNotReady"
    NODE_PRESSURE = "NodePressure"
    FAILED_CREATE = "FailedCreate"
    CLAIM_LOST = "ClaimLost"
    CLAIM_PENDING = "ClaimPending"
    UNSCHEDULABLE = "Unschedulable"
    REJECTED = "RejectedByNode"
    EVICTED = "Evicted"
    STUCK_TERMINATING = "StuckTerminating"
    SANDBOX = "FailedCreatePodSandBox"
    FAILED_MOUNT = "FailedMount"
    NOT_STARTED = "ContainerCreating"
    IMAGE_PULL = "ImagePullBackOff"
    CONFIG_ERROR = "CreateContainerConfigError"
    CREATE_ERROR = "CreateContainerError"
    START_ERROR = "RunContainerError"
    INIT_STUCK = "PodInitializing"
    OOM_KILLED = "OOMKilled"
    CRASH_LOOP = "CrashLoopBackOff"
    DEADLINE = "DeadlineExceeded"
    POD_FAILED = "Failed"
    NOT_READY = "NotReady"
    JOB_FAILED = "JobFailed"
    JOB_BLOCKED = "JobAlreadyActive"
    MISSED_SCHEDULE = "MissSchedule"
    ROLLOUT_STUCK = "ProgressDeadlineExceeded"
    NO_ENDPOINTS = "NoEndpoints"
    INGRESS_BACKEND = "IngressBackendNotFound"
    NOT_ACCEPTED = "NotAccepted"
    SCALING = "ScalingInactive"


class Health(StrEnum):
    """A pod's state as detection sees it; only `failing` and `healthy` are verdicts worth
    reporting."""

    FAILING = "failing"
    HEALTHY = "healthy"
    PENDING = "pending"


@dataclass(frozen=True)
class Failure:
    """One reason why a pod fails.

    `container` is '' where the pod as a whole fails. `since` comes from the object, never from a
    clock.
    `reason` and `message` are what Kubernetes wrote; `field` is the path in the pod where it
    stands.
    """

    failure_class: FailureClass
    container: str
    since: datetime
    reason: str
    message: str
    field: str


@dataclass(frozen=True)
class Verdict:
    """What is said of one object.

    `since` is when it became so, by the object's own times. `recheck_at` is when time alone may
    change the verdict (a grace that ends, a hold that ends); None where only a new object can.
    `wants_events`: the object's events were not given, and they decide; ask again with them.
    """

    health: Health
    failures: tuple[Failure, ...] = ()
    since: datetime | None = None
    recheck_at: datetime | None = None
    wants_events: bool = False


@dataclass(frozen=True)
class Graces:
    """How long a state that may heal by itself is left alone. What is definitive gets no grace.

    `pending`: no node takes the pod, or its volumes or network are not there. `gated`: it is held
    back by scheduling gates, as by a queue of jobs. `starting`: the
    kubelet says nothing about why the containers do not start. `pulling`: an image is being
    pulled. `config`: a ConfigMap or Secret that the kubelet has not seen yet. `init`: an init
    container runs. `not_ready`: running but not Ready, beyond what its probes ask for.
    `terminating`: beyond the pod's own grace period. `create`: a controller cannot make its pods.
    `node`: a node is not Ready or under pressure. `claim`, `endpoints`, `ingress`: a claim is not
    bound, a Service has nobody behind it, an Ingress points to nowhere, or a route or Gateway is
    not taken. `scaling`: an autoscaler
    gets no metrics; `scaling_limit`: it wants more replicas than it may have. `schedule`: a CronJob
    is late. `ended`: how long a pod that ended badly and was replaced is worth telling;
    `ended_bare`: the same for one that nobody replaces.
    """

    pending: timedelta = timedelta(seconds=30)
    gated: timedelta = timedelta(hours=1)
    starting: timedelta = timedelta(minutes=5)
    pulling: timedelta = timedelta(minutes=10)
    config: timedelta = timedelta(seconds=60)
    init: timedelta = timedelta(minutes=5)
    not_ready: timedelta = timedelta(minutes=2)
    terminating: timedelta = timedelta(seconds=60)
    create: timedelta = timedelta(seconds=10)
    node: timedelta = timedelta(seconds=30)
    claim: timedelta = timedelta(seconds=60)
    endpoints: timedelta = timedelta(seconds=60)
    ingress: timedelta = timedelta(seconds=30)
    scaling: timedelta = timedelta(minutes=3)
    scaling_limit: timedelta = timedelta(minutes=15)
    schedule: timedelta = timedelta(minutes=2)
    ended: timedelta = timedelta(hours=1)
    ended_bare: timedelta = timedelta(days=1)


def in_seconds(graces: Graces) -> dict[str, float]:
    """The graces as they travel to agents."""
    return {name: grace.total_seconds() for name, grace in vars(graces).items()}


def graces_of(seconds: Mapping[str, float]) -> Graces:
    """The graces that travelled; what is not named keeps its default, what is not known is left
    out: releases mix."""
    known = {field.name for field in fields(Graces)}
    return Graces(**{k: timedelta(seconds=v) for k, v in seconds.items() if k in known})
