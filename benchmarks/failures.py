"""Pods that fail on purpose, one a second: images that are not there, crash loops, OOM kills."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from benchmarks.writer import NAMESPACES, namespace, writer
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
    async with writer(settings) as cluster, namespace(cluster) as home:
        names = []
        for number in range(FAILURES):
            names.append(f"bench-{number:02}-{secrets.token_hex(2)}")
            await cluster.create(f"{NAMESPACES}/{home}/pods", _pod(number, names[-1]))
            await asyncio.sleep(EVERY_SECONDS)
        yield names


def _pod(number: int, name: str) -> dict[str, Any]:
    container = KINDS[number % len(KINDS)] | {"name": "app"}
    spec = {
        "containers": [container],
        "terminationGracePeriodSeconds": 0,
        "automountServiceAccountToken": False,
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}
