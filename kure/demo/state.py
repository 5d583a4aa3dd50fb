"""What a start finds and leaves in the data folder: the lock, the key, the tokens."""

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kure.adapters.key_file import ensure_key
from kure.errors import Conflict, Misconfigured

TOKEN_BYTES = 24
MEBIBYTE = 1024 * 1024
ROOM_BYTES = 200 * MEBIBYTE


def folder_of(data_dir: Path, *, shop: bool) -> Path:
    """Where a demo keeps what it knows. The recorded shop has a folder of its own: its incidents
    are not those of a real cluster."""
    return data_dir / "shop" if shop else data_dir


@contextmanager
def lock(data_dir: Path) -> Iterator[None]:
    """Hold the folder for ourselves. Conflict names the process that has it, Misconfigured says why
    the folder cannot be written. The kernel frees it however we end."""
    try:
        handle = os.open(data_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Misconfigured(
            f"Cannot keep state in {data_dir}: its file `lock` cannot be written "
            f"({error.strerror}); give the folder to this user, or set KURE_DATA_DIR to another one"
        ) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(handle, 20).decode(errors="replace").strip() or "unknown"
            raise Conflict(
                f"Cannot start on {data_dir}: another `kure demo` (process {holder}) runs on it; "
                "stop that one, or set KURE_DATA_DIR to another folder"
            ) from error
        os.truncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(handle)


def check_room(data_dir: Path, needed: int = ROOM_BYTES) -> None:
    """Misconfigured where the disk is almost full: servers end there in the middle of things."""
    free = shutil.disk_usage(data_dir).free
    if free < needed:
        raise Misconfigured(
            f"Cannot start on {data_dir}: only {free // MEBIBYTE} MiB are free on its disk, and "
            f"the database needs {needed // MEBIBYTE} MiB to begin with; make room, or set "
            "KURE_DATA_DIR to a folder on another disk"
        )


def prepare(data_dir: Path) -> None:
    """Make what is missing: the installation's key and the agent's token."""
    ensure_key(data_dir / "key")
    if not (data_dir / "agent-token").exists():
        write_secret(data_dir / "agent-token", secrets.token_urlsafe(TOKEN_BYTES))


def write_secret(path: Path, text: str) -> None:
    """Put it there whole, readable by us only from its first byte on."""
    half = path.with_name(path.name + ".new")
    half.unlink(missing_ok=True)
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text + "\n")
    half.replace(path)
