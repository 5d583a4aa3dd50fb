"""What detection says of a pod: which failures it has, since when, and when to look again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class FailureClass(StrEnum):
    """What fails, in Kubernetes' own words. Listed in the order in which it must be fixed."""

    UNSCHEDULABLE = "Unschedulable"
    IMAGE_PULL = "ImagePullBackOff"
    OOM_KILLED = "OOMKilled"
    CRASH_LOOP = "CrashLoopBackOff"


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
    """What `detect` says of one pod.

    `since` is when it became so, by the object's own times. `recheck_at` is when time alone may
    change the
    verdict (a grace that ends, a hold that ends); None where only a new object can.
    """

    health: Health
    failures: tuple[Failure, ...] = ()
    since: datetime | None = None
    recheck_at: datetime | None = None


@dataclass(frozen=True)
class Graces:
    """How long a state that may heal by itself is left alone."""

    pending: timedelta = timedelta(seconds=30)
