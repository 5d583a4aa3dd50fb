"""What an account may do: RBAC's bindings and rules.
https://kubernetes.io/docs/reference/access-authn-authz/rbac/"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kure.domain import manifests
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.nearby import Want
from kure.domain.manifests import Manifest

DENIED = re.compile(
    r"(?:(?P<plural>[a-z0-9.-]{1,120}) (?:\"(?P<name>[^\"\s]{1,253})\" )?is forbidden: )?"
    r"User \"system:serviceaccount:(?P<space>[^:\"\s]{1,63}):(?P<account>[^\"\s]{1,253})\" cannot "
    r"(?P<verb>[\w*-]{1,40}) (?:path \"(?P<path>[^\"]{1,500})\"|resource "
    r"\"(?P<resource>[^\"\s]{1,300})\""
    r"(?: in API group \"(?P<group>[^\"\s]{0,253})\")?"
    r"(?: in the namespace \"(?P<namespace>[^\"\s]{1,63})\"| at the cluster scope)?)"
)
MOST_DENIED = 20


@dataclass(frozen=True)
class Account:
    namespace: str
    name: str

    @property
    def text(self) -> str:
        return f"system:serviceaccount:{self.namespace}:{self.name}"

    @property
    def groups(self) -> tuple[str, ...]:
        return (
            "system:serviceaccounts",
            f"system:serviceaccounts:{self.namespace}",
            "system:authenticated",
        )


@dataclass(frozen=True)
class Denied:
    """What was asked for and refused. `namespace` is '' at the cluster's scope; `name` is '' where
    no single object was asked for."""

    account: Account
    verb: str
    resource: str
    group: str = ""
    namespace: str = ""
    name: str = ""
    path: str = ""

    @property
    def what(self) -> str:
        """As kubectl takes it: `deployments.apps/scale`."""
        plain, slash, sub = self.resource.partition("/")
        return (f"{plain}.{self.group}" if self.group else plain) + slash + sub

    @property
    def text(self) -> str:
        if self.path:
            return f"{self.verb} {self.path}"
        where = f"in namespace {self.namespace}" if self.namespace else "in all of the cluster"
        return f"{self.verb} {self.what} {where}"


def denied_in(text: str) -> list[Denied]:
    """Everything that the API server refused to one account in this text, each once."""
    found: list[Denied] = []
    for match in DENIED.finditer(text.replace('\\"', '"')):
        groups = {key: value or "" for key, value in match.groupdict().items()}
        found.append(
            Denied(
                Account(groups["space"], groups["account"]),
                *(groups["verb"], groups["resource"], groups["group"], groups["namespace"]),
                name="" if groups["verb"] in ("list", "watch", "create") else groups["name"],
                path=groups["path"],
            )
        )
    first = found[-1:] and found[-1].account
    return [one for one in dict.fromkeys(found) if one.account == first][-MOST_DENIED:]


@dataclass(frozen=True)
class Grant:
    """One binding of an account: `role` is what it names, None where that is not there or was not
    read (`missing`: it certainly is not there)."""

    binding: Manifest
    kind: str
    role_kind: str
    role_name: str
    namespace: str
    role: Manifest | None
    missing: bool = False

    @property
    def rules(self) -> list[Manifest]:
        return manifests.mappings(self.role.get("rules")) if self.role else []

    @property
    def role_text(self) -> str:
        return f'{self.role_kind} "{self.role_name}"'


def wanted_rights(denied: Denied) -> Iterator[Want]:
    """Bindings first; the roles are wanted one by one once the bindings name them."""
    if denied.namespace:
        yield Want("RoleBinding", denied.namespace)
        yield Want("Role", denied.namespace)
    if denied.namespace != denied.account.namespace:
        yield Want("RoleBinding", denied.account.namespace)
        yield Want("Role", denied.account.namespace)
    yield Want("ClusterRoleBinding")


def wanted_cluster_roles(case: Case, denied: Denied) -> Iterator[Want]:
    for grant in grants(case, denied.account, denied.namespace):
        if grant.role_kind == "ClusterRole":
            yield _cluster_role(grant.role_name)


def _cluster_role(name: str) -> Want:
    return Want("ClusterRole", "", f"metadata.name={name}")


def grants(case: Case, account: Account, namespace: str) -> Iterator[Grant]:
    """What is bound to the account, in this namespace and in the whole cluster."""
    lists = [("ClusterRoleBinding", Want("ClusterRoleBinding"))]
    if namespace:
        lists.append(("RoleBinding", Want("RoleBinding", namespace)))
    for kind, want in lists:
        for binding in case.facts.nearby.read(want) or ():
            if binds(binding, account, want.namespace):
                yield _grant(case, binding, kind, want.namespace)


def binds(binding: Manifest, account: Account, namespace: str) -> bool:
    return any(
        _is_subject(subject, account, namespace)
        for subject in manifests.mappings(binding.get("subjects"))
    )


def _is_subject(subject: Manifest, account: Account, namespace: str) -> bool:
    kind, name = subject.get("kind"), subject.get("name")
    if kind == "ServiceAccount":
        its = subject.get("namespace") or namespace
        return (name, its) == (account.name, account.namespace)
    if kind == "User":
        return bool(name == account.text)
    return kind == "Group" and name in account.groups


def misdirected(case: Case, denied: Denied) -> Grant | None:
    """The one binding that would give the right, and is for an account that does not exist or is of
    another namespace."""
    account = denied.account
    accounts = Want("ServiceAccount", account.namespace)
    found = []
    want = Want("RoleBinding", denied.namespace)
    for binding in case.facts.nearby.read(want) or () if denied.namespace else ():
        grant = _grant(case, binding, "RoleBinding", denied.namespace)
        subject = only_subject(binding)
        if subject is None or not any(allows(rule, denied) for rule in grant.rules):
            continue
        elsewhere = subject.name == account.name and subject.namespace != account.namespace
        unknown = subject.namespace == account.namespace and case.facts.nearby.lacks(
            accounts, subject.name
        )
        if elsewhere or unknown:
            found.append(grant)
    return found[0] if len(found) == 1 else None


def only_subject(binding: Manifest) -> Account | None:
    """The one ServiceAccount that a binding is for."""
    found = manifests.mappings(binding.get("subjects"))
    if len(found) != 1 or found[0].get("kind") != "ServiceAccount":
        return None
    return Account(manifests.text(found[0].get("namespace")), manifests.text(found[0].get("name")))


def _grant(case: Case, binding: Manifest, kind: str, namespace: str) -> Grant:
    ref = manifests.mapping(binding.get("roleRef"))
    role_kind, name = manifests.text(ref.get("kind")), manifests.text(ref.get("name"))
    want = Want("Role", namespace) if role_kind == "Role" else _cluster_role(name)
    nearby = case.facts.nearby
    role = nearby.named(want, name)
    return Grant(binding, kind, role_kind, name, namespace, role, nearby.lacks(want, name))


def allows(rule: Manifest, denied: Denied) -> bool:
    if denied.path:
        return _has(rule, "verbs", denied.verb) and any(
            path in ("*", denied.path)
            or (path.endswith("*") and denied.path.startswith(path.rstrip("*")))
            for path in texts(rule, "nonResourceURLs")
        )
    names = texts(rule, "resourceNames")
    return (
        _has(rule, "verbs", denied.verb)
        and is_about(rule, denied)
        and (not names or (denied.name != "" and denied.name in names))
    )


def is_about(rule: Manifest, denied: Denied) -> bool:
    """Whether a rule speaks of this resource of this group, whatever the verb."""
    return _has(rule, "apiGroups", denied.group) and has_resource(rule, denied)


def has_resource(rule: Manifest, denied: Denied) -> bool:
    _, slash, sub = denied.resource.partition("/")
    return _has(rule, "resources", denied.resource) or (
        bool(slash) and f"*/{sub}" in texts(rule, "resources")
    )


def _has(rule: Manifest, field: str, value: str) -> bool:
    listed = texts(rule, field)
    return value in listed or "*" in listed


def texts(rule: Manifest, field: str) -> list[str]:
    found = rule.get(field)
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
