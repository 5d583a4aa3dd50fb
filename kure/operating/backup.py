"""`kure backup` and `kure restore`: which database, and what to say."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from kure.adapters.postgres import backup
from kure.adapters.postgres.backup import Tell
from kure.demo.postgres import PostgresServer
from kure.errors import Misconfigured
from kure.settings import Settings

MEBIBYTE = 1024 * 1024


async def run_backup(settings: Settings, file: Path, tell: Tell) -> None:
    """Back up into `file`, and say what is not in it."""
    async with database(settings) as url:
        schema = await backup.save(url, file, tell)
    tell(f"{file}: {_mebibytes(file):.1f} MiB, schema {schema}")
    tell(
        f"Not in it: the installation's key, {settings.data_dir / 'key'}. Keep a copy of that file "
        "elsewhere: without it what is encrypted in the backup cannot be read."
    )


def _mebibytes(file: Path) -> float:
    return file.stat().st_size / MEBIBYTE


async def run_restore(settings: Settings, file: Path, tell: Tell, *, replace: bool) -> None:
    """Restore `file`, and say what to do next."""
    async with database(settings) as url:
        await backup.restore(url, file, tell, replace=replace)
    tell(
        f"Restored. With the key of that installation in {settings.data_dir / 'key'}, start Kure: "
        "the runs of open incidents start again by themselves."
    )


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[str]:
    """The URL of the database; the demo's own is started meanwhile where it does not run."""
    if settings.database_url is not None:
        # A pooler between would mix up the sessions of PostgreSQL's programs.
        direct = settings.database_direct_url or settings.database_url
        yield direct.get_secret_value()
        return
    if not (settings.data_dir / "postgres").exists():
        raise Misconfigured(
            f"There is no database in {settings.data_dir}: set KURE_DATABASE_URL, or KURE_DATA_DIR "
            "to a demo's folder (.kure, or .kure/shop for the recorded shop)"
        )
    server = PostgresServer(settings.data_dir)
    if server.pid:
        yield server.url
        return
    async with server:
        yield server.url
