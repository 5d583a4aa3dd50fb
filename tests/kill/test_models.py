"""`kill -9` of the worker that asks models, at each boundary of a call; the model's own counter
judges. Needs no cluster."""

import asyncio
import os
import sys
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from temporalio import activity
from temporalio.client import Client

from kure.adapters.crypto import Keyring
from kure.adapters.key_file import ensure_key
from kure.adapters.postgres.models import views
from kure.adapters.postgres.pool import open_pool
from kure.contracts.investigating import InvestigationView, Read, ReadRequest
from tests.models.saying import ANSWER, reads_then_answers, turns_so_far
from tests.models.server import ModelServer
from tests.models.setting import provider, put
from tests.models.steps import Step
from tests.models.wire import Protocol
from tests.workflows.test_incident import diagnosed
from tests.workflows.world import World

ROOT = Path(__file__).parents[2]
PATIENCE = 300.0
SENT = "sent-not-answered"
# How often the model is asked a turn in which the worker dies there, and whether a call is lost.
BOUNDARIES = {
    "noted-not-sent": (1, True),
    SENT: (2, True),
    "answered-not-stored": (2, True),
    "stored-not-told": (1, False),
}
TURNS = (1, 2, 3)
# Three deaths each; with the long ones, 21.
TIMES = [0, *(pytest.param(nth, marks=pytest.mark.long) for nth in range(1, 7))]


@dataclass
class Asked:
    """An incident, a model that wants something to be read before it answers, and the worker that
    dies at `boundary`, once for each of `deaths`, the turns in which it does."""

    world: World
    server: ModelServer
    data_dir: Path
    env: dict[str, str]
    boundary: str = ""
    deaths: list[int] = field(default_factory=list)
    worker: Process | None = None

    def __post_init__(self) -> None:
        self.server.decide = self._decide

    def _decide(self, protocol: Protocol, asked: dict[str, Any]) -> Step:
        turn = turns_so_far(asked) + 1
        if self.boundary == SENT and self.deaths[:1] == [turn]:
            self.deaths.pop(0)
            assert self.worker is not None
            self.worker.kill()
            return Step(fault="hang")
        return reads_then_answers(TURNS[-1] - 1)(protocol, asked)

    def arm_for(self, turn: int) -> None:
        """The worker is to die when it comes to the boundary next, if that is in this turn."""
        if self.boundary != SENT and self.deaths[:1] == [turn]:
            self.deaths.pop(0)
            (self.data_dir / "kill" / self.boundary).touch()

    @activity.defn
    async def read_for_model(self, request: ReadRequest) -> Read:
        """Between two turns: there is nothing to be read."""
        self.arm_for(request.turn + 1)
        return Read(call_id=request.wish.call_id, refusal="There is no such object.")

    async def start(self) -> None:
        self.worker = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.kill.models_worker", "models"), env=self.env, cwd=ROOT
        )

    async def stop(self) -> None:
        if self.worker is not None and self.worker.returncode is None:
            self.worker.kill()
            await self.worker.wait()

    async def investigated(self) -> InvestigationView:
        """The investigation, once it is over, however often the worker died meanwhile."""
        self.arm_for(1)
        await self.start()
        async with self.world.working(reads=[self.read_for_model]):
            incident_id = UUID(await diagnosed(self.world))
            async with asyncio.timeout(PATIENCE):
                while True:
                    found = await views.newest(self.world.pool, incident_id)
                    if found is not None and found.state != "asking":
                        return found
                    assert self.worker is not None
                    if self.worker.returncode is not None:
                        await self.start()
                    await asyncio.sleep(0.05)

    @property
    def asked(self) -> dict[int, int]:
        """How often the model was asked, by turn."""
        return dict(Counter(turns_so_far(one.json) + 1 for one in self.server.asked))


@pytest.fixture
async def asked(
    database: str, temporal_client: Client, temporal_address: str, data_dir: Path
) -> AsyncIterator[Asked]:
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
    pool = await open_pool(database, 8)
    async with ModelServer() as server:
        await put(pool, Keyring.load(data_dir / "key"), provider(server))
        asked = Asked(World(temporal_client, pool), server, data_dir, env)
        yield asked
        await asked.stop()
    await pool.close()


@pytest.mark.parametrize("boundary", BOUNDARIES)
@pytest.mark.parametrize("nth", TIMES)
async def test_a_stored_turn_is_never_asked_again_and_one_cut_off_once_more(
    asked: Asked, boundary: str, nth: int
) -> None:
    """The worker dies there in each turn."""
    times, is_lost = BOUNDARIES[boundary]
    asked.boundary, asked.deaths = boundary, list(TURNS)
    found = await asked.investigated()
    assert asked.deaths == []
    assert asked.asked == dict.fromkeys(TURNS, times)
    lost = [(call.turn, call.attempt) for call in found.calls if call.state == "lost"]
    assert lost == ([(turn, 1) for turn in TURNS] if is_lost else [])
    assert [call.turn for call in found.calls if call.state == "answered"] == list(TURNS)
    assert (found.state, found.answer and found.answer.cause) == ("answered", ANSWER["cause"])
    await there_is_one_of_each(asked)


async def there_is_one_of_each(asked: Asked) -> None:
    """One diagnosis, one investigation, one answer, and nothing under way."""
    pool = asked.world.pool
    for counted in (
        "FROM diagnoses",
        "FROM investigations",
        "FROM investigations WHERE answer IS NOT NULL",
        "FROM timeline WHERE what = 'model answered'",
        "FROM ui_events WHERE topic = 'diagnosis.ready' AND payload ->> 'source' = 'model'",
    ):
        assert await pool.fetchval(f"SELECT count(*) {counted}") == 1, counted
    assert await pool.fetchval("SELECT count(*) FROM model_calls WHERE state = 'asking'") == 0


async def test_a_turn_that_is_cut_off_twice_is_not_asked_a_third_time(asked: Asked) -> None:
    asked.boundary, asked.deaths = SENT, [2, 2]
    found = await asked.investigated()
    assert asked.asked == {1: 1, 2: 2}
    assert [call.state for call in found.calls] == ["answered", "lost", "lost"]
    assert found.state == "unanswered"
    assert "two calls of this turn were cut off" in found.text
