"""The walk to the top owner, with reads."""

from collections.abc import AsyncIterator

from kure.domain import manifests, owners
from kure.domain.workloads import Workload
from kure.errors import NotFound
from kure.ports import Cluster, Manifest

# A ring of references would never end.
MOST_OWNERS = 4


async def find_owner(cluster: Cluster, name: str, pod: Manifest) -> tuple[Workload, list[Manifest]]:
    """The workload of a pod in the cluster called `name`, and the owners that were read for it.

    An owner that is gone, or whose name belongs to another object now, is read off the pod
    (`workload_from_manifest`). Raises what `Cluster.get` raises but NotFound.
    """
    read: list[Manifest] = []
    step = owners.next_step(name, pod)
    while isinstance(step, owners.Read):
        try:
            found = await cluster.get(step.path)
        except NotFound:
            return owners.unread(name, pod, step.owner), read
        if not step.owner.uid or manifests.uid(found) != step.owner.uid:
            return owners.unread(name, pod, step.owner), read
        read.append(found)
        step = owners.next_step(name, found)
    return step.workload, read


async def owner_chain(cluster: Cluster, obj: Manifest) -> AsyncIterator[Manifest]:
    """Every owner above the object that Kure knows how to read, nearest first. Ends where one is
    gone or another object has its name. Raises what `Cluster.get` raises but NotFound."""
    for _ in range(MOST_OWNERS):
        owner = owners.controller(obj)
        path = owners.shown_path(owner, manifests.namespace(obj)) if owner else None
        if owner is None or path is None:
            return
        try:
            obj = await cluster.get(path)
        except NotFound:
            return
        if manifests.uid(obj) != owner.uid:
            return
        yield obj
