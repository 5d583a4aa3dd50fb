"""A report as it came, made into what is stored: cleaned, its gaps filled, redacted.

Agents redact at the source; what comes is redacted again all the same, since not every sender does.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kure.adapters.postgres.reports import FailingPod
from kure.contracts.reports import CapturedEvidence, FailedReport, ReportedFailure
from kure.domain import manifests
from kure.domain.capture import as_yaml
from kure.domain.failures.detect import detect
from kure.domain.failures.model import FailureClass
from kure.domain.manifests import Manifest
from kure.domain.owners import workload_from_manifest
from kure.domain.redact import Redactor
from kure.domain.workloads import Workload
from kure.errors import AccessDenied, InvalidInput
from kure.ports import NewEvidence

DEEPEST = 64
LOG_BYTES = 256 * 1024
TEMPLATE_LABELS = ("pod-template-hash", "controller-revision-hash")

# What other agents call the same thing.
CLASS_OF_REASON = {
    **{name.value: name for name in FailureClass},
    "ErrImagePull": FailureClass.IMAGE_PULL,
    "InvalidImageName": FailureClass.IMAGE_PULL,
    "ErrImageNeverPull": FailureClass.IMAGE_PULL,
    "FailedScheduling": FailureClass.UNSCHEDULABLE,
    "Pending": FailureClass.UNSCHEDULABLE,
    "BackOff": FailureClass.CRASH_LOOP,
    "Error": FailureClass.CRASH_LOOP,
}


@dataclass(frozen=True)
class Ingested:
    """What a report comes to: the failing pod, and evidence that came with it."""

    pod: FailingPod
    evidence: tuple[NewEvidence, ...]


def own_cluster(claimed: str | None, cluster: str) -> None:
    """A token reports its own cluster only; a body that names another one is refused."""
    if claimed is not None and claimed != cluster:
        raise AccessDenied(
            f"This token belongs to cluster {cluster!r}; it cannot report for {claimed!r}."
        )


def ingest(report: FailedReport, cluster: str, redactor: Redactor, now: datetime) -> Ingested:
    """InvalidInput where no failure can be read from it; AccessDenied for another's cluster."""
    own_cluster(report.cluster, cluster)
    manifest = clean(report.manifest) if isinstance(report.manifest, dict) else {}
    redactor = redactor.with_secrets_of(manifest)
    failures = tuple(
        f.model_copy(update={"message": redactor.text(clean(f.message)), "reason": clean(f.reason)})
        for f in (report.failures or _derived(report, manifest, now))
    )
    labels = manifests.labels(manifest)
    pod = FailingPod(
        workload=_workload(report, manifest, cluster),
        uid=report.uid or manifests.uid(manifest) or f"{report.namespace}/{report.name}",
        namespace=report.namespace,
        name=report.name,
        node=report.node or manifests.node_name(manifest),
        template=next((labels[label] for label in TEMPLATE_LABELS if label in labels), ""),
        failures=failures,
        text=_headline(failures[0]),
    )
    return Ingested(pod, tuple(_evidence(report, manifest, pod, redactor)))


def _workload(report: FailedReport, manifest: Manifest, cluster: str) -> Workload:
    if report.owner is not None:
        return Workload(cluster, report.namespace, report.owner.kind, report.owner.name)
    named = {"name": report.name, "namespace": report.namespace}
    metadata = manifests.metadata(manifest) | named
    return workload_from_manifest(cluster, manifest | {"kind": "Pod", "metadata": metadata})


def _derived(report: FailedReport, manifest: Manifest, now: datetime) -> list[ReportedFailure]:
    """The failures of a report that names a reason only."""
    status = manifests.status(manifest)
    if report.container_statuses and not status.get("containerStatuses"):
        status = status | {"containerStatuses": clean(report.container_statuses)}
    found = detect(manifest | {"status": status}, clean(report.events), now).failures
    if found:
        return [
            ReportedFailure(
                failure_class=f.failure_class,
                container=f.container,
                since=f.since,
                reason=f.reason,
                message=f.message,
            )
            for f in found
        ]
    if report.reason not in CLASS_OF_REASON:
        known = ", ".join(CLASS_OF_REASON)
        raise InvalidInput(
            f"The report names no failure that this release knows (reason {report.reason!r}).",
            (("reason", f"give one of {known}, or `failures`"),),
        )
    return [
        ReportedFailure(
            failure_class=CLASS_OF_REASON[report.reason],
            since=manifests.created_at(manifest) or now,
            reason=report.reason,
            message=report.message or "",
        )
    ]


def _headline(failure: ReportedFailure) -> str:
    where = f" in container {failure.container}" if failure.container else ""
    first_line = failure.message.strip().partition("\n")[0][:300]
    return f"{failure.failure_class.value}{where}" + (f": {first_line}" if first_line else "")


def _evidence(
    report: FailedReport, manifest: Manifest, pod: FailingPod, redactor: Redactor
) -> list[NewEvidence]:
    found = []
    mark, subject = f"{pod.uid}@{pod.since.isoformat()}", f"Pod/{pod.name}"
    shown = manifest or (report.manifest if isinstance(report.manifest, str) else None)
    if shown:
        text = redactor.text(clean(shown)) if isinstance(shown, str) else _yaml(manifest, redactor)
        found.append(NewEvidence("agent", mark, "manifest", subject, text))
    if report.events:
        found.append(_events(mark, subject, report.events, redactor))
    if report.logs:
        found.append(_log(mark, subject, "", "current", report.logs, redactor))
    return found


def _events(
    mark: str, subject: str, events: list[dict[str, Any]], redactor: Redactor
) -> NewEvidence:
    shown = [redactor.manifest(clean(event)) for event in events]
    text = as_yaml(shown)
    return NewEvidence("agent", mark, "events", subject, text)


def _yaml(manifest: Manifest, redactor: Redactor) -> str:
    shown = redactor.manifest(manifests.tidy(manifest))
    return as_yaml(shown)


def _log(
    mark: str, subject: str, container: str, stream: Any, text: str, redactor: Redactor
) -> NewEvidence:
    cleaned = clean(text)
    kept = cleaned[-LOG_BYTES:]
    if len(kept) < len(cleaned):
        kept = kept.partition("\n")[2]
    return NewEvidence(
        "agent", mark, "log", subject, redactor.text(kept), container, stream, len(kept) < len(text)
    )


def captured(evidence: CapturedEvidence, redactor: Redactor) -> list[NewEvidence]:
    """What an agent captured when it saw the failure."""
    mark, subject = f"{evidence.uid}@{evidence.since.isoformat()}", f"Pod/{evidence.name}"
    found = [
        _log(mark, subject, log.container, log.stream, log.text, redactor) for log in evidence.logs
    ]
    if evidence.events:
        found.append(_events(mark, subject, evidence.events, redactor))
    return found


def clean(value: Any, depth: int = 0) -> Any:
    """Without what PostgreSQL cannot hold (NUL, lone surrogates); refused where nested too deep."""
    if depth > DEEPEST:
        raise InvalidInput(
            "The report is nested too deep to be a Kubernetes object.",
            (("manifest", f"more than {DEEPEST} levels"),),
        )
    if isinstance(value, str):
        text = value.replace("\0", "\N{REPLACEMENT CHARACTER}")
        return text.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {clean(str(k), depth): clean(v, depth + 1) for k, v in value.items()}
    if isinstance(value, list):
        return [clean(item, depth + 1) for item in value]
    return value
