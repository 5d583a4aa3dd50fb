"""Nothing tells why it fails yet: the same is gathered again a little later."""

from datetime import timedelta

from temporalio.testing import WorkflowEnvironment

from kure.contracts.incidents import Action, Status
from kure.domain.diagnosis.model import Confidence
from kure.domain.failures.model import FailureClass
from tests.workflows.test_incident import diagnosed
from tests.workflows.world import World
from workflows.looks import AGAIN_AFTER

MOMENT = timedelta(seconds=1)


async def only_a_symptom(world: World) -> str:
    """An incident of which nothing tells why it fails; its id."""
    world.scripted.confidence = Confidence.SYMPTOM
    return await diagnosed(world)


def why_is_known(world: World) -> None:
    world.scripted.confidence = Confidence.DEFINITIVE
    world.scripted.title = "The readinessProbe asks the wrong port"


async def test_what_a_later_event_tells_takes_the_place_of_the_symptom(
    env: WorkflowEnvironment, world: World
) -> None:
    async with world.working():
        incident_id = await only_a_symptom(world)
        why_is_known(world)
        await env.fast_forward(world.handle(), AGAIN_AFTER[0] + MOMENT)
        row = await world.until(incident_id, lambda row: row.summary == world.scripted.title)
        await env.fast_forward(world.handle(), timedelta(minutes=5))
    assert row.status is Status.OPEN
    assert [request.look for request in world.scripted.gathered] == [0, 1]
    kept = await world.pool.fetch("SELECT causes->0->>'title' AS title FROM diagnoses")
    assert world.scripted.title in {one["title"] for one in kept}


async def test_it_is_not_looked_at_before_its_time(env: WorkflowEnvironment, world: World) -> None:
    async with world.working():
        incident_id = await only_a_symptom(world)
        await env.fast_forward(world.handle(), AGAIN_AFTER[0] - MOMENT)
        await world.act(incident_id, Action.ACKNOWLEDGE, "k1")
    assert len(world.scripted.gathered) == 1


async def test_what_stays_unknown_is_looked_at_twice_and_told_once(
    env: WorkflowEnvironment, world: World
) -> None:
    async with world.working():
        incident_id = await only_a_symptom(world)
        version = (await world.row(incident_id)).version
        await env.fast_forward(world.handle(), timedelta(minutes=5))
        row = await world.row(incident_id)
    assert [request.look for request in world.scripted.gathered] == [0, 1, 2]
    assert row.version == version


async def test_a_crash_in_between_does_not_put_it_off(
    env: WorkflowEnvironment, world: World
) -> None:
    async with world.working():
        incident_id = await only_a_symptom(world)
        await env.fast_forward(world.handle(), AGAIN_AFTER[0] / 2)
        await world.fail()
        why_is_known(world)
        await world.nudge(incident_id)
        await env.fast_forward(world.handle(), AGAIN_AFTER[0] / 2 + MOMENT)
        await world.until(incident_id, lambda row: row.summary == world.scripted.title)
    assert len(world.scripted.gathered) == 2


async def test_another_failure_begins_anew(env: WorkflowEnvironment, world: World) -> None:
    async with world.working():
        incident_id = await only_a_symptom(world)
        await env.fast_forward(world.handle(), timedelta(minutes=5))
        await world.fail("u2", FailureClass.OOM_KILLED)
        await world.nudge(incident_id)
        await world.until(incident_id, lambda _: len(world.scripted.gathered) == 4)
        await env.fast_forward(world.handle(), AGAIN_AFTER[0] + MOMENT)
        await world.until(incident_id, lambda _: len(world.scripted.gathered) == 5)
    assert [request.look for request in world.scripted.gathered] == [0, 1, 2, 0, 1]


async def test_what_is_ignored_is_not_looked_at(env: WorkflowEnvironment, world: World) -> None:
    async with world.working():
        incident_id = await only_a_symptom(world)
        await world.act(incident_id, Action.IGNORE, "k1")
        await env.fast_forward(world.handle(), timedelta(minutes=5))
    assert len(world.scripted.gathered) == 1


async def test_what_is_well_again_is_not_looked_at(env: WorkflowEnvironment, world: World) -> None:
    async with world.working():
        incident_id = await only_a_symptom(world)
        await world.end()
        await env.fast_forward(await world.nudge(incident_id))
        assert (await world.row(incident_id)).status is Status.RESOLVED
    assert len(world.scripted.gathered) == 1
