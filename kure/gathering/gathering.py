"""Reading what belongs to the failing pods and other objects of one workload, side by side; then
the lists that the rules want to compare it with.

What is refused or gone is named in `unavailable`, and the rest goes on; a cluster that does not
answer raises, so that the whole is tried again.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from kure.adapters.cluster.owners import find_owner
from kure.contracts.activities import PodRef
from kure.domain import manifests, owners
from kure.domain.diagnosis.diagnose import ROUNDS, wanted
from kure.domain.diagnosis.facts import Facts, ObjectFacts, PodFacts
from kure.domain.diagnosis.nearby import Want
from kure.domain.failures.model import FailureClass, Graces
from kure.domain.failures.objects.detect import detect_object
from kure.domain.failures.objects.kinds import KINDS
from kure.domain.workloads import Workload
from kure.gathering.claimed import claims, failures_of
from kure.gathering.neighbours import Neighbours
from kure.gathering.pod_reading import PodReading
from kure.gathering.reads import Reads, owner_path, together
from kure.ports import Manifest

# How many nodes are compared with a pod that no node takes.
MOST_NODES = 500

# Kinds that make pods, and how many failing pods are told of one that fails itself.
OF_PODS = ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob")
MOST_FOUND = 2

# What its owner gave up waiting for may still be within Kure's own graces.
NO_GRACES = Graces(
    **{grace.name: timedelta(0) for grace in fields(Graces) if not grace.name.startswith("ended")}
)


@dataclass(frozen=True)
class Gathering:
    """One gathering of what `failing` names. `reads.unavailable` fills while it goes on."""

    reads: Reads
    workload: Workload
    failing: Sequence[PodRef]
    graces: Graces
    now: datetime

    async def run(self) -> Facts:
        """Everything that the rules read."""
        refs = self.failing
        async with together() as group:
            owner = group.create_task(self._owner())
            read_pods = [
                (ref, group.create_task(self._pods.reported(ref)))
                for ref in refs
                if ref.kind == "Pod"
            ]
            read_objects = [
                group.create_task(self._object(ref)) for ref in refs if ref.kind != "Pod"
            ]
        pods = [pod for pod in (read.result() for _, read in read_pods) if pod]
        objects = [obj for obj in (read.result() for read in read_objects) if obj]
        gone = [ref for ref, read in read_pods if read.result() is None]
        pods += await self._pods_alike(owner.result(), gone, pods)
        pods += await self._pods_behind(objects, pods)
        read: list[PodFacts | ObjectFacts] = [*pods, *objects]
        self._say_what_is_well(read)
        if not any(found.failures for found in read):
            as_reported = await self._as_reported()
            pods, objects = as_reported if any(as_reported) else (pods, objects)
        async with together() as group:
            nodes = group.create_task(self._nodes(pods))
            group.create_task(self._check_owners(pods))
        seen, every_node = nodes.result()
        facts = Facts(
            pods=tuple(pods),
            objects=tuple(objects),
            owner=owner.result(),
            nodes=seen,
            every_node=every_node,
            now=self.now,
        )
        facts = await self._with_neighbours(facts)
        return replace(facts, unavailable=tuple(dict.fromkeys(self.reads.unavailable)))

    async def _with_neighbours(self, facts: Facts) -> Facts:
        """What was read may name what is wanted next; no list is read twice."""
        neighbours = Neighbours(self.reads)
        asked: set[Want] = set()
        for _ in range(ROUNDS):
            # Beside the event loop: what is wanted may stand in a long log.
            wants = await asyncio.to_thread(wanted, facts)
            if wants <= asked:
                break
            facts = replace(facts, nearby=await neighbours.read(wants - asked))
            asked |= wants
        return facts

    @property
    def _pods(self) -> PodReading:
        return PodReading(self.reads, self.workload.namespace, self.graces, self.now)

    @property
    def _impatient(self) -> PodReading:
        """Judges pods without any grace: what makes them has waited long enough."""
        return replace(self._pods, graces=NO_GRACES)

    async def _object(self, ref: PodRef) -> ObjectFacts | None:
        """As for pods: what was reported is read again, with what its rule looks at."""
        kind = KINDS.get(ref.kind)
        if kind is None or kind.rule is None:
            text = f"{ref.kind}/{ref.name}: this version does not know how to judge its kind"
            self.reads.unavailable.append(text)
            return None
        obj = await self.reads.same(kind.path(self.workload.namespace, ref.name), ref)
        if obj is None:
            return None
        around = await self.reads.around(kind, obj)
        found = detect_object(kind, obj, around, self.now, self.graces).failures
        all_read = around.events is not None and set(kind.looks_at) <= set(around.neighbours)
        failures = failures_of(obj, found, ref, all_read=all_read)
        events = None if around.events is None else tuple(around.events)
        return ObjectFacts(ref.kind, obj, failures, events)

    async def _pods_alike(
        self, owner: Manifest | None, gone: Sequence[PodRef], pods: Sequence[PodFacts]
    ) -> list[PodFacts]:
        """Pods of the owner that show what was reported of pods that are gone."""
        shown = {failure.failure_class for pod in pods for failure in pod.failures}
        reported = [failure for ref in gone for failure in ref.failures]
        wanted = [one for one in reported if one.failure_class not in shown]
        if owner is None or not wanted:
            return []
        names = [manifests.name(pod.pod) for pod in pods]
        return await self._pods.alike(owner, wanted, MOST_FOUND, names)

    async def _as_reported(self) -> tuple[list[PodFacts], list[ObjectFacts]]:
        """Nothing fails any more that could be read: what was reported, and the events that may
        outlive their object. A reported failure is never answered with nothing."""
        pods: list[PodFacts] = []
        objects: list[ObjectFacts] = []
        for ref in self.failing:
            failures = tuple(claims(ref))
            kind = KINDS.get(ref.kind)
            if not failures or kind is None:
                continue
            namespace = self.workload.namespace if kind.namespaced else ""
            names = {"name": ref.name, "uid": ref.uid, "namespace": namespace}
            obj: Manifest = {"kind": ref.kind, "metadata": names}
            events = await self.reads.events(obj)
            if ref.kind == PodFacts.kind:
                pods.append(PodFacts(obj, failures, events, gone=True))
            else:
                objects.append(ObjectFacts(ref.kind, obj, failures, events, gone=True))
        return pods, objects

    async def _pods_behind(
        self, objects: Sequence[ObjectFacts], pods: Sequence[PodFacts]
    ) -> list[PodFacts]:
        """Why an owner fails that makes pods: some of its pods that fail, reported or not."""
        found: list[PodFacts] = []
        for obj in objects:
            most = MOST_FOUND - len(pods) - len(found)
            if obj.kind in OF_PODS and most > 0:
                names = [manifests.name(pod.pod) for pod in (*pods, *found)]
                pods_of_it = self._impatient if _is_over_time(obj) else self._pods
                found += await pods_of_it.failing_of(obj.object, most, names)
        return found

    def _say_what_is_well(self, read: Sequence[PodFacts | ObjectFacts]) -> None:
        for found in read:
            if not found.failures:
                name = manifests.name(found.object)
                self.reads.unavailable.append(f"{found.kind}/{name} does not fail any more")

    async def _owner(self) -> Manifest | None:
        path = owner_path(self.workload)
        return await self.reads.optional(self.reads.cluster.get(path)) if path else None

    async def _check_owners(self, pods: Sequence[PodFacts]) -> None:
        """Say where a pod belongs to another workload than the one that was reported."""
        by_owner = {owners.controller(found.pod): found.pod for found in pods if not found.gone}
        for pod in by_owner.values():
            walk = find_owner(self.reads.cluster, self.workload.cluster, pod)
            found = await self.reads.optional(walk)
            if found and found[0] != self.workload:
                self.reads.unavailable.append(
                    f"Pod/{manifests.name(pod)} belongs to {found[0].kind} {found[0].name}, not to "
                    f"{self.workload.kind} {self.workload.name} as reported"
                )

    async def _nodes(self, pods: Sequence[PodFacts]) -> tuple[tuple[Manifest, ...], bool]:
        """The nodes that the pods run on; where one has none, those that it could have got. And
        whether these are all."""
        names = sorted({manifests.node_name(found.pod) for found in pods if not found.gone})
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


def _is_over_time(obj: ObjectFacts) -> bool:
    return any(one.failure_class is FailureClass.ROLLOUT_STUCK for one in obj.failures)
