"""Changing the key file: each time the whole file or nothing of it, readable by its owner only.

A new key comes in three steps, so that no process ever meets a text that it cannot open: `next`
decrypts; `switch` lets it encrypt; `drop` takes an old one away.
"""

import base64
import os
from dataclasses import replace
from pathlib import Path

from kure.adapters.crypto import KEY_BYTES, NEXT, PLACEHOLDERS, Line, read_lines
from kure.errors import Conflict, Misconfigured


def ensure_key(path: Path) -> None:
    """Make a key file where there is none."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    line = "1:" + base64.b64encode(os.urandom(KEY_BYTES)).decode() + "\n"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as file:
        file.write(line)


def add_next(path: Path) -> str:
    """Put a new key into the file that decrypts, and does not encrypt yet; returns its id. One that
    is there already stays the one."""
    lines = read_lines(path)
    for line in lines:
        if line.use == NEXT:
            return line.key_id
    known = {line.key_id for line in lines}
    key_id = next(str(n) for n in range(len(known) + 1, 10_000) if str(n) not in known)
    _write(path, [*lines, Line(NEXT, key_id, os.urandom(KEY_BYTES))])
    return key_id


def switch(path: Path) -> None:
    """Let the next key encrypt; the others go on decrypting. Without one, nothing is changed."""
    lines = read_lines(path)
    coming = [replace(line, use="") for line in lines if line.use == NEXT]
    if coming:
        _write(path, [*coming, *(line for line in lines if line.use != NEXT)])


def drop(path: Path, key_id: str) -> None:
    """Let a key decrypt no more. Conflict for the one that encrypts, or is to; Misconfigured where
    there is none such.

    The oldest is kept for placeholders, which have to stay the same.
    """
    lines = read_lines(path)
    plain = [line for line in lines if line.use == ""]
    found = next((line for line in plain[1:] if line.key_id == key_id), None)
    if found is None:
        if any(line.key_id == key_id and line.use != PLACEHOLDERS for line in lines):
            raise Conflict(f"Key {key_id} encrypts, or is the next to: it cannot be dropped.")
        raise Misconfigured(f"{path} has no key {key_id} that decrypts.")
    dropped = any(line.use == PLACEHOLDERS for line in lines)
    at = lines.index(found)
    kept = [] if dropped or found is not plain[-1] else [replace(found, use=PLACEHOLDERS)]
    _write(path, [*lines[:at], *lines[at + 1 :], *kept])


def _write(path: Path, lines: list[Line]) -> None:
    half = path.with_name(path.name + ".new")
    try:
        half.unlink(missing_ok=True)
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            owner = path.stat()
            if (owner.st_uid, owner.st_gid) != (os.geteuid(), os.getegid()):
                os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
            file.write("".join(f"{line}\n" for line in lines))
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    except OSError as error:
        raise Misconfigured(f"{path} cannot be changed: {error.strerror}.") from error
