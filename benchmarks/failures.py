"""Pods that fail on purpose, one a second: images that are not there, crash loops, OOM kills."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from kure.adapters.cluster.credentials import read_access
from kure.errors import ClusterUnavailable
from kure.settings import Settings

FAILURES = 30
EVERY_SECONDS = 1.0

SHELL = {"image": "busybox:1.36", "imagePullPolicy": "IfNotPresent"}
KINDS: tuple[dict[str, Any], ...] = (
    {"image": "registry.local/absent:none"},
    SHELL | {"command": ["sh", "-c", "echo cannot start; exit 3"]},
    SHELL
    | {
        "command": ["sh", "-c", "x=0123456789abcdef; while :; do x=$x$x; done"],
        "resources": {"limits": {"memory": "16Mi"}},
    },
)


@asynccontextmanager
async def failing_pods(settings: Settings) -> AsyncIterator[list[str]]:
    """Make them, one after the other; gives their names. Removes them at the end."""
    access = await read_access(settings)
    headers = {"Authorization": access.authorization or ""}
    namespace = f"kure-bench-{secrets.token_hex(4)}"
    async with httpx.AsyncClient(
        base_url=access.server, verify=access.tls.context(), headers=headers, timeout=30
    ) as http:
        await _create(http, "/api/v1/namespaces", {"metadata": {"name": namespace}})
        try:
            await _account(http, namespace)
            names = []
            for number in range(FAILURES):
                names.append(f"bench-{number:02}-{secrets.token_hex(2)}")
                await _create(http, f"/api/v1/namespaces/{namespace}/pods", _pod(number, names[-1]))
                await asyncio.sleep(EVERY_SECONDS)
            yield names
        finally:
            await http.delete(f"/api/v1/namespaces/{namespace}")


def _pod(number: int, name: str) -> dict[str, Any]:
    container = KINDS[number % len(KINDS)] | {"name": "app"}
    spec = {
        "containers": [container],
        "terminationGracePeriodSeconds": 0,
        "automountServiceAccountToken": False,
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}


async def _create(http: httpx.AsyncClient, path: str, body: dict[str, Any]) -> None:
    answer = await http.post(path, json=body)
    if not answer.is_success:
        raise ClusterUnavailable(f"Cannot create {path}: {answer.status_code} {answer.text[:300]}")


async def _account(http: httpx.AsyncClient, namespace: str) -> None:
    """Pods are refused until the namespace's account has been made."""
    path = f"/api/v1/namespaces/{namespace}/serviceaccounts/default"
    async with asyncio.timeout(30):
        while not (await http.get(path)).is_success:  # noqa: ASYNC110  # made by a controller
            await asyncio.sleep(0.05)
