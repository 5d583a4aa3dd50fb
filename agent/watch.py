"""Pods, judged whenever they change: all of the cluster, those of one node, or those of none."""

import asyncio
from contextlib import aclosing
from urllib.parse import quote

from agent.context import Context, Sight
from agent.objects import POD, ObjectWatch
from agent.subjects import SOON_SECONDS, Subject, Subjects
from agent.telling import AT_ONCE
from kure.adapters.cluster.watch import Change, Deleted, Seen, Watch
from kure.domain import manifests
from kure.domain.failures.detect import detect
from kure.domain.failures.objects.claim import keep_unscheduled_pod
from kure.domain.manifests import Manifest
from kure.errors import KureError, NotFound

ALL_PODS = "/api/v1/pods"


class PodWatch:
    """`waiting` are told which pods no node has taken. `may_move`: what leaves this watch may have
    been given to a node, and is not gone."""

    def __init__(
        self, context: Context, subjects: Subjects, watch: Watch, *, may_move: bool = False
    ) -> None:
        self._context = context
        self._subjects = subjects
        self._watch = watch
        self._may_move = may_move
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self.waiting: ObjectWatch | None = None
        subjects.judged_by(POD, self)

    async def run(self) -> None:
        """Watch for ever."""
        try:
            async with aclosing(self._watch.changes()) as changes:
                async for change in changes:
                    self._take(change)
        finally:
            for task in self._tasks:
                task.cancel()

    def _take(self, change: Change) -> None:
        match change:
            case Seen(pod):
                self._tell_waiting(pod)
                self._see(pod)
            case Deleted(pod):
                if self.waiting:
                    self.waiting.lose_pod(pod)
                self._leave(manifests.uid(pod), pod)
            case _:  # all has been listed: what is open but not there went while nobody watched
                for uid, _ in self._subjects.of_kind(POD):
                    if not self._watch.knows(uid):
                        self._leave(uid, {})

    def _tell_waiting(self, pod: Manifest) -> None:
        if self.waiting is None:
            return
        if manifests.node_name(pod) or manifests.phase(pod) in ("Succeeded", "Failed"):
            self.waiting.lose_pod(pod)
        else:
            self.waiting.see_pod(keep_unscheduled_pod(pod))

    def _see(self, pod: Manifest, *, is_read: bool = False) -> None:
        """The verdict on a pod as it is now. A change that is older than what was read in between
        is passed over."""
        uid, version = manifests.uid(pod), _version(pod)
        subject = self._subjects.get(uid)
        if subject:
            if version < subject.read_version:
                return
            subject.read_version = version if is_read else 0
        self._subjects.see(
            Sight(
                kind=POD,
                uid=uid,
                obj=pod,
                judge=lambda events, now: detect(pod, events, now, self._context.graces),
            )
        )

    def _leave(self, uid: str, pod: Manifest) -> None:
        """The pod is in this watch no more."""
        subject = self._subjects.get(uid)
        if subject and subject.reported and self._may_move:
            task = asyncio.create_task(self._follow(uid, subject, pod))
            self._tasks.add(task)  # the event loop itself holds tasks only weakly
            task.add_done_callback(self._tasks.discard)
        else:
            self._subjects.end(uid, manifests.deleted_at(pod))

    async def _follow(self, uid: str, subject: Subject, pod: Manifest) -> None:
        """Whether a pod that left was given to a node, which is not its end."""
        while uid in self._subjects and not self._watch.knows(uid):
            try:
                found = await self._read(subject)
            except NotFound:
                found = {}
            except KureError:
                await asyncio.sleep(SOON_SECONDS)
                continue
            if manifests.uid(found) != uid:
                self._subjects.end(uid, manifests.deleted_at(pod))
            elif manifests.node_name(found):
                self._subjects.hand_over(uid)
            return

    async def judge_again(self, uid: str, subject: Subject) -> None:
        """Time alone may have changed the verdict. The object is read, not remembered."""
        try:
            pod = await self._read(subject)
        except NotFound:
            return  # the watch tells of its end
        except KureError:
            self._subjects.look_in(SOON_SECONDS, uid)
            return
        is_elsewhere = self._may_move and manifests.node_name(pod)
        if manifests.uid(pod) == uid and uid in self._subjects and not is_elsewhere:
            self._see(pod, is_read=True)

    async def _read(self, subject: Subject) -> Manifest:
        where, name = quote(subject.namespace, safe=""), quote(subject.name, safe="")
        async with self._turn:
            return await self._context.cluster.get(f"/api/v1/namespaces/{where}/pods/{name}")


def _version(pod: Manifest) -> int:
    """Versions of one resource can be compared as numbers. 0 for one that is none.
    https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions"""
    version = manifests.resource_version(pod)
    return int(version) if version.isdecimal() else 0
