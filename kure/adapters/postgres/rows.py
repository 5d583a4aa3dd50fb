"""An incident as a row of the list: the one SELECT and the one translation."""

from typing import Any
from uuid import UUID

from kure.adapters.postgres.events import NewEvent
from kure.adapters.postgres.pool import Db
from kure.contracts.incidents import IncidentRow
from kure.errors import NotFound

ROW = """
    SELECT i.*, p.pods_failing, p.pods_seen
    FROM incidents i,
    LATERAL (
        SELECT count(*) FILTER (WHERE state = 'failing') AS pods_failing, count(*) AS pods_seen
        FROM failed_pods WHERE incident_id = i.id
    ) p
"""


def incident_row(record: Any) -> IncidentRow:
    """A database row as the message that people get."""
    row = dict(record)
    row["id"] = str(row["id"])
    until = row["ignored_until"]
    if row["status"] == "ignored" and until is None and row["ignored_until_number"] is None:
        row["ignored_until"] = "forever"
    return IncidentRow.model_validate(row)


async def read_row(db: Db, incident_id: UUID) -> IncidentRow:
    """NotFound where there is no such incident."""
    record = await db.fetchrow(ROW + " WHERE i.id = $1", incident_id)
    if record is None:
        raise NotFound(f"There is no incident {incident_id}.")
    return incident_row(record)


async def updated(db: Db, incident_id: UUID, topic: str = "incident.updated") -> NewEvent:
    """The event that tells of an incident's new state."""
    row = await read_row(db, incident_id)
    payload = {"id": row.id, "version": row.version, "summary": row.model_dump(mode="json")}
    return NewEvent(topic, "incident", row.id, row.version, payload)
