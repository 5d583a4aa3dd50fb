"""Agents as they last spoke: who watches, and who has fallen silent."""

from datetime import datetime
from typing import Any

from kure.adapters.postgres.pool import Db
from kure.adapters.postgres.where import Where
from kure.contracts.reports import Heartbeat
from kure.domain.access.scopes import EVERYWHERE, Scopes

BEAT = """
    INSERT INTO agents (cluster, node, version, pods, namespaces, queued, problem, seen_at, leads,
                        spool_bytes, watch_lag_seconds, refused)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    ON CONFLICT (cluster, node) DO UPDATE SET
        version = EXCLUDED.version, pods = EXCLUDED.pods, namespaces = EXCLUDED.namespaces,
        queued = EXCLUDED.queued, problem = EXCLUDED.problem, seen_at = EXCLUDED.seen_at,
        leads = EXCLUDED.leads, spool_bytes = EXCLUDED.spool_bytes,
        watch_lag_seconds = EXCLUDED.watch_lag_seconds, refused = EXCLUDED.refused
"""
ALL = "SELECT * FROM agents {} ORDER BY cluster, node"


async def beat(db: Db, cluster: str, heartbeat: Heartbeat, now: datetime) -> None:
    """Note that an agent lives, and how it is doing."""
    h = heartbeat
    await db.execute(
        BEAT, cluster, h.node, h.version, h.pods, h.namespaces, h.queued, h.problem, now, h.leads,
        h.spool_bytes, h.watch_lag_seconds, h.refused,
    )  # fmt: skip


async def everyone(db: Db, scopes: Scopes = EVERYWHERE) -> list[dict[str, Any]]:
    """Each agent that ever spoke, with when it last did, of the clusters of the scopes."""
    where = Where()
    where.within(scopes, "cluster", None)
    return [dict(row) for row in await db.fetch(ALL.format(where), *where.args)]
