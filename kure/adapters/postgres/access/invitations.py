"""Invitations: whoever has its text may make one account, with the role and scopes it says."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kure.adapters.crypto import digest
from kure.adapters.postgres.pool import Connection, Db
from kure.contracts.access import Invitation
from kure.domain.access.roles import Role
from kure.errors import NotFound, NotSignedIn
from kure.ids import new_id

COLUMNS = "id, note, role, scopes, created_by, created_at, expires_at, used_at, used_by"
ADD = f"""
    INSERT INTO invitations (id, hash, note, role, scopes, created_by, created_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING {COLUMNS}
"""
LIST = f"SELECT {COLUMNS} FROM invitations ORDER BY created_at DESC, id DESC LIMIT 500"
USE = """
    UPDATE invitations SET used_at = $2, used_by = $3
    WHERE hash = $1 AND used_at IS NULL AND (expires_at IS NULL OR expires_at > $2)
    RETURNING role, scopes
"""
REMOVE = "DELETE FROM invitations WHERE id = $1 RETURNING note"


@dataclass(frozen=True)
class NewInvitation:
    """An invitation to be made."""

    note: str
    role: Role
    scopes: list[str]
    expires_at: datetime | None


async def add(
    connection: Connection, new: NewInvitation, secret: str, by: str, now: datetime
) -> Invitation:
    """Keep an invitation."""
    row = await connection.fetchrow(
        ADD, new_id(), digest(secret), new.note, new.role.value, new.scopes, by, now, new.expires_at
    )
    return _invitation(row)


async def everyone(db: Db) -> list[Invitation]:
    """All invitations, newest first."""
    return [_invitation(row) for row in await db.fetch(LIST)]


async def use(
    connection: Connection, secret: str, name: str, now: datetime
) -> tuple[Role, list[str]]:
    """Use an invitation up, in the transaction that makes the account. NotSignedIn where there is
    none such, or it was used, withdrawn, or is too old."""
    row = await connection.fetchrow(USE, digest(secret), now, name)
    if row is None:
        raise NotSignedIn(
            "This invitation is not right, was used already, withdrawn, or is too old. "
            "Ask whoever invited you for another one."
        )
    return Role(row["role"]), list(row["scopes"])


async def remove(connection: Connection, invitation_id: UUID) -> str:
    """Withdraw an invitation; returns its note. NotFound where there is none such."""
    note = await connection.fetchval(REMOVE, invitation_id)
    if note is None:
        raise NotFound(f"There is no invitation {invitation_id}.")
    return str(note)


def _invitation(row: Any) -> Invitation:
    return Invitation.model_validate(dict(row) | {"id": str(row["id"])})
