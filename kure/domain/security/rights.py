"""What a role allows, and to whom: RBAC's rules, roles and bindings.

A rule speaks of a resource where each of its lists holds the value or `*`; of a subresource also
with `*/sub`. `pods/*` is no pattern: https://kubernetes.io/docs/reference/access-authn-authz/rbac/
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kure.domain import manifests
from kure.domain.diagnosis.dependencies.rights import texts
from kure.domain.manifests import Manifest
from kure.domain.security.snapshot import Snapshot
from kure.domain.security.subject import Subject

GROUP = "rbac.authorization.k8s.io"
ANY = "*"


class Rule(NamedTuple):
    """One rule of a role. `names` are its resourceNames; empty: all objects."""

    groups: frozenset[str]
    resources: frozenset[str]
    verbs: frozenset[str]
    names: tuple[str, ...]

    def speaks_of(self, group: str, resource: str) -> bool:
        if group not in self.groups and ANY not in self.groups:
            return False
        if resource in self.resources or ANY in self.resources:
            return True
        _, slash, part = resource.partition("/")
        return bool(slash) and f"*/{part}" in self.resources

    def allows(self, group: str, resource: str, verb: str) -> bool:
        return (verb in self.verbs or ANY in self.verbs) and self.speaks_of(group, resource)


class Held(NamedTuple):
    """A resource with the verbs that a role has of it. `names` are those that it is limited to;
    empty where for some verb it is not: resourceNames never hold back `create` of a whole object,
    nor `deletecollection`."""

    group: str
    resource: str
    verbs: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def what(self) -> str:
        return f"{', '.join(self.verbs)} {self.resource}"


def rules_of(role: Manifest) -> list[Rule]:
    return [
        Rule(
            frozenset(texts(rule, "apiGroups")),
            frozenset(texts(rule, "resources")),
            frozenset(texts(rule, "verbs")),
            tuple(texts(rule, "resourceNames")),
        )
        for rule in manifests.mappings(role.get("rules"))
    ]


def own_rules(role: Subject) -> list[Rule]:
    """The rules that people wrote: those of a role that gathers others' are told of the others."""
    found = role.memory.get("rules")
    if found is None:
        gathers = manifests.mapping(role.obj.get("aggregationRule"))
        found = role.memory["rules"] = [] if gathers else rules_of(role.obj)
    rules: list[Rule] = found
    return rules


def held(
    rules: Iterable[Rule], group: str, resources: Iterable[str], verbs: Iterable[str]
) -> Iterator[Held]:
    """Which of the verbs the rules allow of each of the resources."""
    wanted = tuple(verbs)
    for resource in resources:
        found: dict[str, tuple[str, ...] | None] = {}
        for rule in rules:
            if rule.speaks_of(group, resource):
                for verb in wanted:
                    if verb in rule.verbs or ANY in rule.verbs:
                        limit = rule.names if _is_limited(rule, resource, verb) else None
                        known = found.get(verb, ())
                        found[verb] = None if limit is None or known is None else (*known, *limit)
        if found:
            names = (
                [] if None in found.values() else [n for each in found.values() for n in each or ()]
            )
            yield Held(group, resource, tuple(found), tuple(dict.fromkeys(names)))


def _is_limited(rule: Rule, resource: str, verb: str) -> bool:
    if not rule.names or verb == "deletecollection":
        return False
    return verb != "create" or "/" in resource


class Reach(NamedTuple):
    """Where a role holds: in the whole cluster, in some namespaces, or nowhere."""

    cluster: bool
    namespaces: tuple[str, ...]

    @property
    def is_bound(self) -> bool:
        return self.cluster or bool(self.namespaces)


def reach_of(role: Subject) -> Reach | None:
    """By what binds it to somebody; None where the bindings were not read."""
    around = role.around
    if not (around.has("RoleBinding") and around.has("ClusterRoleBinding")):
        return None
    key = (role.kind, role.namespace, role.name)
    return _reaches(around).get(key, Reach(False, ()))


RoleKey = tuple[str, str, str]


def _reaches(around: Snapshot) -> dict[RoleKey, Reach]:
    known_reaches = around.memory.get("reaches")
    if known_reaches is None:
        found: dict[RoleKey, Reach] = {}
        for kind in ("ClusterRoleBinding", "RoleBinding"):
            for binding in around.all(kind):
                if manifests.mappings(binding.get("subjects")):
                    key = role_key(binding)
                    known = found.get(key, Reach(False, ()))
                    where = (manifests.namespace(binding),) if kind == "RoleBinding" else ()
                    found[key] = Reach(known.cluster or not where, (*known.namespaces, *where))
        known_reaches = around.memory["reaches"] = found
    return known_reaches


def role_key(binding: Manifest) -> RoleKey:
    """Which role a binding names: kind, namespace ('' for a ClusterRole), name."""
    ref = manifests.mapping(binding.get("roleRef"))
    kind, name = manifests.text(ref.get("kind")), manifests.text(ref.get("name"))
    return kind, manifests.namespace(binding) if kind == "Role" else "", name


# Roles that say no more than which APIs there are: everybody has them.
DISCOVERY = frozenset(
    {
        "system:basic-user",
        "system:discovery",
        "system:public-info-viewer",
        "system:service-account-issuer-discovery",
    }
)


class Grant(NamedTuple):
    """What a binding gives to a ServiceAccount; `namespace` is '' where it holds everywhere."""

    role: RoleKey
    namespace: str


Account = tuple[str, str]
"""Namespace and name of a ServiceAccount; the name is `*` for all of the namespace, the namespace
too for all of the cluster."""


def grants_of(around: Snapshot, namespace: str, name: str) -> list[Grant]:
    """What a ServiceAccount is given, beyond what everybody is, by itself and by the groups of
    ServiceAccounts."""
    found = _grants(around)
    keys = ((namespace, name), (namespace, ANY), (ANY, ANY))
    return [grant for key in keys for grant in found.get(key, ())]


def _grants(around: Snapshot) -> dict[Account, list[Grant]]:
    known_grants = around.memory.get("grants")
    if known_grants is None:
        known: dict[Account, list[Grant]] = {}
        for kind in ("ClusterRoleBinding", "RoleBinding"):
            for binding in around.all(kind):
                role, where = role_key(binding), manifests.namespace(binding)
                if role[2] in DISCOVERY:
                    continue
                for subject in manifests.mappings(binding.get("subjects")):
                    account = _account(subject, where)
                    if account:
                        known.setdefault(account, []).append(
                            Grant(role, where if kind == "RoleBinding" else "")
                        )
        known_grants = around.memory["grants"] = known
    return known_grants


def _account(subject: Manifest, namespace: str) -> Account | None:
    kind, name = subject.get("kind"), manifests.text(subject.get("name"))
    if kind == "ServiceAccount":
        return manifests.text(subject.get("namespace")) or namespace, name
    if kind == "Group" and name in ("system:serviceaccounts", "system:authenticated"):
        return ANY, ANY
    if kind == "Group" and name.startswith("system:serviceaccounts:"):
        return name.rpartition(":")[2], ANY
    if kind == "User" and name.startswith("system:serviceaccount:"):
        _, _, where, who = (*name.split(":", 3), "", "")[:4]
        return where, who
    return None
