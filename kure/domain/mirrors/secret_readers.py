"""Whether an account can read Secrets in all of a cluster, directly or by a detour.

Counted are bindings for the whole cluster, and those in kube-system, whose Secrets open the rest.
Who may read Secrets of some name everywhere counts too. The detours are those of
https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks
"""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.diagnosis.dependencies.rights import Account, binds, texts
from kure.domain.manifests import Manifest
from kure.domain.mirrors.asked import Around

SYSTEM = "kube-system"
EVERYTHING = "cluster-admin"

_RBAC = "rbac.authorization.k8s.io"
_READS = ("get", "list", "watch")
_CHANGES = ("create", "update", "patch")
_WORKLOADS = {
    "apps": ("deployments", "replicasets", "statefulsets", "daemonsets"),
    "batch": ("jobs", "cronjobs"),
}

# What leads to Secrets: API group, resources, verbs.
WAYS: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("", ("secrets",), _READS),
    # A program that has them is asked for them.
    ("", ("pods/exec", "pods/attach", "nodes/proxy", "pods/proxy"), ("get", "create")),
    ("", ("pods/ephemeralcontainers",), ("update", "patch")),
    # Who makes pods mounts what he likes.
    ("", ("pods", "replicationcontrollers"), _CHANGES),
    *((group, resources, _CHANGES) for group, resources in _WORKLOADS.items()),
    # Who becomes somebody else has his rights.
    ("", ("serviceaccounts/token",), ("create",)),
    ("", ("users", "groups", "serviceaccounts"), ("impersonate",)),
    (_RBAC, ("roles", "clusterroles"), ("bind", "escalate")),
    ("certificates.k8s.io", ("certificatesigningrequests/approval",), ("update", "patch")),
)


def reads_secrets(namespace: str, account: str, around: Around) -> str:
    """How the ServiceAccount can read Secrets everywhere, as the end of a sentence; '' where it
    cannot. What could not be read is told, since it may be so."""
    lists = (around.cluster_bindings, around.cluster_roles, around.system_bindings)
    if any(each is None for each in (*lists, around.system_roles)):
        return "of which the rights could not be read; let Kure's worker list roles and bindings"
    who = Account(namespace, account)
    for kind, where, binding, rules in _granted(who, around):
        way = next((way for rule in rules for way in _ways(rule)), "")
        if way:
            return f'which may {way} in {where} by {kind} "{manifests.name(binding)}"'
    return ""


def _granted(who: Account, around: Around) -> Iterator[tuple[str, str, Manifest, list[Manifest]]]:
    cluster_roles = {manifests.name(role): role for role in around.cluster_roles or ()}
    system_roles = {manifests.name(role): role for role in around.system_roles or ()}
    for binding in around.cluster_bindings or ():
        if binds(binding, who, ""):
            rules = _rules(binding, cluster_roles, cluster_roles)
            yield "ClusterRoleBinding", "all of the cluster", binding, rules
    for binding in around.system_bindings or ():
        if binds(binding, who, SYSTEM):
            kind = manifests.mapping(binding.get("roleRef")).get("kind")
            roles = cluster_roles if kind == "ClusterRole" else system_roles
            yield "RoleBinding", SYSTEM, binding, _rules(binding, roles, cluster_roles)


def _rules(
    binding: Manifest, roles: dict[str, Manifest], cluster_roles: dict[str, Manifest]
) -> list[Manifest]:
    name = manifests.text(manifests.mapping(binding.get("roleRef")).get("name"))
    if name == EVERYTHING:
        return [{"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}]
    role = roles.get(name, {})
    return [*manifests.mappings(role.get("rules")), *_aggregated(role, cluster_roles)]


def _aggregated(role: Manifest, cluster_roles: dict[str, Manifest]) -> Iterator[Manifest]:
    """The rules that a controller writes into an aggregating role, maybe only a moment later."""
    rule = manifests.mapping(role.get("aggregationRule"))
    for selector in manifests.mappings(rule.get("clusterRoleSelectors")):
        wanted = manifests.mapping(selector.get("matchLabels"))
        for other in cluster_roles.values():
            # A selector by expressions is taken to select: it is read for a refusal only.
            if (
                selector.get("matchExpressions")
                or wanted.items() <= manifests.labels(other).items()
            ):
                yield from manifests.mappings(other.get("rules"))


def _ways(rule: Manifest) -> Iterator[str]:
    for group, resources, verbs in WAYS:
        if not {group, "*"} & set(texts(rule, "apiGroups")):
            continue
        for resource in resources:
            for verb in verbs:
                if _has(rule, resource) and {verb, "*"} & set(texts(rule, "verbs")):
                    yield f"{verb} {resource}"


def _has(rule: Manifest, resource: str) -> bool:
    _, slash, part = resource.partition("/")
    names = {resource, "*"} | ({f"*/{part}"} if slash else set())
    return bool(names & set(texts(rule, "resources")))
