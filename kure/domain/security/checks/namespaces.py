"""Namespaces, and what does not belong into some of them."""

from collections.abc import Iterator

from kure.domain.security.checks.accounts import is_addon
from kure.domain.security.kinds import WORKLOADS
from kure.domain.security.levels import PREFIX, enforced, label, minor_of, rank
from kure.domain.security.model import Severity, Violation, cis, nsa
from kure.domain.security.registry import check
from kure.domain.security.subject import Subject

# Policies of other engines that may do what Pod Security admission does.
ENGINES = (
    "ClusterPolicy.kyverno.io",
    "Policy.kyverno.io",
    "ValidatingPolicy.policies.kyverno.io",
    "ConstraintTemplate.templates.gatekeeper.sh",
    "ValidatingAdmissionPolicyBinding",
)
OLDEST_PIN = 3
"""How many minor versions a pinned version may lie back."""


def _is_empty(namespace: Subject) -> bool:
    around = namespace.around
    return around.has("Pod") and not around.within("Pod", namespace.name)


@check(
    "KURE-NS-001",
    "No Pod Security enforcement",
    Severity.MEDIUM,
    ("Namespace",),
    fix=f"Add the label `{PREFIX}enforce: baseline`; `warn` says first what it would refuse."
    " Whether the API server's own configuration enforces a level cannot be seen from here.",
    frameworks=cis("5.2.1"),
    uses=("Pod",),
)
def not_enforced(namespace: Subject) -> Iterator[Violation]:
    """Whoever may make pods in it may make privileged ones, and so has the nodes."""
    if namespace.is_in_system_namespace or _is_empty(namespace):
        return
    if any(namespace.around.all(kind) for kind in ENGINES):
        return
    if label(namespace, "enforce") is None:
        yield Violation(
            f"metadata.labels[{PREFIX}enforce]",
            "No Pod Security level is enforced",
        )


@check(
    "KURE-NS-002",
    "Enforcement set to privileged",
    Severity.HIGH,
    ("Namespace",),
    fix=f"Raise the label `{PREFIX}enforce` to `baseline`.",
    frameworks=cis("5.2.2"),
    uses=("Pod",),
)
def privileged_level(namespace: Subject) -> Iterator[Violation]:
    """Somebody has said that everything is allowed in it."""
    found = label(namespace, "enforce")
    if found is None or found in ("baseline", "restricted") or namespace.is_in_system_namespace:
        return
    worse = Severity.LOW if _is_empty(namespace) else None
    told = "It enforces level privileged, which allows everything"
    if found != "privileged":
        told = f"{found} is no level: admission takes it for restricted, and warns"
        worse = Severity.LOW
    yield Violation(f"metadata.labels[{PREFIX}enforce]", told, value=found, severity=worse)


@check(
    "KURE-NS-003",
    "warn/audit or version label missing",
    Severity.LOW,
    ("Namespace",),
    fix="Set `warn` and `audit` to the enforced level or a stricter one, and pin no old version.",
)
def weaker_labels(namespace: Subject) -> Iterator[Violation]:
    """What will be refused once the level is raised is told to nobody before."""
    found = label(namespace, "enforce")
    if found is None:
        return
    for key in ("warn", "audit"):
        if rank(label(namespace, key)) < rank(enforced(namespace)):
            yield Violation(
                f"metadata.labels[{PREFIX}{key}]",
                f"It enforces {found}, and {key} says less",
                value=label(namespace, key),
                changes=((("metadata", "labels", PREFIX + key), enforced(namespace)),),
            )
    for key in ("enforce-version", "warn-version", "audit-version"):
        pinned = minor_of(label(namespace, key))
        if pinned is not None and pinned < namespace.version - OLDEST_PIN:
            yield Violation(
                f"metadata.labels[{PREFIX}{key}]",
                f"{key} is pinned to 1.{pinned}, which knows less than 1.{namespace.version}",
                value=label(namespace, key),
            )


# What every namespace has by itself.
_OWN = {
    ("Service", "kubernetes"),
    ("EndpointSlice", "kubernetes"),
    ("Endpoints", "kubernetes"),
    ("ConfigMap", "kube-root-ca.crt"),
    ("ServiceAccount", "default"),
}


@check(
    "KURE-NS-005",
    "Workload in default namespace",
    Severity.LOW,
    WORKLOADS
    | {"Service", "ConfigMap", "Secret", "ServiceAccount", "Role", "RoleBinding", "Ingress"},
    fix="Give it a namespace of its own, with its own rights, quota and policies.",
    frameworks=cis("5.6.4"),
)
def default_namespace(subject: Subject) -> Iterator[Violation]:
    """Rights and policies of that namespace hold for everything that nobody has put anywhere."""
    # A manifest without a namespace goes to wherever it is applied.
    if subject.namespace == "default" and (subject.kind, subject.name) not in _OWN:
        yield Violation("metadata.namespace", "It is in namespace default", value="default")


@check(
    "KURE-NS-006",
    "User workload in kube-system",
    Severity.MEDIUM,
    WORKLOADS,
    fix="Move it to a namespace of its own.",
    frameworks=nsa("1.12"),
)
def in_system(workload: Subject) -> Iterator[Violation]:
    """There it can take the account of any part of Kubernetes, and people look away."""
    if workload.is_in_system_namespace and not is_addon(workload):
        where = workload.namespace
        yield Violation("metadata.namespace", f"It is in {where}, and no add-on", value=where)


@check(
    "KURE-NS-007",
    "No ResourceQuota or LimitRange",
    Severity.LOW,
    ("Namespace",),
    fix="Add a ResourceQuota for the whole, and a LimitRange for what a container gets that asks"
    " for nothing.",
    frameworks=nsa("4.0", "4.1"),
    needs=("ResourceQuota", "LimitRange"),
    on=False,
)
def no_quota(namespace: Subject) -> Iterator[Violation]:
    """One team can take what belongs to all."""
    if namespace.is_in_system_namespace or _is_empty(namespace):
        return
    for kind in ("ResourceQuota", "LimitRange"):
        if not namespace.around.within(kind, namespace.name):
            yield Violation(f"objects[{kind}]", f"It has no {kind}", value=kind)
