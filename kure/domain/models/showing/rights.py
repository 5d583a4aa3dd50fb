"""Which accounts of a namespace may do something there, and by which role."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kure.domain import manifests
from kure.domain.diagnosis.dependencies.rights import Account, Denied, binds, is_about, texts
from kure.domain.manifests import Manifest
from kure.domain.models.showing.text import Shown, bounded
from kure.domain.models.tools import WhoCan

EVERYTHING = "cluster-admin"


@dataclass(frozen=True)
class Rbac:
    """The bindings and roles that hold in one namespace. None: they were not read."""

    roles: Sequence[Manifest] | None
    bindings: Sequence[Manifest] | None
    cluster_roles: Sequence[Manifest] | None
    cluster_bindings: Sequence[Manifest] | None


def who_can(wish: WhoCan, rbac: Rbac, accounts: Sequence[str], runs_as: str) -> Shown:
    """`accounts` are the service accounts of the namespace, `runs_as` the one of the workload, ''
    where that is not known. Nobody else is named: accounts of other namespaces and people are no
    business of a model."""
    lines = [f"{wish.verb} {wish.resource} in namespace {wish.namespace}:"]
    found = {
        account: list(_ways(wish, rbac, account)) for account in sorted({*accounts, runs_as} - {""})
    }
    if runs_as:
        may = "may" if found[runs_as] else "may not"
        lines.append(f"the workload runs as ServiceAccount/{runs_as}, which {may}")
    for account, ways in found.items():
        lines += [f"ServiceAccount/{account} may by {way}" for way in ways]
    if not any(found.values()):
        lines.append("no service account of this namespace may")
    lines += _unread(rbac)
    return bounded("RoleBinding/", "\n".join(lines))


def _unread(rbac: Rbac) -> Iterator[str]:
    for kind, read in (
        ("Role", rbac.roles),
        ("RoleBinding", rbac.bindings),
        ("ClusterRole", rbac.cluster_roles),
        ("ClusterRoleBinding", rbac.cluster_bindings),
    ):
        if read is None:
            yield f"objects of kind {kind} could not be read: more may be allowed than is said here"


def _ways(wish: WhoCan, rbac: Rbac, account: str) -> Iterator[str]:
    who = Account(wish.namespace, account)
    roles = {manifests.name(role): role for role in rbac.roles or ()}
    cluster_roles = {manifests.name(role): role for role in rbac.cluster_roles or ()}
    for binding in rbac.bindings or ():
        kind = manifests.mapping(binding.get("roleRef")).get("kind")
        named = cluster_roles if kind == "ClusterRole" else roles
        yield from _by(wish, who, binding, "RoleBinding", wish.namespace, named)
    for binding in rbac.cluster_bindings or ():
        yield from _by(wish, who, binding, "ClusterRoleBinding", "", cluster_roles)


def _by(
    wish: WhoCan,
    who: Account,
    binding: Manifest,
    kind: str,
    namespace: str,
    roles: Mapping[str, Manifest],
) -> Iterator[str]:
    if not binds(binding, who, namespace):
        return
    role = manifests.text(manifests.mapping(binding.get("roleRef")).get("name"))
    way = f"{kind}/{manifests.name(binding)}, role {role}"
    if role == EVERYTHING:
        yield way
        return
    asked = _asked(wish, who)
    for rule in manifests.mappings(manifests.mapping(roles.get(role)).get("rules")):
        verbs = texts(rule, "verbs")
        if is_about(rule, asked) and (wish.verb in verbs or "*" in verbs):
            names = texts(rule, "resourceNames")
            yield way + (f", only of the names {', '.join(names)}" if names else "")


def _asked(wish: WhoCan, who: Account) -> Denied:
    plain, slash, sub = wish.resource.partition("/")
    resource, _, group = plain.partition(".")
    return Denied(who, wish.verb, resource + slash + sub, group, wish.namespace)
