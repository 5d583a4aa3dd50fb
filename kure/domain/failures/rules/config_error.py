"""A container cannot be made from what its spec refers to."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.failures import waiting as waits
from kure.domain.failures.match import Events, Match, is_finished, unready_since, waits_since
from kure.domain.failures.model import Failure, FailureClass, Graces
from kure.domain.failures.rules.failed_mount import NOT_SEEN_YET
from kure.domain.manifests import Manifest


def config_error(pod: Manifest, events: Events, graces: Graces) -> Iterator[Match]:
    """A ConfigMap, Secret or key that is not there, a user that may not be root: at once. That the
    kubelet has not seen the object yet says nothing and gets `graces.config`."""
    if is_finished(pod):
        return
    for container in manifests.containers(pod):
        waiting = container.state("waiting")
        if waiting.get("reason") not in waits.CONFIG or (since := unready_since(pod)) is None:
            continue
        message = manifests.text(waiting.get("message"))
        failure = Failure(
            failure_class=FailureClass.CONFIG_ERROR,
            container=container.name,
            since=since,
            reason=manifests.text(waiting.get("reason")),
            message=message,
            field=f"{container.path}.state.waiting",
        )
        held_from = waits_since(pod, container) if NOT_SEEN_YET.search(message) else None
        yield Match(failure, begins=held_from and held_from + graces.config)
