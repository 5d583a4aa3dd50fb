"""Settings that an admin changes while Kure runs: a JSON value by name, with its version."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kure.adapters.postgres.audit import write
from kure.adapters.postgres.events import NewEvent, emit
from kure.adapters.postgres.pool import Db, Pool, transaction
from kure.domain.differences import differences
from kure.errors import Conflict

READ = """
    SELECT name, value, version, changed_by, changed_at FROM admin_config WHERE name = ANY($1)
"""
# The whole check is here: of two changes made from one version the second finds another one.
CHANGE = """
    INSERT INTO admin_config (name, value, version, changed_by, changed_at)
    SELECT $1, $2, 1, $4, $5
    WHERE $3::bigint = 0 OR EXISTS (SELECT FROM admin_config WHERE name = $1)
    ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value, version = admin_config.version + 1,
        changed_by = EXCLUDED.changed_by, changed_at = EXCLUDED.changed_at
    WHERE admin_config.version = $3
    RETURNING version
"""
TOPIC = "settings.changed"
# A version as PostgreSQL's bigint can hold it.
LARGEST = 2**63 - 1


@dataclass(frozen=True)
class Stored:
    """A setting that somebody has changed."""

    value: dict[str, Any]
    version: int
    changed_by: str
    changed_at: datetime


async def read(db: Db, *names: str) -> dict[str, Stored]:
    """Those of the named settings that were ever changed."""
    rows = await db.fetch(READ, list(names))
    return {
        row["name"]: Stored(row["value"], row["version"], row["changed_by"], row["changed_at"])
        for row in rows
    }


@dataclass(frozen=True)
class Sealing:
    """How a stored value is opened, to see what of it was changed, and the names of the fields of
    which nothing more than that is noted."""

    opened: Callable[[dict[str, Any]], dict[str, Any]]
    secret: frozenset[str]


NOTHING_SEALED = Sealing(lambda value: value, frozenset())


async def change(
    pool: Pool,
    name: str,
    value: dict[str, Any],
    version: int,
    by: str,
    now: datetime,
    sealing: Sealing = NOTHING_SEALED,
) -> Stored:
    """Store a value made from a version of the setting (0: never changed), and note in the audit
    log what of it is another. Conflict where somebody else was faster."""
    async with transaction(pool) as connection:
        before = (await read(connection, name)).get(name)
        asked = min(version, LARGEST)  # a version that no setting has: not the newest either
        new = await connection.fetchval(CHANGE, name, value, asked, by, now)
        if new is not None:
            old = sealing.opened(before.value) if before else None
            detail = differences(old, sealing.opened(value), sealing.secret)
            await write(connection, now, by, "setting.change", f"setting/{name}", "done", detail)
            told = NewEvent(TOPIC, "setting", name, version=new, payload={"key": name})
            await emit(connection, now, told)
            return Stored(value, new, by, now)
    current = before.version if before else 0
    raise Conflict(
        f"The setting {name} was changed meanwhile: it is at version {current}, and this change "
        f"was made from {version}. Read it again, then decide."
    )
