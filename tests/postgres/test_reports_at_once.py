"""Many reporters at once: one incident an owner, numbers without gaps, no row twice."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from kure.adapters.postgres import nudges, reports, runs
from kure.adapters.postgres.pool import Pool, open_pool
from kure.adapters.postgres.reports import FailingPod
from kure.contracts.reports import ReportedFailure
from kure.contracts.runs import StepRecord, StepState
from kure.domain.failures.model import FailureClass
from kure.domain.workloads import Workload
from kure.errors import DatabaseUnavailable

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    pool = await open_pool(database, 10)
    yield pool
    await pool.close()


def failing(uid: str, owner: str = "cart", minutes: int = 0) -> FailingPod:
    failure = ReportedFailure(
        failure_class=FailureClass.CRASH_LOOP, since=NOW + timedelta(minutes=minutes)
    )
    workload = Workload("c", "shop", "Deployment", owner)
    return FailingPod(workload, uid, "shop", f"cart-{uid}", (failure,))


async def test_a_hundred_reports_at_once_are_one_incident(pool: Pool) -> None:
    said = [failing(f"u{n % 25}", minutes=n // 25) for n in range(100)]
    answers = await asyncio.gather(*(reports.receive_failed(pool, pod, NOW) for pod in said))
    assert len({answer.incident_id for answer in answers}) == 1
    numbers = [row["number"] for row in await pool.fetch("SELECT number FROM reports")]
    assert sorted(numbers) == list(range(1, 101))
    assert await pool.fetchval("SELECT count(*) FROM failed_pods") == 25


async def test_a_pod_stays_with_its_incident_whatever_owner_is_claimed(pool: Pool) -> None:
    first = await reports.receive_failed(pool, failing("u1"), NOW)
    again = await reports.receive_failed(pool, failing("u1", "other", minutes=1), NOW)
    assert first.incident_id == again.incident_id
    assert await pool.fetchval("SELECT count(*) FROM incidents") == 1


async def test_two_relays_never_take_the_same_nudge(pool: Pool) -> None:
    for n in range(30):
        await reports.receive_failed(pool, failing(f"u{n}", f"app-{n}"), NOW)
    async with nudges.claimed(pool, NOW) as first, nudges.claimed(pool, NOW) as second:
        taken = {n.incident_id for n in first}, {n.incident_id for n in second}
    assert (len(taken[0]), len(taken[1])) == (20, 10)
    assert not taken[0] & taken[1]
    async with nudges.claimed(pool, NOW) as rest:
        assert rest == []


async def test_a_nudge_that_could_not_be_passed_on_stays(pool: Pool) -> None:
    await reports.receive_failed(pool, failing("u1"), NOW)
    with pytest.raises(DatabaseUnavailable):
        async with nudges.claimed(pool, NOW):
            raise ConnectionResetError
    async with nudges.claimed(pool, NOW) as again:
        assert len(again) == 1


async def test_a_step_only_moves_forward_and_a_later_attempt_loses_the_earlier(pool: Pool) -> None:
    accepted = await reports.receive_failed(pool, failing("u1"), NOW)
    assert accepted.incident_id is not None
    incident_id = await pool.fetchval("SELECT id FROM incidents")
    run_id = uuid4()
    async with pool.acquire() as connection, connection.transaction():
        await runs.start(connection, run_id, incident_id, ("c", "incident/x", "t"), NOW)

    def step(attempt: int, state: StepState) -> StepRecord:
        ended = None if state is StepState.RUNNING else NOW
        return StepRecord(
            run_id=str(run_id), incident_id=str(incident_id), step="s", name="gather",
            attempt=attempt, state=state, summary="Gather", started_at=NOW, ended_at=ended,
        )  # fmt: skip

    for attempt, state in [
        (1, StepState.RUNNING),
        (2, StepState.RUNNING),
        (1, StepState.DONE),
        (2, StepState.DONE),
        (2, StepState.RUNNING),
    ]:
        await runs.record(pool, step(attempt, state), NOW)
    shown = await runs.read(pool, run_id)
    assert [(s.attempt, s.state) for s in shown.steps] == [
        (1, StepState.LOST),
        (2, StepState.DONE),
    ]
