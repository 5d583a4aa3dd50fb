"""The way from a stored report to its workflow: which incidents have news that nobody passed on."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from kure.adapters.postgres.pool import Db, Pool, transaction
from kure.domain.workloads import Workload

CLAIM = """
    SELECT id, incident_id, traceparent FROM reports WHERE nudged_at IS NULL
    ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
"""
# With those that became part of them: their runs are to end.
OF_INCIDENT = """
    SELECT id, cluster, namespace, kind, name FROM incidents
    WHERE id = ANY($1) OR (merged_into = ANY($1) AND look_requested)
"""
WAITING = """
    SELECT count(*) AS count, min(received_at) AS oldest FROM reports WHERE nudged_at IS NULL
"""
PASSED_ON = "UPDATE reports SET nudged_at = $2 WHERE id = ANY($1)"
LIVE = """
    SELECT id, cluster, namespace, kind, name FROM incidents
    WHERE status NOT IN ('resolved', 'merged') ORDER BY id
"""

TO_LOOK_AT = """
    SELECT id, cluster, namespace, kind, name FROM incidents
    WHERE look_requested ORDER BY id
"""


@dataclass(frozen=True)
class Nudge:
    """An incident whose workflow is to look again."""

    incident_id: UUID
    workload: Workload
    traceparent: str | None = None


@asynccontextmanager
async def claimed(pool: Pool, now: datetime, limit: int = 20) -> AsyncIterator[list[Nudge]]:
    """Nudges of reports that nobody has passed on; leaving the block without error marks them so.

    The reports stay locked meanwhile, so a process that dies gives them back at once; only what
    merges incidents updates them too, and waits.
    """
    async with transaction(pool) as connection:
        reports = await connection.fetch(CLAIM, limit)
        incidents = await connection.fetch(OF_INCIDENT, list({r["incident_id"] for r in reports}))
        # The newest report's: what it made happen is looked for under it.
        traces = {r["incident_id"]: r["traceparent"] for r in reports if r["traceparent"]}
        yield [replace(_nudge(row), traceparent=traces.get(row["id"])) for row in incidents]
        if reports:
            await connection.execute(PASSED_ON, [r["id"] for r in reports], now)


async def waiting(db: Db) -> tuple[int, datetime | None]:
    """How many reports no workflow has been told of, and when the oldest of them came."""
    row = await db.fetchrow(WAITING)
    assert row is not None, "an aggregate always yields a row"
    return row["count"], row["oldest"]


async def live_incidents(pool: Pool) -> list[Nudge]:
    """Every incident that must have a running workflow."""
    return [_nudge(row) for row in await pool.fetch(LIVE)]


async def to_look_at(pool: Pool) -> list[Nudge]:
    """Incidents whose workloads are to be looked at anew; `take` is what ends that."""
    return [_nudge(row) for row in await pool.fetch(TO_LOOK_AT)]


def _nudge(row: dict[str, object]) -> Nudge:
    cluster, namespace, kind, name = (str(row[k]) for k in ("cluster", "namespace", "kind", "name"))
    return Nudge(UUID(str(row["id"])), Workload(cluster, namespace, kind, name))
