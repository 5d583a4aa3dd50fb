"""Who sees all mirrors: each status of their pods, and each verdict when a browser sees it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kure.adapters.clock import utc_now
from kure.adapters.cluster.client import KubeCluster
from kure.adapters.cluster.watch import Seen, Watch
from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.domain.mirrors.names import LABEL
from tests.kill.stack import Stack

# How often the live stream is looked at: so much later than it came a verdict is seen.
LOOK_SECONDS = 0.02


@dataclass
class Witness:
    """Times are this process's own, when it learned of something."""

    stack: Stack
    cluster: KubeCluster
    _statuses: dict[str, list[tuple[datetime, Manifest]]] = field(default_factory=dict)
    _verdicts: dict[str, tuple[datetime, dict[str, Any]]] = field(default_factory=dict)
    _gone: set[str] = field(default_factory=set)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    def statuses(self, pod: str) -> list[tuple[datetime, Manifest]]:
        """Of the mirror's pod, in their order."""
        return self._statuses.get(pod, [])

    async def verdict(self, mirror_id: str) -> tuple[datetime, dict[str, Any]]:
        """When its first verdict was seen, and the mirror as it was then."""
        async with self._news:
            await self._news.wait_for(lambda: mirror_id in self._verdicts)
        return self._verdicts[mirror_id]

    async def gone(self, mirror_id: str) -> None:
        """Wait until it is."""
        async with self._news:
            await self._news.wait_for(lambda: mirror_id in self._gone)

    async def watch(self) -> None:
        """For ever."""
        pods = Watch(self.cluster, "/api/v1/pods", {"labelSelector": LABEL})
        async with aclosing(pods.changes()) as changes:
            async for change in changes:
                if isinstance(change, Seen):
                    seen = self._statuses.setdefault(manifests.name(change.object), [])
                    seen.append((utc_now(), change.object))

    async def listen(self) -> None:
        """For ever."""
        read = 0
        while True:
            new = self.stack.events[read:]
            read += len(new)
            told = [data["summary"] for _, topic, data in new if topic == "mirror.updated"]
            for mirror in told:
                if mirror["verdict"] is not None:
                    self._verdicts.setdefault(mirror["id"], (utc_now(), mirror))
                if mirror["phase"] == "gone":
                    self._gone.add(mirror["id"])
            if told:
                async with self._news:
                    self._news.notify_all()
            await asyncio.sleep(LOOK_SECONDS)


@asynccontextmanager
async def witnessing(stack: Stack, cluster: KubeCluster) -> AsyncIterator[Witness]:
    """A witness who sees until the end."""
    witness = Witness(stack, cluster)
    tasks = [asyncio.create_task(witness.watch()), asyncio.create_task(witness.listen())]
    try:
        yield witness
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
