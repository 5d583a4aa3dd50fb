"""Record histories for the replay test: `python -m tests.workflows.record`.

To be run when a workflow ships or gains a path, with a story for it below. A history that was
recorded stays as it is, since runs that began so are still under way somewhere.
"""

import asyncio
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import TimeSkippingConfig, WorkflowEnvironment

from kure.adapters.postgres.migrate import migrate
from kure.adapters.postgres.pool import open_pool
from kure.contracts.incidents import Action
from kure.demo.postgres import PostgresServer
from kure.demo.temporal import find_program
from tests.workflows.conftest import FLAGS
from tests.workflows.test_incident import diagnosed
from tests.workflows.world import ILL, QUIET, WELL, World

HISTORIES = Path(__file__).parent / "histories"


async def whole_life(env: WorkflowEnvironment, world: World) -> None:
    """Diagnosed, acknowledged, a relapse, not well at first, then resolved."""
    incident_id = await diagnosed(world)
    await world.act(incident_id, Action.ACKNOWLEDGE, "k1")
    await world.end(state="healthy")
    handle = await world.nudge(incident_id)
    await env.fast_forward(handle, QUIET.crash / 2)
    await world.fail()
    await world.nudge(incident_id)
    await world.end()
    world.scripted.recovery = ILL
    await world.nudge(incident_id)
    await env.fast_forward(handle, QUIET.crash + timedelta(seconds=5))
    world.scripted.recovery = WELL
    await env.fast_forward(handle)


async def ignored_and_resolved(env: WorkflowEnvironment, world: World) -> None:
    """Ignored, asked again in vain, restored, diagnosed again, resolved by a person."""
    incident_id = await diagnosed(world)
    await world.act(incident_id, Action.IGNORE, "k1")
    await env.fast_forward(world.handle(), timedelta(minutes=11))
    await world.act(incident_id, Action.RESTORE, "k2")
    await world.act(incident_id, Action.RETRY, "k3")
    await world.until(incident_id, lambda row: not row.diagnosing)
    await world.act(incident_id, Action.RESOLVE, "k4")
    await world.handle().result()


async def looked_at(env: WorkflowEnvironment, world: World) -> None:
    """Diagnosed, looked at in vain, looked at again and well, then resolved."""
    incident_id = await diagnosed(world)
    world.scripted.recovery = ILL
    await world.look(incident_id)
    await world.until(incident_id, lambda _: len(world.scripted.confirmed) == 1)
    world.scripted.recovery = WELL
    handle = await world.look(incident_id)
    await world.until(incident_id, lambda _: len(world.scripted.confirmed) == 2)
    await env.fast_forward(handle)


async def main() -> None:
    """Run each story against real servers and write its history."""
    HISTORIES.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        async with (
            PostgresServer(Path(folder), fsync=False) as postgres,
            await WorkflowEnvironment.start_time_skipping_v2(
                ts_config=TimeSkippingConfig(enabled=False),
                data_converter=pydantic_data_converter,
                dev_server_existing_path=find_program(),
                dev_server_extra_args=FLAGS,
            ) as env,
        ):
            await migrate(postgres.url)
            pool = await open_pool(postgres.url)
            for story in (whole_life, ignored_and_resolved, looked_at):
                file = HISTORIES / f"incident_{story.__name__}.json"
                if file.exists():
                    continue
                world = World(env.client, pool)
                async with world.working():
                    await story(env, world)
                    history = await world.handle().fetch_history()
                file.write_text(history.to_json())
            await pool.close()


if __name__ == "__main__":
    asyncio.run(main())
