"""The events of single objects, of one cluster.

The API server keeps no index of events: whoever asks for those of one object makes it read all of
the namespace. Where many are asked for at once, as in a storm, one list tells for all of them.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.errors import KureError
from kure.ports import Lists

# Where the events of objects without a namespace are:
# https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
NO_NAMESPACE = "default"

# A list of a whole namespace costs as much as four of single objects, or less.
TOGETHER = 4

# Where so many wait there are more to come, and one list is to tell for them, too.
LULL_SECONDS = 1.0


@dataclass(frozen=True)
class _Asked:
    """Somebody waits for the events of an object."""

    obj: Manifest
    found: asyncio.Future[list[Manifest]]

    def answer(self, found: list[Manifest] | KureError) -> None:
        if self.found.done():  # whoever asked has given up
            return
        if isinstance(found, KureError):
            self.found.set_exception(found)
        else:
            self.found.set_result(found)


@dataclass
class EventLists:
    """What is asked for while a namespace is being listed waits for the next list of it."""

    cluster: Lists
    _waiting: dict[str, list[_Asked]] = field(default_factory=dict)
    _listing: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def of(self, obj: Manifest) -> list[Manifest]:
        """The object's events, in no order; it needs its kind. Raises what a list raises."""
        namespace = manifests.namespace(obj) or NO_NAMESPACE
        asked = _Asked(obj, asyncio.get_running_loop().create_future())
        self._waiting.setdefault(namespace, []).append(asked)
        if namespace not in self._listing:
            self._listing[namespace] = asyncio.create_task(self._list(namespace))
        return await asked.found

    async def _list(self, namespace: str) -> None:
        path = f"/api/v1/namespaces/{namespace}/events"
        try:
            while namespace in self._waiting:
                if len(self._waiting[namespace]) >= TOGETHER:
                    await asyncio.sleep(LULL_SECONDS)
                await self._answer(path, self._waiting.pop(namespace))
        finally:
            del self._listing[namespace]

    async def _answer(self, path: str, asked: Sequence[_Asked]) -> None:
        try:
            if len(asked) < TOGETHER:
                await asyncio.gather(*(self._one(path, one) for one in asked))
            else:
                await self._all(path, asked)
        finally:
            for one in asked:  # whatever happened, nobody waits for ever
                one.found.cancel()

    async def _one(self, path: str, asked: _Asked) -> None:
        query = {"fieldSelector": _selector(asked.obj)}
        try:
            asked.answer([event async for event in self.cluster.list(path, query)])
        except KureError as error:
            asked.answer(error)

    async def _all(self, path: str, asked: Sequence[_Asked]) -> None:
        """Keeps of the namespace's events only those that somebody waits for."""
        found: dict[str, list[Manifest]] = {_key(one.obj): [] for one in asked}
        try:
            async for event in self.cluster.list(path):
                about = manifests.mapping(event.get("involvedObject"))
                if (key := _key({"kind": about.get("kind"), "metadata": about})) in found:
                    found[key].append(event)
        except KureError as error:
            for one in asked:
                one.answer(error)
            return
        for one in asked:
            one.answer(found[_key(one.obj)])


def _key(obj: Manifest) -> str:
    """What tells whether an event is about it. A kubelet writes its Node's name where the uid
    should be: https://github.com/kubernetes/kubernetes/issues/60089"""
    if obj.get("kind") == "Node":
        return f"Node/{manifests.name(obj)}"
    return manifests.uid(obj)


def _selector(obj: Manifest) -> str:
    if obj.get("kind") == "Node":
        return f"involvedObject.kind=Node,involvedObject.name={manifests.name(obj)}"
    return f"involvedObject.uid={manifests.uid(obj)}"
