"""Reading what belongs to the failing pods and other objects of one workload, side by side.

What is refused or gone is named in `unavailable`, and the rest goes on; a cluster that does not
answer raises, so that the whole is tried again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from activities.claimed import failures_of
from activities.pod_reading import PodReading
from activities.reads import Reads, owner_path, together
from kure.adapters.cluster.owners import find_owner
from kure.contracts.activities import GatherRequest, PodRef
from kure.domain import manifests, owners
from kure.domain.diagnosis.facts import Facts, ObjectFacts, PodFacts
from kure.domain.failures.model import Graces
from kure.domain.failures.objects.detect import detect_object
from kure.domain.failures.objects.kinds import KINDS
from kure.ports import Manifest

# How many nodes are compared with a pod that no node takes.
MOST_NODES = 500

# Kinds that make pods, and how many failing pods are told of one that fails itself.
OF_PODS = ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob")
MOST_FOUND = 2


@dataclass(frozen=True)
class Gathering:
    """One gathering. `reads.unavailable` fills while it goes on."""

    reads: Reads
    request: GatherRequest
    graces: Graces
    now: datetime

    async def run(self) -> Facts:
        """Everything that the rules read."""
        refs = self.request.pods
        async with together() as group:
            owner = group.create_task(self._owner())
            read_pods = [
                group.create_task(self._pods.reported(ref)) for ref in refs if ref.kind == "Pod"
            ]
            read_objects = [
                group.create_task(self._object(ref)) for ref in refs if ref.kind != "Pod"
            ]
        pods = [pod for pod in (read.result() for read in read_pods) if pod]
        objects = [obj for obj in (read.result() for read in read_objects) if obj]
        pods += await self._pods_behind(objects, pods)
        self._say_what_is_well((*pods, *objects))
        async with together() as group:
            nodes = group.create_task(self._nodes(pods))
            group.create_task(self._check_owners(pods))
        seen, every_node = nodes.result()
        return Facts(
            pods=tuple(pods),
            objects=tuple(objects),
            owner=owner.result(),
            nodes=seen,
            every_node=every_node,
            unavailable=tuple(dict.fromkeys(self.reads.unavailable)),
        )

    @property
    def _pods(self) -> PodReading:
        return PodReading(self.reads, self.request.workload.namespace, self.graces, self.now)

    async def _object(self, ref: PodRef) -> ObjectFacts | None:
        """As for pods: what was reported is read again, with what its rule looks at."""
        kind = KINDS.get(ref.kind)
        if kind is None or kind.rule is None:
            text = f"{ref.kind}/{ref.name}: this version does not know how to judge its kind"
            self.reads.unavailable.append(text)
            return None
        obj = await self.reads.same(kind.path(self.request.workload.namespace, ref.name), ref)
        if obj is None:
            return None
        around = await self.reads.around(kind, obj)
        found = detect_object(kind, obj, around, self.now, self.graces).failures
        all_read = around.events is not None and set(kind.looks_at) <= set(around.neighbours)
        failures = failures_of(obj, found, ref, all_read=all_read)
        events = None if around.events is None else tuple(around.events)
        return ObjectFacts(ref.kind, obj, failures, events)

    async def _pods_behind(
        self, objects: Sequence[ObjectFacts], pods: Sequence[PodFacts]
    ) -> list[PodFacts]:
        """Why an owner fails that makes pods: some of its pods that fail, reported or not."""
        found: list[PodFacts] = []
        for obj in objects:
            most = MOST_FOUND - len(pods) - len(found)
            if obj.kind in OF_PODS and most > 0:
                names = [manifests.name(pod.pod) for pod in (*pods, *found)]
                found += await self._pods.failing_of(obj.object, most, names)
        return found

    def _say_what_is_well(self, read: Sequence[PodFacts | ObjectFacts]) -> None:
        for found in read:
            if not found.failures:
                name = manifests.name(found.object)
                self.reads.unavailable.append(f"{found.kind}/{name} does not fail any more")

    async def _owner(self) -> Manifest | None:
        path = owner_path(self.request.workload)
        return await self.reads.optional(self.reads.cluster.get(path)) if path else None

    async def _check_owners(self, pods: Sequence[PodFacts]) -> None:
        """Say where a pod belongs to another workload than the one that was reported."""
        by_owner = {owners.controller(found.pod): found.pod for found in pods}
        for pod in by_owner.values():
            walk = find_owner(self.reads.cluster, self.request.workload.cluster, pod)
            found = await self.reads.optional(walk)
            if found and found[0] != self.request.workload:
                self.reads.unavailable.append(
                    f"Pod/{manifests.name(pod)} belongs to {found[0].kind} {found[0].name}, not to "
                    f"{self.request.workload.kind} {self.request.workload.name} as reported"
                )

    async def _nodes(self, pods: Sequence[PodFacts]) -> tuple[tuple[Manifest, ...], bool]:
        """The nodes that the pods run on; where one has none, those that it could have got. And
        whether these are all."""
        names = sorted({manifests.node_name(found.pod) for found in pods})
        if "" in names:
            listed = await self.reads.optional(self._some_nodes())
            return tuple(listed or ())[:MOST_NODES], len(listed or ()) <= MOST_NODES
        async with together() as group:
            reads = [
                group.create_task(
                    self.reads.optional(self.reads.cluster.get(f"/api/v1/nodes/{name}"))
                )
                for name in names
            ]
        return tuple(node for node in (read.result() for read in reads) if node), False

    async def _some_nodes(self) -> list[Manifest]:
        found: list[Manifest] = []
        async for node in self.reads.cluster.list("/api/v1/nodes"):
            found.append(node)
            if len(found) > MOST_NODES:
                break
        return found
