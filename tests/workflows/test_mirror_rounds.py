"""What follows a mirror that failed: the next fix, in a mirror of its own; and workers that die,
the sweep, the plan."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.client import WorkflowFailureError
from temporalio.testing import WorkflowEnvironment

from kure.contracts.mirroring import PlanRequest, SweepRequest
from kure.contracts.mirrors import MirrorPlan, Phase
from kure.errors import ClusterUnavailable, NotFound
from tests.workflows.mirror_world import FAILED, FIX, NEXT, PASSED, MirrorWorld
from tests.workflows.test_mirror import MADE, OVER
from tests.workflows.waiting import eventually
from workflows.mirror_plan import MirrorPlanWorkflow
from workflows.mirror_sweep import SweepWorkflow
from workflows.names import KURE, mirror_plan_workflow_id


async def test_the_next_fix_is_tried_in_a_mirror_of_its_own(mirrors: MirrorWorld) -> None:
    mirrors.cluster.next_operations = [NEXT]
    mirrors.cluster.verdicts = [FAILED, PASSED]
    second = f"{mirrors.id}+"
    async with mirrors.working():
        await (await mirrors.start(rounds=3)).result()
        await eventually(lambda: Phase.PASSED in mirrors.rows.phases(second))
        assert mirrors.phases == [*MADE, Phase.FAILED, *OVER]
        assert mirrors.rows.jobs[second].wish.operations == [FIX, NEXT]
        assert [request.title for request in mirrors.rows.proposed] == ["Give it the node it needs"]


async def test_there_are_three_rounds_at_most(mirrors: MirrorWorld) -> None:
    mirrors.cluster.next_operations = [NEXT]
    mirrors.cluster.verdicts = [FAILED, FAILED, FAILED]
    third = f"{mirrors.id}++"
    async with mirrors.working():
        await mirrors.start(rounds=3)
        await eventually(lambda: Phase.FAILED in mirrors.rows.phases(third))
        await eventually(lambda: any(wait.startswith("Kept until") for wait in mirrors.rows.waits))
    assert set(mirrors.rows.jobs) == {mirrors.id, f"{mirrors.id}+", third}


@pytest.mark.parametrize("rounds", [1, 3])
async def test_without_a_next_fix_or_a_further_round_it_is_kept(
    mirrors: MirrorWorld, rounds: int
) -> None:
    mirrors.cluster.next_operations = [NEXT] if rounds == 1 else []
    mirrors.cluster.shows(FAILED)
    async with mirrors.working():
        await mirrors.start(rounds=rounds)
        await eventually(lambda: any(wait.startswith("Kept until") for wait in mirrors.rows.waits))
    assert [request.operations for request in mirrors.rows.proposed] == (
        [] if rounds == 1 else [[]]
    )


async def test_a_worker_that_dies_loses_no_mirror(mirrors: MirrorWorld) -> None:
    mirrors.soon_over(12)
    async with mirrors.working(dying=True):
        handle = await mirrors.start()
        mirrors.cluster.shows(PASSED)
        await eventually(lambda: len(mirrors.cluster.watched) == 2)
    async with mirrors.working():
        await handle.result()
    gone_at = mirrors.rows.told[-1].at
    assert gone_at - mirrors.rows.newest(mirrors.id, "expires_at") < timedelta(seconds=3)
    assert len(mirrors.cluster.created) == 1
    assert mirrors.cluster.pods == {}


async def test_each_cluster_is_swept_and_one_that_is_away_holds_up_no_other(
    env: WorkflowEnvironment, mirrors: MirrorWorld
) -> None:
    live = {"uid-1": datetime(2026, 11, 30, tzinfo=UTC)}
    here = SweepRequest(cluster=mirrors.cluster_name, live=live)
    away = SweepRequest(cluster="nobody-serves-it", live={})
    mirrors.rows.live = [away, here]
    async with mirrors.working():
        handle = await mirrors.client.start_workflow(
            SweepWorkflow.run, id=f"sweep-{mirrors.id}", task_queue=KURE
        )
        await eventually(lambda: mirrors.cluster.swept == [here])
        await env.fast_forward(handle)
        assert len(await handle.result()) == 1


async def test_a_plan_is_answered_or_fails_within_twenty_seconds(mirrors: MirrorWorld) -> None:
    job = mirrors.wants()
    request = PlanRequest(incident_id="i", mirror_id=mirrors.id, wish=job.wish)

    async def planned() -> MirrorPlan:
        return await mirrors.client.execute_workflow(
            MirrorPlanWorkflow.run,
            request,
            id=mirror_plan_workflow_id(mirrors.id),
            task_queue=KURE,
        )

    async with mirrors.working():
        assert (await planned()).pod == f"cart-mirror-{mirrors.id}"
        mirrors.cluster.errors["plan"] = [ClusterUnavailable("away"), NotFound("No such pod.")]
        with pytest.raises(WorkflowFailureError) as raised:
            async with asyncio.timeout(25):
                await planned()
    assert raised.value.cause.__cause__ is not None
    assert "No such pod." in str(raised.value.cause.__cause__)
