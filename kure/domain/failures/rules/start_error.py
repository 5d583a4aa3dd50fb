"""A container was made, but its program cannot be started."""

from collections.abc import Iterator
from datetime import datetime

from kure.domain import manifests
from kure.domain.failures import waiting as waits
from kure.domain.failures.ended import told_until
from kure.domain.failures.match import (
    NEVER_RAN,
    Events,
    Match,
    end_path,
    ended_at,
    hold_ends,
    is_ending,
    last_end,
)
from kure.domain.failures.model import Failure, FailureClass, Graces
from kure.domain.manifests import Container, Manifest


def start_error(pod: Manifest, events: Events, graces: Graces) -> Iterator[Match]:
    """No such command, not executable, a mount that clashes: known at the first try, so there is no
    need to wait for a loop. The class stays through the back-off between the tries."""
    if manifests.phase(pod) == "Succeeded":
        return
    for container in manifests.containers(pod):
        end = last_end(container)
        if not _is_failing(container, end) or _is_being_stopped(pod, container):
            continue
        since = ended_at(pod, end)
        if since is None:
            continue
        waiting = container.state("waiting")
        told = end if end.get("reason") in NEVER_RAN else waiting
        yield Match(
            Failure(
                failure_class=FailureClass.START_ERROR,
                container=container.name,
                since=since,
                reason=manifests.text(told.get("reason")),
                message=manifests.text(told.get("message") or waiting.get("message")),
                field=end_path(container) if told is end else f"{container.path}.state.waiting",
            ),
            ends=_ends(pod, container, since, graces),
        )


def _is_failing(container: Container, end: Manifest) -> bool:
    reason = container.state("waiting").get("reason")
    if reason == waits.RUN:
        return True
    return end.get("reason") in NEVER_RAN and (reason is None or reason == waits.BACK_OFF)


def _is_being_stopped(pod: Manifest, container: Container) -> bool:
    return container.sidecar and manifests.phase(pod) != "Failed" and is_ending(pod)


def _ends(pod: Manifest, container: Container, since: datetime, graces: Graces) -> datetime | None:
    if manifests.phase(pod) == "Failed":
        return told_until(pod, since, graces)
    return hold_ends(container)
