"""The API as a real server on a free port, with a database of its own."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from api import listeners
from api.main import create_app
from kure.adapters.clock import utc_now
from kure.adapters.postgres.pool import Pool, open_pool
from kure.demo.admin import Admin, first_admin
from kure.settings import Settings
from tests.api.identity_provider import CLIENT, SECRET, IdentityProvider, identity_provider
from tests.api.kube_server import KubeServer, kube_server

AGENT_TOKEN = "agent-token-of-the-local-cluster"
OTHER_TOKEN = "agent-token-of-another-cluster"
GROUPS = {
    "ops": {"role": "admin"},
    "shop": {"role": "write", "scopes": ["*/shop", "*/cart"]},
    "look": {"role": "read", "scopes": ["prod/*"]},
}


@dataclass(frozen=True)
class Api:
    """A running API: its admin's token and one-time code, and clients for people and agents."""

    url: str
    token: str
    code: str
    settings: Settings
    pool: Pool
    client: httpx.AsyncClient

    async def person(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"} | more.pop("headers", {})
        return await self.client.request(method, path, headers=headers, **more)

    async def agent(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {"X-Service-Token": AGENT_TOKEN} | more.pop("headers", {})
        return await self.client.request(method, path, headers=headers, **more)

    async def count(self, table: str) -> int:
        counted: int = await self.pool.fetchval(f"SELECT count(*) FROM {table}")
        return counted


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[None]:
    """The API in this process, behind a real socket."""
    server = listeners.servers(create_app(settings), settings)[0]
    task = asyncio.create_task(server.serve())
    while not server.started:
        assert not task.done(), "the API did not start"
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        await task


def settings_for(database: str, temporal_address: str, data_dir: Path, **more: Any) -> Settings:
    """The settings of a test's own installation."""
    known: dict[str, Any] = {
        # Temporal is shared by all tests, so workflow ids must differ.
        "cluster": f"t{uuid4().hex[:12]}",
        "data_dir": data_dir,
        "port": free_port(),
        "database_url": database,
        "temporal_address": temporal_address,
        "encrypt_payloads": False,
        "service_token": AGENT_TOKEN,
        "service_tokens": {"other": OTHER_TOKEN},
        "dashboard_dir": data_dir / "dist",
    }
    return Settings(**known | more)


async def admin_of(settings: Settings) -> Admin:
    """The first admin of an installation."""
    assert settings.database_url is not None
    database = settings.database_url.get_secret_value()
    return await first_admin(database, settings.data_dir, utc_now())


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Api]:
    """A running API with clients for it."""
    assert settings.database_url is not None
    admin = await admin_of(settings)
    pool = await open_pool(settings.database_url.get_secret_value(), 2)
    async with serving(settings):
        url = f"http://127.0.0.1:{settings.port}"
        async with httpx.AsyncClient(base_url=url, timeout=15) as client:
            yield Api(url, admin.token, admin.code, settings, pool, client)
    await pool.close()


@pytest.fixture
async def api(database: str, temporal_address: str, data_dir: Path) -> AsyncIterator[Api]:
    async with running(settings_for(database, temporal_address, data_dir)) as api:
        yield api


@pytest.fixture
async def kube(data_dir: Path) -> AsyncIterator[KubeServer]:
    """The cluster that the API of `inside` runs in."""
    async with kube_server(data_dir) as server:
        yield server


@pytest.fixture
async def inside(
    database: str, temporal_address: str, data_dir: Path, kube: KubeServer
) -> AsyncIterator[Api]:
    """An API with a cluster of its own, whose agents come with projected tokens."""
    more = {"kubeconfig": data_dir / "kubeconfig", "pod_namespace": "kure"}
    async with running(settings_for(database, temporal_address, data_dir, **more)) as api:
        yield api


@pytest.fixture
async def idp() -> AsyncIterator[IdentityProvider]:
    """The identity provider of `with_idp`."""
    async with identity_provider() as provider:
        yield provider


@pytest.fixture
async def with_idp(
    database: str, temporal_address: str, data_dir: Path, idp: IdentityProvider
) -> AsyncIterator[Api]:
    """An API to which people may sign in through an identity provider."""
    port = free_port()
    more = {
        "port": port,
        "public_url": f"http://127.0.0.1:{port}",
        "outgoing_loopback": True,
        "oidc_issuer": idp.url,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SECRET,
        "oidc_groups": GROUPS,
        "oidc_label": "Example",
    }
    async with running(settings_for(database, temporal_address, data_dir, **more)) as api:
        yield api
