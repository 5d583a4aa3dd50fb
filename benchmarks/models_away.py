"""Providers of models that are all away, set as an administrator sets them: nobody may notice, but
for the answers that do not come."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx
from aiohttp import web

from benchmarks.demo import Running
from kure.errors import Unavailable

PATH = "/api/admin/llm"
NAMES = ("first", "second")


@asynccontextmanager
async def models_away(running: Running) -> AsyncIterator[Sequence[str]]:
    """Two providers that are asked about every incident and answer 503; gives the path of each
    call that came."""
    came: list[str] = []

    async def refuse(request: web.Request) -> web.Response:
        came.append(request.path)
        return web.Response(status=503, text="Come back later.")

    app = web.Application(client_max_size=2**24)
    app.router.add_post("/{path:.*}", refuse)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        await _set(running, f"http://127.0.0.1:{runner.addresses[0][1]}")
        yield came
        if not came:
            raise Unavailable("No model was asked; what was measured says nothing of an outage.")
    finally:
        await runner.cleanup()


async def _set(running: Running, address: str) -> None:
    known = {"kind": "compatible", "model": "away", "place": "inside"}
    providers = [known | {"id": name, "base_url": f"{address}/{name}/v1"} for name in NAMES]
    body = {"version": 0, "ask": "always", "providers": providers}
    headers = {"Authorization": f"Bearer {running.token}"}
    async with httpx.AsyncClient(base_url=running.url, headers=headers) as client:
        answer = await client.put(PATH, json=body)
    if not answer.is_success:
        raise Unavailable(f"The providers were not taken: {answer.status_code} {answer.text[:300]}")
