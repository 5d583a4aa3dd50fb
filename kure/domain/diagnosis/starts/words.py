"""What the kubelet and the runtime say of a container that does not come up."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import EvidenceLine
from kure.domain.failures.match import end_path, last_end

# The program never ran: the runtime's message says why, and there is no log.
NEVER_STARTED = ("StartError", "ContainerCannotRun", "RunContainerError")

# Events that carry the words where the state has lost them.
TELLING = ("Failed", "FailedPostStartHook", "FailedPreStartHook")

# What the same events say of an earlier pull.
OF_PULLS = ("Failed to pull image", "Failed to apply default image tag", "Failed to inspect image")


def words(case: Case) -> Iterator[tuple[str, EvidenceLine]]:
    """Each message with where it stands: the states first, since they are of now, then events."""
    container = case.container
    if container is not None:
        for path, state in (
            (end_path(container), last_end(container)),
            (f"{container.path}.state.waiting", container.state("waiting")),
        ):
            message = manifests.text(state.get("message"))
            if message and state.get("reason") != "CrashLoopBackOff" and _of_start(path, state):
                yield message, case.from_pod(f"{path}.message", message)
    elif case.failure.message:
        yield case.failure.message, case.from_pod(case.failure.field, case.failure.message)
    if container is None or not container.is_running:
        for event in case.events(*TELLING):
            message = manifests.text(event.get("message"))
            if message and not message.startswith(OF_PULLS):
                yield message, case.from_event(event)


def _of_start(path: str, state: manifests.Manifest) -> bool:
    """The message of a run that did begin is the program's own."""
    return not path.endswith("terminated") or state.get("reason") in NEVER_STARTED


def refused_start(case: Case) -> tuple[str, EvidenceLine] | None:
    """The runtime's message where it could not start the program; None where it could."""
    container = case.container
    if container is None:
        return None
    places = (
        (end_path(container), last_end(container)),
        (f"{container.path}.state.waiting", container.state("waiting")),
    )
    for path, state in places:
        message = manifests.text(state.get("message"))
        if state.get("reason") in NEVER_STARTED and message:
            return message, case.from_pod(f"{path}.message", message)
    return None
