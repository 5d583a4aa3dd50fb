"""The live stream: in order, resumed without a gap, or told to fetch again."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from kure.adapters.postgres import events
from kure.adapters.postgres.pool import open_pool, transaction
from tests.api.conftest import Api
from tests.api.test_reports import CRASH, FAILED


class Stream:
    """Server-sent events as (event, id, data), in the order in which they come."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.aiter_lines()

    async def next(self) -> tuple[str, str, Any]:
        fields: dict[str, str] = {}
        async with asyncio.timeout(10):
            async for line in self._lines:
                if line:
                    name, _, value = line.partition(": ")
                    fields[name] = value
                elif "event" in fields:
                    break
        return fields["event"], fields.get("id", ""), json.loads(fields["data"])

    async def until(self, event: str) -> tuple[str, str, Any]:
        while (found := await self.next())[0] != event:
            pass
        return found


@asynccontextmanager
async def stream(
    api: Api, query: str = "", headers: dict[str, str] | None = None
) -> AsyncIterator[Stream]:
    bearer = {"Authorization": f"Bearer {api.token}"} | (headers or {})
    async with api.client.stream("GET", f"/api/events{query}", headers=bearer) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["x-accel-buffering"] == "no"
        yield Stream(response)


async def crash(api: Api, number: int) -> str:
    pod = CRASH | {"name": f"p{number}", "uid": f"u{number}"}
    answer = await api.agent("POST", FAILED, json=pod)
    incident_id: str = answer.json()["incident_id"]
    return incident_id


async def test_a_report_is_seen_at_once(api: Api) -> None:
    async with stream(api) as live:
        name, _, beat = await live.next()
        assert (name, set(beat)) == ("hb", {"now", "seq"})
        incident_id = await crash(api, 1)
        _, _, data = await live.until("incident.created")
    assert data["id"] == incident_id
    assert data["summary"]["classes"] == ["CrashLoopBackOff"]
    assert len(json.dumps(data)) <= 2048


async def test_a_client_that_comes_back_misses_nothing_and_sees_nothing_twice(api: Api) -> None:
    async with stream(api) as live:
        await live.next()
        await crash(api, 1)
        _, last, _ = await live.until("incident.created")
    expected = [await crash(api, n) for n in (2, 3)]
    async with stream(api, headers={"Last-Event-ID": last}) as live:
        found = [await live.until("incident.created") for _ in expected]
    assert [data["id"] for _, _, data in found] == expected
    assert all(int(id_) > int(last) for _, id_, _ in found)


async def test_last_event_id_wins_over_since(api: Api) -> None:
    await crash(api, 1)
    second = await crash(api, 2)
    seq = await api.pool.fetchval(
        "SELECT max(seq) FROM ui_events WHERE entity_id <> $1 AND topic = 'incident.created'",
        second,
    )
    async with stream(api, "?since=0", {"Last-Event-ID": str(seq)}) as live:
        _, _, data = await live.until("incident.created")
    assert data["id"] == second


async def test_a_client_that_was_away_too_long_is_told_to_fetch_again(api: Api) -> None:
    for number in range(3):
        await crash(api, number)
    await api.pool.execute("DELETE FROM ui_events WHERE seq < (SELECT max(seq) FROM ui_events)")
    async with stream(api, "?since=1") as live:
        await live.until("resync")


async def test_old_events_are_forgotten_but_never_the_newest(api: Api) -> None:
    for number in range(3):
        await crash(api, number)
    newest = await api.pool.fetchval("SELECT max(seq) FROM ui_events")
    await events.prune(api.pool, datetime.now(UTC) + timedelta(hours=25))
    assert await events.bounds(api.pool) == (newest, newest)


async def test_numbers_become_visible_in_their_order(api: Api) -> None:
    """A transaction that took its number first but commits last must not be skipped."""
    now = datetime.now(UTC)
    event = events.NewEvent("run.state", "run", "r1")
    async with api.pool.acquire() as slow:
        first_writer = slow.transaction()
        await first_writer.start()
        first = await events.emit(slow, now, event)

        async def other() -> int:
            assert api.settings.database_url is not None
            pool = await open_pool(api.settings.database_url.get_secret_value(), 2)
            async with transaction(pool) as connection:
                seq = await events.emit(connection, now, event)
            await pool.close()
            return seq

        second = asyncio.create_task(other())
        _, pending = await asyncio.wait([second], timeout=0.3)
        assert pending, "the second writer must wait for the first one's commit"
        await first_writer.commit()
    assert await second > first
