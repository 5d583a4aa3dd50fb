"""The life of an incident, by what a client can see: rows, runs and steps."""

from datetime import timedelta
from uuid import UUID

import pytest
from temporalio.client import WorkflowExecutionStatus
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment

from kure.adapters.clock import utc_now
from kure.adapters.postgres import runs
from kure.contracts.incidents import Action, Resolution, Status
from kure.contracts.runs import StepState
from kure.domain.failures.model import FailureClass
from kure.errors import Conflict, InvalidInput
from tests.workflows.world import ILL, QUIET, World


async def diagnosed(world: World) -> str:
    """A failing workload whose incident has been diagnosed; its id."""
    accepted = await world.fail()
    await world.nudge(accepted.incident_id)
    row = await world.until(accepted.incident_id, lambda row: not row.diagnosing)
    return row.id


async def resolved(env: WorkflowEnvironment, world: World) -> str:
    """An incident that was diagnosed, and whose workload then recovered; its id."""
    incident_id = await diagnosed(world)
    await world.end()
    await env.fast_forward(await world.nudge(incident_id))
    await world.until(incident_id, lambda row: row.status is Status.RESOLVED)
    return incident_id


async def test_a_failing_workload_is_diagnosed_and_shown(world: World) -> None:
    async with world.working():
        row = await world.row(await diagnosed(world))
    assert row.status is Status.OPEN
    assert row.summary == "The container exits with code 1"


async def test_five_failing_replicas_are_one_incident_with_one_diagnosis(world: World) -> None:
    async with world.working():
        ids = {(await world.fail(uid=f"u{n}")).incident_id for n in range(5)}
        incident_id = ids.pop()
        assert not ids
        for _ in range(5):
            await world.nudge(incident_id)
        row = await world.until(incident_id, lambda row: not row.diagnosing)
        await world.act(incident_id, Action.ACKNOWLEDGE, "k1")
    assert row.pods_failing == 5
    assert len(world.scripted.gathered) == 1


async def test_ten_crashes_stay_one_incident_with_one_run_and_one_diagnosis(world: World) -> None:
    async with world.working():
        incident_id = await diagnosed(world)
        run_id = (await world.handle().describe()).run_id
        for _ in range(10):
            await world.fail()
            await world.nudge(incident_id)
        await world.act(incident_id, Action.ACKNOWLEDGE, "k1")
        assert (await world.handle().describe()).run_id == run_id
    assert len(world.scripted.gathered) == 1


@pytest.mark.parametrize(
    ("failure_class", "pod_template"),
    [(FailureClass.OOM_KILLED, ""), (FailureClass.CRASH_LOOP, "6d4cf56db6")],
    ids=["another class", "another pod template"],
)
async def test_what_the_diagnosis_does_not_explain_is_diagnosed_again(
    world: World, failure_class: FailureClass, pod_template: str
) -> None:
    async with world.working():
        incident_id = await diagnosed(world)
        await world.fail("u2", failure_class, template=pod_template)
        await world.nudge(incident_id)
        await world.until(incident_id, lambda _: len(world.scripted.gathered) == 2)


async def test_quiet_time_passes_before_an_incident_is_resolved(
    env: WorkflowEnvironment, world: World
) -> None:
    async with world.working():
        incident_id = await diagnosed(world)
        await world.end()
        handle = await world.nudge(incident_id)
        await env.fast_forward(handle, QUIET.crash - timedelta(seconds=10))
        assert (await world.row(incident_id)).status is Status.OPEN
        await env.fast_forward(handle)
        row = await world.row(incident_id)
    assert (row.status, row.resolution) == (Status.RESOLVED, Resolution.RECOVERED)
    run = await runs.newest_of(world.pool, UUID(incident_id))
    assert run is not None
    assert run.state == "completed"
    assert [step.name for step in run.steps if step.name in ("gather", "diagnose", "close")] == [
        "gather",
        "diagnose",
        "close",
    ]
    assert {step.state for step in run.steps} == {StepState.DONE}


async def test_a_relapse_in_the_quiet_time_keeps_it_open(
    env: WorkflowEnvironment, world: World
) -> None:
    async with world.working():
        incident_id = await diagnosed(world)
        await world.end(state="healthy")
        handle = await world.nudge(incident_id)
        await env.fast_forward(handle, QUIET.crash / 2)
        await world.fail()
        await world.nudge(incident_id)
        await env.fast_forward(handle, QUIET.crash)
        row = await world.row(incident_id)
        assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
    assert (row.status, row.pods_failing) == (Status.OPEN, 1)


async def test_a_workload_that_is_not_well_after_the_quiet_time_stays_open(
    env: WorkflowEnvironment, world: World
) -> None:
    world.scripted.recovery = ILL
    async with world.working():
        incident_id = await diagnosed(world)
        await world.end()
        handle = await world.nudge(incident_id)
        await env.fast_forward(handle, QUIET.crash + timedelta(seconds=5))
        await world.until(incident_id, lambda _: len(world.scripted.confirmed) == 1)
        assert (await world.row(incident_id)).status is Status.OPEN


async def test_a_workload_that_fails_after_it_was_resolved_has_regressed(
    env: WorkflowEnvironment, world: World
) -> None:
    async with world.working():
        incident_id = await resolved(env, world)
        accepted = await world.fail("u2")
        assert accepted.incident_id == incident_id
        await world.nudge(incident_id)
        row = await world.until(incident_id, lambda row: not row.diagnosing)
    assert (row.status, row.regressions) == (Status.REGRESSED, 1)
    assert len(world.scripted.gathered) == 2


async def test_silence_is_not_health_the_workload_is_read_again_after_ten_minutes(
    env: WorkflowEnvironment, world: World
) -> None:
    async with world.working():
        incident_id = await diagnosed(world)
        await env.fast_forward(world.handle())
        row = await world.row(incident_id)
    assert (row.status, row.pods_failing) == (Status.RESOLVED, 0)


class TestActions:
    async def test_what_the_status_does_not_allow_is_refused(self, world: World) -> None:
        async with world.working():
            incident_id = await diagnosed(world)
            with pytest.raises(Conflict, match="nothing to restore"):
                await world.act(incident_id, Action.RESTORE, "k1")

    async def test_a_stale_version_is_refused(self, world: World) -> None:
        async with world.working():
            incident_id = await diagnosed(world)
            with pytest.raises(Conflict, match="changed meanwhile"):
                await world.act(incident_id, Action.ACKNOWLEDGE, "k1", version=1)
        assert (await world.row(incident_id)).acknowledged_by is None

    async def test_what_cannot_be_stored_is_refused_in_words_and_holds_nothing_up(
        self, world: World
    ) -> None:
        async with world.working():
            incident_id = await diagnosed(world)
            with pytest.raises(InvalidInput, match="cannot be stored"):
                await world.act(incident_id, Action.ACKNOWLEDGE, "k1", reason="a\0b")
            await world.act(incident_id, Action.ACKNOWLEDGE, "k2", reason="mine")
        assert (await world.row(incident_id)).acknowledged_by == "ada"

    async def test_the_same_key_is_done_once(self, world: World) -> None:
        async with world.working():
            incident_id = await diagnosed(world)
            first = await world.act(incident_id, Action.ACKNOWLEDGE, "k1")
            again = await world.act(incident_id, Action.ACKNOWLEDGE, "k1")
        assert first == again
        assert (await world.row(incident_id)).version == first.version

    async def test_actions_work_when_the_run_has_closed(
        self, env: WorkflowEnvironment, world: World
    ) -> None:
        async with world.working():
            incident_id = await resolved(env, world)
            assert (await world.handle().describe()).status is WorkflowExecutionStatus.COMPLETED
            restored = await world.act(incident_id, Action.RESTORE, "k1")
            assert restored.status is Status.OPEN
            await env.fast_forward(world.handle())
            assert (await world.row(incident_id)).status is Status.RESOLVED
            with pytest.raises(Conflict):
                await world.act(incident_id, Action.ACKNOWLEDGE, "k2")

    async def test_a_person_resolves_it_and_the_run_ends(self, world: World) -> None:
        async with world.working():
            incident_id = await diagnosed(world)
            await world.act(incident_id, Action.RESOLVE, "k1")
            await world.handle().result()
            row = await world.row(incident_id)
        assert (row.status, row.resolution) == (Status.RESOLVED, Resolution.PERSON)

    async def test_a_person_may_decide_while_the_evidence_is_still_gathered(
        self, world: World
    ) -> None:
        world.scripted.hang()
        async with world.working():
            accepted = await world.fail()
            await world.nudge(accepted.incident_id)
            await world.until(accepted.incident_id, lambda _: bool(world.scripted.gathered))
            await world.act(accepted.incident_id, Action.RESOLVE, "k1")
            await world.handle().result()
            world.scripted.go_on()
        assert (await world.row(accepted.incident_id)).status is Status.RESOLVED

    async def test_retry_diagnoses_again(self, world: World) -> None:
        async with world.working():
            incident_id = await diagnosed(world)
            await world.act(incident_id, Action.RETRY, "k1")
            await world.until(incident_id, lambda row: not row.diagnosing)
        assert len(world.scripted.gathered) == 2

    async def test_ignored_until_a_time_it_comes_back_by_itself(
        self, env: WorkflowEnvironment, world: World
    ) -> None:
        async with world.working():
            incident_id = await diagnosed(world)
            until = utc_now() + timedelta(seconds=1)
            ignored = await world.act(incident_id, Action.IGNORE, "k1", until=until)
            assert ignored.status is Status.IGNORED
            await world.fail()
            await world.until(incident_id, lambda _: utc_now() > until)
            await env.fast_forward(world.handle(), timedelta(seconds=5))
            await world.until(incident_id, lambda row: row.status is Status.OPEN)

    async def test_ignored_until_it_was_reported_twice_more(self, world: World) -> None:
        async with world.working():
            incident_id = await diagnosed(world)
            await world.act(incident_id, Action.IGNORE, "k1", count=2)
            await world.fail()
            assert (await world.row(incident_id)).status is Status.IGNORED
            await world.fail()
            assert (await world.row(incident_id)).status is Status.OPEN

    async def test_ignored_for_ever_it_is_not_resolved_by_recovery(
        self, env: WorkflowEnvironment, world: World
    ) -> None:
        async with world.working():
            incident_id = await diagnosed(world)
            await world.act(incident_id, Action.IGNORE, "k1")
            await world.end()
            handle = await world.nudge(incident_id)
            await env.fast_forward(handle, timedelta(minutes=30))
            row = await world.row(incident_id)
        assert (row.status, row.ignored_until) == (Status.IGNORED, "forever")


async def test_a_cluster_that_refuses_is_asked_again_when_something_is_reported(
    world: World,
) -> None:
    world.scripted.failing_gathers = [
        ApplicationError("the API server answered 403", type="AccessDenied", non_retryable=True)
    ]
    async with world.working():
        accepted = await world.fail()
        await world.nudge(accepted.incident_id)
        await world.until(accepted.incident_id, lambda _: len(world.scripted.gathered) == 1)
        await world.fail()
        await world.nudge(accepted.incident_id)
        await world.until(accepted.incident_id, lambda row: not row.diagnosing)
    run = await runs.newest_of(world.pool, UUID(accepted.incident_id))
    assert run is not None
    failed = [step for step in run.steps if step.state is StepState.FAILED]
    assert [(step.name, step.error) for step in failed] == [
        ("gather", "the API server answered 403")
    ]
