"""A small world for tests of scans: a real database, a real workflow engine, and a cluster that
answers what the test says."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from temporalio.client import Client, WithStartWorkflowOperation, WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.worker import Worker

from activities.scanning import ScanActivities, ScanClusterActivities
from kure.adapters.clock import utc_now
from kure.adapters.cluster.client import Page
from kure.adapters.crypto import Keyring
from kure.adapters.postgres import runs
from kure.adapters.postgres.pool import Pool
from kure.adapters.postgres.security import findings, scans
from kure.adapters.postgres.security.pages import ScanPages
from kure.contracts.runs import StepRecord
from kure.contracts.scanning import ScanAsked, ScanStart
from kure.contracts.security import FindingRow, ScanDetail, ScanStarted
from kure.domain.manifests import Manifest
from kure.errors import KureError, NotFound
from workers.steps import StepInterceptor
from workflows.names import KURE, scan_queue, scan_workflow_id
from workflows.scan import ScanStarterWorkflow, ScanWorkflow

KEYS = Keyring((("1", b"k" * 32),))
PAGE = 2

Happening = Callable[[], Awaitable[object]]


@dataclass
class PagedCluster:
    """Lists by their paths, two objects a page. `refused` is raised for a path, `once` once for a
    path and page, `happens` comes before it. `asked` are the pages that were asked for."""

    lists: dict[str, list[Manifest]] = field(default_factory=dict)
    refused: dict[str, KureError] = field(default_factory=dict)
    once: dict[tuple[str, int], KureError] = field(default_factory=dict)
    happens: dict[tuple[str, int], Happening] = field(default_factory=dict)
    asked: Counter[tuple[str, int]] = field(default_factory=Counter)

    async def get(self, path: str) -> Manifest:
        if path == "/version":
            return {"minor": "33+"}
        raise NotFound(f"Cannot read {path}: the API server answered 404")

    async def page(self, path: str, token: str = "") -> Page:
        number = int(token or 0)
        self.asked[path, number] += 1
        if happening := self.happens.pop((path, number), None):
            await happening()
        if path in self.refused:
            raise self.refused[path]
        if error := self.once.pop((path, number), None):
            raise error
        if path not in self.lists:
            raise NotFound(f"Cannot list {path}: the API server answered 404")
        found = self.lists[path]
        end = (number + 1) * PAGE
        return Page(found[end - PAGE : end], "1", str(number + 1) if end < len(found) else "")


@dataclass
class ScanWorld:
    """Scans of a cluster of the test's own."""

    client: Client
    pool: Pool
    cluster: PagedCluster = field(default_factory=PagedCluster)
    name: str = field(default_factory=lambda: f"c-{uuid4().hex[:12]}")

    @asynccontextmanager
    async def scanner(self) -> AsyncIterator[Worker]:
        """A worker that can be stopped alone."""

        async def record(step: StepRecord) -> None:
            await runs.record(self.pool, step, utc_now())

        pages = ScanPages(self.pool, KEYS.cipher("scans"))
        work = ScanClusterActivities(
            self.cluster, pages, lambda: KEYS.signing_keys("mirror"), utc_now
        )
        async with Worker(
            self.client,
            task_queue=scan_queue(self.name),
            activities=[work.list_kind, work.check_objects],
            interceptors=[StepInterceptor(record, utc_now)],
        ) as worker:
            yield worker

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """A worker of the database's queue; the scanner comes by itself."""
        activities = ScanActivities(self.pool, utc_now)
        async with Worker(
            self.client,
            task_queue=KURE,
            workflows=[ScanWorkflow, ScanStarterWorkflow],
            activities=[
                activities.begin_scan,
                activities.finish_scan,
                activities.end_scan,
                activities.skip_scan,
            ],
        ):
            yield

    async def ask(self, *namespaces: str, by: str = "ada") -> ScanStarted:
        """Ask for a scan, as the API does."""
        start = ScanStart(cluster=self.name, namespaces=list(namespaces), requested_by=by)
        operation = WithStartWorkflowOperation(
            ScanWorkflow.run,
            start,
            id=scan_workflow_id(self.name),
            task_queue=KURE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        return await self.client.execute_update_with_start_workflow(
            ScanWorkflow.ask,
            ScanAsked(start=start),
            start_workflow_operation=operation,
            id=str(uuid4()),
        )

    @property
    def handle(self) -> WorkflowHandle[ScanWorkflow, str]:
        return self.client.get_workflow_handle_for(ScanWorkflow.run, scan_workflow_id(self.name))

    async def scan(self, *namespaces: str) -> ScanDetail:
        """A whole scan."""
        started = await self.ask(*namespaces)
        async with asyncio.timeout(60):
            await self.handle.result()
        return await scans.read(self.pool, UUID(started.scan_id))

    async def found(self, check: str = "") -> list[FindingRow]:
        wanted = findings.Filter(cluster=(self.name,), check=(check,) if check else ())
        return (await findings.page(self.pool, wanted, 200, "", utc_now())).items


def pod(name: str, namespace: str = "shop", **more: object) -> Manifest:
    """A pod whose only container is privileged."""
    container = {"name": "app", "image": "a@sha256:b", "securityContext": {"privileged": True}}
    metadata = {"name": name, "namespace": namespace, "uid": f"uid-{name}"} | more
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": {"containers": [container]},
    }
