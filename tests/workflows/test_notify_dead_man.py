"""The ping by which somebody else notices when Kure is dead."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from kure.adapters.postgres import deliveries
from kure.contracts.notifications import DeadMan
from tests.notify.receiver import receiving
from tests.workflows.telling import Telling
from tests.workflows.world import World
from workflows.names import NOTIFY
from workflows.notify import DeadManWorkflow

# In the minute after a multiple of five.
DUE = datetime(2026, 11, 1, 12, 5, 30, tzinfo=UTC)


async def run(world: World) -> None:
    """As the schedule does each minute."""
    id_ = f"dead-man-{uuid4()}"
    await world.client.execute_workflow(DeadManWorkflow.run, id=id_, task_queue=NOTIFY)


async def test_it_goes_out_as_often_as_was_set_and_one_that_failed_is_not_repeated(
    world: World,
) -> None:
    now = [DUE]
    telling = Telling(world, clock=lambda: now[0])
    async with receiving() as receiver, telling.notifying():
        await run(world)
        assert receiver.tries == 0, "nobody has asked for it"
        address = f"{receiver.url}/ping/uuid-secret"
        await telling.set(dead_man=DeadMan(address=address, every_seconds=300))
        for minute in range(1, 11):
            now[0] = DUE + timedelta(minutes=minute)
            await run(world)
        assert [path for path, _ in receiver.got] == ["/ping/uuid-secret"] * 2
        receiver.status, now[0] = 503, DUE + timedelta(minutes=15)
        await run(world)
        assert receiver.tries == 3
        health = (await deliveries.health(world.pool))["dead-man"]
        assert health.sent == 2
        assert "503" in health.error
        assert "uuid-secret" not in health.error
