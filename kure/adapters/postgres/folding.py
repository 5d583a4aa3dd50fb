"""Incidents that a failing node explains stand under the node's own while both are open.

Kept is only which node an incident's diagnosis blames. That it is folded follows from both rows as
they are, so all unfold when the node recovers, whatever died meanwhile.

Lock order: the incident first, then its node's; a node that recovers is the exception, and one of
two that wait for each other is done again.
"""

from typing import Any
from uuid import UUID

from kure.adapters.postgres.events import NewEvent
from kure.adapters.postgres.pool import Connection
from kure.adapters.postgres.rows import FAILING, updated

# What is under a node has changed: its row says so, and it is as severe as the worst of it.
TOUCH = f"""
    UPDATE incidents n SET version = n.version + 1, severity = (
        SELECT severity FROM (
            SELECT n.severity UNION ALL
            SELECT f.severity FROM incidents f
            WHERE f.cluster = $1 AND f.on_node = $2 AND f.on_node <> '' AND f.status IN {FAILING}
        ) found
        ORDER BY array_position(ARRAY['critical', 'high', 'medium', 'low'], severity) LIMIT 1
    )
    WHERE n.cluster = $1 AND n.namespace = '_' AND n.kind = 'Node' AND n.name = $2
        AND n.status IN {FAILING}
    RETURNING n.id
"""

# What still fails is diagnosed anew: its reason is gone. Like a person's retry, that has a number.
UNFOLD = f"""
    UPDATE incidents SET on_node = '', retry_requested = true, look_requested = true,
        diagnosing = true, last_number = last_number + 1, version = version + 1
    WHERE cluster = $1 AND on_node = $2 AND on_node <> '' AND status IN {FAILING}
    RETURNING id
"""

# The relay nudges their runs.
LOOK = f"""
    UPDATE incidents SET look_requested = true
    WHERE cluster = $1 AND on_node = $2 AND on_node <> '' AND status IN {FAILING}
"""


def blamed_node(row: Any, causes: list[dict[str, Any]]) -> str:
    """The node that must be mended first, by the diagnosis of an incident; '' for none."""
    blames = causes[0].get("blames") if causes and row["kind"] != "Node" else None
    return str(blames["name"]) if blames and blames["kind"] == "Node" else ""


async def touch(connection: Connection, cluster: str, *nodes: str) -> list[NewEvent]:
    """Bring the open incidents of these nodes up to date with what is under them."""
    ids = [await connection.fetchval(TOUCH, cluster, node) for node in sorted({*nodes} - {""})]
    return [await updated(connection, id_) for id_ in ids if id_ is not None]


async def closed(connection: Connection, row: Any) -> list[NewEvent]:
    """An incident was closed: its node has one less under it, or, where it is a node's own, what
    still fails stands for itself again."""
    if row["kind"] != "Node":
        return await touch(connection, row["cluster"], row["on_node"])
    found = await connection.fetch(UNFOLD, row["cluster"], row["name"])
    ids: list[UUID] = [one["id"] for one in found]
    return [await updated(connection, id_) for id_ in ids]


async def put_away(connection: Connection, row: Any) -> None:
    """An incident was put out of the list although what fails in it may fail on: where it is a
    node's, nothing stands under it any more, and the runs of what did are to look."""
    if row["kind"] == "Node":
        await connection.execute(LOOK, row["cluster"], row["name"])
