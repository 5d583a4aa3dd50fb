"""`kill -9` of the worker that tells people, at each boundary of a send: what a receiver gets
over ten restarts. Needs no cluster."""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from temporalio.client import Client

from kure.adapters.clock import utc_now
from kure.adapters.crypto import Keyring
from kure.adapters.key_file import ensure_key
from kure.adapters.postgres import channels
from kure.adapters.postgres.channels import Notifications
from kure.adapters.postgres.pool import open_pool
from tests.notify.receiver import Receiver, receiving
from tests.workflows.test_notify_outages import many, tell
from tests.workflows.world import World

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
ENDED = 20.0


@dataclass
class Told:
    """Incidents, one channel, and the worker that is killed."""

    world: World
    receiver: Receiver
    data_dir: Path
    env: dict[str, str]
    incident_ids: list[str] = field(default_factory=list)
    died_at: list[str] = field(default_factory=list)

    async def set(self, kind: str, incidents: int) -> None:
        """The channel, as an administrator sets it, and so many incidents."""
        cipher = Keyring.load(self.data_dir / "key").cipher("notifications")
        wanted = Notifications(0, [self.receiver.channel(kind)])
        await channels.write(self.world.pool, cipher, wanted, "ada", utc_now())
        self.incident_ids = await many(self.world, incidents)

    async def start(self, incident_id: str, boundary: str = "") -> None:
        """Start the worker, until it dies at the boundary or has told of the incident; then it is
        killed."""
        armed = self.data_dir / "kill" / (boundary or "none")
        if boundary:
            armed.touch()
        worker = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.kill.notify_worker", "notify"), env=self.env, cwd=ROOT
        )
        handle = await tell(self.world, incident_id)
        over = [asyncio.create_task(worker.wait()), asyncio.create_task(handle.result())]
        try:
            found, _ = await asyncio.wait(
                over, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED
            )
            assert found, "it neither died nor ended"
        finally:
            for task in over:
                task.cancel()
            await asyncio.gather(*over, return_exceptions=True)
            if worker.returncode is None:
                worker.kill()
                await worker.wait()
        if boundary and not armed.exists():
            self.died_at.append(boundary)
        armed.unlink(missing_ok=True)

    async def forget_waiting(self, incident_id: str) -> None:
        """What is told next begins at once, not after the pause of a failed attempt: the row is all
        that is left of the killed worker."""
        await (await tell(self.world, incident_id)).terminate("its worker was killed")


@pytest.fixture
async def told(
    database: str, temporal_client: Client, temporal_address: str, data_dir: Path
) -> AsyncIterator[Told]:
    ensure_key(data_dir / "key")
    (data_dir / "kill").mkdir()
    env = {name: value for name, value in os.environ.items() if not name.startswith("KURE_")} | {
        "KURE_KILL_DIR": str(data_dir / "kill"),
        "KURE_DATA_DIR": str(data_dir),
        "KURE_DATABASE_URL": database,
        "KURE_TEMPORAL_ADDRESS": temporal_address,
        "KURE_ENCRYPT_PAYLOADS": "false",
        "KURE_OUTGOING_LOOPBACK": "true",
    }
    pool = await open_pool(database, 4)
    async with receiving() as receiver:
        yield Told(World(temporal_client, pool), receiver, data_dir, env)
    await pool.close()


# How often a message arrives at a receiver that cannot tell a repeated one. Killed between the note
# that it is being asked and the first byte, it is lost: it is taken to have arrived.
ARRIVE = {
    "planned-not-called": 1,
    "asking-not-sent": 0,
    "answered-not-noted": 1,
    "noted-not-acknowledged": 1,
}


async def test_a_receiver_without_a_key_is_never_told_twice(told: Told) -> None:
    await told.set("slack", len(ARRIVE))
    for incident_id, boundary in zip(told.incident_ids, ARRIVE, strict=True):
        await told.start(incident_id, boundary)
        await told.start(incident_id)
    for incident_id in told.incident_ids[-2:]:
        await told.start(incident_id)
    assert told.died_at == list(ARRIVE)
    came = Counter(message["text"] for message in told.receiver.of("/hook"))
    assert came == Counter(
        {f"Deployment shop/app-{number} fails": n for number, n in enumerate(ARRIVE.values()) if n}
    )
    rows = await told.world.pool.fetch(
        "SELECT told, presumed FROM notifications ORDER BY planned_at"
    )
    assert {row["told"] for row in rows} == {"failing"}
    assert [row["presumed"] for row in rows] == [False, True, True, False]


async def test_a_receiver_with_a_key_gets_one_message_however_often_it_comes(told: Told) -> None:
    await told.set("webhook", 1)
    (incident_id,) = told.incident_ids
    boundaries = ["planned-not-called", "asking-not-sent", "answered-not-noted"] * 3
    boundaries.append("noted-not-acknowledged")
    for boundary in boundaries:
        await told.start(incident_id, boundary)
        await told.forget_waiting(incident_id)
    assert told.died_at == boundaries
    await told.start(incident_id)
    # Three answers that nobody noted, and the one that was noted.
    assert len(told.receiver.got) == 4
    assert len({headers["webhook-id"] for headers in told.receiver.headers}) == 1


async def test_a_worker_ends_while_the_database_does_not_answer_and_the_next_one_tells(
    told: Told,
) -> None:
    await told.set("webhook", 1)
    (incident_id,) = told.incident_ids
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "workers.main", "notify"), env=told.env, cwd=ROOT
    )
    async with told.world.pool.acquire() as holder, holder.transaction():
        await holder.execute("LOCK TABLE notifications IN ACCESS EXCLUSIVE MODE")
        await tell(told.world, incident_id)
        async with asyncio.timeout(PATIENCE):
            while not await holder.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
                await asyncio.sleep(0.05)
        worker.terminate()
        async with asyncio.timeout(ENDED):
            assert await worker.wait() == 0
    await told.start(incident_id)
    assert len(told.receiver.got) == 1
