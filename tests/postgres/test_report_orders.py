"""Reports of several pods of one owner, in any order and however often: properties that hold."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kure.adapters.postgres import reports
from kure.adapters.postgres.pool import Pool, open_pool
from kure.adapters.postgres.reports import FailingPod
from kure.contracts.reports import ReportedFailure
from kure.domain.failures.model import FailureClass
from kure.domain.workloads import Workload

NOW = datetime(2026, 11, 1, tzinfo=UTC)
CLASSES = (FailureClass.CRASH_LOOP, FailureClass.IMAGE_PULL, FailureClass.NOT_READY)


@dataclass(frozen=True)
class Said:
    """A report of a pod, by the minute at which the object says that it became so."""

    pod: int
    what: str
    minute: int


SAID = st.builds(
    Said, st.integers(0, 2), st.sampled_from([*CLASSES, "healthy", "gone"]), st.integers(0, 6)
)


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    pool = await open_pool(database, 6)
    yield pool
    await pool.close()


async def tell(pool: Pool, cluster: str, said: Said) -> None:
    since, uid = NOW + timedelta(minutes=said.minute), f"u{said.pod}"
    if not isinstance(said.what, FailureClass):
        await reports.receive_ended(pool, cluster, uid, said.what, since, NOW)
        return
    failure = ReportedFailure(failure_class=said.what, since=since)
    owner = Workload(cluster, "shop", "Deployment", "cart")
    pod = FailingPod(owner, uid, "shop", f"cart-{said.pod}", (failure,))
    await reports.receive_failed(pool, pod, NOW)


async def check(pool: Pool, cluster: str, history: list[Said]) -> None:
    incidents = await pool.fetch("SELECT * FROM incidents WHERE cluster = $1", cluster)
    failed = [said for said in history if isinstance(said.what, FailureClass)]
    assert len(incidents) == bool(failed)
    assert all(row["status"] == "open" and row["resolved_at"] is None for row in incidents)
    numbers = await pool.fetch("SELECT number FROM reports WHERE cluster = $1", cluster)
    assert sorted(row["number"] for row in numbers) == list(range(1, len(numbers) + 1))
    assert all(row["last_number"] == len(numbers) for row in incidents)
    pods = await pool.fetch("SELECT * FROM failed_pods WHERE cluster = $1", cluster)
    assert {pod["uid"] for pod in pods} == {f"u{said.pod}" for said in failed}
    for pod in pods:
        if pod["state"] == "failing":
            continue
        own = [said for said in history if f"u{said.pod}" == pod["uid"]]
        ended = [said.minute for said in own if said.what == pod["state"]]
        # What a deleted pod is said to have done after it was deleted does not bring it back.
        fell = NOW + timedelta(minutes=max(ended))
        assert pod["failing_since"] <= fell
        if pod["state"] == "healthy":
            assert all(s.minute <= max(ended) for s in own if isinstance(s.what, FailureClass))


# Each example speaks of a cluster of its own, so they may share a database.
EXAMPLES = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(history=st.lists(SAID, max_size=14))
@EXAMPLES
async def test_one_after_another(pool: Pool, history: list[Said]) -> None:
    cluster = f"c{uuid4().hex}"
    for count, said in enumerate(history, 1):
        await tell(pool, cluster, said)
        await check(pool, cluster, history[:count])


@given(history=st.lists(SAID, max_size=14))
@EXAMPLES
async def test_all_at_once_and_again(pool: Pool, history: list[Said]) -> None:
    cluster = f"c{uuid4().hex}"
    for _ in range(2):
        await asyncio.gather(*(tell(pool, cluster, said) for said in history))
    await check(pool, cluster, [*history, *history])
