"""Kure's API as an agent sees it: takes reports and remembers them."""

import asyncio
import base64
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from kure.contracts.reports import AgentConfig, InForce, OpenPod, OpenPods

TOKEN = "the-agents-own-token"
KEY = b"k" * 32


@dataclass(frozen=True)
class Told:
    """A report as it came."""

    path: str
    body: dict[str, Any]

    @property
    def what(self) -> str:
        """failed, healthy, gone, evidence, heartbeat."""
        return self.path.rpartition("/")[2]

    @property
    def classes(self) -> list[str]:
        return [failure["failure_class"] for failure in self.body.get("failures", [])]


@dataclass
class RecordingApi:
    """`refusals` are given, one after another, instead of taking a report."""

    token: str = TOKEN
    graces: dict[str, float] = field(default_factory=dict)
    exclusions: list[InForce] = field(default_factory=list)
    open_pods: list[OpenPod] = field(default_factory=list)
    open_rest: list[OpenPod] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    refusals: deque[web.Response] = field(default_factory=deque)
    port: int = 0
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _runner: web.AppRunner | None = None
    _is_stopping: bool = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self._is_stopping = False
        app = web.Application(client_max_size=2 * 1024 * 1024)
        app.router.add_get("/api/agent/config", self._config)
        app.router.add_get("/api/agent/open", self._open)
        app.router.add_route("*", "/api/{path:.*}", self._take)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        self._is_stopping = True
        async with self._news:
            self._news.notify_all()
        if self._runner:
            await self._runner.cleanup()
        self._runner = None

    async def wait_for(
        self, wanted: Callable[[Told], bool], seconds: float = 60, count: int = 1
    ) -> list[Told]:
        """The reports that are wanted, once there are `count` of them."""
        async with asyncio.timeout(seconds), self._news:
            await self._news.wait_for(lambda: sum(map(wanted, self.told)) >= count)
        return [told for told in self.told if wanted(told)]

    def of(self, **fields: str) -> list[Told]:
        """The reports whose bodies have these fields, heartbeats left out."""
        return [
            told
            for told in self.told
            if all(told.body.get(key) == value for key, value in fields.items())
        ]

    @staticmethod
    def open_of(report: dict[str, Any]) -> OpenPod:
        """A pod as the API holds it after this report of its failure."""
        return OpenPod.model_validate(report)

    async def _config(self, request: web.Request) -> web.Response:
        key = base64.b64encode(KEY).decode()
        asked = request.headers.get("If-None-Match")
        if asked:
            async with self._news:
                await self._news.wait_for(lambda: self._etag() != asked or self._is_stopping)
        config = AgentConfig(
            cluster="local", redaction_key=key, graces=self.graces, exclusions=self.exclusions
        )
        answer = self._answer(request, config.model_dump_json())
        answer.headers["ETag"] = self._etag()
        return answer

    def _etag(self) -> str:
        return f'"{hash((*sorted(self.graces.items()), *map(repr, self.exclusions)))}"'

    async def exclude(self, *exclusions: InForce) -> None:
        """As people do; what was in force before is no more."""
        self.exclusions = list(exclusions)
        async with self._news:
            self._news.notify_all()

    async def change_graces(self, **graces: float) -> None:
        """As people do, in the settings."""
        self.graces = graces
        async with self._news:
            self._news.notify_all()

    async def _open(self, request: web.Request) -> web.Response:
        scope = request.query.get("scope", "all")
        items = self.open_rest if scope == "rest" else self.open_pods
        return self._answer(request, OpenPods(items=items).model_dump_json())

    def _answer(self, request: web.Request, body: str) -> web.Response:
        self.asked.append(request.path_qs)
        if request.headers.get("X-Service-Token") != self.token:
            return problem(401, "The service token is not one that this server knows.")
        if self.refusals:
            return self.refusals.popleft()
        return web.Response(text=body, content_type="application/json")

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.json()
        is_beat = request.path.endswith("/heartbeat")
        answer = self._answer(request, "{}") if not is_beat else web.Response(status=204)
        if answer.status < 300:
            async with self._news:
                self.told.append(Told(request.path, body))
                self._news.notify_all()
        return answer


def problem(status: int, detail: str, **headers: str) -> web.Response:
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    return web.json_response({"status": status, "detail": detail}, status=status, headers=named)


@asynccontextmanager
async def recording_api() -> AsyncIterator[RecordingApi]:
    api = RecordingApi()
    await api.start()
    try:
        yield api
    finally:
        await api.stop()
