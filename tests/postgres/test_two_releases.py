"""A rollout and its way back: a release goes on working while the schema is migrated to that of
the next one, beside that one, and after that one is gone."""

import asyncio
import itertools
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import httpx
import pytest

from kure.demo.program import Program, http_probe
from kure.demo.temporal import TemporalServer
from tests.api.conftest import AGENT_TOKEN, free_port
from tests.api.test_reports import CRASH, FAILED
from tests.postgres.release import THIS, Release, not_tried, release_after, release_before

SENDERS = 4
PATIENCE = 60
MOST_AGAIN = 20


@dataclass
class Load:
    """Reports, without a pause, to every API in `urls`, each of a pod that is new."""

    urls: list[str]
    answers: Counter[int] = field(default_factory=Counter)
    under_way: Counter[str] = field(default_factory=Counter)
    names: "itertools.count[int]" = field(default_factory=itertools.count)

    async def send(self) -> None:
        headers = {"X-Service-Token": AGENT_TOKEN}
        async with httpx.AsyncClient(timeout=15, headers=headers) as client:
            while True:
                for url in [*self.urls]:
                    if url in self.urls:
                        await self._send_to(client, url)

    async def _send_to(self, client: httpx.AsyncClient, url: str) -> None:
        """As an agent does: until it is taken."""
        name = f"cart-{next(self.names)}"
        report = CRASH | {"name": name, "uid": name}
        self.under_way[url] += 1
        status = 0
        while status != 202:
            try:
                status = (await client.post(url + FAILED, json=report)).status_code
            except httpx.TransportError:
                status = 0
            self.answers[status] += 1
        self.under_way[url] -= 1

    async def leave(self, url: str) -> None:
        """Send nothing more there, as a proxy would before that API is stopped."""
        self.urls.remove(url)
        async with asyncio.timeout(PATIENCE):
            while self.under_way[url]:
                await asyncio.sleep(0.02)

    async def more(self, count: int) -> None:
        """Wait until so many more were answered."""
        until = self.answers.total() + count
        async with asyncio.timeout(PATIENCE):
            while self.answers.total() < until:
                await asyncio.sleep(0.02)


@asynccontextmanager
async def api_of(folder: Path, env: dict[str, str], log: Path) -> AsyncIterator[str]:
    """The API whose source is in `folder`, as a process; its URL."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    paths = {"PYTHONPATH": str(folder), "KURE_PORT": str(port)}
    program = Program("api.main", log, env | paths, http_probe(f"{url}/readyz"))
    await program.start()
    try:
        yield url
    finally:
        await program.stop()


@dataclass(frozen=True)
class Rollout:
    """One release rolled out over another, on a database of its own."""

    before: Release
    after: Release
    database: str
    env: dict[str, str]
    logs: Path

    async def run(self) -> Counter[int]:
        """All that was answered while the release before worked on its own schema and on that of
        the one after, then beside that one, and after that one is gone again."""
        connection = await asyncpg.connect(self.database)
        await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        await self._migrate(connection, self.before)
        async with api_of(self.before.folder, self.env, self.logs / "before.log") as old:
            load = Load([old])
            senders = [asyncio.create_task(load.send()) for _ in range(SENDERS)]
            await load.more(50)
            await self._migrate(connection, self.after)
            await load.more(50)
            async with api_of(self.after.folder, self.env, self.logs / "after.log") as new:
                load.urls.append(new)
                await load.more(100)
                await load.leave(new)
            await load.more(50)
            for sender in senders:
                sender.cancel()
            ended = await asyncio.gather(*senders, return_exceptions=True)
        assert all(isinstance(end, asyncio.CancelledError) for end in ended), ended
        stored = await connection.fetchval("SELECT count(*) FROM reports")
        assert load.answers[202] <= stored <= load.answers[202] + SENDERS
        async with api_of(self.before.folder, self.env, self.logs / "again.log"):
            pass  # the release before also starts on it
        await connection.close()
        return load.answers

    async def _migrate(self, connection: asyncpg.Connection, release: Release) -> None:
        await asyncio.to_thread(release.migrate, self.env)
        found = await connection.fetchval("SELECT version_num FROM alembic_version")
        assert found == release.schema


ROLLOUTS: dict[str, Callable[[Path], tuple[Release, Release]]] = {
    "this release, then one that adds something everywhere": lambda folder: (
        THIS,
        release_after(folder),
    ),
    "the release before, then this one": lambda folder: (release_before(folder), THIS),
}


@pytest.mark.parametrize("releases", list(ROLLOUTS)[: 1 if not_tried() else 2])
async def test_a_release_works_on_the_next_schema_beside_the_next_release_and_after_it(
    database: str, data_dir: Path, releases: str
) -> None:
    old, new = await asyncio.to_thread(ROLLOUTS[releases], data_dir / "other")
    # Of its own: the runs of hundreds of incidents would be left to the workers of other tests.
    async with TemporalServer(data_dir / "temporal", port=0, ui_port=0) as server:
        env = {
            "PATH": str(Path(sys.executable).parent),
            "KURE_DATA_DIR": str(data_dir),
            "KURE_DATABASE_URL": database,
            "KURE_TEMPORAL_ADDRESS": server.address,
            "KURE_ENCRYPT_PAYLOADS": "false",
            "KURE_SERVICE_TOKEN": AGENT_TOKEN,
        }
        answers = await Rollout(old, new, database, env, data_dir).run()
    # A statement that was prepared on the columns of before fails once for each connection; agents
    # send again what is not taken.
    assert answers[202] > 250
    assert answers.total() - answers[202] <= MOST_AGAIN, answers
