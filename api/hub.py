"""The live stream's middle: one listener on PostgreSQL, one ring of events for all clients.

NOTIFY only wakes: what is sent is read from the event log by number, so a lost wake-up costs time
and never an event.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from api.ring import SIZE, Ring
from api.subscription import Subscription
from kure.adapters.postgres import events
from kure.adapters.postgres.pool import Connection, Pool, connect, translated
from kure.contracts.events import UiEvent
from kure.errors import DatabaseUnavailable

log = logging.getLogger("kure.api.hub")

PAGE = 500
POLL_SECONDS = 5.0
READ_SECONDS, BEGIN_SECONDS = 10.0, 5.0
# Clients that read the log at the same time: the pool is for requests.
READERS = 3
# After events have gone out, so long for each client, that many events in a row become few
# sendings; and so many clients are woken before others have a turn.
PAUSE_SECONDS, MOST_PAUSE_SECONDS = 0.0002, 0.25
AT_ONCE = 50


class Hub:
    """Reads the event log as it grows and wakes every client."""

    def __init__(self, pool: Pool, url: str) -> None:
        self._pool = pool
        self._url = url
        self._ring = Ring()
        self._woken = asyncio.Event()
        self._readers = asyncio.Semaphore(READERS)
        self._clients: set[Subscription] = set()
        self._begun = asyncio.Event()
        self.seq = 0

    async def run(self) -> None:
        """Until cancelled; a database that goes away is waited for."""
        while True:
            try:
                await self._listen()
            except DatabaseUnavailable as error:
                log.warning("live stream: %s", error)
                await asyncio.sleep(1)

    async def _listen(self) -> None:
        connection = await connect(self._url)
        try:
            async with translated():
                await connection.add_listener(events.CHANNEL, self._wake)
                connection.add_termination_listener(self._wake)
                await self._begin(connection)
                while not connection.is_closed():
                    await self._tell(connection)
                    await self._wait()
        finally:
            connection.terminate()

    def _wake(self, *_: object) -> None:
        self._woken.set()

    async def _wait(self) -> None:
        await asyncio.sleep(min(PAUSE_SECONDS * len(self._clients), MOST_PAUSE_SECONDS))
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._woken.wait()
        except TimeoutError:
            return

    async def _begin(self, connection: Connection) -> None:
        """Fill the ring at the first connection; after that, notice a log that was put back."""
        async with asyncio.timeout(READ_SECONDS):
            oldest, newest = await events.bounds(connection)
        if not self._begun.is_set():
            self.seq = max(newest - SIZE, oldest - 1, 0)
            self._ring.start(self.seq)
            while self.seq < newest:
                await self._tell(connection)
            self._begun.set()
        elif newest < self.seq:
            log.warning("the event log ends at %s, it had %s: was it restored?", newest, self.seq)
            self.seq = newest
            self._ring.start(newest)
            for client in self._clients:
                client.lose(newest)

    async def _tell(self, connection: Connection) -> None:
        self._woken.clear()
        async with asyncio.timeout(READ_SECONDS):
            found = await events.since(connection, self.seq, PAGE)
        if len(found) == PAGE:
            self._woken.set()  # there may be more
        if not found:
            return
        self._ring.add(found)
        self.seq = found[-1].seq
        for number, client in enumerate(list(self._clients), 1):
            client.wake(self.seq)
            if number % AT_ONCE == 0:
                await asyncio.sleep(0)

    @asynccontextmanager
    async def subscribe(self, since: int | None) -> AsyncIterator[Subscription]:
        """Events after number `since`, or from now on; where some of them are gone, it says so
        first. DatabaseUnavailable where that cannot be known now."""
        await self.begun()
        client = Subscription(
            self._ring, self._read, self.seq if since is None else since, self.seq
        )
        self._clients.add(client)
        try:
            if since is not None and not self._ring.begin <= since <= self.seq:
                await self._check(client, since)
            yield client
        finally:
            self._clients.discard(client)

    async def begun(self) -> None:
        """Wait until the log has been read once. DatabaseUnavailable where that takes too long."""
        async with translated(), asyncio.timeout(BEGIN_SECONDS):
            await self._begun.wait()

    async def _check(self, client: Subscription, since: int) -> None:
        """A number beyond the ring: too old for the log as well, or one that only other processes
        know by now, or from before the log was put back."""
        async with translated():
            oldest, newest = await events.bounds(self._pool)
        if since + 1 < oldest or since > newest:
            client.lose(self.seq)

    async def _read(self, seq: int, most: int) -> Sequence[UiEvent]:
        async with self._readers, translated():
            return await events.since(self._pool, seq, most)
