"""The Kubernetes API of a recorded cluster, over HTTP."""

import asyncio
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from kure.demo.recorded import lists, logs
from kure.demo.recorded.cluster import RecordedCluster
from kure.demo.recorded.discovery import discovery
from kure.demo.recorded.problems import Refused, no_such_resource, not_found
from kure.demo.recorded.requests import Target, is_true, resolve
from kure.domain.manifests import Manifest
from kure.recording.kinds import PODS

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
MOST_BYTES = 3 * 1024 * 1024  # as etcd's limit lets through
MERGES = ("application/merge-patch+json", "application/strategic-merge-patch+json")
OPEN = ("/healthz", "/livez", "/readyz")


class Server:
    """Answers requests that carry the token."""

    def __init__(self, cluster: RecordedCluster, token: str, clock: Callable[[], datetime]) -> None:
        self._cluster = cluster
        self._token = token
        self._clock = clock
        self._documents = discovery(cluster.documents)

    async def answer(self, request: Request) -> Response:
        try:
            return await self._answer(request)
        except Refused as refused:
            return JSONResponse(refused.status, refused.code)

    async def _answer(self, request: Request) -> Response:
        path = request.url.path
        if path in OPEN:
            return Response("ok")
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {self._token}".encode()):
            raise Refused(401, "Unauthorized", "Unauthorized")
        if document := self._documents.get(path.rstrip("/")):
            return JSONResponse(document)
        target = resolve(request.scope["raw_path"].decode())
        if target is None:
            raise no_such_resource()
        self._may_read(target)
        if target.name:
            return await self._one(request, target)
        return await self._list(request, target)

    def _may_read(self, target: Target) -> None:
        """What could not be read while it was recorded cannot be read now."""
        path = "/log" if target.subresource == "log" else target.resource.path
        if unread := self._cluster.unread.get(path):
            raise Refused(unread.status, "Forbidden", unread.why)

    async def _list(self, request: Request, target: Target) -> Response:
        query, accept = request.query_params, request.headers.get("Accept", "")
        if request.method == "POST":
            if target.resource.namespaced and not target.namespace:
                raise no_such_resource()
            body = await _body(request)
            strict = query.get("fieldValidation") == "Strict"
            dry_run = "dryRun" in query
            made = self._cluster.create(target, body, dry_run=dry_run, strict=strict)
            return JSONResponse(made, 201)
        if request.method not in ("GET", "HEAD"):
            raise _not_allowed()
        if is_true(query, "watch"):
            lines = await lists.watched(self._cluster.store, target, query, accept)
            return StreamingResponse(lines, media_type="application/json")
        return JSONResponse(lists.listed(self._cluster.store, target, query, accept))

    async def _one(self, request: Request, target: Target) -> Response:
        if target.subresource:
            if target.subresource == "log" and target.resource is PODS:
                query = request.query_params
                text = logs.read(self._cluster, target, query, self._clock)
                return StreamingResponse(text, media_type="text/plain")
            raise no_such_resource()
        match request.method:
            case "PUT":
                return JSONResponse(self._cluster.replace(target, await _body(request)))
            case "PATCH" if request.headers.get("Content-Type", "") in MERGES:
                return JSONResponse(self._cluster.merge(target, await _body(request)))
            case "DELETE":
                return JSONResponse(self._cluster.delete(target, await _body(request)))
            case "GET" | "HEAD":
                return JSONResponse(self._get(request, target))
        raise _not_allowed()

    def _get(self, request: Request, target: Target) -> Manifest:
        resource = target.resource
        found = self._cluster.store.get(resource.path, target.namespace, target.name)
        if found is None:
            raise not_found(resource.plural, target.name)
        asked = lists.wants_metadata(request.headers.get("Accept", ""))
        return lists.metadata_of(found) if asked else found


def create_app(cluster: RecordedCluster, token: str, clock: Callable[[], datetime]) -> Starlette:
    """The application; while it runs, so does the story."""

    @asynccontextmanager
    async def running(_: Starlette) -> AsyncIterator[None]:
        playing = asyncio.create_task(cluster.run())
        yield
        playing.cancel()
        with suppress(asyncio.CancelledError):
            await playing

    server = Server(cluster, token, clock)
    route = Route("/{path:path}", server.answer, methods=METHODS)
    return Starlette(routes=[route], lifespan=running)


async def _body(request: Request) -> Manifest:
    """A JSON object, or an empty one where nothing was sent."""
    text = b""
    async for chunk in request.stream():
        text += chunk
        if len(text) > MOST_BYTES:
            raise HTTPException(413)
    if not text:
        return {}
    try:
        found = json.loads(text)
    except ValueError as error:
        raise Refused(400, "BadRequest", f"the object provided is unrecognized: {error}") from error
    if not isinstance(found, dict):
        raise Refused(400, "BadRequest", "the object provided is unrecognized: it is no object")
    return found


def _not_allowed() -> Refused:
    told = "the server does not allow this method on the requested resource"
    return Refused(405, "MethodNotAllowed", told)
