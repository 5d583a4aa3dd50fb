"""Evidence: redacted before it comes here, encrypted before it is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from kure.adapters.crypto import Cipher
from kure.adapters.postgres.events import NewEvent, emit
from kure.adapters.postgres.pool import Db, Pool, transaction
from kure.adapters.postgres.rows import KEEPER, KEEPER_FOR_NEW
from kure.contracts.incidents import EvidenceItem, EvidenceRow
from kure.errors import DatabaseUnavailable, NotFound
from kure.ids import new_id
from kure.ports import NewEvidence

# The first one stored stands: a repeated attempt gets the ids of the first.
SAVE = """
    INSERT INTO evidence (id, incident_id, captured_by, kind, subject, container, stream,
                          captured_for, captured_at, bytes, truncated, sealed)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    ON CONFLICT (incident_id, captured_by, captured_for, kind, subject, container, stream)
    DO UPDATE SET captured_by = evidence.captured_by RETURNING id
"""
# A crash loop is captured at each crash: the first and the newest few tell all there is to tell.
KEPT = 5
FORGET = """
    WITH captures AS (
        SELECT captured_for,
            row_number() OVER (ORDER BY min(captured_at)) AS nth,
            row_number() OVER (ORDER BY min(captured_at) DESC) AS nth_newest
        FROM evidence WHERE incident_id = $1 AND captured_by = 'agent' AND subject = $2
        GROUP BY captured_for
    )
    DELETE FROM evidence e USING captures c
    WHERE e.incident_id = $1 AND e.captured_by = 'agent' AND e.subject = $2
        AND e.captured_for = c.captured_for AND c.nth > 1 AND c.nth_newest >= $3
"""
COLUMNS = "id, kind, subject, container, stream, captured_by, captured_at, bytes, truncated"
LIST = f"""
    SELECT {COLUMNS} FROM evidence WHERE incident_id = ({KEEPER})
    ORDER BY captured_at DESC, id DESC LIMIT $2
"""
NEWEST_OF = f"""
    SELECT id, sealed FROM evidence
    WHERE incident_id = ({KEEPER}) AND subject = $2 AND kind IN ('owner', 'manifest')
        AND NOT truncated
    ORDER BY captured_at DESC, id DESC LIMIT 1
"""
READ = f"SELECT {COLUMNS}, sealed FROM evidence WHERE incident_id = ({KEEPER}) AND id = $2"


@dataclass(frozen=True)
class EvidenceTable:
    """The evidence of all incidents. Implements kure.ports.EvidenceStore."""

    pool: Pool
    cipher: Cipher

    async def save(
        self, incident_id: str, items: Sequence[NewEvidence], now: datetime
    ) -> list[str]:
        """Store what was captured, once each; returns ids in the order of `items`. NotFound where
        there is no such incident, or it is deleted at this moment.

        Of what agents captured of one object, the first and the newest four captures are kept.
        """
        try:
            return await self._save(incident_id, items, now)
        except asyncpg.ForeignKeyViolationError as error:
            raise NotFound(f"Incident {incident_id} was deleted meanwhile.") from error
        except asyncpg.DeadlockDetectedError as error:
            raise DatabaseUnavailable(
                f"Incident {incident_id} is being merged or deleted; try again."
            ) from error

    async def _save(
        self, incident_id: str, items: Sequence[NewEvidence], now: datetime
    ) -> list[str]:
        ids: list[str] = []
        async with transaction(self.pool) as connection:
            incident = await connection.fetchval(KEEPER_FOR_NEW, UUID(incident_id))
            if incident is None:
                raise NotFound(f"There is no incident {incident_id} to keep evidence for.")
            for item in items:
                plain = item.text.encode()
                new = new_id()
                stored = await connection.fetchval(
                    SAVE, new, incident, item.captured_by, item.kind, item.subject,
                    item.container, item.stream, item.captured_for, now, len(plain),
                    item.truncated, self.cipher.seal(plain, new.bytes),
                )  # fmt: skip
                ids.append(str(stored))
            for subject in {item.subject for item in items if item.captured_by == "agent"}:
                await connection.execute(FORGET, incident, subject, KEPT)
            if ids:
                keeper = str(incident)
                payload = {"incident_id": keeper, "ids": ids}
                event = NewEvent(
                    "evidence.added", "incident", keeper, payload=payload, incident_id=incident
                )
                await emit(connection, now, event)
        return ids

    async def rows(self, db: Db, incident_id: UUID, limit: int = 200) -> list[EvidenceRow]:
        """What was captured of an incident, newest first, without the texts."""
        return [
            EvidenceRow.model_validate(_row(row))
            for row in await db.fetch(LIST, incident_id, limit)
        ]

    async def read(self, db: Db, incident_id: UUID, evidence_id: UUID) -> EvidenceItem:
        """One captured thing with its text. NotFound where that incident has none such."""
        row = await db.fetchrow(READ, incident_id, evidence_id)
        if row is None:
            raise NotFound(f"Incident {incident_id} has no evidence {evidence_id}.")
        text = self.cipher.open(row["sealed"], evidence_id.bytes).decode()
        return EvidenceItem.model_validate(_row(row) | {"text": text})

    async def newest_of(self, db: Db, incident_id: UUID, subject: str) -> str | None:
        """The manifest of an object, `Deployment/cart`, as it was captured last, whole; None where
        it never was."""
        row = await db.fetchrow(NEWEST_OF, incident_id, subject)
        return self.cipher.open(row["sealed"], row["id"].bytes).decode() if row else None


def _row(record: Any) -> dict[str, Any]:
    row = dict(record)
    return row | {"id": str(row["id"])}
