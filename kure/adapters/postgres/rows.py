"""An incident as a row of the list: the one SELECT and the one translation."""

from typing import Any
from uuid import UUID

from kure.adapters.postgres.events import NewEvent
from kure.adapters.postgres.pool import Db
from kure.adapters.postgres.where import Where
from kure.contracts.incidents import IncidentRow
from kure.domain.access.scopes import EVERYWHERE, OF_NO_NAMESPACE, Scopes
from kure.domain.workloads import Workload
from kure.errors import NotFound

FAILING = "('open', 'regressed')"

# Whether incident `n` is the open one of the node that the diagnosis of incident `i` blames.
IS_NODE = f"""
    i.on_node <> '' AND n.status IN {FAILING} AND n.cluster = i.cluster AND n.namespace = '_'
        AND n.kind = 'Node' AND n.name = i.on_node
"""
NODE = f"SELECT n.id FROM incidents n WHERE i.status IN {FAILING} AND {IS_NODE}"
UNDER = f"""
    SELECT count(*) FROM incidents f
    WHERE f.cluster = i.cluster AND f.on_node = i.name AND f.on_node <> '' AND f.status IN {FAILING}
"""
FOLDS = f"CASE WHEN i.kind = 'Node' AND i.status IN {FAILING} THEN ({UNDER}) ELSE 0 END"
ROW = f"""
    SELECT i.*, p.pods_failing, p.pods_seen, ({NODE}) AS folded_into,
        ({FOLDS}) AS folds
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
    for pointer in ("merged_into", "folded_into"):
        row[pointer] = str(row[pointer]) if row[pointer] else None
    until = row["ignored_until"]
    if row["status"] == "ignored" and until is None and row["ignored_until_number"] is None:
        row["ignored_until"] = "forever"
    return IncidentRow.model_validate(row)


def workload_of(record: Any) -> Workload:
    """Whose incident a database row is."""
    return Workload(record["cluster"], record["namespace"], record["kind"], record["name"])


async def read_row(db: Db, incident_id: UUID, scopes: Scopes = EVERYWHERE) -> IncidentRow:
    """NotFound where there is no such incident within the scopes."""
    where = Where()
    where.add("i.id = {0}", incident_id)
    where.within(scopes, "i.cluster", "i.namespace")
    record = await db.fetchrow(f"{ROW} {where}", *where.args)
    if record is None:
        raise NotFound(f"There is no incident {incident_id}.")
    row = incident_row(record)
    if not scopes.covers(row.cluster, OF_NO_NAMESPACE):  # where the node's incident is
        row = row.model_copy(update={"folded_into": None})
    return row


# An incident that became part of another has its evidence, fixes and mirrors there.
KEEPER = "SELECT coalesce(merged_into, id) FROM incidents WHERE id = $1"
# With the lock that storing any of these takes in any case: no merge may come between.
KEEPER_FOR_NEW = f"{KEEPER} FOR KEY SHARE"

SUBJECT = """
    SELECT coalesce(i.merged_into, i.id) AS id, '' AS uid FROM incidents i WHERE i.id = $1
    UNION ALL
    SELECT coalesce(i.merged_into, i.id), p.uid FROM failed_pods p
    JOIN incidents i ON i.id = p.incident_id WHERE p.id = $1 OR p.uid = $2
    LIMIT 1
"""


async def find_subject(db: Db, named: str, scopes: Scopes = EVERYWHERE) -> tuple[IncidentRow, str]:
    """The incident that an id names: its own, or that of a failed pod, or the pod's uid; with the
    uid, '' for a whole incident. NotFound where there is none within the scopes."""
    row = await db.fetchrow(SUBJECT, _as_id(named), named)
    if row is None:
        raise NotFound(f"There is no incident and no failed pod {named[:200]!r}.")
    return await read_row(db, row["id"], scopes), row["uid"]


def _as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def updated(db: Db, incident_id: UUID, topic: str = "incident.updated") -> NewEvent:
    """The event that tells of an incident's new state."""
    row = await read_row(db, incident_id)
    payload = {"id": row.id, "version": row.version, "summary": row.model_dump(mode="json")}
    return NewEvent(topic, "incident", row.id, row.version, payload, incident_id)
