"""A CronJob that did not start when it should have."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from kure.domain import manifests
from kure.domain.failures.around import Around
from kure.domain.failures.match import Match
from kure.domain.failures.model import Failure, FailureClass, Graces
from kure.domain.failures.objects.keeping import changed_at, kept, kept_change, picked
from kure.domain.manifests import Manifest
from kure.domain.schedule import BadSchedule, parse

SPEC = ("schedule", "timeZone", "suspend", "concurrencyPolicy", "startingDeadlineSeconds")

# The controller looks only every ten seconds, so that it may never be in time.
# https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#starting-deadline
SHORTEST_DEADLINE = 10


def keep_cron_job(obj: Manifest) -> Manifest:
    status = picked(obj.get("status"), ("lastScheduleTime", "lastSuccessfulTime"))
    status["active"] = [{"name": name} for name in _active(obj)]
    spec = picked(obj.get("spec"), SPEC)
    return kept("batch/v1", "CronJob", obj, spec=spec, status=status) | kept_change(obj)


def cron_job(obj: Manifest, around: Around, graces: Graces) -> Iterator[Match]:
    """The next time after the last one that it kept, after its creation and after the last change
    of its spec: what it missed while it was suspended, it was not meant to keep."""
    times = (manifests.time_of(manifests.status(obj).get("lastScheduleTime")), changed_at(obj))
    base = max((time for time in times if time), default=None)
    spec = manifests.spec(obj)
    if base is None or spec.get("suspend") is True:
        return
    text, zone = manifests.text(spec.get("schedule")), manifests.text(spec.get("timeZone"))
    try:
        missed = parse(text, zone).next_after(base)
    except BadSchedule as error:
        made = manifests.created_at(obj) or base
        message = f"its schedule cannot be read: {error}"
        yield Match(replace(_missed(made), reason="UnparseableSchedule", message=message))
        return
    if missed:
        yield Match(_failure(obj, missed), begins=missed + graces.schedule)


def _missed(since: datetime) -> Failure:
    return Failure(FailureClass.MISSED_SCHEDULE, "", since, "MissSchedule", "", "spec.schedule")


def _failure(obj: Manifest, missed: datetime) -> Failure:
    active = _active(obj)
    schedule = f"{manifests.text(manifests.spec(obj).get('schedule'))!r}"
    told = f"not started at {missed:%Y-%m-%d %H:%M:%S} UTC (schedule {schedule})"
    if active and manifests.spec(obj).get("concurrencyPolicy") == "Forbid":
        return Failure(
            failure_class=FailureClass.JOB_BLOCKED,
            container="",
            since=missed,
            reason="JobAlreadyActive",
            message=f"{told}: concurrencyPolicy is Forbid and {', '.join(active)} still runs",
            field="status.active",
        )
    deadline = manifests.number(manifests.spec(obj).get("startingDeadlineSeconds"))
    if deadline is not None and deadline < SHORTEST_DEADLINE:
        told += f"; startingDeadlineSeconds is {deadline}, too short for a controller that looks"
        told += f" every {SHORTEST_DEADLINE} s"
    return replace(_missed(missed), message=told)


def _active(obj: Manifest) -> list[str]:
    running = manifests.mappings(manifests.status(obj).get("active"))
    return sorted(name for one in running if (name := manifests.text(one.get("name"))))
