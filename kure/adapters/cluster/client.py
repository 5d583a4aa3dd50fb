"""One Kubernetes API server, read as raw JSON: no model classes, no retries, a timeout on every
call."""

import asyncio
import json
import logging
import re
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import aiohttp

from kure.adapters.cluster.credentials import Access, read_access
from kure.adapters.cluster.events import EventLists
from kure.adapters.cluster.logs import FEWER_LINES, MOST_READ, Tail
from kure.adapters.cluster.problems import Expired, Explain, refusal, verdict
from kure.domain import manifests
from kure.errors import AccessDenied, ClusterUnavailable, Misconfigured, NotFound
from kure.ports import LogText, Manifest
from kure.settings import Settings

log = logging.getLogger("kure.adapters.cluster.client")

PAGE = 500

# https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply
MERGE = "application/merge-patch+json"

# What is asked for: whole objects, or of each only its metadata.
# https://kubernetes.io/docs/reference/using-api/api-concepts/#metadata-only-fetches
JSON = "application/json"
METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
METADATA_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"

REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"

# What the kubelet answers, with 200, for a container whose log was removed with it.
NO_LOG = re.compile(r"unable to retrieve container logs for \w+://\w*\n?")
CONNECT_SECONDS = 10
READ = aiohttp.ClientTimeout(total=60, connect=CONNECT_SECONDS, sock_connect=CONNECT_SECONDS)

# A peer that went away without a word is noticed after this many seconds of silence, and probes.
KEEPALIVE_IDLE, KEEPALIVE_EVERY, KEEPALIVE_PROBES = 30, 10, 3


@dataclass(frozen=True)
class Page:
    """Some items of a list, and the state of the cluster that the whole list shows."""

    items: Sequence[Manifest]
    resource_version: str
    next: str = ""
    """What to ask for the page after with; '' at the end of the list."""


class KubeCluster:
    """Keeps the promise of kure.ports.Cluster, and opens the streams that watches and logs read.

    Credentials are read again when they end, and once more when the server refuses them with 401.
    """

    def __init__(self, settings: Settings, access: Access) -> None:
        self._settings = settings
        self._access = access
        self._session = _session(access)
        self._renewing = asyncio.Lock()
        self._events = EventLists(self)

    @property
    def server(self) -> str:
        """The API server's address, without credentials."""
        return self._access.server

    async def aclose(self) -> None:
        """Close all connections; running streams end with ClusterUnavailable."""
        await self._session.close()

    async def get(self, path: str) -> Manifest:
        """One object, by its API path."""
        return await self._json(f"read {path}", path, {})

    async def list(self, path: str, query: dict[str, str] | None = None) -> AsyncIterator[Manifest]:
        """The items under a list path, in pages. Where the server forgets the list midway it is
        begun again, a few times, and what was given before is left out."""
        given: set[str] = set()
        for last in (False, False, True):
            try:
                async for page in self.pages(path, query):
                    for item in page.items:
                        uid = manifests.uid(item)
                        if not uid or uid not in given:
                            given.add(uid)
                            yield item
                return
            except Expired:
                if last:
                    raise

    async def events(self, obj: Manifest) -> Sequence[Manifest]:
        """The object's events, in no order; it needs its kind."""
        return await self._events.of(obj)

    async def access(self, refused: Access | None = None) -> Access:
        """What a client of its own signs in with, valid now; read again where the server has
        refused what was given before. Raises what `read_access` raises."""
        access = self._access
        if access is refused or (access.expires_at and datetime.now(UTC) >= access.expires_at):
            return await self._renew(access)
        return access

    async def pages(
        self, path: str, query: dict[str, str] | None = None, accept: str = JSON
    ) -> AsyncIterator[Page]:
        """A list in pages of 500. Raises Expired where the server forgets it midway."""
        page = await self.page(path, query=query, accept=accept)
        yield page
        while page.next:
            page = await self.page(path, page.next, query, accept)
            yield page

    async def page(
        self, path: str, token: str = "", query: dict[str, str] | None = None, accept: str = JSON
    ) -> Page:
        """One page of a list: the first, or that to which a page before gave the token. Raises
        Expired where the server has forgotten the list."""
        wanted = {"limit": str(PAGE)} | (query or {}) | ({"continue": token} if token else {})
        body = await self._json(f"list {path}", path, wanted, accept)
        meta = manifests.metadata(body)
        kind = manifests.text(body.get("kind")).removesuffix("List")
        named = {"kind": kind, "apiVersion": manifests.text(body.get("apiVersion"))}
        items = [named | item for item in manifests.mappings(body.get("items"))]
        version, next_ = (manifests.text(meta.get(key)) for key in ("resourceVersion", "continue"))
        return Page(items, version, next_)

    async def log(self, namespace: str, pod: str, container: str, *, previous: bool) -> LogText:
        """The newest 1,000 lines, at most 256 KiB. NotFound also where there is no such log."""
        which = "previous log" if previous else "log"
        doing = f"read the {which} of {namespace}/{pod}/{container}"
        path = f"/api/v1/namespaces/{quote(namespace)}/pods/{quote(pod, safe='')}/log"
        for lines in FEWER_LINES:
            tail = Tail()
            query = {
                "container": container,
                "previous": str(previous).lower(),
                "tailLines": str(lines + 1),
                "limitBytes": str(MOST_READ),
            }
            async with self.open(doing, path, query, READ, absent=(400,)) as response:
                async for chunk in response.content.iter_any():
                    tail.feed(chunk)
            if tail.bytes_seen < MOST_READ:
                break
        found = tail.text(lines)
        if NO_LOG.fullmatch(found.text):
            raise NotFound(f"Cannot {doing}: the node no longer has it")
        return replace(found, truncated=found.truncated or lines < FEWER_LINES[0])

    async def create(self, path: str, obj: Manifest) -> Manifest:
        """What the API server makes of a new object: for reviews, which answer and store
        nothing."""
        return await self._json(f"create {path}", path, {}, new=obj)

    async def send(
        self,
        method: str,
        path: str,
        body: Manifest,
        query: dict[str, str] | None = None,
        explain: Explain = refusal,
    ) -> Manifest:
        """Have something changed, and what the API server answers; `explain` makes the error of a
        refusal. For kure.adapters.cluster.apply alone."""
        doing = f"{method.lower()} {path}"
        return await self._json(doing, path, query or {}, new=body, explain=explain, method=method)

    async def dry_run_create(self, path: str, body: Manifest) -> Manifest:
        """What the API server would make of a pod; nothing is stored. The right is asked for
        first: an attempt without it would stand in the audit log as one."""
        namespace = manifests.namespace(body)
        if not await self._may_create(namespace):
            raise AccessDenied(f"The account of {self._access.source} may not create pods there")
        query = {"dryRun": "All"}
        return await self._json(f"try {path}", path, query, new=body, explain=verdict)

    async def _may_create(self, namespace: str) -> bool:
        """https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access"""
        asked = {"namespace": namespace, "verb": "create", "resource": "pods"}
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": asked},
        }
        try:
            answer = await self.create(REVIEWS, review)
        except NotFound:
            return True  # a recording has no accounts
        return manifests.status(answer).get("allowed") is True

    async def _json(
        self,
        doing: str,
        path: str,
        query: dict[str, str],
        accept: str = JSON,
        new: Manifest | None = None,
        explain: Explain = refusal,
        method: str = "",
    ) -> Manifest:
        opened = self.open(
            doing, path, query, READ, new=new, accept=accept, explain=explain, method=method
        )
        async with opened as response:
            body = await response.read()
        try:
            found: Any = json.loads(body)
        except ValueError as error:
            raise ClusterUnavailable(
                f"Cannot {doing}: {self.server} did not answer with JSON; is it an API server?"
            ) from error
        return manifests.mapping(found)

    @asynccontextmanager
    async def open(
        self,
        doing: str,
        path: str,
        query: dict[str, str],
        limits: aiohttp.ClientTimeout,
        absent: tuple[int, ...] = (),
        new: Manifest | None = None,
        accept: str = JSON,
        explain: Explain = refusal,
        method: str = "",
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """A GET, or a POST of `new` unless another `method` is named, whose answer is a success;
        `doing` completes "Cannot …" in errors.

        Answers in `absent` are NotFound, as 404 is; `explain` makes the error of a refusal. Errors
        while the body is read inside the `async with` are translated as well.
        """
        try:
            method = method or ("GET" if new is None else "POST")
            response = await self._request(method, path, query, limits, new, accept)
            async with response:
                if not response.ok:
                    status = 404 if response.status in absent else response.status
                    source, body = self._access.source, await response.read()
                    raise explain(doing, source, status, response.headers, body)
                yield response
        except TimeoutError as error:
            raise ClusterUnavailable(
                f"Cannot {doing}: {self.server} has not answered in time; it is tried again"
            ) from error
        except (aiohttp.ClientError, OSError) as error:
            raise ClusterUnavailable(
                f"Cannot {doing}: {self.server} does not answer ({error}); it is tried again"
            ) from error

    async def _request(
        self,
        method: str,
        path: str,
        query: dict[str, str],
        limits: aiohttp.ClientTimeout,
        new: Manifest | None,
        accept: str,
    ) -> aiohttp.ClientResponse:
        access = await self.access()
        try:
            response = await self._send(access, method, path, query, limits, new, accept)
            if response.status != 401:
                return response
            response.close()
        except aiohttp.ClientConnectorCertificateError:
            # A cluster set up anew has another authority, and the kubeconfig may know it by now.
            pass
        access = await self._renew(access)
        return await self._send(access, method, path, query, limits, new, accept)

    async def _send(
        self,
        access: Access,
        method: str,
        path: str,
        query: dict[str, str],
        limits: aiohttp.ClientTimeout,
        new: Manifest | None,
        accept: str,
    ) -> aiohttp.ClientResponse:
        headers = {"Accept": accept}
        if access.authorization:
            headers["Authorization"] = access.authorization
        if method == "PATCH":
            headers["Content-Type"] = MERGE
        log.debug("request path=%s watch=%s", path, query.get("watch", "false"))
        return await self._session.request(
            method,
            access.server + path,
            params=query,
            json=new,
            headers=headers,
            proxy=access.proxy,
            server_hostname=access.tls.server_name,
            timeout=limits,
        )

    async def _renew(self, stale: Access) -> Access:
        """Read the credentials again, once for all who found the same ones stale."""
        async with self._renewing:
            if self._access is stale:
                fresh = await read_access(self._settings)
                if (fresh.server, fresh.tls) != (stale.server, stale.tls):
                    old, self._session = self._session, _session(fresh)
                    await old.close()
                self._access = fresh
            return self._access


@asynccontextmanager
async def connect(settings: Settings) -> AsyncIterator[KubeCluster]:
    """A client for the cluster of the settings, closed at the end. Nothing is asked of the server
    yet. Raises Misconfigured where the settings name no cluster that could be asked."""
    cluster = KubeCluster(settings, await read_access(settings))
    try:
        yield cluster
    finally:
        await cluster.aclose()


def _session(access: Access) -> aiohttp.ClientSession:
    try:
        context = access.tls.context() if access.server.startswith("https:") else True
    except OSError as error:
        raise Misconfigured(
            f"Cannot use the certificates of {access.source}: {error}; are they PEM, and is the "
            "key the certificate's?"
        ) from error
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=context, limit=0, socket_factory=_socket),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": "kure"},
        # The environment's proxies; like kubectl, never for a server on this machine.
        trust_env=not access.is_local,
    )


def _socket(address: aiohttp.AddrInfoType) -> socket.socket:
    """A socket that notices within a minute when the other end has gone without a word."""
    family, kind, protocol, _, _ = address
    made = socket.socket(family, kind, protocol)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if sys.platform == "linux":
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, KEEPALIVE_IDLE)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, KEEPALIVE_EVERY)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, KEEPALIVE_PROBES)
    return made
