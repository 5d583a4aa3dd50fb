"""Exclusions, and what they close: an incident of which all that fails is excluded ends; when that
is no longer so it is open again, as its reports are still there."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from asyncpg import DeadlockDetectedError

from kure.adapters.postgres.audit import write
from kure.adapters.postgres.events import NewEvent, emit
from kure.adapters.postgres.folding import put_away
from kure.adapters.postgres.nudges import Nudge
from kure.adapters.postgres.pool import Connection, Db, Pool, affected, transaction, translated
from kure.adapters.postgres.rows import FAILING, updated, workload_of
from kure.adapters.postgres.timeline import happened
from kure.domain.exclusions import Exclusion, Failing, excluding
from kure.errors import DatabaseUnavailable, NotFound
from kure.ids import new_id

Table = Literal["namespace_exclusions", "pod_exclusions"]
PATTERNS: dict[Table, tuple[str, ...]] = {
    "namespace_exclusions": ("cluster", "namespace"),
    "pod_exclusions": ("cluster", "namespace", "workload", "pod", "label", "failure_class"),
}
TOPIC = "exclusions.changed"

# So long one that has expired is still shown.
EXPIRED_KEPT = timedelta(days=30)

# Held by whoever closes and reopens, so that each change is told once.
LOCK = 0x6B757278


async def listed(db: Db, table: Table) -> list[dict[str, Any]]:
    """All of a table, newest first."""
    rows = await db.fetch(f"SELECT * FROM {table} ORDER BY created_at DESC, id DESC")
    return [dict(row) | {"id": str(row["id"])} for row in rows]


async def everything(db: Db) -> list[Exclusion]:
    """All that were made, of both tables."""
    async with translated():
        return [
            Exclusion(**{key: row[key] for key in (*PATTERNS[table], "id", "expires_at")})
            for table in PATTERNS
            for row in await listed(db, table)
        ]


async def add(
    pool: Pool, table: Table, new: dict[str, Any], by: str, now: datetime
) -> dict[str, Any]:
    """Store an exclusion; the same patterns again change its reason and its end. `new` has the
    table's patterns, `reason` and `expires_at`."""
    columns = (*PATTERNS[table], "reason", "expires_at")
    marks = ", ".join(f"${n}" for n in range(4, 4 + len(columns)))
    sql = f"""
        INSERT INTO {table} (id, created_by, created_at, {", ".join(columns)})
        VALUES ($1, $2, $3, {marks})
        ON CONFLICT ({", ".join(PATTERNS[table])}) DO UPDATE SET
            reason = EXCLUDED.reason, expires_at = EXCLUDED.expires_at,
            created_by = EXCLUDED.created_by, created_at = EXCLUDED.created_at
        RETURNING *
    """
    async with transaction(pool) as connection:
        row = await connection.fetchrow(sql, new_id(), by, now, *(new[c] for c in columns))
        detail = {c: new[c] for c in PATTERNS[table]} | {"reason": new["reason"]}
        await _noted(connection, table, "exclusion.add", row, by, now, detail)
    return dict(row) | {"id": str(row["id"])}


async def remove(pool: Pool, table: Table, exclusion_id: UUID, by: str, now: datetime) -> None:
    """NotFound where there is no such exclusion."""
    async with transaction(pool) as connection:
        row = await connection.fetchrow(
            f"DELETE FROM {table} WHERE id = $1 RETURNING *", exclusion_id
        )
        if row is None:
            raise NotFound(f"There is no exclusion {exclusion_id}.")
        detail = {c: row[c] for c in PATTERNS[table]} | {"reason": row["reason"]}
        await _noted(connection, table, "exclusion.remove", row, by, now, detail)


async def read(db: Db, table: Table, exclusion_id: UUID) -> dict[str, Any]:
    """NotFound where there is no such exclusion."""
    row = await db.fetchrow(f"SELECT * FROM {table} WHERE id = $1", exclusion_id)
    if row is None:
        raise NotFound(f"There is no exclusion {exclusion_id}.")
    return dict(row) | {"id": str(row["id"])}


async def _noted(
    connection: Connection,
    table: Table,
    action: str,
    row: Any,
    by: str,
    now: datetime,
    detail: dict[str, Any],
) -> None:
    target = f"{table}/{row['id']}"
    await write(connection, now, by, action, target, "done", detail)
    await emit(connection, now, NewEvent(TOPIC, "exclusion", str(row["id"])))


async def matched(pool: Pool, when: dict[str, datetime]) -> None:
    """Note when each exclusion last kept something away."""
    for table in PATTERNS:
        sql = f"""
            UPDATE {table} e SET last_matched_at = greatest(e.last_matched_at, m.at)
            FROM unnest($1::uuid[], $2::timestamptz[]) AS m (id, at) WHERE e.id = m.id
        """
        await pool.execute(sql, [UUID(id_) for id_ in when], list(when.values()))


async def prune(pool: Pool, now: datetime) -> None:
    """Forget those that expired long ago."""
    for table in PATTERNS:
        await pool.execute(f"DELETE FROM {table} WHERE expires_at < $1", now - EXPIRED_KEPT)


CANDIDATES = """
    SELECT i.id, i.cluster, i.namespace, i.kind, i.name, i.status,
        p.name AS pod, p.labels, p.failures
    FROM incidents i JOIN failed_pods p ON p.incident_id = i.id AND p.state = 'failing'
    WHERE {which} ORDER BY i.id
"""
OPEN = CANDIDATES.format(which=f"i.status IN {FAILING}")
EXCLUDED = CANDIDATES.format(which="i.status = 'resolved' AND i.resolution = 'excluded'")

# Its run is to look at it: so it ends, or begins.
CLOSE = f"""
    UPDATE incidents SET status = 'resolved', resolution = 'excluded', resolved_at = $2,
        diagnosing = false, retry_requested = false, look_requested = true, version = version + 1
    WHERE id = $1 AND status IN {FAILING}
"""
REOPEN = """
    UPDATE incidents SET status = 'open', resolution = NULL, resolved_at = NULL,
        look_requested = true, version = version + 1
    WHERE id = $1 AND status = 'resolved' AND resolution = 'excluded'
"""


async def covered(db: Db, exclusions: Sequence[Exclusion], now: datetime) -> list[Any]:
    """The open incidents of which all that fails is excluded."""
    rows = await db.fetch(OPEN)
    return [one for one, is_covered in _judged(rows, exclusions, now) if is_covered]


async def apply(pool: Pool, exclusions: Sequence[Exclusion], now: datetime) -> list[Nudge]:
    """Close what is excluded, reopen what no longer is; whose runs are to know. May be repeated.
    DatabaseUnavailable also where PostgreSQL ended it, as another waited for it in turn."""
    try:
        return await _apply(pool, exclusions, now)
    except DeadlockDetectedError as error:
        raise DatabaseUnavailable(
            "Two changes of one incident met; it will be tried again."
        ) from error


async def _apply(pool: Pool, exclusions: Sequence[Exclusion], now: datetime) -> list[Nudge]:
    async with transaction(pool) as connection:
        await connection.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        closed = []
        for one in await covered(connection, exclusions, now):
            if affected(await connection.execute(CLOSE, one["id"], now)):
                text = "An exclusion covers it."
                await happened(connection, one["id"], now, "resolved", None, text)
                await put_away(connection, one)
                closed.append(one)
        reopened = []
        for one, is_covered in _judged(await connection.fetch(EXCLUDED), exclusions, now):
            if not is_covered and affected(await connection.execute(REOPEN, one["id"])):
                text = "No exclusion covers it any more."
                await happened(connection, one["id"], now, "reopened", None, text)
                reopened.append(one)
        changed = [*closed, *reopened]
        await emit(connection, now, *[await updated(connection, one["id"]) for one in changed])
    return [Nudge(one["id"], workload_of(one)) for one in changed]


def _judged(
    rows: Sequence[Any], exclusions: Sequence[Exclusion], now: datetime
) -> list[tuple[Any, bool]]:
    """Each incident once, with whether every failure of it is excluded."""
    found: dict[UUID, tuple[Any, bool]] = {}
    for row in rows:
        what = Failing(
            row["cluster"], row["namespace"], row["kind"], row["name"], row["pod"], row["labels"]
        )
        is_covered = all(
            excluding(exclusions, what, failure["failure_class"], now) is not None
            for failure in row["failures"]
        )
        _, so_far = found.get(row["id"], (row, True))
        found[row["id"]] = row, so_far and is_covered
    return list(found.values())
