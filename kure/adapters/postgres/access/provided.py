"""Accounts of an identity provider: let in, changed as their groups change, and read again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from asyncpg import UniqueViolationError

from kure.adapters.crypto import digest
from kure.adapters.postgres import audit
from kure.adapters.postgres.access import users
from kure.adapters.postgres.access.sessions import IDLE
from kure.adapters.postgres.pool import Connection, Db, Pool
from kure.domain.access.groups import LONGEST_NAME, READ_EVERY, Grant
from kure.errors import Conflict
from kure.ids import new_id

# What refresh tokens are sealed for; each with its account's id.
PURPOSE = "oidc/refresh"
ACTOR = "identity provider"
AGAIN = timedelta(minutes=2)
AT_ONCE = 20

LOCK = "SELECT id, name, role, scopes FROM users WHERE issuer = $1 AND subject = $2 FOR UPDATE"
ADD = """
    INSERT INTO users (id, name, issuer, subject, role, scopes, created_at, claims_read_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT (issuer, subject) DO NOTHING
"""
READ = "UPDATE users SET claims_read_at = $2 WHERE id = $1"
CHANGE = "UPDATE users SET role = $2, scopes = $3, version = version + 1 WHERE id = $1"
KEEP = "UPDATE sessions SET refresh_token = $2, claims_due_at = $3 WHERE hash = $1"
SHORTEN = "UPDATE sessions SET expires_at = least(expires_at, $2) WHERE hash = $1"
# Whoever takes one has two minutes before another may try: a provider that hangs is asked by one.
DUE = """
    UPDATE sessions s SET claims_due_at = $4 FROM users u WHERE u.id = s.user_id AND s.id IN (
        SELECT d.id FROM sessions d JOIN users o ON o.id = d.user_id
        WHERE d.claims_due_at <= $2 AND o.issuer = $1 AND d.expires_at > $2 AND d.seen_at > $3
        ORDER BY d.claims_due_at LIMIT $5 FOR UPDATE OF d SKIP LOCKED
    ) RETURNING s.id, s.user_id, s.refresh_token, u.subject
"""
RENEW = "UPDATE sessions SET refresh_token = $2, claims_due_at = $3 WHERE id = $1"
END = "DELETE FROM sessions WHERE id = $1"
ISSUER = "SELECT issuer FROM users WHERE id = $1"


@dataclass(frozen=True)
class Identity:
    """Whom the provider means; `name` is what it calls them, and proves nothing."""

    issuer: str
    subject: str
    name: str


@dataclass(frozen=True)
class Due:
    """A session whose account is to be read again. `sealed` is its refresh token, encrypted."""

    session_id: UUID
    user_id: UUID
    subject: str
    sealed: bytes = field(repr=False)


async def admit(
    connection: Connection, identity: Identity, grant: Grant, now: datetime
) -> tuple[UUID, str]:
    """The account of an identity, made where there is none, with what it is granted now; returns
    its id and its name here. Where that has changed, its sessions end."""
    row = await connection.fetchrow(LOCK, identity.issuer, identity.subject)
    if row is None:
        await _add(connection, identity, grant, now)
        row = await connection.fetchrow(LOCK, identity.issuer, identity.subject)
    await _change(connection, row, grant, now)
    return row["id"], row["name"]


async def keep(
    connection: Connection,
    secret: str,
    sealed: bytes | None,
    lasts: timedelta | None,
    now: datetime,
) -> None:
    """Keep a session's refresh token. Without one the account cannot be read again: the session
    ends when that would be due."""
    if sealed is None:
        await connection.execute(SHORTEN, digest(secret), now + READ_EVERY)
    else:
        await connection.execute(KEEP, digest(secret), sealed, _next(lasts, now))


async def take_due(pool: Pool, issuer: str, now: datetime) -> Sequence[Due]:
    """Some of the sessions whose accounts are to be read again. They are due again soon, unless
    `renew` or `end` follows."""
    rows = await pool.fetch(DUE, issuer, now, now - IDLE, now + AGAIN, AT_ONCE)
    return [Due(row["id"], row["user_id"], row["subject"], row["refresh_token"]) for row in rows]


async def renew(
    connection: Connection,
    due: Due,
    grant: Grant | None,
    kept: tuple[bytes, timedelta | None],
    now: datetime,
) -> None:
    """Note what was read again. Where the account may do something else now, or nothing any more,
    all its sessions end; `kept` is the sealed refresh token for the next time."""
    row = await connection.fetchrow(f"{users.NAMED} FOR UPDATE", due.user_id)
    if row is None:
        return
    if grant is None:
        await connection.execute(READ, due.user_id, None)
        await _note(
            connection, row, "lose_access", {"why": "none of its groups grants anything"}, now
        )
        await users.end_sessions(connection, due.user_id, now)
        return
    await _change(connection, row, grant, now)
    sealed, lasts = kept
    await connection.execute(RENEW, due.session_id, sealed, _next(lasts, now))


async def issuer_of(db: Db, user_id: UUID) -> str | None:
    """Through which provider an account signs in; None where through none."""
    issuer: str | None = await db.fetchval(ISSUER, user_id)
    return issuer


async def end(connection: Connection, due: Due, why: str, now: datetime) -> None:
    """End a session of which the provider says no more."""
    row = await connection.fetchrow(users.NAMED, due.user_id)
    if row is not None and await connection.fetchval(END + " RETURNING id", due.session_id):
        await _note(connection, row, "sign-out", {"why": why[:200]}, now)
        await users.tell(connection, due.user_id, now)


async def _add(connection: Connection, identity: Identity, grant: Grant, now: datetime) -> None:
    """A name that is taken gets an ending that follows from who it is: nobody passes for another
    by what the provider calls them."""
    ending = sha256(f"{identity.issuer}\n{identity.subject}".encode()).hexdigest()[:12]
    longest = LONGEST_NAME - len(ending) - 1
    for name in (identity.name, f"{identity.name[:longest]}-{ending}"):
        try:
            async with connection.transaction():
                id_, role, scopes = new_id(), grant.role.value, list(grant.scopes)
                await connection.execute(
                    ADD, id_, name, identity.issuer, identity.subject, role, scopes, now
                )
        except UniqueViolationError:
            continue
        return
    raise Conflict(f"There are accounts {identity.name!r} and the like already.")


async def _change(connection: Connection, row: Any, grant: Grant, now: datetime) -> None:
    await connection.execute(READ, row["id"], now)
    before = {"role": row["role"], "scopes": sorted(row["scopes"])}
    after = {"role": grant.role.value, "scopes": sorted(grant.scopes)}
    if before != after:
        await connection.execute(CHANGE, row["id"], grant.role.value, list(grant.scopes))
        await _note(connection, row, "change_user", {"from": before, "to": after}, now)
        await users.end_sessions(connection, row["id"], now)


async def _note(
    connection: Connection, row: Any, action: str, detail: dict[str, Any], now: datetime
) -> None:
    target, told = f"user/{row['id']}", {"name": row["name"]} | detail
    await audit.write(connection, now, ACTOR, action, target, "done", told)


def _next(lasts: timedelta | None, now: datetime) -> datetime:
    """When to read again: hourly, or sooner where the refresh token does not last so long."""
    return now + (READ_EVERY if lasts is None else min(READ_EVERY, lasts / 2))
