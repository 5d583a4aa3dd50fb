"""Roles that open more than they seem to: https://kubernetes.io/docs/concepts/security/rbac-good-practices/

A finding is told of the role, and weighs as much as its bindings make it: nobody bound, it is low.
"""

from collections.abc import Iterable, Iterator, Mapping

from kure.domain.security.kinds import BINDINGS, ROLES
from kure.domain.security.model import Severity, Violation, cis, nsa
from kure.domain.security.registry import check
from kure.domain.security.rights import Held, held, own_rules, reach_of
from kure.domain.security.shipped import beyond_shipped
from kure.domain.security.subject import Subject

READ = ("get", "list", "watch")
CHANGE = ("create", "update", "patch")
DELETE = ("delete", "deletecollection")
SYSTEM = "kube-system"

Wanted = Mapping[str, Iterable[str]]
"""Resources by their API groups."""

WORKLOAD_RESOURCES = {
    "": ("pods", "replicationcontrollers"),
    "apps": ("deployments", "daemonsets", "statefulsets", "replicasets"),
    "batch": ("jobs", "cronjobs"),
}


def told(
    role: Subject,
    powers: Iterable[Held],
    cluster: Severity,
    namespace: Severity | None,
    why: str,
) -> Iterator[Violation]:
    """One violation for each resource. `cluster` and `namespace` say how bad it is there; None for
    what is no matter of namespaces, which a RoleBinding gives to nobody."""
    reach = reach_of(role)
    is_wide = role.kind == "ClusterRole" and (reach is None or reach.cluster)
    for each in powers:
        power = each._replace(verbs=beyond_shipped(role, each))
        if not power.verbs:
            continue
        severity = cluster if is_wide else namespace or Severity.LOW
        if power.names:
            severity = severity.softer
        bound = "" if reach is None or reach.is_bound else "; nobody is bound to it"
        limit = f", but only of {', '.join(power.names[:3])}" if power.names else ""
        yield Violation(
            f"rules[{power.resource}]",
            f"It may {power.what}{limit}: {why}{bound}",
            value=", ".join(power.verbs),
            severity=Severity.LOW if bound else severity,
        )


def of_role(role: Subject, wanted: Wanted, verbs: Iterable[str]) -> Iterator[Held]:
    """What it has of these resources."""
    for group, resources in wanted.items():
        yield from held(own_rules(role), group, resources, verbs)


def holds_only_in_namespaces(role: Subject) -> bool:
    """A Role, or a ClusterRole that only RoleBindings name."""
    reach = reach_of(role)
    if role.kind == "Role":
        return True
    return reach is not None and not reach.cluster and bool(reach.namespaces)


@check(
    "KURE-RBAC-004",
    "Read secrets cluster-wide",
    Severity.HIGH,
    ("ClusterRole",),
    fix="Name the Secrets under `resourceNames`, or bind it in the namespaces that need it.",
    frameworks=cis("5.1.2"),
    uses=BINDINGS,
)
def all_secrets(role: Subject) -> Iterator[Violation]:
    """Among all Secrets of a cluster are tokens that lead to all the rest; list and watch show
    their contents, too."""
    if not holds_only_in_namespaces(role):
        powers = of_role(role, {"": ("secrets",)}, READ)
        yield from told(role, powers, Severity.HIGH, None, "every Secret of the cluster is open")


@check(
    "KURE-RBAC-005",
    "Read secrets in a namespace",
    Severity.MEDIUM,
    ROLES,
    fix="Name the Secrets under `resourceNames`.",
    frameworks=cis("5.1.2"),
    uses=BINDINGS,
)
def secrets(role: Subject) -> Iterator[Violation]:
    """All passwords and tokens of the namespace are open, the values of Helm charts among them."""
    if holds_only_in_namespaces(role):
        reach = reach_of(role)
        where = {role.namespace, *(reach.namespaces if reach else ())}
        severity = Severity.HIGH if SYSTEM in where else Severity.MEDIUM
        powers = of_role(role, {"": ("secrets",)}, READ)
        yield from told(role, powers, severity, severity, "every Secret there is open")


@check(
    "KURE-RBAC-006",
    "Shell or tunnel into pods",
    Severity.HIGH,
    ROLES,
    fix="Remove the rule.",
    frameworks=nsa(),
    uses=BINDINGS,
)
def shell(role: Subject) -> Iterator[Violation]:
    """Whoever has a shell in a pod has its Secrets, its account and its network. `get` is enough: a
    websocket begins with it."""
    shells = of_role(role, {"": ("pods/exec", "pods/attach")}, ("create", "get"))
    why = "that is a shell in every pod"
    yield from told(role, shells, Severity.HIGH, Severity.HIGH, why)
    debug = of_role(role, {"": ("pods/ephemeralcontainers",)}, ("update", "patch"))
    why = "that is a container of one's own in every pod"
    yield from told(role, debug, Severity.HIGH, Severity.HIGH, why)
    tunnels = of_role(role, {"": ("pods/portforward",)}, ("create", "get"))
    why = "every port of every pod is in reach"
    yield from told(role, tunnels, Severity.MEDIUM, Severity.MEDIUM, why)


@check(
    "KURE-RBAC-007",
    "Create or change workloads",
    Severity.MEDIUM,
    ROLES,
    fix="Give each level of trust a namespace of its own: who may make pods in one has all of it.",
    frameworks=cis("5.1.4"),
    uses=BINDINGS,
)
def workloads(role: Subject) -> Iterator[Violation]:
    """Whoever makes pods runs as any ServiceAccount of the namespace and mounts any Secret."""
    powers = of_role(role, WORKLOAD_RESOURCES, CHANGE)
    why = "pods can be any ServiceAccount and mount any Secret there"
    yield from told(role, powers, Severity.HIGH, Severity.MEDIUM, why)


@check(
    "KURE-RBAC-016",
    "Mint service account tokens",
    Severity.HIGH,
    ROLES,
    fix="Name the ServiceAccounts under `resourceNames`.",
    frameworks=cis("5.1.13"),
    uses=BINDINGS,
)
def tokens(role: Subject) -> Iterator[Violation]:
    """With a token of another account one is that account."""
    why = "that is being every ServiceAccount there"
    powers = of_role(role, {"": ("serviceaccounts/token",)}, ("create",))
    yield from told(role, powers, Severity.HIGH, Severity.HIGH, why)
    makes = [*of_role(role, {"": ("secrets",)}, ("create",))]
    if makes and [*of_role(role, {"": ("secrets",)}, READ)]:
        why = "a Secret of type service-account-token is filled with one"
        yield from told(role, makes, Severity.HIGH, Severity.HIGH, why)


@check(
    "KURE-RBAC-017",
    "Create PersistentVolumes",
    Severity.HIGH,
    ("ClusterRole",),
    fix="Leave it to the provisioner of a storage class.",
    frameworks=cis("5.1.9"),
    uses=BINDINGS,
)
def volumes(role: Subject) -> Iterator[Violation]:
    """A PersistentVolume may be any path of a node, which no Pod Security Standard sees."""
    powers = of_role(role, {"": ("persistentvolumes",)}, CHANGE)
    yield from told(role, powers, Severity.HIGH, None, "a volume may be any path of a node")


@check(
    "KURE-RBAC-018",
    "Broad delete, events included",
    Severity.MEDIUM,
    ROLES,
    fix="Remove the verbs, or bind the role in the namespaces that need it.",
    uses=BINDINGS,
)
def deletes(role: Subject) -> Iterator[Violation]:
    """It takes away what runs or is stored everywhere, or the traces of what was done."""
    if not holds_only_in_namespaces(role):
        kinds = ("secrets", "namespaces", "persistentvolumes", "persistentvolumeclaims")
        wanted = {**WORKLOAD_RESOURCES, "": (*WORKLOAD_RESOURCES[""], *kinds)}
        why = "it can be taken away everywhere"
        yield from told(role, of_role(role, wanted, DELETE), Severity.MEDIUM, None, why)
    traces = {"": ("events", "pods/log"), "events.k8s.io": ("events",)}
    why = "traces can be removed"
    yield from told(role, of_role(role, traces, DELETE), Severity.MEDIUM, Severity.MEDIUM, why)


# ConfigMaps of kube-system that decide where names lead and who is who.
RULING = frozenset({"coredns", "kube-dns", "aws-auth"})


@check(
    "KURE-RBAC-019",
    "Change cluster DNS or auth ConfigMap",
    Severity.HIGH,
    ROLES,
    fix="Name the ConfigMaps under `resourceNames`, without those of DNS and authentication.",
    uses=BINDINGS,
)
def ruling_config(role: Subject) -> Iterator[Violation]:
    """Whoever changes the configuration of DNS leads every request elsewhere; `aws-auth` says who
    is an administrator."""
    reach = reach_of(role)
    where = {role.namespace, *(reach.namespaces if reach else ())}
    if holds_only_in_namespaces(role) and SYSTEM not in where:
        return
    why = "DNS and authentication of the cluster are among them"
    for power in of_role(role, {"": ("configmaps",)}, ("update", "patch", *DELETE)):
        if not power.names or RULING & set(power.names):
            yield from told(role, [power._replace(names=())], Severity.HIGH, Severity.HIGH, why)


ROUTING = {
    "": ("services", "endpoints"),
    "discovery.k8s.io": ("endpointslices",),
    "networking.k8s.io": ("networkpolicies", "ingresses"),
    "gateway.networking.k8s.io": ("httproutes", "grpcroutes", "tlsroutes", "tcproutes"),
}


@check(
    "KURE-RBAC-024",
    "Change traffic routing or network policy",
    Severity.HIGH,
    ROLES,
    fix="Bind it in the namespaces that need it.",
    uses=BINDINGS,
)
def routing(role: Subject) -> Iterator[Violation]:
    """It leads others' traffic to itself, or opens what was closed (CVE-2020-8554)."""
    if not holds_only_in_namespaces(role):
        powers = of_role(role, ROUTING, (*CHANGE, *DELETE))
        why = "traffic of every namespace can be led elsewhere"
        yield from told(role, powers, Severity.HIGH, None, why)
    status = of_role(role, {"": ("services/status",)}, ("patch", "update"))
    why = "the address of a load balancer can be set to anybody's"
    yield from told(role, status, Severity.HIGH, Severity.HIGH, why)
