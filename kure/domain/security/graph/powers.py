"""What a ServiceAccount may do that leads further."""

from typing import NamedTuple

from kure.domain.manifests import Manifest
from kure.domain.security.checks.rbac_powers import WORKLOAD_RESOURCES
from kure.domain.security.rights import GROUP, Grant, Rule, grants_of, held, rules_of
from kure.domain.security.snapshot import Snapshot

ADMIN = "cluster-admin"
EVERYTHING = Rule(frozenset("*"), frozenset("*"), frozenset("*"), ())


class Way(NamedTuple):
    """A right that leads to others' rights. `only_cluster`: a RoleBinding does not give it. `leads`
    says where to: 'admin', to all rights of the cluster; 'accounts', to every ServiceAccount within
    reach; 'tokens', to those whose tokens are stored in Secrets; '' to data or pods alone."""

    group: str
    resources: tuple[str, ...]
    verbs: tuple[str, ...]
    leads: str
    only_cluster: bool = False


WAYS: tuple[Way, ...] = (
    Way(GROUP, ("clusterroles",), ("escalate", "bind"), "admin", only_cluster=True),
    Way("", ("users", "groups"), ("impersonate",), "admin", only_cluster=True),
    Way("", ("nodes/proxy",), ("get", "create"), "admin", only_cluster=True),
    Way("", ("serviceaccounts",), ("impersonate",), "accounts"),
    Way("", ("serviceaccounts/token",), ("create",), "accounts"),
    *(
        Way(group, names, ("create", "update", "patch"), "accounts")
        for group, names in WORKLOAD_RESOURCES.items()
    ),
    Way("", ("pods/exec", "pods/attach"), ("create", "get"), "pods"),
    Way("", ("pods/ephemeralcontainers",), ("update", "patch"), "pods"),
    Way("", ("secrets",), ("get", "list", "watch"), "tokens"),
    Way(GROUP, ("roles", "clusterroles"), ("escalate", "bind"), "namespace"),
    Way(
        "admissionregistration.k8s.io",
        ("mutatingwebhookconfigurations", "validatingwebhookconfigurations"),
        ("create", "update", "patch"),
        "",
        only_cluster=True,
    ),
    Way("", ("persistentvolumes",), ("create", "update", "patch"), "", only_cluster=True),
    Way(
        "certificates.k8s.io",
        ("certificatesigningrequests/approval",),
        ("update", "patch"),
        "",
        only_cluster=True,
    ),
)


class Right(NamedTuple):
    """A way that is open to an account. `names` limit it to these objects; empty: to none."""

    way: Way
    what: str
    namespace: str
    names: tuple[str, ...]


def rules_granted(around: Snapshot, grant: Grant) -> list[Rule]:
    """The rules of a role; all of them for cluster-admin, also where it was not read."""
    kind, namespace, name = grant.role
    if (kind, name) == ("ClusterRole", ADMIN):
        return [EVERYTHING]
    known = around.memory.setdefault("rules", {})
    if grant.role not in known:
        role: Manifest | None = around.named(kind, namespace, name)
        known[grant.role] = rules_of(role) if role else []
    rules: list[Rule] = known[grant.role]
    return rules


def is_admin(around: Snapshot, grant: Grant) -> bool:
    """Whether a grant is that of everything, everywhere."""
    return not grant.namespace and any(
        "*" in rule.groups and "*" in rule.resources and "*" in rule.verbs
        for rule in rules_granted(around, grant)
    )


def rights_of(around: Snapshot, grant: Grant) -> list[Right]:
    """The ways that a grant opens."""
    known = around.memory.setdefault("rights", {})
    if grant not in known:
        rules = rules_granted(around, grant)
        known[grant] = [
            Right(way, power.what, grant.namespace, power.names)
            for way in WAYS
            if not (way.only_cluster and grant.namespace)
            for power in held(rules, way.group, way.resources, way.verbs)
        ]
    rights: list[Right] = known[grant]
    return rights


def strong_right(around: Snapshot, namespace: str, name: str) -> str:
    """One right of a ServiceAccount by which whoever takes it goes on; '' where it has none."""
    for grant in grants_of(around, namespace, name):
        if is_admin(around, grant):
            return "do everything in the cluster"
        for right in rights_of(around, grant):
            if not right.names and (right.way.leads != "tokens" or not grant.namespace):
                where = f"namespace {grant.namespace}" if grant.namespace else "all of the cluster"
                return f"{right.what} in {where}"
    return ""
