"""The pod's sandbox, its network among it, cannot be made."""

from collections.abc import Iterator

from kure.domain.failures.match import Events, Match
from kure.domain.failures.model import Failure, FailureClass, Graces
from kure.domain.failures.starting import cause, given_to_node, unstarted
from kure.domain.manifests import Manifest


def sandbox(pod: Manifest, events: Events, graces: Graces) -> Iterator[Match]:
    """Only events tell; where they were not read, `not_started` asks for them."""
    if events is None or (waiting := unstarted(pod)) is None:
        return
    since = given_to_node(pod)
    if since is None:
        return
    told = cause(events)
    if told.failure_class is FailureClass.SANDBOX:
        yield Match(
            Failure(
                failure_class=FailureClass.SANDBOX,
                container="",
                since=since,
                reason=told.reason,
                message=told.message,
                field="events",
            ),
            begins=waiting.earliest + graces.pending,
        )
