"""A stage for tests of mirrors over HTTP: an incident with a fix, the real workflows and rows, and
a cluster that answers what the test says."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from pydantic import TypeAdapter
from temporalio import activity
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.worker import Worker

from activities.mirrors import MirrorActivities
from kure.adapters.clock import utc_now
from kure.adapters.crypto import Keyring
from kure.adapters.postgres import fixes, mirrors
from kure.adapters.postgres.drafts import DraftTable
from kure.adapters.postgres.mirrors import Limits, NewMirror
from kure.adapters.postgres.pool import Pool
from kure.contracts import mirroring as contract
from kure.contracts.mirroring import (
    Captured,
    CaptureRequest,
    DeleteMirrorRequest,
    Deployed,
    DeployRequest,
    ExtendMirrorRequest,
    Planned,
    PlanRequest,
    SweepRequest,
    Swept,
    Watched,
    WatchRequest,
    Wish,
)
from kure.contracts.mirrors import MirrorPlan, Verdict
from kure.contracts.runs import StepRecord
from kure.domain.access.roles import Role
from kure.domain.diagnosis.fixes import Operation, Patch
from kure.domain.diagnosis.model import Cause, Confidence, Diagnosis, Severity
from kure.domain.workloads import Workload
from tests.api.conftest import Api
from tests.api.test_reports import CRASH, FAILED
from workers.steps import StepInterceptor
from workflows.mirror import MirrorWorkflow
from workflows.mirror_plan import MirrorPlanWorkflow
from workflows.names import KURE, cluster_queue, mirror_workflow_id

PASSED = Watched(verdict=Verdict.PASSED, text="Ready for 30 s", held_seconds=30, restarts=0)
FAILED_AGAIN = Watched(verdict=Verdict.FAILED, text="container app: crash loop", restarts=3)
IMAGE = "/spec/template/spec/containers/0/image"
CAUSES = TypeAdapter(list[Cause])
DIAGNOSED = """
    WITH run AS (
        INSERT INTO runs (id, incident_id, cluster, workflow_id, workflow_type, state, started_at)
        VALUES ($3, $2, 'c', 'w' || ($2::uuid)::text, 'IncidentWorkflow', 'running', $5)
    )
    INSERT INTO diagnoses (id, incident_id, run_id, number, source, explains, causes, unavailable,
                           evidence_ids, created_at)
    VALUES ($1, $2, $3, 1, 'rules', '{}', $4, '[]', '{}', $5)
"""


@dataclass
class Cluster(contract.MirrorClusterActivities):
    """Plans with `refusals` and `confirmations`, or raises `error`; mirrors show `verdict` once it
    is there. `sent` is what was asked of it, `planned` the same with what was edited read from
    where it is stored, as `tested` is."""

    refusals: list[str] = field(default_factory=list)
    confirmations: list[str] = field(default_factory=list)
    error: Exception | None = None
    verdict: Watched | None = None
    next_operations: list[Operation] = field(default_factory=list)
    sent: list[PlanRequest] = field(default_factory=list)
    planned: list[PlanRequest] = field(default_factory=list)
    tested: list[Wish] = field(default_factory=list)
    drafts: DraftTable | None = None
    created: set[str] = field(default_factory=set)

    def _plan(self, mirror_id: str, wish: Wish) -> MirrorPlan:
        return MirrorPlan(
            namespace=wish.workload.namespace,
            pod=name_of(mirror_id),
            refusals=self.refusals,
            confirmations=self.confirmations,
            manifest="kind: Pod\n",
            diff=f"- image: a\n+ image: {len(wish.operations)}\n",
            dry_run="accepted",
            needs_seconds=30,
        )

    async def _with_text(self, wish: Wish) -> Wish:
        assert self.drafts is not None, "set when it begins to work"
        return wish.with_text(await self.drafts.read(wish.edited_id)) if wish.edited_id else wish

    @activity.defn
    async def plan_mirror(self, request: PlanRequest) -> Planned:
        if self.error:
            raise self.error
        self.sent.append(request)
        wish = await self._with_text(request.wish)
        self.planned.append(request.model_copy(update={"wish": wish}))
        return Planned(**dict(self._plan(request.mirror_id, request.wish)))

    @activity.defn
    async def deploy_mirror(self, request: DeployRequest) -> Deployed:
        self.tested.append(await self._with_text(request.wish))
        plan = self._plan(request.mirror_id, request.wish)
        self.created.add(plan.pod)
        return Deployed(plan=plan, uid=f"uid-{plan.pod}", created_at=datetime.now(UTC))

    @activity.defn
    async def watch_mirror(self, request: WatchRequest) -> Watched:
        while self.verdict is None or request.so_far is not None:
            activity.heartbeat()
            if datetime.now(UTC) >= request.until:
                return Watched(verdict=None, text="too short")
            await asyncio.sleep(0.05)
        return self.verdict

    @activity.defn
    async def capture_mirror(self, request: CaptureRequest) -> Captured:
        found = Diagnosis((), (), Severity.HIGH)
        return Captured(
            diagnosis=found, evidence_ids=[], next_operations=self.next_operations, next_title="B"
        )

    @activity.defn
    async def extend_mirror(self, request: ExtendMirrorRequest) -> None: ...

    @activity.defn
    async def delete_mirror(self, request: DeleteMirrorRequest) -> None:
        self.created.discard(name_of(request.mirror_id))

    @activity.defn
    async def sweep_mirrors(self, request: SweepRequest) -> Swept:
        return Swept(deleted=[], impostors=[])


def name_of(mirror_id: str) -> str:
    return f"cart-1-mirror-{UUID(mirror_id).hex[-10:]}"


def cipher_of(api: Api) -> Any:
    return Keyring.load(api.settings.data_dir / "key").cipher("mirrors")


@asynccontextmanager
async def working(api: Api, client: Client, cluster: Cluster) -> AsyncIterator[None]:
    """Workers for mirrors, on both queues; what still runs at the end is ended."""

    async def nowhere(_: Any) -> None: ...

    cluster.drafts = DraftTable(api.pool, cipher_of(api))
    rows = MirrorActivities(api.pool, cipher_of(api), [api.settings.cluster], utc_now)
    async with (
        Worker(
            client,
            task_queue=KURE,
            workflows=[MirrorWorkflow, MirrorPlanWorkflow],
            activities=[
                rows.take_mirror,
                rows.note_mirror,
                rows.next_round,
                rows.end_mirror_run,
                rows.live_mirrors,
                record_step,
            ],
        ),
        Worker(
            client,
            task_queue=cluster_queue(api.settings.cluster),
            activities=[
                cluster.plan_mirror,
                cluster.deploy_mirror,
                cluster.watch_mirror,
                cluster.capture_mirror,
                cluster.extend_mirror,
                cluster.delete_mirror,
                cluster.sweep_mirrors,
            ],
            interceptors=[StepInterceptor(nowhere, utc_now)],
        ),
    ):
        try:
            yield
        finally:
            for row in await api.pool.fetch("SELECT id FROM mirrors"):
                with suppress(RPCError):
                    handle = client.get_workflow_handle(mirror_workflow_id(str(row["id"])))
                    await handle.terminate("the test is over")


@activity.defn
async def record_step(record: StepRecord) -> None: ...


def cause(rule: str = "C07", **more: Any) -> Cause:
    """A cause with a fix of Deployment cart."""
    target = {"kind": "Deployment", "name": "cart", "namespace": "shop"} | more.pop("target", {})
    operations = more.pop("operations", (Operation("replace", IMAGE, "cart:2"),))
    patch = Patch(api_version="apps/v1", operations=operations, **target)
    return Cause(
        rule=rule,
        failure_class="CrashLoopBackOff",
        container="app",
        title=f"{rule} fails",
        explanation="The image is too old.",
        confidence=Confidence.LIKELY,
        evidence=(),
        fix="Take the new one.",
        patch=more.get("patch", patch),
    )


async def incident(api: Api, *causes: Cause, name: str = "cart") -> str:
    """An incident of Deployment cart, diagnosed so; returns its id."""
    body = CRASH | {"owner": {"kind": "Deployment", "name": name}, "uid": f"u-{name}"}
    incident_id: str = (await api.agent("POST", FAILED, json=body)).json()["incident_id"]
    if causes:
        told = CAUSES.dump_python(list(causes), mode="json")
        await api.pool.execute(DIAGNOSED, uuid4(), UUID(incident_id), uuid4(), told, utc_now())
    return incident_id


async def stored(api: Api, incident_id: str, cluster: str = "", title: str = "A") -> str:
    """A mirror in the database, which no run looks after; returns its id."""
    return await put(api.pool, cipher_of(api), incident_id, cluster or api.settings.cluster, title)


async def put(pool: Pool, cipher: Any, incident_id: str, cluster: str, title: str) -> str:
    id_ = uuid4()
    operations = [Operation("replace", IMAGE, title)]
    wish = Wish(
        workload=Workload(cluster, "shop", "Deployment", "cart"),
        pods=[], operations=operations, by="ada", role=Role.WRITE,
    )  # fmt: skip
    pod = name_of(str(id_))
    plan = MirrorPlan(namespace="shop", pod=pod, needs_seconds=30, diff="+ a")
    fix = fixes.of_operations(title, operations)
    new = NewMirror(id_, UUID(incident_id), fix, wish, plan, pod, key=str(id_))
    made, _ = await mirrors.insert(pool, cipher, new, Limits(99, 99), utc_now())
    return str(made)


async def until(api: Api, mirror_id: str, *phases: str) -> dict[str, Any]:
    """The mirror, once it is in one of these phases."""
    async with asyncio.timeout(15):
        while True:
            answer = await api.person("GET", f"/api/mirror/status/{mirror_id}")
            found: dict[str, Any] = answer.json()
            if found["phase"] in phases:
                return found
            await asyncio.sleep(0.05)
