"""What pods in phase Failed have in common: why they ended, since when, and how long that is worth
telling."""

from collections.abc import Iterator
from datetime import datetime

from kure.domain import manifests, owners
from kure.domain.failures.match import Match, latest, unready_since
from kure.domain.failures.model import Failure, FailureClass, Graces
from kure.domain.manifests import Manifest

# Somebody wanted the pod away and made room for it elsewhere:
# https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions
WANTED_AWAY = (
    "PreemptionByScheduler",
    "DeletionByTaintManager",
    "DeletionByDeviceTaintManager",
    "EvictionByEvictionAPI",
    "DeletionByPodGC",
)

# Older kubelets wrote Shutdown, then NodeShutdown (still the reason for pods that come too late):
# https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/nodeshutdown/nodeshutdown_manager.go
NODE_SHUTDOWN = ("Terminated", "NodeShutdown", "Shutdown")

EVICTED = ("Evicted", "Preempting")

# Beside OutOf<resource>; what the kubelet's admission handlers answer:
# https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/lifecycle/predicate.go
REJECTED = (
    "NodeAffinity",
    "NodePorts",
    "NodeName",
    "NodeUnschedulable",
    "TaintToleration",
    "UnexpectedAdmissionError",
    "UnexpectedPredicateFailureType",
    "UnknownReason",
    "InvalidNodeInfo",
    "TopologyAffinityError",
    "SysctlForbidden",
    "AppArmor",
    "PodOSSelectorNodeLabelDoesNotMatch",
    "PodOSNotSupported",
    "InitContainerRestartForbidden",
    "SupplementalGroupsPolicyNotSupported",
    "PodFeatureUnsupported",
)


def end_class(pod: Manifest) -> FailureClass | None:
    """What a pod's being Failed is to be called; None where it has not failed, or for good reason.

    A Job's pods that ran and failed are the Job's affair: it tries again, and tells when it gives
    up.
    """
    if manifests.phase(pod) != "Failed" or _was_wanted(pod):
        return None
    found = _class_of(pod)
    if found in (FailureClass.DEADLINE, FailureClass.POD_FAILED) and is_of_job(pod):
        return None
    return found


def is_of_job(pod: Manifest) -> bool:
    controller = owners.controller(pod)
    return controller is not None and controller.kind == "Job"


def as_if_bare(pod: Manifest) -> Manifest:
    """The pod as if no Job had made it: how its pods ended is why a Job that gave up failed."""
    if not is_of_job(pod):
        return pod
    metadata = manifests.metadata(pod)
    return pod | {"metadata": {k: v for k, v in metadata.items() if k != "ownerReferences"}}


def ended_since(pod: Manifest) -> datetime | None:
    """When the pod ended: its last container did, else it became unready, else it was taken up."""
    ends = [found.state("terminated") for found in manifests.containers(pod)]
    return latest(*(manifests.time_of(end.get("finishedAt")) for end in ends)) or latest(
        unready_since(pod), manifests.time_of(manifests.status(pod).get("startTime"))
    )


def told_until(pod: Manifest, since: datetime, graces: Graces) -> datetime:
    """Until when a pod that ended at `since` is worth telling: one that was replaced is not for
    long, and leftovers lie around for months."""
    return since + (graces.ended if owners.controller(pod) else graces.ended_bare)


def as_a_whole(pod: Manifest, wanted: FailureClass, graces: Graces) -> Iterator[Match]:
    """The pod ended by what its status says, whatever its containers did."""
    since = ended_since(pod) if end_class(pod) is wanted else None
    if since is None:
        return
    status = manifests.status(pod)
    failure = Failure(
        failure_class=wanted,
        container="",
        since=since,
        reason=manifests.text(status.get("reason")) or "Failed",
        message=manifests.text(status.get("message")),
        field="status",
    )
    yield Match(failure, ends=told_until(pod, since, graces))


def _class_of(pod: Manifest) -> FailureClass:
    reason = manifests.text(manifests.status(pod).get("reason"))
    if reason in EVICTED:
        return FailureClass.EVICTED
    if reason == "DeadlineExceeded":
        return FailureClass.DEADLINE
    if reason in REJECTED or reason.startswith("OutOf"):
        return FailureClass.REJECTED
    if reason not in NODE_SHUTDOWN and _says_rejected(pod):
        return FailureClass.REJECTED
    return FailureClass.POD_FAILED


def _says_rejected(pod: Manifest) -> bool:
    """How kubelets since 1.28 begin the message, also for reasons that only later ones know."""
    return manifests.text(manifests.status(pod).get("message")).startswith("Pod was rejected")


def _was_wanted(pod: Manifest) -> bool:
    target = manifests.condition(pod, "DisruptionTarget")
    if target.get("status") == "True" and target.get("reason") in WANTED_AWAY:
        return True
    shut_down = manifests.status(pod).get("reason") in NODE_SHUTDOWN
    return shut_down and owners.controller(pod) is not None
