"""A thousand clients of the live stream, of 250 sessions, on one API process: when the last of them
has an event, and what they cost in memory."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_urlsafe
from time import monotonic

from benchmarks.agents import resident, say
from benchmarks.samples import Result, Row
from kure.adapters.postgres.access import sessions, users
from kure.adapters.postgres.access.users import NewUser
from kure.adapters.postgres.events import NewEvent, emit
from kure.adapters.postgres.migrate import migrate
from kure.adapters.postgres.pool import Pool, open_pool, transaction
from kure.demo.ports import free_port
from kure.demo.postgres import PostgresServer
from kure.demo.program import Program, http_probe
from kure.domain.access.roles import Role
from kure.domain.access.scopes import EVERYTHING
from kure.errors import Unavailable

SESSIONS, EACH, EVENTS = 250, 4, 20
ACCOUNTS, PROCESSES = 10, 2
EVERY_SECONDS = 0.5
PATIENCE = 120
TOPIC = "bench.event"
HOST = "127.0.0.1"


async def audience(folder: Path) -> Result:
    """On a PostgreSQL and an API process of its own, with their files in the folder."""
    async with PostgresServer(folder) as postgres, AsyncExitStack() as stack:
        await migrate(postgres.url)
        port = free_port(18090)
        api = await stack.enter_async_context(_api(folder, postgres.url, port))
        pool = await stack.enter_async_context(await open_pool(postgres.url))
        cookies = await _sign_in(pool)
        before, _ = resident(api)
        say(f"Connecting {len(cookies)} clients")
        crowds = [
            await stack.enter_async_context(_crowd(port, cookies[n::PROCESSES]))
            for n in range(PROCESSES)
        ]
        for crowd in crowds:
            await _line(crowd, "up")
        connected, _ = resident(api)
        busy = _cpu(api)
        took = [await _tell(pool, number, crowds) for number in range(EVENTS)]
        busy = (_cpu(api) - busy) / EVENTS
        _, most = resident(api)
    rows = [
        Row("from its commit to the last client, slowest", max(took), 1000, "ms"),
        Row("… fastest", min(took), None, "ms"),
        Row("processor time of the API process for one of them", busy * 1000, None, "ms"),
        Row("memory of the API process without clients", before, None, "MiB"),
        Row("… with them", connected, None, "MiB"),
        Row("… at most", most, None, "MiB"),
    ]
    title = f"{EVENTS} events to {SESSIONS * EACH} clients of {SESSIONS} sessions, one API process"
    return Result("audience", title, rows, took)


def _cpu(pid: int) -> float:
    """Seconds of a processor that it has used.

    https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html"""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def _api(folder: Path, database: str, port: int) -> AsyncIterator[int]:
    """An API process; gives its number. It has no work for Temporal, so there is none."""
    env = os.environ | {
        "KURE_DATA_DIR": str(folder),
        "KURE_DATABASE_URL": database,
        "KURE_PORT": str(port),
    }
    probe = http_probe(f"http://{HOST}:{port}/healthz")
    async with Program("api.main", folder / "api.log", env, probe) as program:
        assert program.pid, "it has just started"
        yield program.pid


async def _sign_in(pool: Pool) -> list[str]:
    """The header of each client."""
    now, cookies = datetime.now(UTC), list[str]()
    async with transaction(pool) as connection:
        for account in range(ACCOUNTS):
            new = NewUser(f"bench-{account}", None, Role.READ, [EVERYTHING])
            user_id = await users.add(connection, new, now)
            for _ in range(SESSIONS // ACCOUNTS):
                cookies.append(secret := token_urlsafe(32))
                await sessions.begin(connection, user_id, secret, now, HOST, "bench")
    return [f"Cookie: kure_session={secret}" for secret in cookies for _ in range(EACH)]


@asynccontextmanager
async def _crowd(port: int, headers: Sequence[str]) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.listeners", HOST, str(port), TOPIC,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None, "it was asked for"
    process.stdin.write("\n".join(headers).encode())
    process.stdin.close()
    try:
        yield process
    finally:
        process.kill()
        await process.wait()


async def _line(crowd: asyncio.subprocess.Process, start: str) -> str:
    """What a crowd says after that word."""
    assert crowd.stdout is not None, "it was asked for"
    async with asyncio.timeout(PATIENCE):
        line = (await crowd.stdout.readline()).decode().strip()
    if not line.startswith(start):
        raise Unavailable(f"A crowd of clients said {line[:300]!r} in place of {start!r}.")
    return line.removeprefix(start)


async def _tell(pool: Pool, number: int, crowds: Sequence[asyncio.subprocess.Process]) -> float:
    """Write an event; returns the milliseconds until the last client has it."""
    async with transaction(pool) as connection:
        event = NewEvent(TOPIC, "bench", str(number), payload={"number": number})
        await emit(connection, datetime.now(UTC), event)
    committed = monotonic()
    arrived = [float(await _line(crowd, f"{number} ")) for crowd in crowds]
    await asyncio.sleep(EVERY_SECONDS)
    return (max(arrived) - committed) * 1000
