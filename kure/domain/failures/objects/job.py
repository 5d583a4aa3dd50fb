"""A Job that failed, or that cannot make its pods."""

from collections.abc import Iterator
from datetime import datetime

from kure.domain import manifests
from kure.domain.failures.around import Around
from kure.domain.failures.match import Match
from kure.domain.failures.model import Failure, FailureClass, Graces
from kure.domain.failures.objects.failed_create import failed_create
from kure.domain.failures.objects.keeping import condition_since, kept, kept_conditions, picked
from kure.domain.manifests import Manifest

SPEC = ("suspend", "parallelism", "completions", "backoffLimit")
STATUS = ("active", "ready", "succeeded", "failed", "terminating", "startTime")

# FailureTarget and SuccessCriteriaMet come before Failed and Complete, while pods still end.
SUCCESS = ("Complete", "SuccessCriteriaMet")
FAILURE = ("Failed", "FailureTarget")

# One failed pod is tried again; the second says that the first was no accident.
SEVERAL = 2


def keep_job(obj: Manifest) -> Manifest:
    status = picked(obj.get("status"), STATUS)
    status["conditions"] = kept_conditions(obj, *SUCCESS, *FAILURE)
    return kept("batch/v1", "Job", obj, spec=picked(obj.get("spec"), SPEC), status=status)


def job(obj: Manifest, around: Around, graces: Graces) -> Iterator[Match]:
    """A suspended Job is left alone."""
    failed = next(filter(None, (_true(obj, kind) for kind in FAILURE)), None)
    if failed:
        yield from _failed(obj, failed, around, graces)
    elif not _has_succeeded(obj) and manifests.spec(obj).get("suspend") is not True:
        yield from _failing(obj)
        if _is_short(obj):
            yield from failed_create(obj, _started_at(obj), around, graces)


def job_is_well(obj: Manifest, around: Around) -> bool:
    """Complete, or at work without failures."""
    at_work = _number(obj, "active") > 0 and not _is_short(obj)
    return _has_succeeded(obj) or (at_work and _number(obj, "failed") < SEVERAL)


def _failed(obj: Manifest, found: Manifest, around: Around, graces: Graces) -> Iterator[Match]:
    """Old news once its CronJob had a later success; at the latest after `ended_bare`."""
    since = condition_since(obj, found)
    if since is None:
        return
    success = _success_of_cron_job(obj, around)
    made_good = success is not None and success > since
    yield Match(
        Failure(
            failure_class=FailureClass.JOB_FAILED,
            container="",
            since=since,
            reason=manifests.text(found.get("reason")),
            message=manifests.text(found.get("message")),
            field=f"status.conditions[type={manifests.text(found.get('type'))}]",
        ),
        ends=since + (graces.ended if made_good else graces.ended_bare),
    )


def _success_of_cron_job(obj: Manifest, around: Around) -> datetime | None:
    for owner in manifests.mappings(manifests.metadata(obj).get("ownerReferences")):
        if owner.get("controller") is True and owner.get("kind") == "CronJob":
            cron_job = around.named("CronJob", manifests.text(owner.get("name"))) or {}
            return manifests.time_of(manifests.status(cron_job).get("lastSuccessfulTime"))
    return None


def _failing(obj: Manifest) -> Iterator[Match]:
    since, failed = _started_at(obj), _number(obj, "failed")
    if since and failed >= SEVERAL:
        limit = manifests.number(manifests.spec(obj).get("backoffLimit"))
        message = f"{failed} pods failed; backoffLimit is {6 if limit is None else limit}"
        failure = Failure(
            FailureClass.JOB_FAILED, "", since, "PodsFailed", message, "status.failed"
        )
        yield Match(failure)


def _is_short(obj: Manifest) -> bool:
    """Fewer pods at work than there should be now. Pods that still end keep their place.

    Without `completions` any success means that no further pod is wanted.
    """
    wanted = manifests.number(manifests.spec(obj).get("parallelism"))
    wanted = 1 if wanted is None else wanted
    completions = manifests.number(manifests.spec(obj).get("completions"))
    succeeded = _number(obj, "succeeded")
    if completions is not None:
        wanted = min(wanted, completions - succeeded)
    elif succeeded:
        wanted = 0
    return _number(obj, "active") + _number(obj, "terminating") < wanted


def _has_succeeded(obj: Manifest) -> bool:
    return any(_true(obj, kind) for kind in SUCCESS)


def _true(obj: Manifest, kind: str) -> Manifest | None:
    found = manifests.condition(obj, kind)
    return found if found.get("status") == "True" else None


def _started_at(obj: Manifest) -> datetime | None:
    return manifests.time_of(manifests.status(obj).get("startTime")) or manifests.created_at(obj)


def _number(obj: Manifest, key: str) -> int:
    return manifests.number(manifests.status(obj).get(key)) or 0
