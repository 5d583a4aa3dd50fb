"""Bring the schema up to date with Alembic, one process at a time, and tell which one is there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from kure.adapters.postgres.pool import Db
from kure.errors import DatabaseUnavailable, Misconfigured

HERE = Path(__file__).parent / "migrations"

# Any number that nothing else in the database uses; session-level, so a killed migration frees it.
MIGRATION_LOCK = 0x6B757265
# A change of a table waits for whoever works with it, and everybody else waits behind the change:
# so it waits for a moment only, lets them pass, and tries again.
LOCK_MS = 3000
TRIES = 20
# What PostgreSQL ends such a wait with: the time is over, or each has what the other one waits for.
IN_THE_WAY = {"55P03": "lock_not_available", "40P01": "deadlock_detected"}


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    return config


def head() -> str:
    """The schema that this release writes."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def _upgrade(connection: Connection, to: str) -> None:
    config = _config()
    config.attributes["connection"] = connection
    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
    connection.commit()
    try:
        for _ in range(TRIES):
            if _upgraded(connection, config, to):
                return
        raise DatabaseUnavailable(
            f"The schema was not changed: others were at work on what has to change, {TRIES} times "
            f"for {LOCK_MS / 1000:g} s. Is a backup or a long query running? Run `kure migrate` "
            "again."
        )
    finally:
        connection.rollback()
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})
        connection.commit()


def _upgraded(connection: Connection, config: Config, to: str) -> bool:
    """Whether all of it is done; nothing of it is where somebody was in the way."""
    connection.execute(text(f"SET LOCAL lock_timeout = {LOCK_MS}"))
    try:
        command.upgrade(config, to)
        connection.commit()
    except DBAPIError as error:
        connection.rollback()
        if getattr(error.orig, "sqlstate", None) in IN_THE_WAY:
            return False
        raise
    return True


async def migrate(url: str, to: str = "head") -> None:
    """Run what is missing, up to a revision: all of it or nothing. Two at once are safe: the second
    waits, then finds nothing to do. DatabaseUnavailable where others stay in its way."""
    engine = create_async_engine(
        "postgresql+asyncpg://" + url.split("://", 1)[1], poolclass=NullPool
    )
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_upgrade, to)
    finally:
        await engine.dispose()


def check_revision(found: str) -> None:
    """Misconfigured where this release cannot bring a schema up to its own."""
    known = [r.revision for r in ScriptDirectory.from_config(_config()).walk_revisions()]
    if found not in known:
        raise Misconfigured(
            f"The schema is {found}; this release knows those up to {head()}. Take a newer release."
        )


async def check_schema(db: Db) -> str:
    """The schema that the database has. Misconfigured where this release cannot run on it."""
    known = [r.revision for r in ScriptDirectory.from_config(_config()).walk_revisions()]
    if await db.fetchval("SELECT to_regclass('alembic_version')") is None:
        raise Misconfigured(
            f"The database has no schema yet; this release needs {head()}. Run `kure migrate`."
        )
    found = str(await db.fetchval("SELECT version_num FROM alembic_version"))
    # A release runs on its own schema and on the next one, which it cannot know by name: revisions
    # are numbered, so the next one is the head's number plus one.
    if found not in (head(), f"{int(head()) + 1:04d}"):
        advice = "Run `kure migrate`." if found in known else "Start a newer release."
        raise Misconfigured(
            f"The database's schema is {found}; this release runs on {head()} and the one after. "
            + advice
        )
    return found
