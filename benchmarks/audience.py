"""A thousand clients of the live stream on one API process: when the last one has an event."""

import asyncio
import json
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from benchmarks.agents import say
from benchmarks.demo import Running, demo
from benchmarks.samples import Result, Row
from kure.adapters.postgres.events import NewEvent, emit
from kure.adapters.postgres.pool import Pool, open_pool, transaction
from kure.demo.postgres import PostgresServer

CLIENTS, EVENTS = 1000, 20
EVERY_SECONDS = 0.5
PATIENCE = 60
AT_ONCE = 50
TOPIC = "bench.event"


async def audience(folder: Path) -> Result:
    """Writes the demo's files to the folder."""
    async with demo(folder) as running:
        url = PostgresServer(running.data_dir).url
        async with await open_pool(url) as pool, AsyncExitStack() as stack:
            say(f"Connecting {CLIENTS} clients")
            crowd = await stack.enter_async_context(_session(running))
            heard: dict[int, list[float]] = {number: [] for number in range(EVENTS)}
            up = asyncio.Semaphore(0)
            gate = asyncio.Semaphore(AT_ONCE)
            tasks = [asyncio.create_task(_listen(crowd, heard, up, gate)) for _ in range(CLIENTS)]
            for task in tasks:
                stack.callback(task.cancel)
            async with asyncio.timeout(PATIENCE):
                for _ in range(CLIENTS):
                    await up.acquire()
            took = [await _tell(pool, number, heard[number]) for number in range(EVENTS)]
    rows = [
        Row("from its commit to the last client, slowest", max(took), 1000, "ms"),
        Row("… fastest", min(took), None, "ms"),
    ]
    title = f"{EVENTS} events to {CLIENTS} clients of one API process"
    return Result("audience", title, rows, took)


def _session(running: Running) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        running.url,
        connector=aiohttp.TCPConnector(limit=0),
        headers={"Authorization": f"Bearer {running.token}"},
        timeout=aiohttp.ClientTimeout(total=None),
    )


async def _listen(
    crowd: aiohttp.ClientSession,
    heard: dict[int, list[float]],
    up: asyncio.Semaphore,
    gate: asyncio.Semaphore,
) -> None:
    """Note when each of our own events arrives."""
    async with gate:
        answer = await crowd.get("/api/events")
        await answer.content.readline()
    up.release()
    topic = ""
    async for line in answer.content:
        field, _, value = line.decode().rstrip().partition(": ")
        if field == "event":
            topic = value
        elif field == "data" and topic == TOPIC:
            heard[json.loads(value)["number"]].append(time.monotonic())


async def _tell(pool: Pool, number: int, arrived: list[float]) -> float:
    """Write an event; returns the milliseconds until the last client has it."""
    now = datetime.now(UTC)
    async with transaction(pool) as connection:
        event = NewEvent(TOPIC, "bench", str(number), payload={"number": number})
        await emit(connection, now, event)
    committed = time.monotonic()
    async with asyncio.timeout(PATIENCE):
        while len(arrived) < CLIENTS:  # noqa: ASYNC110  # a list that a thousand tasks add to
            await asyncio.sleep(0.01)
    await asyncio.sleep(EVERY_SECONDS)
    return (max(arrived) - committed) * 1000
