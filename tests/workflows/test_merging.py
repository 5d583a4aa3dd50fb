"""An incident that turns out to be another's: its run ends, the other's goes on."""

import asyncio
from datetime import datetime
from uuid import UUID

import pytest
from temporalio.client import WorkflowExecutionStatus

from api.relay import Relay, Starter
from kure.adapters.clock import utc_now
from kure.adapters.postgres import reports, runs
from kure.adapters.postgres.reports import FailingPod
from kure.contracts.incidents import Action, Status
from kure.contracts.reports import ReportedFailure
from kure.domain.failures.model import FailureClass
from kure.domain.workloads import Workload
from kure.errors import Conflict
from tests.workflows.world import LONG_AGO, World
from workflows.names import incident_workflow_id


def told(world: World, kind: str, name: str, since: datetime = LONG_AGO) -> FailingPod:
    failure = ReportedFailure(
        failure_class=FailureClass.CRASH_LOOP, container="app", since=since, reason="Error"
    )
    owner = Workload(world.cluster_name, "shop", kind, name)
    return FailingPod(owner, "u1", "shop", "cart-1", (failure,), text="CrashLoopBackOff")


async def passed_on(world: World, pod: FailingPod) -> str:
    """Report it, and pass on what there is to pass on, as the API does."""
    accepted = await reports.receive_failed(world.pool, pod, utc_now())
    assert accepted.incident_id is not None
    await Relay(world.pool, Starter(world.client), utc_now).pass_on()
    return accepted.incident_id


async def test_the_first_run_ends_and_the_owners_diagnoses(world: World) -> None:
    async with world.working():
        first = await passed_on(world, told(world, "Pod", "cart-1"))
        await world.until(first, lambda row: not row.diagnosing)
        owners = await passed_on(world, told(world, "Deployment", "cart"))
        run_id = incident_workflow_id(Workload(world.cluster_name, "shop", "Pod", "cart-1"))
        handle = world.client.get_workflow_handle(run_id)
        await handle.result()
        await world.until(owners, lambda row: not row.diagnosing)
        assert [asked.workload.kind for asked in world.scripted.gathered] == ["Pod", "Deployment"]
        ended = await runs.newest_of(world.pool, UUID(first))
        assert ended is not None
        assert ended.state == "completed"
        assert (await world.row(first)).merged_into == owners
        goes_on = await world.handle().describe()
    assert goes_on.status is WorkflowExecutionStatus.RUNNING


async def test_a_diagnosis_that_comes_too_late_is_not_kept(world: World) -> None:
    async with world.working():
        world.scripted.hang()
        first = await passed_on(world, told(world, "Pod", "cart-1"))
        await world.until(first, lambda _: bool(world.scripted.gathered))
        owners = await passed_on(world, told(world, "Deployment", "cart"))
        world.scripted.go_on()
        await world.until(owners, lambda row: not row.diagnosing)
        run_id = incident_workflow_id(Workload(world.cluster_name, "shop", "Pod", "cart-1"))
        await world.client.get_workflow_handle(run_id).result()
        row = await world.row(first)
        kept = await world.pool.fetch("SELECT incident_id::text FROM diagnoses")
    assert (row.status, row.merged_into) == (Status.MERGED, owners)
    assert [found["incident_id"] for found in kept] == [owners]


async def test_nothing_can_be_done_with_a_merged_one(world: World) -> None:
    async with world.working():
        first = await passed_on(world, told(world, "Pod", "cart-1"))
        await passed_on(world, told(world, "Deployment", "cart"))
        for action in Action:
            with pytest.raises(Conflict, match="look at the incident that it is part of"):
                await world.act(first, action, f"k-{action}")


async def test_a_restart_of_everything_leaves_a_merged_one_alone(world: World) -> None:
    relay = Relay(world.pool, Starter(world.client), utc_now)
    async with world.working():
        first = await passed_on(world, told(world, "Pod", "cart-1"))
        owners = await passed_on(world, told(world, "Deployment", "cart"))
        await world.until(owners, lambda row: not row.diagnosing)
        run_id = incident_workflow_id(Workload(world.cluster_name, "shop", "Pod", "cart-1"))
        handle = world.client.get_workflow_handle(run_id)
        await handle.result()
        before = (await handle.describe()).run_id
        await asyncio.gather(relay.reconcile(), relay.reconcile())
        assert (await handle.describe()).run_id == before
        assert (await world.row(first)).status is Status.MERGED
