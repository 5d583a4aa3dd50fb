"""Sessions of browsers: begun, recognised, listed, ended."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kure.adapters.crypto import digest
from kure.adapters.postgres.access.users import BELIEVED
from kure.adapters.postgres.events import NewEvent, emit
from kure.adapters.postgres.pool import Connection, Db
from kure.contracts.access import Session
from kure.domain.access import groups
from kure.domain.access.person import Person
from kure.domain.access.roles import Role
from kure.domain.access.scopes import Scopes
from kure.errors import NotFound, NotSignedIn
from kure.ids import new_id

LIFE = timedelta(days=14)
IDLE = timedelta(days=3)
NOTED = timedelta(minutes=1)
MOST = 50

BEGIN = """
    INSERT INTO sessions (id, user_id, hash, created_at, seen_at, expires_at, address, browser)
    SELECT $1, id, $3, $4, $4, $5, $6, $7 FROM users WHERE id = $2 RETURNING id
"""
# The oldest give way, and those of anybody that have ended are forgotten.
TIDY = """
    DELETE FROM sessions WHERE expires_at <= $2 OR seen_at <= $3 OR id IN (
        SELECT id FROM sessions WHERE user_id = $1 ORDER BY seen_at DESC OFFSET $4
    )
"""
WHO = f"""
    SELECT s.id AS session_id, s.expires_at, s.seen_at, u.id, u.name, u.role, u.scopes
    FROM sessions s JOIN users u ON u.id = s.user_id
    WHERE s.hash = $1 AND s.expires_at > $2 AND s.seen_at > $3 AND {BELIEVED.format("$4")}
"""
SEEN = "UPDATE sessions SET seen_at = $2, address = $3 WHERE id = $1 AND seen_at < $2"
LIVES = f"""
    SELECT EXISTS (
        SELECT FROM sessions s JOIN users u ON u.id = s.user_id
        WHERE s.id = $1 AND s.expires_at > $2 AND {BELIEVED.format("$3")}
    )
"""
LIST = """
    SELECT id, created_at, seen_at, expires_at, address, browser FROM sessions
    WHERE user_id = $1 AND expires_at > $2 AND seen_at > $3 ORDER BY seen_at DESC
"""
END = "DELETE FROM sessions WHERE id = $1 AND user_id = $2 RETURNING id"


async def begin(
    connection: Connection, user_id: UUID, secret: str, now: datetime, address: str, browser: str
) -> UUID:
    """Begin a session that `secret` opens, within the caller's transaction. NotSignedIn where the
    account has just been removed."""
    await connection.execute(TIDY, user_id, now, now - IDLE, MOST - 1)
    id_: UUID | None = await connection.fetchval(
        BEGIN, new_id(), user_id, digest(secret), now, now + LIFE, address, browser[:200]
    )
    if id_ is None:
        raise NotSignedIn("This account was removed.")
    await connection.execute("UPDATE users SET signed_in_at = $2 WHERE id = $1", user_id, now)
    return id_


async def person(db: Db, secret: str, now: datetime, address: str) -> Person | None:
    """Whose session it is; None where it is nobody's, has ended, or belongs to an account of which
    the identity provider has said nothing for too long."""
    row = await db.fetchrow(WHO, digest(secret), now, now - IDLE, now - groups.BELIEVED)
    if row is None:
        return None
    if now - row["seen_at"] > NOTED:
        await db.execute(SEEN, row["session_id"], now, address)
    return Person(
        id=row["id"],
        name=row["name"],
        role=Role(row["role"]),
        scopes=Scopes.of(row["scopes"]),
        key=f"session/{row['session_id']}",
        until=row["expires_at"],
    )


async def of_user(db: Db, person: Person, now: datetime) -> list[Session]:
    """The sessions of a person, the one used last first."""
    rows = await db.fetch(LIST, person.id, now, now - IDLE)
    return [_session(row, person) for row in rows]


async def end(connection: Connection, person: Person, session_id: UUID, now: datetime) -> None:
    """End one of a person's own sessions. NotFound where it is none of theirs."""
    if await connection.fetchval(END, session_id, person.id) is None:
        raise NotFound(f"You have no session {session_id}.")
    await emit(connection, now, NewEvent("access.changed", "user", str(person.id)))


async def lives(db: Db, session_id: UUID, now: datetime) -> bool:
    """Whether a session has not ended."""
    return bool(await db.fetchval(LIVES, session_id, now, now - groups.BELIEVED))


def _session(row: Any, person: Person) -> Session:
    id_ = str(row["id"])
    current = person.key == f"session/{id_}"
    return Session.model_validate(dict(row) | {"id": id_, "current": current})
