"""A mirror has failed and the rules know nothing more: a model is asked with what it showed, and
its fix is tried in a mirror of its own."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
from temporalio import activity
from temporalio.service import RPCError
from temporalio.worker import Worker

from kure.contracts import investigating as contract
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
)
from kure.contracts.mirrors import Phase
from kure.contracts.models import ModelTested, ModelTestRequest
from kure.domain.diagnosis.fixes import Operation
from kure.errors import InvalidInput
from tests.workflows.mirror_world import FAILED, FIX, PASSED, MirrorWorld
from tests.workflows.test_mirror import MADE, OVER
from tests.workflows.waiting import eventually
from workflows.investigation import InvestigationWorkflow
from workflows.names import MODELS, investigation_workflow_id, mirror_workflow_id

OTHER = Operation("replace", "/spec/template/spec/containers/0/image", "cart:3")
DRAFT = FixDraft(title="Take 3", operations=[OTHER])


@dataclass
class Model(contract.InvestigationActivities, contract.InvestigationClusterActivities):
    """Answers with a fix, which is checked so."""

    mirrors: MirrorWorld
    fix: FixDraft | None = DRAFT
    checked: FixChecked = field(default_factory=lambda: FixChecked(operations=[OTHER]))
    error: Exception | None = None
    begun: list[BeginRequest] = field(default_factory=list)
    finished: list[FinishRequest] = field(default_factory=list)

    @activity.defn
    async def begin_investigation(self, request: BeginRequest) -> Begun:
        self.begun.append(request)
        workload = self.mirrors.rows.jobs[self.mirrors.id].wish.workload
        return Begun(investigation_id="i1", workload=workload, ask=True, classes=["NotReady"])

    @activity.defn
    async def ask_model(self, request: AskRequest) -> Asked:
        if self.error:
            raise self.error
        return Asked(state="answer", fix=self.fix)

    @activity.defn
    async def finish_investigation(self, request: FinishRequest) -> None:
        self.finished.append(request)

    @activity.defn
    async def test_model(self, request: ModelTestRequest) -> ModelTested:
        raise NotImplementedError

    @activity.defn
    async def read_for_model(self, request: ReadRequest) -> Read:
        raise NotImplementedError

    @activity.defn
    async def check_model_fix(self, request: FixRequest) -> FixChecked:
        assert request.classes == ["NotReady"]
        return self.checked


@asynccontextmanager
async def asking(mirrors: MirrorWorld, model: Model) -> AsyncIterator[None]:
    """Workers for mirrors and for models; what still runs at the end is ended."""
    begin, ask, finish = model.begin_investigation, model.ask_model, model.finish_investigation
    client = mirrors.client
    cluster: list[Callable[..., Any]] = [model.read_for_model, model.check_model_fix]
    async with (
        mirrors.working(cluster=cluster),
        Worker(
            client,
            task_queue=MODELS,
            workflows=[InvestigationWorkflow],
            activities=[begin, ask, finish],
            workflow_failure_exception_types=[Exception],
        ),
    ):
        try:
            yield
        finally:
            for job in mirrors.rows.jobs.values():
                name = investigation_workflow_id(job.incident_id)
                with suppress(RPCError):
                    await client.get_workflow_handle(name).terminate("the test is over")


@pytest.fixture
def failing(mirrors: MirrorWorld) -> MirrorWorld:
    """The first mirror fails, the next one passes, and a model may be asked between them."""
    mirrors.rows.asks = True
    mirrors.cluster.verdicts = [FAILED, PASSED]
    return mirrors


async def test_its_fix_is_tried_in_a_mirror_of_its_own(failing: MirrorWorld) -> None:
    model, second = Model(failing), f"{failing.id}+"
    async with asking(failing, model):
        await (await failing.start(rounds=3)).result()
        await eventually(lambda: Phase.PASSED in failing.rows.phases(second))
        [begun] = model.begun
        assert (begun.mirror_id, begun.asked_by) == (failing.id, "ada")
    assert failing.phases == [*MADE, Phase.FAILED, *OVER]
    wish = failing.rows.jobs[second].wish
    assert (wish.operations, wish.by_model) == ([OTHER], True)
    assert [request.operations for request in failing.rows.proposed] == [[], [OTHER]]
    assert failing.rows.proposed[1].title == "Take 3"


@pytest.mark.parametrize(
    "says",
    [
        {"fix": None},
        {"checked": FixChecked(refusals=["spec.hostNetwork is true."])},
        {"error": InvalidInput("Nobody may be asked.")},
    ],
    ids=["no fix", "a fix that is refused", "nobody to ask"],
)
async def test_without_a_fix_of_its_own_the_loop_is_over(
    failing: MirrorWorld, says: dict[str, object]
) -> None:
    model = Model(failing, **says)  # type: ignore[arg-type]  # one of its fields
    async with asking(failing, model):
        job = await failing.start(rounds=3)
        await job.result()
        await eventually(lambda: bool(model.finished))
        incident_id = failing.rows.jobs[failing.id].incident_id
        run = failing.client.get_workflow_handle(investigation_workflow_id(incident_id))
        await run.result()
    assert set(failing.rows.jobs) == {failing.id}


async def test_where_no_model_may_be_asked_the_mirror_is_kept(failing: MirrorWorld) -> None:
    failing.rows.asks = False
    model = Model(failing)
    async with asking(failing, model):
        await failing.start(rounds=3)
        await eventually(lambda: any(wait.startswith("Kept until") for wait in failing.rows.waits))
    assert model.begun == []


async def test_a_model_that_is_being_asked_already_is_left_alone(failing: MirrorWorld) -> None:
    """It was not shown this mirror; its answer is no next fix of it."""
    model = Model(failing)
    job = failing.wants(rounds=3)
    start = InvestigationStart(incident_id=job.incident_id)
    name = investigation_workflow_id(job.incident_id)
    await failing.client.start_workflow(
        InvestigationWorkflow.run, start, id=name, task_queue="nobody-serves-it"
    )
    async with asking(failing, model):
        handle = await failing.client.start_workflow(
            "MirrorWorkflow",
            {"mirror_id": failing.id},
            id=mirror_workflow_id(failing.id),
            task_queue="kure",
        )
        await handle.result()
    assert (model.begun, [FIX]) == ([], failing.rows.jobs[failing.id].wish.operations)
    assert set(failing.rows.jobs) == {failing.id}
