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
from tests.cluster.accounts import allow_mirrors
from tests.cluster.kube import Admin, deployment, pod_spec
from tests.kill.cable import Cable, cable_to
from tests.kill.onlooker import Onlooker
from tests.kill.person import Person
from tests.kill.stack import Stack, running
from workflows.mirror import FAREWELL

pytestmark = [pytest.mark.cluster, pytest.mark.long]

MANY = 20
TTL = 60
AWAY = 120.0
MORTAL = ["api", "worker", "temporal", "postgres"]
LATE = timedelta(seconds=10)


@pytest.fixture
async def cut_off(admin_access: Access, data_dir: Path) -> AsyncIterator[tuple[Stack, Cable]]:
    """A stack of the test's own, and what leads from it to the cluster."""
    async with (
        cable_to(admin_access.server) as (cable, server),
        running(data_dir, server=server) as stack,
    ):
        yield stack, cable


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
    person, chance = Person(stack), random.Random(1)
    await allow_mirrors(admin, namespace)
    limits = {"per_cluster": MANY, "per_namespace": MANY, "version": 0}
    await person.asks("PUT", "/api/admin/settings/mirror-limits", limits)
    names = {f"app-{number}" for number in range(MANY)}
    for name in names:
        await fails(admin, namespace, name)
    await stack.until_all(namespace, names, "open")
    rows = await stack.rows(namespace)

    dying = asyncio.create_task(dies_now_and_then(stack, chance))
    try:
        async with Onlooker(admin, namespace).looking() as onlooker:
            ids = await asyncio.gather(
                *(person.deploys(row["id"], "busybox:1.36", TTL) for row in rows.values())
            )
            await onlooker.until_there(MANY)
            cable.cut()
            await asyncio.sleep(AWAY)
            cable.mend()
            back_at = datetime.now(UTC)
            mirrors = [await person.until(mirror_id, "gone") for mirror_id in ids]
            await onlooker.until_gone()
    finally:
        dying.cancel()
        with suppress(asyncio.CancelledError):
            await dying
        await person.aclose()
    assert len(onlooker.there) == MANY
    assert not onlooker.routed & set(onlooker.there.values())
    assert {mirror["verdict"] for mirror in mirrors} <= {"passed", "none"}
    told = [late(mirror, onlooker, back_at) for mirror in mirrors]
    assert [one for one in told if not -FAREWELL <= one <= LATE] == []


def late(mirror: dict[str, Any], onlooker: Onlooker, back_at: datetime) -> timedelta:
    """How long after its end, or after the cluster was back, a mirror was gone."""
    gone_at, ends = onlooker.went(mirror["pod"]), datetime.fromisoformat(mirror["expires_at"])
    return gone_at - (ends if gone_at < back_at else max(ends, back_at))
