"""Accounts: made, read, changed, removed. An admin who can sign in is always left."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg import UniqueViolationError

from kure.adapters.postgres.events import NewEvent, emit
from kure.adapters.postgres.pool import Connection, Db
from kure.contracts.access import User
from kure.domain.access.roles import Role
from kure.errors import Conflict, NotFound
from kure.ids import new_id

COLUMNS = "id, name, role, scopes, issuer IS NULL AS local, version, created_at, signed_in_at"
ADD = """
    INSERT INTO users (id, name, password, role, scopes, created_at)
    VALUES ($1, $2, $3, $4, $5, $6)
"""
LIST = f"SELECT {COLUMNS} FROM users ORDER BY lower(name)"
READ = f"SELECT {COLUMNS} FROM users WHERE id = $1"
LOCK = f"SELECT {COLUMNS} FROM users WHERE id = $1 FOR UPDATE"
# Locked in order, so that two admins who lower each other do so one after the other.
ADMINS = "SELECT id FROM users WHERE role = 'admin' AND issuer IS NULL ORDER BY id FOR UPDATE"
CREDENTIALS = "SELECT id, name, password FROM users WHERE lower(name) = lower($1)"
CHANGE = "UPDATE users SET role = $2, scopes = $3, version = version + 1 WHERE id = $1"
NAMED = "SELECT id, name, role, scopes FROM users WHERE id = $1"
# A person in a session or by a token: an account of the provider (`u`) is believed for so long.
BELIEVED = "(u.issuer IS NULL OR u.claims_read_at > {0})"
END_SESSIONS = "DELETE FROM sessions WHERE user_id = $1"


@dataclass(frozen=True)
class Credentials:
    """What signing in needs of an account. `password` is the stored hash; None has none."""

    id: UUID
    name: str
    password: str | None


@dataclass(frozen=True)
class NewUser:
    """An account to be made; `password` is hashed already."""

    name: str
    password: str | None
    role: Role
    scopes: list[str]


async def add(connection: Connection, user: NewUser, now: datetime) -> UUID:
    """Make an account. Conflict where the name is taken."""
    id_ = new_id()
    try:
        await connection.execute(
            ADD, id_, user.name, user.password, user.role.value, user.scopes, now
        )
    except UniqueViolationError as error:
        raise Conflict(f"There is an account {user.name!r} already; take another name.") from error
    return id_


async def exist(db: Db) -> bool:
    """Whether there is any account that signs in here, so not through an identity provider."""
    return bool(await db.fetchval("SELECT EXISTS (SELECT FROM users WHERE issuer IS NULL)"))


async def everyone(db: Db) -> list[User]:
    """All accounts by name."""
    return [_user(row) for row in await db.fetch(LIST)]


async def read(db: Db, user_id: UUID) -> User:
    """NotFound where there is none such."""
    return _found(await db.fetchrow(READ, user_id), user_id)


async def credentials(db: Db, name: str) -> Credentials | None:
    """What is needed to sign in under that name, however it is capitalised."""
    row = await db.fetchrow(CREDENTIALS, name)
    return Credentials(**dict(row)) if row else None


async def change(
    connection: Connection,
    user_id: UUID,
    role: Role,
    scopes: list[str],
    version: int,
    now: datetime,
) -> User:
    """Another role or other scopes; every session of the account ends. Conflict for a stale
    version, for the last admin, and for an account of the identity provider."""
    admins = await _admins(connection)
    user = _found(await connection.fetchrow(LOCK, user_id), user_id)
    _check_version(user, version)
    if not user.local:
        raise Conflict(
            f"{user.name} signs in through the identity provider, and may do what its groups there "
            "grant (KURE_OIDC_GROUPS). Change its groups."
        )
    if role is not Role.ADMIN:
        _check_last(user, admins)
    await connection.execute(CHANGE, user_id, role.value, scopes)
    await end_sessions(connection, user_id, now)
    return await read(connection, user_id)


async def remove(connection: Connection, user_id: UUID, version: int, now: datetime) -> User:
    """Remove an account with all that signs it in. Conflict for a stale version and for the last
    admin."""
    admins = await _admins(connection)
    user = _found(await connection.fetchrow(LOCK, user_id), user_id)
    _check_version(user, version)
    _check_last(user, admins)
    await connection.execute("DELETE FROM users WHERE id = $1", user_id)
    await tell(connection, user_id, now)
    return user


async def set_password(connection: Connection, user_id: UUID, password: str) -> None:
    """Keep the hash of a new password."""
    await connection.execute("UPDATE users SET password = $2 WHERE id = $1", user_id, password)


async def end_sessions(
    connection: Connection, user_id: UUID, now: datetime, keep: UUID | None = None
) -> None:
    """Sign an account out everywhere, but in session `keep`; its streams are told."""
    if keep is None:
        await connection.execute(END_SESSIONS, user_id)
    else:
        await connection.execute(f"{END_SESSIONS} AND id <> $2", user_id, keep)
    await tell(connection, user_id, now)


async def tell(connection: Connection, user_id: UUID, now: datetime) -> None:
    """Tell the streams of an account that what it may has changed."""
    await emit(connection, now, NewEvent("access.changed", "user", str(user_id)))


async def _admins(connection: Connection) -> set[str]:
    return {str(row["id"]) for row in await connection.fetch(ADMINS)}


def _check_last(user: User, admins: set[str]) -> None:
    if admins == {user.id}:
        raise Conflict(f"{user.name} is the last admin who signs in here. Make another one first.")


def _check_version(user: User, version: int) -> None:
    if user.version != version:
        raise Conflict(
            f"The account {user.name} has changed meanwhile: it is in version {user.version}, you "
            f"saw {version}. Look at it again, then decide."
        )


def _found(row: Any, user_id: UUID) -> User:
    if row is None:
        raise NotFound(f"There is no account {user_id}.")
    return _user(row)


def _user(row: Any) -> User:
    return User.model_validate(dict(row) | {"id": str(row["id"])})
