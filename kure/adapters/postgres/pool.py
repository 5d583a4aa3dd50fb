"""Connecting to PostgreSQL: the pool, the type `Db`, and driver errors as Kure's own."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import asyncpg

from kure.errors import DatabaseUnavailable

# What repository functions take: a pool for one statement, a connection to join a transaction.
Pool: TypeAlias = asyncpg.Pool
Connection: TypeAlias = asyncpg.Connection
Db: TypeAlias = asyncpg.Pool | asyncpg.Connection

# Any moment of any statement: the server is away, is starting, is going, or cut the connection.
AWAY = (
    OSError,
    asyncio.TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    # The schema was migrated under a prepared statement; the driver prepares it anew next time.
    asyncpg.InvalidCachedStatementError,
)


async def _prepare(connection: asyncpg.Connection) -> None:
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(
            kind, schema="pg_catalog", encoder=json.dumps, decoder=json.loads
        )


async def _as_it_is(connection: asyncpg.Connection) -> None:
    """Nobody changes a session that is shared, so nothing has to be put back at each return."""


@asynccontextmanager
async def translated() -> AsyncIterator[None]:
    """Turn "the database is away", however the driver says it, into DatabaseUnavailable."""
    try:
        yield
    except AWAY as error:
        raise DatabaseUnavailable(
            f"PostgreSQL does not answer ({type(error).__name__}); it will be tried again."
        ) from error


async def connect(url: str) -> Connection:
    """One connection of its own, for what must not share: LISTEN."""
    async with translated():
        connection: Connection = await asyncpg.connect(url, timeout=5)
        await _prepare(connection)
    return connection


async def open_pool(url: str, size: int = 10) -> Pool:
    """A pool whose connections speak JSON. DatabaseUnavailable where nothing answers in 5 s."""
    async with translated():
        pool: Pool = await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=size,
            init=_prepare,
            reset=_as_it_is,
            command_timeout=10,
            timeout=5,
        )
    return pool


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncIterator[Connection]:
    """One transaction on one connection; commits at the end, rolls back on any error."""
    async with translated(), pool.acquire() as connection, connection.transaction():
        yield connection


def affected(tag: Any) -> int:
    """How many rows a statement changed, from the command tag that PostgreSQL answers."""
    return int(str(tag).rsplit(" ", 1)[-1])
