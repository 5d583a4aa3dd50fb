"""One-time codes: for an hour, once. One makes the first admin, another signs an account in."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kure.adapters.crypto import digest
from kure.adapters.postgres import audit
from kure.adapters.postgres.access import users
from kure.adapters.postgres.pool import Connection, open_pool, transaction
from kure.errors import Conflict, NotSignedIn

LIFE = timedelta(hours=1)
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that is read as another
GROUPS, LENGTH = 5, 5

ADD = "INSERT INTO one_time_codes (hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)"
TIDY = "DELETE FROM one_time_codes WHERE expires_at <= $1"
USE = """
    UPDATE one_time_codes SET used_at = $2
    WHERE hash = $1 AND used_at IS NULL AND expires_at > $2 RETURNING user_id
"""
WRONG = (
    "That code is not right, was used already or is over an hour old. "
    "`kure admin-code` makes another one; `kure demo` prints one at each start."
)


@dataclass(frozen=True)
class Used:
    """A code that was right: whom it signs in, or None where it makes an admin."""

    user_id: UUID | None


async def make(connection: Connection, now: datetime, user_id: UUID | None = None) -> str:
    """A fresh code. With a user it signs in as that one."""
    letters = [secrets.choice(LETTERS) for _ in range(GROUPS * LENGTH)]
    code = "".join(letters)
    await connection.execute(TIDY, now)
    await connection.execute(ADD, digest(code), user_id, now, now + LIFE)
    return "-".join(code[n : n + LENGTH] for n in range(0, len(code), LENGTH))


async def make_code(url: str, now: datetime, *, again: bool) -> str:
    """A fresh code that makes an admin. Conflict where there are accounts, unless `again`."""
    pool = await open_pool(url, 1)
    try:
        async with transaction(pool) as connection:
            if not again and await users.exist(connection):
                raise Conflict(
                    "There are accounts already: an admin can invite you, on the dashboard. "
                    "Where no admin can sign in any more, say --again"
                )
            code = await make(connection, now)
            detail = {"again": again}
            await audit.write(connection, now, "a shell", "make_code", "", "done", detail)
    finally:
        await pool.close()
    return code


async def use(connection: Connection, code: str, now: datetime) -> Used:
    """Use a code up, in the transaction of what it is used for. NotSignedIn for a wrong one."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    row = await connection.fetchrow(USE, digest(plain), now)
    if row is None:
        raise NotSignedIn(WRONG)
    return Used(row["user_id"])
