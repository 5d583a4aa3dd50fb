"""How much of a workload is down."""

from kure.domain import manifests
from kure.domain.diagnosis.facts import Facts
from kure.domain.diagnosis.model import Severity
from kure.domain.manifests import Manifest

TASKS = ("Job", "CronJob")


def severity(facts: Facts) -> Severity:
    """Judged by what is left, not by what fails:

    | workload | severity |
    |---|---|
    | none of the wanted replicas is ready | critical |
    | some are, or all but some of them crash now and then | high |
    | a bare pod that is to run for ever | critical while it is not ready, else high |
    | a Job or CronJob, a bare pod that may end | medium: nobody is being served by it |
    | wants no replicas, or nothing is left of it | low |
    | an owner of a kind that is not read | high if a failing pod is ready, else critical |

    A replica that is ready in the moment between two crashes is not counted as ready.
    """
    owner = facts.owner
    if owner is not None and owner.get("kind") in TASKS:
        return Severity.MEDIUM
    failing_ready = sum(_is_ready(found.pod) for found in facts.pods)
    replicas = _replicas(owner) if owner is not None else None
    if replicas is None:
        if not facts.pods:
            return Severity.LOW
        if all(_may_end(found.pod) for found in facts.pods):
            return Severity.MEDIUM
        return Severity.HIGH if failing_ready else Severity.CRITICAL
    wanted, ready = replicas
    if wanted == 0:
        return Severity.LOW
    return Severity.HIGH if ready - failing_ready > 0 else Severity.CRITICAL


def _is_ready(pod: Manifest) -> bool:
    return manifests.condition(pod, "Ready").get("status") == "True"


def _may_end(pod: Manifest) -> bool:
    return manifests.spec(pod).get("restartPolicy") in ("Never", "OnFailure")


def _replicas(owner: Manifest) -> tuple[int, int] | None:
    """Wanted and ready; None for a kind that does not count them."""
    status = manifests.status(owner)
    if owner.get("kind") == "DaemonSet":
        wanted = manifests.number(status.get("desiredNumberScheduled"))
        return (wanted or 0), (manifests.number(status.get("numberReady")) or 0)
    spec = manifests.spec(owner)
    if owner.get("kind") not in ("Deployment", "ReplicaSet", "StatefulSet"):
        return None
    wanted = manifests.number(spec.get("replicas"))
    ready = manifests.number(status.get("readyReplicas")) or 0
    return (1 if wanted is None else wanted), ready
