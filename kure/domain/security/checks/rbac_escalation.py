"""Roles whose holders can give themselves all the rest.
https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks
"""

from collections.abc import Iterator

from kure.domain.security.checks.rbac_powers import CHANGE, DELETE, of_role, told
from kure.domain.security.kinds import BINDINGS, ROLES
from kure.domain.security.model import Severity, Violation, cis
from kure.domain.security.registry import check
from kure.domain.security.rights import GROUP, own_rules
from kure.domain.security.shipped import is_shipped_rule
from kure.domain.security.subject import Subject

ROLE_RESOURCES = ("roles", "clusterroles")
STRONG_ROLES = frozenset({"cluster-admin", "admin", "edit"})


@check(
    "KURE-RBAC-009",
    "escalate on roles",
    Severity.CRITICAL,
    ROLES,
    fix="Remove the verb.",
    frameworks=cis("5.1.8"),
    uses=BINDINGS,
)
def escalate(role: Subject) -> Iterator[Violation]:
    """Its holders write any right into a role of theirs."""
    powers = of_role(role, {GROUP: ROLE_RESOURCES}, ("escalate",))
    why = "any right can be written into a role"
    yield from told(role, powers, Severity.CRITICAL, Severity.CRITICAL, why)


@check(
    "KURE-RBAC-010",
    "bind on roles",
    Severity.CRITICAL,
    ROLES,
    fix="Name the roles that may be bound under `resourceNames`.",
    frameworks=cis("5.1.8"),
    uses=BINDINGS,
)
def bind(role: Subject) -> Iterator[Violation]:
    """Its holders bind themselves to roles that they do not have."""
    why = "one can bind oneself to it"
    for power in of_role(role, {GROUP: ROLE_RESOURCES}, ("bind",)):
        is_weak = bool(power.names) and STRONG_ROLES.isdisjoint(power.names)
        severity = Severity.HIGH if is_weak else Severity.CRITICAL  # a name softens it further
        if power.names and not is_weak:
            power = power._replace(names=())
        yield from told(role, [power], severity, severity, why)


@check(
    "KURE-RBAC-011",
    "impersonate",
    Severity.CRITICAL,
    ROLES,
    fix="Name who may be impersonated under `resourceNames`.",
    frameworks=cis("5.1.8"),
    uses=BINDINGS,
)
def impersonate(role: Subject) -> Iterator[Violation]:
    """Its holders act as somebody else, and the audit log of others' deeds is in doubt."""
    verbs = {verb for rule in own_rules(role) for verb in rule.verbs if _impersonates(verb)}
    verbs.add("impersonate")
    why = "one can act as anybody"
    people = {"": ("users", "groups"), "authentication.k8s.io": ("uids", "userextras")}
    for power in of_role(role, people, sorted(verbs)):
        if "system:masters" in power.names:
            power = power._replace(names=())
        yield from told(role, [power], Severity.CRITICAL, Severity.CRITICAL, why)
    extras = {
        resource
        for rule in own_rules(role)
        for resource in rule.resources
        if resource.startswith("userextras/")
    }
    powers = of_role(role, {"authentication.k8s.io": sorted(extras)}, sorted(verbs))
    yield from told(role, powers, Severity.CRITICAL, Severity.CRITICAL, why)
    accounts = of_role(role, {"": ("serviceaccounts",)}, sorted(verbs))
    why = "one can act as any ServiceAccount"
    yield from told(role, accounts, Severity.HIGH, Severity.HIGH, why)


def _impersonates(verb: str) -> bool:
    """Newer servers know verbs such as `impersonate:user-info`."""
    return verb.startswith("impersonate:")


@check(
    "KURE-RBAC-012",
    "Create or edit role bindings",
    Severity.MEDIUM,
    ROLES,
    fix="Remove the rule.",
    frameworks=cis("5.1.8"),
    uses=BINDINGS,
)
def bindings(role: Subject) -> Iterator[Violation]:
    """Its holders give others all that they have; with bind or escalate more than that."""
    is_open = any(True for _ in of_role(role, {GROUP: ROLE_RESOURCES}, ("bind", "escalate")))
    severity = Severity.CRITICAL if is_open else Severity.MEDIUM
    powers = of_role(role, {GROUP: ("rolebindings", "clusterrolebindings")}, CHANGE)
    why = "rights can be passed on"
    yield from told(role, powers, severity, severity, why)


@check(
    "KURE-RBAC-013",
    "nodes/proxy",
    Severity.CRITICAL,
    ("ClusterRole",),
    fix="Ask for `nodes/metrics`, `nodes/stats`, `nodes/configz`, `nodes/pods` or `nodes/healthz`.",
    frameworks=cis("5.1.10"),
    uses=BINDINGS,
)
def node_proxy(role: Subject) -> Iterator[Violation]:
    """Through the kubelet one runs commands in every pod, past admission and the audit log. `get`
    is enough: a websocket begins with it."""
    powers = of_role(role, {"": ("nodes/proxy",)}, ("get", "create"))
    yield from told(role, powers, Severity.CRITICAL, None, "that is a shell in every pod")


@check(
    "KURE-RBAC-014",
    "Approve certificate requests",
    Severity.HIGH,
    ("ClusterRole",),
    fix="Remove the rule, or name the signer under `resourceNames`.",
    frameworks=cis("5.1.11"),
    uses=BINDINGS,
)
def certificates(role: Subject) -> Iterator[Violation]:
    """Whoever approves requests of clients makes a certificate for any user and group."""
    group = "certificates.k8s.io"
    signers = [*of_role(role, {group: ("signers",)}, ("approve",))]
    clients = any(
        not each.names or any("kube-apiserver-client" in name or "*" in name for name in each.names)
        for each in signers
    )
    powers = of_role(role, {group: ("certificatesigningrequests/approval",)}, ("update", "patch"))
    severity = Severity.HIGH if clients else Severity.MEDIUM
    yield from told(role, powers, severity, None, "certificates for any user can be approved")


WEBHOOK_RESOURCES = (
    "mutatingwebhookconfigurations",
    "validatingwebhookconfigurations",
    "mutatingadmissionpolicies",
    "mutatingadmissionpolicybindings",
    "validatingadmissionpolicies",
    "validatingadmissionpolicybindings",
)


@check(
    "KURE-RBAC-015",
    "Edit admission webhooks or policies",
    Severity.CRITICAL,
    ("ClusterRole",),
    fix="Name its own objects under `resourceNames`.",
    frameworks=cis("5.1.12"),
    uses=BINDINGS,
)
def admission(role: Subject) -> Iterator[Violation]:
    """A webhook sees and changes every object that is written, Secrets included; without a policy
    what it refused is let in."""
    why = "every write to the cluster can be read and changed"
    wanted = {"admissionregistration.k8s.io": WEBHOOK_RESOURCES}
    for power in of_role(role, wanted, (*CHANGE, *DELETE)):
        severity = Severity.LOW if power.names else Severity.CRITICAL
        yield from told(role, [power], severity, None, why)


@check(
    "KURE-RBAC-025",
    "May relax namespace policy or change nodes",
    Severity.HIGH,
    ("ClusterRole",),
    fix="Guard the labels of namespaces with a ValidatingAdmissionPolicy, and leave nodes to their"
    " controllers.",
    frameworks=cis("5.2.1"),
    uses=BINDINGS,
)
def relaxing(role: Subject) -> Iterator[Violation]:
    """The labels of a namespace say what its pods may do; labels and taints of nodes, where they
    run."""
    change = ("update", "patch")
    makes_pods = any(True for _ in of_role(role, {"": ("pods",)}, ("create",)))
    if makes_pods:
        powers = of_role(role, {"": ("namespaces",)}, change)
        why = "it may make pods, and lift what holds them"
        yield from told(role, powers, Severity.HIGH, None, why)
    nodes = of_role(role, {"": ("nodes", "nodes/status")}, change)
    yield from told(role, nodes, Severity.HIGH, None, "where pods run can be changed")


AGGREGATE = "rbac.authorization.k8s.io/aggregate-to-"


@check(
    "KURE-RBAC-027",
    "Aggregation widens default roles",
    Severity.HIGH,
    ("ClusterRole",),
    fix="Remove the label.",
    frameworks=cis("5.1.3"),
)
def aggregation(role: Subject) -> Iterator[Violation]:
    """Everybody who is bound to view, edit or admin has these rights as well."""
    labels = role.metadata.get("labels")
    into = [
        key.removeprefix(AGGREGATE)
        for key, value in (labels if isinstance(labels, dict) else {}).items()
        if isinstance(key, str) and key.startswith(AGGREGATE) and value == "true"
    ]
    into = [each for each in into if each in ("view", "edit", "admin")]
    what = next(_strong(role), "") if into and not is_shipped_rule(role, "aggregate") else ""
    if what:
        told_of = f"It may {what}, and so may who is bound to {', '.join(into)}"
        yield Violation(f"metadata.labels[{AGGREGATE}{into[0]}]", told_of, value=what)


def _strong(role: Subject) -> Iterator[str]:
    wanted: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
        ("", ("secrets",), ("get", "list", "watch")),
        (GROUP, ROLE_RESOURCES, ("escalate", "bind")),
        ("", ("users", "groups", "serviceaccounts"), ("impersonate",)),
        ("", ("nodes/proxy",), ("get", "create")),
    )
    for group, resources, verbs in wanted:
        for power in of_role(role, {group: resources}, verbs):
            yield power.what
    if any("*" in rule.verbs for rule in own_rules(role)):
        yield "do everything (verb *)"
