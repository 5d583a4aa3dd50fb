"""Something happened to a node or to an agent: the workload itself is looked at, at once."""

from datetime import timedelta

from temporalio.testing import WorkflowEnvironment

from kure.contracts.activities import Recovery
from kure.contracts.incidents import Action, Resolution, Status
from tests.workflows.test_incident import diagnosed
from tests.workflows.world import ILL, QUIET, World

GONE = Recovery(resolution=Resolution.GONE, text="Deployment cart is gone")


async def test_a_workload_that_is_not_well_stays_open_and_is_looked_at_once(world: World) -> None:
    world.scripted.recovery = ILL
    async with world.working():
        incident_id = await diagnosed(world)
        await world.look(incident_id)
        await world.until(incident_id, lambda _: len(world.scripted.confirmed) == 1)
        await world.fail("u2")
        await world.nudge(incident_id)
        await world.act(incident_id, Action.ACKNOWLEDGE, "k1")
        row = await world.row(incident_id)
    assert (row.status, row.pods_failing) == (Status.OPEN, 2)
    assert len(world.scripted.confirmed) == 1


async def test_a_cluster_that_cannot_be_read_closes_nothing(world: World) -> None:
    async def refuse() -> None:
        raise PermissionError("the API server answered 403")

    world.scripted.on_confirm = refuse
    async with world.working():
        incident_id = await diagnosed(world)
        await world.look(incident_id)
        await world.until(incident_id, lambda _: bool(world.scripted.confirmed))
        assert (await world.row(incident_id)).status is Status.OPEN


async def test_an_ignored_incident_is_closed_only_when_its_workload_is_gone(
    env: WorkflowEnvironment, world: World
) -> None:
    async with world.working():
        incident_id = await diagnosed(world)
        await world.act(incident_id, Action.IGNORE, "k1")
        await world.look(incident_id)
        await world.until(incident_id, lambda _: len(world.scripted.confirmed) == 1)
        assert (await world.row(incident_id)).status is Status.IGNORED
        world.scripted.recovery = GONE
        handle = await world.look(incident_id)
        await world.until(incident_id, lambda _: len(world.scripted.confirmed) == 2)
        await env.fast_forward(handle)
        row = await world.row(incident_id)
    assert (row.status, row.resolution) == (Status.RESOLVED, Resolution.GONE)


async def test_where_the_node_of_its_only_failing_pod_went_a_well_owner_closes_it(
    env: WorkflowEnvironment, world: World
) -> None:
    """Nobody is left to report the pod as gone: its row ends with the incident."""
    async with world.working():
        incident_id = await diagnosed(world)
        handle = await world.look(incident_id)
        await world.until(incident_id, lambda _: len(world.scripted.confirmed) == 1)
        await env.fast_forward(handle, QUIET.crash - timedelta(seconds=10))
        assert (await world.row(incident_id)).status is Status.OPEN
        await env.fast_forward(handle)
        row = await world.row(incident_id)
    assert (row.status, row.resolution) == (Status.RESOLVED, Resolution.RECOVERED)
    assert row.pods_failing == 0
    assert len(world.scripted.confirmed) == 2
