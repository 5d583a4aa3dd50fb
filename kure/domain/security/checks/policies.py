"""NetworkPolicies, and who is held by none.
https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.diagnosis.dependencies.policies import matches
from kure.domain.manifests import Manifest
from kure.domain.security.kinds import WORKLOADS
from kure.domain.security.lookups import policies_of
from kure.domain.security.model import Severity, Violation, cis, nsa
from kure.domain.security.registry import check
from kure.domain.security.snapshot import Snapshot
from kure.domain.security.subject import Subject

# Policies of network plugins: what they say is not looked at, only whether they select.
OF_NAMESPACES = ("CiliumNetworkPolicy.cilium.io", "NetworkPolicy.crd.projectcalico.org")
OF_CLUSTERS = (
    "CiliumClusterwideNetworkPolicy.cilium.io",
    "GlobalNetworkPolicy.crd.projectcalico.org",
    "AdminNetworkPolicy.policy.networking.k8s.io",
    "BaselineAdminNetworkPolicy.policy.networking.k8s.io",
    "ClusterNetworkPolicy.policy.networking.k8s.io",
)
EVERYWHERE = ("0.0.0.0/0", "::/0")


def has_other_policies(around: Snapshot, namespace: str) -> bool:
    """Whether the network plugin's own policies may hold in a namespace."""
    return any(around.within(kind, namespace) for kind in OF_NAMESPACES) or any(
        around.all(kind) for kind in OF_CLUSTERS
    )


def types_of(policy: Manifest) -> frozenset[str]:
    """Without policyTypes it is about ingress, and about egress where it has rules for that."""
    spec = manifests.spec(policy)
    listed = spec.get("policyTypes")
    if isinstance(listed, list) and listed:
        return frozenset(each for each in listed if isinstance(each, str))
    return frozenset({"Ingress", "Egress"} if spec.get("egress") is not None else {"Ingress"})


@check(
    "KURE-NET-001",
    "Namespace without any network policy",
    Severity.MEDIUM,
    ("Namespace",),
    fix="Begin with a policy that denies all ingress, then allow what is needed.",
    frameworks=(*cis("5.3.2"), *nsa()),
    needs=("NetworkPolicy", "Pod"),
)
def no_policy(namespace: Subject) -> Iterator[Violation]:
    """Every pod of the cluster reaches every port of its pods."""
    around, name = namespace.around, namespace.name
    pods = [
        pod
        for pod in around.within("Pod", name)
        if manifests.spec(pod).get("hostNetwork") is not True
    ]
    if pods and not around.within("NetworkPolicy", name) and not has_other_policies(around, name):
        yield Violation("metadata.name", f"No NetworkPolicy holds its {len(pods)} pods")


@check(
    "KURE-NET-002",
    "No default deny",
    Severity.LOW,
    ("Namespace",),
    fix="Add a policy with `podSelector: {}`, this type and no rules.",
    frameworks=(*cis("5.3.2"), *nsa()),
    needs=("NetworkPolicy",),
)
def no_default_deny(namespace: Subject) -> Iterator[Violation]:
    """A new pod that no policy selects is open, and nobody notices."""
    policies = namespace.around.within("NetworkPolicy", namespace.name)
    for direction in ("Ingress", "Egress"):
        if policies and not any(_denies(policy, direction) for policy in policies):
            yield Violation(
                f"policies[{direction}]", f"None of its policies denies all {direction.lower()}"
            )


def _denies(policy: Manifest, direction: str) -> bool:
    spec = manifests.spec(policy)
    selector = manifests.mapping(spec.get("podSelector"))
    is_all = not selector.get("matchLabels") and not selector.get("matchExpressions")
    return is_all and direction in types_of(policy) and not spec.get(direction.lower())


@check(
    "KURE-NET-003",
    "Workload not selected by any policy",
    Severity.MEDIUM,
    WORKLOADS,
    fix="Add a NetworkPolicy that selects its pods and allows what they need.",
    frameworks=(*cis("5.3.2"), *nsa("2.0")),
    needs=("NetworkPolicy",),
)
def unselected(workload: Subject) -> Iterator[Violation]:
    """Every pod of the cluster reaches every port of it."""
    if workload.shares_host_network or has_other_policies(workload.around, workload.namespace):
        return
    if not policies_of(workload):
        yield Violation("metadata.labels", "No NetworkPolicy selects its pods")


@check(
    "KURE-NET-004",
    "Allow-all policy",
    Severity.MEDIUM,
    ("NetworkPolicy",),
    fix="Name who may come in, by labels, and the ports.",
    frameworks=nsa("2.0"),
)
def allows_all(policy: Subject) -> Iterator[Violation]:
    """Beside it no other policy denies anything: what policies allow adds up."""
    if "Ingress" not in types_of(policy.obj):
        return
    rules = policy.spec.get("ingress")
    for index, rule in enumerate(rules if isinstance(rules, list) else ()):
        if isinstance(rule, dict):
            who = _open_to(rule)
            if who:
                yield Violation(f"spec.ingress[{index}]", f"It lets in {who}", value=who)


def _open_to(rule: Manifest) -> str:
    """Whom a rule lets in, where that is everybody; '' else."""
    peers = manifests.mappings(rule.get("from"))
    if rule.get("ports"):
        return ""
    if not peers:
        return "everybody, to every port"
    for peer in peers:
        block = manifests.mapping(peer.get("ipBlock"))
        if block.get("cidr") in EVERYWHERE and not block.get("except"):
            return "every address, to every port"
        spaces = peer.get("namespaceSelector")
        if isinstance(spaces, dict) and not any(spaces.values()) and "podSelector" not in peer:
            return "the pods of all namespaces, to every port"
    return ""


def selects_nothing(policy: Subject) -> bool:
    """Whether no pod and no template of its namespace has the labels that it asks for."""
    selector = policy.spec.get("podSelector")
    return not any(
        matches(selector, labels) for labels in labels_in(policy.around, policy.namespace)
    )


def labels_in(around: Snapshot, namespace: str) -> list[dict[str, str]]:
    """The labels of all pods and templates of a namespace, each once."""
    known = around.memory.setdefault("labels", {})
    if namespace not in known:
        found = {
            tuple(sorted(labels.items())): labels
            for kind in WORKLOADS
            for obj in around.within(kind, namespace)
            if (labels := Subject({"kind": kind} | obj).pod_labels)
        }
        known[namespace] = list(found.values())
    labels_of: list[dict[str, str]] = known[namespace]
    return labels_of
