"""Receivers that are away, silent or slow, workers that die, storms: what arrives in the end."""

import asyncio
from contextlib import suppress
from datetime import datetime, time, timedelta
from uuid import UUID

import pytest
from temporalio.client import WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from kure.adapters.clock import utc_now
from kure.adapters.postgres import reports
from kure.adapters.postgres.deliveries import health
from kure.adapters.postgres.reports import FailingPod
from kure.contracts.incidents import Action
from kure.contracts.notifications import NotifyStart, Quiet
from kure.contracts.reports import ReportedFailure
from kure.domain.failures.model import FailureClass
from kure.domain.workloads import Workload
from tests.notify.receiver import receiving
from tests.workflows.telling import Telling
from tests.workflows.test_incident import diagnosed
from tests.workflows.waiting import eventually
from tests.workflows.world import LONG_AGO, World
from workflows.names import NOTIFY, notify_workflow_id
from workflows.notify import NotifyWorkflow

KINDS = ("slack", "bot", "teams", "pagerduty", "opsgenie", "webhook")
Handle = WorkflowHandle[NotifyWorkflow, None]


class Clock:
    """Stands still, but for what a test skips: however slow the machine, a minute stays one."""

    def __init__(self) -> None:
        self.began = utc_now()
        self.skipped = timedelta()

    def __call__(self) -> datetime:
        return self.began + self.skipped


async def tell(world: World, incident_id: str) -> Handle:
    """Start telling, as an incident's workflow does."""
    return await world.client.start_workflow(
        NotifyWorkflow.run,
        NotifyStart(subject="incident", id=incident_id),
        id=notify_workflow_id(incident_id),
        task_queue=NOTIFY,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        start_signal="nudge",
    )


async def many(world: World, count: int) -> list[str]:
    """So many incidents at once."""

    async def fail(number: int) -> str:
        failure = ReportedFailure(
            failure_class=FailureClass.CRASH_LOOP, container="app", since=LONG_AGO, reason="Error"
        )
        workload = Workload(world.cluster_name, "shop", "Deployment", f"app-{number}")
        pod = FailingPod(
            workload, f"u{number}", "shop", f"app-{number}-x", (failure,), text="Crash"
        )
        incident_id = (await reports.receive_failed(world.pool, pod, utc_now())).incident_id
        assert incident_id is not None
        return incident_id

    return [await fail(number) for number in range(count)]


async def test_over_ten_restarts_each_receiver_gets_one_message(world: World) -> None:
    async with receiving() as receiver:
        for restart in range(10):
            telling = Telling(world)
            async with world.working(notifies=telling.current.any), telling.notifying():
                if restart == 0:
                    await telling.set(*(receiver.channel(kind) for kind in KINDS))
                    incident_id = await diagnosed(world)
                await (await tell(world, incident_id)).result()
    assert len(receiver.got) == len(KINDS)


async def test_what_a_killed_worker_had_handed_over_is_repeated_only_where_that_is_harmless(
    world: World,
) -> None:
    """The receiver has it, and the worker died before it could note the answer."""
    telling = Telling(world)
    async with receiving() as receiver:
        await telling.set(*(receiver.channel(kind) for kind in KINDS))
        (incident_id,) = await many(world, 1)
        async with telling.notifying():
            await (await tell(world, incident_id)).result()
            await world.pool.execute(
                "UPDATE notifications SET asking = told, told = 'nothing', told_at = NULL"
            )
            await (await tell(world, incident_id)).result()
        rows = await world.pool.fetch("SELECT channel, presumed, told FROM notifications")
    assert {kind: len(receiver.of(path)) for kind, path in PATHS.items()} == {
        "slack": 1, "bot": 1, "teams": 1, "pagerduty": 2, "opsgenie": 2, "webhook": 2,
    }  # fmt: skip
    presumed = {row["channel"] for row in rows if row["presumed"]}
    assert presumed == {"slack", "bot", "teams"}
    assert {row["told"] for row in rows} == {"failing"}
    assert len({page["dedup_key"] for page in receiver.of("/pd")}) == 1
    assert (
        len({headers["webhook-id"] for headers in receiver.headers if "webhook-id" in headers}) == 1
    )


PATHS = {
    "slack": "/hook", "bot": "/api", "teams": "/teams", "pagerduty": "/pd", "opsgenie": "/og",
    "webhook": "/own",
}  # fmt: skip


async def test_of_200_incidents_in_a_minute_twenty_are_told_and_the_rest_in_one_message(
    env: WorkflowEnvironment, world: World
) -> None:
    clock = Clock()
    telling = Telling(world, clock)
    async with receiving() as receiver:
        await telling.set(*(receiver.channel(kind) for kind in ("slack", "pagerduty")))
        incident_ids = await many(world, 200)
        async with telling.notifying():
            handles = await asyncio.gather(*(tell(world, one) for one in incident_ids))
            await asyncio.gather(*(handle.result() for handle in handles))
            assert len(receiver.got) == 40
            clock.skipped = timedelta(seconds=61)
            for row in await world.pool.fetch(
                "SELECT id FROM notifications WHERE incident_id IS NULL"
            ):
                name = notify_workflow_id(str(row["id"]))
                await env.fast_forward(world.client.get_workflow_handle(name), clock.skipped)
                await world.client.get_workflow_handle(name).result()
            assert len(receiver.got) == 42
            assert receiver.of("/hook")[-1]["text"] == "180 more workloads fail"
            await _all_resolved(world, incident_ids)
            await eventually(lambda: len(receiver.got) == 84)
    pages = receiver.of("/pd")
    opened = {page["dedup_key"] for page in pages if page["event_action"] == "trigger"}
    closed = {page["dedup_key"] for page in pages if page["event_action"] == "resolve"}
    assert len(opened) == 21
    assert opened == closed


async def _all_resolved(world: World, incident_ids: list[str]) -> None:
    await world.pool.execute(
        "UPDATE incidents SET status = 'resolved', resolved_at = now(), resolution = 'recovered'"
    )
    handles = await asyncio.gather(*(tell(world, one) for one in incident_ids))
    await asyncio.gather(*(handle.result() for handle in handles))


async def test_after_an_hour_away_a_receiver_gets_one_message(
    env: WorkflowEnvironment, world: World
) -> None:
    async with receiving() as receiver:
        receiver.status = 503
        telling = Telling(world)
        kinds = ("slack", "teams", "pagerduty", "webhook")
        await telling.set(*(receiver.channel(kind) for kind in kinds))
        (incident_id,) = await many(world, 1)
        async with telling.notifying():
            handle = await tell(world, incident_id)
            await eventually(lambda: receiver.tries >= len(kinds))
            await env.fast_forward(handle, timedelta(hours=1))
            failing = await health(world.pool)
            receiver.status = 200
            await env.fast_forward(handle, timedelta(minutes=6))
            await handle.result()
            well = await health(world.pool)
    assert [len(receiver.of(PATHS[kind])) for kind in kinds] == [1, 1, 1, 1]
    assert len(kinds) * 5 < receiver.tries < len(kinds) * 30
    assert all(one.failing_since and "503" in one.error for one in failing.values())
    assert {(one.failing_since, one.error, one.sent) for one in well.values()} == {(None, "", 1)}


async def test_a_receiver_is_left_alone_for_as_long_as_it_asks(
    env: WorkflowEnvironment, world: World
) -> None:
    async with receiving() as receiver:
        receiver.status, receiver.retry_after = 429, "1800"
        telling = Telling(world)
        await telling.set(receiver.channel("slack"))
        (incident_id,) = await many(world, 1)
        async with telling.notifying():
            handle = await tell(world, incident_id)
            await eventually(lambda: receiver.tries == 1)
            receiver.status = 200
            await env.fast_forward(handle, timedelta(minutes=25))
            assert receiver.tries == 1
            await env.fast_forward(handle, timedelta(minutes=6))
            await handle.result()
    assert len(receiver.got) == 1


async def test_a_receiver_that_never_answers_delays_neither_the_others_nor_the_incident(
    world: World,
) -> None:
    async with receiving() as silent, receiving() as receiver:
        silent.silent = True
        telling = Telling(world)
        await telling.set(silent.channel("slack", "silent"), receiver.channel("slack"))
        async with world.working(notifies=telling.current.any), telling.notifying():
            began = asyncio.get_running_loop().time()
            incident_id = await diagnosed(world)
            await eventually(lambda: len(receiver.got) == 1)
            await world.act(incident_id, Action.RESOLVE, "k1")
            await world.handle().result()
            await eventually(lambda: len(receiver.got) == 2)
            assert asyncio.get_running_loop().time() - began < telling.seconds
            await world.client.get_workflow_handle(notify_workflow_id(incident_id)).terminate()


async def test_in_quiet_hours_nothing_is_told_and_then_what_still_fails(
    env: WorkflowEnvironment, world: World
) -> None:
    clock = Clock()
    ends = (clock() + timedelta(hours=2)).time().replace(second=0, microsecond=0)
    quiet = Quiet(start=time(ends.hour - 4 if ends.hour > 3 else ends.hour + 20), end=ends)
    telling = Telling(world, clock)
    async with receiving() as receiver:
        await telling.set(receiver.channel("slack", quiet=quiet), receiver.channel("webhook"))
        still, over = await many(world, 2)
        async with telling.notifying():
            handles = [await tell(world, one) for one in (still, over)]
            await eventually(lambda: len(receiver.got) == 2)
            await world.pool.execute(
                "UPDATE incidents SET status = 'resolved', resolved_at = now(),"
                " resolution = 'gone' WHERE id = $1",
                UUID(over),
            )
            clock.skipped = timedelta(hours=2)
            await (await tell(world, over)).result()
            with suppress(RPCError):  # it has ended, where it looked again at this moment anyway
                await env.fast_forward(handles[0], clock.skipped)
            await handles[0].result()
    (told,) = receiver.of("/hook")
    assert told["text"] == "Deployment shop/app-0 fails"


@pytest.mark.parametrize("word", ["invalid_auth", "channel_not_found"])
async def test_what_slack_refuses_is_shown_at_its_channel(world: World, word: str) -> None:
    async with receiving() as receiver:
        receiver.refusing = word
        telling = Telling(world)
        await telling.set(receiver.channel("bot"))
        (incident_id,) = await many(world, 1)
        async with telling.notifying():
            handle = await tell(world, incident_id)
            await eventually(lambda: receiver.tries == 1)
            while not (found := await health(world.pool)):
                await asyncio.sleep(0.02)
            receiver.refusing = ""
            await handle.result()
    assert word in found["bot"].error
    events = await world.pool.fetch(
        "SELECT payload FROM ui_events WHERE topic = 'channel.changed' ORDER BY seq"
    )
    assert [event["payload"]["failing_since"] is None for event in events] == [False, True]
