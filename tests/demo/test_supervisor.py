"""The supervisor, over children that live in memory."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from kure.demo.child import Child
from kure.demo.supervisor import Pace, State, Supervisor
from kure.errors import Unavailable

PACE = Pace(backoff=(0.001,), steady=60, probe=0.005, silence=0.01)
SECONDS = 10


class Log(list[tuple[str, State, str]]):
    """What was reported, and a way to wait for more."""

    def __init__(self) -> None:
        super().__init__()
        self._news = asyncio.Condition()

    def report(self, name: str, state: State, detail: str) -> None:
        self.append((name, state, detail))

    async def until(self, name: str, state: State, times: int = 1) -> str:
        """The detail of that report, once it came so many times."""
        async with asyncio.timeout(SECONDS):
            while True:
                found = [entry for entry in self if entry[:2] == (name, state)]
                if len(found) >= times:
                    return found[times - 1][2]
                await asyncio.sleep(0.001)


class Fake(Child):
    """A child that ends when told to. `failures` starts fail first."""

    def __init__(self, failures: int = 0, *, stubborn: bool = False) -> None:
        super().__init__(Path("/nonexistent"))
        self.failures = failures
        self.stubborn = stubborn
        self.silent = False
        self.ended = asyncio.Event()

    async def start(self) -> str:
        if self.failures:
            self.failures -= 1
            raise Unavailable("no luck")
        self.ended.clear()
        self.silent = False
        return "here"

    async def answers(self) -> bool:
        return not self.silent

    async def wait(self) -> str:
        await self.ended.wait()
        return "it ended with SIGKILL"

    async def stop(self) -> None:
        if self.stubborn:
            await self.ended.wait()
        self.ended.set()

    async def kill(self) -> None:
        self.ended.set()


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
async def supervisor(log: Log) -> AsyncIterator[Supervisor]:
    made = Supervisor(log.report, PACE)
    yield made
    made.hurry()
    await made.stop()


async def test_a_required_child_that_cannot_start_is_an_error(supervisor: Supervisor) -> None:
    with pytest.raises(Unavailable, match="no luck"):
        await supervisor.start({"a": Fake(), "b": Fake(failures=1)}, required=True)


async def test_any_other_that_cannot_start_is_told_and_tried_again(
    supervisor: Supervisor, log: Log
) -> None:
    await supervisor.start({"a": Fake(failures=2)}, required=False)
    await log.until("a", State.RUNNING)
    assert [state for _, state, _ in log].count(State.DOWN) == 2


async def test_one_that_ends_is_told_and_started_again(supervisor: Supervisor, log: Log) -> None:
    child = Fake()
    await supervisor.start({"a": child}, required=True)
    child.ended.set()
    assert "it ended with SIGKILL; starts again in" in await log.until("a", State.DOWN)
    await log.until("a", State.RUNNING, times=2)


async def test_one_that_falls_silent_is_told_then_killed_and_started_again(
    supervisor: Supervisor, log: Log
) -> None:
    child = Fake()
    await supervisor.start({"a": child}, required=True)
    child.silent = True
    await log.until("a", State.SILENT)
    assert "it gave no answer" in await log.until("a", State.DOWN)
    await log.until("a", State.RUNNING, times=2)


async def test_stages_stop_in_the_reverse_of_their_order(supervisor: Supervisor, log: Log) -> None:
    await supervisor.start({"server": Fake()}, required=True)
    await supervisor.start({"part": Fake()}, required=True)
    await supervisor.stop()
    assert [name for name, state, _ in log if state is State.STOPPED] == ["part", "server"]


async def test_a_hurry_kills_what_does_not_stop(supervisor: Supervisor, log: Log) -> None:
    stubborn = Fake(stubborn=True)
    await supervisor.start({"a": stubborn}, required=True)
    stopping = asyncio.create_task(supervisor.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    supervisor.hurry()
    await asyncio.wait_for(stopping, SECONDS)
    assert stubborn.ended.is_set()


async def test_what_does_not_stop_in_time_is_killed(log: Log) -> None:
    supervisor = Supervisor(log.report, replace(PACE, farewell=0.01))
    stubborn, other = Fake(stubborn=True), Fake(stubborn=True)
    await supervisor.start({"first": other}, required=True)
    await supervisor.start({"last": stubborn}, required=True)
    await asyncio.wait_for(supervisor.stop(), SECONDS)
    assert stubborn.ended.is_set()
    assert other.ended.is_set()
