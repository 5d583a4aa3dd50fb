"""Whether a pod that no rule speaks of is well, and since when."""

from datetime import datetime

from kure.domain import manifests
from kure.domain.failures.match import hold_ends, is_ending, latest
from kure.domain.manifests import Container, Manifest


def is_well(pod: Manifest) -> bool:
    """Done; or Ready, with every container that should run running and ready."""
    if manifests.phase(pod) == "Succeeded":
        return True
    ready = manifests.condition(pod, "Ready").get("status") == "True"
    return manifests.phase(pod) == "Running" and ready and not _lacks_one(pod)


def well_since(pod: Manifest) -> datetime | None:
    """When the pod became so: ready, and its containers started; for a finished one, when the last
    of them ended."""
    containers = list(manifests.containers(pod))
    if manifests.phase(pod) == "Succeeded":
        ends = [found.state("terminated").get("finishedAt") for found in containers]
    else:
        ends = [found.state("running").get("startedAt") for found in containers]
        ends.append(manifests.condition(pod, "Ready").get("lastTransitionTime"))
    return latest(*map(manifests.time_of, ends))


def settles_at(pod: Manifest) -> datetime | None:
    """Until when a container that ended badly and runs again is not taken for well, even though one
    crash is not yet a failure."""
    return latest(
        *(
            hold_ends(found)
            for found in manifests.containers(pod)
            if found.last_terminated and found.last_terminated.get("exitCode") != 0
        )
    )


def _lacks_one(pod: Manifest) -> bool:
    """The pod's own condition may be older than a container's state."""
    told = [found for found in manifests.containers(pod) if found.sidecar or not found.init]
    wanted = {
        manifests.text(found.get("name"))
        for found in manifests.mappings(manifests.spec(pod).get("containers"))
    }
    untold = wanted - {found.name for found in told}
    return bool(told and untold) or not all(
        _runs(found) or _is_done(found) or (found.sidecar and is_ending(pod)) for found in told
    )


def _runs(container: Container) -> bool:
    return container.is_running and container.status.get("ready") is not False


def _is_done(container: Container) -> bool:
    """Ended with 0, and is not to be started again."""
    return (
        container.state("terminated").get("exitCode") == 0
        and container.restarts != "Always"
        and not container.sidecar
    )
