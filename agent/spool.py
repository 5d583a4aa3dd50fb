"""Reports that wait, in files: what was put here outlives the process.

A report is one file: a line that says of what it is, then its body. It is written beside its place,
synced and renamed, so that a file with the right name is whole. Everything that touches the disk
runs in a thread of its own, in the order in which it was asked for: a slow disk holds up nobody.
"""

import asyncio
import fcntl
import json
import logging
import os
import re
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kure.errors import Misconfigured

log = logging.getLogger("kure.agent")

BLOCK = 4096
LONGEST_HEADER = 4096

# After a write that failed, or took longer than this, the disk is left alone for a while.
WRITE_SECONDS = 5.0
PAUSE_SECONDS = 30.0

OURS = re.compile(r"\d{20}\.(?:report|tmp)")


@dataclass(frozen=True)
class Stored:
    """A report on disk. Numbers are in the order of the verdicts; `size` is what it takes there, in
    bytes; `body_size` and `checksum` tell whether it is whole."""

    number: int
    uid: str
    kind: str
    body_size: int
    checksum: int

    @classmethod
    def of(cls, number: int, uid: str, kind: str, body: bytes) -> "Stored":
        return cls(number, uid, kind, len(body), zlib.crc32(body))

    @property
    def size(self) -> int:
        return -(-(len(self.header()) + self.body_size) // BLOCK) * BLOCK

    @property
    def file(self) -> str:
        return f"{self.number:020}.report"

    def header(self) -> bytes:
        return json.dumps([self.uid, self.kind, self.body_size, self.checksum]).encode() + b"\n"


class Spool:
    """The files of one folder, which belongs to this process alone while it is open.

    `found` is what an earlier process left, oldest first. `problem` says in plain words why nothing
    is written at the moment; it is logged once when it begins and once when it is over.
    """

    def __init__(self, folder: Path, most_bytes: int) -> None:
        """Misconfigured where another process uses the folder. A folder that cannot be used at all
        is a problem, not an error."""
        self.most_bytes = most_bytes
        self.found: list[Stored] = []
        self.problem: str | None = None
        self._folder = folder
        self._again_at = 0.0
        self._thread = ThreadPoolExecutor(1, "spool")
        self._fd: int | None = None
        try:
            self._fd = _locked(folder)
            self.found = sorted(self._left_behind(self._fd), key=lambda stored: stored.number)
        except OSError as error:
            self._say(f"cannot be used ({error.strerror})")

    def close(self) -> None:
        """Wait for what is being written, and leave the folder to others."""
        self._thread.shutdown(wait=True)
        if self._fd is not None:
            os.close(self._fd)  # which ends the lock
            self._fd = None

    async def keep(self, stored: Stored, body: bytes) -> bool:
        """Put a report on disk. False where the disk does not take it, which is then the
        problem."""
        if self._fd is None or time.monotonic() < self._again_at:
            return False
        writing = self._soon(lambda fd: _write(fd, stored, body))
        try:
            await asyncio.wait_for(asyncio.shield(writing), WRITE_SECONDS)
        except TimeoutError:
            writing.add_done_callback(_heard)
            self._fails(stored, f"has written nothing for {WRITE_SECONDS:.0f} s")
        except OSError as error:
            self._fails(stored, f"cannot be written ({error.strerror})")
        else:
            self._say(None)
            return True
        return False

    async def body(self, stored: Stored) -> bytes | None:
        """The report's body; None where the file is gone or damaged, which is logged."""
        try:
            return await self._soon(lambda fd: _read(fd, stored))
        except (OSError, ValueError) as error:
            log.error("%s cannot be read again: %s", self._folder / stored.file, error)
            return None

    def forget(self, stored: Stored) -> "asyncio.Future[bytes | None] | None":
        """Remove a report, after all that was asked for before; tells when. A file that cannot be
        removed is told again after a restart, which does no harm."""
        if self._fd is None:
            return None
        removing = self._soon(lambda fd: os.unlink(stored.file, dir_fd=fd))
        removing.add_done_callback(_heard)
        return removing

    def _soon(self, work: Callable[[int], "bytes | None"]) -> "asyncio.Future[bytes | None]":
        if self._fd is None:
            raise FileNotFoundError(f"{self._folder} is closed")
        return asyncio.get_running_loop().run_in_executor(self._thread, work, self._fd)

    def _fails(self, stored: Stored, why: str) -> None:
        self._again_at = time.monotonic() + PAUSE_SECONDS
        self.forget(stored)
        self._say(why)

    def _say(self, why: str | None) -> None:
        problem = why and f"The spool {self._folder} {why}; reports wait in memory instead"
        if problem and not self.problem:
            log.warning("%s", problem)
        if self.problem and not problem:
            log.info("The spool %s takes reports again", self._folder)
        self.problem = problem

    def _left_behind(self, fd: int) -> Iterator[Stored]:
        """Whole reports. What was half written is removed; what is not ours is left alone."""
        foreign, halves = [], []
        for name in sorted(os.listdir(fd)):
            if not OURS.fullmatch(name):
                foreign.append(name)
            elif (stored := _whole(fd, name)) is not None:
                yield stored
            else:
                halves.append(name)
                with suppress(OSError):
                    os.unlink(name, dir_fd=fd)
        if halves:
            log.warning("%s had %d half-written reports, now removed", self._folder, len(halves))
        if foreign:
            log.warning("%s has files that are not Kure's: %s, …", self._folder, foreign[0])


def _locked(folder: Path) -> int:
    """The folder, opened and locked; the kernel ends the lock with the process."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(fd)
        raise Misconfigured(
            f"Cannot keep reports in {folder}: another agent uses it; give each its own "
            "KURE_SPOOL_DIR or KURE_DATA_DIR"
        ) from error
    with suppress(OSError):  # a volume's own root may belong to somebody else
        os.fchmod(fd, 0o700)
    return fd


def _whole(fd: int, name: str) -> Stored | None:
    """The report of that file name; None where it is not one or not whole."""
    if not name.endswith(".report"):
        return None
    try:
        with open(name, "rb", opener=_opener(fd)) as file:
            header = file.readline(LONGEST_HEADER)
            uid, kind, body_size, checksum = json.loads(header)
            stored = Stored(int(name.partition(".")[0]), uid, kind, body_size, checksum)
            is_whole = os.fstat(file.fileno()).st_size == len(header) + body_size
    except (OSError, ValueError, TypeError):
        return None
    return stored if is_whole and stored.header() == header else None


def _write(fd: int, stored: Stored, body: bytes) -> None:
    half = f"{stored.number:020}.tmp"
    try:
        with open(half, "wb", opener=_opener(fd)) as file:
            file.write(stored.header())
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        os.rename(half, stored.file, src_dir_fd=fd, dst_dir_fd=fd)
        os.fsync(fd)
    except OSError:
        with suppress(OSError):
            os.unlink(half, dir_fd=fd)
        raise


def _read(fd: int, stored: Stored) -> bytes:
    """ValueError where the body is not what was written."""
    with open(stored.file, "rb", opener=_opener(fd)) as file:
        file.readline(LONGEST_HEADER)
        body = file.read()
    if len(body) != stored.body_size or zlib.crc32(body) != stored.checksum:
        raise ValueError("its checksum is wrong")
    return body


def _opener(fd: int) -> Callable[[str, int], int]:
    """Opens in the folder, never through a link; readable by the owner only."""
    return lambda name, flags: os.open(name, flags | os.O_NOFOLLOW, 0o600, dir_fd=fd)


def _heard(done: "asyncio.Future[bytes | None]") -> None:
    """What nobody waits for must not be reported as forgotten."""
    if not done.cancelled():
        done.exception()
