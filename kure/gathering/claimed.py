"""What fails in an object that was read: what shows now, else what was reported of it."""

from collections.abc import Sequence

from kure.contracts.activities import PodRef
from kure.contracts.reports import ReportedFailure
from kure.domain.diagnosis.claims import still_shown
from kure.domain.failures.model import Failure
from kure.ports import Manifest


def failures_of(
    obj: Manifest, found: Sequence[Failure], ref: PodRef, *, all_read: bool
) -> tuple[Failure, ...]:
    """What fails now, else what was reported as far as the object still shows it; all of it where
    something that decides could not be read (`all_read` is False)."""
    if found:
        return tuple(found)
    claimed = claims(ref)
    return tuple(claim for claim in claimed if not all_read or still_shown(obj, claim))


def claims(ref: PodRef) -> list[Failure]:
    """What the reports say."""
    return [_claimed(failure) for failure in ref.failures]


def _claimed(failure: ReportedFailure) -> Failure:
    return Failure(
        failure_class=failure.failure_class,
        container=failure.container,
        since=failure.since,
        reason=failure.reason,
        message=failure.message,
        field="status",
    )
