"""How many people sign in in a second, and whether the event loop stands still meanwhile."""

import asyncio
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from api import listeners
from api.main import create_app
from benchmarks.samples import Result, Row, p95
from benchmarks.visitors import AT_ONCE, PASSWORD, PEOPLE, name
from kure.adapters.clock import utc_now
from kure.adapters.password_child import HASHER
from kure.adapters.postgres.access import tries, users
from kure.adapters.postgres.access.users import NewUser
from kure.adapters.postgres.migrate import migrate
from kure.adapters.postgres.pool import open_pool, transaction
from kure.demo.postgres import PostgresServer
from kure.domain.access.roles import Role
from kure.domain.access.scopes import EVERYTHING
from kure.errors import Misconfigured, Unavailable
from kure.settings import Settings

SECONDS = 10.0
TICK = 0.005


async def signing_in(folder: Path) -> Result:
    """Over HTTP, to an API in this process, so that its event loop can be watched."""
    limits, tries.MOST = tries.MOST, {"account": 1_000_000, "address": 1_000_000}
    try:
        async with PostgresServer(folder) as server:
            await migrate(server.url)
            await _people(server.url)
            async with _serving(server.url, folder) as url:
                at_rest: list[float] = []
                resting = asyncio.create_task(_watch(at_rest))
                await asyncio.sleep(SECONDS / 2)
                resting.cancel()
                took, stalls = await _measured(url)
    finally:
        tries.MOST = limits
    rows = [
        Row(f"sign-ins per second, {AT_ONCE} at once", len(took) / SECONDS, None, "/s"),
        Row("… one of them, p95", p95(took), None, "ms"),
        Row("the event loop's longest stall meanwhile", max(stalls), 50, "ms"),
        Row("… while nobody signs in", max(at_rest), None, "ms"),
    ]
    return Result("signing in", "Signing in with a password", rows, {"took": took})


async def _people(url: str) -> None:
    hashed = HASHER.hash(PASSWORD)
    async with await open_pool(url, 1) as pool, transaction(pool) as connection:
        for number in range(PEOPLE):
            new = NewUser(name(number), hashed, Role.READ, [EVERYTHING])
            await users.add(connection, new, utc_now())


@asynccontextmanager
async def _serving(url: str, folder: Path) -> AsyncIterator[str]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    settings = Settings.model_validate(
        {"database_url": url, "data_dir": folder, "port": port, "temporal_address": "127.0.0.1:1"}
    )
    server = listeners.servers(create_app(settings), settings)[0]
    task = asyncio.create_task(server.serve())
    await server.up.wait()
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await task


async def _measured(url: str) -> tuple[list[float], list[float]]:
    """How long each sign-in took, and how late the loop was meanwhile."""
    visitors = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.visitors", url, str(SECONDS)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert visitors.stdout is not None, "it is piped"
    if await visitors.stdout.readline() != b"up\n":
        raise Misconfigured("Those who sign in cannot begin; what they say stands above.")
    stalls: list[float] = []
    watching = asyncio.create_task(_watch(stalls))
    said, _ = await visitors.communicate(b"\n")
    watching.cancel()
    if visitors.returncode:
        raise Unavailable("Those who sign in were refused; what they say stands above.")
    return [float(line) for line in said.split()], stalls


async def _watch(stalls: list[float]) -> None:
    """How much later than asked for the loop comes back, in ms."""
    while True:
        began = time.monotonic()
        await asyncio.sleep(TICK)
        stalls.append((time.monotonic() - began - TICK) * 1000)
