"""What stands around a mirror, in whose eyes it must be nobody's pod."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kure.domain import manifests
from kure.domain.diagnosis.dependencies.policies import matches
from kure.domain.diagnosis.services.labels import selector_of
from kure.domain.manifests import Manifest
from kure.domain.mirrors.other_policies import Found

Listed = Sequence[Manifest] | None
Labels = Mapping[str, str]


@dataclass(frozen=True)
class Surroundings:
    """The objects of the mirror's namespace, and the PriorityClasses of its cluster; None: this
    kind could not be read, which is not the same as none. `claims` are PersistentVolumeClaims;
    `other_policies` are of the kinds that are not Kubernetes' own and that the cluster has."""

    services: Listed = None
    replica_sets: Listed = None
    stateful_sets: Listed = None
    daemon_sets: Listed = None
    jobs: Listed = None
    pdbs: Listed = None
    hpas: Listed = None
    network_policies: Listed = None
    claims: Listed = None
    priority_classes: Listed = None
    other_policies: Found = field(default_factory=dict)

    @property
    def controllers(self) -> dict[str, Listed]:
        """Those that adopt any pod without an owner that their selector matches."""
        return {
            "ReplicaSet": self.replica_sets,
            "StatefulSet": self.stateful_sets,
            "DaemonSet": self.daemon_sets,
            "Job": self.jobs,
        }


def takers(labels: Labels, around: Surroundings) -> Iterator[str]:
    """Who would take a pod with these labels for one of theirs: a reason not to make it.

    A controller adopts a pod without an owner that its selector matches, and deletes one as
    surplus: https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#non-template-pod-acquisitions
    What was not read might be one: it counts as a reason, too.
    """
    for kind, listed in around.controllers.items():
        if listed is None:
            yield f"{kind}s could not be read: one of them might adopt the mirror"
        for found in listed or ():
            if _selects(found, labels):
                yield f"{kind} {manifests.name(found)} would adopt the mirror: its selector matches"
    if around.services is None:
        yield "Services could not be read: one of them might send the mirror traffic"
    for service in around.services or ():
        if is_routed(service, labels):
            yield f"Service {manifests.name(service)} would send the mirror traffic"


def counted(labels: Labels, around: Surroundings) -> Iterator[str]:
    """Whose selector takes every pod, also a mirror; an empty one does:
    https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/pod-disruption-budget-v1/
    """
    for budget in around.pdbs or ():
        if _selects(budget, labels):
            yield (
                f"PodDisruptionBudget {manifests.name(budget)} counts the mirror, too: while it is "
                "ready, one more of the other pods may be evicted"
            )
    for policy in around.network_policies or ():
        if is_governed(policy, labels):
            yield f"NetworkPolicy {manifests.name(policy)} holds for the mirror, too"


def lost(own: Labels, labels: Labels, owner: Manifest, around: Surroundings) -> Iterator[str]:
    """What the original's labels (`own`) do for it, and `labels` do not do for the mirror."""
    for service in around.services or ():
        if is_routed(service, own) and not is_routed(service, labels):
            yield f"Service {manifests.name(service)} does not route to the mirror"
    for budget in around.pdbs or ():
        if _selects(budget, own) and not _selects(budget, labels):
            yield f"PodDisruptionBudget {manifests.name(budget)} does not protect the mirror"
    for scaler in around.hpas or ():
        target = manifests.mapping(manifests.spec(scaler).get("scaleTargetRef"))
        if (target.get("kind"), target.get("name")) == (owner.get("kind"), manifests.name(owner)):
            yield f"HorizontalPodAutoscaler {manifests.name(scaler)} does not count the mirror"
    for policy in around.network_policies or ():
        if _admits(policy, own) and not _admits(policy, labels):
            yield (
                f"NetworkPolicy {manifests.name(policy)} admits the original's labels, which the "
                "mirror does not have: what it protects may refuse the mirror"
            )


def unread(around: Surroundings) -> Iterator[str]:
    """What could not be read, where that is no reason to refuse."""
    if around.pdbs is None:
        yield "PodDisruptionBudgets could not be read: one of them might count the mirror"
    if around.hpas is None:
        yield "HorizontalPodAutoscalers could not be read"


def is_routed(service: Manifest, labels: Labels) -> bool:
    """Whether a Service sends traffic to pods with these labels. One without a selector sends it
    where somebody else says: https://kubernetes.io/docs/concepts/services-networking/service/"""
    selector = selector_of(service)
    return bool(selector) and all(labels.get(key) == value for key, value in selector.items())


def is_governed(policy: Manifest, labels: Labels) -> bool:
    """Whether a NetworkPolicy is about pods with these labels: an empty selector takes all."""
    return matches(manifests.spec(policy).get("podSelector"), labels)


def _selects(obj: Manifest, labels: Labels) -> bool:
    """By `spec.selector`; none at all takes no pod."""
    selector = manifests.spec(obj).get("selector")
    return isinstance(selector, dict) and matches(selector, labels)


def _admits(policy: Manifest, labels: Labels) -> bool:
    """Whether a rule lets in or out by a selector of pods that matches these labels."""
    spec = manifests.spec(policy)
    for direction, peers in (("ingress", "from"), ("egress", "to")):
        for rule in manifests.mappings(spec.get(direction)):
            for peer in manifests.mappings(rule.get(peers)):
                chosen = peer.get("podSelector")
                if isinstance(chosen, dict) and matches(chosen, labels):
                    return True
    return False
