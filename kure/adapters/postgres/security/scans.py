"""Scans of clusters: how one begins, how far it is, how it ends. One runs at a time in a cluster.
Each function may be repeated without harm."""

from datetime import datetime
from typing import Any
from uuid import UUID

from kure.adapters.postgres import runs
from kure.adapters.postgres.cursors import as_cursor, key_of
from kure.adapters.postgres.events import NewEvent, emit
from kure.adapters.postgres.pool import Connection, Db, Pool, affected, transaction
from kure.adapters.postgres.where import Where
from kure.contracts.scanning import BeginScan, SkipScan
from kure.contracts.security import ScanDetail, ScanRow
from kure.domain.access.scopes import EVERYWHERE, Scopes
from kure.errors import NotFound
from kure.ids import new_id

WORKFLOW = "ScanWorkflow"
TOLD = {*("id", "cluster", "state", "text", "kinds_total", "kinds_done", "started_at", "ended_at")}
# Namespaces that nobody has: whose scopes cover it see all of a cluster.
ANY_NAMESPACE = "\0"

# Only one workflow scans a cluster at a time, so another scan that still counts as running was lost
# with Temporal's store.
OTHERS_LOST = """
    UPDATE scans SET state = 'failed', ended_at = $3, text = 'The workflow engine lost it.'
    WHERE cluster = $1 AND run_id <> $2 AND state = 'running' RETURNING id
"""
BEGIN = """
    INSERT INTO scans (id, cluster, run_id, namespaces, requested_by, started_at, kinds_total,
                       previous_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, (
        SELECT id FROM scans WHERE cluster = $2 AND state = 'finished' AND namespaces = $4
        ORDER BY started_at DESC, id DESC LIMIT 1))
    ON CONFLICT (run_id) DO NOTHING
"""
BY_RUN = "SELECT id FROM scans WHERE run_id = $1"
SKIP = """
    INSERT INTO scans (id, cluster, run_id, state, text, namespaces, requested_by, started_at,
                       ended_at)
    VALUES ($1, $2, $3, 'skipped', 'The scan before was still running.', $4, $5, $6, $6)
    ON CONFLICT (run_id) DO NOTHING
"""
PROGRESS = """
    UPDATE scans SET kinds_done = seen.kinds, objects = seen.objects
    FROM (
        SELECT count(DISTINCT kind) FILTER (WHERE next = '') AS kinds,
            coalesce(sum(objects), 0) AS objects
        FROM scan_pages WHERE scan_id = $1
    ) seen
    WHERE id = $1 AND state = 'running'
"""
END = """
    UPDATE scans SET state = $2, text = $3, ended_at = $4 WHERE id = $1 AND state = 'running'
"""
CLEAR = ("DELETE FROM scan_pages WHERE scan_id = $1", "DELETE FROM scan_found WHERE scan_id = $1")


async def begin(pool: Pool, request: BeginScan, kinds: int, now: datetime) -> UUID:
    """The scan of a run, made where there is none yet."""
    start, run_id = request.start, UUID(request.run_id)
    async with transaction(pool) as connection:
        for lost in await connection.fetch(OTHERS_LOST, start.cluster, run_id, now):
            await clear(connection, lost["id"])
        tag = await connection.execute(
            BEGIN, new_id(), start.cluster, run_id, start.namespaces, start.requested_by, now, kinds
        )
        workflow = (start.cluster, request.workflow_id, WORKFLOW)
        await runs.start(connection, run_id, None, workflow, now)
        scan_id: UUID = await connection.fetchval(BY_RUN, run_id)
        if affected(tag):
            await tell(connection, scan_id, "scan.progress", now)
    return scan_id


async def skip(pool: Pool, request: SkipScan, now: datetime) -> None:
    """Note a scan that did not begin since another one was running."""
    start, run_id = request.start, UUID(request.run_id)
    async with transaction(pool) as connection:
        tag = await connection.execute(
            SKIP, new_id(), start.cluster, run_id, start.namespaces, start.requested_by, now
        )
        if affected(tag):
            scan_id: UUID = await connection.fetchval(BY_RUN, run_id)
            await tell(connection, scan_id, "scan.finished", now)


async def progress(connection: Connection, scan_id: UUID, now: datetime) -> None:
    """Count what has been read, and tell people."""
    if affected(await connection.execute(PROGRESS, scan_id)):
        await tell(connection, scan_id, "scan.progress", now)


async def end(pool: Pool, scan_id: UUID, state: str, text: str, now: datetime) -> None:
    """End a scan without a result; the first end stands."""
    async with transaction(pool) as connection:
        if affected(await connection.execute(END, scan_id, state, text, now)):
            await clear(connection, scan_id)
            await tell(connection, scan_id, "scan.finished", now)
    run_id = await pool.fetchval("SELECT run_id FROM scans WHERE id = $1", scan_id)
    await runs.end(pool, run_id, state, now)


async def clear(connection: Connection, scan_id: UUID) -> None:
    """Forget what was only needed while it ran."""
    for statement in CLEAR:
        await connection.execute(statement, scan_id)


async def tell(connection: Connection, scan_id: UUID, topic: str, now: datetime) -> None:
    """The event that shows how far a scan is; the last thing of a transaction. What it found is
    asked for by who may see it."""
    row = _row(await connection.fetchrow("SELECT * FROM scans WHERE id = $1", scan_id))
    payload = {"id": row.id, "summary": row.model_dump(mode="json", include=TOLD)}
    await emit(
        connection, now, NewEvent(topic, "scan", row.id, payload=payload, cluster=row.cluster)
    )


async def read(db: Db, scan_id: UUID, scopes: Scopes = EVERYWHERE) -> ScanDetail:
    """NotFound where there is none of a cluster within the scopes. Who sees a part of the cluster
    is not told what was found in all of it."""
    where = Where()
    where.add("id = {0}", scan_id)
    where.within(scopes, "cluster", None)
    found = await db.fetchrow(f"SELECT * FROM scans {where}", *where.args)
    if found is None:
        raise NotFound(f"There is no scan {scan_id}.")
    return ScanDetail.model_validate(_shown(found, scopes))


async def page(
    db: Db, scopes: Scopes, clusters: tuple[str, ...], limit: int, after: str
) -> tuple[list[ScanRow], str | None]:
    """Scans, newest first, and where the next page begins."""
    where = Where()
    where.within(scopes, "cluster", None)
    if clusters:
        where.add("cluster = ANY({0})", list(clusters))
    if after:
        where.add("(started_at, id) < ({0}, {1})", *key_of(after, _cursor))
    sql = f"SELECT * FROM scans {where} ORDER BY started_at DESC, id DESC LIMIT {limit + 1}"
    rows = await db.fetch(sql, *where.args)
    found = [_row(row, scopes) for row in rows[:limit]]
    if len(rows) <= limit:
        return found, None
    last = rows[limit - 1]
    return found, as_cursor(last["started_at"].isoformat(), str(last["id"]))


def _row(found: Any, scopes: Scopes = EVERYWHERE) -> ScanRow:
    return ScanRow.model_validate(_shown(found, scopes))


def _shown(found: Any, scopes: Scopes) -> dict[str, Any]:
    ids = ("id", "run_id", "previous_id")
    shown = dict(found) | {name: str(found[name]) if found[name] else None for name in ids}
    if scopes.covers(found["cluster"], ANY_NAMESPACE):
        return shown
    return shown | {"score": None, "counts": {}, "difference": {}, "objects": 0, "namespaces": []}


def _cursor(at: str, id_: str) -> tuple[datetime, UUID]:
    return datetime.fromisoformat(at), UUID(id_)
