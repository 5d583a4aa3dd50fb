"""The container runtime, or a hook, does not let a container come up."""

import re
from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.failures import waiting as waits
from kure.domain.failures.match import Events, Match, is_finished, unready_since, waits_since
from kure.domain.failures.model import Failure, FailureClass, Graces
from kure.domain.manifests import Manifest

# A busy runtime did not answer in time, and its first try is still under way at the next one.
BUSY = re.compile(r"context deadline exceeded|is reserved for")


def create_error(pod: Manifest, events: Events, graces: Graces) -> Iterator[Match]:
    """At once, but for a runtime that is only busy: that gets `graces.pending`."""
    if is_finished(pod):
        return
    for container in manifests.containers(pod):
        waiting = container.state("waiting")
        if waiting.get("reason") not in waits.CREATE or (since := unready_since(pod)) is None:
            continue
        message = manifests.text(waiting.get("message"))
        failure = Failure(
            failure_class=FailureClass.CREATE_ERROR,
            container=container.name,
            since=since,
            reason=manifests.text(waiting.get("reason")),
            message=message,
            field=f"{container.path}.state.waiting",
        )
        held_from = waits_since(pod, container) if BUSY.search(message) else None
        yield Match(failure, begins=held_from and held_from + graces.pending)
