"""Reads of one cluster, side by side: what is refused or gone is noted, and the rest goes on.

A cluster that does not answer raises, so that the whole is tried again.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from kure.contracts.activities import PodRef
from kure.domain import manifests
from kure.domain.failures.around import Around
from kure.domain.failures.objects.kind import ObjectKind
from kure.domain.failures.objects.kinds import KINDS
from kure.domain.owners import PLAIN_GROUPS
from kure.domain.workloads import Workload
from kure.errors import AccessDenied, NotFound
from kure.ports import Cluster, Manifest

T = TypeVar("T")

PODS = "/api/v1/namespaces/{}/pods"

# A workload of its own only where no Deployment owns it, and then known by its pods alone.
REPLICA_SET = ObjectKind("ReplicaSet", "/apis/apps/v1", "replicasets", keep=lambda obj: obj)


@asynccontextmanager
async def together() -> AsyncIterator[asyncio.TaskGroup]:
    """A task group whose first error is raised as it is: Temporal retries by an error's type."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None


def workload_kind(workload: Workload) -> ObjectKind | None:
    """How the workload's own kind is judged; None for pods and kinds that Kure never reads."""
    judged = (kind for kind in KINDS.values() if kind.rule is not None)
    return next((kind for kind in judged if _qualified(kind) == workload.kind), None)


def _qualified(kind: ObjectKind) -> str:
    """`Kind`, or `Kind.group` outside core, apps and batch, as workloads name it."""
    named = kind.group_path.startswith("/apis/")
    group = kind.group_path.split("/")[2] if named else ""
    return kind.kind if group in PLAIN_GROUPS else f"{kind.kind}.{group}"


def owner_path(workload: Workload) -> str | None:
    """Where the workload's own object is; None for pods and for kinds that Kure never reads."""
    kind = REPLICA_SET if workload.kind == REPLICA_SET.kind else workload_kind(workload)
    return kind.path(workload.namespace, workload.name) if kind else None


@dataclass
class Reads:
    """Reads that may be refused. `unavailable` fills while they go on."""

    cluster: Cluster
    unavailable: list[str] = field(default_factory=list)

    async def optional(self, work: Awaitable[T], gone: str = "") -> T | None:
        """None where it is refused or gone, which is then said."""
        try:
            return await work
        except AccessDenied as error:
            self.unavailable.append(str(error))
        except NotFound as error:
            self.unavailable.append(gone or str(error))
        return None

    async def all_of(self, path: str, query: dict[str, str] | None = None) -> list[Manifest]:
        return [found async for found in self.cluster.list(path, query)]

    async def same(self, path: str, ref: PodRef) -> Manifest | None:
        """The object at the path, where it is the one that was reported; else why not is said."""
        called = f"{ref.kind}/{ref.name}"
        found = await self.optional(self.cluster.get(path), f"{called} is gone: deleted")
        if found is not None and manifests.uid(found) != ref.uid:
            another = "pod" if ref.kind == "Pod" else ref.kind
            self.unavailable.append(f"{called} is gone: another {another} has its name now")
            return None
        return found

    async def events(self, obj: Manifest) -> tuple[Manifest, ...] | None:
        """The object's events; None where they may not be read."""
        found = await self.optional(self.cluster.events(obj))
        return None if found is None else tuple(found)

    async def around(self, kind: ObjectKind, obj: Manifest) -> Around:
        """The object's events and the neighbours that its rule looks at, as far as they may be
        read."""
        async with together() as group:
            events = group.create_task(self.events(obj))
            lists = {
                near: group.create_task(self._neighbours(near, manifests.namespace(obj)))
                for near in kind.looks_at
            }
        read = {near: found.result() for near, found in lists.items()}
        neighbours = {near: found for near, found in read.items() if found is not None}
        return Around(events.result(), neighbours)

    async def _neighbours(self, near: str, namespace: str) -> list[Manifest] | None:
        """Of pods only those that no node has taken: what `Around` promises its rules."""
        kind, query = KINDS[near], {"fieldSelector": "spec.nodeName="} if near == "Pod" else None
        try:
            found = self.cluster.list(kind.list_in(namespace), query)
            return [kind.keep(obj) async for obj in found]
        except NotFound:
            # The API server does not know the kind: there are none.
            return []
        except AccessDenied as error:
            self.unavailable.append(str(error))
            return None
