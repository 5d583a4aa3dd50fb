"""How much of a workload is down."""

from kure.domain import manifests
from kure.domain.diagnosis.facts import Facts
from kure.domain.diagnosis.model import Severity
from kure.domain.failures.model import FailureClass
from kure.domain.manifests import Manifest

# Kinds whose own state says how bad it is, and not the number of pods that are left.
OF_KIND = {
    "Job": Severity.MEDIUM,
    "CronJob": Severity.MEDIUM,
    "HorizontalPodAutoscaler": Severity.MEDIUM,
    "PersistentVolumeClaim": Severity.HIGH,
    "Service": Severity.HIGH,
    "Ingress": Severity.HIGH,
    "Node": Severity.HIGH,
}


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
    | a node that is not ready | critical |
    | a node under pressure, a claim, a Service, an Ingress | high |
    | an autoscaler | medium |

    A replica that is ready in the moment between two crashes is not counted as ready.
    """
    classes = {failure.failure_class for found in facts.objects for failure in found.failures}
    if FailureClass.NODE_NOT_READY in classes:
        return Severity.CRITICAL
    owner = facts.owner or next((found.object for found in facts.objects), None)
    kinds = [found.kind for found in facts.objects] + [manifests.text((owner or {}).get("kind"))]
    of_kind = [OF_KIND[kind] for kind in kinds if kind in OF_KIND]
    if of_kind:
        return of_kind[0]
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
