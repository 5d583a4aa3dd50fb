"""What the agent has to say, as the API takes it: redacted, and within the limits of each field."""

import json
from collections.abc import Sequence

from pydantic import ValidationError

from kure.contracts.reports import FailedReport, Owner, ReportedFailure
from kure.domain import manifests
from kure.domain.capture import told_node
from kure.domain.failures.model import Failure
from kure.domain.failures.objects.keeping import without_computed
from kure.domain.manifests import Manifest
from kure.domain.redact import Redactor
from kure.domain.workloads import Workload

MOST_FAILURES = 64
LONGEST_MESSAGE = 32_000
LONGEST_REASON = 256
LARGEST_MANIFEST = 1024 * 1024


def failed(
    kind: str,
    obj: Manifest,
    failures: Sequence[Failure],
    workload: Workload | None,
    redactor: Redactor,
) -> FailedReport:
    """The report of a failing subject, without logs. Messages are redacted too: a container writes
    its own last words."""
    known = redactor.with_secrets_of(obj)
    told = [_failure(failure, known) for failure in failures[:MOST_FAILURES]]
    whole = told_node(obj) if kind == "Node" else manifests.tidy(without_computed(obj))
    shown = known.manifest(whole)
    return FailedReport(
        kind=kind,
        name=manifests.name(obj),
        namespace=manifests.namespace(obj),
        uid=manifests.uid(obj),
        node=manifests.node_name(obj) if kind == "Pod" else "",
        owner=_owner(workload) if workload else None,
        reason=told[0].reason or told[0].failure_class.value,
        message=told[0].message,
        failures=told,
        manifest=shown if len(json.dumps(shown)) <= LARGEST_MANIFEST else _stub(shown),
    )


def _stub(obj: Manifest) -> Manifest:
    """What names an object that is too large to be told, with a remark."""
    named = {key: obj[key] for key in ("apiVersion", "kind") if key in obj}
    metadata = {
        key: value
        for key, value in manifests.metadata(obj).items()
        if key in ("name", "namespace", "uid", "ownerReferences", "creationTimestamp")
    }
    size = f"larger than {LARGEST_MANIFEST // 1024} KiB: left out"
    return named | {"metadata": metadata | {"annotations": {"kure.dev/manifest": size}}}


def _failure(failure: Failure, redactor: Redactor) -> ReportedFailure:
    return ReportedFailure(
        failure_class=failure.failure_class,
        container=failure.container,
        since=failure.since,
        reason=failure.reason[:LONGEST_REASON],
        message=redactor.text(failure.message[:LONGEST_MESSAGE])[:LONGEST_MESSAGE],
    )


def _owner(workload: Workload) -> Owner | None:
    """None for a kind that no API server should accept; the manifest goes along all the same."""
    try:
        return Owner(kind=workload.kind, name=workload.name)
    except ValidationError:
        return None
