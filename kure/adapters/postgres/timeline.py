"""What happened to an incident, as people read it on its page."""

from datetime import datetime
from uuid import UUID

from kure.adapters.postgres.pool import Connection
from kure.ids import new_id

HAPPENED = """
    INSERT INTO timeline (id, incident_id, at, what, by, text) VALUES ($1, $2, $3, $4, $5, $6)
"""


async def happened(
    connection: Connection, incident_id: UUID, now: datetime, what: str, by: str | None, text: str
) -> None:
    """Write a line of an incident's timeline."""
    await connection.execute(HAPPENED, new_id(), incident_id, now, what, by, text)
