"""A backup of one moment, and a restore that is all or nothing."""

import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest

from kure.adapters.postgres import backup
from kure.adapters.postgres.backup import Server
from kure.adapters.postgres.migrate import head, migrate
from kure.adapters.postgres.pool import Pool, open_pool
from kure.errors import Conflict, InvalidInput, Misconfigured, Unavailable
from tests.conftest import database_url
from tests.postgres import old
from tests.postgres.old import NOW


@pytest.fixture
async def elsewhere(postgres_url: str) -> AsyncIterator[str]:
    """The URL of a database without anything in it."""
    name = f"test_{uuid4().hex}"
    connection = await asyncpg.connect(postgres_url)
    await connection.execute(f"CREATE DATABASE {name}")
    yield database_url(postgres_url, name)
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


@pytest.fixture
async def saved(database: str, tmp_path: Path) -> tuple[Path, UUID]:
    """A backup of a database with one incident, and the incident."""
    pool = await open_pool(database, 2)
    incident = await old.incident(pool, "open", NOW)
    await old.evidence(pool, incident, NOW)
    file, told = tmp_path / "kure.backup", list[str]()
    assert await backup.save(database, file, told.append) == head()
    assert "incidents" in told
    await pool.close()
    return file, incident


async def incidents(url: str) -> list[UUID]:
    connection = await asyncpg.connect(url)
    try:
        return [row["id"] for row in await connection.fetch("SELECT id FROM incidents")]
    finally:
        await connection.close()


async def restore(url: str, file: Path, *, replace: bool = False) -> str:
    return await backup.restore(url, file, lambda _: None, replace=replace)


async def test_what_was_saved_is_there_again(saved: tuple[Path, UUID], elsewhere: str) -> None:
    file, incident = saved
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert await restore(elsewhere, file) == head()
    pool = await open_pool(elsewhere, 2)
    assert await pool.fetchval("SELECT id FROM incidents") == incident
    assert await pool.fetchval("SELECT sealed FROM evidence") == b"x"
    assert await pool.fetchval("SELECT version_num FROM alembic_version") == head()
    # Numbers of events go on where they were.
    assert await old.incident(pool, "open", NOW)
    await pool.close()


async def test_the_numbers_of_events_go_on(database: str, elsewhere: str, tmp_path: Path) -> None:
    insert = (
        "INSERT INTO ui_events (at, topic, entity, entity_id, version, payload)"
        " VALUES (now(), 't', 'e', 'i', 1, '{}') RETURNING seq"
    )
    connection = await asyncpg.connect(database)
    seq = [await connection.fetchval(insert) for _ in range(3)][-1]
    await connection.close()
    await backup.save(database, tmp_path / "b", lambda _: None)
    await restore(elsewhere, tmp_path / "b")
    connection = await asyncpg.connect(elsewhere)
    assert await connection.fetchval(insert) == seq + 1
    await connection.close()


async def test_a_database_that_holds_something_is_not_replaced_unasked(
    saved: tuple[Path, UUID], elsewhere: str
) -> None:
    file, incident = saved
    await migrate(elsewhere)
    pool = await open_pool(elsewhere, 2)
    other = await old.incident(pool, "open", NOW)
    await pool.close()
    with pytest.raises(Conflict, match=r"incidents.*--replace"):
        await restore(elsewhere, file)
    assert await incidents(elsewhere) == [other]
    await restore(elsewhere, file, replace=True)
    assert await incidents(elsewhere) == [incident]


async def test_a_database_in_use_is_left_alone(saved: tuple[Path, UUID], elsewhere: str) -> None:
    connection = await asyncpg.connect(elsewhere)
    with pytest.raises(Conflict, match="stop Kure"):
        await restore(elsewhere, saved[0], replace=True)
    await connection.close()


async def test_an_empty_schema_that_was_migrated_is_filled(
    saved: tuple[Path, UUID], elsewhere: str
) -> None:
    await migrate(elsewhere)
    await restore(elsewhere, saved[0])
    assert await incidents(elsewhere) == [saved[1]]


async def test_a_backup_of_an_older_release_is_brought_up_to_date(
    elsewhere: str, database: str, tmp_path: Path
) -> None:
    connection = await asyncpg.connect(database)
    await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    await connection.close()
    await migrate(database, "0003")
    await backup.save(database, tmp_path / "b", lambda _: None)
    assert await restore(elsewhere, tmp_path / "b") == "0003"
    connection = await asyncpg.connect(elsewhere)
    assert await connection.fetchval("SELECT version_num FROM alembic_version") == head()
    await connection.close()


async def test_a_backup_of_a_newer_release_is_refused(
    database: str, elsewhere: str, tmp_path: Path
) -> None:
    connection = await asyncpg.connect(database)
    await connection.execute("UPDATE alembic_version SET version_num = '9999'")
    await connection.close()
    await backup.save(database, tmp_path / "b", lambda _: None)
    with pytest.raises(Misconfigured, match=f"9999.*{head()}"):
        await restore(elsewhere, tmp_path / "b")


async def test_a_damaged_backup_changes_nothing(
    saved: tuple[Path, UUID], elsewhere: str, tmp_path: Path
) -> None:
    await migrate(elsewhere)
    pool = await open_pool(elsewhere, 2)
    before = await _with_noise(pool)
    await pool.close()
    whole = saved[0].read_bytes()
    damaged = {f"cut by {n}": whole[:-n] for n in (1, 200, 2000, len(whole) // 2)}
    for name, content in {**damaged, "none": b"hello", "empty": b""}.items():
        file = tmp_path / name
        file.write_bytes(content)
        with pytest.raises((InvalidInput, Unavailable)):
            await restore(elsewhere, file, replace=True)
        assert await incidents(elsewhere) == [before]


async def _with_noise(pool: Pool) -> UUID:
    return await old.incident(pool, "open", NOW)


async def test_a_backup_of_something_else_is_refused(elsewhere: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="names no schema"):
        await backup.save(elsewhere, tmp_path / "b", lambda _: None)
    assert not os.listdir(tmp_path)
    with pytest.raises(InvalidInput, match="There is no file"):
        await restore(elsewhere, tmp_path / "b")


async def test_a_file_that_is_there_is_not_overwritten(
    saved: tuple[Path, UUID], database: str
) -> None:
    with pytest.raises(InvalidInput, match="there already"):
        await backup.save(database, saved[0], lambda _: None)


def test_the_password_is_not_among_the_words_of_a_command() -> None:
    server = Server("postgresql://kure:s%40crét@db.example:5432/kure?sslmode=require", 18)
    assert server.target == "postgresql://kure@db.example:5432/kure?sslmode=require"
    assert server.environment["PGPASSWORD"] == "s@crét"
    assert "PGPASSWORD" not in Server("postgresql://kure@/kure?host=/tmp", 18).environment
