"""When a message about a failing pod arrives at a receiver: a webhook in the benchmark's own
process."""

import secrets
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx
from aiohttp import web

from benchmarks.demo import Running
from kure.errors import Unavailable

PATH = "/api/admin/notifications"


@asynccontextmanager
async def receiver(running: Running) -> AsyncIterator[Mapping[str, float]]:
    """A webhook channel that ends here; gives the monotonic time of each pod's first message, by
    name. In a storm only the first twenty of a minute have one of their own."""
    told: dict[str, float] = {}

    async def take(request: web.Request) -> web.Response:
        at, data = time.monotonic(), (await request.json())["data"]
        if "workload" in data:
            told.setdefault(data["workload"]["name"], at)
        return web.Response()

    app = web.Application()
    app.router.add_post("/", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        await _set(running, f"http://127.0.0.1:{runner.addresses[0][1]}/")
        yield told
    finally:
        await runner.cleanup()


async def _set(running: Running, address: str) -> None:
    channel = {"id": "bench", "kind": "webhook", "address": address}
    body = {"version": 0, "channels": [channel | {"token": secrets.token_hex()}]}
    headers = {"Authorization": f"Bearer {running.token}"}
    async with httpx.AsyncClient(base_url=running.url, headers=headers) as client:
        answer = await client.put(PATH, json=body)
    if not answer.is_success:
        raise Unavailable(f"The channel was not taken: {answer.status_code} {answer.text[:300]}")
