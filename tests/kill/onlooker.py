"""Who watches mirrors from outside, with an admin's eyes, whatever becomes of Kure."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

from kure.domain import manifests
from kure.domain.mirrors.names import LABEL
from tests.cluster.kube import PATHS, Admin
from tests.kill.stack import PATIENCE

SLICES = "/apis/discovery.k8s.io/v1/namespaces/{}/endpointslices"
LOOK_SECONDS = 0.05


class Onlooker:
    """Sees every pod with a mirror's label: `there` are their names by uid, `gone_at` when each one
    went, `routed` the names of all pods that Services lead to."""

    def __init__(self, admin: Admin, namespace: str) -> None:
        self._admin = admin
        self._pods = f"{PATHS['Pod'].format(namespace)}?labelSelector={LABEL}"
        self._slices = SLICES.format(namespace)
        self.there: dict[str, str] = {}
        self.gone_at: dict[str, datetime] = {}
        self.routed: set[str] = set()

    @asynccontextmanager
    async def looking(self) -> AsyncIterator["Onlooker"]:
        """Looks on beside the block."""
        task = asyncio.create_task(self._look())
        try:
            yield self
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _look(self) -> None:
        while True:
            began = datetime.now(UTC)
            pods = (await self._admin.read(self._pods))["items"]
            there = {manifests.uid(pod): manifests.name(pod) for pod in pods}
            for uid in self.there.keys() - there.keys() - self.gone_at.keys():
                self.gone_at[uid] = began
            self.there |= there
            for found in (await self._admin.read(self._slices))["items"]:
                for endpoint in found.get("endpoints") or ():
                    self.routed.add((endpoint.get("targetRef") or {}).get("name", ""))
            await asyncio.sleep(LOOK_SECONDS)

    async def until_there(self, count: int = 1) -> None:
        """Wait until so many were seen."""
        async with asyncio.timeout(PATIENCE):
            while len(self.there) < count:
                await asyncio.sleep(LOOK_SECONDS)

    async def until_gone(self, within: float = PATIENCE) -> None:
        """Wait until all that were seen are gone; `within` so many seconds."""
        async with asyncio.timeout(within):
            while not self.there or len(self.gone_at) < len(self.there):
                await asyncio.sleep(LOOK_SECONDS)

    def went(self, pod: str) -> datetime:
        """When the one of that name went."""
        [uid] = [uid for uid, name in self.there.items() if name == pod]
        return self.gone_at[uid]
