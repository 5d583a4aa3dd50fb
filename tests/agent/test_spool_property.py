"""Any sequence of verdicts, answers, kills and restarts: each subject's last state is told, and
never an older one after a newer one."""

import asyncio
import json
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.report import Kind, Outbox
from agent.spool import Spool

PATIENCE = 15
STATES = (Kind.FAILED, Kind.HEALTHY, Kind.GONE)


class Taking:
    """Takes as many reports as it is allowed to, and then is away."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.allowed = asyncio.Semaphore(0)

    async def insist(self, method: str, path: str, body: bytes | None = None) -> bytes:
        await self.allowed.acquire()
        self.told.append(json.loads(body or b""))
        return b"{}"


class World:
    """One spool, over the lives of several agents. What was put last of each subject, as far as it
    was on disk, is in `promised`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.api = Taking()
        self.count = 0
        self.promised: dict[str, int] = {}
        self.start()

    def start(self) -> None:
        self.outbox = Outbox(self.api, lambda uid: None, Spool(self.folder, 1024 * 1024))
        self.running = asyncio.create_task(self.outbox.run())

    async def put(self, uid: str, kind: Kind, *, is_awaited: bool) -> None:
        self.count += 1
        body = json.dumps({"uid": uid, "state": self.count}).encode()

        async def prepared() -> bytes:
            return body

        self.outbox.put(uid, kind, asyncio.create_task(prepared()))
        if is_awaited:
            async with asyncio.timeout(PATIENCE):
                while not self.is_safe(uid, self.count):
                    await asyncio.sleep(0)
            self.promised[uid] = self.count

    def is_safe(self, uid: str, state: int) -> bool:
        if {"uid": uid, "state": state} in self.api.told:
            return True
        text = f'"state": {state}}}'
        with suppress(FileNotFoundError):
            return any(text in file.read_text() for file in self.folder.glob("*.report"))
        return False

    async def take(self, count: int) -> None:
        for _ in range(count):
            self.api.allowed.release()
        for _ in range(20):
            await asyncio.sleep(0)

    async def kill(self) -> None:
        self.running.cancel()
        await asyncio.wait([self.running])
        self.outbox.close()
        self.start()


async def play(steps: Sequence[tuple[Any, ...]]) -> World:
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder) / "spool")
        for what, *details in steps:
            match what:
                case "put":
                    uid, kind, is_awaited = details
                    await world.put(uid, kind, is_awaited=is_awaited)
                case "take":
                    await world.take(*details)
                case _:
                    await world.kill()
        for _ in range(world.count):
            world.api.allowed.release()
        await asyncio.wait_for(world.outbox.drained(), PATIENCE)
        world.running.cancel()
        await asyncio.wait([world.running])
        world.outbox.close()
    return world


STEPS = st.one_of(
    st.tuples(st.just("put"), st.sampled_from("ab"), st.sampled_from(STATES), st.booleans()),
    st.tuples(st.just("take"), st.integers(1, 3)),
    st.tuples(st.just("kill")),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(STEPS, max_size=25))
def test_the_last_state_is_told_and_never_an_older_one_after_it(
    steps: list[tuple[Any, ...]],
) -> None:
    world = asyncio.run(play(steps))
    for uid, last in world.promised.items():
        states = [told["state"] for told in world.api.told if told["uid"] == uid]
        assert states == sorted(states)
        assert states[-1] >= last
