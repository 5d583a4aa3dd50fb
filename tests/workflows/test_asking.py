"""A model is asked about incidents: after the rules have spoken and people were told, once, and as
long as anybody needs the answer."""

from datetime import timedelta
from uuid import UUID

import pytest
from temporalio.client import WorkflowExecutionStatus, WorkflowFailureError
from temporalio.testing import WorkflowEnvironment

from kure.adapters.postgres import runs
from kure.contracts.incidents import Action, Status
from kure.domain.diagnosis.model import Confidence
from kure.domain.recovery import Quiet
from kure.errors import Conflict
from tests.notify.receiver import receiving
from tests.workflows.model_world import ModelWorld, wishes
from tests.workflows.telling import Telling
from tests.workflows.test_incident import diagnosed
from tests.workflows.waiting import eventually, nudged
from tests.workflows.world import World
from workflows.investigation import CANCELLED


@pytest.fixture
def models(world: World) -> ModelWorld:
    return ModelWorld(world)


async def took_again(models: ModelWorld, incident_id: str) -> None:
    """Wait until the incident's run has handled a nudge that comes now."""
    await models.world.nudge(incident_id)
    await models.world.act(incident_id, Action.ACKNOWLEDGE, f"k{models.world.crashes}")


async def test_without_models_nobody_is_asked(models: ModelWorld) -> None:
    models.wanted = False
    async with models.working():
        incident_id = await diagnosed(models.world)
        await took_again(models, incident_id)
        assert models.model.begun == []


async def test_a_model_is_asked_once_and_only_after_the_rules_have_spoken(
    models: ModelWorld,
) -> None:
    models.world.scripted.hang()
    async with models.working():
        accepted = await models.world.fail()
        await models.world.nudge(accepted.incident_id)
        await eventually(lambda: bool(models.world.scripted.gathered))
        assert models.model.begun == []
        models.world.scripted.go_on()
        await models.world.until(accepted.incident_id, lambda row: not row.diagnosing)
        await eventually(lambda: bool(models.model.finished))
        await took_again(models, models.model.begun[0].incident_id)
    assert len(models.model.asked) == 1
    run = await runs.newest_of(models.world.pool, UUID(accepted.incident_id))
    assert run is not None
    assert run.workflow_type == "IncidentWorkflow"


async def test_of_what_fails_no_more_nobody_is_asked(models: ModelWorld) -> None:
    models.wanted = False
    async with models.working():
        incident_id = await diagnosed(models.world)
        await models.world.end()
        models.wanted = True
        await took_again(models, incident_id)
        assert models.model.begun == []


async def test_people_are_told_without_waiting_for_the_model(models: ModelWorld) -> None:
    models.model.hang()
    telling = Telling(models.world)
    async with receiving() as receiver:
        await telling.set(receiver.channel("bot"))
        async with models.working(notifies=telling.current.any), telling.notifying():
            await diagnosed(models.world)
            await eventually(lambda: models.model.attempts == 1)
            await eventually(lambda: len(receiver.got) == 1)
            assert models.model.finished == []


async def test_what_the_rules_may_find_in_a_moment_no_model_is_asked(
    env: WorkflowEnvironment, models: ModelWorld
) -> None:
    models.world.scripted.confidence = Confidence.SYMPTOM
    async with models.working():
        incident_id = await diagnosed(models.world)
        await took_again(models, incident_id)
        assert models.model.begun == []
        await env.fast_forward(models.world.handle(), timedelta(seconds=11))
        await eventually(lambda: len(models.world.scripted.gathered) == 2)
        await env.fast_forward(models.world.handle(), timedelta(seconds=31))
        await eventually(lambda: len(models.model.finished) == 1)


async def test_a_person_who_asks_does_not_wait_for_that_and_is_named(models: ModelWorld) -> None:
    models.wanted = False
    models.world.scripted.confidence = Confidence.SYMPTOM
    async with models.working():
        incident_id = await diagnosed(models.world)
        await models.world.act(incident_id, Action.INVESTIGATE, "k1")
        await eventually(lambda: len(models.model.finished) == 1)
    assert [begun.asked_by for begun in models.model.begun] == ["ada"]


async def test_the_same_key_asks_once_and_another_asks_again(models: ModelWorld) -> None:
    async with models.working():
        incident_id = await diagnosed(models.world)
        await eventually(lambda: len(models.model.finished) == 1)
        for key in ("k1", "k1", "k2"):
            await models.world.act(incident_id, Action.INVESTIGATE, key)
            count = 3 if key == "k2" else 2
            await eventually(lambda: len(models.model.finished) == count)  # noqa: B023
    assert [begun.asked_by for begun in models.model.begun] == [None, "ada", "ada"]


async def test_one_that_is_under_way_is_left_alone(models: ModelWorld) -> None:
    models.model.hang()
    async with models.working():
        incident_id = await diagnosed(models.world)
        await eventually(lambda: models.model.attempts == 1)
        await models.world.act(incident_id, Action.INVESTIGATE, "k1")
        await took_again(models, incident_id)
        models.model.go_on()
        await eventually(lambda: len(models.model.finished) == 1)
        await took_again(models, incident_id)
    assert len(models.model.begun) == 1


@pytest.mark.parametrize("action", [Action.IGNORE, Action.RESOLVE])
async def test_what_a_person_puts_away_is_asked_no_longer(
    models: ModelWorld, action: Action
) -> None:
    models.model.hang()
    async with models.working():
        incident_id = await diagnosed(models.world)
        await eventually(lambda: models.model.attempts == 1)
        await models.world.act(incident_id, action, "k1")
        with pytest.raises(WorkflowFailureError):
            await models.handle(incident_id).result()
        with pytest.raises(Conflict, match="nothing to investigate"):
            await models.world.act(incident_id, Action.INVESTIGATE, "k2")
    assert [(end.answered, end.text) for end in models.model.finished] == [(False, CANCELLED)]


async def test_what_has_recovered_is_asked_no_longer(models: ModelWorld) -> None:
    """Nothing skips its quiet time: while an activity runs, no time is skipped."""
    models.model.hang()
    async with models.working(quiet=Quiet(timedelta(seconds=1), timedelta(seconds=1))):
        incident_id = await diagnosed(models.world)
        await eventually(lambda: models.model.attempts == 1)
        await models.world.end()
        await (await models.world.nudge(incident_id)).result()
        with pytest.raises(WorkflowFailureError):
            await models.handle(incident_id).result()
    assert [end.text for end in models.model.finished] == [CANCELLED]
    assert (await models.world.row(incident_id)).status is Status.RESOLVED


async def test_an_answer_that_comes_after_the_incident_regressed_is_kept_and_told(
    models: ModelWorld,
) -> None:
    """It is resolved and fails again while the model thinks, faster than anybody is cancelled."""
    models.model.hang()
    async with models.working():
        incident_id = await diagnosed(models.world)
        await eventually(lambda: models.model.attempts == 1)
        await models.world.handle().terminate("its server was lost")
        await models.world.pool.execute(
            "UPDATE incidents SET status = 'resolved', resolved_at = now(), resolution = 'gone' "
            "WHERE id = $1",
            UUID(incident_id),
        )
        await models.world.fail_again()
        await models.world.until(incident_id, lambda row: row.status is Status.REGRESSED)
        models.model.go_on()
        await models.handle(incident_id).result()
        await took_again(models, incident_id)
        status = (await models.world.handle().describe()).status
        assert status is WorkflowExecutionStatus.RUNNING
    assert [end.answered for end in models.model.finished] == [True]
    assert len(models.model.begun) == 1


async def test_it_outlives_that_the_incidents_run_continues_as_a_new_one(
    models: ModelWorld,
) -> None:
    models.model.hang()
    models.model.says = [wishes("logs")]
    async with models.working():
        incident_id = await diagnosed(models.world)
        await eventually(lambda: models.model.attempts == 1)
        first = (await models.world.handle().describe()).run_id
        while (await models.world.handle().describe()).run_id == first:
            models.world.crashes += 1
            await took_again(models, incident_id)
        described = await models.handle(incident_id).describe()
        assert described.status is WorkflowExecutionStatus.RUNNING
        models.model.go_on()
        await models.handle(incident_id).result()
        await eventually(lambda: len(models.model.finished) == 1)
        await took_again(models, incident_id)
    assert (len(models.model.begun), len(models.model.asked)) == (1, 2)


async def test_the_run_that_continues_another_ends_the_investigation_of_that_one(
    models: ModelWorld,
) -> None:
    models.model.hang()
    async with models.working():
        incident_id = await diagnosed(models.world)
        await eventually(lambda: models.model.attempts == 1)
        await models.world.handle().terminate("its server was lost")
        await models.world.nudge(incident_id)
        await models.world.act(incident_id, Action.RESOLVE, "k1")
        with pytest.raises(WorkflowFailureError):
            await models.handle(incident_id).result()
    assert [end.text for end in models.model.finished] == [CANCELLED]


async def test_one_that_was_lost_with_temporals_store_is_taken_up_again(
    models: ModelWorld,
) -> None:
    models.model.hang()
    async with models.working():
        incident_id = await diagnosed(models.world)
        await eventually(lambda: models.model.attempts == 1)
        await models.handle(incident_id).terminate("its store was lost")
        await models.world.handle().terminate("its store was lost")
        models.model.go_on()
        await models.world.nudge(incident_id)
        await eventually(lambda: len(models.model.finished) == 1)
    assert len(models.model.begun) == 2


async def test_the_answer_wakes_whoever_tells(models: ModelWorld) -> None:
    async def always() -> bool:
        return True

    async with models.working(notifies=always):
        incident_id = await diagnosed(models.world)
        await nudged(models.world, incident_id, 1)
