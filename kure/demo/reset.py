"""Forgetting everything that a demo has seen."""

import shutil
from pathlib import Path

from kure.demo.postgres import PostgresServer
from kure.demo.state import lock
from kure.demo.temporal import TemporalServer
from kure.errors import Misconfigured

# What a demo makes in its folder. Anything else there is somebody else's.
MADE = (
    *("postgres", "postgres.new", "temporal.db", "temporal.db-wal", "temporal.db-shm"),
    *("temporal.json", "log", "spool", "played", "key", "token", "agent-token"),
)


async def reset(data_dir: Path) -> list[str]:
    """Remove what the demo of this folder keeps; returns the names. Conflict where one runs on it.
    Servers that a killed demo left behind are stopped first."""
    with lock(data_dir):
        if (data_dir / "postgres").exists():
            await PostgresServer(data_dir).stop()
        if (data_dir / "temporal.json").exists():
            await TemporalServer(data_dir).stop()
        return [name for name in MADE if _remove(data_dir / name)]


def _remove(path: Path) -> bool:
    try:
        if path.is_symlink():  # the database of a demo that root started
            shutil.rmtree(path.resolve(), ignore_errors=True)
            path.unlink()
        elif path.is_dir():
            shutil.rmtree(path)
        elif path.exists():
            path.unlink()
        else:
            return False
    except OSError as error:
        raise Misconfigured(
            f"Cannot remove {path}: {error.strerror}; is it another user's? Remove it by hand"
        ) from error
    return True
