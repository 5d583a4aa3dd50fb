"""A server of models for tests: it speaks the providers' protocols, does what it is told step by
step, counts, and keeps every byte that it got.

As a process of its own, which outlives those that are killed in a test:

    python -m tests.models.server --port 8123 --script steps.yaml

The script is a list of steps, or `{steps: […], always: {…}}`, `always` being what follows once the
steps are used up; see tests/models/steps.py. `GET /_seen` tells what came, `POST /_steps` adds
steps or, with `{always: …}`, changes what follows, `DELETE /_seen` forgets both.
"""

import argparse
import asyncio
import base64
import gzip
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Self

import yaml
from aiohttp import web

from tests.models import judging, wire
from tests.models.steps import Step
from tests.models.wire import Protocol

PATHS: dict[str, Protocol] = {
    "/responses": "responses",
    "/chat/completions": "chat",
    "/messages": "messages",
}
MODELS = ["small", "large"]


@dataclass(frozen=True)
class Seen:
    """A request as it came. `at` is a monotonic time."""

    method: str
    path: str
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    at: float

    def header(self, name: str) -> str | None:
        wanted = name.lower().encode()
        return next((value.decode() for key, value in self.headers if key.lower() == wanted), None)

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def bytes(self) -> bytes:
        """All of it, to look for what must not be there."""
        lines = b"\n".join(key + b": " + value for key, value in self.headers)
        return b"\n".join([self.method.encode(), self.path.encode(), lines, self.body])


class ModelServer:
    """`key`, where it is set, is asked for. `decide` chooses a step by the request's body, where
    it gives one; else the next of `steps` is done, then `always`."""

    def __init__(
        self,
        *steps: Step,
        always: Step | None = None,
        key: str = "",
        decide: Callable[[Protocol, dict[str, Any]], Step | None] | None = None,
    ) -> None:
        self.steps = deque(steps)
        self.always = always
        self.key = key
        self.decide = decide
        self.seen: list[Seen] = []
        self.port = 0
        self._over = asyncio.Event()
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def asked(self) -> list[Seen]:
        """The questions, without the lists of models."""
        return [one for one in self.seen if one.method == "POST"]

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_get("/_seen", self._tell)
        app.router.add_delete("/_seen", self._forget)
        app.router.add_post("/_steps", self._add)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        self._over.set()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        headers = tuple(request.raw_headers)
        self.seen.append(Seen(request.method, request.path_qs, headers, body, monotonic()))
        protocol = next((kind for end, kind in PATHS.items() if request.path.endswith(end)), None)
        listing = request.method == "GET" and request.path.endswith("/models")
        if protocol is None and not listing:
            return web.Response(status=404, text="There is nothing here.")
        protocol = protocol or ("messages" if "anthropic-version" in request.headers else "chat")
        if not self._is_let_in(request):
            error = wire.failure(protocol, "authentication_error", "Wrong key.")
            return web.json_response(error, status=401)
        asked = json.loads(body) if body else {}
        if not listing and (why := judging.wrong(protocol, asked)):
            error = wire.failure(protocol, "invalid_request_error", why)
            return web.json_response(error, status=400)
        step = self._step(protocol, asked, listing=listing)
        await self._wait(step.after)
        if step.fault:
            return await self._fail(request, protocol, step, asked)
        if step.status != 200:
            text = step.text or f"It is {step.status}."
            error = wire.failure(protocol, step.error, text)
            return web.json_response(error, status=step.status, headers=step.headers)
        if listing:
            return web.json_response(wire.models(protocol, MODELS))
        return web.json_response(wire.answer(protocol, step, asked), headers=step.headers)

    def _is_let_in(self, request: web.Request) -> bool:
        given = (
            request.headers.get("Authorization", "").removeprefix("Bearer "),
            request.headers.get("x-api-key", ""),
            request.headers.get("api-key", ""),
        )
        return not self.key or self.key in given

    def _step(self, protocol: Protocol, asked: dict[str, Any], *, listing: bool) -> Step:
        if self.decide and not listing and (step := self.decide(protocol, asked)):
            return step
        # A list of models is in nobody's script, unless it must fail.
        if self.steps and (not listing or self.steps[0].fault or self.steps[0].status != 200):
            return self.steps.popleft()
        if listing:
            return Step()
        return self.always or Step(status=500, text="The script is over.")

    async def _wait(self, seconds: float) -> None:
        if seconds:
            try:
                await asyncio.wait_for(self._over.wait(), seconds)
            except TimeoutError:
                return

    async def _fail(
        self, request: web.Request, protocol: Protocol, step: Step, asked: dict[str, Any]
    ) -> web.StreamResponse:
        whole = json.dumps(wire.answer(protocol, Step(say="x" * 2000), asked)).encode()
        kind = "application/json"
        match step.fault:
            case "hang":
                await self._over.wait()
            case "cut":
                await _half(request, whole)
            case "endless":
                await _endless(request)
            case "invalid_json":
                return web.Response(body=whole[:-10], content_type=kind)
            case "wrong_shape":
                return web.json_response({"greeting": "hello"})
            case "html":
                return web.Response(text="<html>Please sign in</html>", content_type="text/html")
            case "packed":
                packed = {"Content-Encoding": "gzip"}
                return web.Response(body=gzip.compress(whole), headers=packed, content_type=kind)
            case "error_inside":
                return web.json_response(wire.failed_inside(protocol, step, asked))
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _tell(self, request: web.Request) -> web.Response:
        told = [
            {
                "method": one.method,
                "path": one.path,
                "at": one.at,
                "bytes": base64.b64encode(one.bytes).decode(),
            }
            for one in self.seen
        ]
        return web.json_response({"asked": len(self.asked), "requests": told})

    async def _forget(self, request: web.Request) -> web.Response:
        self.seen.clear()
        self.steps.clear()
        return web.Response(status=204)

    async def _add(self, request: web.Request) -> web.Response:
        steps, always = read(await request.json())
        self.steps.extend(steps)
        self.always = always or self.always
        return web.Response(status=204)


async def _half(request: web.Request, whole: bytes) -> None:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.content_length = len(whole)
    await response.prepare(request)
    await response.write(whole[: len(whole) // 2])


async def _endless(request: web.Request) -> None:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    for _ in range(1000):
        await response.write(b" " * 65536)


def read(script: Any) -> tuple[list[Step], Step | None]:
    """The steps of a script, and what follows them."""
    if isinstance(script, list):
        script = {"steps": script}
    always = script.get("always")
    steps = [Step.of(one) for one in script.get("steps") or []]
    return steps, Step.of(always) if always else None


async def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--port", type=int, required=True)
    arguments.add_argument("--script", type=Path)
    arguments.add_argument("--key", default="")
    given = arguments.parse_args()
    text = given.script.read_text() if given.script else "[]"
    steps, always = read(yaml.safe_load(text))
    await ModelServer(*steps, always=always, key=given.key).start(given.port)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
