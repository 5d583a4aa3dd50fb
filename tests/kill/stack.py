"""The whole of Kure as processes under its own supervisor, against the real cluster, each with the
rights of its own account."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from temporalio.client import Client

from kure.adapters.clock import utc_now
from kure.adapters.cluster.credentials import read_access
from kure.adapters.key_file import ensure_key
from kure.adapters.postgres.migrate import migrate
from kure.adapters.postgres.pool import Pool, open_pool
from kure.adapters.temporal import connect
from kure.demo.admin import first_admin
from kure.demo.child import Child
from kure.demo.ports import free_port
from kure.demo.postgres import PostgresServer
from kure.demo.program import Program, http_probe
from kure.demo.supervisor import Pace, Supervisor
from kure.demo.temporal import TemporalServer
from kure.operating.backup import run_backup, run_restore
from kure.settings import Settings
from tests.cluster.accounts import Account, apply_rights, sign_in
from tests.cluster.kube import Admin
from tests.kill.wrong_clock import set_wrong

QUICK = Pace(backoff=(0.1, 0.2, 0.5), probe=0.5)
PATIENCE = 90.0

# Who each part is to the cluster.
ACCOUNTS = {"api": Account.BACKEND, "worker": Account.WORKER, "agent": Account.AGENT}


@dataclass
class Stack:
    """What runs, and ways to ask and to kill."""

    data_dir: Path
    url: str
    token: str
    children: dict[str, Child]
    pool: Pool
    temporal: Client
    agents_url: str
    events: list[tuple[int, str, dict[str, Any]]] = field(default_factory=list)

    def arm(self, boundary: str) -> None:
        """The next process that reaches the boundary dies there."""
        (self.data_dir / "kill" / boundary).touch()

    def armed(self, boundary: str) -> bool:
        return (self.data_dir / "kill" / boundary).exists()

    def set_clock(self, shift: timedelta) -> None:
        """The worker's machine is wrong by so much from now on."""
        set_wrong(self.data_dir / "kill", shift)

    async def back_up(self, file: Path) -> None:
        """`kure backup`, while all goes on."""
        postgres = self.children["postgres"]
        assert isinstance(postgres, PostgresServer), "it was started as one"
        await run_backup(as_operator(self.data_dir, postgres.url), file, lambda _: None)

    async def kill(self, name: str) -> None:
        """`kill -9`; the supervisor starts it again."""
        await self.children[name].kill()

    async def incidents(self, namespace: str) -> list[dict[str, Any]]:
        """What people see of a namespace; the API may be away for a moment."""
        async with httpx.AsyncClient(base_url=self.url, timeout=5) as client:
            try:
                answer = await client.get(
                    "/api/incidents",
                    params={"namespace": namespace, "limit": 200},
                    headers={"Authorization": f"Bearer {self.token}"},
                )
            except httpx.HTTPError:
                return []
        items: list[dict[str, Any]] = answer.json().get("items", [])
        return items

    async def rows(self, namespace: str) -> dict[str, dict[str, Any]]:
        """The same by workload; AssertionError where a workload has two."""
        found = await self.incidents(namespace)
        assert len({row["name"] for row in found}) == len(found), found
        return {row["name"]: row for row in found}

    async def until_all(self, namespace: str, names: set[str], status: str) -> None:
        """Wait until these workloads, and no others, have diagnosed incidents of this status."""
        found: dict[str, dict[str, Any]] = {}
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    found = await self.rows(namespace)
                    as_told = {
                        name
                        for name, row in found.items()
                        if row["status"] == status and not row["diagnosing"]
                    }
                    if as_told == names:
                        return
                    await asyncio.sleep(0.2)
        except TimeoutError:
            raise TimeoutError(f"{namespace} stayed at {found}") from None

    async def config(self) -> dict[str, Any]:
        """What the page knows of the installation."""
        async with httpx.AsyncClient(base_url=self.url, timeout=5) as client:
            headers = {"Authorization": f"Bearer {self.token}"}
            found: dict[str, Any] = (await client.get("/api/config", headers=headers)).json()
        return found

    async def until(
        self, namespace: str, holds: Callable[[dict[str, Any]], bool]
    ) -> dict[str, Any]:
        """Wait for the namespace's one incident to be as told."""
        found: list[dict[str, Any]] = []
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    found = await self.incidents(namespace)
                    if found and holds(found[0]):
                        return found[0]
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise TimeoutError(f"{namespace} stayed at {found}") from None

    async def listen(self) -> None:
        """Follow the live stream over every restart, as a browser does."""
        last = 0
        while True:
            headers = {"Authorization": f"Bearer {self.token}", "Last-Event-ID": str(last)}
            try:
                async with (
                    httpx.AsyncClient(base_url=self.url, timeout=httpx.Timeout(5, read=30)) as c,
                    c.stream("GET", "/api/events", headers=headers) as answer,
                ):
                    fields: dict[str, str] = {}
                    async for line in answer.aiter_lines():
                        name, _, value = line.partition(": ")
                        fields[name] = value
                        if not line and "id" in fields:
                            last = int(fields["id"])
                            data = json.loads(fields["data"])
                            self.events.append((last, fields["event"], data))
                        if not line:
                            fields = {}
            except httpx.HTTPError:
                await asyncio.sleep(0.1)


async def kubeconfigs(folder: Path, server: str | None = None) -> dict[Account, str]:
    """A kubeconfig for each of Kure's accounts, which have the rights of infra/rbac and no more."""
    access = await read_access(Settings(kubeconfig=Path(os.environ["KUBECONFIG"])))
    admin = Admin(access)
    try:
        await apply_rights(admin)
        return {
            account: str(await sign_in(admin, access, account, folder, server=server))
            for account in Account
        }
    finally:
        await admin.aclose()


def as_operator(data_dir: Path, database_url: str) -> Settings:
    """The settings of who gives the commands of an operator there."""
    return Settings(data_dir=data_dir, database_url=SecretStr(database_url))


async def restored(data_dir: Path, file: Path) -> None:
    """`kure restore`, into a database that is made for it; `running` there goes on with it."""
    async with PostgresServer(data_dir) as postgres:
        operator = as_operator(data_dir, postgres.url)
        await run_restore(operator, file, lambda _: None, replace=False)


@asynccontextmanager
async def running(
    data_dir: Path,
    *,
    server: str | None = None,
    parts: Iterable[str] = ACCOUNTS,
    **more: str,
) -> AsyncIterator[Stack]:
    """Everything started, each part with its own account; stopped at the end.

    `server` stands for the API server, where something between shall see the calls; `parts` are
    the parts of Kure to start; `more` are further settings, as KURE_ variables.
    """
    ensure_key(data_dir / "key")
    (data_dir / "kill").mkdir()
    supervisor = Supervisor(lambda name, state, detail: None, QUICK)
    postgres, temporal = PostgresServer(data_dir), TemporalServer(data_dir, port=0, ui_port=0)
    try:
        await supervisor.start({"postgres": postgres, "temporal": temporal}, required=True)
        await migrate(postgres.url)
        admin = await first_admin(postgres.url, data_dir, utc_now())
        port = free_port(18080)
        url = f"http://127.0.0.1:{port}"
        accounts = await kubeconfigs(data_dir, server)
        # without the tests' own kubeconfig: nothing of Kure may fall back on it
        env = {name: value for name, value in os.environ.items() if name != "KUBECONFIG"} | {
            "KURE_KILL_DIR": str(data_dir / "kill"),
            "KURE_DATA_DIR": str(data_dir),
            "KURE_PORT": str(port),
            "KURE_API_URL": url,
            "KURE_DATABASE_URL": postgres.url,
            "KURE_TEMPORAL_ADDRESS": temporal.address,
            "KURE_CLUSTER": "kill",
            "KURE_SCAN_CRON": "-",
            "KURE_QUIET": "PT2S",
            "KURE_CRASH_QUIET": "PT2S",
            # longer than a pod of a repaired workload takes to start on a busy node: told as
            # pending, its new template would be a new question, with a diagnosis of its own
            "KURE_GRACES__PENDING": "PT10S",
            **more,
        }
        probes = {"api": http_probe(f"{url}/healthz")}
        programs = {
            part: Program(
                f"tests.kill.{part}",
                data_dir / "log" / f"{part}.log",
                env | {"KURE_KUBECONFIG": accounts[ACCOUNTS[part]]},
                probes.get(part),
            )
            for part in parts
        }
        await supervisor.start(programs, required=True)
        settings = Settings(data_dir=data_dir, temporal_address=temporal.address)
        stack = Stack(
            data_dir=data_dir,
            url=url,
            token=admin.token,
            children={"postgres": postgres, "temporal": temporal, **programs},
            pool=await open_pool(postgres.url, 4),
            temporal=await connect(settings),
            agents_url=f"http://{more['KURE_AGENT_LISTEN']}"
            if "KURE_AGENT_LISTEN" in more
            else url,
        )
        listening = asyncio.create_task(stack.listen())
        try:
            yield stack
        finally:
            listening.cancel()
            stack.pool.terminate()
    finally:
        await supervisor.stop()
