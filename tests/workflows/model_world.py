"""Models in a small world: providers and a cluster that answer a model's wishes as the test says.

The investigations are in memory; the incidents are real.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from temporalio import activity
from temporalio.client import WorkflowHandle
from temporalio.service import RPCError
from temporalio.worker import Worker

from activities.incidents import IncidentActivities
from kure.adapters.clock import utc_now
from kure.adapters.postgres import changes, runs
from kure.adapters.postgres.pool import transaction
from kure.contracts import investigating as contract
from kure.contracts.activities import IncidentView, TakeRequest
from kure.contracts.investigating import (
    Asked,
    AskRequest,
    BeginRequest,
    Begun,
    FinishRequest,
    FixChecked,
    FixDraft,
    FixRequest,
    InvestigationStart,
    Read,
    ReadRequest,
    Wish,
)
from kure.contracts.models import ModelTested, ModelTestRequest
from kure.contracts.runs import StepRecord
from kure.domain.diagnosis.fixes import Operation
from tests.workflows.world import World
from workers.steps import StepInterceptor
from workflows.investigation import InvestigationWorkflow
from workflows.names import MODELS, cluster_queue, investigation_workflow_id

ANSWER = Asked(state="answer")
UNUSABLE = Asked(state="unusable", text="It has no field `cause`.")
OPERATION = Operation("replace", "/spec/replicas", 1)
FIX = FixDraft(title="One replica", operations=[OPERATION])


def wishes(*tools: str, turn: int = 1) -> Asked:
    """The model wants these read."""
    wanted = [
        Wish(call_id=f"call_{turn}_{n}", tool=t, arguments={}) for n, t in enumerate(tools, 1)
    ]
    return Asked(state="wishes", wishes=wanted)


@dataclass
class ScriptedModel(contract.InvestigationActivities):
    """Says what is in `says`, one a turn, then answers; `errors` come first, one an attempt.
    `why_not` is why nobody is asked."""

    says: list[Asked] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)
    why_not: str = ""
    asked: list[AskRequest] = field(default_factory=list)
    attempts: int = 0
    begun: list[BeginRequest] = field(default_factory=list)
    finished: list[FinishRequest] = field(default_factory=list)
    world: World | None = None
    _gate: asyncio.Event | None = None

    def hang(self) -> None:
        """From now on it says nothing until `go_on`."""
        self._gate = asyncio.Event()

    def go_on(self) -> None:
        assert self._gate is not None
        self._gate.set()
        self._gate = None

    @property
    def is_asking(self) -> bool:
        return len(self.begun) > len(self.finished)

    @activity.defn
    async def begin_investigation(self, request: BeginRequest) -> Begun:
        assert self.world is not None
        incident_id, now = UUID(request.incident_id), utc_now()
        workflow = (self.world.cluster_name, request.workflow_id, "InvestigationWorkflow")
        async with transaction(self.world.pool) as connection:
            await runs.start(connection, UUID(request.run_id), incident_id, workflow, now)
        if request.asked_by:
            await changes.model_is_asked(self.world.pool, incident_id)
        if request not in self.begun:
            self.begun.append(request)
        if self.why_not:
            self.finished.append(_unanswered(request, self.why_not))
        return Begun(
            investigation_id=f"i{len(self.begun)}",
            workload=self.world.workload,
            ask=not self.why_not,
            text=self.why_not,
        )

    @activity.defn
    async def ask_model(self, request: AskRequest) -> Asked:
        self.attempts += 1
        while self._gate is not None:
            activity.heartbeat()
            with suppress(TimeoutError):
                async with asyncio.timeout(0.1):
                    await self._gate.wait()
        if self.errors:
            raise self.errors.pop(0)
        self.asked.append(request)
        return self.says.pop(0) if self.says else ANSWER

    @activity.defn
    async def finish_investigation(self, request: FinishRequest) -> None:
        assert self.world is not None
        await changes.model_is_asked(self.world.pool, UUID(request.incident_id))
        self.finished.append(request)

    @activity.defn
    async def test_model(self, request: ModelTestRequest) -> ModelTested:
        raise NotImplementedError


def _unanswered(request: BeginRequest, text: str) -> FinishRequest:
    return FinishRequest(
        incident_id=request.incident_id,
        run_id=request.run_id,
        investigation_id="",
        answered=False,
        text=text,
    )


@dataclass
class ScriptedReads(contract.InvestigationClusterActivities):
    """Reads what is wished, unless there is an error for that tool; the fix is checked so."""

    errors: dict[str, Exception] = field(default_factory=dict)
    read: list[ReadRequest] = field(default_factory=list)
    checked: list[FixRequest] = field(default_factory=list)
    together: int = 0
    most_together: int = 0

    @activity.defn
    async def read_for_model(self, request: ReadRequest) -> Read:
        self.read.append(request)
        self.together += 1
        self.most_together = max(self.most_together, self.together)
        await asyncio.sleep(0)
        self.together -= 1
        if error := self.errors.get(request.wish.tool):
            raise error
        return Read(call_id=request.wish.call_id, evidence_id=f"e-{request.wish.call_id}")

    @activity.defn
    async def check_model_fix(self, request: FixRequest) -> FixChecked:
        self.checked.append(request)
        if error := self.errors.get("fix"):
            raise error
        return FixChecked(operations=request.fix.operations, checked="dry run")


@dataclass
class ModelWorld:
    """One incident's investigations. `wanted`: a model is asked of what the rules say."""

    world: World
    model: ScriptedModel = field(default_factory=ScriptedModel)
    reads: ScriptedReads = field(default_factory=ScriptedReads)
    wanted: bool = True

    def __post_init__(self) -> None:
        self.model.world = self.world

    def handle(self, incident_id: str) -> WorkflowHandle[InvestigationWorkflow, None]:
        return self.world.client.get_workflow_handle_for(
            InvestigationWorkflow.run, investigation_workflow_id(incident_id)
        )

    async def start(self, incident_id: str) -> WorkflowHandle[InvestigationWorkflow, None]:
        """As the incident's workflow does."""
        return await self.world.client.start_workflow(
            InvestigationWorkflow.run,
            InvestigationStart(incident_id=incident_id),
            id=investigation_workflow_id(incident_id),
            task_queue=MODELS,
        )

    def incidents(self) -> type[IncidentActivities]:
        """Incidents of which a model is wanted once, after the rules have spoken."""
        models = self

        class WithModels(IncidentActivities):
            @activity.defn
            async def take(self, request: TakeRequest) -> IncidentView:
                view = await super().take(request)
                model = models.model
                more: dict[str, Any] = {
                    "asks": models.wanted and not model.begun and not view.needs_diagnosis,
                    "investigating": model.is_asking,
                }
                if any(end.answered for end in model.finished):
                    more["answer_id"] = f"i{len(model.finished)}"
                return view.model_copy(update=more)

        return WithModels

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[None]:
        """A worker of the queue `models`; what still runs at the end is ended."""

        async def record(step: StepRecord) -> None:
            await runs.record(self.world.pool, step, utc_now())

        shared: dict[str, Any] = {"interceptors": [StepInterceptor(record, utc_now)]}
        model = self.model
        async with Worker(
            self.world.client,
            task_queue=MODELS,
            workflows=[InvestigationWorkflow],
            activities=[model.begin_investigation, model.ask_model, model.finish_investigation],
            workflow_failure_exception_types=[Exception],
            **shared,
        ):
            try:
                yield
            finally:
                for begun in model.begun:
                    with suppress(RPCError):
                        await self.handle(begun.incident_id).terminate("the test is over")

    @asynccontextmanager
    async def working(self, **more: Any) -> AsyncIterator[None]:
        """Incidents and investigations."""
        reads: list[Callable[..., Any]] = [self.reads.read_for_model, self.reads.check_model_fix]
        async with self.asking(), self.world.working(self.incidents(), reads=reads, **more):
            yield

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[None]:
        """A cluster's worker that reads for models only."""
        async with Worker(
            self.world.client,
            task_queue=cluster_queue(self.world.cluster_name),
            activities=[self.reads.read_for_model, self.reads.check_model_fix],
        ):
            yield
