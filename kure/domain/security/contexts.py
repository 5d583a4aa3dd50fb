"""What the checks of pods read again and again of a pod spec."""

from collections.abc import Iterator

from kure.domain.manifests import Manifest
from kure.domain.security.subject import Subject


def normal(name: str) -> str:
    """A capability as a container runtime reads it: in any case, with or without CAP_."""
    return name.upper().removeprefix("CAP_")


def who(name: str) -> str:
    """What a sentence calls a container, or the pod where the name is ''."""
    return f"Container {name}" if name else "The pod"


def contexts(workload: Subject) -> Iterator[tuple[str, str, Manifest]]:
    """The securityContext of the pod and of each container: path, name of the container or '',
    context."""
    yield workload.path, "", workload.context
    for container in workload.containers:
        yield container.path, container.name, container.context
