"""A small world for workflow tests: real PostgreSQL, a cluster that answers what the test says."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError
from temporalio.worker import Worker

from activities.incidents import IncidentActivities, nobody
from api.actions import act
from api.relay import Starter
from kure.adapters.clock import utc_now
from kure.adapters.postgres import reports, runs
from kure.adapters.postgres.nudges import Nudge
from kure.adapters.postgres.pool import Pool
from kure.adapters.postgres.reports import FailingPod
from kure.adapters.postgres.rows import read_row
from kure.contracts import activities as contract
from kure.contracts.activities import ConfirmRequest, Gathered, GatherRequest, Recovery
from kure.contracts.incidents import Action, Change, Changed, IncidentRow, Resolution
from kure.contracts.reports import Accepted, ReportedFailure
from kure.contracts.runs import StepRecord
from kure.domain.diagnosis.model import Blamed, Cause, Confidence, Diagnosis, Severity
from kure.domain.failures.model import FailureClass
from kure.domain.recovery import Quiet
from kure.domain.workloads import Workload
from workers.steps import StepInterceptor
from workflows.incident import IncidentWorkflow
from workflows.names import KURE, cluster_queue, incident_workflow_id

QUIET = Quiet(crash=timedelta(minutes=5), other=timedelta(seconds=30))
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
WELL = Recovery(resolution=Resolution.RECOVERED, text="Deployment cart: 1 of 1 ready")
ILL = Recovery(resolution=None, text="Deployment cart: 0 of 1 ready", look_again_seconds=30)


class ScriptedCluster(contract.ClusterActivities):
    """Answers `recovery`, and causes of this `confidence`, and counts what it was asked."""

    def __init__(self) -> None:
        self.recovery = WELL
        self.confidence = Confidence.LIKELY
        self.title = "The container exits with code 1"
        self.blames: Blamed | None = None
        self.on_confirm: Callable[[], Awaitable[object]] | None = None
        self.gathered: list[GatherRequest] = []
        self.confirmed: list[ConfirmRequest] = []
        self._gate: asyncio.Event | None = None
        self.failing_gathers: list[Exception] = []

    def hang(self) -> None:
        """From now on gathering takes until `go_on`."""
        self._gate = asyncio.Event()

    def go_on(self) -> None:
        assert self._gate is not None
        self._gate.set()

    @activity.defn
    async def gather(self, request: GatherRequest) -> Gathered:
        self.gathered.append(request)
        if self.failing_gathers:
            raise self.failing_gathers.pop(0)
        if self._gate is not None:
            await self._gate.wait()
        failure = request.pods[0].failures[0]
        cause = Cause(
            rule="C07",
            failure_class=failure.failure_class.value,
            container=failure.container,
            title=self.title,
            explanation="It exits soon after its start.",
            confidence=self.confidence,
            evidence=(),
            fix="Read its last lines.",
            blames=self.blames,
        )
        diagnosis = Diagnosis((cause,), ("no logs",), Severity.HIGH)
        return Gathered(diagnosis=diagnosis, evidence_ids=[])

    @activity.defn
    async def confirm_recovered(self, request: ConfirmRequest) -> Recovery:
        self.confirmed.append(request)
        if self.on_confirm is not None:
            await self.on_confirm()
        return self.recovery


@dataclass
class World:
    """One database, one Temporal, one scripted cluster of its own name."""

    client: Client
    pool: Pool
    cluster_name: str = field(default_factory=lambda: f"t{uuid4().hex[:12]}")
    scripted: ScriptedCluster = field(default_factory=ScriptedCluster)
    crashes: int = 0

    @property
    def workload(self) -> Workload:
        return Workload(self.cluster_name, "shop", "Deployment", "cart")

    @property
    def workflow_id(self) -> str:
        return incident_workflow_id(self.workload)

    def handle(self) -> WorkflowHandle[IncidentWorkflow, None]:
        return self.client.get_workflow_handle_for(IncidentWorkflow.run, self.workflow_id)

    async def fail(
        self,
        uid: str = "u1",
        failure_class: FailureClass = FailureClass.CRASH_LOOP,
        since: datetime | None = None,
        template: str = "",
    ) -> Accepted:
        """A report of a failing pod; without `since`, of a crash a minute after the last one."""
        self.crashes += 1
        moment = since or LONG_AGO + timedelta(minutes=self.crashes)
        failure = ReportedFailure(
            failure_class=failure_class, container="app", since=moment, reason="Error"
        )
        pod = FailingPod(
            workload=self.workload, uid=uid, namespace="shop", name=f"cart-{uid}",
            failures=(failure,), template=template, text="CrashLoopBackOff in container app",
        )  # fmt: skip
        return await reports.receive_failed(self.pool, pod, utc_now())

    async def end(self, uid: str = "u1", state: str = "gone") -> Accepted:
        """A report that a pod is healthy or gone, a second after its last crash."""
        moment = LONG_AGO + timedelta(minutes=self.crashes, seconds=1)
        return await reports.receive_ended(
            self.pool, self.cluster_name, uid, state, moment, utc_now()
        )

    async def nudge(self, incident_id: str | None) -> WorkflowHandle[IncidentWorkflow, None]:
        """Signal the run, starting it where there is none, as the relay does."""
        assert incident_id is not None
        await Starter(self.client).nudge(Nudge(UUID(incident_id), self.workload))
        return self.handle()

    async def fail_again(self) -> None:
        """Another pod fails, and the run is told."""
        accepted = await self.fail("u2")
        await self.nudge(accepted.incident_id)

    async def look(self, incident_id: str) -> WorkflowHandle[IncidentWorkflow, None]:
        """Ask that the workload itself is looked at now, as when its node went."""
        asked = "UPDATE incidents SET look_requested = true WHERE id = $1"
        await self.pool.execute(asked, UUID(incident_id))
        return await self.nudge(incident_id)

    async def act(self, incident_id: str | None, action: Action, key: str, **more: Any) -> Changed:
        """What a person asks for, the way the API passes it on."""
        assert incident_id is not None
        nudge = Nudge(UUID(incident_id), self.workload)
        change = Change(action=action, by="ada", **more)
        return await act(self.client, Starter(self.client), nudge, change, key)

    async def row(self, incident_id: str | None) -> IncidentRow:
        assert incident_id is not None
        return await read_row(self.pool, UUID(incident_id))

    async def until(
        self, incident_id: str | None, holds: Callable[[IncidentRow], bool]
    ) -> IncidentRow:
        """Wait until the incident is as told; TimeoutError shows how it is instead."""
        row = await self.row(incident_id)
        for _ in range(600):
            row = await self.row(incident_id)
            if holds(row):
                return row
            await asyncio.sleep(0.02)
        raise TimeoutError(f"the incident stayed {row!r}")

    @asynccontextmanager
    async def working(
        self,
        kind: type[IncidentActivities] = IncidentActivities,
        notifies: Callable[[], Awaitable[bool]] = nobody,
        reads: Sequence[Callable[..., Any]] = (),
        quiet: Quiet = QUIET,
    ) -> AsyncIterator[None]:
        """Workers for both queues; what still runs at the end is ended. `reads` are further
        activities of the cluster's."""

        async def record(step: StepRecord) -> None:
            await runs.record(self.pool, step, utc_now())

        incidents = kind(self.pool, quiet, utc_now, notifies=notifies)
        shared: dict[str, Any] = {"interceptors": [StepInterceptor(record, utc_now)]}
        async with (
            Worker(
                self.client,
                task_queue=KURE,
                workflows=[IncidentWorkflow],
                activities=[
                    incidents.take,
                    incidents.diagnose,
                    incidents.change,
                    incidents.close,
                    incidents.end_run,
                    incidents.record_step,
                ],
                workflow_failure_exception_types=[Exception],  # a bug fails the test at once
                **shared,
            ),
            Worker(
                self.client,
                task_queue=cluster_queue(self.cluster_name),
                activities=[self.scripted.gather, self.scripted.confirm_recovered, *reads],
                **shared,
            ),
        ):
            try:
                yield
            finally:
                with suppress(RPCError):
                    await self.handle().terminate("the test is over")
