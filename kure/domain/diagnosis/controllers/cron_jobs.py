"""Why a CronJob did not start its Job."""

import re
import shlex
from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.diagnosis.controllers.jobs import suspended
from kure.domain.diagnosis.controllers.rollout import in_namespace
from kure.domain.diagnosis.controllers.schedules import readable_schedule, readable_zone
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import patch_of, put
from kure.domain.diagnosis.model import Cause, Confidence, EvidenceLine
from kure.domain.diagnosis.nearby import Want
from kure.domain.diagnosis.telling import whole
from kure.domain.failures.objects.cron_job import SHORTEST_DEADLINE
from kure.domain.manifests import Manifest

# What is proposed where the deadline is too short for the controller ever to be in time.
LONG_ENOUGH = 60

CREATE_ERROR = re.compile(r"Error creating job: (?P<why>.+)", re.IGNORECASE | re.DOTALL)
MISSED = ("TooManyMissedTimes", "MissSchedule", "FailedNeedsStart")


def wants_jobs(case: Case) -> Iterator[Want]:
    if _active(case):
        yield case.want("Job")


def blocked(case: Case) -> Iterator[Cause]:
    """The Job that still runs; where it is suspended, it will for ever."""
    for name in _active(case)[:1]:
        job = case.facts.nearby.named(case.want("Job"), name) or {}
        if manifests.spec(job).get("suspend") is True:
            yield suspended(case, job)
        else:
            yield _blocked(case, name, job)


def _blocked(case: Case, name: str, job: Manifest) -> Cause:
    start = manifests.time_of(manifests.status(job).get("startTime")) or manifests.created_at(job)
    runs = f" It runs since {start:%Y-%m-%d %H:%M:%S} UTC." if start else ""
    failing = [manifests.name(pod.pod) for pod in case.facts.pods if pod.failures]
    why = f" Its pod {failing[0]} fails, which is told apart." if failing else ""
    where = in_namespace(case.namespace)
    own = manifests.spec(job).get("activeDeadlineSeconds") if job else 0
    never = " It has no activeDeadlineSeconds, so that nothing ends it." if own is None else ""
    text = f"{name}, started {start:%Y-%m-%dT%H:%M:%SZ}" if start else name
    return Cause(
        rule="K12",
        failure_class=case.failure.failure_class,
        container="",
        title=case.quote(f'CronJob "{case.name}" waits for Job "{name}", which has not ended', 200),
        explanation=f"JobAlreadyActive: concurrencyPolicy is Forbid, so that no run begins while "
        f'Job "{name}" goes on.{runs}{never}{why}',
        confidence=Confidence.DEFINITIVE,
        evidence=(
            case.from_pod("status.active", text),
            case.from_pod("spec.concurrencyPolicy", "Forbid"),
            *_events(case, "JobAlreadyActive"),
        ),
        fix=f'See why Job "{name}" does not end; delete it if it hangs. Give the Job an '
        "activeDeadlineSeconds, so that one that hangs is ended; if a later run may end an "
        "earlier one, set concurrencyPolicy to Replace.",
        commands=(
            f"kubectl logs{where} job/{shlex.quote(name)} --all-containers --tail=50",
            f"kubectl delete job{where} {shlex.quote(name)}",
        ),
    )


def missed(case: Case) -> Iterator[Cause]:
    """A schedule that cannot be read, a Job that may not be made, or a deadline too short."""
    if case.about.kind != "CronJob" or not case.name:
        return
    if manifests.spec(case.pod).get("suspend") is True:
        yield _suspended(case)
    elif case.failure.reason == "UnparseableSchedule":
        yield _zone(case) if "time zone" in case.failure.message else _unreadable(case)
    else:
        found = list(_not_created(case)) or list(_too_short(case))
        yield from found or _not_running(case)


def _suspended(case: Case) -> Cause:
    return _cause(
        case,
        rule="K10",
        title=f'CronJob "{case.name}" is suspended',
        explanation="Its spec.suspend is true: it starts no Job.",
        fix="Set suspend to false, unless it is held back on purpose.",
        evidence=(case.from_pod("spec.suspend", "true"),),
        place="suspend",
        value=False,
    )


def _unreadable(case: Case) -> Cause:
    schedule = manifests.text(manifests.spec(case.pod).get("schedule"))
    better = readable_schedule(schedule)
    meant = f' "{better}" can be read: is it meant?' if better else ""
    return _cause(
        case,
        rule="K13",
        title=f'The schedule "{schedule}" of CronJob "{case.name}" cannot be read',
        explanation=f"UnparseableSchedule: {case.quote(case.failure.message, 300)}. No Job is ever "
        f"started.{meant}",
        fix="Write five fields: minute, hour, day of month, month, day of week (0 to 6, Sunday "
        "is 0).",
        evidence=(case.from_pod("spec.schedule", schedule),),
        place="schedule",
        value=better,
    )


def _zone(case: Case) -> Cause:
    schedule = manifests.text(manifests.spec(case.pod).get("schedule"))
    zone = manifests.text(manifests.spec(case.pod).get("timeZone"))
    better = readable_zone(zone) if zone else ""
    meant = f' "{better}" is one: is it meant?' if better else ""
    field = "spec.timeZone" if zone else "spec.schedule"
    return _cause(
        case,
        rule="K13",
        title=f'The time zone "{zone or schedule}" of CronJob "{case.name}" is not known',
        explanation=f"{case.quote(case.failure.message, 300)}. No Job is ever started.{meant}",
        fix="Write a name of the IANA database, such as Europe/Berlin or Etc/UTC, with its capital "
        "letters.",
        evidence=(case.from_pod(field, zone or schedule),),
        place="timeZone",
        value=better,
    )


def _not_created(case: Case) -> Iterator[Cause]:
    for event in case.events("FailedCreate"):
        found = CREATE_ERROR.search(manifests.text(event.get("message")))
        if found:
            why = case.quote(found["why"], 400)
            yield _cause(
                case,
                rule="K11",
                title=f'CronJob "{case.name}" may not make its Job: {why}',
                explanation=f"It was time, and the API server refused the Job: {why}",
                fix="Mend what the message names (a quota, a webhook, a policy, a field of "
                "jobTemplate); the next time it is tried again.",
                evidence=(case.from_event(event),),
            )
        return


def _too_short(case: Case) -> Iterator[Cause]:
    deadline = manifests.number(manifests.spec(case.pod).get("startingDeadlineSeconds"))
    if deadline is None or deadline >= SHORTEST_DEADLINE:
        return
    yield _cause(
        case,
        rule="K11",
        title=f'The startingDeadlineSeconds of CronJob "{case.name}" are {deadline}, too short to '
        "start in time",
        explanation=f"The controller looks at CronJobs every {SHORTEST_DEADLINE} s, and a Job that "
        f"is {deadline} s late is left out: most times are missed.",
        fix=f"Raise startingDeadlineSeconds to {LONG_ENOUGH} or so, or leave it out.",
        evidence=(
            case.from_pod("spec.startingDeadlineSeconds", str(deadline)),
            *_events(case, *MISSED),
        ),
        place="startingDeadlineSeconds",
        value=LONG_ENOUGH,
    )


def _not_running(case: Case) -> Iterator[Cause]:
    """Only where the controller says something itself: else its symptom is told."""
    for line in _events(case, *MISSED):
        yield _cause(
            case,
            rule="K11",
            title=f'CronJob "{case.name}" has missed its times',
            explanation=f"{line.text} The controller was down, or too slow, when it was due.",
            fix="Check that the cluster's controller manager runs and that its clock is right; "
            "start a run by hand if it must not wait.",
            evidence=(line,),
            confidence=Confidence.LIKELY,
        )


def _active(case: Case) -> list[str]:
    running = manifests.mappings(manifests.status(case.pod).get("active"))
    return sorted(name for one in running if (name := manifests.text(one.get("name"))))


def _events(case: Case, *reasons: str) -> Iterator[EvidenceLine]:
    for event in case.events(*reasons):
        yield case.from_event(event)
        return


def _cause(
    case: Case,
    *,
    rule: str,
    title: str,
    explanation: str,
    fix: str,
    evidence: tuple[EvidenceLine, ...],
    place: str = "",
    value: object = "",
    confidence: Confidence = Confidence.DEFINITIVE,
) -> Cause:
    """`value`, where it is not '', is what is proposed for the field `place` of its spec."""
    steps = put(case.pod, ("spec", place), value) if value != "" else ()
    return whole(
        case,
        rule,
        title,
        explanation,
        fix,
        confidence=confidence,
        evidence=evidence,
        patch=patch_of(case.pod, *steps),
    )
