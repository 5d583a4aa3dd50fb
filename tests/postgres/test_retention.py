"""What is old goes and nothing else, and nobody waits for it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from kure.adapters.postgres import audit, reports, retention
from kure.adapters.postgres.events import NewEvent, emit
from kure.adapters.postgres.pool import Pool, open_pool, transaction
from kure.adapters.postgres.reports import FailingPod
from kure.contracts.reports import Accepted, ReportedFailure
from kure.domain.failures.model import FailureClass
from kure.domain.retention import Record
from kure.domain.workloads import Workload
from tests.postgres import old
from tests.postgres.old import NOW, ago

MONTH_AGO = ago(30)


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    pool = await open_pool(database, 5)
    yield pool
    await pool.close()


async def ids(pool: Pool, table: str) -> set[Any]:
    return {row["id"] for row in await pool.fetch(f"SELECT id FROM {table}")}


async def delete(pool: Pool, record: Record) -> int:
    deleted, more = await retention.delete_some(pool, record, MONTH_AGO)
    assert not more
    return deleted


async def test_only_what_ended_long_ago_goes_with_all_that_belongs_to_it(pool: Pool) -> None:
    gone = await old.incident(pool, "resolved", ago(31))
    kept = {
        await old.incident(pool, "resolved", ago(29)),
        await old.incident(pool, "open", ago(300)),
        await old.incident(pool, "ignored", ago(300)),
    }
    run = await old.run(pool, gone, ago(31))
    await old.diagnosis(pool, gone, run, [await old.evidence(pool, gone, ago(31))], ago(31))
    assert await retention.count(pool, Record.HISTORY, MONTH_AGO) == (1, ago(31))
    assert await delete(pool, Record.HISTORY) == 1
    assert await ids(pool, "incidents") == kept
    for table in ("runs", "diagnoses", "evidence"):
        assert await ids(pool, table) == set()
    for table in ("reports", "failed_pods", "timeline"):
        assert len(await ids(pool, table)) == 3


async def test_an_ignored_incident_stays_while_something_fails(pool: Pool) -> None:
    quiet = await old.incident(pool, "ignored", ago(31))
    fails = await old.incident(pool, "ignored", ago(31))
    await pool.execute("UPDATE failed_pods SET state = 'failing' WHERE incident_id = $1", fails)
    assert await delete(pool, Record.IGNORED) == 1
    assert await ids(pool, "incidents") == {fails}
    assert quiet != fails


async def test_evidence_goes_unless_an_open_incident_still_cites_it(pool: Pool) -> None:
    incident = await old.incident(pool, "open", ago(40))
    run = await old.run(pool, incident, None)
    superseded = await old.evidence(pool, incident, ago(40))
    cited = await old.evidence(pool, incident, ago(35))
    new = await old.evidence(pool, incident, ago(1))
    await old.diagnosis(pool, incident, run, [cited], ago(35))
    ended = await old.incident(pool, "resolved", ago(2))
    of_ended = await old.evidence(pool, ended, ago(31))
    await old.diagnosis(pool, ended, await old.run(pool, ended, ago(2)), [of_ended], ago(31))
    assert await delete(pool, Record.EVIDENCE) == 2
    assert await ids(pool, "evidence") == {cited, new}
    assert superseded not in await ids(pool, "evidence")


async def test_a_diagnosis_outlives_its_run(pool: Pool) -> None:
    incident = await old.incident(pool, "open", ago(40))
    await old.diagnosis(pool, incident, await old.run(pool, incident, ago(31)), [], ago(31))
    goes_on = await old.run(pool, incident, None)
    assert await delete(pool, Record.RUN) == 1
    assert await ids(pool, "runs") == {goes_on}
    assert await pool.fetchval("SELECT count(*) FROM run_steps") == 1
    assert await pool.fetchval("SELECT run_id IS NULL FROM diagnoses")


async def test_audit_and_events_go_by_their_age(pool: Pool) -> None:
    for days in (31, 29):
        await audit.write(pool, ago(days), "ada", "incident.resolve", "i", "done", {})
        async with transaction(pool) as connection:
            await emit(connection, ago(days), NewEvent("run.state", "run", "r"))
    assert await delete(pool, Record.AUDIT) == 1
    assert await delete(pool, Record.EVENT) == 1
    assert await pool.fetchval("SELECT min(at) FROM audit_log") == ago(29)
    assert await pool.fetchval("SELECT min(at) FROM ui_events") == ago(29)


@pytest.mark.parametrize("record", Record)
async def test_each_batch_is_bounded_and_finds_its_rows_by_an_index(
    pool: Pool, record: Record
) -> None:
    for rows in retention.all_of(record):
        assert rows.batch <= 2000
        async with transaction(pool) as connection:
            await connection.execute("SET LOCAL enable_seqscan = off")
            plan = await connection.fetch(f"EXPLAIN {rows.delete}", NOW)
        assert any(f"Index Scan using {rows.table}" in line[0] for line in plan), plan


def failing(uid: str) -> FailingPod:
    failure = ReportedFailure(failure_class=FailureClass.CRASH_LOOP, container="app", since=NOW)
    workload = Workload("c", "shop", "Deployment", uid)
    return FailingPod(workload, uid, "shop", f"{uid}-1", (failure,), text="crashes")


async def deleted_but_not_committed(connection: asyncpg.Connection) -> None:
    await connection.execute(retention.OLD[Record.HISTORY].delete, MONTH_AGO)


async def test_while_a_batch_is_deleted_reports_of_others_do_not_wait(pool: Pool) -> None:
    for _ in range(20):
        await old.incident(pool, "resolved", ago(31))
    async with transaction(pool) as connection:
        await deleted_but_not_committed(connection)
        async with asyncio.timeout(5):
            accepted = await reports.receive_failed(pool, failing("u-new"), NOW)
    assert accepted.incident_id is not None


async def test_a_batch_passes_over_an_incident_that_somebody_works_on(pool: Pool) -> None:
    busy = await old.incident(pool, "resolved", ago(31))
    await old.incident(pool, "resolved", ago(31))
    async with transaction(pool) as connection:
        await connection.execute("SELECT FROM incidents WHERE id = $1 FOR UPDATE", busy)
        async with asyncio.timeout(5):
            assert await delete(pool, Record.HISTORY) == 1
    assert await ids(pool, "incidents") == {busy}


async def waits_for_a_lock(pool: Pool) -> None:
    async with asyncio.timeout(5):
        while not await pool.fetchval(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ):
            await asyncio.sleep(0.01)


async def test_what_fails_again_while_its_incident_goes_gets_a_new_one(pool: Pool) -> None:
    gone = await old.incident(pool, "resolved", ago(31), name="cart")
    uid = str(gone)
    async with transaction(pool) as connection:
        await deleted_but_not_committed(connection)
        failed: asyncio.Task[Accepted] = asyncio.create_task(
            reports.receive_failed(pool, failing(uid), NOW)
        )
        await waits_for_a_lock(pool)
    accepted = await failed
    assert accepted.incident_id not in (None, uid)
    assert await pool.fetchval("SELECT status FROM incidents") == "open"


async def test_what_ends_while_its_incident_goes_changes_nothing(pool: Pool) -> None:
    gone = await old.incident(pool, "resolved", ago(31))
    await pool.execute("UPDATE failed_pods SET state = 'failing'")
    async with transaction(pool) as connection:
        await deleted_but_not_committed(connection)
        ended = asyncio.create_task(
            reports.receive_ended(pool, "c", str(gone), "gone", NOW, NOW + timedelta(seconds=1))
        )
        await waits_for_a_lock(pool)
    assert (await ended).incident_id is None
