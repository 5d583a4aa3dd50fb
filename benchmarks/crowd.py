"""A crowd: nodes that kwok plays, with pods on them that cost next to nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.kwok import playing
from benchmarks.writer import NAMESPACES, Writer, namespace, writer
from kure.settings import Settings

LABEL = "kure-bench/crowd"
NODES = "/api/v1/nodes"
ROOM = {"cpu": "64", "memory": "256Gi", "pods": "500"}
READY_SECONDS = 300


@dataclass
class Crowd:
    """Its Deployments are in the namespace `home`."""

    cluster: Writer
    home: str
    nodes: list[str] = field(default_factory=list)

    async def join(self, count: int) -> None:
        """So many nodes more, with room for 500 pods each."""
        names = [f"{self.home}-{len(self.nodes) + number}" for number in range(count)]
        self.nodes += names
        await self.cluster.create_all(NODES, [self._node(name) for name in names])

    async def deploy(
        self,
        names: list[str],
        replicas: int,
        *,
        node: str = "",
        fails: str = "",
        fails_at: datetime | None = None,
    ) -> None:
        """Deployments on its nodes, or on one of them. `fails`: how all their pods do so, at that
        moment."""
        annotations = {}
        if fails_at:
            at = f"{fails_at:%Y-%m-%dT%H:%M:%SZ}"
            annotations = {"kure-bench/fails": fails, "kure-bench/fails-at": at}
        path = f"/apis/apps/v1/namespaces/{self.home}/deployments"
        bodies = [self._deployment(name, replicas, node, annotations) for name in names]
        await self.cluster.create_all(path, bodies)

    async def until_ready(self, pods: int) -> None:
        """Until so many of its pods are Ready."""
        path = f"/apis/apps/v1/namespaces/{self.home}/deployments"
        async with asyncio.timeout(READY_SECONDS):
            while True:
                found = (await self.cluster.read(path))["items"]
                if sum(one["status"].get("readyReplicas", 0) for one in found) >= pods:
                    return
                await asyncio.sleep(1)

    async def take_lease(self, name: str) -> None:
        """Somebody who is not there holds the Lease for an hour."""
        now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
        spec = {"holderIdentity": "nobody", "leaseDurationSeconds": 3600, "renewTime": now}
        path = f"/apis/coordination.k8s.io/v1/namespaces/{self.home}/leases"
        await self.cluster.create(path, {"metadata": {"name": name}, "spec": spec})

    async def give_lease_back(self, name: str) -> None:
        await self.cluster.delete(
            f"/apis/coordination.k8s.io/v1/namespaces/{self.home}/leases/{name}"
        )

    async def leave(self) -> None:
        """All of it; its nodes once no pod is on them any more."""
        await self.cluster.delete(f"{NAMESPACES}/{self.home}")
        await self.cluster.until_gone(f"{NAMESPACES}/{self.home}")
        for name in self.nodes:
            await self.cluster.delete(f"{NODES}/{name}")

    def _node(self, name: str) -> dict[str, Any]:
        labels = {LABEL: self.home, "kubernetes.io/hostname": name}
        return {
            "metadata": {"name": name, "labels": labels},
            "spec": {"taints": [{"key": LABEL, "value": self.home, "effect": "NoSchedule"}]},
            "status": {"allocatable": ROOM, "capacity": ROOM},
        }

    def _deployment(
        self, name: str, replicas: int, node: str, annotations: dict[str, str]
    ) -> dict[str, Any]:
        labels = {"app": name}
        spec = {
            "nodeSelector": {LABEL: self.home} | ({"kubernetes.io/hostname": node} if node else {}),
            "tolerations": [{"key": LABEL, "operator": "Exists"}],
            "containers": [{"name": "app", "image": f"registry.example/{name}:1"}],
        }
        metadata = {"labels": labels, "annotations": annotations}
        return {
            "metadata": {"name": name},
            "spec": {
                "replicas": replicas,
                "selector": {"matchLabels": labels},
                "template": {"metadata": metadata, "spec": spec},
            },
        }


@asynccontextmanager
async def crowd(settings: Settings, folder: Path) -> AsyncIterator[Crowd]:
    """An empty one; all of it is removed at the end. kwok's log goes to the folder."""
    assert settings.kubeconfig, "the demo was started with one"
    async with (
        writer(settings) as cluster,
        namespace(cluster) as home,
        playing(f"{LABEL}={home}", settings.kubeconfig, folder / "kwok.log"),
    ):
        made = Crowd(cluster, home)
        try:
            yield made
        finally:
            await made.leave()
