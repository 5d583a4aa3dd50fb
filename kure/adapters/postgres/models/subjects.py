"""What a model is asked about: the newest diagnosis of an incident, with the evidence for it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from kure.adapters.crypto import Cipher
from kure.adapters.postgres.diagnoses import CAUSES, NEWEST
from kure.adapters.postgres.pool import Db
from kure.adapters.postgres.rows import workload_of
from kure.domain.models.subject import Item, Subject
from kure.errors import Conflict, NotFound

INCIDENT = "SELECT cluster, namespace, kind, name FROM incidents WHERE id = $1"
# What the diagnosis knows, and what agents have captured of the same failure.
EVIDENCE = """
    SELECT id, kind, subject, container, stream, captured_at, truncated, sealed FROM evidence
    WHERE incident_id = $1
        AND (id = ANY($2) OR (captured_by = 'agent' AND captured_at >= $3)
            OR starts_with(captured_for, $5))
    ORDER BY coalesce(starts_with(captured_for, $5), false) DESC, id = ANY($2) DESC,
        captured_at DESC, id DESC
    LIMIT $4
"""
MOST = 60
SAME_FAILURE = timedelta(days=1)


async def subject(
    db: Db, evidence: Cipher, incident_id: UUID, mirror_id: str | None = None
) -> Subject:
    """As it is stored, redacted, with what a mirror showed first. `evidence` opens what was
    captured. NotFound where there is no such incident, Conflict before the rules have spoken."""
    incident = await db.fetchrow(INCIDENT, incident_id)
    if incident is None:
        raise NotFound(f"There is no incident {incident_id}.")
    diagnosis = await db.fetchrow(NEWEST, incident_id)
    if diagnosis is None:
        raise Conflict(f"Incident {incident_id} is not diagnosed yet. Try again in a moment.")
    since = diagnosis["created_at"] - SAME_FAILURE
    captured_for = captured_for_mirror(mirror_id) if mirror_id else None
    rows = await db.fetch(
        EVIDENCE, incident_id, diagnosis["evidence_ids"], since, MOST, captured_for
    )
    return Subject(
        workload=workload_of(incident),
        causes=CAUSES.validate_python(diagnosis["causes"]),
        unavailable=diagnosis["unavailable"],
        evidence=[_item(row, evidence) for row in rows],
    )


def captured_for_mirror(mirror_id: str) -> str:
    """How the names of a mirror's captures begin."""
    return f"mirror/{mirror_id}/"


def _item(row: Any, evidence: Cipher) -> Item:
    return Item(
        id=str(row["id"]),
        kind=row["kind"],
        subject=row["subject"],
        text=evidence.open(row["sealed"], row["id"].bytes).decode(),
        container=row["container"],
        stream=row["stream"],
        captured_at=row["captured_at"],
        truncated=row["truncated"],
    )
