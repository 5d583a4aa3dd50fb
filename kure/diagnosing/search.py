"""Finding what fails: in all of a cluster, in one namespace, or behind one object. The agent's
rules decide, with its graces; here they are asked once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kure.adapters.cluster.owners import find_owner
from kure.contracts.activities import PodRef
from kure.diagnosing.neighbourhood import Neighbourhood
from kure.diagnosing.subject import Subject
from kure.domain import manifests, owners
from kure.domain.failures.around import Around
from kure.domain.failures.detect import detect
from kure.domain.failures.model import FailureClass, Graces, Health, Verdict
from kure.domain.failures.objects.detect import detect_object
from kure.domain.failures.objects.kind import ObjectKind
from kure.domain.failures.objects.kinds import KINDS
from kure.domain.workloads import Workload
from kure.errors import AccessDenied, NotFound
from kure.gathering.gathering import OF_PODS
from kure.gathering.reads import Reads, together
from kure.gathering.workload_pods import pods_of
from kure.ports import Manifest

Lister = Callable[[str], AsyncIterator[Manifest]]

# How many failing objects of a workload are looked into for each class of failure and container.
SAMPLE = 2

# How many objects are asked about at a time.
AT_ONCE = 16

MAKE_PODS = (*OF_PODS, "ReplicaSet")


@dataclass(frozen=True)
class Suspect:
    """A failing object with its workload."""

    object: Manifest
    verdict: Verdict
    workload: Workload

    @property
    def kind(self) -> str:
        return manifests.text(self.object.get("kind"))


@dataclass(frozen=True)
class Failing:
    """A workload; which of its failing objects are to be looked into, and how many there are."""

    workload: Workload
    refs: tuple[PodRef, ...]
    failing: int


@dataclass
class Search:
    """One search. `looked_at` counts what was judged, by kind; `reads.unavailable` says what could
    not be read. `parts` gives what is there of a list that may not be all of it, as in a dump: its
    objects are judged, and are nobody's neighbours."""

    reads: Reads
    graces: Graces
    now: datetime
    parts: Lister | None = None
    cluster: str = "local"
    looked_at: Counter[str] = field(default_factory=Counter)
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def everywhere(self, namespace: str = "") -> list[Failing]:
        """All that fails in a namespace; '' for all namespaces and what is in none. Raises where
        pods may not be listed."""
        listed = self.parts or self.reads.cluster.list
        pods = [pod async for pod in listed(_list_path(KINDS["Pod"], namespace))]
        kinds = [kind for kind in KINDS.values() if kind.kind != "Pod"]
        async with together() as group:
            tasks = {kind.kind: group.create_task(self._listed(kind, namespace)) for kind in kinds}
        lists = {kind: task.result() for kind, task in tasks.items()}
        near = Neighbourhood(pods, lists) if self.parts is None else None
        judged = [self._pod(pod) for pod in pods] + [
            self._object(kind, obj, near.of(kind, obj) if near else None)
            for kind in kinds
            if kind.rule is not None and (kind.namespaced or not namespace)
            for obj in lists[kind.kind] or ()
        ]
        return _grouped(await self._all(judged))

    async def behind(self, subject: Subject) -> list[Failing]:
        """What fails in one object; of a workload also in its pods. Raises NotFound, and what
        reading it raises."""
        obj = {"kind": subject.kind.kind} | await self.reads.cluster.get(subject.path)
        if subject.kind.kind == "Pod":
            return _grouped(await self._all([self._pod(obj)]))
        around = await self.reads.around(subject.kind, obj)
        judged = [self._object(subject.kind, obj, around)]
        if subject.kind.kind in MAKE_PODS:
            pods = await self.reads.optional(pods_of(self.reads, obj)) or []
            judged += [self._pod(pod) for pod in pods]
        return _grouped(await self._all(judged))

    async def _listed(self, kind: ObjectKind, namespace: str) -> list[Manifest] | None:
        """None where they may not be read, which is then said."""
        listed = self.parts or self.reads.cluster.list
        try:
            return [obj async for obj in listed(_list_path(kind, namespace))]
        except NotFound:
            return []  # the API server does not know the kind
        except AccessDenied as error:
            self.reads.unavailable.append(str(error))
            return None

    async def _all(self, judged: Iterable[Coroutine[Any, Any, Suspect | None]]) -> list[Suspect]:
        async with together() as group:
            tasks = [group.create_task(one) for one in judged]
        return [suspect for suspect in (task.result() for task in tasks) if suspect]

    async def _pod(self, pod: Manifest) -> Suspect | None:
        self.looked_at["Pod"] += 1
        verdict = detect(pod, None, self.now, self.graces)
        if verdict.wants_events:
            async with self._turns:
                events = await self.reads.events(pod)
            verdict = detect(pod, events, self.now, self.graces)
        return await self._suspect(pod, verdict)

    async def _object(
        self, kind: ObjectKind, obj: Manifest, around: Around | None
    ) -> Suspect | None:
        self.looked_at[kind.kind] += 1
        around = around or await self.reads.around(kind, obj)
        verdict = detect_object(kind, obj, around, self.now, self.graces)
        if verdict.wants_events and around.events is None:
            async with self._turns:
                events = await self.reads.events(obj)
            around = Around(events, around.neighbours)
            verdict = detect_object(kind, obj, around, self.now, self.graces)
        return await self._suspect(obj, verdict)

    async def _suspect(self, obj: Manifest, verdict: Verdict) -> Suspect | None:
        if verdict.health is not Health.FAILING:
            return None
        async with self._turns:
            try:
                workload, _ = await find_owner(self.reads.cluster, self.cluster, obj)
            except AccessDenied as error:
                self.reads.unavailable.append(str(error))
                workload = owners.workload_from_manifest(self.cluster, obj)
        return Suspect(obj, verdict, workload)


def _list_path(kind: ObjectKind, namespace: str) -> str:
    return kind.list_in(namespace) if namespace else kind.list_path


def _grouped(suspects: Iterable[Suspect]) -> list[Failing]:
    """By workload, with a sample of each: however many pods of it fail, they fail in few ways."""
    by_workload: dict[Workload, list[Suspect]] = {}
    for suspect in suspects:
        by_workload.setdefault(suspect.workload, []).append(suspect)
    return [
        Failing(workload, tuple(_sample(found)), len(found))
        for workload, found in by_workload.items()
    ]


def _sample(suspects: Iterable[Suspect]) -> Iterable[PodRef]:
    seen: Counter[tuple[str, FailureClass, str]] = Counter()
    for one in suspects:
        ways = [(one.kind, each.failure_class, each.container) for each in one.verdict.failures]
        if any(seen[way] < SAMPLE for way in ways):
            seen.update(ways)
            yield PodRef(
                kind=one.kind, uid=manifests.uid(one.object), name=manifests.name(one.object)
            )
