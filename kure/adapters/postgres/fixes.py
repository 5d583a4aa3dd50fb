"""Proposed fixes: each is stored once, told apart by what it does, so that its proof stays with
it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
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


@dataclass(frozen=True)
class Fix:
    """What is proposed: operations of rules or of a model, or a pod manifest that somebody has
    edited (redacted, as it was shown). `digest` tells what it does. `manifest` and `diff` show what
    a model's makes of the workload, redacted; '' where that was not kept."""

    source: Literal["rules", "edited", "model"]
    title: str
    digest: str
    operations: tuple[Operation, ...] = ()
    edited: str = ""
    manifest: str = ""
    diff: str = ""

    @property
    def secret(self) -> str:
        """What of it is stored sealed."""
        if self.source == "edited":
            return self.edited
        told = {"manifest": self.manifest, "diff": self.diff}
        return json.dumps(told) if any(told.values()) else ""


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
    sealed = cipher.seal(fix.secret.encode(), new.bytes) if fix.secret else None
    stored: UUID = await connection.fetchval(
        REMEMBER, new, incident_id, fix.digest, fix.source, fix.title, as_json(fix.operations),
        sealed, by, now,
    )  # fmt: skip
    return stored


async def read(db: Db, cipher: Cipher, incident_id: UUID, fix_id: UUID) -> Fix:
    """NotFound where that incident has no such fix."""
    row = await db.fetchrow(READ, fix_id, incident_id)
    if row is None:
        raise NotFound(f"Incident {incident_id} has no fix {fix_id}.")
    return fix_of(row, cipher, fix_id)


def fix_of(row: Any, cipher: Cipher, fix_id: UUID) -> Fix:
    """A fix from the columns of its row."""
    operations = tuple(OPERATIONS.validate_python(row["operations"]))
    fix = Fix(row["source"], row["title"], row["digest"], operations)
    if row["sealed"] is None:
        return fix
    secret = cipher.open(row["sealed"], fix_id.bytes).decode()
    return (
        replace(fix, edited=secret)
        if fix.source == "edited"
        else replace(fix, **json.loads(secret))
    )
