"""A report as it came, made into what is stored: cleaned, its gaps filled, redacted.

Agents redact at the source; what comes is redacted again all the same, since not every sender does.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from pydantic import ValidationError

from kure.adapters.postgres.reports import FailingPod
from kure.contracts.reports import CapturedEvidence, FailedReport, Owner, ReportedFailure
from kure.domain import manifests
from kure.domain.capture import as_yaml
from kure.domain.exclusions import MOST_LABELS
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
LONGEST_SUBJECT = 320
LONGEST_UID = 128
# RFC 1123 subdomain: the names of all kinds that can fail.
NAME = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
TEMPLATE_LABELS = ("pod-template-hash", "controller-revision-hash")

# What other agents, and Kubernetes in its statuses and events, call the same thing.
SYNONYMS = {
    FailureClass.IMAGE_PULL: (
        *("ErrImagePull", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError"),
        *("RegistryUnavailable", "SignatureValidationFailed"),
    ),
    FailureClass.UNSCHEDULABLE: ("FailedScheduling", "Pending"),
    FailureClass.CRASH_LOOP: ("BackOff", "Error"),
    FailureClass.FAILED_MOUNT: ("FailedAttachVolume", "FailedMapVolume"),
    FailureClass.SANDBOX: ("FailedSandbox", "NetworkNotReady"),
    FailureClass.START_ERROR: ("ContainerCannotRun", "StartError", "PostStartHookError"),
    FailureClass.REJECTED: (
        *("OutOfcpu", "OutOfmemory", "OutOfpods", "OutOfephemeral-storage", "NodeAffinity"),
        *("UnexpectedAdmissionError", "NodeShutdown", "Terminated"),
    ),
    FailureClass.NOT_READY: ("Unhealthy", "ContainersNotReady", "ReadinessGatesNotReady"),
    FailureClass.JOB_FAILED: ("BackoffLimitExceeded", "PodFailurePolicy", "FailedIndexes"),
    FailureClass.CLAIM_PENDING: ("FailedBinding", "ProvisioningFailed"),
    FailureClass.NODE_NOT_READY: ("NodeLost",),
}
CLASS_OF_REASON = {name.value: name for name in FailureClass} | {
    reason: name for name, reasons in SYNONYMS.items() for reason in reasons
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
    _check_name(report)
    manifest = clean(report.manifest) if isinstance(report.manifest, dict) else {}
    redactor = redactor.with_secrets_of(manifest)
    failures = tuple(
        f.model_copy(update={"message": redactor.text(clean(f.message)), "reason": clean(f.reason)})
        for f in (report.failures or _derived(report, manifest, now))
    )
    labels = manifests.labels(manifest)
    is_pod = report.kind == "Pod"
    place = f"{report.namespace}/{report.name}"
    pod = FailingPod(
        kind=report.kind,
        workload=_workload(report, manifest, cluster),
        uid=clean(report.uid)
        or manifests.uid(manifest)[:LONGEST_UID]
        or (place if is_pod else f"{report.kind}/{place}"),
        namespace=report.namespace,
        name=report.name,
        node=(clean(report.node) or manifests.node_name(manifest)[:253]) if is_pod else "",
        template=next((labels[label] for label in TEMPLATE_LABELS if label in labels), ""),
        failures=failures,
        text=_headline(failures[0]),
        labels=dict(islice(labels.items(), MOST_LABELS)),
    )
    return Ingested(pod, tuple(_evidence(report, manifest, pod, redactor)))


def _check_name(report: FailedReport) -> None:
    if not NAME.fullmatch(report.name):
        raise InvalidInput(
            f"{report.name!r} is not a name that Kubernetes allows.",
            (("name", "lower case letters, digits, dashes and dots"),),
        )
    if report.kind == "Pod" and not report.namespace:
        raise InvalidInput("A pod is in a namespace.", (("namespace", "is empty"),))


def _workload(report: FailedReport, manifest: Manifest, cluster: str) -> Workload:
    namespace = report.namespace or "_"
    if report.owner is not None:
        return Workload(cluster, namespace, clean(report.owner.kind), clean(report.owner.name))
    named = {"name": report.name, "namespace": report.namespace}
    metadata = manifests.metadata(manifest) | named
    found = workload_from_manifest(cluster, manifest | {"kind": report.kind, "metadata": metadata})
    try:
        Owner(kind=found.kind, name=found.name)
    except ValidationError as error:
        raise InvalidInput(
            "The manifest names an owner that no object can be.",
            (("manifest", "metadata.ownerReferences or apiVersion: not Kubernetes' own"),),
        ) from error
    return found


def _derived(report: FailedReport, manifest: Manifest, now: datetime) -> list[ReportedFailure]:
    """The failures of a report that names a reason only."""
    status = manifests.status(manifest)
    if report.container_statuses and not status.get("containerStatuses"):
        status = status | {"containerStatuses": clean(report.container_statuses)}
    is_pod = report.kind == "Pod"
    judged = manifest | {"status": status}
    found = detect(judged, clean(report.events), now).failures if is_pod else ()
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
    mark, subject = f"{pod.uid}@{pod.since.isoformat()}", f"{pod.kind}/{pod.name}"
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


def captured(evidence: CapturedEvidence, subject: str, redactor: Redactor) -> list[NewEvidence]:
    """What an agent captured when it saw the failure of `subject`, `Pod/web-7f`."""
    mark = f"{clean(evidence.uid)}@{evidence.since.isoformat()}"
    found = [
        _log(mark, subject, clean(log.container), log.stream, log.text, redactor)
        for log in evidence.logs
    ]
    if evidence.events:
        found.append(_events(mark, subject, evidence.events, redactor))
    objects = [("owner", owner) for owner in evidence.owners]
    objects += [("node", evidence.node)] if evidence.node else []
    found += [_object(mark, kind, clean(obj), redactor) for kind, obj in objects]
    if evidence.usage:
        text = _yaml(clean(evidence.usage), redactor)
        found.append(NewEvidence("agent", mark, "usage", subject, text))
    return found


def _object(mark: str, kind: Any, obj: Manifest, redactor: Redactor) -> NewEvidence:
    """An object beside the failing one, under its own name."""
    called = manifests.text(obj.get("kind")) or kind.capitalize()
    subject = f"{called}/{manifests.name(obj)}"[:LONGEST_SUBJECT]
    return NewEvidence("agent", mark, kind, subject, _yaml(obj, redactor))


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
