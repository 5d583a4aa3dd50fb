"""The live stream's limits: of a session, of a process, of a client that does not read; and what
ends it."""

import asyncio
import select
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from api import places, unread
from api.hub import Hub
from api.listening import Listener
from api.places import Places
from api.streaming import WRITTEN, stream
from api.subscription import Mark
from kure.adapters.postgres.events import NewEvent, emit, since
from kure.adapters.postgres.pool import Pool, open_pool, transaction
from kure.contracts.events import UiEvent
from kure.errors import TooOften, Unavailable
from kure.ids import new_id
from tests.api import live
from tests.api.conftest import Api
from tests.api.live import tell

NOW = datetime(2026, 11, 1, tzinfo=UTC)
INCIDENT = """
    INSERT INTO incidents (id, cluster, namespace, kind, name, status, severity, first_seen,
        last_seen)
    VALUES ($1, 'c', $2, 'Deployment', 'd', 'open', 'high', $3, $3)
"""


async def test_a_thousand_streams_of_one_session_are_refused_but_five(api: Api) -> None:
    async with asyncio.TaskGroup() as group:
        gate = asyncio.Semaphore(50)
        asked = [group.create_task(status_of_a_stream(api, gate)) for _ in range(1000)]
        async with asyncio.timeout(30):
            while sum(task.done() for task in asked) < 1000 - places.MOST_EACH:
                await asyncio.sleep(0.05)
        refused = await api.person("GET", "/api/events")
        for task in asked:
            task.cancel()
    assert {task.result() for task in asked if not task.cancelled()} == {429}
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "15"
    assert refused.headers["content-type"] == "application/problem+json"
    assert "5 live streams open" in refused.json()["detail"]
    async with asyncio.timeout(10):
        while (await status_of_a_stream(api, gate, hold=False)) != 200:
            await asyncio.sleep(0.05)


async def status_of_a_stream(api: Api, gate: asyncio.Semaphore, *, hold: bool = True) -> int:
    """Open one and keep it; the status at once where it is refused."""
    headers = {"Authorization": f"Bearer {api.token}"}
    reader, writer = None, None
    async with gate:
        reader, writer = await asyncio.open_connection("127.0.0.1", api.settings.port)
        lines = ["GET /api/events HTTP/1.1", f"Host: 127.0.0.1:{api.settings.port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode())
        status = int((await reader.readline()).split()[1])
    try:
        if status == 200 and hold:
            await asyncio.Event().wait()
    finally:
        writer.close()
    return status


def test_a_process_has_an_end_of_places_whoever_asks() -> None:
    taken = Places()
    for number in range(places.MOST):
        taken.take(f"session/{number % 240}")
    with pytest.raises(TooOften, match="5 live streams"):
        taken.take("session/0")
    with pytest.raises(Unavailable, match="1200"):
        taken.take("session/new")
    taken.leave("session/0")
    taken.take("session/new")
    assert taken.taken == places.MOST


async def test_a_client_that_never_reads_is_cut(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unread.Http, "seconds", 0.5)
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    slow.connect(("127.0.0.1", api.settings.port))
    host = f"Host: 127.0.0.1:{api.settings.port}"
    token = f"Authorization: Bearer {api.token}"
    slow.sendall(f"GET /api/events HTTP/1.1\r\n{host}\r\n{token}\r\n\r\n".encode())
    async with live.stream(api) as quick:
        await quick.next()
        async with asyncio.timeout(60):
            number = 0
            while not is_cut(slow):
                await tell(api.pool, number, filler="x" * 200_000)
                assert await quick.numbers(1) == [number], "one that reads is not held up"
                number += 1
    slow.close()
    async with asyncio.timeout(10), AsyncExitStack() as stack:
        for _ in range(places.MOST_EACH):
            await stack.enter_async_context(live.stream(api))


def is_cut(client: socket.socket) -> bool:
    poll = select.poll()
    poll.register(client, 0)
    return bool(poll.poll(0))


@dataclass
class Rights:
    """What a listener may, changed under their feet."""

    allowed: bool = True
    hidden: set[str] = field(default_factory=set)
    asked: int = 0

    def listener(self) -> Listener:
        return Listener("session/1", self._sees, lambda e: e.topic == "access.changed", self._still)

    def _sees(self, event: UiEvent) -> bool:
        return event.entity_id not in self.hidden

    async def _still(self) -> bool:
        self.asked += 1
        return self.allowed


@pytest.fixture
async def hub(database: str) -> AsyncIterator[tuple[Hub, Pool]]:
    pool = await open_pool(database, 2)
    hub = Hub(pool, database)
    running = asyncio.create_task(hub.run())
    await hub.begun()
    yield hub, pool
    running.cancel()
    await pool.close()


async def test_who_may_no_longer_listen_is_told_and_sent_nothing_more(
    hub: tuple[Hub, Pool],
) -> None:
    live_hub, pool = hub
    rights = Rights()
    sent = stream(live_hub, rights.listener(), None, lambda: NOW)
    assert b"event: hb" in await anext(sent)
    await tell(pool, 1)
    assert b'"number":1' in await anext(sent)
    rights.allowed = False
    async with transaction(pool) as connection:
        ended = NewEvent("access.changed", "user", "u1")
        await emit(connection, NOW, ended, live.event(2))
    assert [part async for part in sent] == [WRITTEN[Mark.BYE]]


async def test_at_each_heartbeat_it_is_asked_whether_the_session_still_is(
    hub: tuple[Hub, Pool],
) -> None:
    rights = Rights()
    sent = stream(hub[0], rights.listener(), None, lambda: NOW, beat_seconds=0.05)
    assert [b"event: hb" in await anext(sent) for _ in range(3)] == [True] * 3
    assert rights.asked == 2
    rights.allowed = False
    assert [part async for part in sent] == [WRITTEN[Mark.BYE]]


async def test_a_busy_stream_has_its_heartbeats_as_well(hub: tuple[Hub, Pool]) -> None:
    live_hub, pool = hub
    sent = stream(live_hub, Rights().listener(), None, lambda: NOW, beat_seconds=0.2)
    await anext(sent)
    async with asyncio.timeout(10):
        while b"event: hb" not in await anext(sent):
            await tell(pool, 1)


async def test_what_a_listener_may_not_see_is_not_sent(hub: tuple[Hub, Pool]) -> None:
    live_hub, pool = hub
    sent = stream(live_hub, Rights(hidden={"2"}).listener(), None, lambda: NOW)
    await anext(sent)
    await tell(pool, 1, 2, 3)
    text = (await anext(sent)).decode()
    assert '"number":1' in text
    assert '"number":2' not in text
    assert '"number":3' in text


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("incident", ("c", "n")),
        ("node", ("c", "_")),
        ("cluster", ("c", None)),
        ("none", (None, None)),
    ],
)
async def test_an_event_says_where_it_belongs(
    hub: tuple[Hub, Pool], place: str, expected: tuple[str | None, str | None]
) -> None:
    _, pool = hub
    incident_id = new_id()
    namespace = {"incident": "n", "node": ""}.get(place)
    if namespace is not None:
        await pool.execute(INCIDENT, incident_id, namespace, NOW)
    of: dict[str, Any] = {"cluster": "c"} if place == "cluster" else {}
    if namespace is not None:
        of = {"incident_id": incident_id}
    async with transaction(pool) as connection:
        await emit(connection, NOW, NewEvent("test.event", "test", "1", **of))
    [told] = await since(pool, 0)
    assert (told.cluster, told.namespace) == expected
