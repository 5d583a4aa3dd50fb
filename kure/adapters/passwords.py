"""Passwords: argon2id, in processes of their own (`password_child.py`), so many at once and no
more."""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from kure.errors import TooOften, Unavailable

CHILD = Path(__file__).with_name("password_child.py")
# One core is left to the event loop.
AT_ONCE = max(1, (os.cpu_count() or 1) - 1)
MOST_WAITING = 32
# For one, on a machine that has much else to do.
SECONDS = 20.0
TRIES = 2


class Passwords:
    """Hashes and compares beside the event loop. To be closed."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._idle: list[asyncio.subprocess.Process] = []

    async def hash(self, password: str) -> str:
        """What to store of a password. TooOften where too many wait."""
        return str((await self._asked({"password": password}))["hash"])

    async def match(self, stored: str | None, password: str) -> bool:
        """Whether it is the password; without a stored one it is not, as slowly."""
        return bool((await self._asked({"password": password, "stored": stored}))["right"])

    async def aclose(self) -> None:
        """End the processes."""
        while self._idle:
            await _end(self._idle.pop())

    async def _asked(self, question: dict[str, Any]) -> dict[str, Any]:
        async with self._place():
            for _ in range(TRIES):
                child = self._idle.pop() if self._idle else await _start()
                answer = None
                try:
                    answer = await _answer(child, question)
                finally:
                    # Also where nobody waits any more: what it would still say is no answer to
                    # the next question.
                    if answer is None:
                        await _end(child)
                if answer is not None:
                    self._idle.append(child)
                    return answer
        raise Unavailable(
            f"The process that compares passwords ended {TRIES} times before it had an answer. "
            "Does the machine have memory left?"
        )

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        if self._waiting >= MOST_WAITING:
            raise TooOften("Too many sign in at this moment; try again in a second.", 1)
        self._waiting += 1
        try:
            async with self._places:
                yield
        finally:
            self._waiting -= 1


async def _start() -> asyncio.subprocess.Process:
    # What it is asked comes by a pipe: no list of processes shows it. It leads a session, and so is
    # scheduled beside us, not among us.
    try:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", str(CHILD)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={"PATH": os.defpath},
            start_new_session=True,
        )
    except OSError as error:
        raise Unavailable(f"No process can be started to compare passwords: {error}.") from error


async def _answer(
    child: asyncio.subprocess.Process, question: dict[str, Any]
) -> dict[str, Any] | None:
    """What the child says; None where it has ended, or says nothing for too long."""
    assert child.stdin is not None, "it is piped"
    assert child.stdout is not None, "it is piped"
    try:
        async with asyncio.timeout(SECONDS):
            child.stdin.write(json.dumps(question).encode() + b"\n")
            with contextlib.suppress(ConnectionError):  # it has ended: that is read next
                await child.stdin.drain()
            line = await child.stdout.readline()
    except TimeoutError:
        return None
    answer: dict[str, Any] | None = json.loads(line) if line.endswith(b"\n") else None
    return answer


async def _end(child: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        child.kill()
    # Reads what is left, else the pipes stay open.
    await child.communicate()
