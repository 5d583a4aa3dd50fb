"""Nodes as the leader names them: which ones nobody watches, and what must be looked at when one
goes or falls silent.

Lock order: the lock of this file first, then incidents, then the event log's.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from kure.adapters.postgres.events import NewEvent, emit
from kure.adapters.postgres.pool import Connection, Db, Pool, transaction
from kure.adapters.postgres.where import Where
from kure.domain.access.scopes import EVERYWHERE, Scopes

# An agent beats every 10 s; when the third beat is due nobody may rely on it any more. With a look
# once a second people know of it within 30 s.
SILENT = timedelta(seconds=29)
# So long an agent may be away for a restart without anybody looking at what it watched.
LOST = timedelta(minutes=2)

# Held by whoever changes what is known of nodes, so that each change is told once.
LOCK = 0x6B757267

# An agent of scope `all` has the node ''.
UNWATCHED = """
    SELECT n.cluster, n.name AS node, greatest(n.named_at, own.seen_at, every.seen_at) AS since
    FROM nodes n
    LEFT JOIN agents own ON own.cluster = n.cluster AND own.node = n.name
    LEFT JOIN agents every ON every.cluster = n.cluster AND every.node = ''
    WHERE greatest(n.named_at, own.seen_at, every.seen_at) < $1
"""
TELL = f"""
    WITH silent AS ({UNWATCHED})
    UPDATE nodes n SET unwatched = NOT n.unwatched
    WHERE n.unwatched <> EXISTS (
        SELECT FROM silent s WHERE s.cluster = n.cluster AND s.node = n.name
    )
    RETURNING n.cluster
"""
COUNTED = """
    SELECT count(*) AS nodes_total, count(*) FILTER (WHERE unwatched) AS unwatched_total
    FROM nodes WHERE cluster = $1
"""
NAMED = """
    INSERT INTO nodes (cluster, name, named_at) SELECT $1, unnest($2::text[]), $3
    ON CONFLICT DO NOTHING
"""
VANISHED = """
    DELETE FROM nodes n WHERE cluster = $1
        AND NOT EXISTS (SELECT FROM unnest($2::text[]) AS named WHERE named = n.name)
    RETURNING name, unwatched
"""
FORGET_AGENTS = "DELETE FROM agents WHERE cluster = $1 AND node = ANY($2)"
LOST_AGENTS = """
    UPDATE agents SET silence_handled_at = $2
    WHERE seen_at < $1 AND (silence_handled_at IS NULL OR silence_handled_at < seen_at)
    RETURNING cluster, node
"""
LOOK = """
    UPDATE incidents i SET look_requested = true
    WHERE cluster = $1 AND status <> 'resolved' AND NOT look_requested AND EXISTS (
        SELECT FROM failed_pods p
        WHERE p.incident_id = i.id AND p.cluster = $1 AND p.state = 'failing'
            AND ($2::text[] IS NULL OR p.node = ANY($2))
    )
"""


async def named(pool: Pool, cluster: str, names: Sequence[str], now: datetime) -> None:
    """Note which nodes the cluster has. Incidents with failing pods on a node that is not named any
    more are to be looked at; its agent is forgotten."""
    async with transaction(pool) as connection:
        await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        await connection.execute(NAMED, cluster, names, now)
        gone = await connection.fetch(VANISHED, cluster, names)
        if not gone:
            return
        nodes = [row["name"] for row in gone]
        await connection.execute(FORGET_AGENTS, cluster, nodes)
        await connection.execute(LOOK, cluster, nodes)
        if any(row["unwatched"] for row in gone):
            await emit(connection, now, await _changed(connection, cluster))


async def unwatched(db: Db, now: datetime, scopes: Scopes = EVERYWHERE) -> list[dict[str, Any]]:
    """Nodes without a live agent, of the clusters of the scopes: `cluster`, `node`, and `since`
    when nobody watches."""
    where = Where([now - SILENT])
    where.within(scopes, "u.cluster", None)
    sql = f"SELECT * FROM ({UNWATCHED}) u {where} ORDER BY cluster, node"
    return [dict(row) for row in await db.fetch(sql, *where.args)]


async def total(db: Db, scopes: Scopes = EVERYWHERE) -> int:
    """How many nodes are known, of the clusters of the scopes."""
    where = Where()
    where.within(scopes, "cluster", None)
    counted: int = await db.fetchval(f"SELECT count(*) FROM nodes {where}", *where.args)
    return counted


async def handle_silence(pool: Pool, now: datetime) -> None:
    """Tell people where the set of unwatched nodes has changed, and have the incidents looked at
    that an agent watched which was lost; once for each silence, however many processes do it."""
    async with transaction(pool) as connection:
        await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        for lost in await connection.fetch(LOST_AGENTS, now - LOST, now):
            nodes = [lost["node"]] if lost["node"] else None
            await connection.execute(LOOK, lost["cluster"], nodes)
        told = await connection.fetch(TELL, now - SILENT)
        clusters = sorted({row["cluster"] for row in told})
        if clusters:
            await emit(connection, now, *[await _changed(connection, name) for name in clusters])


async def _changed(connection: Connection, cluster: str) -> NewEvent:
    counted = await connection.fetchrow(COUNTED, cluster)
    payload = {"cluster": cluster, **dict(counted)}
    return NewEvent("watching.changed", "cluster", cluster, payload=payload, cluster=cluster)
