"""Reading what belongs to the failing pods of one workload, side by side.

What is refused or gone is named in `unavailable`, and the rest goes on; a cluster that does not
answer raises, so that the whole is tried again.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from kure.adapters.cluster.owners import find_owner
from kure.contracts.activities import GatherRequest, PodRef
from kure.contracts.reports import ReportedFailure
from kure.domain import manifests, owners
from kure.domain.capture import wanted_logs
from kure.domain.diagnosis.facts import PREVIOUS, Facts, Log, PodFacts, still_shown
from kure.domain.failures.detect import detect
from kure.domain.failures.model import Failure, Graces
from kure.domain.workloads import Workload
from kure.errors import AccessDenied, KureError, NotFound
from kure.ports import Cluster, Manifest

T = TypeVar("T")

# How many nodes are compared with a pod that no node takes.
MOST_NODES = 500

OWNER_PATHS = {
    "Deployment": "/apis/apps/v1/namespaces/{}/deployments/{}",
    "ReplicaSet": "/apis/apps/v1/namespaces/{}/replicasets/{}",
    "StatefulSet": "/apis/apps/v1/namespaces/{}/statefulsets/{}",
    "DaemonSet": "/apis/apps/v1/namespaces/{}/daemonsets/{}",
    "Job": "/apis/batch/v1/namespaces/{}/jobs/{}",
    "CronJob": "/apis/batch/v1/namespaces/{}/cronjobs/{}",
}


def owner_path(workload: Workload) -> str | None:
    """Where the workload's own object is; None for pods and for kinds that Kure never reads."""
    path = OWNER_PATHS.get(workload.kind)
    return path.format(workload.namespace, workload.name) if path else None


@asynccontextmanager
async def together() -> AsyncIterator[asyncio.TaskGroup]:
    """A task group whose first error is raised as it is: Temporal retries by an error's type."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None


@dataclass
class Gathering:
    """One gathering. `unavailable` fills while it goes on."""

    cluster: Cluster
    request: GatherRequest
    graces: Graces
    now: datetime
    unavailable: list[str] = field(default_factory=list)

    async def run(self) -> Facts:
        """Everything that the rules read."""
        async with together() as group:
            owner = group.create_task(self._owner())
            reads = [group.create_task(self._pod(ref)) for ref in self.request.pods]
        pods = tuple(pod for pod in (read.result() for read in reads) if pod is not None)
        async with together() as group:
            nodes = group.create_task(self._nodes(pods))
            group.create_task(self._check_owners(pods))
        seen, every_node = nodes.result()
        return Facts(
            pods=pods,
            owner=owner.result(),
            nodes=seen,
            every_node=every_node,
            unavailable=tuple(dict.fromkeys(self.unavailable)),
        )

    async def _optional(self, work: Awaitable[T], gone: str = "") -> T | None:
        """None where it is refused or gone, which is then said."""
        try:
            return await work
        except AccessDenied as error:
            self.unavailable.append(str(error))
        except NotFound as error:
            self.unavailable.append(gone or str(error))
        return None

    async def _pod(self, ref: PodRef) -> PodFacts | None:
        """A report is a claim: the pod is read again, and its uid must be the one reported."""
        path = f"/api/v1/namespaces/{self.request.workload.namespace}/pods/{ref.name}"
        pod = await self._optional(self.cluster.get(path), f"Pod/{ref.name} is gone: deleted")
        if pod is None:
            return None
        if manifests.uid(pod) != ref.uid:
            self.unavailable.append(f"Pod/{ref.name} is gone: another pod has its name now")
            return None
        async with together() as group:
            events = group.create_task(self._optional(self._events(pod)))
            logs = group.create_task(self._logs(pod, self._failures(pod, (), ref)))
        return PodFacts(
            pod=pod,
            failures=self._failures(pod, events.result() or (), ref),
            events=events.result(),
            logs=tuple(logs.result()),
        )

    def _failures(
        self, pod: Manifest, events: Sequence[Manifest], ref: PodRef
    ) -> tuple[Failure, ...]:
        """What fails now, else what was reported as far as the pod still shows it."""
        found = detect(pod, events, self.now, self.graces).failures
        if found:
            return found
        claimed = (_claimed(failure) for failure in ref.failures)
        shown = tuple(failure for failure in claimed if still_shown(pod, failure))
        if not shown:
            self.unavailable.append(f"Pod/{ref.name} does not fail any more")
        return shown

    async def _events(self, pod: Manifest) -> tuple[Manifest, ...]:
        path = f"/api/v1/namespaces/{manifests.namespace(pod)}/events"
        query = {"fieldSelector": f"involvedObject.uid={manifests.uid(pod)}"}
        return tuple([event async for event in self.cluster.list(path, query)])

    async def _logs(self, pod: Manifest, failures: Sequence[Failure]) -> list[Log]:
        async with together() as group:
            reads = [
                group.create_task(self._log(pod, container, stream))
                for container, stream in wanted_logs(pod, failures)
            ]
        return [read.result() for read in reads]

    async def _log(self, pod: Manifest, container: str, stream: str) -> Log:
        """Any error leaves this log out: a kubelet that is away makes the API server answer 502,
        and would hold up the diagnosis for as long as its node is lost."""
        namespace, name = manifests.namespace(pod), manifests.name(pod)
        try:
            found = await self.cluster.log(namespace, name, container, previous=stream == PREVIOUS)
        except KureError as error:
            return Log(container, stream, None, missing=str(error))
        return Log(container, stream, found.text, truncated=found.truncated)

    async def _owner(self) -> Manifest | None:
        path = owner_path(self.request.workload)
        return await self._optional(self.cluster.get(path)) if path else None

    async def _check_owners(self, pods: Sequence[PodFacts]) -> None:
        """Say where a pod belongs to another workload than the one that was reported."""
        by_owner = {owners.controller(found.pod): found.pod for found in pods}
        for pod in by_owner.values():
            walk = find_owner(self.cluster, self.request.workload.cluster, pod)
            found = await self._optional(walk)
            if found and found[0] != self.request.workload:
                self.unavailable.append(
                    f"Pod/{manifests.name(pod)} belongs to {found[0].kind} {found[0].name}, not to "
                    f"{self.request.workload.kind} {self.request.workload.name} as reported"
                )

    async def _nodes(self, pods: Sequence[PodFacts]) -> tuple[tuple[Manifest, ...], bool]:
        """The nodes that the pods run on; where one has none, those that it could have got. And
        whether these are all."""
        names = sorted({manifests.node_name(found.pod) for found in pods})
        if "" in names:
            listed = await self._optional(self._some_nodes())
            return tuple(listed or ())[:MOST_NODES], len(listed or ()) <= MOST_NODES
        async with together() as group:
            reads = [
                group.create_task(self._optional(self.cluster.get(f"/api/v1/nodes/{name}")))
                for name in names
            ]
        return tuple(node for node in (read.result() for read in reads) if node), False

    async def _some_nodes(self) -> list[Manifest]:
        found: list[Manifest] = []
        async for node in self.cluster.list("/api/v1/nodes"):
            found.append(node)
            if len(found) > MOST_NODES:
                break
        return found


def _claimed(failure: ReportedFailure) -> Failure:
    return Failure(
        failure_class=failure.failure_class,
        container=failure.container,
        since=failure.since,
        reason=failure.reason,
        message=failure.message,
        field="status",
    )
