"""A client of the live stream, for tests."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx

from kure.adapters.postgres import events
from kure.adapters.postgres.pool import Pool, transaction
from tests.api.conftest import Api
from tests.api.test_reports import CRASH, FAILED

TOPIC = "test.event"


class Stream:
    """Server-sent events as (event, id, data), in the order in which they come."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
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

    async def numbers(self, count: int) -> list[int]:
        """What so many events of ours say."""
        return [(await self.until(TOPIC))[2]["number"] for _ in range(count)]


@asynccontextmanager
async def stream(
    api: Api, query: str = "", headers: dict[str, str] | None = None
) -> AsyncIterator[Stream]:
    bearer = {"Authorization": f"Bearer {api.token}"} | (headers or {})
    async with api.client.stream("GET", f"/api/events{query}", headers=bearer) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        yield Stream(response)


async def crash(api: Api, number: int) -> str:
    pod = CRASH | {"name": f"p{number}", "uid": f"u{number}"}
    answer = await api.agent("POST", FAILED, json=pod)
    incident_id: str = answer.json()["incident_id"]
    return incident_id


def event(number: int, **more: Any) -> events.NewEvent:
    """One of our own events."""
    return events.NewEvent(TOPIC, "test", str(number), payload={"number": number} | more)


async def tell(pool: Pool, *numbers: int, **more: Any) -> int:
    """Write events of ours, in one transaction; returns the last one's number."""
    async with transaction(pool) as connection:
        told = [event(number, **more) for number in numbers]
        return await events.emit(connection, datetime.now(UTC), *told)
