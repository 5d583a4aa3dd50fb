"""Policies that are not Kubernetes' own: of Cilium, Calico and Istio.

They choose pods by labels, which a mirror has not. Kure may make no copies of them as it does of
NetworkPolicies; so what they do for the original is lost, and how much that matters is said here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kure.domain import manifests
from kure.domain.diagnosis.dependencies.policies import matches
from kure.domain.manifests import Manifest
from kure.domain.mirrors import calico_selectors
from kure.errors import InvalidInput

Labels = Mapping[str, str]

CILIUM, CALICO = "cilium.io", "crd.projectcalico.org"
ISTIO, ISTIO_NETWORK = "security.istio.io", "networking.istio.io"

# Where Istio's policies hold for all namespaces, unless it was told another.
# https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/ (rootNamespace)
ISTIO_ROOT = "istio-system"

# What Cilium writes before keys, by where a label comes from; and labels that no pod has itself.
# https://docs.cilium.io/en/stable/security/policy/kubernetes/
FROM_POD = ("k8s:", "any:", "k8s.", "any.")
NOT_OF_POD = ("io.kubernetes.pod.", "io.cilium.", "reserved:")


class Loss(StrEnum):
    """What it means that a policy of the original does not hold for its mirror."""

    FREER = "freer"
    """The mirror may open or take connections that the original may not."""
    OPENER = "opener"
    """Whoever knows its address may ask of it what they may not ask of the original."""
    OTHER = "other"
    """It only runs otherwise."""


@dataclass(frozen=True)
class PolicyKind:
    """`worst` is what is lost where nothing more is known of it."""

    kind: str
    group: str
    resource: str
    worst: Loss
    namespaced: bool = True

    @property
    def in_root(self) -> bool:
        """Whether those of Istio's root namespace hold everywhere."""
        return self.group in (ISTIO, ISTIO_NETWORK)


KINDS = (
    PolicyKind("CiliumNetworkPolicy", CILIUM, "ciliumnetworkpolicies", Loss.FREER),
    PolicyKind(
        "CiliumClusterwideNetworkPolicy",
        CILIUM,
        "ciliumclusterwidenetworkpolicies",
        Loss.FREER,
        namespaced=False,
    ),
    PolicyKind("Calico NetworkPolicy", CALICO, "networkpolicies", Loss.FREER),
    PolicyKind(
        "Calico GlobalNetworkPolicy",
        CALICO,
        "globalnetworkpolicies",
        Loss.FREER,
        namespaced=False,
    ),
    PolicyKind("AuthorizationPolicy", ISTIO, "authorizationpolicies", Loss.OPENER),
    PolicyKind("PeerAuthentication", ISTIO, "peerauthentications", Loss.OPENER),
    PolicyKind("Sidecar", ISTIO_NETWORK, "sidecars", Loss.OTHER),
)

# Of each kind that the cluster has, what was found; None where it could not be read.
Found = Mapping[PolicyKind, "tuple[Manifest, ...] | None"]


@dataclass(frozen=True)
class Lost:
    """One policy that holds for the original and not for its mirror; `said` names it."""

    said: str
    loss: Loss


def lost(own: Labels, labels: Labels, found: Found) -> Iterator[Lost]:
    """What holds for the original, whose labels are `own`, and not for its mirror."""
    for kind, policies in found.items():
        if policies is None:
            yield Lost(
                f"Objects of kind {kind.kind} could not be read, and one of them may hold for the "
                "original and not for its mirror",
                kind.worst,
            )
        for policy in policies or ():
            if _tells_apart(kind, policy, own, labels):
                name = f"{kind.kind} {manifests.name(policy)}"
                loss = _loss(kind, policy)
                yield Lost(f"{name} selects the original; the mirror runs without it", loss)


def allowing(labels: Labels, found: Found) -> Iterator[str]:
    """Those that hold for the mirror and may allow it connections, whatever a NetworkPolicy of its
    own denies."""
    for kind, policies in found.items():
        if kind.worst is not Loss.FREER:
            continue
        for policy in policies or ():
            allows = any(spec.get(key) for spec in _specs(policy) for key in ("ingress", "egress"))
            if allows and _may_hold(kind, policy, labels):
                yield f"{kind.kind} {manifests.name(policy)}"


def _loss(kind: PolicyKind, policy: Manifest) -> Loss:
    spec = manifests.spec(policy)
    if kind.kind == "AuthorizationPolicy" and spec.get("action") == "AUDIT":
        return Loss.OTHER
    if kind.kind == "PeerAuthentication" and not _is_strict(spec):
        return Loss.OTHER
    return kind.worst


def _is_strict(spec: Manifest) -> bool:
    """Also where it is for one port only."""
    modes = [spec.get("mtls"), *manifests.mapping(spec.get("portLevelMtls")).values()]
    return any(manifests.mapping(mode).get("mode") == "STRICT" for mode in modes)


def _tells_apart(kind: PolicyKind, policy: Manifest, own: Labels, labels: Labels) -> bool:
    """Whether it holds for the one and not for the other. What is not known (labels of the
    namespace) is alike for both; what is not understood may be about the original alone."""
    try:
        return any(
            _holds(kind, spec, own, unknown) and not _holds(kind, spec, labels, unknown)
            for spec in _specs(policy)
            for unknown in (True, False)
        )
    except InvalidInput:
        return True


def _may_hold(kind: PolicyKind, policy: Manifest, labels: Labels) -> bool:
    try:
        return any(
            _holds(kind, spec, labels, unknown)
            for spec in _specs(policy)
            for unknown in (True, False)
        )
    except InvalidInput:
        return True


def _specs(policy: Manifest) -> Iterator[Manifest]:
    """Cilium's may have several."""
    if manifests.spec(policy):
        yield manifests.spec(policy)
    yield from manifests.mappings(policy.get("specs"))


def _holds(kind: PolicyKind, spec: Manifest, labels: Labels, unknown: bool) -> bool:
    """InvalidInput where its selector is not understood."""
    if kind.group == CILIUM:
        return "endpointSelector" in spec and _of_cilium(spec["endpointSelector"], labels, unknown)
    if kind.group == CALICO:
        return calico_selectors.parse(manifests.text(spec.get("selector")))(labels, unknown)
    if kind.group == ISTIO_NETWORK:
        chosen = manifests.mapping(spec.get("workloadSelector")).get("labels")
    elif spec.get("targetRefs") or spec.get("targetRef"):
        return False  # it is about a Gateway or a Service, which the mirror has none of
    else:
        chosen = manifests.mapping(spec.get("selector")).get("matchLabels")
    return matches({"matchLabels": manifests.mapping(chosen)}, labels)


def _of_cilium(selector: object, labels: Labels, unknown: bool) -> bool:
    """By the labels that a pod has itself; others fit, or do not."""
    chosen = manifests.mapping(selector)
    wanted: dict[str, object] = {}
    for key, value in manifests.mapping(chosen.get("matchLabels")).items():
        if _is_of_pod(str(key)):
            wanted[_bare(str(key))] = value
        elif not unknown:
            return False
    expressions = []
    for one in manifests.mappings(chosen.get("matchExpressions")):
        key = manifests.text(one.get("key"))
        if _is_of_pod(key):
            expressions.append(one | {"key": _bare(key)})
        elif not unknown:
            return False
    return matches({"matchLabels": wanted, "matchExpressions": expressions}, labels)


def _is_of_pod(key: str) -> bool:
    return not _bare(key).startswith(NOT_OF_POD)


def _bare(key: str) -> str:
    return next((key.removeprefix(p) for p in FROM_POD if key.startswith(p)), key)
