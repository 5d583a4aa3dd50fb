"""Passwords: argon2id, in threads of their own, so many at once and no more.

Its parameters are the second of RFC 9106: 64 MiB and three passes, about a twentieth of a second.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from kure.errors import TooOften

HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1, type=Type.ID)
# One core is left to the event loop.
AT_ONCE = max(1, (os.cpu_count() or 1) - 1)
MOST_WAITING = 32
# What is compared where there is no such account, so that it takes as long.
NOBODY = HASHER.hash("nobody has this password")


class Passwords:
    """Hashes and compares beside the event loop."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """What to store of a password. TooOften where too many wait."""
        async with self._place():
            return await asyncio.to_thread(HASHER.hash, password)

    async def match(self, stored: str | None, password: str) -> bool:
        """Whether it is the password; without a stored one it is not, as slowly."""
        async with self._place():
            right = await asyncio.to_thread(_verify, stored or NOBODY, password)
        return right and stored is not None

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


def _verify(stored: str, password: str) -> bool:
    try:
        return HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
