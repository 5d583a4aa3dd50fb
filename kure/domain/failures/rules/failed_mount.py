"""A volume of the pod cannot be attached or mounted."""

import re
from collections.abc import Iterator

from kure.domain.failures.match import Events, Match
from kure.domain.failures.model import Failure, FailureClass, Graces
from kure.domain.failures.starting import cause, given_to_node, unstarted
from kure.domain.manifests import Manifest

# What a kubelet says that has not seen the object yet, which says nothing about the object.
NOT_SEEN_YET = re.compile(r"failed to sync (configmap|secret) cache|not registered")


def failed_mount(pod: Manifest, events: Events, graces: Graces) -> Iterator[Match]:
    """Only events tell; where they were not read, `not_started` asks for them."""
    if events is None or (waiting := unstarted(pod)) is None:
        return
    since = given_to_node(pod)
    if since is None:
        return
    told = cause(events)
    if told.failure_class is FailureClass.FAILED_MOUNT:
        held = graces.config if NOT_SEEN_YET.search(told.message) else graces.pending
        yield Match(
            Failure(
                failure_class=FailureClass.FAILED_MOUNT,
                container="",
                since=since,
                reason=told.reason,
                message=told.message,
                field="events",
            ),
            begins=waiting.earliest + max(held, graces.pending),
        )
