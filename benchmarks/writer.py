"""Makes objects on the cluster and removes them: all that benchmarks write goes through here."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from kure.adapters.cluster.credentials import read_access
from kure.errors import ClusterUnavailable
from kure.settings import Settings

GONE_SECONDS = 300
AT_ONCE = 20
NAMESPACES = "/api/v1/namespaces"


class Writer:
    """Someone with the right to create and delete."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def create(self, path: str, body: dict[str, Any]) -> None:
        """ClusterUnavailable says what was answered instead."""
        answer = await self._http.post(path, json=body)
        if not answer.is_success:
            raise ClusterUnavailable(
                f"Cannot create {path}: {answer.status_code} {answer.text[:300]}"
            )

    async def create_all(self, path: str, bodies: list[dict[str, Any]]) -> None:
        """Twenty at a time."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(body: dict[str, Any]) -> None:
            async with gate:
                await self.create(path, body)

        async with asyncio.TaskGroup() as group:
            for body in bodies:
                group.create_task(one(body))

    async def read(self, path: str, **query: str) -> dict[str, Any]:
        answer = await self._http.get(path, params=query)
        if not answer.is_success:
            raise ClusterUnavailable(f"Cannot read {path}: {answer.status_code}")
        found: dict[str, Any] = answer.json()
        return found

    async def delete(self, path: str, **query: str) -> None:
        """What is not there is as good as deleted."""
        answer = await self._http.delete(path, params=query)
        if not answer.is_success and answer.status_code != httpx.codes.NOT_FOUND:
            raise ClusterUnavailable(f"Cannot delete {path}: {answer.status_code}")

    async def until_gone(self, path: str) -> None:
        """ClusterUnavailable where it stays."""
        deadline = time.monotonic() + GONE_SECONDS
        while (await self._http.get(path)).status_code != httpx.codes.NOT_FOUND:
            if time.monotonic() > deadline:
                raise ClusterUnavailable(f"{path} is still there {GONE_SECONDS} s after its end.")
            await asyncio.sleep(0.5)

    async def until_there(self, path: str) -> None:
        async with asyncio.timeout(30):
            while not (await self._http.get(path)).is_success:  # noqa: ASYNC110  # a controller's
                await asyncio.sleep(0.05)


@asynccontextmanager
async def writer(settings: Settings) -> AsyncIterator[Writer]:
    """As the kubeconfig's user."""
    access = await read_access(settings)
    headers = {"Authorization": access.authorization} if access.authorization else {}
    async with httpx.AsyncClient(
        base_url=access.server, verify=access.tls.context(), headers=headers, timeout=60
    ) as http:
        yield Writer(http)


@asynccontextmanager
async def namespace(cluster: Writer) -> AsyncIterator[str]:
    """One of our own, in which pods may be made; asked to go at the end."""
    name = f"kure-bench-{secrets.token_hex(4)}"
    await cluster.create(NAMESPACES, {"metadata": {"name": name}})
    try:
        # pods are refused until the namespace's account has been made
        await cluster.until_there(f"{NAMESPACES}/{name}/serviceaccounts/default")
        yield name
    finally:
        await cluster.delete(f"{NAMESPACES}/{name}")
