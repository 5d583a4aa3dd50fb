"""A worker whose clock is an hour wrong: a mirror lives as long as it should, and proves what it
should."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.cluster.accounts import allow_mirrors
from tests.cluster.kube import Admin
from tests.kill.onlooker import Onlooker
from tests.kill.person import Person
from tests.kill.stack import PATIENCE, Stack
from tests.kill.test_kill import breaks
from workers.schedules import ensure_schedules, sweep_now
from workflows.mirror import FAREWELL
from workflows.names import mirror_workflow_id

pytestmark = pytest.mark.cluster

HOUR = timedelta(hours=1)
LATE = timedelta(seconds=3)
# What a pod that is told to go takes for it, beside the second that it is given.
GOING = timedelta(seconds=2)
PROVES, BRIEF = 50, 30


@pytest.fixture
async def person(stack: Stack) -> AsyncIterator[Person]:
    made = Person(stack)
    yield made
    await made.aclose()
    stack.set_clock(timedelta(0))


async def broken(stack: Stack, admin: Admin, namespace: str) -> str:
    """An incident whose fix is another image; its id."""
    await allow_mirrors(admin, namespace)
    await breaks(admin, namespace, "tried")
    return str((await stack.until(namespace, lambda row: not row["diagnosing"]))["id"])


async def swept_until_gone(stack: Stack, onlooker: Onlooker) -> None:
    """Sweeps each second, as a worker does that starts: the Schedule is seen to, then triggered."""

    async def sweeping() -> None:
        while True:
            await ensure_schedules(stack.temporal)
            await sweep_now(stack.temporal)
            await asyncio.sleep(1)

    task = asyncio.create_task(sweeping())
    try:
        await onlooker.until_gone(PATIENCE + PROVES)
    finally:
        task.cancel()


@pytest.mark.parametrize("shift", [HOUR, -HOUR], ids=["ahead", "behind"])
async def test_a_workers_clock_ends_no_mirror(
    stack: Stack, admin: Admin, namespace: str, person: Person, shift: timedelta
) -> None:
    incident = await broken(stack, admin, namespace)
    stack.set_clock(shift)
    async with Onlooker(admin, namespace).looking() as onlooker:
        mirror_id = await person.deploys(incident, "busybox:1.36", PROVES)
        await person.until(mirror_id, "starting")
        await swept_until_gone(stack, onlooker)
        found = await person.until(mirror_id, "gone")
    late = onlooker.went(found["pod"]) - datetime.fromisoformat(found["expires_at"])
    assert -FAREWELL <= late <= LATE, late
    assert found["verdict"] == "passed", found["text"]
    assert 30 <= found["held_seconds"] < PROVES


@pytest.mark.parametrize("shift", [HOUR, -HOUR], ids=["ahead", "behind"])
async def test_what_nobody_knows_of_is_swept_in_time(
    stack: Stack, admin: Admin, namespace: str, person: Person, shift: timedelta
) -> None:
    """Of a mirror that is in no table only its own annotation tells, which a worker of the one
    clock has written and a worker of the other reads."""
    incident = await broken(stack, admin, namespace)
    stack.set_clock(shift)
    async with Onlooker(admin, namespace).looking() as onlooker:
        asked_at = datetime.now(UTC)
        mirror_id = await person.deploys(incident, "busybox:1.36", BRIEF)
        found = await person.until(mirror_id, "starting")
        workflow = stack.temporal.get_workflow_handle(mirror_workflow_id(mirror_id))
        await stack.pool.execute("DELETE FROM mirrors WHERE id = $1::uuid", mirror_id)
        await workflow.terminate("its row is gone")
        stack.set_clock(-shift)
        await swept_until_gone(stack, onlooker)
    went = onlooker.went(found["pod"])
    # The end was written when it was planned, a moment before it was made.
    assert asked_at + timedelta(seconds=BRIEF) <= went
    assert went <= datetime.fromisoformat(found["expires_at"]) + GOING + LATE
