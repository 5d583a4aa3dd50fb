"""Why a Job has failed or fails."""

import json
import re
import shlex
from collections.abc import Iterator
from typing import Any

from kure.domain import manifests, owners
from kure.domain.diagnosis.controllers.rollout import in_namespace
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Patch, Place, patch_of, put
from kure.domain.diagnosis.model import Cause, Confidence, EvidenceLine
from kure.domain.diagnosis.symptoms import BY_PODS, follows_pods
from kure.domain.diagnosis.telling import whole
from kure.domain.manifests import Manifest

TRIES = ("BackoffLimitExceeded", "PodsFailed")
INDEXES = ("FailedIndexes", "MaxFailedIndexesExceeded")
DEFAULT_BACKOFF = 6
# Seconds; the pulling of its images counts as well.
LEAST_DEADLINE = 60

# https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/job/pod_failure_policy.go
POLICY = re.compile(
    r"(?:Container (?P<container>\S{1,63}) for pod (?P<pod>\S{1,317}) failed with exit code "
    r"(?P<code>-?\d{1,10})|Pod (?P<other>\S{1,317}) has condition (?P<condition>\S{1,317})) "
    r"matching (?P<action>\w{1,20}) rule at index (?P<index>\d{1,4})"
)


def failed_job(case: Case) -> Iterator[Cause]:
    """The reason of its condition says which."""
    if case.about.kind != "Job" or not case.name:
        return
    reason = case.failure.reason
    if manifests.spec(case.pod).get("suspend") is True:
        yield suspended(case, case.pod)
    elif reason in TRIES:
        yield _tries(case)
    elif reason == "DeadlineExceeded":
        yield _deadline(case)
    elif reason in INDEXES:
        yield _indexes(case)
    elif reason == "PodFailurePolicy":
        yield _policy(case)


def suspended(case: Case, job: Manifest) -> Cause:
    name = manifests.name(job)
    return Cause(
        rule="K10",
        failure_class=case.failure.failure_class,
        container="",
        title=f'Job "{name}" is suspended',
        explanation=f'Job "{name}" has spec.suspend true: it has no pods and does not end until it '
        "is resumed.",
        confidence=Confidence.DEFINITIVE,
        evidence=(EvidenceLine("object", f"Job/{name}", "spec.suspend", "true"),),
        fix="Resume it, unless somebody (a person, or a queue such as Kueue) holds it back on "
        "purpose; else delete it.",
        patch=patch_of(job, *put(job, ("spec", "suspend"), False)),
    )


def _tries(case: Case) -> Cause:
    failed = manifests.number(manifests.status(case.pod).get("failed")) or 0
    limit = manifests.number(manifests.spec(case.pod).get("backoffLimit"))
    limit = DEFAULT_BACKOFF if limit is None else limit
    over = case.failure.reason == "BackoffLimitExceeded"
    pods = "1 pod" if failed == 1 else f"{failed} pods" if failed else "its pods"
    title = f'Job "{case.name}" gave up after {pods} failed'
    if not over:
        title = f'{pods} of Job "{case.name}" failed, and it tries again'
    tries = f"Its backoffLimit is {limit}, so that it tries {limit + 1 if limit else 'only'} "
    tries += "times. " if limit else "once. "
    return _cause(
        case,
        rule="K08",
        title=title,
        explanation=f"{case.failure.reason}: {tries}{_pods(case)}",
        fix=f"Mend what its pods fail of, then run it again{_how_again(case)}.",
        evidence=(case.from_pod("status.failed", str(failed)),),
    )


def _deadline(case: Case) -> Cause:
    seconds = manifests.number(manifests.spec(case.pod).get("activeDeadlineSeconds"))
    allowed = f"its {seconds} s" if seconds is not None else "it may"
    failed = manifests.number(manifests.status(case.pod).get("failed")) or 0
    start = manifests.time_of(manifests.status(case.pod).get("startTime"))
    ran = f" It began at {start:%Y-%m-%d %H:%M:%S} UTC." if start else ""
    # The pod that was stopped counts as failed.
    tries = f" {failed} of its pods ended without success." if failed > 1 else ""
    shown = str(seconds) if seconds is not None else "not set"
    says = _pods(case) if follows_pods(case) else "Its pods were deleted with it, and their logs."
    patch = _later_deadline(case, seconds) if failed <= 1 else None
    return _cause(
        case,
        rule="K09",
        title=f'Job "{case.name}" ran longer than {allowed} and was stopped',
        explanation=f"DeadlineExceeded: activeDeadlineSeconds count from its start, all tries and "
        f"pulls of images included.{ran}{tries} {says}",
        fix="Find out what made it slow (an image that cannot be pulled, a dependency that does "
        f"not answer), or raise activeDeadlineSeconds; then run it again{_how_again(case)}.",
        evidence=(case.from_pod("spec.activeDeadlineSeconds", shown),),
        sure=True,
        patch=patch,
    )


def _later_deadline(case: Case, seconds: int | None) -> Patch | None:
    """More time, in what people edit, where it says the same. Not for one whose pods failed
    before: they would fail again."""
    owner = case.facts.owner or case.pod
    place: Place = ("spec", "activeDeadlineSeconds")
    if owner.get("kind") == "CronJob":
        place = ("spec", "jobTemplate", *place)
    holder: Any = owner
    for key in place[:-1]:
        holder = manifests.mapping(holder.get(str(key)))
    if not seconds or holder.get("activeDeadlineSeconds") != seconds:
        return None
    note = f"Longer than before ({seconds} s); how long it needs is not known."
    steps = put(owner, place, max(2 * seconds, LEAST_DEADLINE))
    return patch_of(owner, *steps, note=note, recreate=owner.get("kind") == "Job")


def _indexes(case: Case) -> Cause:
    indexes = manifests.text(manifests.status(case.pod).get("failedIndexes")) or "(not told)"
    per_index = manifests.number(manifests.spec(case.pod).get("backoffLimitPerIndex"))
    most = manifests.number(manifests.spec(case.pod).get("maxFailedIndexes"))
    limits = [f"backoffLimitPerIndex {per_index}"] if per_index is not None else []
    limits += [f"maxFailedIndexes {most}"] if most is not None else []
    return _cause(
        case,
        rule="K09",
        title=f'Indexes {indexes} of Job "{case.name}" failed',
        explanation=f"{case.failure.reason}: each index has tries of its own "
        f"({', '.join(limits) or 'no limits are set'}). {_pods(case)}",
        fix="Look at the input of these indexes and at what their pods fail of, then run it "
        f"again{_how_again(case)}.",
        evidence=(case.from_pod("status.failedIndexes", indexes),),
        sure=True,
    )


def _policy(case: Case) -> Cause:
    found = POLICY.search(case.failure.message)
    index = int(found["index"]) if found else -1
    rules = manifests.mapping(manifests.spec(case.pod).get("podFailurePolicy")).get("rules")
    listed = manifests.mappings(rules)
    rule = json.dumps(listed[index], default=str) if 0 <= index < len(listed) else "(not told)"
    title = f'The podFailurePolicy of Job "{case.name}" made it fail'
    if found and found["code"]:
        title += f': container "{found["container"]}" exited with code {found["code"]}'
    elif found:
        title += f": a pod had condition {found['condition']}"
    return _cause(
        case,
        rule="K09",
        title=title,
        explanation=f"PodFailurePolicy: {case.quote(case.failure.message, 400)}. Such an end is "
        f"not tried again. {_pods(case)}",
        fix="Mend what the exit code or the condition means; if it should be tried again, correct "
        f"podFailurePolicy. Then run it again{_how_again(case)}.",
        evidence=(case.from_pod(f"spec.podFailurePolicy.rules[{max(index, 0)}]", rule),),
        sure=True,
    )


def _pods(case: Case) -> str:
    if follows_pods(case):
        return BY_PODS
    template = manifests.mapping(manifests.spec(case.pod).get("template"))
    if manifests.spec(template).get("restartPolicy") == "OnFailure":
        return (
            "With restartPolicy OnFailure its pod is deleted when the limit is reached, and its "
            "log with it; with Never it would be kept."
        )
    return "No failing pod of it was seen: they may have been deleted."


def _how_again(case: Case) -> str:
    return "" if _cron_job(case) else " (delete the Job and create it anew)"


def _cron_job(case: Case) -> str:
    owner = owners.controller(case.pod)
    return owner.name if owner and owner.kind == "CronJob" else ""


def _cause(
    case: Case,
    *,
    rule: str,
    title: str,
    explanation: str,
    fix: str,
    evidence: tuple[EvidenceLine, ...],
    sure: bool = False,
    patch: Patch | None = None,
) -> Cause:
    where = in_namespace(case.namespace)
    label = shlex.quote(f"job-name={case.name}")
    # Of pods that are gone there are no logs.
    logs = f"kubectl logs{where} -l {label} --all-containers --prefix --tail=50"
    commands = [logs] if follows_pods(case) else []
    if cron_job := _cron_job(case):
        again = shlex.quote(f"{cron_job[:40].rstrip('-.')}-again")
        commands.append(f"kubectl create job{where} {again} --from=cronjob/{shlex.quote(cron_job)}")
    known = Confidence.LIKELY if follows_pods(case) else Confidence.SYMPTOM
    return whole(
        case,
        rule,
        title,
        explanation,
        fix,
        confidence=Confidence.DEFINITIVE if sure else known,
        evidence=evidence,
        commands=tuple(commands),
        patch=patch,
    )
