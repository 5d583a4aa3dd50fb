"""The API killed in the middle of reports, with many clients at its stream: all of them come back
and have every event once."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_urlsafe
from uuid import uuid4

import httpx
import pytest

from kure.adapters.clock import utc_now
from kure.adapters.postgres.access import sessions, users
from kure.adapters.postgres.access.users import NewUser
from kure.adapters.postgres.pool import Pool, open_pool, transaction
from kure.demo.program import Program, http_probe
from kure.domain.access.roles import Role
from tests.api.conftest import AGENT_TOKEN, free_port
from tests.api.test_reports import CRASH, FAILED

REPORTS, CLIENTS, EACH, AT_ONCE = 500, 50, 5, 10
PATIENCE = 240
HOST = "127.0.0.1"


@dataclass
class Installation:
    """An API process of its own that can be killed."""

    url: str
    program: Program
    pool: Pool


@dataclass
class Client:
    """A client of the live stream that resumes, as a browser does."""

    url: str
    cookie: str
    seen: list[int] = field(default_factory=list)
    last: int | None = None
    up: asyncio.Event = field(default_factory=asyncio.Event)
    connections: int = 0

    async def listen(self) -> None:
        """For ever, over every interruption."""
        async with httpx.AsyncClient(base_url=self.url, timeout=30) as client:
            while True:
                try:
                    await self._once(client)
                except httpx.HTTPError:
                    await asyncio.sleep(0.1)

    async def _once(self, client: httpx.AsyncClient) -> None:
        headers = {"Cookie": f"kure_session={self.cookie}"}
        if self.last is not None:
            headers["Last-Event-ID"] = str(self.last)
        async with client.stream("GET", "/api/events", headers=headers) as answer:
            assert answer.status_code == 200, await answer.aread()
            self.connections += 1
            topic = ""
            async for line in answer.aiter_lines():
                name, _, value = line.partition(": ")
                if name == "id":
                    self.last = int(value)
                    self.seen.append(self.last)
                elif name == "event":
                    topic = value
                    assert topic != "resync"
                elif name == "data" and topic == "hb":
                    self.up.set()


@pytest.fixture
async def installation(
    database: str, temporal_address: str, data_dir: Path
) -> AsyncIterator[Installation]:
    port = free_port()
    env = os.environ | {
        "KURE_DATA_DIR": str(data_dir),
        "KURE_PORT": str(port),
        "KURE_DATABASE_URL": database,
        "KURE_TEMPORAL_ADDRESS": temporal_address,
        "KURE_ENCRYPT_PAYLOADS": "false",
        "KURE_CLUSTER": f"t{uuid4().hex[:12]}",
        "KURE_SERVICE_TOKEN": AGENT_TOKEN,
    }
    url = f"http://{HOST}:{port}"
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(await open_pool(database, 2))
        program = Program("api.main", data_dir / "api.log", env, http_probe(f"{url}/healthz"))
        await stack.enter_async_context(program)
        yield Installation(url, program, pool)


async def cookies(pool: Pool) -> list[str]:
    """The cookie of each client; so many share a session."""
    made = []
    async with transaction(pool) as connection:
        user_id = await users.add(connection, NewUser("ann", None, Role.READ, ["*/*"]), utc_now())
        for _ in range(CLIENTS // EACH):
            secret = token_urlsafe(32)
            await sessions.begin(connection, user_id, secret, utc_now(), HOST, "test")
            made += [secret] * EACH
    return made


@asynccontextmanager
async def listening(installation: Installation) -> AsyncIterator[list[Client]]:
    """All clients, connected."""
    clients = [Client(installation.url, secret) for secret in await cookies(installation.pool)]
    tasks = [asyncio.create_task(client.listen()) for client in clients]
    try:
        async with asyncio.timeout(PATIENCE):
            for client in clients:
                await client.up.wait()
        yield clients
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def report(url: str, numbers: Iterator[int], half: asyncio.Event) -> None:
    """Report pod after pod; what was not answered is said again, as an agent does."""
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        for number in numbers:
            if number == REPORTS // 2:
                half.set()
            pod = CRASH | {"name": f"p{number}", "uid": f"u{number}"}
            while not await is_taken(client, pod):
                await asyncio.sleep(0.1)


async def is_taken(client: httpx.AsyncClient, pod: dict[str, object]) -> bool:
    try:
        answer = await client.post(FAILED, json=pod, headers={"X-Service-Token": AGENT_TOKEN})
    except httpx.HTTPError:
        return False
    return answer.status_code == 202


async def test_every_client_has_every_event_once(installation: Installation) -> None:
    async with listening(installation) as clients, asyncio.timeout(PATIENCE):
        half, numbers = asyncio.Event(), iter(range(REPORTS))
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(report(installation.url, numbers, half))
            await half.wait()
            await installation.program.kill()
            await installation.program.start()
        stored = [
            row["seq"]
            for row in await installation.pool.fetch("SELECT seq FROM ui_events ORDER BY 1")
        ]
        while any(client.last != stored[-1] for client in clients):
            await asyncio.sleep(0.1)
    created = "SELECT count(*) FROM ui_events WHERE topic = 'incident.created'"
    assert await installation.pool.fetchval(created) == REPORTS
    for client in clients:
        assert client.seen == stored
        assert client.connections >= 2
