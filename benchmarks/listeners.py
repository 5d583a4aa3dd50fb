"""Clients of the live stream in a process of their own: `python -m benchmarks.listeners HOST PORT
TOPIC`, with a line of headers for each client on standard input.

Writes `up` when all are connected, then `NUMBER SECONDS` when the last of them has an event: its
number and the monotonic clock, which the processes of a machine share. Nothing is decoded: what is
measured is the server.
"""

import asyncio
import re
import sys
from time import monotonic

AT_ONCE = 50


class Counts:
    """When how many have an event."""

    def __init__(self, clients: int) -> None:
        self._clients = clients
        self._heard: dict[int, int] = {}

    def hear(self, number: int) -> None:
        """One more has it."""
        self._heard[number] = self._heard.get(number, 0) + 1
        if self._heard[number] == self._clients:
            say(f"{number} {monotonic()}")


class Client(asyncio.Protocol):
    """One connection. `up` is set with the first heartbeat."""

    def __init__(self, request: bytes, pattern: re.Pattern[bytes], counts: Counts) -> None:
        self._request, self._pattern, self._counts = request, pattern, counts
        self._rest = b""
        self.up = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        text = self._rest + data
        end = 0
        for found in self._pattern.finditer(text):
            self._counts.hear(int(found[1]))
            end = found.end()
        self._rest = text[end:][-200:]
        if b"event: hb" in text:
            self.up.set()

    def connection_lost(self, exc: Exception | None) -> None:
        say(f"lost {exc or self._rest[:200]!r}")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


async def main(host: str, port: int, topic: str) -> None:
    """Until it is ended."""
    headers = sys.stdin.read().splitlines()
    pattern = re.compile(rb"event: " + topic.encode() + rb'\r\ndata: {"number":(\d+)')
    counts, gate = Counts(len(headers)), asyncio.Semaphore(AT_ONCE)
    loop = asyncio.get_running_loop()

    async def connect(header: str) -> None:
        request = f"GET /api/events HTTP/1.1\r\nHost: {host}:{port}\r\n{header}\r\n\r\n".encode()
        async with gate:
            _, client = await loop.create_connection(
                lambda: Client(request, pattern, counts), host, port
            )
            await client.up.wait()

    await asyncio.gather(*map(connect, headers))
    say("up")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
