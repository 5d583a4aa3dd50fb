"""A worker on a machine whose clock is wrong goes by Temporal's."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio import activity, workflow
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from kure.adapters import clock as machine
from workers.server_clock import ClockInterceptor, ServerClock

SOON = timedelta(seconds=10)


@workflow.defn(name="AskTheTime", sandboxed=False)
class AskTheTime:
    @workflow.run
    async def run(self, kind: str) -> str:
        if kind == "local":
            return str(await workflow.execute_local_activity("tell", start_to_close_timeout=SOON))
        return str(await workflow.execute_activity("tell", start_to_close_timeout=SOON))


@pytest.fixture(params=[-1, 1], ids=["behind", "ahead"])
def an_hour_wrong(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> timedelta:
    shift: timedelta = request.param * timedelta(hours=1)

    class Wrong(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz) + shift

    monkeypatch.setattr(machine, "datetime", Wrong)
    return shift


async def test_an_hour_wrong_is_not_seen(
    env: WorkflowEnvironment, an_hour_wrong: timedelta
) -> None:
    clock, queue = ServerClock(), uuid4().hex
    assert abs(clock() - datetime.now(UTC)) > timedelta(minutes=59), "nothing was learnt yet"

    @activity.defn(name="tell")
    async def tell() -> str:
        return clock().isoformat()

    async with Worker(
        env.client,
        task_queue=queue,
        workflows=[AskTheTime],
        activities=[tell],
        interceptors=[ClockInterceptor(clock)],
    ):
        for kind in ("remote", "local"):
            told: str = await env.client.execute_workflow(
                AskTheTime.run, kind, id=uuid4().hex, task_queue=queue
            )
            assert abs(datetime.fromisoformat(told) - datetime.now(UTC)) < timedelta(seconds=1)


def test_what_was_long_on_its_way_does_not_set_it_back() -> None:
    clock, now = ServerClock(), datetime.now(UTC)
    clock.learn(now)
    clock.learn(now - timedelta(seconds=3))
    assert clock() >= now


def test_a_server_whose_clock_was_set_back_is_believed() -> None:
    clock, earlier = ServerClock(), datetime.now(UTC) - timedelta(hours=1)
    clock.learn(datetime.now(UTC))
    for _ in range(100):
        clock.learn(earlier)
    assert clock() - earlier < timedelta(seconds=1)
