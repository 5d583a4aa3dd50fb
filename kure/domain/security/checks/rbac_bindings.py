"""Who is bound to what."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.domain.security.kinds import BINDINGS, LIVE
from kure.domain.security.model import Severity, Violation, cis, nsa
from kure.domain.security.registry import check
from kure.domain.security.rights import DISCOVERY, role_key
from kure.domain.security.subject import Subject

MASTERS = "system:masters"
SERVICE_ACCOUNTS = "system:serviceaccounts"


def _subjects(binding: Subject) -> Iterator[tuple[str, str, str, str]]:
    """Each subject: how a path names it, its kind, its namespace, its name."""
    for subject in manifests.mappings(binding.obj.get("subjects")):
        kind, name = manifests.text(subject.get("kind")), manifests.text(subject.get("name"))
        namespace = ""
        if kind == "ServiceAccount":
            namespace = manifests.text(subject.get("namespace")) or binding.namespace
        path = f"subjects[{kind}/{namespace}/{name}]" if namespace else f"subjects[{kind}/{name}]"
        yield path, kind, namespace, name


def _role(binding: Subject) -> tuple[str, str]:
    ref: Manifest = manifests.mapping(binding.obj.get("roleRef"))
    return manifests.text(ref.get("kind")), manifests.text(ref.get("name"))


def _is_shipped_admin(binding: Subject) -> bool:
    """The one binding of cluster-admin that every cluster begins with."""
    who = [(kind, name) for _, kind, _, name in _subjects(binding)]
    return (
        binding.kind == "ClusterRoleBinding"
        and binding.name == "cluster-admin"
        and _role(binding) == ("ClusterRole", "cluster-admin")
        and who == [("Group", MASTERS)]
    )


def _said(kind: str, namespace: str, name: str) -> str:
    return f"{kind} {namespace}/{name}" if namespace else f"{kind} {name}"


@check(
    "KURE-RBAC-001",
    "cluster-admin granted",
    Severity.CRITICAL,
    BINDINGS,
    fix="Bind a role that allows what is needed.",
    frameworks=(*cis("5.1.1"), *nsa()),
)
def cluster_admin(binding: Subject) -> Iterator[Violation]:
    """Whoever has its token, or a shell in a pod that has, owns the cluster."""
    if _role(binding) != ("ClusterRole", "cluster-admin") or _is_shipped_admin(binding):
        return
    for path, kind, namespace, name in _subjects(binding):
        is_wide = binding.kind == "ClusterRoleBinding"
        is_program = kind == "ServiceAccount" or name.startswith(SERVICE_ACCOUNTS)
        where = "the cluster" if is_wide else f"namespace {binding.namespace}"
        yield Violation(
            path,
            f"{_said(kind, namespace, name)} is administrator of {where}",
            value=name,
            severity=Severity.CRITICAL if is_wide and is_program else Severity.HIGH,
        )


@check(
    "KURE-RBAC-020",
    "Anonymous access",
    Severity.CRITICAL,
    BINDINGS,
    fix="Remove the subject.",
)
def anonymous(binding: Subject) -> Iterator[Violation]:
    """Everybody who reaches the API server has these rights, without signing in."""
    role = _role(binding)
    if role == ("ClusterRole", "system:public-info-viewer"):
        return
    if binding.namespace == "kube-public" and role == (
        "Role",
        "kubeadm:bootstrap-signer-clusterinfo",
    ):
        return
    for path, kind, _, name in _subjects(binding):
        if (kind, name) in (("User", "system:anonymous"), ("Group", "system:unauthenticated")):
            told = f"{kind} {name} is bound to {role[0]} {role[1]}"
            yield Violation(path, told, value=name)


@check(
    "KURE-RBAC-021",
    "All authenticated users elevated",
    Severity.HIGH,
    BINDINGS,
    fix="Bind a group of people instead.",
)
def authenticated(binding: Subject) -> Iterator[Violation]:
    """Everybody with any credentials has these rights, every pod of the cluster among them."""
    role = _role(binding)
    if role[1] in DISCOVERY:
        return
    for path, kind, _, name in _subjects(binding):
        if (kind, name) == ("Group", "system:authenticated"):
            told = f"Everybody who is signed in is bound to {role[0]} {role[1]}"
            yield Violation(path, told, value=name)


@check(
    "KURE-RBAC-022",
    "system:masters used",
    Severity.HIGH,
    BINDINGS,
    fix="Bind a group that has a name of its own.",
    frameworks=cis("5.1.7"),
)
def masters(binding: Subject) -> Iterator[Violation]:
    """That group passes by all authorization: no binding takes anything from it."""
    if _is_shipped_admin(binding):
        return
    for path, kind, _, name in _subjects(binding):
        if (kind, name) == ("Group", MASTERS):
            yield Violation(path, f"It names the group {MASTERS}", value=name)


@check(
    "KURE-RBAC-023",
    "admin or edit cluster-wide to a service account",
    Severity.HIGH,
    ("ClusterRoleBinding",),
    fix="Bind it by a RoleBinding in each namespace that needs it.",
    frameworks=cis("5.1.1"),
)
def wide_edit(binding: Subject) -> Iterator[Violation]:
    """In every namespace it makes pods and reads Secrets, those of kube-system too."""
    role = _role(binding)[1]
    if role not in ("admin", "edit"):
        return
    for path, kind, namespace, name in _subjects(binding):
        if kind == "ServiceAccount" or (kind == "Group" and name.startswith(SERVICE_ACCOUNTS)):
            told = f"{_said(kind, namespace, name)} has {role} in every namespace"
            yield Violation(path, told, value=name)


@check(
    "KURE-SA-004",
    "default SA has permissions",
    Severity.HIGH,
    BINDINGS,
    fix="Make a ServiceAccount for who needs the rights.",
    frameworks=cis("5.1.5"),
)
def default_account(binding: Subject) -> Iterator[Violation]:
    """Every pod that names no ServiceAccount has these rights, whoever makes it."""
    role = _role(binding)
    if role[1] in DISCOVERY:
        return
    for path, kind, namespace, name in _subjects(binding):
        is_default = kind == "ServiceAccount" and name == "default"
        is_all = kind == "Group" and (
            name == SERVICE_ACCOUNTS or name.startswith(f"{SERVICE_ACCOUNTS}:")
        )
        if is_default or is_all:
            told = f"{_said(kind, namespace, name)} is bound to {role[0]} {role[1]}"
            yield Violation(path, told, value=name)


@check(
    "KURE-RBAC-028",
    "Dangling binding",
    Severity.LOW,
    BINDINGS,
    fix="Delete the binding, or create what it names.",
    needs=(LIVE, "Role", "ClusterRole", "ServiceAccount"),
)
def dangling(binding: Subject) -> Iterator[Violation]:
    """Whoever creates what it names has its rights."""
    around = binding.around
    kind, namespace, name = role_key(binding.obj)
    if kind in ("Role", "ClusterRole") and around.named(kind, namespace, name) is None:
        yield Violation("roleRef", f"There is no {kind} {name}", value=name)
    for path, what, where, who in _subjects(binding):
        if what != "ServiceAccount" or around.named("ServiceAccount", where, who) is not None:
            continue
        # Every cluster has bindings for controllers that it may not run.
        is_shipped = name == binding.name and name.startswith("system:")
        if not (is_shipped and where == "kube-system"):
            yield Violation(path, f"There is no ServiceAccount {where}/{who}", value=who)
