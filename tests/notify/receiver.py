"""A receiver of every kind on this machine: it notes what arrives, and may be away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from kure.contracts.notifications import Channel

SECRET = "a-secret-of-the-webhook"


@dataclass
class Receiver:
    """`status` other than 200 is what it answers to everything; `silent`: it never does."""

    port: int = 0
    status: int = 200
    retry_after: str = ""
    silent: bool = False
    refusing: str = ""
    got: list[tuple[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    tries: int = 0
    taken: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def of(self, path: str) -> list[Any]:
        """The bodies that arrived under a path, in order."""
        return [body for found, body in self.got if found.startswith(path)]

    def channel(self, kind: str, name: str = "", **more: Any) -> Channel:
        """A channel of a kind that ends here."""
        how: dict[str, dict[str, Any]] = {
            "slack": {"address": f"{self.url}/hook", "kind": "slack"},
            "bot": {
                "address": f"{self.url}/api",
                "kind": "slack",
                "token": "xoxb-token",
                "room": "C1",
            },
            "teams": {"address": f"{self.url}/teams", "kind": "teams"},
            "pagerduty": {"address": f"{self.url}/pd", "kind": "pagerduty", "token": "r" * 32},
            "opsgenie": {"address": f"{self.url}/og", "kind": "opsgenie", "token": "key"},
            "webhook": {"address": f"{self.url}/own", "kind": "webhook", "token": SECRET},
        }
        return Channel(id=name or kind, **how[kind] | more)

    async def handle(self, request: web.Request) -> web.Response:
        self.tries += 1
        body = await request.read()
        if self.silent:
            self.taken.set()
            await asyncio.Event().wait()
        if self.status != 200:
            headers = {"Retry-After": self.retry_after} if self.retry_after else {}
            return web.Response(status=self.status, headers=headers)
        if self.refusing:
            return web.json_response({"ok": False, "error": self.refusing})
        self.got.append((request.path_qs, await request.json() if body else None))
        self.headers.append(dict(request.headers))
        self.raw.append(body)
        self.taken.set()
        # An edited message keeps its time, by which Slack names it.
        ts = (self.got[-1][1] or {}).get("ts", f"17.{len(self.got)}")
        answer = {"ok": True, "ts": ts, "channel": "C1"}
        return web.json_response(answer)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A running one."""
    receiver = Receiver()
    app = web.Application(client_max_size=2**20)
    app.router.add_post("/{path:.*}", receiver.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.port = runner.addresses[0][1]
    try:
        yield receiver
    finally:
        await runner.cleanup()
