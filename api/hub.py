"""The live stream's middle: one listener on PostgreSQL, a queue for each client.

NOTIFY only wakes: what is sent is read from the event log by number, so a lost wake-up costs time
and never an event. A client that is too slow loses its queue and is told to fetch again.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from kure.adapters.postgres import events
from kure.adapters.postgres.pool import Connection, Pool, connect
from kure.contracts.events import UiEvent
from kure.errors import DatabaseUnavailable

log = logging.getLogger("kure.api.hub")

QUEUE = 256
REPLAY = 1000
POLL_SECONDS = 5.0


class Subscription:
    """What one client has not been sent yet. `None` in it means: fetch everything again."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[UiEvent | None] = asyncio.Queue(QUEUE)

    def offer(self, event: UiEvent | None) -> None:
        """Add an event; where the client is too slow, replace all of them by one None."""
        try:
            self._queue.put_nowait(event)
        except asyncio.QueueFull:
            self.drain()
            self._queue.put_nowait(None)

    def drain(self) -> list[UiEvent | None]:
        """Take out all that is queued."""
        return [self._queue.get_nowait() for _ in range(self._queue.qsize())]

    async def next(self, seconds: float) -> UiEvent | None:
        """The next one; TimeoutError where none comes in time."""
        async with asyncio.timeout(seconds):
            return await self._queue.get()


class Hub:
    """Reads the event log as it grows and hands each event to every client."""

    def __init__(self, pool: Pool, url: str) -> None:
        self._pool = pool
        self._url = url
        self._woken = asyncio.Event()
        self._clients: set[Subscription] = set()
        self.seq = 0

    async def run(self) -> None:
        """Until cancelled; a database that goes away is waited for."""
        _, self.seq = await events.bounds(self._pool)
        while True:
            try:
                await self._listen()
            except (DatabaseUnavailable, OSError) as error:
                log.warning("live stream: %s", error)
                await asyncio.sleep(1)

    async def _listen(self) -> None:
        connection = await connect(self._url)
        try:
            await connection.add_listener(events.CHANNEL, self._wake)
            connection.add_termination_listener(self._wake)
            while not connection.is_closed():
                await self._read(connection)
                try:
                    async with asyncio.timeout(POLL_SECONDS):
                        await self._woken.wait()
                except TimeoutError:
                    continue
        finally:
            connection.terminate()

    def _wake(self, *_: object) -> None:
        self._woken.set()

    async def _read(self, connection: Connection) -> None:
        self._woken.clear()
        while found := await events.since(connection, self.seq):
            for event in found:
                self.seq = event.seq
                for client in self._clients:
                    client.offer(event)

    @asynccontextmanager
    async def subscribe(self, since: int | None) -> AsyncIterator[Subscription]:
        """Events after number `since`, or from now on; None first where some are gone already."""
        client = Subscription()
        seen = self.seq
        self._clients.add(client)
        try:
            if since is not None:
                await self._replay(client, since, seen)
            yield client
        finally:
            self._clients.discard(client)

    async def _replay(self, client: Subscription, since: int, until: int) -> None:
        # Between the registration and this read nothing is awaited before `seen` is taken, so what
        # comes later than `until` is in the queue already and what came earlier is read here.
        oldest, newest = await events.bounds(self._pool)
        missed = [e for e in await events.since(self._pool, since, REPLAY) if e.seq <= until]
        gone = since + 1 < oldest or since > newest
        if gone or len(missed) >= min(REPLAY, QUEUE // 2):
            client.offer(None)
            return
        queued = client.drain()
        for event in [*missed, *(e for e in queued if e is None or e.seq > until)]:
            client.offer(event)

    @property
    def clients(self) -> int:
        return len(self._clients)
