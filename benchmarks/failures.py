"""Pods that fail on purpose, one a second: images that are not there, crash loops, and on a real
cluster OOM kills."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from benchmarks.demo import Running
from benchmarks.writer import NAMESPACES, namespace, writer

EVERY_SECONDS = 1.0
RECORDED_HOME = "shop"

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

SHOP_IMAGE = {"image": "registry.example.com/shop/cart:1.8.2"}
RECORDED: tuple[dict[str, Any], ...] = (KINDS[0], KINDS[1] | SHOP_IMAGE)


@asynccontextmanager
async def failing_pods(running: Running, count: int) -> AsyncIterator[list[str]]:
    """Make so many, one after the other; gives their names. Removes them at the end."""
    async with AsyncExitStack() as stack:
        cluster = await stack.enter_async_context(writer(running.settings))
        # nothing can be made in a recording but pods, and nothing is left of it afterwards
        home, kinds = RECORDED_HOME, RECORDED
        if not running.is_recorded:
            home, kinds = await stack.enter_async_context(namespace(cluster)), KINDS
        names = []
        for number in range(count):
            names.append(f"bench-{number:02}-{secrets.token_hex(2)}")
            pod = _pod(names[-1], kinds[number % len(kinds)])
            await cluster.create(f"{NAMESPACES}/{home}/pods", pod)
            await asyncio.sleep(EVERY_SECONDS)
        yield names


def _pod(name: str, kind: dict[str, Any]) -> dict[str, Any]:
    container = kind | {"name": "app"}
    spec = {
        "containers": [container],
        "terminationGracePeriodSeconds": 0,
        "automountServiceAccountToken": False,
    }
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}
