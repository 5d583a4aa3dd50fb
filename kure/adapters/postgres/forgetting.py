"""An incident that a person has deleted: it and all that belongs to it."""

from datetime import datetime
from uuid import UUID

from kure.adapters.postgres.audit import write
from kure.adapters.postgres.events import NewEvent, emit
from kure.adapters.postgres.pool import Pool, transaction
from kure.adapters.postgres.rows import read_row
from kure.domain.access.scopes import Scopes
from kure.domain.incidents import Status
from kure.errors import Conflict

MAY_GO = (Status.RESOLVED, Status.IGNORED)
LOCK = "SELECT id FROM incidents WHERE id = $1 FOR UPDATE"
LIVE = "SELECT count(*) FROM mirrors WHERE incident_id = $1 AND phase <> 'gone'"
DELETE = "DELETE FROM incidents WHERE id = $1"


async def forget(pool: Pool, incident_id: UUID, by: str, scopes: Scopes, now: datetime) -> None:
    """Delete an incident with its evidence, diagnoses, runs and mirrors' records. NotFound where
    there is none within the scopes; Conflict where it is not over, or a mirror of it still lives:
    its row is what has the mirror deleted."""
    async with transaction(pool) as connection:
        await connection.execute(LOCK, incident_id)
        row = await read_row(connection, incident_id, scopes)
        if row.status not in MAY_GO:
            raise Conflict(
                f"The incident is {row.status}; only one that is resolved or ignored can be "
                "deleted. Resolve or ignore it first."
            )
        if live := await connection.fetchval(LIVE, incident_id):
            raise Conflict(f"{live} of its mirrors live still. End them first, then delete it.")
        detail = row.model_dump(mode="json", include={"cluster", "namespace", "kind", "name"})
        await write(connection, now, by, "delete", f"incident/{incident_id}", "done", detail)
        # Before the row goes, which says who may see the event.
        payload = {"id": row.id}
        told = NewEvent(
            "incident.deleted", "incident", row.id, row.version + 1, payload, incident_id
        )
        await emit(connection, now, told)
        await connection.execute(DELETE, incident_id)
