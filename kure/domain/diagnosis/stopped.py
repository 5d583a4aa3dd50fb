"""What a Job does to its pods when its time is over: no cause of its own.

The pods are asked to stop, and for a while they end, or have ended by a signal. That says nothing
beside what the Job says.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from kure.domain import manifests, owners
from kure.domain.diagnosis.facts import Facts, PodFacts
from kure.domain.failures.match import last_end
from kure.domain.failures.model import Failure, FailureClass

# A pod that is still there so long after its grace period does hang.
HANGS = timedelta(minutes=2)
# How a program ends that is asked to stop, or killed as it did not.
BY_SIGNAL = (137, 143)
ENDS = (FailureClass.CRASH_LOOP, FailureClass.POD_FAILED, FailureClass.DEADLINE)


def without_stopped(facts: Facts) -> Facts:
    """The facts without the failures of pods that only show that their Job was stopped."""
    stopped = _stopped_jobs(facts)
    if not stopped:
        return facts
    pods = (
        replace(
            pod, failures=tuple(f for f in pod.failures if not _follows(facts, pod, f, stopped))
        )
        for pod in facts.pods
    )
    return replace(facts, pods=tuple(pods))


def _stopped_jobs(facts: Facts) -> dict[str, datetime]:
    """Since when each Job is stopped that ran longer than it may, by its uid."""
    return {
        manifests.uid(found.object): failure.since
        for found in facts.objects
        for failure in found.failures
        if found.kind == "Job" and failure.reason == "DeadlineExceeded"
    }


def _follows(facts: Facts, pod: PodFacts, failure: Failure, stopped: dict[str, datetime]) -> bool:
    owner = owners.controller(pod.pod)
    since = stopped.get(owner.uid) if owner is not None else None
    if since is None:
        return False
    if failure.failure_class is FailureClass.STUCK_TERMINATING:
        return _is_ending(pod, facts.now or since)
    return failure.failure_class in ENDS and _was_stopped(pod, failure, since)


def _is_ending(pod: PodFacts, now: datetime) -> bool:
    """Whether its grace period has barely passed."""
    due = manifests.deleted_at(pod.pod)
    return due is None or now - due < HANGS


def _was_stopped(pod: PodFacts, failure: Failure, since: datetime) -> bool:
    for container in manifests.containers(pod.pod):
        if failure.container in ("", container.name):
            end = last_end(container)
            at = manifests.time_of(end.get("finishedAt"))
            if end.get("exitCode") in BY_SIGNAL and at is not None and at >= since - HANGS / 4:
                return True
    return False
