"""How often somebody tried to sign in, for each account and each address, in all API processes."""

from datetime import datetime, timedelta
from math import ceil

from kure.adapters.postgres.pool import Db, Pool, transaction
from kure.errors import TooOften

WINDOW = timedelta(minutes=5)
MOST = {"account": 10, "address": 30}

# Counted before the password is looked at, so that tries at the same moment count as well.
TAKE = """
    INSERT INTO sign_in_tries (kind, key, tries, until) VALUES ($1, $2, 1, $4)
    ON CONFLICT (kind, key) DO UPDATE SET
        tries = CASE WHEN sign_in_tries.until <= $3 THEN 1
                     ELSE least(sign_in_tries.tries + 1, 1000000) END,
        until = CASE WHEN sign_in_tries.until <= $3 THEN $4 ELSE sign_in_tries.until END
    RETURNING tries, until
"""
TIDY = "DELETE FROM sign_in_tries WHERE until <= $1"
GIVE_BACK = """
    UPDATE sign_in_tries SET tries = CASE WHEN kind = 'account' THEN 0 ELSE greatest(tries - 1, 0)
    END WHERE (kind, key) IN (('address', $1), ('account', $2))
"""


async def take(pool: Pool, address: str, account: str, now: datetime) -> None:
    """Count one try. TooOften where there were too many from the address, or for the account; an
    address that is refused adds nothing to an account. An empty account counts for none."""
    async with transaction(pool) as connection:
        await connection.execute(TIDY, now)
        wait = await _take(connection, "address", address, now)
        if wait is None and account:
            wait = await _take(connection, "account", account.lower(), now)
    if wait is not None:
        seconds = max(1, ceil(wait.total_seconds()))
        raise TooOften(f"Too many tries to sign in. Try again in {seconds} s.", seconds)


async def succeeded(db: Db, address: str, account: str) -> None:
    """Take back what a right password was counted as, and forget the account's wrong ones."""
    await db.execute(GIVE_BACK, address, account.lower())


async def _take(db: Db, kind: str, key: str, now: datetime) -> timedelta | None:
    row = await db.fetchrow(TAKE, kind, key, now, now + WINDOW)
    assert row is not None, "an upsert always yields its row"
    return row["until"] - now if row["tries"] > MOST[kind] else None
