"""An init container does not come to an end."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.failures.match import Events, Match, is_finished, unready_since
from kure.domain.failures.model import Failure, FailureClass, Graces
from kure.domain.manifests import Container, Manifest


def init_stuck(pod: Manifest, events: Events, graces: Graces) -> Iterator[Match]:
    """Runs longer than `graces.init`; or is a native sidecar whose start hook does not end, as what
    comes after it waits for that, too."""
    if is_finished(pod):
        return
    for container in manifests.containers(pod):
        if not container.is_running or not _holds_up(container):
            continue
        started = manifests.time_of(container.state("running").get("startedAt"))
        since = started or unready_since(pod)
        if since is None:
            continue
        yield Match(
            Failure(
                failure_class=FailureClass.INIT_STUCK,
                container=container.name,
                since=since,
                reason="PodInitializing",
                message=f"init container {container.name} runs and has not ended",
                field=f"{container.path}.state.running",
            ),
            begins=since + graces.init,
        )


def _holds_up(container: Container) -> bool:
    if not container.sidecar:
        return container.init
    return container.status.get("started") is False and not container.spec.get("startupProbe")
