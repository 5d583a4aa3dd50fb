"""`kill -9` of the worker in the life of a mirror: one pod, gone when its time is up."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from kure.domain import manifests
from kure.domain.mirrors.names import LABEL
from tests.cluster.accounts import allow_mirrors
from tests.cluster.kube import PATHS, Admin
from tests.kill.person import Person
from tests.kill.stack import PATIENCE, Stack
from tests.kill.test_kill import breaks
from workflows.mirror import FAREWELL

pytestmark = pytest.mark.cluster

TTL = 50
LATE = timedelta(seconds=3)


@pytest.fixture
async def person(stack: Stack) -> AsyncIterator[Person]:
    made = Person(stack)
    yield made
    await made.aclose()


class Onlooker:
    """Who sees every pod that carries a mirror's label, and when the last one went."""

    def __init__(self, admin: Admin, namespace: str) -> None:
        self._admin = admin
        self._path = f"{PATHS['Pod'].format(namespace)}?labelSelector={LABEL}"
        self.seen: set[str] = set()
        self.gone_at: datetime | None = None

    async def look(self) -> None:
        async with asyncio.timeout(PATIENCE + TTL):
            while True:
                found = (await self._admin.read(self._path))["items"]
                self.seen |= {manifests.uid(pod) for pod in found}
                if self.seen and not found:
                    self.gone_at = datetime.now(UTC)
                    return
                await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    "boundary",
    [
        "mirror-made-not-acknowledged",
        pytest.param("mirror-noted-not-acknowledged", marks=pytest.mark.long),
        pytest.param("mirror-deleted-not-acknowledged", marks=pytest.mark.long),
        pytest.param("", marks=pytest.mark.long),
    ],
)
async def test_a_mirror_survives_its_worker_and_not_its_time(
    stack: Stack, admin: Admin, namespace: str, person: Person, boundary: str
) -> None:
    await allow_mirrors(admin, namespace)
    await breaks(admin, namespace, "tried")
    row = await stack.until(namespace, lambda row: not row["diagnosing"])
    if boundary:
        stack.arm(boundary)
    onlooker = Onlooker(admin, namespace)
    looking = asyncio.create_task(onlooker.look())
    mirror_id = await person.deploys(row["id"], "busybox:1.36", TTL)
    found = await person.until(mirror_id, "starting")
    if not boundary:
        await stack.kill("worker")
    await looking
    found = await person.until(mirror_id, "gone")
    assert not boundary or not stack.armed(boundary), f"nobody came to {boundary}"
    assert len(onlooker.seen) == 1
    expires_at = datetime.fromisoformat(found["expires_at"])
    assert onlooker.gone_at is not None
    late = onlooker.gone_at - expires_at
    assert -FAREWELL <= late <= LATE, late
    assert found["verdict"] in ("passed", "none")
