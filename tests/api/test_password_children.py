"""Passwords are compared in processes of their own: what it costs when one is killed, and that none
is left behind."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from kure.adapters.clock import utc_now
from kure.adapters.passwords import CHILD, Passwords
from kure.adapters.postgres.access import users
from kure.adapters.postgres.access.users import NewUser
from kure.adapters.postgres.pool import open_pool, transaction
from kure.demo.process import command_line, is_alive
from kure.demo.program import Program, http_probe
from kure.domain.access.roles import Role
from kure.errors import Unavailable
from tests.api.conftest import AGENT_TOKEN, free_port
from tests.api.people import HASHED, PASSWORD

LOGIN = "/api/auth/login"
RIGHT = {"name": "ada", "password": PASSWORD}


def children(pid: int) -> list[int]:
    """The processes that compare passwords for a process."""
    started = [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]
    return [child for child in started if CHILD.name in command_line(child)]


def shown(pid: int) -> bytes:
    """What the system shows of a process to whoever lists them."""
    folder = Path(f"/proc/{pid}")
    return (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()


@dataclass
class Installation:
    """An API process of its own, where ada has an account."""

    program: Program
    client: httpx.AsyncClient

    @property
    def pid(self) -> int:
        assert self.program.pid is not None
        return self.program.pid

    async def sign_in(self) -> int:
        return (await self.client.post(LOGIN, json=RIGHT)).status_code


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
        "KURE_SERVICE_TOKEN": AGENT_TOKEN,
    }
    url = f"http://127.0.0.1:{port}"
    async with await open_pool(database, 1) as pool, transaction(pool) as connection:
        await users.add(connection, NewUser("ada", HASHED, Role.READ, ["*/*"]), utc_now())
    program = Program("api.main", data_dir / "api.log", env, http_probe(f"{url}/healthz"))
    async with program, httpx.AsyncClient(base_url=url, timeout=30) as client:
        yield Installation(program, client)


async def test_a_killed_child_costs_nobody_the_sign_in(installation: Installation) -> None:
    assert await installation.sign_in() == 204
    (idle,) = children(installation.pid)
    os.kill(idle, signal.SIGKILL)
    assert await installation.sign_in() == 204
    (stopped,) = children(installation.pid)
    assert stopped != idle
    os.kill(
        stopped, signal.SIGSTOP
    )  # so that it is killed with a question that it has not answered
    asking = asyncio.create_task(installation.sign_in())
    await asyncio.wait([asking], timeout=0.5)
    assert not asking.done()
    os.kill(stopped, signal.SIGKILL)
    assert await asking == 204
    wrong = await installation.client.post(LOGIN, json=RIGHT | {"password": "another one"})
    assert wrong.status_code == 401


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
async def test_an_api_leaves_no_child_behind_however_it_ends(
    installation: Installation, number: signal.Signals
) -> None:
    assert await installation.sign_in() == 204
    api, left = installation.pid, children(installation.pid)
    assert left
    os.kill(api, number)
    async with asyncio.timeout(20):
        while any(is_alive(pid) for pid in [api, *left]):
            await asyncio.sleep(0.05)


async def test_no_list_of_processes_shows_a_password(installation: Installation) -> None:
    assert await installation.sign_in() == 204
    (child,) = children(installation.pid)
    assert PASSWORD.encode() not in shown(child)
    assert b"KURE_" not in shown(child), "settings are not for it"


async def test_whoever_goes_away_leaves_no_answer_to_the_next() -> None:
    passwords = Passwords()
    assert await passwords.match(HASHED, PASSWORD)
    asking = asyncio.create_task(passwords.match(HASHED, PASSWORD))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert not await passwords.match(HASHED, "another one")
    assert not await passwords.match(None, PASSWORD)
    assert await passwords.match(await passwords.hash("täst \U0001f511"), "täst \U0001f511")
    await passwords.aclose()
    assert not children(os.getpid())


async def test_where_no_child_lives_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kure.adapters.passwords.CHILD", Path("/nowhere/child.py"))
    with pytest.raises(Unavailable, match="ended 2 times"):
        await Passwords().match(HASHED, PASSWORD)
