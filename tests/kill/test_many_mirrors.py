"""Twenty mirrors while parts of Kure die and the cluster is away: each is gone in time, none before
its time, none forgotten."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kure.adapters.cluster.credentials import Access
from kure.domain import manifests
from kure.domain.mirrors.names import LABEL
from tests.cluster.accounts import allow_mirrors
from tests.cluster.kube import PATHS, Admin, deployment, pod_spec
from tests.kill.cable import Cable, cable_to
from tests.kill.person import Person
from tests.kill.stack import Stack, running
from workflows.mirror import FAREWELL

pytestmark = [pytest.mark.cluster, pytest.mark.long]

MANY = 20
TTL = 60
AWAY = 120.0
MORTAL = ["api", "worker", "temporal", "postgres"]
LATE = timedelta(seconds=10)
SLICES = "/apis/discovery.k8s.io/v1/namespaces/{}/endpointslices"


@pytest.fixture
async def cut_off(admin_access: Access, data_dir: Path) -> AsyncIterator[tuple[Stack, Cable]]:
    """A stack of the test's own, and what leads from it to the cluster."""
    async with (
        cable_to(admin_access.server) as (cable, server),
        running(data_dir, server=server) as stack,
    ):
        yield stack, cable


class Onlooker:
    """Who sees every mirror, when each one went, and where Services lead."""

    def __init__(self, admin: Admin, namespace: str) -> None:
        self._admin = admin
        self._pods = f"{PATHS['Pod'].format(namespace)}?labelSelector={LABEL}"
        self._slices = SLICES.format(namespace)
        self.there: dict[str, str] = {}
        self.gone_at: dict[str, datetime] = {}
        self.routed: set[str] = set()

    async def look(self) -> None:
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
            await asyncio.sleep(0.1)


async def dies_now_and_then(stack: Stack, chance: random.Random) -> None:
    while True:
        await asyncio.sleep(chance.uniform(2, 6))
        await stack.kill(chance.choice(MORTAL))


async def fails(admin: Admin, namespace: str, name: str) -> None:
    """A Deployment whose image is not there, and the Service that leads to its pods."""
    spec = pod_spec("exec sleep 3600", image=f"registry.local/{name}:none")
    await admin.create(deployment(namespace, name, spec))
    await admin.create(
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"namespace": namespace, "name": name},
            "spec": {"selector": {"app": name}, "ports": [{"port": 80}]},
        }
    )


async def test_each_is_gone_in_time_and_none_before(
    cut_off: tuple[Stack, Cable], admin: Admin, namespace: str
) -> None:
    stack, cable = cut_off
    person, onlooker, chance = Person(stack), Onlooker(admin, namespace), random.Random(1)
    await allow_mirrors(admin, namespace)
    limits = {"per_cluster": MANY, "per_namespace": MANY, "version": 0}
    await person.asks("PUT", "/api/admin/settings/mirror-limits", limits)
    names = {f"app-{number}" for number in range(MANY)}
    for name in names:
        await fails(admin, namespace, name)
    await stack.until_all(namespace, names, "open")
    rows = await stack.rows(namespace)

    beside = [
        asyncio.create_task(onlooker.look()),
        asyncio.create_task(dies_now_and_then(stack, chance)),
    ]
    try:
        ids = await asyncio.gather(
            *(person.deploys(row["id"], "busybox:1.36", TTL) for row in rows.values())
        )
        async with asyncio.timeout(TTL):
            while len(onlooker.there) < MANY:
                await asyncio.sleep(0.1)
        cable.cut()
        await asyncio.sleep(AWAY)
        cable.mend()
        back_at = datetime.now(UTC)
        mirrors = [await person.until(mirror_id, "gone") for mirror_id in ids]
        async with asyncio.timeout(TTL):
            while len(onlooker.gone_at) < len(onlooker.there):
                await asyncio.sleep(0.1)
    finally:
        for task in beside:
            task.cancel()
        for task in beside:
            with suppress(asyncio.CancelledError):
                await task
        await person.aclose()
    assert len(onlooker.there) == MANY
    assert not onlooker.routed & set(onlooker.there.values())
    assert {mirror["verdict"] for mirror in mirrors} <= {"passed", "none"}
    told = [late(mirror, onlooker, back_at) for mirror in mirrors]
    assert [one for one in told if not -FAREWELL <= one <= LATE] == []


def late(mirror: dict[str, Any], onlooker: Onlooker, back_at: datetime) -> timedelta:
    """How long after its end, or after the cluster was back, a mirror was gone."""
    [uid] = [uid for uid, name in onlooker.there.items() if name == mirror["pod"]]
    gone_at, ends = onlooker.gone_at[uid], datetime.fromisoformat(mirror["expires_at"])
    return gone_at - (ends if gone_at < back_at else max(ends, back_at))
