"""API tokens of people: what programs show instead of a cookie."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from asyncpg import UniqueViolationError

from kure.adapters.crypto import digest
from kure.adapters.postgres.access.users import BELIEVED
from kure.adapters.postgres.pool import Connection, Db
from kure.contracts.access import ApiToken
from kure.domain.access import groups
from kure.domain.access.person import Person
from kure.domain.access.roles import Role, lesser
from kure.domain.access.scopes import Scopes
from kure.errors import Conflict, NotFound
from kure.ids import new_id

NOTED = timedelta(minutes=1)
MOST = 100

COLUMNS = "id, name, role, scopes, created_at, expires_at, used_at"
ADD = f"""
    INSERT INTO tokens (id, user_id, name, hash, role, scopes, created_at, expires_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING {COLUMNS}
"""
FORGET = "DELETE FROM tokens WHERE user_id = $1 AND (expires_at <= $2 OR name = $3)"
LIST = f"SELECT {COLUMNS} FROM tokens WHERE user_id = $1 ORDER BY created_at DESC"
END = "DELETE FROM tokens WHERE id = $1 AND user_id = $2 RETURNING name"
WHO = f"""
    SELECT t.id AS token_id, t.expires_at, t.used_at, t.role AS token_role,
        t.scopes AS token_scopes, u.id, u.name, u.role, u.scopes
    FROM tokens t JOIN users u ON u.id = t.user_id
    WHERE t.hash = $1 AND t.expires_at > $2 AND {BELIEVED.format("$3")}
"""
USED = "UPDATE tokens SET used_at = $2 WHERE id = $1"
LIVES = f"""
    SELECT EXISTS (
        SELECT FROM tokens t JOIN users u ON u.id = t.user_id
        WHERE t.id = $1 AND t.expires_at > $2 AND {BELIEVED.format("$3")}
    )
"""


@dataclass(frozen=True)
class NewToken:
    """A token to be made."""

    name: str
    role: Role
    scopes: list[str]
    expires_at: datetime


async def add(
    connection: Connection, user_id: UUID, token: NewToken, secret: str, now: datetime
) -> ApiToken:
    """Keep a token of a person. Conflict where they have one of that name, or too many."""
    if await connection.fetchval("SELECT count(*) FROM tokens WHERE user_id = $1", user_id) >= MOST:
        raise Conflict(f"You have {MOST} tokens, the most there may be. End one first.")
    try:
        row = await connection.fetchrow(
            ADD, new_id(), user_id, token.name, digest(secret), token.role.value, token.scopes,
            now, token.expires_at,
        )  # fmt: skip
    except UniqueViolationError as error:
        raise Conflict(f"You have a token {token.name!r} already; take another name.") from error
    return _token(row)


async def forget(connection: Connection, user_id: UUID, name: str, now: datetime) -> None:
    """Forget a person's token of that name, and those that have ended."""
    await connection.execute(FORGET, user_id, now, name)


async def person(db: Db, secret: str, now: datetime) -> Person | None:
    """Whose token it is, with the rights that both it and its owner have; None where nobody's."""
    row = await db.fetchrow(WHO, digest(secret), now, now - groups.BELIEVED)
    if row is None:
        return None
    if row["used_at"] is None or now - row["used_at"] > NOTED:
        await db.execute(USED, row["token_id"], now)
    return Person(
        id=row["id"],
        name=row["name"],
        role=lesser(Role(row["token_role"]), Role(row["role"])),
        scopes=Scopes.of(row["scopes"]) & Scopes.of(row["token_scopes"]),
        key=f"token/{row['token_id']}",
        until=row["expires_at"],
    )


async def of_user(db: Db, user_id: UUID) -> list[ApiToken]:
    """The tokens of a person, newest first."""
    return [_token(row) for row in await db.fetch(LIST, user_id)]


async def end(connection: Connection, user_id: UUID, token_id: UUID) -> str:
    """End one of a person's own tokens; returns its name. NotFound where it is none of theirs."""
    name = await connection.fetchval(END, token_id, user_id)
    if name is None:
        raise NotFound(f"You have no token {token_id}.")
    return str(name)


async def lives(db: Db, token_id: UUID, now: datetime) -> bool:
    """Whether a token has not ended."""
    return bool(await db.fetchval(LIVES, token_id, now, now - groups.BELIEVED))


def _token(row: Any) -> ApiToken:
    return ApiToken.model_validate(dict(row) | {"id": str(row["id"])})
