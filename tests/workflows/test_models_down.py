"""All providers of models are away for ten minutes: nobody waits for them, people see why there is
no answer and when the next try is, and what is open then is asked, within the budget."""

import asyncio
from datetime import timedelta
from uuid import UUID

from temporalio.testing import WorkflowEnvironment

from api.relay import Starter
from kure.adapters.clock import utc_now
from kure.adapters.postgres.nudges import Nudge
from kure.contracts.investigating import InvestigationView
from kure.contracts.models import Budget
from kure.domain.workloads import Workload
from tests.models.saying import ANSWER
from tests.models.server import ModelServer
from tests.models.setting import provider
from tests.models.steps import Step
from tests.notify.receiver import receiving
from tests.workflows.asked_world import AskedWorld
from tests.workflows.telling import Telling
from tests.workflows.test_notify_outages import Clock, many
from tests.workflows.waiting import eventually
from tests.workflows.world import World
from workflows.names import incident_workflow_id, investigation_workflow_id

COUNT = 5
BUDGET = 3
DOWN = Step(status=503, text="Come back later.")


async def fail(world: World) -> list[str]:
    """So many workloads at once, each with its run."""
    ids = await many(world, COUNT)
    for number, id_ in enumerate(ids):
        workload = Workload(world.cluster_name, "shop", "Deployment", f"app-{number}")
        await Starter(world.client).nudge(Nudge(UUID(id_), workload))
    return ids


async def end(world: World) -> None:
    for number in range(COUNT):
        workload = Workload(world.cluster_name, "shop", "Deployment", f"app-{number}")
        handle = world.client.get_workflow_handle(incident_workflow_id(workload))
        await handle.terminate("the test is over")


async def test_all_providers_are_away_for_ten_minutes(
    env: WorkflowEnvironment, world: World
) -> None:
    clock = Clock()
    asked, telling = AskedWorld(world, clock), Telling(world)
    async with ModelServer(always=DOWN) as first, ModelServer(always=DOWN) as second:
        providers = (provider(first, "first"), provider(second, "second"))
        await asked.set(*providers, budget=Budget(calls=BUDGET, usd=None))
        async with (
            receiving() as receiver,
            telling.notifying(),
            asked.asking(),
            world.working(notifies=telling.current.any, reads=[asked.read_for_model]),
        ):
            await telling.set(receiver.channel("webhook"))
            ids = await fail(world)
            # Everybody is told, with the rules' cause, while no model answers.
            await eventually(lambda: len(receiver.got) == COUNT)
            for message in receiver.of("/own"):
                assert message["data"]["model_cause"] is None
                assert "The container exits with code 1" in str(message)
            for view in [await waiting(asked, id_) for id_ in ids]:
                assert view.next_try_at is not None
                assert timedelta() < view.next_try_at - utc_now() <= timedelta(minutes=5)
                assert "No model answers: " in view.text
                assert "503" in view.text
            await skip(env, world, clock, ids, minutes=10)
            assert {(await asked.view(id_)).state for id_ in ids} == {"asking"}
            first.always = Step(say=ANSWER)
            await skip(env, world, clock, ids, minutes=20)
            found = [await asked.view(id_) for id_ in ids]
            await end(world)
    texts = [view.text for view in found if view.state == "unanswered"]
    assert [view.state for view in found].count("answered") == BUDGET
    assert len(texts) == COUNT - BUDGET
    assert all("the day's budget of 3 calls is spent" in text for text in texts)


async def waiting(asked: AskedWorld, incident_id: str) -> InvestigationView:
    """The investigation, once it waits for the next try."""
    async with asyncio.timeout(30):
        while True:
            rows = await asked.world.pool.fetchval(
                "SELECT count(*) FROM investigations WHERE incident_id = $1", UUID(incident_id)
            )
            if rows and (await asked.view(incident_id)).text:
                return await asked.view(incident_id)
            await asyncio.sleep(0.05)


async def skip(
    env: WorkflowEnvironment, world: World, clock: Clock, ids: list[str], *, minutes: int
) -> None:
    """Time goes on for the investigations, and for whoever asks."""
    handles = [world.client.get_workflow_handle(investigation_workflow_id(id_)) for id_ in ids]
    for _ in range(minutes):
        clock.skipped += timedelta(minutes=1)
        for handle in handles:
            described = await handle.describe()
            if described.close_time is None:
                await env.fast_forward(handle, timedelta(minutes=1))
