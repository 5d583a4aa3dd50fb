"""Whether an object, as it is now, still bears out a failure that was reported of it.

`detect` says what fails this moment; a crash that was reported a moment ago stays worth explaining
while the object remembers it.
"""

from collections.abc import Callable

from kure.domain import manifests
from kure.domain.failures.match import last_end
from kure.domain.failures.model import Failure, FailureClass
from kure.domain.failures.objects.claim_resize import CONDITIONS
from kure.domain.manifests import Container, Manifest


def still_shown(obj: Manifest, failure: Failure) -> bool:
    """False also where the object alone cannot tell: a Service does not say who is behind it."""
    shown = IN_OBJECT.get(failure.failure_class)
    if shown is not None:
        return shown(obj)
    in_container = IN_CONTAINER.get(failure.failure_class)
    if in_container is None:
        return False
    return any(
        in_container(container)
        for container in manifests.containers(obj)
        if failure.container in (container.name, "")
    )


def _waits(container: Container) -> bool:
    return bool(container.state("waiting"))


def _has_ended(container: Container) -> bool:
    return bool(last_end(container))


def _waits_or_has_ended(container: Container) -> bool:
    return _waits(container) or _has_ended(container)


def _is_under_way(container: Container) -> bool:
    return container.is_running or _waits_or_has_ended(container)


def _no_node(pod: Manifest) -> bool:
    return not manifests.node_name(pod)


def _phase(*phases: str) -> Callable[[Manifest], bool]:
    return lambda obj: manifests.phase(obj) in phases


def _condition(kind: str, *statuses: str) -> Callable[[Manifest], bool]:
    return lambda obj: manifests.condition(obj, kind).get("status") in statuses


def _under_pressure(node: Manifest) -> bool:
    pressures = ("MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable")
    return any(_condition(kind, "True")(node) for kind in pressures)


def _lacks_pods(owner: Manifest) -> bool:
    """Fewer pods than wanted have been made."""
    wanted = manifests.number(manifests.spec(owner).get("replicas"))
    made = manifests.number(manifests.status(owner).get("replicas")) or 0
    return _condition("ReplicaFailure", "True")(owner) or made < (wanted or 0)


def _lacks_volume(claim: Manifest) -> bool:
    """None, or none of the size that it asks for."""
    resizing = any(_condition(kind, "True")(claim) for kind in CONDITIONS)
    return manifests.phase(claim) == "Pending" or resizing


IN_CONTAINER: dict[FailureClass, Callable[[Container], bool]] = {
    FailureClass.IMAGE_PULL: _waits,
    FailureClass.CONFIG_ERROR: _waits,
    FailureClass.CREATE_ERROR: _waits,
    FailureClass.START_ERROR: _waits_or_has_ended,
    FailureClass.INIT_STUCK: _is_under_way,
    FailureClass.OOM_KILLED: _has_ended,
    FailureClass.CRASH_LOOP: _has_ended,
    FailureClass.POD_FAILED: _has_ended,
}

IN_OBJECT: dict[FailureClass, Callable[[Manifest], bool]] = {
    FailureClass.UNSCHEDULABLE: _no_node,
    FailureClass.REJECTED: _phase("Failed"),
    FailureClass.EVICTED: _phase("Failed"),
    FailureClass.DEADLINE: _phase("Failed"),
    FailureClass.STUCK_TERMINATING: manifests.is_being_deleted,
    FailureClass.SANDBOX: _phase("Pending"),
    FailureClass.FAILED_MOUNT: _phase("Pending"),
    FailureClass.NOT_STARTED: _phase("Pending"),
    FailureClass.NOT_READY: _condition("Ready", "False", "Unknown"),
    FailureClass.NODE_NOT_READY: _condition("Ready", "False", "Unknown"),
    FailureClass.NODE_PRESSURE: _under_pressure,
    FailureClass.CLAIM_PENDING: _lacks_volume,
    FailureClass.CLAIM_LOST: _phase("Lost"),
    FailureClass.FAILED_CREATE: _lacks_pods,
    FailureClass.JOB_FAILED: _condition("Failed", "True"),
    FailureClass.ROLLOUT_STUCK: _condition("Progressing", "False"),
}
