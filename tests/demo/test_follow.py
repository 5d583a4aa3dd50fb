"""Following the API's live stream, against a server that says little and hangs up."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from kure.demo.follow import Story, follow
from tests.demo.test_view import row

SECONDS = 20


def event(seq: int, name: str) -> bytes:
    """An incident's first event as it goes over the wire, after a comment."""
    data = json.dumps({"id": str(seq), "version": 1, "summary": row(id=str(seq), name=name)})
    return f": ping\n\nid: {seq}\nevent: incident.created\ndata: {data}\n\n".encode()


@pytest.fixture
async def asked() -> list[str]:
    """From where the stream was asked for, each time."""
    return []


@pytest.fixture
async def api(asked: list[str]) -> AsyncIterator[str]:
    async def incidents(request: web.Request) -> web.Response:
        return web.json_response({"items": [row(id="1", name="there")], "as_of_seq": 7})

    async def events(request: web.Request) -> web.StreamResponse:
        asked.append(request.query["since"])
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await answer.prepare(request)
        seq = int(request.query["since"]) + 1
        await answer.write(event(seq, f"new-{seq}"))
        return answer

    app = web.Application()
    app.router.add_get("/api/incidents", incidents)
    app.router.add_get("/api/events", events)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield "http://{}:{}".format(*runner.addresses[0])
    await runner.cleanup()


async def test_it_begins_with_what_is_open_and_goes_on_where_it_was_cut_off(
    api: str, asked: list[str]
) -> None:
    lines = []
    async with asyncio.timeout(SECONDS):
        async for line in follow(api, "token", Story()):
            lines.append(line.split()[0])
            if len(lines) == 3:
                break
    assert lines == [f"shop/Deployment/{name}" for name in ("there", "new-8", "new-9")]
    assert asked == ["7", "8"]
