"""The walk from what fails to the workload that people know, one read at a time and without I/O.

The walk follows controller references only along Pod → ReplicaSet → Deployment, StatefulSet,
DaemonSet and Job → CronJob. Any other kind is the owner only where it directly controls the pod,
and is taken from the reference unread: Kure needs no rights on kinds that it does not know. An
owner of kind Node (a static pod's mirror) means the pod itself. Pods without an owner that were
made with `generateName` share one workload, named by it without its closing dash. Failing objects
of other kinds are their own workload, but for a Deployment's ReplicaSet and a CronJob's Job.
"""

from dataclasses import dataclass
from urllib.parse import quote

from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.domain.workloads import Workload

PLAIN_GROUPS = ("", "apps", "batch")

# Owners that may have an owner themselves: the only ones that are read.
READ_ON = {
    ("apps", "ReplicaSet"): "/apis/apps/v1/namespaces/{}/replicasets/{}",
    ("batch", "Job"): "/apis/batch/v1/namespaces/{}/jobs/{}",
}

# Workloads: the walk ends there by their reference, and reads them only to show them.
WORKLOADS = {
    ("apps", "Deployment"): "/apis/apps/v1/namespaces/{}/deployments/{}",
    ("apps", "StatefulSet"): "/apis/apps/v1/namespaces/{}/statefulsets/{}",
    ("apps", "DaemonSet"): "/apis/apps/v1/namespaces/{}/daemonsets/{}",
    ("batch", "CronJob"): "/apis/batch/v1/namespaces/{}/cronjobs/{}",
}

# Of failing kinds outside core, for objects that do not say it, as the items of a list.
GROUPS = {
    "ReplicaSet": "apps",
    "Job": "batch",
    "Ingress": "networking.k8s.io",
    "HorizontalPodAutoscaler": "autoscaling",
    "Gateway": "gateway.networking.k8s.io",
    "HTTPRoute": "gateway.networking.k8s.io",
}

# Who may own them in turn. A ReplicaSet of any other kind is itself the workload.
NEXT = {("apps", "ReplicaSet"): ("apps", "Deployment"), ("batch", "Job"): ("batch", "CronJob")}


@dataclass(frozen=True)
class OwnerReference:
    """The controller of an object, as its `metadata.ownerReferences` names it."""

    group: str
    kind: str
    name: str
    uid: str

    @property
    def qualified_kind(self) -> str:
        """`Kind`, or `Kind.group` outside core, apps and batch."""
        return self.kind if self.group in PLAIN_GROUPS else f"{self.kind}.{self.group}"


@dataclass(frozen=True)
class Final:
    """The walk is over."""

    workload: Workload


@dataclass(frozen=True)
class Read:
    """The object at `path` has to be read and given to `next_step`.

    Where it is no longer there, or has another uid than `owner.uid`, `unread` decides instead.
    """

    path: str
    owner: OwnerReference


def controller(obj: Manifest) -> OwnerReference | None:
    """The one owner that manages the object, or None."""
    for found in manifests.mappings(manifests.metadata(obj).get("ownerReferences")):
        kind, name = manifests.text(found.get("kind")), manifests.text(found.get("name"))
        if found.get("controller") is True and kind and name:
            group, slash, _ = manifests.text(found.get("apiVersion")).rpartition("/")
            return OwnerReference(
                group=group if slash else "",
                kind=kind,
                name=name,
                uid=manifests.text(found.get("uid")),
            )
    return None


def shown_path(owner: OwnerReference, namespace: str) -> str | None:
    """Where an owner that is worth showing can be read; None for kinds that Kure does not read."""
    path = (READ_ON | WORKLOADS).get((owner.group, owner.kind))
    # Who may create pods chooses these names: they must not lead to another path.
    return (
        path.format(*(quote(x, safe="", errors="replace") for x in (namespace, owner.name)))
        if path
        else None
    )


def next_step(cluster: str, obj: Manifest) -> Final | Read:
    """What to do next with a pod, with a failing object of another kind, or with the object that a
    Read asked for. Only a pod may need reads."""
    owner = controller(obj)
    here = (_group(obj), manifests.text(obj.get("kind")))
    if here in NEXT:
        if owner and (owner.group, owner.kind) == NEXT[here]:
            return Final(_workload(cluster, obj, owner.qualified_kind, owner.name))
        return Final(_workload(cluster, obj, here[1], manifests.name(obj)))
    if here[1] not in ("", "Pod"):  # whoever manages it, people know it by itself
        kind = here[1] if here[0] in PLAIN_GROUPS else f"{here[1]}.{here[0]}"
        return Final(_workload(cluster, obj, kind, manifests.name(obj)))
    if owner is None or (owner.group, owner.kind) == ("", "Node"):
        return Final(_ownerless(cluster, obj))
    path, where = READ_ON.get((owner.group, owner.kind)), manifests.namespace(obj)
    if path:
        # Who may create pods chooses these names: they must not lead to another path.
        return Read(
            path.format(*(quote(x, safe="", errors="replace") for x in (where, owner.name))), owner
        )
    return Final(_workload(cluster, obj, owner.qualified_kind, owner.name))


def is_above(workload: Workload, other: Workload) -> bool:
    """Whether the workload may own the other, seen further up the walk: what was told of the other
    before its owner was known is the owner's."""
    same_place = (workload.cluster, workload.namespace) == (other.cluster, other.namespace)
    return same_place and _height(workload.kind) > _height(other.kind)


def _height(kind: str) -> int:
    """How far up the walk an owner of that kind stands."""
    if kind == "Pod":
        return 0
    return 1 if kind in ("ReplicaSet", "Job") else 2


def workload_from_manifest(cluster: str, pod: Manifest) -> Workload:
    """The workload as far as the pod itself tells, for when nothing can be read.

    A ReplicaSet named `<x>-<value of the pod's pod-template-hash label>` was made by Deployment x:
    https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#pod-template-hash-label.
    A Job stays a Job: its name alone does not tell whether a CronJob made it.
    """
    step = next_step(cluster, pod)
    return step.workload if isinstance(step, Final) else unread(cluster, pod, step.owner)


def unread(cluster: str, pod: Manifest, owner: OwnerReference) -> Workload:
    """The workload of a pod whose owner could not be read."""
    suffix = "-" + manifests.labels(pod).get("pod-template-hash", "")
    stem = owner.name.removesuffix(suffix)
    if owner.kind == "ReplicaSet" and len(suffix) > 1 and stem and stem != owner.name:
        return _workload(cluster, pod, "Deployment", stem)
    return _workload(cluster, pod, owner.qualified_kind, owner.name)


def _ownerless(cluster: str, pod: Manifest) -> Workload:
    generated = manifests.text(manifests.metadata(pod).get("generateName")).rstrip("-")
    own = None if controller(pod) else generated
    return _workload(cluster, pod, "Pod", own or manifests.name(pod))


def _workload(cluster: str, obj: Manifest, kind: str, name: str) -> Workload:
    return Workload(cluster, manifests.namespace(obj) or "_", kind, name)


def _group(obj: Manifest) -> str:
    if not obj.get("apiVersion"):
        return GROUPS.get(manifests.text(obj.get("kind")), "")
    group, slash, _ = manifests.text(obj.get("apiVersion")).rpartition("/")
    return group if slash else ""
