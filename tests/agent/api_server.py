"""A small Kubernetes API server of the tests' own: each request gets the next scripted answer."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web

from kure.domain.failures.objects.kinds import KINDS
from kure.ports import Manifest
from kure.settings import Settings

PODS = "/api/v1/pods"
OTHER_KINDS = {kind.list_path for kind in KINDS.values()} - {PODS}
STOPPING = web.AppKey("stopping", asyncio.Event)

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    path: str
    query: dict[str, str]
    authorization: str
    at: float
    accept: str = ""
    method: str = "GET"

    @property
    def is_watch(self) -> bool:
        return self.query.get("watch") == "true"


@dataclass
class Script:
    """What lists and watches of one kind are answered, one after another. A watch beyond the script
    stays open, silent; a list beyond it is empty."""

    lists: deque[Answer] = field(default_factory=deque)
    watches: deque[Answer] = field(default_factory=deque)


@dataclass
class FakeApiServer:
    """Answers lists and watches of pods from two scripts, and those of other paths from `kinds`; of
    some pods only, from `kinds` by their field selector. Paths in `objects` always get their
    answer."""

    objects: dict[str, Answer] = field(default_factory=dict)
    lists: deque[Answer] = field(default_factory=deque)
    watches: deque[Answer] = field(default_factory=deque)
    kinds: dict[str, Script] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    port: int = 0
    token: str = "first-token"
    _runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application()
        app[STOPPING] = asyncio.Event()
        app.router.add_get("/{path:.*}", self._answer)
        app.router.add_post("/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner:
            self._runner.app[STOPPING].set()
            await self._runner.cleanup()
        self._runner = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def asked_for(self, *, watch: bool) -> list[Asked]:
        return [one for one in self.asked if one.is_watch == watch]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        authorization = request.headers.get("Authorization", "")
        asked = Asked(
            request.path,
            dict(request.query),
            authorization,
            asyncio.get_running_loop().time(),
            request.headers.get("Accept", ""),
            request.method,
        )
        self.asked.append(asked)
        if authorization != f"Bearer {self.token}":
            return await refuse(401, "Unauthorized")(request)
        if request.path in self.objects:
            return await self.objects[request.path](request)
        found = self._script(asked)
        script = found.watches if asked.is_watch else found.lists
        answer = script.popleft() if script else stream() if asked.is_watch else page([])
        return await answer(request)

    def _script(self, asked: Asked) -> Script:
        """That of the kind, or of those pods; else the server's own, which is for pods."""
        selected = self.kinds.get(asked.query.get("fieldSelector", ""))
        if asked.path == PODS and selected:
            return selected
        if asked.path in OTHER_KINDS:
            return self.kinds.get(asked.path, Script())
        return Script(self.lists, self.watches)


@asynccontextmanager
async def fake_api_server() -> AsyncIterator[FakeApiServer]:
    server = FakeApiServer()
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


def settings_for(url: str, folder: Path, token: str = "first-token") -> Settings:
    """Settings with a kubeconfig that leads to the server."""
    write_kubeconfig(folder / "kubeconfig", url, token)
    return Settings(kubeconfig=folder / "kubeconfig", data_dir=folder)


def write_kubeconfig(file: Path, url: str, token: str) -> None:
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "test",
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "tester"}}],
        "clusters": [{"name": "test", "cluster": {"server": url}}],
        "users": [{"name": "tester", "user": {"token": token}}],
    }
    file.write_text(yaml.safe_dump(config))


def pod(name: str, version: int, **status: Any) -> Manifest:
    return {
        "metadata": {
            "name": name,
            "namespace": "shop",
            "uid": f"uid-{name}",
            "resourceVersion": str(version),
            "creationTimestamp": "2026-01-01T10:00:00Z",
        },
        "status": status,
    }


def event(kind: str, obj: Manifest) -> bytes:
    return json.dumps({"type": kind, "object": {"kind": "Pod", "apiVersion": "v1"} | obj}).encode()


def bookmark(version: int) -> bytes:
    return event("BOOKMARK", {"metadata": {"resourceVersion": str(version)}})


def error_event(code: int, message: str) -> bytes:
    return event("ERROR", {"kind": "Status", "code": code, "message": message})


def page(items: list[Manifest], version: int = 1, more: str = "") -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.json_response(
            {
                "kind": "PodList",
                "apiVersion": "v1",
                "metadata": {"resourceVersion": str(version), "continue": more},
                "items": items,
            }
        )

    return answer


def thing(obj: Manifest) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.json_response(obj)

    return answer


def body(content: bytes) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(body=content)

    return answer


def refuse(status: int, message: str, **headers: str) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.json_response(
            {"kind": "Status", "message": message, "code": status},
            status=status,
            headers={key.replace("_", "-"): value for key, value in headers.items()},
        )

    return answer


def stream(*lines: bytes, end: str = "stay", tail: bytes = b"") -> Answer:
    """A watch that tells these lines and then stays open, ends in order (`close`), or is cut off
    after `tail`, a begun line (`cut`)."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        response.enable_chunked_encoding()
        await response.prepare(request)
        for line in lines:
            await response.write(line + b"\n")
        if tail:
            await response.write(tail)
        if end == "stay":
            await request.app[STOPPING].wait()
        if end == "cut" and request.transport:
            request.transport.abort()
        return response

    return answer
