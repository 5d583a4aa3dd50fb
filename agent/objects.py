"""Every object that is no pod, judged when it or what its rule looks at changes."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import aclosing
from typing import Any

from agent.context import Context, Sight
from agent.store import Store
from agent.subjects import Subject, Subjects
from kure.adapters.cluster.watch import Change, Deleted, Seen, Watch
from kure.domain import manifests
from kure.domain.failures.around import Around
from kure.domain.failures.objects.detect import detect_object
from kure.domain.failures.objects.kind import ObjectKind
from kure.domain.manifests import Manifest

# Neighbours change in bursts (a rollout, a node that went); what looks at them waits so long.
LULL_SECONDS = 0.5

# So many are judged before other work gets its turn.
IN_ONE_GO = 20

POD = "Pod"


class ObjectWatch:
    """One list and watch for each kind. Unscheduled pods, the only ones that rules of other kinds
    look at, are told by the watch on pods: `see_pod` and `lose_pod`, listed once `pods` says so."""

    def __init__(
        self,
        context: Context,
        subjects: Subjects,
        kinds: Mapping[str, ObjectKind],
        pods: Watch,
    ) -> None:
        self._context = context
        self._subjects = subjects
        self._kinds = kinds
        self._watches = {
            name: Watch(
                *(context.cluster, kind.list_path),
                metadata_only=kind.metadata_only,
                optional=kind.optional,
            )
            for name, kind in kinds.items()
            if name != POD
        }
        self._settled = self._watches | {POD: pods}
        self._store = Store()
        self._begun: set[str] = set()
        self._due: dict[tuple[str, str], asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        for name in self._watches:
            subjects.judged_by(name, self)

    @property
    def watches(self) -> list[Watch]:
        return list(self._watches.values())

    def names(self, kind: str) -> list[str] | None:
        """The names of all objects of a kind; None while they are not known."""
        watch = self._watches.get(kind)
        if watch is None or watch.is_refused or not watch.settled.is_set():
            return None
        return sorted(manifests.name(obj) for obj in self._store.all(kind))

    async def run(self) -> None:
        """Watch for ever."""
        try:
            async with asyncio.TaskGroup() as parts:
                for name in self._watches:
                    parts.create_task(self._watch(self._kinds[name]))
        finally:
            for handle in self._due.values():
                handle.cancel()
            for task in self._tasks:
                task.cancel()

    def see_pod(self, pod: Manifest) -> None:
        """A pod that no node has taken, as small as it is to be kept."""
        if self._store.put(POD, pod):
            self._look_around(POD, manifests.namespace(pod))

    def lose_pod(self, pod: Manifest) -> None:
        """A pod that is gone, or that a node has taken."""
        if self._store.drop(POD, pod):
            self._look_around(POD, manifests.namespace(pod))

    async def judge_again(self, uid: str, subject: Subject) -> None:
        """Time alone may have changed the verdict; the watch has the object as it is."""
        kind = self._kinds[subject.kind]
        obj = self._store.get(kind.kind, subject.namespace, uid)
        if obj is not None and kind.kind in self._begun:
            self._judge(kind, obj)

    async def _watch(self, kind: ObjectKind) -> None:
        async with aclosing(self._watches[kind.kind].changes()) as changes:
            async for change in changes:
                self._take(kind, change)

    def _take(self, kind: ObjectKind, change: Change) -> None:
        match change:
            case Seen(raw):
                obj = kind.keep(_named(kind, raw))
                if not self._store.put(kind.kind, obj):
                    return  # what changed is nothing that a rule reads
                if kind.kind in self._begun:
                    self._judge(kind, obj)
                self._look_around(kind.kind, manifests.namespace(obj))
            case Deleted(raw):
                self._subjects.end(manifests.uid(raw), manifests.deleted_at(raw))
                if self._store.drop(kind.kind, raw):
                    self._look_around(kind.kind, manifests.namespace(raw))
            case _:
                if kind.kind not in self._begun:
                    self._start(self._begin(kind))

    async def _begin(self, kind: ObjectKind) -> None:
        """The first verdicts, once all is listed that they need or will not be."""
        for name in kind.looks_at:
            if name in self._settled:
                await self._settled[name].settled.wait()
        if kind.kind in self._begun:
            return
        self._begun.add(kind.kind)
        for uid, _ in self._subjects.of_kind(kind.kind):
            if not self._watches[kind.kind].knows(uid):
                self._subjects.end(uid, None)  # it went while nobody watched
        await self._judge_all(kind, list(self._store.all(kind.kind)))

    async def _judge_all(self, kind: ObjectKind, objects: Sequence[Manifest]) -> None:
        for number, obj in enumerate(objects):
            if number % IN_ONE_GO == 0:
                await asyncio.sleep(0)
            uid, namespace = manifests.uid(obj), manifests.namespace(obj)
            if self._store.get(kind.kind, namespace, uid) is obj:  # else judged meanwhile
                self._judge(kind, obj)

    def _judge(self, kind: ObjectKind, obj: Manifest) -> None:
        if kind.rule is None:
            return
        namespace = manifests.namespace(obj)
        self._subjects.see(
            Sight(
                kind=kind.kind,
                uid=manifests.uid(obj),
                obj=obj,
                judge=lambda events, now: detect_object(
                    kind,
                    obj,
                    Around(events, self._neighbours(kind, namespace)),
                    now,
                    self._context.graces,
                ),
                path=kind.path(namespace, manifests.name(obj)),
            )
        )

    def _neighbours(self, kind: ObjectKind, namespace: str) -> Mapping[str, Sequence[Manifest]]:
        """By kind; what could not be listed is missing."""
        found = {}
        for name in kind.looks_at:
            watch = self._settled.get(name)
            if watch and watch.settled.is_set() and not watch.is_refused:
                found[name] = self._store.of(name, self._where(name, namespace))
        return found

    def _where(self, name: str, namespace: str) -> str:
        known = self._kinds.get(name)
        return "" if known and not known.namespaced else namespace

    def _look_around(self, changed: str, namespace: str) -> None:
        """Judge again, in a moment, what looks at this kind in the namespace; everywhere where
        either belongs to none."""
        for kind in self._kinds.values():
            if changed in kind.looks_at and kind.kind in self._begun and kind.rule:
                where = namespace if kind.namespaced else ""
                if (kind.kind, where) not in self._due:
                    self._due[kind.kind, where] = asyncio.get_running_loop().call_later(
                        LULL_SECONDS, self._judge_in, kind, where
                    )

    def _judge_in(self, kind: ObjectKind, namespace: str) -> None:
        del self._due[kind.kind, namespace]
        self._start(self._judge_all(kind, list(self._store.of(kind.kind, namespace))))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        """The event loop itself holds tasks only weakly."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def judge_everything(self) -> None:
        """The graces have changed."""
        for name in self._begun:
            self._start(self._judge_all(self._kinds[name], list(self._store.all(name))))


def _named(kind: ObjectKind, raw: Manifest) -> Manifest:
    """The object with its kind: items of lists lack it, metadata alone says PartialObject…"""
    version = kind.group_path.removeprefix("/apis/").removeprefix("/api/")
    return raw | {"apiVersion": version, "kind": kind.kind}
