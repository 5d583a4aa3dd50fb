"""Stands between Kure and the API server, passes everything on, and notes each call as the API
server's authorizer sees it: who, which verb, on which resource, and how it was answered.

The rules of resolving a request are Kubernetes' own:
https://pkg.go.dev/k8s.io/apiserver/pkg/endpoints/request#RequestInfo
"""

import base64
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import aiohttp
from aiohttp import web

from kure.adapters.cluster.credentials import Access

VERBS = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "host"}
NAMED = "metadata.name="


@dataclass(frozen=True)
class Call:
    """One request. `resource` has its subresource behind a slash; for what is no resource it is the
    path. `status` is what was answered; `dry_run`: nothing was to be stored."""

    account: str
    verb: str
    group: str
    resource: str
    namespace: str
    name: str
    status: int
    dry_run: bool = False


@dataclass(frozen=True)
class Request:
    """What a path and its query ask for."""

    verb: str
    group: str
    resource: str
    namespace: str = ""
    name: str = ""


def resolve(method: str, path: str, query: Mapping[str, str]) -> Request:
    """The request as RBAC sees it."""
    parts = [unquote(part) for part in path.strip("/").split("/")]
    group, rest = "", parts[2:]
    if parts[0] == "apis":
        group, rest = (parts[1] if len(parts) > 1 else ""), parts[3:]
    if parts[0] not in ("api", "apis") or not rest:
        return Request(method.lower(), "", path)
    namespace = ""
    if rest[0] == "namespaces" and len(rest) > 1:
        namespace = rest[1]
        rest = rest[2:] if len(rest) > 2 else rest
    resource, name, *sub = [*rest, ""][: max(2, len(rest))]
    return Request(
        verb=_verb(method, name, query),
        group=group,
        resource="/".join([resource, *sub[:1]]).rstrip("/"),
        namespace=namespace,
        name=name or _selected_name(query),
    )


def _verb(method: str, name: str, query: Mapping[str, str]) -> str:
    if method in ("GET", "HEAD"):
        watching = query.get("watch", "").lower() in ("1", "true")
        return "watch" if watching else "get" if name else "list"
    if method == "DELETE" and not name:
        return "deletecollection"
    return VERBS[method]


def _selected_name(query: Mapping[str, str]) -> str:
    """A list or watch of one object, chosen by its name, counts as one of that name."""
    selectors = query.get("fieldSelector", "").split(",")
    return next((one.removeprefix(NAMED) for one in selectors if one.startswith(NAMED)), "")


def account_of(authorization: str) -> str:
    """The user in a service account's token, taken at its word: the API server checks it."""
    token = authorization.removeprefix("Bearer ").split(".")
    if len(token) != 3:
        return ""
    padded = token[1] + "=" * (-len(token[1]) % 4)
    return str(json.loads(base64.urlsafe_b64decode(padded)).get("sub", ""))


@dataclass
class Recorder:
    """`calls` grows while it runs; a call is in it once its answer has begun."""

    url: str = ""
    calls: list[Call] = field(default_factory=list)


@asynccontextmanager
async def recording(access: Access) -> AsyncIterator[Recorder]:
    """A recorder before the API server of `access`, on loopback, without TLS."""
    recorder = Recorder()
    timeout = aiohttp.ClientTimeout(total=None, connect=10)
    connector = aiohttp.TCPConnector(ssl=access.tls.context(), limit=0)
    async with aiohttp.ClientSession(
        access.server, connector=connector, timeout=timeout, auto_decompress=False
    ) as session:

        async def forward(request: web.Request) -> web.StreamResponse:
            return await _forward(recorder, session, request)

        app = web.Application(client_max_size=8 * 2**20)
        app.router.add_route("*", "/{path:.*}", forward)
        runner = web.AppRunner(app, shutdown_timeout=0.1, auto_decompress=False)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        recorder.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield recorder
        finally:
            await runner.cleanup()


async def _forward(
    recorder: Recorder, session: aiohttp.ClientSession, request: web.Request
) -> web.StreamResponse:
    headers = {k: v for k, v in request.headers.items() if k.lower() not in HOP_BY_HOP}
    async with session.request(
        request.method, request.rel_url, headers=headers, data=await request.read()
    ) as upstream:
        recorder.calls.append(_noted(request, upstream.status))
        answer = web.StreamResponse(status=upstream.status, headers=_passed_on(upstream.headers))
        with suppress(ConnectionError):  # whoever asked has gone, as a watcher does at its end
            await answer.prepare(request)
            async for chunk in upstream.content.iter_any():
                await answer.write(chunk)
            await answer.write_eof()
        return answer


def _noted(request: web.Request, status: int) -> Call:
    asked = resolve(request.method, request.rel_url.raw_path, request.query)
    account = account_of(request.headers.get("Authorization", ""))
    dry_run = request.query.get("dryRun") == "All"
    return Call(account=account, status=status, dry_run=dry_run, **vars(asked))


def _passed_on(headers: Mapping[str, Any]) -> dict[str, str]:
    return {k: v for k, v in headers.items() if k.lower() not in HOP_BY_HOP}
