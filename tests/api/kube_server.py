"""The little of a Kubernetes API server that Kure's API asks: whose a token is, and who leads."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.agent.api_server import write_kubeconfig

ACCOUNT = "system:serviceaccount:kure:kure-agent"
LEASE = "/apis/coordination.k8s.io/v1/namespaces/kure/leases/kure-agent"


def projected(pod: str, audience: str = "kure", account: str = ACCOUNT) -> str:
    """A token that looks like one; only the server below says whether it is."""
    claims = json.dumps({"aud": [audience], "sub": account, "pod": pod}).encode()
    return f"e30.{base64.urlsafe_b64encode(claims).decode().rstrip('=')}.c2ln"


@dataclass
class KubeServer:
    """`tokens` are those it knows, with the pod and node they were given to."""

    tokens: dict[str, dict[str, str]] = field(default_factory=dict)
    audiences: list[str] = field(default_factory=lambda: ["kure"])
    username: str = ACCOUNT
    holder: str = ""
    away: bool = False
    reviews: int = 0
    reads: int = 0
    held: asyncio.Event | None = None
    port: int = 0

    def give(self, pod: str, node: str, **more: str) -> str:
        """A token for a pod on a node."""
        token = projected(pod, **more)
        self.tokens[token] = {"pod-name": pod, "node-name": node}
        return token

    async def review(self, request: web.Request) -> web.Response:
        self.reviews += 1
        if self.held is not None:
            await self.held.wait()
        if self.away:
            return web.json_response({"message": "etcd is away"}, status=500)
        spec = (await request.json())["spec"]
        bound = self.tokens.get(spec["token"])
        if bound is None:
            return web.json_response({"status": {"error": f"bad token {spec['token']}"}})
        extra = {f"authentication.kubernetes.io/{key}": [v] for key, v in bound.items() if v}
        user = {"username": self.username, "extra": extra}
        status = {"authenticated": True, "user": user, "audiences": self.audiences}
        return web.json_response({"status": status}, status=201)

    async def lease(self, request: web.Request) -> web.Response:
        self.reads += 1
        if self.away:
            return web.json_response({"message": "etcd is away"}, status=500)
        if not self.holder:
            return web.json_response({"message": "not found"}, status=404)
        return web.json_response({"spec": {"holderIdentity": self.holder}})


@asynccontextmanager
async def kube_server(folder: Path) -> AsyncIterator[KubeServer]:
    """The server, and a kubeconfig for it in the folder."""
    server = KubeServer()
    app = web.Application()
    app.router.add_post("/apis/authentication.k8s.io/v1/tokenreviews", server.review)
    app.router.add_get(LEASE, server.lease)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.port = runner.addresses[0][1]
    write_kubeconfig(folder / "kubeconfig", f"http://127.0.0.1:{server.port}", "the-apis-own")
    try:
        yield server
    finally:
        await runner.cleanup()


def as_agent(token: str) -> dict[str, Any]:
    return {"headers": {"X-Service-Token": token}}
