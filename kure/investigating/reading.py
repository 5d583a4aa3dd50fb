"""A wish of a model, read in its cluster: what it may have, bounded and redacted.

What the wish is was checked before (`kure.domain.models.tools`); here it is seen whether the
workload refers to what lies outside of its namespace. Secrets are never read; what the objects that
are read give away is hidden in all that is shown.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kure.adapters.cluster.problems import Expired
from kure.domain import manifests
from kure.domain.capture import Stream
from kure.domain.diagnosis.model import short, storable
from kure.domain.diagnosis.revisions import KEPT_IN
from kure.domain.models.kinds import BY_NAME, DESCRIBED, LISTED
from kure.domain.models.referred import Target
from kure.domain.models.showing import endpoints, logs, objects
from kure.domain.models.showing.text import Shown
from kure.domain.models.tools import (
    Describe,
    Endpoints,
    Events,
    Listing,
    Logs,
    Refusal,
    Revisions,
    WhoCan,
    Wish,
)
from kure.domain.redact import Redactor
from kure.domain.workloads import Workload
from kure.errors import AccessDenied, Gone, NotFound
from kure.gathering.reads import PODS, Reads
from kure.investigating.surroundings import Surroundings
from kure.ports import Cluster, Manifest

# Events of objects that are in no namespace are there.
# https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
EVENTS = "/api/v1/namespaces/{}/events"
NO_NAMESPACE_EVENTS = "default"
SLICES = "/apis/discovery.k8s.io/v1/namespaces/{}/endpointslices"
OF_SERVICE = "kubernetes.io/service-name"

LONGEST_REFUSAL = 500
# How many names are offered where there is none such.
MOST_OFFERED = 20


class NotShown(Exception):
    """Why nothing is shown."""


@dataclass(frozen=True)
class WishReading:
    """Reads wishes about one workload."""

    cluster: Cluster
    workload: Workload
    redactor: Redactor

    async def read(self, wish: Wish) -> Shown | Refusal:
        """What is shown to the model, or why nothing is. Raises ClusterUnavailable."""
        try:
            shown = await self._read(wish)
        except (NotShown, AccessDenied, NotFound, Gone, Expired) as error:
            return Refusal(storable(short(self.redactor.text(str(error)), LONGEST_REFUSAL)))
        return shown

    async def _read(self, wish: Wish) -> Shown:
        match wish:
            case Describe():
                return await self._describe(wish)
            case Events():
                return await self._events(wish)
            case Logs():
                return await self._logs(wish)
            case Listing():
                return await self._list(wish)
            case Endpoints():
                return await self._endpoints(wish)
            case Revisions():
                return await self._revisions()
            case WhoCan():
                return await self._around.who_can(wish)

    @property
    def _around(self) -> Surroundings:
        return Surroundings(Reads(self.cluster), self.workload)

    async def _describe(self, wish: Describe) -> Shown:
        await self._may_read(Target(wish.kind, wish.namespace, wish.name))
        obj = await self._one(wish.kind, wish.namespace, wish.name)
        events = await self._events_of(wish.kind, wish.namespace, wish.name)
        redactor = await self._knowing([obj])
        return await asyncio.to_thread(objects.described, wish.kind, obj, events, redactor)

    async def _events(self, wish: Events) -> Shown:
        await self._may_read(Target(wish.kind, wish.namespace, wish.name))
        found = await self._events_of(wish.kind, wish.namespace, wish.name)
        if not found:
            raise NotShown(f"There are no events of {wish.kind}/{wish.name}; they last an hour.")
        redactor = await self._knowing(await self._if_there(wish.kind, wish.namespace, wish.name))
        return await asyncio.to_thread(objects.happened, wish.kind, wish.name, found, redactor)

    async def _logs(self, wish: Logs) -> Shown:
        pod = await self._one("Pod", wish.namespace, wish.pod)
        container = wish.container or _only_container(pod)
        found = await self.cluster.log(wish.namespace, wish.pod, container, previous=wish.previous)
        redactor = await self._knowing([pod])
        text = await asyncio.to_thread(redactor.text, found.text)
        stream: Stream = "previous" if wish.previous else "current"
        shown = await asyncio.to_thread(
            logs.log, wish.pod, container, stream, text, wish.containing
        )
        if shown is None:
            raise NotShown("No line of that log has this text.")
        return shown

    async def _list(self, wish: Listing) -> Shown:
        kind = LISTED[wish.kind]
        query = {"labelSelector": wish.labels} if wish.labels else None
        found: list[Manifest] = []
        async for obj in self.cluster.list(kind.list_in(wish.namespace), query):
            found.append(kind.keep(obj))
            if len(found) == objects.MOST_LISTED:
                break
        redactor = await self._knowing(found)
        return await asyncio.to_thread(objects.listed, wish.kind, wish.labels, found, redactor)

    async def _endpoints(self, wish: Endpoints) -> Shown:
        await self._may_read(Target("Service", wish.namespace, wish.service))
        service = await self._one("Service", wish.namespace, wish.service)
        query = {"labelSelector": f"{OF_SERVICE}={wish.service}"}
        slices = await self._all(SLICES.format(wish.namespace), query)
        is_own = wish.namespace == self.workload.namespace
        pods = await self._all(PODS.format(wish.namespace)) if is_own else None
        redactor = await self._knowing([service])
        return await asyncio.to_thread(endpoints.behind, service, slices, pods, redactor)

    async def _revisions(self) -> Shown:
        shown = await self._around.revisions(self.redactor)
        if shown is None:
            kinds = ", ".join(KEPT_IN)
            raise NotShown(f"Only {kinds} keep revisions, and none could be read.")
        return shown

    async def _may_read(self, target: Target) -> None:
        """What is not of the workload's namespace is read only where the workload refers to it."""
        if target.namespace and target.namespace == self.workload.namespace:
            return
        if target not in await self._around.referred():
            where = f" of namespace {target.namespace}" if target.namespace else ""
            raise NotShown(
                f"{self.workload.kind} {self.workload.name} does not refer to {target.kind}"
                f" {target.name}{where}, so it is not read."
            )

    async def _one(self, kind: str, namespace: str, name: str) -> Manifest:
        found = await self._if_there(kind, namespace, name)
        if not found:
            raise NotShown(await self._not_there(kind, namespace, name))
        return found[0]

    async def _if_there(self, kind: str, namespace: str, name: str) -> list[Manifest]:
        """The object, or nothing. By a list of one where workers may only list the kind."""
        known = DESCRIBED[kind]
        if any(kind == each.kind for each in BY_NAME):
            try:
                return [await self.cluster.get(known.path(namespace, name))]
            except NotFound:
                return []
        path = known.list_in(namespace) if known.namespaced else known.list_path
        return await self._all(path, {"fieldSelector": f"metadata.name={name}"})

    async def _not_there(self, kind: str, namespace: str, name: str) -> str:
        """Names in the workload's own namespace are offered, those like it first."""
        told = f"There is no {kind}/{name}" + (f" in namespace {namespace}" if namespace else "")
        if kind not in LISTED or namespace != self.workload.namespace:
            return f"{told}."
        path, names = LISTED[kind].list_in(namespace), list[str]()
        async for obj in self.cluster.list(path):
            names.append(manifests.name(obj))
            if len(names) == objects.MOST_LISTED:
                break
        names.sort(key=lambda other: (-_shared(other, name), other))
        offered = ", ".join(names[:MOST_OFFERED]) or "none of its kind"
        return f"{told}. There is: {offered}."

    async def _events_of(self, kind: str, namespace: str, name: str) -> list[Manifest]:
        path = EVENTS.format(namespace or NO_NAMESPACE_EVENTS)
        query = {"fieldSelector": f"involvedObject.kind={kind},involvedObject.name={name}"}
        return await self._all(path, query)

    async def _all(self, path: str, query: dict[str, str] | None = None) -> list[Manifest]:
        return await Reads(self.cluster).all_of(path, query)

    async def _knowing(self, read: Sequence[Manifest]) -> Redactor:
        """A redactor that hides what these objects and the workload itself give away."""
        owner = await self._around.owner()
        learned = [*read, *([owner] if owner else [])]
        return await asyncio.to_thread(_with_secrets_of, self.redactor, learned)


def _with_secrets_of(redactor: Redactor, found: Iterable[Manifest]) -> Redactor:
    for obj in found:
        redactor = redactor.with_secrets_of(obj)
    return redactor


def _only_container(pod: Manifest) -> str:
    names = [
        manifests.text(each.get("name"))
        for field in ("initContainers", "containers")
        for each in manifests.mappings(manifests.spec(pod).get(field))
    ]
    if len(names) != 1:
        raise NotShown(f"Name one of its containers: {', '.join(names)}.")
    return names[0]


def _shared(one: str, other: str) -> int:
    """How many characters both begin with."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
