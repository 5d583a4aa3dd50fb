"""Reading all that a mirror is made of and measured by, side by side."""

from collections.abc import Iterable
from dataclasses import dataclass

from activities.other_policies import read_other_policies
from kure.contracts.mirroring import Wish
from kure.domain import manifests
from kure.domain.diagnosis.readable import NEARBY
from kure.domain.failures.objects.kind import ObjectKind
from kure.domain.failures.objects.kinds import KINDS
from kure.domain.mirrors.asked import Around
from kure.domain.mirrors.surroundings import Surroundings
from kure.errors import AccessDenied, Gone, NotFound
from kure.gathering.reads import PODS, Reads, owner_path, together
from kure.gathering.workload_pods import pods_of
from kure.ports import Cluster, Manifest

SYSTEM = "kube-system"

# The lists that a mirror is measured by: which field of what, of which kind.
SURROUNDINGS = {
    "services": "Service",
    "replica_sets": "ReplicaSet",
    "stateful_sets": "StatefulSet",
    "daemon_sets": "DaemonSet",
    "jobs": "Job",
    "pdbs": "PodDisruptionBudget",
    "hpas": "HorizontalPodAutoscaler",
    "network_policies": "NetworkPolicy",
    "claims": "PersistentVolumeClaim",
    "priority_classes": "PriorityClass",
}
OF_CLUSTER = {"cluster_bindings": "ClusterRoleBinding", "cluster_roles": "ClusterRole"}
OF_SYSTEM = {"system_bindings": "RoleBinding", "system_roles": "Role"}
OF_NAMESPACE = {"quotas": "ResourceQuota", "limit_ranges": "LimitRange"}


@dataclass(frozen=True)
class Source:
    """What a mirror is made of. `owner` is the top owner, of a bare pod the pod itself; `original`
    a failing pod, None where there is none; `pods` are all of the workload that were found."""

    owner: Manifest
    original: Manifest | None
    pods: tuple[Manifest, ...]


async def read_source(cluster: Cluster, wish: Wish) -> Source:
    """Gone where there is nothing left to make a mirror of."""
    reads = Reads(cluster)
    workload = wish.workload
    async with together() as group:
        reported = [
            group.create_task(reads.same(f"{PODS.format(workload.namespace)}/{ref.name}", ref))
            for ref in wish.pods
            if ref.kind == "Pod"
        ]
        path = owner_path(workload)
        reading = group.create_task(_owner(cluster, path)) if path else None
    pods = [pod for pod in (read.result() for read in reported) if pod is not None]
    owner = reading.result() if reading else next(iter(pods), None)
    if owner is None:
        raise Gone(f"{workload.kind} {workload.namespace}/{workload.name} is not there any more.")
    if reading:
        pods = list(_distinct((*pods, *(await reads.optional(pods_of(reads, owner)) or ()))))
    return Source(owner, next(iter(pods), None), tuple(pods))


async def _owner(cluster: Cluster, path: str) -> Manifest | None:
    try:
        return await cluster.get(path)
    except NotFound:
        return None


def _distinct(pods: Iterable[Manifest]) -> Iterable[Manifest]:
    return {manifests.uid(pod): pod for pod in pods}.values()


async def read_surroundings(cluster: Cluster, namespace: str) -> Surroundings:
    """What is there beside the mirror; what may not be read is None."""
    async with together() as group:
        own = group.create_task(_lists(cluster, SURROUNDINGS, namespace))
        others = group.create_task(read_other_policies(cluster, namespace))
    return Surroundings(**own.result(), other_policies=others.result())


async def read_around(cluster: Cluster, namespace: str) -> Around:
    """What the policy asks: who may read Secrets everywhere, and how much room there is."""
    async with together() as group:
        everywhere = group.create_task(_lists(cluster, OF_CLUSTER, ""))
        system = group.create_task(_lists(cluster, OF_SYSTEM, SYSTEM))
        here = group.create_task(_lists(cluster, OF_NAMESPACE, namespace))
    room = here.result()
    return Around(
        cluster_bindings=everywhere.result()["cluster_bindings"],
        cluster_roles=everywhere.result()["cluster_roles"],
        system_bindings=system.result()["system_bindings"],
        system_roles=system.result()["system_roles"],
        quotas=room["quotas"] or (),
        limit_ranges=room["limit_ranges"] or (),
    )


Lists = dict[str, tuple[Manifest, ...] | None]


async def _lists(cluster: Cluster, kinds: dict[str, str], namespace: str) -> Lists:
    async with together() as group:
        reading = {
            field: group.create_task(_list(cluster, NEARBY.get(kind) or KINDS[kind], namespace))
            for field, kind in kinds.items()
        }
    return {field: read.result() for field, read in reading.items()}


async def _list(cluster: Cluster, kind: ObjectKind, namespace: str) -> tuple[Manifest, ...] | None:
    """None where it may not be read; what the API server does not know is not there."""
    path = kind.list_in(namespace) if namespace and kind.namespaced else kind.list_path
    try:
        return tuple([found async for found in cluster.list(path)])
    except NotFound:
        return ()
    except AccessDenied:
        return None
