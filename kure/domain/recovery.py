"""Whether a workload that failed is well again: one rule for each kind of workload."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kure.domain import manifests
from kure.domain.failures.around import Around
from kure.domain.failures.detect import DEFAULT_GRACES
from kure.domain.failures.model import FailureClass, Graces, Health, Verdict
from kure.domain.failures.objects.detect import detect_object
from kure.domain.failures.objects.kinds import KINDS
from kure.domain.incidents import Resolution
from kure.domain.manifests import Manifest
from kure.domain.workloads import Workload

LOOK_AGAIN = 30.0

# What only a person or a deletion can end need not be looked at often.
SELDOM = 600.0

CRASH_QUIET = timedelta(minutes=5)
QUIET = timedelta(seconds=30)

BACK_OFF = frozenset[str](
    (FailureClass.CRASH_LOOP, FailureClass.OOM_KILLED, FailureClass.START_ERROR)
)

# Failures of a CronJob itself; all others are failures of the Jobs that it made.
NOT_STARTED = frozenset[str]((FailureClass.MISSED_SCHEDULE, FailureClass.JOB_BLOCKED))

ENDED = ("Succeeded", "Failed")

UNKNOWN = Verdict(Health.PENDING)


@dataclass(frozen=True)
class PodSeen:
    """A pod of the workload as it is now, and what `detect` says of it."""

    pod: Manifest
    verdict: Verdict


@dataclass(frozen=True)
class Judgement:
    """`resolution` is None where the workload is not well; `text` always says what was seen."""

    resolution: Resolution | None
    text: str
    look_again_seconds: float = LOOK_AGAIN


@dataclass(frozen=True)
class Seen:
    """What was read of a workload. `owner` is None where it is gone, or of a kind that is never
    read; `since` is the newest failure that was reported, `classes` are what failed; `verdict` is
    what detection says of the owner itself."""

    workload: Workload
    owner: Manifest | None
    pods: tuple[PodSeen, ...]
    now: datetime
    since: datetime | None = None
    classes: frozenset[str] = frozenset()
    verdict: Verdict = UNKNOWN

    @property
    def label(self) -> str:
        return f"{self.workload.kind} {self.workload.name}"

    def well(self, text: str) -> Judgement:
        return Judgement(Resolution.RECOVERED, f"{self.label}: {text}")

    def not_well(self, text: str, again: float = LOOK_AGAIN) -> Judgement:
        return Judgement(None, f"{self.label}: {text}", again)


def judge(
    workload: Workload,
    owner: Manifest | None,
    pods: Sequence[PodSeen],
    now: datetime,
    since: datetime | None = None,
    *,
    around: Around | None = None,
    classes: Iterable[str] = (),
    graces: Graces = DEFAULT_GRACES,
) -> Judgement:
    """Whether the workload is recovered, gone or stopped, or why not yet.

    `owner` is its live object, None where the API server says 404 (also for the whole namespace).
    `pods` are all pods of it that exist. For a bare pod, a group of pods made from one
    generateName, and owners of kinds that Kure does not read, the pods alone decide.
    `around` is what detection needs beside the owner: its events, and the kinds that its own
    `looks_at`; without them a Service or an Ingress is never well. `classes` are the failures that
    were reported: a CronJob that only had not started is well when it starts again.
    """
    rule = RULES.get(workload.kind)
    seen = Seen(workload, owner, tuple(pods), now, since, frozenset(classes))
    if rule is None:
        return _by_pods(seen)
    if owner is None:
        return Judgement(Resolution.GONE, f"{seen.label} is gone")
    kind = KINDS.get(workload.kind.partition(".")[0])
    if kind:
        verdict = detect_object(kind, owner, around or Around(), now, graces)
        seen = replace(seen, verdict=verdict)
    return rule(seen, owner)


@dataclass(frozen=True)
class Quiet:
    """How long nothing may fail before recovery is confirmed: `crash` where a container crashed,
    since the next crash may be a whole back-off away; no less than the grace that a pod which is
    not ready is given before it counts as failing."""

    crash: timedelta = CRASH_QUIET
    other: timedelta = QUIET
    pending_grace: timedelta = timedelta(0)

    def after(self, classes: Iterable[str]) -> float:
        """The quiet time in seconds after failures of these classes."""
        wanted = self.crash if BACK_OFF & set(classes) else self.other
        return max(wanted, self.pending_grace).total_seconds()


def _replicas(seen: Seen, owner: Manifest) -> Judgement:
    """Deployment, StatefulSet, ReplicaSet and DaemonSet: as many ready as wanted, none failing.

    The controller must have seen the newest spec, else the numbers are those of the one before.
    """
    wanted, ready = _counts(owner)
    generation = manifests.number(manifests.metadata(owner).get("generation")) or 0
    observed = manifests.number(manifests.status(owner).get("observedGeneration")) or 0
    if observed < generation:
        return seen.not_well(f"generation {generation} is not observed yet (only {observed})")
    told = f"{ready} of {wanted} ready, generation {observed} observed"
    if wanted == 0:
        return Judgement(Resolution.STOPPED, f"{seen.label}: scaled to zero ({told})")
    if ready < wanted:
        return seen.not_well(told)
    if seen.verdict.failures:
        return seen.not_well(f"{told}, but {_fails(seen)}", _again(seen.verdict, seen.now))
    # A pod that ended for good is replaced by its controller and counts no more.
    live = [found for found in _live(seen) if manifests.phase(found.pod) not in ENDED]
    return _trouble(seen, live, told) or seen.well(told)


def _counts(owner: Manifest) -> tuple[int, int]:
    status = manifests.status(owner)
    if owner.get("kind") == "DaemonSet":
        wanted = manifests.number(status.get("desiredNumberScheduled"))
        return wanted or 0, manifests.number(status.get("numberReady")) or 0
    replicas = manifests.number(manifests.spec(owner).get("replicas"))
    ready = manifests.number(status.get("readyReplicas")) or 0
    return (1 if replicas is None else replicas), ready


def _job(seen: Seen, owner: Manifest) -> Judgement:
    """Only success is recovery: a failed Job stays failed until it is deleted or a person
    decides."""
    if manifests.condition(owner, "Complete").get("status") == "True":
        return seen.well("complete")
    failed = manifests.condition(owner, "Failed")
    if failed.get("status") == "True":
        reason = manifests.text(failed.get("reason")) or "failed"
        return seen.not_well(f"failed ({reason}); delete it, or resolve the incident", SELDOM)
    if manifests.spec(owner).get("suspend") is True:
        return Judgement(Resolution.STOPPED, f"{seen.label}: suspended")
    numbers = ", ".join(
        f"{manifests.number(manifests.status(owner).get(key)) or 0} {key}"
        for key in ("active", "succeeded", "failed")
    )
    return seen.not_well(f"not complete yet ({numbers})")


def _cron_job(seen: Seen, owner: Manifest) -> Judgement:
    """A success that is later than the newest failure; for one that only had not started, that it
    started again."""
    succeeded = manifests.time_of(manifests.status(owner).get("lastSuccessfulTime"))
    told = f"last success {_moment(succeeded)}, last failure {_moment(seen.since)}"
    if seen.verdict.failures:
        return seen.not_well(f"{told}, but {_fails(seen)}", _again(seen.verdict, seen.now))
    if succeeded and (seen.since is None or succeeded > seen.since):
        return seen.well(told)
    started = manifests.time_of(manifests.status(owner).get("lastScheduleTime"))
    had_not_started = bool(seen.classes) and seen.classes <= NOT_STARTED
    if had_not_started and started and (seen.since is None or started >= seen.since):
        return seen.well(f"started again at {_moment(started)}")
    if manifests.spec(owner).get("suspend") is True:
        return Judgement(Resolution.STOPPED, f"{seen.label}: suspended ({told})")
    return seen.not_well(told)


def _by_verdict(seen: Seen, owner: Manifest) -> Judgement:
    """Kinds without pods: as detection says."""
    if seen.verdict.health is Health.HEALTHY:
        return seen.well("nothing fails any more")
    text = _fails(seen) if seen.verdict.failures else "not well yet"
    return seen.not_well(text, _again(seen.verdict, seen.now))


def _fails(seen: Seen) -> str:
    """What fails of the owner itself, without Kubernetes' message, which might hold secrets."""
    failed = (f"{one.failure_class} ({one.reason})" for one in seen.verdict.failures)
    return f"it fails: {', '.join(failed)}"


def _moment(time: datetime | None) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S} UTC" if time else "unknown"


def _by_pods(seen: Seen) -> Judgement:
    """Bare pods and owners that are not read: every pod is well, or was replaced by one that is.

    None left is gone. A pod that failed for good (evicted, say) stays as it is, so that only
    a newer one that is well, or its deletion, ends its incident.
    """
    if not seen.pods:
        return Judgement(Resolution.GONE, f"{seen.label}: no pod of it is left")
    live = _live(seen)
    if not live:
        return seen.not_well("being deleted")
    well = [found for found in live if found.verdict.health is Health.HEALTHY]
    newest = max((manifests.created_at(found.pod) or seen.now for found in well), default=None)
    failed = [found for found in live if manifests.phase(found.pod) == "Failed"]
    for found in failed:
        made = manifests.created_at(found.pod)
        if newest is None or made is None or made >= newest:
            return seen.not_well(f"{_state(found)}; replace or delete it", SELDOM)
    told = f"{len(well)} of {len(live) - len(failed)} pods ready or finished"
    standing = [found for found in live if found not in failed]
    return _trouble(seen, standing, told) or seen.well(told)


def _live(seen: Seen) -> list[PodSeen]:
    return [found for found in seen.pods if not manifests.is_being_deleted(found.pod)]


def _trouble(seen: Seen, pods: Sequence[PodSeen], told: str) -> Judgement | None:
    """The first pod that fails, else the first that is not ready yet; None where all are well."""
    for health in (Health.FAILING, Health.PENDING):
        for found in pods:
            if found.verdict.health is health:
                return seen.not_well(
                    f"{told}, but {_state(found)}", _again(found.verdict, seen.now)
                )
    return None


def _state(found: PodSeen) -> str:
    name = manifests.name(found.pod)
    if found.verdict.failures:
        first = found.verdict.failures[0]
        where = f" in {first.container}" if first.container else ""
        return f"pod {name} fails: {first.failure_class}{where}"
    if manifests.phase(found.pod) == "Failed":
        reason = manifests.text(manifests.status(found.pod).get("reason")) or "its phase is Failed"
        return f"pod {name} has failed ({reason})"
    return f"pod {name} is not ready yet"


def _again(verdict: Verdict, now: datetime) -> float:
    """When time alone may change the verdict, else in a while."""
    at = verdict.recheck_at
    return min(max((at - now).total_seconds(), 1.0), SELDOM) if at else LOOK_AGAIN


RULES: dict[str, Callable[[Seen, Manifest], Judgement]] = {
    "Deployment": _replicas,
    "StatefulSet": _replicas,
    "ReplicaSet": _replicas,
    "DaemonSet": _replicas,
    "Job": _job,
    "CronJob": _cron_job,
    "Node": _by_verdict,
    "PersistentVolumeClaim": _by_verdict,
    "Service": _by_verdict,
    "Ingress.networking.k8s.io": _by_verdict,
    "HorizontalPodAutoscaler.autoscaling": _by_verdict,
    "Gateway.gateway.networking.k8s.io": _by_verdict,
    "HTTPRoute.gateway.networking.k8s.io": _by_verdict,
}
