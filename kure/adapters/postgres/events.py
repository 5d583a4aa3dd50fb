"""The event log behind the live stream: written with the change it tells of, read in order."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from kure.adapters.postgres.pool import Connection, Db
from kure.contracts.events import UiEvent

CHANNEL = "kure_events"

# A transaction-level lock before the insert: numbers then become visible in their order, since the
# next number is only taken after the transaction before has committed. All in one statement, as
# nothing is written so often.
ORDER_LOCK = 0x6B757266

EMIT = f"""
    WITH locked AS MATERIALIZED (SELECT pg_advisory_xact_lock({ORDER_LOCK})),
    written AS (
        INSERT INTO ui_events (at, topic, entity, entity_id, version, payload, cluster, namespace)
        SELECT $1, $2, $3, $4, $5, $6,
            coalesce($7, i.cluster),
            CASE WHEN i.id IS NOT NULL THEN coalesce(nullif(i.namespace, ''), '_') ELSE $9 END
        FROM locked LEFT JOIN incidents i ON i.id = $8 RETURNING seq
    )
    SELECT seq, pg_notify('{CHANNEL}', seq::text) FROM written
"""
SINCE = """
    SELECT seq, at, topic, entity, entity_id, version, payload, cluster, namespace
    FROM ui_events WHERE seq > $1 ORDER BY seq LIMIT $2
"""
BOUNDS = "SELECT coalesce(min(seq), 0) AS oldest, coalesce(max(seq), 0) AS newest FROM ui_events"


@dataclass(frozen=True)
class NewEvent:
    """An event that has no number yet. Who may see it depends on where it belongs: the cluster and
    namespace of an incident, or those named here; what is of neither is of the whole
    installation."""

    topic: str
    entity: str
    entity_id: str
    version: int = 0
    payload: dict[str, Any] = field(default_factory=dict)
    incident_id: UUID | None = None
    cluster: str | None = None
    namespace: str | None = None


async def emit(connection: Connection, now: datetime, *events: NewEvent) -> int:
    """Write events as the last thing of the caller's transaction; returns the newest number."""
    seq = 0
    for event in events:
        seq = await connection.fetchval(
            EMIT, now, event.topic, event.entity, event.entity_id, event.version, event.payload,
            event.cluster, event.incident_id, event.namespace,
        )  # fmt: skip
    return seq


async def since(db: Db, seq: int, limit: int = 500) -> list[UiEvent]:
    """The events after a number, oldest first."""
    return [UiEvent.model_validate(dict(row)) for row in await db.fetch(SINCE, seq, limit)]


async def bounds(db: Db) -> tuple[int, int]:
    """The oldest and the newest number that are kept; (0, 0) where there is none."""
    row = await db.fetchrow(BOUNDS)
    assert row is not None, "an aggregate always yields a row"
    return row["oldest"], row["newest"]
