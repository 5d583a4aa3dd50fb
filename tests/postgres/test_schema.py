"""The schema: migrated once however many start, refused out of range, each invariant its own."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import asyncpg
import pytest

from kure.adapters.postgres.migrate import check_schema, head, migrate
from kure.adapters.postgres.pool import Pool, open_pool
from kure.errors import DatabaseUnavailable, Misconfigured
from kure.ids import new_id

NOW = datetime(2026, 11, 1, tzinfo=UTC)
ID = "018f0000-0000-7000-8000-000000000001"


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    pool = await open_pool(database, 2)
    await pool.execute(
        "INSERT INTO incidents (id, cluster, namespace, kind, name, status, severity, first_seen,"
        " last_seen) VALUES ($1, 'c', 'n', 'Deployment', 'd', 'open', 'high', $2, $2)",
        ID, NOW,
    )  # fmt: skip
    yield pool
    await pool.close()


async def test_nothing_answers_is_said_plainly() -> None:
    with pytest.raises(DatabaseUnavailable, match="does not answer"):
        await open_pool("postgresql://kure@127.0.0.1:1/kure")


async def test_an_empty_database_says_what_to_do(pool: Pool) -> None:
    await pool.execute("DROP TABLE alembic_version")
    with pytest.raises(Misconfigured, match="kure migrate"):
        await check_schema(pool)


async def test_this_schema_and_the_next_one_are_fine(pool: Pool) -> None:
    assert await check_schema(pool) == head()
    following = f"{int(head()) + 1:04d}"
    await pool.execute("UPDATE alembic_version SET version_num = $1", following)
    assert await check_schema(pool) == following


async def test_a_schema_from_the_far_future_is_refused_naming_both(pool: Pool) -> None:
    await pool.execute("UPDATE alembic_version SET version_num = '0999'")
    with pytest.raises(Misconfigured, match=f"0999.*{head()}"):
        await check_schema(pool)


async def test_migrations_that_start_together_wait_for_each_other(database: str) -> None:
    connection = await asyncpg.connect(database)
    await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    await asyncio.gather(*(migrate(database) for _ in range(4)))
    assert await connection.fetchval("SELECT version_num FROM alembic_version") == head()
    await connection.close()


async def test_a_database_of_the_release_before_keeps_what_it_holds(database: str) -> None:
    connection = await asyncpg.connect(database)
    await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    await migrate(database, "0001")
    for statement in (
        "INSERT INTO incidents (id, cluster, namespace, kind, name, status, severity, first_seen,"
        " last_seen) VALUES ($1, 'c', 'n', 'Deployment', 'd', 'open', 'high', $2, $2)",
        "INSERT INTO failed_pods (id, incident_id, cluster, uid, namespace, name, state,"
        " failing_since, first_seen, last_seen)"
        " VALUES ($1, $1, 'c', 'u', 'n', 'd-1', 'failing', $2, $2, $2)",
    ):
        await connection.execute(statement, ID, NOW)
    await connection.execute(
        "INSERT INTO agents (cluster, node, version, pods, namespaces, queued, seen_at)"
        " VALUES ('c', '', '1', 1, 1, 0, $1)",
        NOW,
    )
    await migrate(database)
    assert await connection.fetchval("SELECT kind FROM failed_pods") == "Pod"
    assert await connection.fetchval("SELECT look_requested FROM incidents") is False
    assert await connection.fetchval("SELECT (leads, refused) = (false, '[]') FROM agents")
    assert await connection.fetchval("SELECT version_num FROM alembic_version") == head()
    await connection.close()


BROKEN = {
    "two incidents of one owner": (
        "INSERT INTO incidents (id, cluster, namespace, kind, name, status, severity, first_seen,"
        " last_seen) SELECT $1, cluster, namespace, kind, name, status, severity, first_seen,"
        " last_seen FROM incidents"
    ),
    "resolved without a time": "UPDATE incidents SET status = 'resolved' WHERE $1 <> id",
    "a resolution of an open one": "UPDATE incidents SET resolution = 'gone' WHERE $1 <> id",
    "ignored by nobody": "UPDATE incidents SET status = 'ignored' WHERE $1 <> id",
    "an end of an ignore that is none": "UPDATE incidents SET ignored_until = now() WHERE $1 <> id",
    "acknowledged at no time": "UPDATE incidents SET acknowledged_by = 'a' WHERE $1 <> id",
    "an unknown status": "UPDATE incidents SET status = 'asleep' WHERE $1 <> id",
    "opened by a report to come": "UPDATE incidents SET opened_number = 9 WHERE $1 <> id",
    "a report without an incident": (
        "INSERT INTO reports (id, incident_id, number, cluster, subject_kind, subject_uid,"
        " container, class, since, reason, message, received_at)"
        " VALUES ($1, $1, 1, 'c', 'Pod', 'u', '', 'x', now(), '', '', now())"
    ),
    "a run that ended and runs": (
        "INSERT INTO runs (id, cluster, workflow_id, workflow_type, state, started_at, ended_at)"
        " VALUES ($1, 'c', 'w', 't', 'running', now(), now())"
    ),
    "evidence of an unknown kind": (
        "INSERT INTO evidence (id, incident_id, captured_by, kind, subject, container, stream,"
        " captured_for, captured_at, bytes, truncated, sealed) SELECT $1, id, 'agent', 'gossip',"
        " '', '', '', '', now(), 0, false, '' FROM incidents"
    ),
}


@pytest.mark.parametrize("sql", BROKEN.values(), ids=BROKEN.keys())
async def test_the_database_refuses(pool: Pool, sql: str) -> None:
    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await pool.execute(sql, new_id())


async def test_one_report_of_a_failure_however_often_it_comes(pool: Pool) -> None:
    insert = (
        "INSERT INTO reports (id, incident_id, number, cluster, subject_kind, subject_uid,"
        " container, class, since, reason, message, received_at)"
        " VALUES ($1, $2, $3, 'c', 'Pod', 'u', '', 'OOMKilled', $4, '', '', $4)"
    )
    await pool.execute(insert, new_id(), ID, 1, NOW)
    with pytest.raises(asyncpg.UniqueViolationError):
        await pool.execute(insert, new_id(), ID, 2, NOW)


async def test_a_workflow_id_runs_once_at_a_time(pool: Pool) -> None:
    insert = (
        "INSERT INTO runs (id, cluster, workflow_id, workflow_type, state, started_at)"
        " VALUES ($1, 'c', 'w', 't', 'running', $2)"
    )
    await pool.execute(insert, new_id(), NOW)
    with pytest.raises(asyncpg.UniqueViolationError):
        await pool.execute(insert, new_id(), NOW)
