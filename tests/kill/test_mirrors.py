"""`kill -9` of the worker in the life of a mirror: one pod, gone when its time is up."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from tests.cluster.accounts import allow_mirrors
from tests.cluster.kube import Admin
from tests.kill.onlooker import Onlooker
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
    async with Onlooker(admin, namespace).looking() as onlooker:
        mirror_id = await person.deploys(row["id"], "busybox:1.36", TTL)
        found = await person.until(mirror_id, "starting")
        if not boundary:
            await stack.kill("worker")
        await onlooker.until_gone(PATIENCE + TTL)
        found = await person.until(mirror_id, "gone")
    assert not boundary or not stack.armed(boundary), f"nobody came to {boundary}"
    assert len(onlooker.there) == 1
    late = onlooker.went(found["pod"]) - datetime.fromisoformat(found["expires_at"])
    assert -FAREWELL <= late <= LATE, late
    assert found["verdict"] in ("passed", "none")
