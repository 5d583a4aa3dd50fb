"""One client of the live stream: how far it has come, and what it gets next.

It has no queue: its number is a place in the ring that all share, so a client that is slow costs no
memory. Where it has fallen out of the ring it is served from the event log, and where it is too far
behind for that it is told to fetch everything again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from enum import Enum
from typing import Literal

from api.ring import Ring, Told
from kure.contracts.events import UiEvent

BATCH = 100
MOST_BEHIND = 5000

Read = Callable[[int, int], Awaitable[Sequence[UiEvent]]]


class Mark(Enum):
    """What is told between events: that some are not there any more, so everything has to be
    fetched again; that a heartbeat is due; that the listener may listen no longer."""

    RESYNC = "resync"
    BEAT = "hb"
    BYE = "bye"


class Subscription:
    """Events after number `seq`. `read` reads the log, where the ring does not go back so far."""

    def __init__(self, ring: Ring, read: Read, seq: int, newest: int) -> None:
        self._ring = ring
        self._read = read
        self._woken = asyncio.Event()
        self._newest = newest
        self._lost = False
        self.seq = seq

    def wake(self, newest: int) -> None:
        """The ring has events up to this number."""
        self._newest = newest
        self._woken.set()

    def lose(self, newest: int) -> None:
        """What comes after its number is gone: go on from `newest`, and say so."""
        self.seq, self._newest = newest, newest
        self._lost = True
        self._woken.set()

    async def next(self, seconds: float) -> Sequence[Told] | Literal[Mark.RESYNC]:
        """What comes next, at most `BATCH` at once; nothing where nothing comes in time."""
        if not self._lost and self.seq >= self._newest:
            self._woken.clear()
            try:
                async with asyncio.timeout(seconds):
                    await self._woken.wait()
            except TimeoutError:
                return ()
        if self._newest - self.seq > MOST_BEHIND:
            self.lose(self._newest)
        if self._lost:
            self._lost = False
            return Mark.RESYNC
        newest = self._newest  # of before the log is read: what comes meanwhile is not in it
        told = await self._take()
        # A number that was taken by a writer that gave up is no event, and nothing to wait for.
        self.seq = told[-1].event.seq if told else newest
        return told

    async def _take(self) -> Sequence[Told]:
        if self.seq >= self._ring.begin:
            return self._ring.after(self.seq, BATCH)
        return [Told(event) for event in await self._read(self.seq, BATCH)]
