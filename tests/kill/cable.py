"""A way between two processes that can be cut and mended: a forwarder of TCP connections."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Cable:
    """Leads to `host:port`. While it is cut, connections are neither answered nor refused: they
    hang, as when packets are lost on the way."""

    def __init__(self, host: str, port: int) -> None:
        self._far = host, port
        self._whole = asyncio.Event()
        self._whole.set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    def cut(self) -> None:
        self._whole.clear()

    def mend(self) -> None:
        self._whole.set()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either side ends it."""
        task = asyncio.current_task()
        assert task is not None, "the server runs it as one"
        self._tasks.add(task)
        with suppress(OSError, asyncio.CancelledError):
            await self._whole.wait()
            far = await asyncio.open_connection(*self._far)
            near: Streams = (reader, writer)
            async with asyncio.TaskGroup() as ways:
                ways.create_task(self._pass_on(near, far))
                ways.create_task(self._pass_on(far, near))
        self._tasks.discard(task)
        writer.close()

    async def _pass_on(self, source: Streams, target: Streams) -> None:
        with suppress(OSError):
            while data := await source[0].read(65536):
                await self._whole.wait()
                target[1].write(data)
                await target[1].drain()
        target[1].close()

    def close(self) -> None:
        for task in self._tasks:
            task.cancel()


@asynccontextmanager
async def cable_to(url: str) -> AsyncIterator[tuple[Cable, str]]:
    """A cable to what answers at `url`, and the URL that leads there through it."""
    parts = urlsplit(url)
    assert parts.hostname, url
    assert parts.port, url
    cable = Cable(parts.hostname, parts.port)
    server = await asyncio.start_server(cable.carry, "127.0.0.1", 0)
    cable.port = server.sockets[0].getsockname()[1]
    try:
        yield cable, f"{parts.scheme}://127.0.0.1:{cable.port}"
    finally:
        server.close()
        cable.close()
