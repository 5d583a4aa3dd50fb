"""The housekeeping: on its Schedule, by the settings as they stand, through interruptions."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from temporalio import activity
from temporalio.client import Client, ScheduleOverlapPolicy, WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities import housekeeping
from activities.housekeeping import HousekeepingActivities
from kure.adapters.clock import utc_now
from kure.adapters.postgres import config, retention
from kure.adapters.postgres.pool import Pool, open_pool
from kure.contracts.housekeeping import Pruned, PruneRequest
from kure.domain.retention import Record
from kure.errors import DatabaseUnavailable
from tests.postgres import old
from tests.workflows.world import World
from workers.schedules import ensure_schedules
from workflows.housekeeping import RetentionWorkflow
from workflows.names import KURE, RETENTION


class Flaky(HousekeepingActivities):
    """Fails once in the middle of a kind of which more than a batch is old."""

    failed = 0

    @activity.defn
    async def prune(self, request: PruneRequest) -> Pruned:
        if request.record is Record.HISTORY and not self.failed:
            type(self).failed += 1
            deleted, _ = await retention.delete_some(self._pool, request.record, request.before)
            activity.heartbeat(deleted)
            raise DatabaseUnavailable("PostgreSQL does not answer; it will be tried again.")
        return await super().prune(request)


@asynccontextmanager
async def working(
    client: Client, pool: Pool, kind: type[HousekeepingActivities] = HousekeepingActivities
) -> AsyncIterator[str]:
    queue, keeper = f"test-{uuid4()}", kind(pool, utc_now)
    async with Worker(
        client,
        task_queue=queue,
        workflows=[RetentionWorkflow],
        activities=[keeper.kept_days, keeper.prune],
        workflow_failure_exception_types=[Exception],
    ):
        yield queue


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    pool = await open_pool(database, 5)
    yield pool
    await pool.close()


async def test_what_is_resolved_today_goes_after_ninety_days(
    env: WorkflowEnvironment, pool: Pool
) -> None:
    await old.incident(pool, "resolved", datetime.now(UTC))
    async with working(env.client, pool) as queue:
        for days, deleted in ((89, 0), (91, 1)):
            handle = await env.client.start_workflow(
                RetentionWorkflow.run,
                id=f"retention-{uuid4()}",
                task_queue=queue,
                start_delay=timedelta(days=days),
            )
            await env.fast_forward(handle)
            assert (await handle.result()).deleted[Record.HISTORY] == deleted


async def test_what_is_off_is_kept_and_what_was_deleted_is_noted(
    env: WorkflowEnvironment, pool: Pool
) -> None:
    now = datetime.now(UTC)
    incident = await old.incident(pool, "resolved", now - timedelta(days=400))
    await old.evidence(pool, incident, now - timedelta(days=20))
    await config.change(pool, "history-retention", {"keep_days": "off"}, 0, "ada", now)
    async with working(env.client, pool) as queue:
        done = await env.client.execute_workflow(
            RetentionWorkflow.run, id=f"retention-{uuid4()}", task_queue=queue
        )
    assert Record.HISTORY not in done.deleted
    assert done.deleted[Record.EVIDENCE] == 1
    assert await pool.fetchval("SELECT count(*) FROM incidents") == 1
    noted = "SELECT detail ->> 'deleted' FROM audit_log WHERE action = 'retention.delete'"
    assert await pool.fetchval(noted) == "1"


async def test_after_an_interruption_it_goes_on_with_its_count(
    env: WorkflowEnvironment, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = dataclasses.replace(retention.OLD[Record.HISTORY], batch=3)
    monkeypatch.setitem(retention.OLD, Record.HISTORY, few)
    monkeypatch.setattr(housekeeping, "PAUSE", timedelta(0))
    for _ in range(10):
        await old.incident(pool, "resolved", datetime.now(UTC) - timedelta(days=91))
    async with working(env.client, pool, Flaky) as queue:
        done = await env.client.execute_workflow(
            RetentionWorkflow.run, id=f"retention-{uuid4()}", task_queue=queue
        )
    assert done.deleted[Record.HISTORY] == 10


async def test_a_run_whose_incident_was_deleted_ends_in_peace(world: World) -> None:
    async with world.working():
        accepted = await world.fail()
        handle = await world.nudge(accepted.incident_id)
        await world.until(accepted.incident_id, lambda row: not row.diagnosing)
        await world.pool.execute("DELETE FROM incidents")
        await handle.signal("nudge")
        async with asyncio.timeout(10):
            await handle.result()
        assert (await handle.describe()).status is WorkflowExecutionStatus.COMPLETED


async def test_the_schedule_is_made_once_however_many_workers_start(
    temporal_client: Client,
) -> None:
    handle = temporal_client.get_schedule_handle(RETENTION)
    await asyncio.gather(*(ensure_schedules(temporal_client) for _ in range(3)))
    await handle.pause(note="not this week")
    async with asyncio.timeout(10):
        while not (await handle.describe()).schedule.state.paused:
            await asyncio.sleep(0.05)
    await ensure_schedules(temporal_client)
    found = (await handle.describe()).schedule
    assert found.state.paused, "what somebody has paused stays so"
    assert found.policy.overlap is ScheduleOverlapPolicy.SKIP
    assert found.policy.catchup_window == timedelta(hours=1)
    assert [one.every for one in found.spec.intervals] == [timedelta(hours=1)]
    await handle.delete()


async def test_the_schedule_runs_the_housekeeping(temporal_client: Client, pool: Pool) -> None:
    await old.incident(pool, "resolved", datetime.now(UTC) - timedelta(days=91))
    keeper = HousekeepingActivities(pool, utc_now)
    await ensure_schedules(temporal_client)
    async with Worker(
        temporal_client,
        task_queue=KURE,
        workflows=[RetentionWorkflow],
        activities=[keeper.kept_days, keeper.prune],
    ):
        await temporal_client.get_schedule_handle(RETENTION).trigger()
        async with asyncio.timeout(20):
            while await pool.fetchval("SELECT count(*) FROM incidents"):
                await asyncio.sleep(0.05)
    await temporal_client.get_schedule_handle(RETENTION).delete()
