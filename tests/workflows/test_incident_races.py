"""What may come at the wrong moment: each race, made to happen on purpose."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import ClassVar

from temporalio import activity
from temporalio.testing import WorkflowEnvironment

from activities.incidents import IncidentActivities
from kure.contracts.activities import Closed, CloseRequest, EndRun
from kure.contracts.incidents import Action, Changed, Status
from tests.workflows.test_incident import diagnosed, resolved
from tests.workflows.world import LONG_AGO, QUIET, World


class Interrupted(IncidentActivities):
    """The real activities, with something that happens right after closing or ending."""

    after_close: ClassVar[Callable[[], Awaitable[object]] | None] = None
    after_end: ClassVar[Callable[[], Awaitable[object]] | None] = None

    @activity.defn
    async def close(self, request: CloseRequest) -> Closed:
        closed = await super().close(request)
        happening, Interrupted.after_close = Interrupted.after_close, None
        if happening is not None:
            await happening()
        return closed

    @activity.defn
    async def end_run(self, request: EndRun) -> None:
        await super().end_run(request)
        happening, Interrupted.after_end = Interrupted.after_end, None
        if happening is not None:
            await happening()


async def test_a_report_while_recovery_is_confirmed_keeps_it_open(
    env: WorkflowEnvironment, world: World
) -> None:
    async with world.working():
        incident_id = await diagnosed(world)
        await world.end()
        handle = await world.nudge(incident_id)
        world.scripted.on_confirm = lambda: world.fail("u2")
        await env.fast_forward(handle, QUIET.crash + timedelta(seconds=5))
        await world.until(incident_id, lambda row: row.pods_failing == 1)
        await world.until(incident_id, lambda _: len(world.scripted.confirmed) == 1)
        row = await world.row(incident_id)
    assert (row.status, row.regressions) == (Status.OPEN, 0)


async def test_a_report_right_after_closing_reopens_it_in_the_same_run(
    env: WorkflowEnvironment, world: World
) -> None:
    async with world.working(Interrupted):
        incident_id = await diagnosed(world)
        before = (await world.handle().describe()).run_id
        await world.end()
        handle = await world.nudge(incident_id)
        Interrupted.after_close = world.fail_again
        await env.fast_forward(handle, QUIET.crash + timedelta(seconds=5))
        row = await world.until(
            incident_id, lambda row: row.status is Status.REGRESSED and not row.diagnosing
        )
        assert (await world.handle().describe()).run_id == before
    assert row.regressions == 1


async def test_a_report_while_the_run_ends_is_not_lost(
    env: WorkflowEnvironment, world: World
) -> None:
    async with world.working(Interrupted):
        incident_id = await diagnosed(world)
        await world.end()
        handle = await world.nudge(incident_id)
        Interrupted.after_end = world.fail_again
        await env.fast_forward(handle, QUIET.crash + timedelta(seconds=5))
        await world.until(
            incident_id, lambda row: row.status is Status.REGRESSED and not row.diagnosing
        )


async def test_an_action_while_the_run_ends_is_done_once(
    env: WorkflowEnvironment, world: World
) -> None:
    acting: list[asyncio.Task[Changed]] = []

    async def somebody_restores() -> None:
        acting.append(asyncio.create_task(world.act(incident_id, Action.RESTORE, "k1")))

    async with world.working(Interrupted):
        incident_id = await diagnosed(world)
        await world.end()
        handle = await world.nudge(incident_id)
        Interrupted.after_close = somebody_restores
        await env.fast_forward(handle, QUIET.crash + timedelta(seconds=5))
        await world.until(incident_id, lambda _: bool(acting))
        changed = await acting[0]
        assert changed.status is Status.OPEN
        again = await world.act(incident_id, Action.RESTORE, "k1")
    assert again == changed


async def test_a_late_failed_behind_a_healthy_changes_nothing(
    env: WorkflowEnvironment, world: World
) -> None:
    async with world.working():
        incident_id = await resolved(env, world)
        late = await world.fail(since=LONG_AGO)
        assert late.incident_id == incident_id
        assert not late.duplicate
        await world.nudge(incident_id)
        await world.handle().result()
        row = await world.row(incident_id)
    assert (row.status, row.regressions, row.pods_failing) == (Status.RESOLVED, 0, 0)


async def test_actions_go_on_over_continue_as_new(world: World) -> None:
    async with world.working():
        incident_id = await diagnosed(world)
        before = (await world.row(incident_id)).version
        first = (await world.handle().describe()).run_id
        keys = 0
        while (await world.handle().describe()).run_id == first:
            assert keys < 200, "the run never continued as new"
            batch = [world.act(incident_id, Action.ACKNOWLEDGE, f"k{keys + n}") for n in range(10)]
            changed = await asyncio.gather(*batch)
            keys += len(batch)
            assert len({c.version for c in changed}) == len(batch)
        row = await world.row(incident_id)
    # Each acknowledgement, done exactly once, is one more.
    assert row.version == before + keys
    assert len(world.scripted.gathered) == 1


async def test_two_changes_at_once_are_done_one_after_the_other(world: World) -> None:
    async with world.working():
        incident_id = await diagnosed(world)
        results = await asyncio.gather(
            world.act(incident_id, Action.RESOLVE, "k1"),
            world.act(incident_id, Action.RESOLVE, "k2"),
            return_exceptions=True,
        )
    assert sorted(type(result).__name__ for result in results) == ["Changed", "Conflict"]
