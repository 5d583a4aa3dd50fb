"""What people do with an incident. The workflow calls it, once for each idempotency key."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from kure.adapters.postgres.audit import write
from kure.adapters.postgres.events import emit
from kure.adapters.postgres.folding import put_away, touch
from kure.adapters.postgres.pool import Connection, Db, Pool, transaction
from kure.adapters.postgres.rows import read_row, updated
from kure.adapters.postgres.timeline import happened
from kure.contracts.activities import ChangeRequest
from kure.contracts.incidents import Change, Changed
from kure.domain.incidents import Action, Status, next_status
from kure.errors import Conflict, InvalidInput, NotFound

LOCK = "SELECT * FROM incidents WHERE id = $1 FOR UPDATE"
BEFORE = "SELECT result FROM changes WHERE incident_id = $1 AND key = $2"
REMEMBER = "INSERT INTO changes (incident_id, key, result, at) VALUES ($1, $2, $3, $4)"
# To retry counts like a report: it is news for the run, and what is diagnosed then has a number of
# its own.
APPLY = """
    UPDATE incidents SET status = $2, version = version + 1,
        last_number = last_number + CASE WHEN $3 = 'retry' THEN 1 ELSE 0 END,
        acknowledged_by = CASE WHEN $3 = 'acknowledge' THEN $4 ELSE acknowledged_by END,
        acknowledged_at = CASE WHEN $3 = 'acknowledge' THEN $5 ELSE acknowledged_at END,
        ignored_by = CASE WHEN $2 = 'ignored' THEN $4 END,
        ignored_until = CASE WHEN $2 = 'ignored' THEN $6::timestamptz END,
        ignored_until_number = CASE WHEN $2 = 'ignored' THEN last_number + $7 END,
        resolved_at = CASE WHEN $2 = 'resolved' THEN $5 END,
        resolution = CASE WHEN $2 = 'resolved' THEN 'person' END,
        model_asked_by = CASE WHEN $3 = 'investigate' THEN $4 ELSE model_asked_by END,
        retry_requested = $3 = 'retry' OR (retry_requested AND $2 <> 'resolved'),
        diagnosing = $3 = 'retry' OR (diagnosing AND $2 <> 'resolved')
    WHERE id = $1
"""
MODEL_IS_ASKED = """
    UPDATE incidents SET model_asked_by = NULL WHERE id = $1 AND model_asked_by IS NOT NULL
"""
PAST = {
    Action.ACKNOWLEDGE: "acknowledged",
    Action.IGNORE: "ignored",
    Action.RESTORE: "restored",
    Action.RESOLVE: "resolved",
    Action.RETRY: "asked again",
    Action.INVESTIGATE: "asked a model",
}


async def change(pool: Pool, request: ChangeRequest, now: datetime) -> Changed:
    """Do what a person asked. NotFound, Conflict for a wrong state or a stale version, InvalidInput
    for what no column holds: tried again for ever, it would hold up all that others ask for.

    The same key again gives the first answer and changes nothing.
    """
    try:
        return await _change(pool, request, now)
    except asyncpg.DataError as error:
        raise InvalidInput(
            f"What was sent cannot be stored ({type(error).__name__}): is there a NUL character in "
            "it? Nothing was changed."
        ) from error


async def _change(pool: Pool, request: ChangeRequest, now: datetime) -> Changed:
    incident_id, asked = UUID(request.incident_id), request.change
    async with transaction(pool) as connection:
        row = await connection.fetchrow(LOCK, incident_id)
        if row is None:
            raise NotFound(f"There is no incident {incident_id}.")
        before = await connection.fetchval(BEFORE, incident_id, request.idempotency_key)
        if before is not None:
            return Changed.model_validate(before)
        status = _allowed(row, asked)
        await connection.execute(
            APPLY, incident_id, status.value, asked.action.value, asked.by, now, asked.until,
            asked.count,
        )  # fmt: skip
        changed = await _remember(connection, incident_id, request, now)
        if status in (Status.IGNORED, Status.RESOLVED):
            await put_away(connection, row)
        around = await touch(connection, row["cluster"], row["on_node"])
        await emit(connection, now, await updated(connection, incident_id), *around)
    return changed


def _allowed(row: Any, asked: Change) -> Status:
    if asked.version is not None and asked.version != row["version"]:
        raise Conflict(
            f"The incident has changed meanwhile: it is {row['status']} in version "
            f"{row['version']}, you saw version {asked.version}. Look at it again, then decide."
        )
    return next_status(Status(row["status"]), asked.action)


async def _remember(
    connection: Connection, incident_id: UUID, request: ChangeRequest, now: datetime
) -> Changed:
    asked = request.change
    row = await read_row(connection, incident_id)
    changed = Changed(id=row.id, status=row.status, version=row.version)
    result = changed.model_dump(mode="json")
    await connection.execute(REMEMBER, incident_id, request.idempotency_key, result, now)
    await happened(connection, incident_id, now, PAST[asked.action], asked.by, asked.reason)
    detail = asked.model_dump(mode="json", exclude={"action", "by"}, exclude_none=True)
    target = f"incident/{incident_id}"
    await write(connection, now, asked.by, asked.action.value, target, "done", detail)
    return changed


async def model_is_asked(db: Db, incident_id: UUID) -> None:
    """What a person wanted of a model is under way, or over: the next one who asks is news."""
    await db.execute(MODEL_IS_ASKED, incident_id)
