"""How workloads are set up."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.diagnosis.dependencies.policies import matches
from kure.domain.mirrors.names import LABEL
from kure.domain.owners import controller
from kure.domain.security.changes import REMOVE
from kure.domain.security.kinds import STATIC, WORKLOADS
from kure.domain.security.lookups import shown
from kure.domain.security.model import Severity, Violation
from kure.domain.security.registry import check
from kure.domain.security.subject import Subject

MANAGED_BY = "app.kubernetes.io/managed-by"
MOST_JOBS = 10
"""Finished Jobs that a CronJob may keep; by itself it keeps three good ones and a bad one."""


@check(
    "KURE-WRK-009",
    "Naked pod",
    Severity.LOW,
    ("Pod",),
    fix="Let a Deployment, StatefulSet, DaemonSet or Job make the pod.",
)
def naked_pod(pod: Subject) -> Iterator[Violation]:
    """Nothing makes it anew when its node goes or it is evicted."""
    is_debugging = manifests.labels(pod.obj).get(MANAGED_BY) == "kubectl-debug"
    if controller(pod.obj) is None and STATIC not in pod.annotations and not is_debugging:
        yield Violation("metadata.ownerReferences", "No controller owns the pod")


@check(
    "KURE-WRK-010",
    "Recommended labels missing",
    Severity.LOW,
    WORKLOADS | {"Service"},
    fix="Add `app.kubernetes.io/name`, or another of the labels that were agreed on.",
    on=False,
)
def labels(subject: Subject) -> Iterator[Violation]:
    """Nobody can tell which application it belongs to, nor select all of one."""
    wanted = subject.settings.labels
    if manifests.labels(subject.obj).keys().isdisjoint(wanted):
        yield Violation("metadata.labels", f"It has none of the labels {', '.join(wanted)}")


@check(
    "KURE-WRK-011",
    "Duplicate environment variable",
    Severity.LOW,
    WORKLOADS,
    fix="Delete one of the two.",
)
def duplicate_variable(workload: Subject) -> Iterator[Violation]:
    """The last one wins, without a word, and a reader may look at the first."""
    for container in workload.containers:
        seen: set[str] = set()
        for variable in manifests.mappings(container.spec.get("env")):
            name = manifests.text(variable.get("name"))
            if name and name in seen:
                yield Violation(
                    f"{container.path}.env[{name}]",
                    f"{container.said} sets {name} twice",
                    container.name,
                    name,
                )
            seen.add(name)


@check(
    "KURE-WRK-012",
    "Jobs kept for too long",
    Severity.LOW,
    ("CronJob", "Job"),
    fix="Set the history limits of a CronJob to a few, and `ttlSecondsAfterFinished` of a Job that"
    " no CronJob makes.",
)
def old_jobs(subject: Subject) -> Iterator[Violation]:
    """Finished Jobs and their pods fill etcd, and each list of pods is longer for it."""
    if subject.kind == "CronJob":
        yield from _history(subject)
    elif subject.spec.get("ttlSecondsAfterFinished") is None and controller(subject.obj) is None:
        yield Violation(
            "spec.ttlSecondsAfterFinished",
            "When it has finished it stays until somebody deletes it",
        )


def _history(cron_job: Subject) -> Iterator[Violation]:
    for field in ("successfulJobsHistoryLimit", "failedJobsHistoryLimit"):
        limit = manifests.number(cron_job.spec.get(field))
        if limit is not None and limit > MOST_JOBS:
            yield Violation(
                f"spec.{field}",
                f"{limit} finished Jobs of it are kept",
                value=limit,
                changes=((("spec", field), MOST_JOBS),),
            )
    job = manifests.spec(manifests.mapping(cron_job.spec.get("jobTemplate")))
    if job.get("ttlSecondsAfterFinished") is not None:
        yield Violation(
            "spec.jobTemplate.spec.ttlSecondsAfterFinished",
            "Its Jobs go by themselves, so that the history limits mean nothing",
            value=manifests.number(job.get("ttlSecondsAfterFinished")),
            changes=((("spec", "jobTemplate", "spec", "ttlSecondsAfterFinished"), REMOVE),),
        )


@check(
    "KURE-WRK-013",
    "Selector does not match template labels",
    Severity.MEDIUM,
    ("ReplicationController", "Job", "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"),
    fix="Give the template the labels that the selector asks for.",
)
def selector(workload: Subject) -> Iterator[Violation]:
    """The controller does not know its own pods: it makes ever more of them, or is refused."""
    found = manifests.mapping(workload.spec.get("selector"))
    if workload.kind == "ReplicationController":
        found = {"matchLabels": found} if found else {}
    if found and not matches(found, workload.pod_labels):
        yield Violation(
            "spec.selector", f"Its selector {shown(found)} does not choose its own pods"
        )


FALSE_MIRROR = "KURE-WRK-014"


@check(
    FALSE_MIRROR,
    "Pod passes itself off as a mirror of Kure",
    Severity.HIGH,
    WORKLOADS,
    fix=f"Remove the label `{LABEL}`, and find out who wrote it.",
    on=False,
)
def false_mirror(workload: Subject) -> Iterator[Violation]:
    """Whoever takes the label for a proof looks away. It is for scans that know Kure's own mirrors
    by their signatures and leave them out."""
    if LABEL in workload.pod_labels:
        path = workload.annotations_path.removesuffix("annotations").lstrip(".") + "labels"
        yield Violation(path, f"It has the label {LABEL}, and Kure did not make it")
