"""How much of a workload is down."""

from collections.abc import Iterator
from datetime import datetime, timedelta

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
    "Gateway": Severity.HIGH,
    "HTTPRoute": Severity.HIGH,
    "Node": Severity.HIGH,
}


# From least to worst.
STEPS = (Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)

# What all else of a cluster needs.
SYSTEM_NAMESPACE = "kube-system"
SYSTEM_PRIORITIES = ("system-cluster-critical", "system-node-critical")

# One pod of so many is not missed much.
MANY = 4

# What goes on so often, or for so long, does not heal by itself.
MANY_RESTARTS = 10
LONG = timedelta(hours=1)


def severity(facts: Facts) -> Severity:
    """Judged by what is left, not by what fails:

    | workload | severity |
    |---|---|
    | none of the wanted replicas is ready | critical |
    | some are, or all but some of them crash now and then | high |
    | four or more are wanted, and no more than a quarter of them is down | medium |
    | a bare pod that is to run for ever | critical while it is not ready, else high |
    | a Job or CronJob, a bare pod that may end | medium: nobody is being served by it |
    | wants no replicas, or nothing is left of it | low |
    | nothing of it fails any more | low |
    | an owner of a kind that is not read | high if a failing pod is ready, else critical |
    | a node that is not ready | critical |
    | a node under pressure, a claim, a Service, an Ingress, a Gateway or a route | high |
    | an autoscaler | medium |

    A replica that is ready in the moment between two crashes is not counted as ready. What is
    medium is one step worse where a container has been restarted ten times or it has failed for
    more than an hour; all but what nobody wants is one step worse in kube-system, and where its
    pods have one of the priority classes that begin with `system-`.
    """
    found = _of_what_is_left(facts)
    if found is Severity.MEDIUM and _goes_on(facts):
        found = _worse(found)
    return _worse(found) if found is not Severity.LOW and _is_of_system(facts) else found


def _worse(found: Severity) -> Severity:
    return STEPS[min(STEPS.index(found) + 1, len(STEPS) - 1)]


def _of_what_is_left(facts: Facts) -> Severity:
    if facts.all and all(found.gone for found in facts.all) and not _lacks_replicas(facts):
        return Severity.LOW
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
    if replicas is not None:
        wanted, ready = replicas
        return _of_replicas(wanted, ready - failing_ready)
    if not facts.pods:
        return Severity.LOW
    if all(_may_end(found.pod) for found in facts.pods):
        return Severity.MEDIUM
    return Severity.HIGH if failing_ready else Severity.CRITICAL


def _lacks_replicas(facts: Facts) -> bool:
    wanted, ready = (_replicas(facts.owner) if facts.owner else None) or (0, 0)
    return ready < wanted


def _of_replicas(wanted: int, left: int) -> Severity:
    if wanted <= 0:
        return Severity.LOW
    if left <= 0:
        return Severity.CRITICAL
    few = wanted >= MANY and (wanted - left) * MANY <= wanted
    return Severity.MEDIUM if few else Severity.HIGH


def _goes_on(facts: Facts) -> bool:
    """Whether it has been so often, or for so long. The latest time that an object tells is the
    nearest to now that is known here."""
    restarts = [
        container.restart_count
        for found in facts.pods
        for container in manifests.containers(found.pod)
    ]
    if max(restarts, default=0) >= MANY_RESTARTS:
        return True
    since = min((failure.since for found in facts.all for failure in found.failures), default=None)
    latest = max(_told_times(facts), default=None)
    return since is not None and latest is not None and latest - since > LONG


def _told_times(facts: Facts) -> Iterator[datetime]:
    for found in facts.all:
        yield from (failure.since for failure in found.failures)
        times = (manifests.event_time(event) for event in found.events or ())
        yield from (time for time in times if time)


def _is_of_system(facts: Facts) -> bool:
    objects = [found.object for found in facts.all] + ([facts.owner] if facts.owner else [])
    return any(
        manifests.namespace(obj) == SYSTEM_NAMESPACE
        or manifests.spec(obj).get("priorityClassName") in SYSTEM_PRIORITIES
        for obj in objects
    )


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
