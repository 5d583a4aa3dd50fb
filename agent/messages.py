"""What the agent has to say, as the API takes it: redacted, and within the limits of each field."""

from collections.abc import Sequence

from pydantic import ValidationError

from kure.contracts.reports import FailedReport, Owner, ReportedFailure
from kure.domain import manifests
from kure.domain.failures.model import Failure
from kure.domain.manifests import Manifest
from kure.domain.redact import Redactor
from kure.domain.workloads import Workload

MOST_FAILURES = 64
LONGEST_MESSAGE = 32_000
LONGEST_REASON = 256


def failed(
    pod: Manifest, failures: Sequence[Failure], workload: Workload | None, redactor: Redactor
) -> FailedReport:
    """The report of a failing pod, without logs. Messages are redacted too: a container writes its
    own last words."""
    known = redactor.with_secrets_of(pod)
    told = [_failure(failure, known) for failure in failures[:MOST_FAILURES]]
    return FailedReport(
        name=manifests.name(pod),
        namespace=manifests.namespace(pod),
        uid=manifests.uid(pod),
        node=manifests.node_name(pod),
        owner=_owner(workload) if workload else None,
        reason=told[0].reason or told[0].failure_class.value,
        message=told[0].message,
        failures=told,
        manifest=known.manifest(manifests.tidy(pod)),
    )


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
