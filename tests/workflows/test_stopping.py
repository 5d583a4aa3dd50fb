"""A worker stops in bounded time, whatever is under way."""

import asyncio
from uuid import uuid4

from temporalio import activity
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from kure.contracts.notifications import NotifyStart, Plan, PlanRequest
from tests.workflows.waiting import eventually
from workers.stopping import run_until
from workflows.notify import NotifyWorkflow


class NoDatabase:
    """Plans nothing, ever: the database is away."""

    asked = 0

    @activity.defn(name="plan_notifications")
    async def plan(self, request: PlanRequest) -> Plan:
        self.asked += 1
        raise OSError("PostgreSQL does not answer")


async def test_what_is_tried_again_and_again_is_left(env: WorkflowEnvironment) -> None:
    queue, stop, away = f"stops-{uuid4().hex}", asyncio.Event(), NoDatabase()
    worker = Worker(
        env.client, task_queue=queue, workflows=[NotifyWorkflow], activities=[away.plan]
    )
    running = asyncio.create_task(run_until(worker, stop, most_seconds=1))
    start = NotifyStart(subject="incident", id=str(uuid4()))
    handle = await env.client.start_workflow(NotifyWorkflow.run, start, id=queue, task_queue=queue)
    try:
        await eventually(lambda: away.asked > 1)
        stop.set()
        async with asyncio.timeout(10):
            await running
    finally:
        await handle.terminate("the test is over")


async def test_a_worker_that_has_nothing_to_do_stops_at_once(env: WorkflowEnvironment) -> None:
    stop = asyncio.Event()
    stop.set()
    idle = Worker(env.client, task_queue=f"idle-{uuid4().hex}", workflows=[NotifyWorkflow])
    async with asyncio.timeout(10):
        await run_until(idle, stop, most_seconds=60)
