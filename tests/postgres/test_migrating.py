"""The schema is changed while others work: neither waits for the other for long."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from kure.adapters.postgres import migrate as migrating
from kure.adapters.postgres.migrate import head, migrate
from kure.errors import DatabaseUnavailable

# From here on, what comes first alters failed_pods and then incidents.
BEFORE = "0010"
WAITS = """
    SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE d.datname = current_database() AND NOT l.granted AND l.mode = 'AccessExclusiveLock')
"""


@pytest.fixture
async def old(database: str) -> str:
    """The URL of a database with an older schema."""
    async with working(database) as connection:
        await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    await migrate(database, BEFORE)
    return database


@asynccontextmanager
async def working(database: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database, command_timeout=30)
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def in_its_way(database: str) -> AsyncIterator[tuple[asyncpg.Connection, asyncio.Task[None]]]:
    """A migration that waits for somebody who works with incidents, and goes on for a while."""
    async with working(database) as somebody, working(database) as looking:
        # Whoever is looked after by this finds the deadlock: not this one.
        await somebody.execute("SET deadlock_timeout = '1min'")
        await somebody.execute("BEGIN; LOCK TABLE incidents IN ROW EXCLUSIVE MODE")
        task = asyncio.create_task(migrate(database))
        while not await looking.fetchval(WAITS):
            assert not task.done(), "nothing was in its way"
            await asyncio.sleep(0.02)
        yield somebody, task


async def version(connection: asyncpg.Connection) -> str:
    return str(await connection.fetchval("SELECT version_num FROM alembic_version"))


async def test_whoever_works_longer_lets_nobody_wait_behind_the_migration(
    old: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "LOCK_MS", 300)
    async with in_its_way(old) as (somebody, task), working(old) as other:
        assert await other.fetchval("SELECT count(*) FROM incidents", timeout=10) == 0
        assert not task.done()
        await somebody.execute("COMMIT")
        await task
        assert await version(other) == head()


async def test_of_two_that_wait_for_each_other_the_migration_gives_way(old: str) -> None:
    async with in_its_way(old) as (somebody, task):
        await somebody.execute("LOCK TABLE failed_pods IN ROW EXCLUSIVE MODE; COMMIT")
        await task
        assert await version(somebody) == head()


async def test_who_is_in_the_way_for_too_long_is_said_and_nothing_is_changed(
    old: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "LOCK_MS", 100)
    monkeypatch.setattr(migrating, "TRIES", 3)
    async with in_its_way(old) as (somebody, task):
        with pytest.raises(DatabaseUnavailable, match="Run `kure migrate` again"):
            await task
        await somebody.execute("COMMIT")
        assert await version(somebody) == BEFORE
        tables = "SELECT to_regclass('pod_exclusions') IS NULL"
        assert await somebody.fetchval(tables)
        monkeypatch.undo()
        await migrate(old)
        assert await version(somebody) == head()
