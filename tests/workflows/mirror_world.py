"""A small world for tests of mirrors' workflows: a row and a cluster that answer what the test
says."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError
from temporalio.worker import Worker

from kure.contracts import mirroring as contract
from kure.contracts.mirroring import (
    Captured,
    CaptureRequest,
    DeleteMirrorRequest,
    Deployed,
    DeployRequest,
    EndMirrorRun,
    ExtendMirrorRequest,
    LiveMirrors,
    MirrorJob,
    MirrorStart,
    NextRound,
    Planned,
    PlanRequest,
    Progress,
    Round,
    SweepRequest,
    Swept,
    TakeMirrorRequest,
    Watched,
    WatchRequest,
    Wish,
)
from kure.contracts.mirrors import MirrorPlan, Phase, Verdict
from kure.contracts.notifications import Plan as NotifyPlan
from kure.contracts.notifications import PlanRequest as NotifyPlanRequest
from kure.contracts.runs import StepRecord
from kure.domain.access.roles import Role
from kure.domain.diagnosis.fixes import Operation
from kure.domain.diagnosis.model import Diagnosis, Severity
from kure.domain.workloads import Workload
from kure.errors import ClusterUnavailable, NotFound
from workflows.mirror import MirrorWorkflow
from workflows.mirror_plan import MirrorPlanWorkflow
from workflows.mirror_sweep import SweepWorkflow
from workflows.names import KURE, NOTIFY, cluster_queue, mirror_workflow_id
from workflows.notify import NotifyWorkflow

TTL = 300
FIX = Operation("replace", "/spec/template/spec/containers/0/image", "cart:2")
NEXT = Operation("add", "/spec/template/spec/nodeSelector", {"disk": "fast"})

PASSED = Watched(verdict=Verdict.PASSED, text="Ready for 30 s", held_seconds=30, restarts=0)
FAILED = Watched(verdict=Verdict.FAILED, text="container app: crash loop", restarts=3)
EVICTED = Watched(verdict=Verdict.NONE, text="Evicted", final=True)
UNDECIDED = Watched(verdict=None, text="its time was too short: no node has taken it")

Happening = Callable[[], Awaitable[object]]


@activity.defn(name="plan_notifications")
async def tells_nobody(request: NotifyPlanRequest) -> NotifyPlan:
    """No channel is due anything."""
    return NotifyPlan()


@dataclass
class Rows(contract.MirrorActivities):
    """The mirrors' rows, in memory; `told` is every note, `phases` those of one mirror. `asks`: a
    model may be asked where the rules know no next fix."""

    jobs: dict[str, MirrorJob] = field(default_factory=dict)
    told: list[Progress] = field(default_factory=list)
    proposed: list[NextRound] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    steps: list[StepRecord] = field(default_factory=list)
    away: bool = False
    asks: bool = False
    live: list[SweepRequest] = field(default_factory=list)

    def phases(self, mirror_id: str) -> list[Phase]:
        return [note.phase for note in self.told if note.mirror_id == mirror_id and note.phase]

    def newest(self, mirror_id: str, name: str) -> Any:
        """What was told last of one column."""
        notes = (getattr(n, name) for n in reversed(self.told) if n.mirror_id == mirror_id)
        return next((value for value in notes if value is not None), None)

    @property
    def waits(self) -> list[str]:
        return [step.summary for step in self.steps]

    @activity.defn
    async def take_mirror(self, request: TakeMirrorRequest) -> MirrorJob:
        if request.mirror_id not in self.jobs:
            raise NotFound("There is no such mirror.")
        return self.jobs[request.mirror_id]

    @activity.defn
    async def note_mirror(self, progress: Progress) -> None:
        if self.away:
            raise ClusterUnavailable("The database is away.")
        self.told.append(progress)

    @activity.defn
    async def next_round(self, request: NextRound) -> Round:
        self.proposed.append(request)
        if not request.operations:
            return Round(mirror_id=None, ask=self.asks)
        before = self.jobs[request.mirror_id]
        following = before.model_copy(
            update={
                "mirror_id": f"{before.mirror_id}+",
                "round": before.round + 1,
                "wish": before.wish.model_copy(
                    update={"operations": request.operations, "by_model": request.by_model}
                ),
            }
        )
        self.jobs[following.mirror_id] = following
        return Round(mirror_id=following.mirror_id)

    @activity.defn
    async def end_mirror_run(self, request: EndMirrorRun) -> None:
        self.ended.append(request.run_id)

    @activity.defn
    async def live_mirrors(self) -> LiveMirrors:
        return LiveMirrors(requests=self.live)

    @activity.defn
    async def record_step(self, record: StepRecord) -> None:
        self.steps.append(record)


@dataclass
class ScriptedCluster(contract.MirrorClusterActivities):
    """What is in a cluster. `verdicts` come one after the other, then nothing until the watch's
    end; `errors` are raised by the activity of that name, one a call, after what it has done. A
    mirror is `age` old when it was made: while an activity runs, no time is skipped."""

    age: timedelta = timedelta(0)
    pods: dict[str, str] = field(default_factory=dict)
    created: list[str] = field(default_factory=list)
    deleted: list[DeleteMirrorRequest] = field(default_factory=list)
    verdicts: list[Watched] = field(default_factory=list)
    errors: dict[str, list[Exception]] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)
    next_operations: list[Operation] = field(default_factory=list)
    captured: list[CaptureRequest] = field(default_factory=list)
    watched: list[WatchRequest] = field(default_factory=list)
    extended: list[ExtendMirrorRequest] = field(default_factory=list)
    swept: list[SweepRequest] = field(default_factory=list)
    away: bool = False
    called: Counter[str] = field(default_factory=Counter)
    on: dict[str, Happening] = field(default_factory=dict)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def _comes(self, name: str) -> None:
        self.called[name] += 1
        if self.away:
            raise ClusterUnavailable("The API server does not answer; it is tried again")
        happening = self.on.pop(name, None)
        if happening:
            await happening()
        if self.errors.get(name):
            raise self.errors[name].pop(0)

    @activity.defn
    async def plan_mirror(self, request: PlanRequest) -> Planned:
        await self._comes("plan")
        return Planned(namespace="shop", pod=_name(request.mirror_id))

    @activity.defn
    async def deploy_mirror(self, request: DeployRequest) -> Deployed:
        plan = MirrorPlan(
            namespace="shop", pod=_name(request.mirror_id), refusals=self.refusals, needs_seconds=30
        )
        if self.refusals:
            return Deployed(plan=plan)
        if plan.pod not in self.pods:
            self.pods[plan.pod] = f"uid-{len(self.created)}"
            self.created.append(plan.pod)
        await self._comes("deploy")
        made = datetime.now(UTC) - self.age
        return Deployed(plan=plan, uid=self.pods[plan.pod], created_at=made)

    @activity.defn
    async def watch_mirror(self, request: WatchRequest) -> Watched:
        self.watched.append(request)
        await self._comes("watch")
        while not self.verdicts or request is not self.watched[-1]:
            activity.heartbeat()
            if datetime.now(UTC) >= request.until or request is not self.watched[-1]:
                return UNDECIDED
            with suppress(TimeoutError):
                await asyncio.wait_for(self.news.wait(), 0.1)
            self.news.clear()
        return self.verdicts.pop(0)

    def shows(self, verdict: Watched) -> None:
        """The mirror's status has changed."""
        self.verdicts.append(verdict)
        self.news.set()

    @activity.defn
    async def capture_mirror(self, request: CaptureRequest) -> Captured:
        self.captured.append(request)
        await self._comes("capture")
        diagnosis = Diagnosis((), (), Severity.HIGH)
        operations = self.next_operations if request.moment == "verdict" else []
        return Captured(
            diagnosis=diagnosis,
            evidence_ids=[],
            next_operations=operations,
            next_title="Give it the node it needs",
        )

    @activity.defn
    async def extend_mirror(self, request: ExtendMirrorRequest) -> None:
        await self._comes("extend")
        self.extended.append(request)

    @activity.defn
    async def delete_mirror(self, request: DeleteMirrorRequest) -> None:
        await self._comes("delete")
        self.deleted.append(request)
        self.pods.pop(_name(request.mirror_id), None)

    @activity.defn
    async def sweep_mirrors(self, request: SweepRequest) -> Swept:
        await self._comes("sweep")
        self.swept.append(request)
        return Swept(deleted=[], impostors=[])


def _name(mirror_id: str) -> str:
    return f"cart-mirror-{mirror_id}"


@dataclass
class MirrorWorld:
    """One Temporal, one scripted cluster of its own name, and the mirror `id`."""

    client: Client
    id: str = field(default_factory=lambda: uuid4().hex[:10])
    rows: Rows = field(default_factory=Rows)

    def __post_init__(self) -> None:
        self.cluster_name = f"t{uuid4().hex[:12]}"
        self.cluster = ScriptedCluster()

    def wants(self, mirror_id: str | None = None, **more: Any) -> MirrorJob:
        """A row of a mirror that somebody asked for; `more` is what differs."""
        workload = Workload(self.cluster_name, "shop", more.pop("kind", "Deployment"), "cart")
        wish = Wish(
            workload=workload,
            pods=[],
            operations=[FIX],
            by="ada",
            role=Role.WRITE,
            ttl_seconds=TTL,
        )
        job = MirrorJob(
            mirror_id=mirror_id or self.id, incident_id=str(uuid4()), phase=Phase.PLANNED,
            verdict=None, wish=wish, pod="",
        ).model_copy(update=more)  # fmt: skip
        self.rows.jobs[job.mirror_id] = job
        return job

    async def start(self, **more: Any) -> WorkflowHandle[Any, Any]:
        """The mirror's run, as the API starts it."""
        self.wants(**more)
        return await self.client.start_workflow(
            MirrorWorkflow.run,
            MirrorStart(mirror_id=self.id),
            id=mirror_workflow_id(self.id),
            task_queue=KURE,
        )

    def handle(self) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(mirror_workflow_id(self.id))

    def soon_over(self, seconds: float = 5) -> None:
        """The mirror that will be made has only so long to live."""
        self.cluster.age = timedelta(seconds=TTL - seconds)

    @property
    def phases(self) -> list[Phase]:
        return self.rows.phases(self.id)

    @asynccontextmanager
    async def working(
        self, *, dying: bool = False, cluster: Sequence[Callable[..., Any]] = ()
    ) -> AsyncIterator[None]:
        """Workers for all queues; what still runs at the end is ended, unless it is to go on with
        other workers (`dying`)."""
        rows = self.rows
        async with (
            Worker(
                self.client,
                task_queue=KURE,
                workflows=[MirrorWorkflow, MirrorPlanWorkflow, SweepWorkflow],
                activities=[
                    rows.take_mirror,
                    rows.note_mirror,
                    rows.next_round,
                    rows.end_mirror_run,
                    rows.live_mirrors,
                    rows.record_step,
                ],
                workflow_failure_exception_types=[Exception],  # a bug fails the test at once
            ),
            self.cluster_working(cluster),
            Worker(
                self.client,
                task_queue=NOTIFY,
                workflows=[NotifyWorkflow],
                activities=[tells_nobody],
            ),
        ):
            try:
                yield
            finally:
                for mirror_id in () if dying else self.rows.jobs:
                    with suppress(RPCError):
                        handle = self.client.get_workflow_handle(mirror_workflow_id(mirror_id))
                        await handle.terminate("the test is over")

    def cluster_working(self, beside: Sequence[Callable[..., Any]] = ()) -> Worker:
        """The worker of the cluster's queue alone; `beside` are activities of others there."""
        cluster = self.cluster
        return Worker(
            self.client,
            task_queue=cluster_queue(self.cluster_name),
            activities=[
                cluster.plan_mirror,
                cluster.deploy_mirror,
                cluster.watch_mirror,
                cluster.capture_mirror,
                cluster.extend_mirror,
                cluster.delete_mirror,
                cluster.sweep_mirrors,
                *beside,
            ],
        )
