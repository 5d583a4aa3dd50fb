"""Proposed fixes: each is stored once, told apart by what it does, so that its proof stays with
it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import TypeAdapter

from kure.adapters.crypto import Cipher
from kure.adapters.postgres.pool import Connection, Db
from kure.domain.diagnosis.fixes import Operation
from kure.errors import NotFound
from kure.ids import new_id

OPERATIONS = TypeAdapter(list[Operation])

# The first one stored stands; whoever proposed it first is named. What rules propose as well is
# theirs: it may do more than a model's.
REMEMBER = """
    INSERT INTO fixes (id, incident_id, digest, source, title, operations, sealed, created_by,
                       created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (incident_id, digest) DO UPDATE
        SET source = CASE WHEN excluded.source = 'rules' THEN 'rules' ELSE fixes.source END
    RETURNING id
"""
# What is only on its way, see `drafts`.
DRAFT = "digest LIKE 'draft/%'"
READ = f"SELECT * FROM fixes WHERE id = $1 AND incident_id = $2 AND NOT {DRAFT}"


NEWEST_OF_MODEL = """
    SELECT f.*, i.answer -> 'fix' ->> 'explanation' AS explanation,
        i.answer -> 'fix' ->> 'risk' AS risk, i.fix_checked
    FROM investigations i JOIN fixes f ON f.id = i.fix_id
    WHERE i.incident_id = $1 AND i.state = 'answered' AND ($2::uuid IS NULL OR f.id = $2)
    ORDER BY i.created_at DESC, i.id DESC LIMIT 1
"""


@dataclass(frozen=True)
class Words:
    """What a model says of its fix, and how far it was tried."""

    explanation: str
    risk: str
    checked: str


@dataclass(frozen=True)
class Fix:
    """What is proposed: operations of rules or of a model, or a pod manifest that somebody has
    edited (redacted, as it was shown). `digest` tells what it does."""

    source: Literal["rules", "edited", "model"]
    title: str
    digest: str
    operations: tuple[Operation, ...] = ()
    edited: str = ""


def of_operations(
    title: str, operations: Sequence[Operation], source: Literal["rules", "model"] = "rules"
) -> Fix:
    """A fix that rules propose, or a model."""
    told = json.dumps(as_json(operations), sort_keys=True)
    digest = hashlib.sha256(told.encode()).hexdigest()
    return Fix(source, title, digest, tuple(operations))


def as_json(operations: Sequence[Operation]) -> Any:
    """Operations as they are stored."""
    return OPERATIONS.dump_python(list(operations), mode="json")


async def remember(
    connection: Connection, cipher: Cipher, incident_id: UUID, fix: Fix, by: str, now: datetime
) -> UUID:
    """Store a fix, or find it stored; returns its id."""
    new = new_id()
    sealed = cipher.seal(fix.edited.encode(), new.bytes) if fix.source == "edited" else None
    stored: UUID = await connection.fetchval(
        REMEMBER, new, incident_id, fix.digest, fix.source, fix.title, as_json(fix.operations),
        sealed, by, now,
    )  # fmt: skip
    return stored


async def of_model(
    db: Db, cipher: Cipher, incident_id: UUID, fix_id: UUID | None = None
) -> tuple[Fix, Words] | None:
    """The newest fix of a model for an incident, or that one, with what the model said of it; None
    where there is none such."""
    row = await db.fetchrow(NEWEST_OF_MODEL, incident_id, fix_id)
    if row is None:
        return None
    words = Words(row["explanation"] or "", row["risk"] or "", row["fix_checked"])
    return fix_of(row, cipher, row["id"]), words


async def read(db: Db, cipher: Cipher, incident_id: UUID, fix_id: UUID) -> Fix:
    """NotFound where that incident has no such fix."""
    row = await db.fetchrow(READ, fix_id, incident_id)
    if row is None:
        raise NotFound(f"Incident {incident_id} has no fix {fix_id}.")
    return fix_of(row, cipher, fix_id)


def fix_of(row: Any, cipher: Cipher, fix_id: UUID) -> Fix:
    """A fix from the columns of its row."""
    edited = cipher.open(row["sealed"], fix_id.bytes).decode() if row["sealed"] else ""
    operations = tuple(OPERATIONS.validate_python(row["operations"]))
    return Fix(row["source"], row["title"], row["digest"], operations, edited)
