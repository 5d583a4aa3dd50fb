"""Which NetworkPolicies are made for a mirror before it is.

A policy that selects the original by its labels does not select the mirror, which would then be
less restricted. So copies that select the mirror alone are made first: it may do what the original
may, no more and no less. Policies only ever add up, so that none can take back what another allows:
https://kubernetes.io/docs/concepts/services-networking/network-policies/
"""

from collections.abc import Iterable, Iterator

from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.domain.mirrors.names import Mark
from kure.domain.mirrors.surroundings import Labels, is_governed

# Of its spec, beside the selector.
RULES = ("policyTypes", "ingress", "egress")

UNENFORCED = "Nothing tells whether this cluster's network enforces NetworkPolicies"


def policies_for(own: Labels, mark: Mark, policies: Iterable[Manifest]) -> tuple[Manifest, ...]:
    """Copies of those that select the original, whose labels are `own`, and not the mirror."""
    chosen = sorted(policies_of(own, mark, policies), key=manifests.name)
    return tuple(
        _policy(
            f"{mark.name}-{number}",
            mark,
            {key: manifests.spec(policy).get(key) for key in RULES},
        )
        for number, policy in enumerate(chosen, start=1)
    )


def policies_of(own: Labels, mark: Mark, policies: Iterable[Manifest]) -> Iterator[Manifest]:
    """Those that hold for the original and would not hold for the mirror."""
    for policy in policies:
        if is_governed(policy, own) and not is_governed(policy, mark.labels):
            yield policy


def deny_all(mark: Mark) -> Manifest:
    """No connection to the mirror and none from it, not even to DNS; what belongs to its node, as
    the probes, gets through."""
    return _policy(f"{mark.name}-deny", mark, {"policyTypes": ["Ingress", "Egress"]})


def allowing(mark: Mark, policies: Iterable[Manifest]) -> list[str]:
    """The names of those that hold for the mirror and allow anything: beside them `deny_all` denies
    nothing of it."""
    return sorted(
        manifests.name(policy)
        for policy in policies
        if is_governed(policy, mark.labels)
        and any(manifests.spec(policy).get(key) for key in ("ingress", "egress"))
    )


def _policy(name: str, mark: Mark, rules: Manifest) -> Manifest:
    spec = {"podSelector": mark.selector} | {k: v for k, v in rules.items() if v is not None}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": mark.metadata(name),
        "spec": spec,
    }
