"""The static tokens of clusters' agents: hashed, the two newest of a cluster are good."""

from collections.abc import Sequence
from datetime import datetime

from kure.adapters.crypto import digest
from kure.adapters.postgres.pool import Connection, Db, Pool, transaction
from kure.ids import new_id

GOOD = 2
# One that was ended stays so, though the settings still name it.
ADD = """
    INSERT INTO service_tokens (id, cluster, hash, created_by, created_at)
    VALUES ($1, $2, $3, $4, $5) ON CONFLICT (hash) DO NOTHING
"""
END_OLDER = """
    UPDATE service_tokens SET ended_at = $2 WHERE cluster = $1 AND ended_at IS NULL AND id NOT IN (
        SELECT id FROM service_tokens WHERE cluster = $1 ORDER BY created_at DESC, id DESC LIMIT $3
    )
"""
WHOSE = "SELECT cluster FROM service_tokens WHERE hash = $1 AND ended_at IS NULL"


async def register(pool: Pool, tokens: Sequence[tuple[str, str]], now: datetime) -> None:
    """Note the tokens that the settings name, as (cluster, token)."""
    async with transaction(pool) as connection:
        for cluster, token in tokens:
            await add(connection, cluster, token, "settings", now)


async def add(connection: Connection, cluster: str, token: str, by: str, now: datetime) -> None:
    """Note a token of a cluster; all but the two newest end."""
    await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", cluster)
    await connection.execute(ADD, new_id(), cluster, digest(token), by, now)
    await connection.execute(END_OLDER, cluster, now, GOOD)


async def cluster_of(db: Db, token: str) -> str | None:
    """The cluster whose token this is; None where it is none, or has ended."""
    cluster: str | None = await db.fetchval(WHOSE, digest(token))
    return cluster
