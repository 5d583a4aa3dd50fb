"""An investigation by itself: turns, what is read, what goes wrong, how it ends."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from temporalio.client import WorkflowFailureError
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from kure.adapters.postgres import runs
from kure.contracts.investigating import FixChecked, Past, Read
from kure.contracts.runs import Run, Step, StepState
from kure.errors import AccessDenied, ClusterUnavailable, Conflict, InvalidInput
from tests.workflows.model_world import ANSWER, FIX, OPERATION, UNUSABLE, ModelWorld, wishes
from tests.workflows.waiting import eventually
from tests.workflows.world import World
from workflows.investigation import AWAY, CANCELLED, NO_END, NOT_CHECKED, TOO_MANY
from workflows.investigation import UNUSABLE as TWICE


@pytest.fixture
def models(world: World) -> ModelWorld:
    return ModelWorld(world)


async def incident(world: World) -> str:
    incident_id = (await world.fail()).incident_id
    assert incident_id is not None
    return incident_id


async def ended(models: ModelWorld) -> Run:
    """Investigate an incident to its end; the run that people see."""
    incident_id = await incident(models.world)
    async with models.asking(), models.reading():
        await (await models.start(incident_id)).result()
    return await run_of(models, incident_id)


async def run_of(models: ModelWorld, incident_id: str) -> Run:
    [run] = await runs.page(models.world.pool, runs.Filter(incident_id=UUID(incident_id)), 10)
    return await runs.read(models.world.pool, UUID(run.id))


async def test_nobody_is_asked_where_there_is_a_reason_not_to(models: ModelWorld) -> None:
    models.model.why_not = "The day's budget is spent."
    await ended(models)
    assert models.model.asked == []
    assert [end.text for end in models.model.finished] == ["The day's budget is spent."]


async def test_an_answer_ends_it(models: ModelWorld) -> None:
    run = await ended(models)
    [finished] = models.model.finished
    assert (finished.answered, finished.past, finished.fix) == (True, [], None)
    assert [(step.name, step.state, step.summary) for step in run.steps] == [
        ("begin_investigation", StepState.DONE, "Prepare the question for a model"),
        ("ask_model", StepState.DONE, "Ask a model, turn 1 of at most 5"),
        ("finish_investigation", StepState.DONE, "Keep what the model found"),
    ]


async def test_what_the_model_wants_is_read_side_by_side_and_told_in_the_next_turn(
    models: ModelWorld,
) -> None:
    models.model.says = [wishes("events", "logs", "describe")]
    await ended(models)
    assert {request.wish.tool for request in models.reads.read} == {"events", "logs", "describe"}
    reads = [Read(call_id=f"call_1_{n}", evidence_id=f"e-call_1_{n}") for n in (1, 2, 3)]
    assert models.model.asked[1].past == [Past(reads=reads)]
    assert models.model.finished[0].past == [Past(reads=reads)]


async def test_of_too_many_wishes_the_rest_is_refused_with_words(models: ModelWorld) -> None:
    models.model.says = [wishes("logs", "logs", "logs", "logs", "events", "events")]
    await ended(models)
    assert len(models.reads.read) == 4
    told = models.model.asked[1].past[0].reads
    assert [read.refusal for read in told] == ["", "", "", "", TOO_MANY, TOO_MANY]


async def test_what_may_not_be_read_is_told_to_the_model_and_it_goes_on(models: ModelWorld) -> None:
    models.model.says = [wishes("secrets", "logs")]
    models.reads.errors = {"secrets": AccessDenied("Secrets are never read.")}
    await ended(models)
    refused, read = models.model.asked[1].past[0].reads
    assert (refused.refusal, read.evidence_id) == ("Secrets are never read.", "e-call_1_2")
    assert models.model.finished[0].answered


async def test_a_cluster_that_is_away_holds_up_a_turn_for_two_minutes_at_most(
    env: WorkflowEnvironment, models: ModelWorld
) -> None:
    models.model.says = [wishes("logs"), wishes("events", turn=2)]
    models.reads.errors = {"logs": ClusterUnavailable("The API server does not answer.")}
    incident_id = await incident(models.world)
    async with models.asking(), models.reading():
        handle = await models.start(incident_id)
        await eventually(lambda: len(models.reads.read) >= 1)
        await env.fast_forward(handle, timedelta(minutes=2, seconds=5))
        await handle.result()
    away, there = (past.reads[0] for past in models.model.asked[2].past)
    assert (away.refusal, there.evidence_id) == (AWAY, "e-call_2_1")


async def test_a_cluster_without_a_worker_is_the_same(
    env: WorkflowEnvironment, models: ModelWorld
) -> None:
    models.model.says = [wishes("logs")]
    incident_id = await incident(models.world)
    async with models.asking():
        handle = await models.start(incident_id)
        await eventually(lambda: len(models.model.asked) == 1)
        await env.fast_forward(handle, timedelta(minutes=2, seconds=5))
        await handle.result()
    assert models.model.asked[1].past[0].reads[0].refusal == AWAY


async def test_the_fifth_turn_is_the_last(models: ModelWorld) -> None:
    models.model.says = [wishes("logs", turn=n) for n in range(1, 5)]
    await ended(models)
    assert [request.is_last for request in models.model.asked] == [False] * 4 + [True]


async def test_a_model_that_never_answers_is_not_asked_for_ever(models: ModelWorld) -> None:
    models.model.says = [wishes("logs", turn=n) for n in range(1, 20)]
    await ended(models)
    assert [end.text for end in models.model.finished] == [NO_END]
    assert len(models.model.asked) == 6


@pytest.mark.parametrize("turns_before", [0, 4])
async def test_an_answer_that_cannot_be_used_is_asked_for_once_more(
    models: ModelWorld, turns_before: int
) -> None:
    before = [wishes("logs", turn=n) for n in range(1, turns_before + 1)]
    models.model.says = [*before, UNUSABLE, ANSWER]
    run = await ended(models)
    assert models.model.asked[-1].past[-1] == Past(correction="It has no field `cause`.")
    assert models.model.asked[-1].is_last == (turns_before == 4)
    assert models.model.finished[0].answered
    asked = [step.summary for step in run.steps if step.name == "ask_model"]
    assert asked[-1] == "Ask the model once more: its answer could not be used"


async def test_a_second_answer_that_cannot_be_used_ends_it_with_the_reason(
    models: ModelWorld,
) -> None:
    models.model.says = [UNUSABLE, wishes("logs", turn=2), UNUSABLE, ANSWER]
    await ended(models)
    [finished] = models.model.finished
    assert (finished.answered, finished.text) == (False, f"{TWICE} It has no field `cause`.")


async def test_a_fix_is_checked_and_kept_with_the_answer(models: ModelWorld) -> None:
    models.model.says = [ANSWER.model_copy(update={"fix": FIX})]
    await ended(models)
    assert [request.fix for request in models.reads.checked] == [FIX]
    assert models.model.finished[0].fix == FixChecked(operations=[OPERATION], checked="dry run")


@pytest.mark.parametrize(
    ("error", "refusal"),
    [
        (InvalidInput("It is of another object."), "It is of another object."),
        (ClusterUnavailable("away"), "away"),
        (RuntimeError("a stack, a secret"), NOT_CHECKED),
    ],
)
async def test_an_answer_stands_also_where_its_fix_could_not_be_checked(
    env: WorkflowEnvironment, models: ModelWorld, error: Exception, refusal: str
) -> None:
    models.model.says = [ANSWER.model_copy(update={"fix": FIX})]
    models.reads.errors = {"fix": error}
    incident_id = await incident(models.world)
    async with models.asking(), models.reading():
        handle = await models.start(incident_id)
        await eventually(lambda: bool(models.reads.checked))
        await env.fast_forward(handle, timedelta(minutes=2, seconds=5))
        await handle.result()
    [finished] = models.model.finished
    assert finished.answered
    assert finished.fix == FixChecked(refusals=[refusal])


async def test_what_cannot_heal_ends_it_with_the_reason(models: ModelWorld) -> None:
    models.model.errors = [Conflict("Nothing of namespace shop may go to a provider outside.")]
    run = await ended(models)
    [finished] = models.model.finished
    assert not finished.answered
    assert finished.text == "Nothing of namespace shop may go to a provider outside."
    assert [step.state for step in run.steps if step.name == "ask_model"] == [StepState.FAILED]


def down(seconds: int) -> ApplicationError:
    """As the activity says it, where no provider answers."""
    text = "No provider answered. anthropic: HTTP 529."
    return ApplicationError(text, type="ModelFailed", next_retry_delay=timedelta(seconds=seconds))


async def test_providers_that_are_down_for_ten_minutes_are_asked_again_when_they_said(
    env: WorkflowEnvironment, models: ModelWorld
) -> None:
    models.model.errors = [down(240), down(240), down(120)]
    incident_id = await incident(models.world)
    async with models.asking(), models.reading():
        handle = await models.start(incident_id)
        await eventually(lambda: models.model.attempts == 1)
        step = await retrying(models, incident_id)
        assert step.next_retry_at is not None
        assert step.ended_at is not None
        assert step.next_retry_at - step.ended_at == timedelta(seconds=240)
        assert step.error == "No provider answered. anthropic: HTTP 529."
        await env.fast_forward(handle, timedelta(minutes=9))
        assert models.model.asked == []
        await env.fast_forward(handle, timedelta(minutes=2))
        await handle.result()
    assert models.model.attempts == 4
    assert models.model.finished[0].answered


async def retrying(models: ModelWorld, incident_id: str) -> Step:
    """The step that is to be tried again, once there is one."""
    async with asyncio.timeout(20):
        while True:
            await eventually(lambda: bool(models.model.begun))
            run = await run_of(models, incident_id)
            for step in run.steps:
                if step.state is StepState.RETRYING:
                    return step
            await asyncio.sleep(0.02)


async def test_after_a_day_it_is_given_up_with_what_was_said_last(
    env: WorkflowEnvironment, models: ModelWorld
) -> None:
    models.model.errors = [down(7200)] * 20
    incident_id = await incident(models.world)
    async with models.asking(), models.reading():
        handle = await models.start(incident_id)
        await env.fast_forward(handle, timedelta(hours=25))
        await handle.result()
    [finished] = models.model.finished
    assert (finished.answered, finished.text) == (
        False,
        "No provider answered. anthropic: HTTP 529.",
    )
    assert models.model.attempts == 12


async def test_cancelled_while_a_model_is_asked_it_ends_without_an_answer(
    models: ModelWorld,
) -> None:
    models.model.hang()
    incident_id = await incident(models.world)
    async with models.asking(), models.reading():
        handle = await models.start(incident_id)
        await eventually(lambda: models.model.attempts == 1)
        await handle.cancel()
        with pytest.raises(WorkflowFailureError):
            await handle.result()
    assert [(end.answered, end.text) for end in models.model.finished] == [(False, CANCELLED)]


async def test_cancelled_while_it_waits_for_the_next_try_it_ends_at_once(
    models: ModelWorld,
) -> None:
    models.model.errors = [down(300)]
    incident_id = await incident(models.world)
    async with models.asking(), models.reading():
        handle = await models.start(incident_id)
        await retrying(models, incident_id)
        await handle.cancel()
        with pytest.raises(WorkflowFailureError):
            await handle.result()
    assert [(end.answered, end.text) for end in models.model.finished] == [(False, CANCELLED)]
