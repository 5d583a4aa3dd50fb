"""What was proposed and tried for an incident goes along where it becomes part of another.

Runs of mirrors are not touched by it: they know their mirror by its own id.
"""

from uuid import UUID

from kure.adapters.postgres.events import NewEvent
from kure.adapters.postgres.mirrors import updated
from kure.adapters.postgres.pool import Connection

# The same fix may have been proposed for both, and be under test for both: each stays what it is,
# with its own proof. The other incident's keeps its digest, so what is proposed next is that one.
FIXES = """
    UPDATE fixes f SET incident_id = $2, digest = f.digest || CASE
        WHEN EXISTS (SELECT FROM fixes o WHERE o.incident_id = $2 AND o.digest = f.digest)
        THEN '/' || f.id ELSE '' END
    WHERE f.incident_id = $1
"""
# Keys are what callers made up.
MIRRORS = """
    UPDATE mirrors m SET incident_id = $2, version = m.version + 1, key = m.key || CASE
        WHEN EXISTS (SELECT FROM mirrors o WHERE o.incident_id = $2 AND o.key = m.key)
        THEN '/' || m.id ELSE '' END
    WHERE m.incident_id = $1 RETURNING m.id
"""
RUNS = """
    UPDATE runs SET incident_id = $2 WHERE incident_id = $1 AND workflow_type = 'MirrorWorkflow'
"""


async def move_mirrors(connection: Connection, source: UUID, target: UUID) -> list[NewEvent]:
    """Move fixes and mirrors between two incidents, both locked by the caller; the events tell of
    each mirror."""
    await connection.execute(FIXES, source, target)
    moved = await connection.fetch(MIRRORS, source, target)
    await connection.execute(RUNS, source, target)
    return [await updated(connection, row["id"]) for row in moved]
