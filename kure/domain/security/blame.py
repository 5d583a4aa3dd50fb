"""Of whom a finding is told: the top owner, once, however many pods and old revisions there are.

Templates are looked at, not the pods they make: what is wrong there is wrong in every pod. Of a pod
with a known template only the containers count that the template does not have; they were injected.
"""

from dataclasses import dataclass

from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.domain.owners import OwnerReference, controller, workload_from_manifest
from kure.domain.security.kinds import POD_PLACES, STATIC, kind_in
from kure.domain.security.subject import Subject

# Who may own them in turn, in the eyes of people.
_PARENTS = {"ReplicaSet": "Deployment", "Job": "CronJob"}


@dataclass(frozen=True)
class Target:
    """`injected` are the names of the only containers that count; None: all do. `seen_on` is the
    object that was looked at, where it is another than the one that is blamed."""

    api_version: str
    kind: str
    name: str
    seen_on: str = ""
    injected: frozenset[str] | None = None


def target_of(subject: Subject) -> Target | None:
    """Whom to blame for what is found in an object; None where its owner is looked at instead."""
    obj, around = subject.obj, subject.around
    version = manifests.text(obj.get("apiVersion"))
    owner = controller(obj) if subject.kind in ("Pod", *_PARENTS) else None
    if subject.kind == "Pod" and (owner is None or owner.kind == "Node"):
        return _of_pod(subject, version)
    if owner is None:
        return Target(version, subject.kind, subject.name)
    kind = kind_in(owner.kind, f"{owner.group}/v1" if owner.group else "v1")
    known = kind in POD_PLACES
    parent = around.named(kind, subject.namespace, owner.name) if known else None
    if subject.kind != "Pod":
        old = subject.kind == "ReplicaSet" and subject.spec.get("replicas") == 0
        return None if parent or old else Target(_version(owner), kind, owner.name, _seen(subject))
    if parent is not None:
        return _injected(subject, parent, kind)
    if known:
        top = workload_from_manifest("", obj)
        return Target("", top.kind, top.name, _seen(subject))
    return Target(_version(owner), kind, owner.name, _seen(subject))


def _version(owner: OwnerReference) -> str:
    """Only its group is known: nothing can be patched by it."""
    return owner.group


def _seen(subject: Subject) -> str:
    return f"{subject.kind}/{subject.name}"


def _of_pod(subject: Subject, version: str) -> Target:
    """Static pods are one for all nodes, and so are pods that share a `generateName`."""
    node = manifests.node_name(subject.obj)
    if STATIC in subject.annotations and node:
        return Target(version, "Pod", subject.name.removesuffix(f"-{node}"), _seen(subject))
    generated = manifests.text(subject.metadata.get("generateName")).rstrip("-")
    if generated and subject.name:
        return Target(version, "Pod", generated, _seen(subject))
    return Target(version, "Pod", subject.name)


def _injected(subject: Subject, parent: Manifest, kind: str) -> Target | None:
    top_kind, top = kind, parent
    owner = controller(parent)
    if kind in _PARENTS and owner is not None:
        above = subject.around.named(_PARENTS[kind], subject.namespace, owner.name)
        top_kind = kind_in(owner.kind, f"{owner.group}/v1" if owner.group else "v1")
        top = above or {"metadata": {"name": owner.name}}
    known = Subject({"kind": kind} | parent).containers
    names = frozenset(c.name for c in subject.containers) - {c.name for c in known}
    if not names:
        return None
    version = manifests.text(top.get("apiVersion"))
    return Target(version, top_kind, manifests.name(top), _seen(subject), names)


_BY_LABEL = (
    ("argocd.argoproj.io/instance", "Argo CD"),
    ("kustomize.toolkit.fluxcd.io/name", "Flux"),
    ("helm.toolkit.fluxcd.io/name", "Flux"),
)


def managed_by(subject: Subject) -> str:
    """Who made the object and would undo a change of it; '' where nothing tells."""
    labels = manifests.mapping(subject.metadata.get("labels"))
    notes = subject.annotations
    for key, who in _BY_LABEL:
        if key in labels:
            return who
    if "argocd.argoproj.io/tracking-id" in notes:
        return "Argo CD"
    if labels.get("app.kubernetes.io/managed-by") == "Helm" or "meta.helm.sh/release-name" in notes:
        return "Helm"
    if STATIC in notes or subject.is_in_system_namespace:
        return "system"
    owner = controller(subject.obj)
    if owner and kind_in(owner.kind, f"{owner.group}/v1") not in POD_PLACES:
        return "operator"
    return ""
