"""A controller cannot make its pods: quota, limits, admission, a missing ServiceAccount."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from kure.domain import manifests
from kure.domain.failures.around import Around
from kure.domain.failures.match import Events, Match
from kure.domain.failures.model import Failure, FailureClass, Graces
from kure.domain.manifests import Manifest


def failed_create(
    obj: Manifest, since: datetime | None, around: Around, graces: Graces
) -> Iterator[Match]:
    """What an object says that is short of pods since `since`, or for longer.

    It has no condition for it, only events: one that FailedCreate and is newer than any
    SuccessfulCreate. Being short alone is no failure: a StatefulSet waits until the pod before is
    Ready, a Job before it tries again. `since` is then the first failure after the last success, so
    that it stays while the tries go on: a Job's events name another pod each time.
    """
    if since is None:
        return
    failure = Failure(FailureClass.FAILED_CREATE, "", since, "FailedCreate", "", "events")
    if around.events is None:
        yield Match(failure, begins=since + graces.create, needs_events=True)
        return
    failed = _refusals(around.events)
    first = min((time for time in map(_first_time, failed) if time), default=None)
    if failed and first:
        message = manifests.text(failed[0].get("message"))
        yield Match(replace(failure, since=first, message=message), begins=first + graces.create)


def made_pods(events: Events) -> bool:
    """Whether the last pod that was tried could be made."""
    return bool(_of(events, "SuccessfulCreate")) and not _refusals(events)


def _refusals(events: Events) -> list[Manifest]:
    """FailedCreate events after the last success, newest first."""
    made = _of(events, "SuccessfulCreate")
    last = manifests.event_time(made[0]) if made else None
    return [
        event
        for event in _of(events, "FailedCreate")
        if last is None or ((time := manifests.event_time(event)) is not None and time > last)
    ]


def _of(events: Events, reason: str) -> list[Manifest]:
    return manifests.newest_first(e for e in events or () if e.get("reason") == reason)


def _first_time(event: Manifest) -> datetime | None:
    first = manifests.time_of(event.get("firstTimestamp"))
    return first or manifests.time_of(event.get("eventTime")) or manifests.event_time(event)
