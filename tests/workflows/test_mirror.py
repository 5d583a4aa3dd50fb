"""The life of a mirror: every way to a verdict, and always to its end."""

from datetime import UTC, datetime, timedelta

import pytest
from temporalio.testing import WorkflowEnvironment

from kure.contracts.mirroring import Watched
from kure.contracts.mirrors import Phase, Verdict
from kure.errors import AccessDenied, ClusterUnavailable, Gone
from tests.workflows.mirror_world import EVICTED, FAILED, PASSED, TTL, MirrorWorld
from tests.workflows.waiting import eventually
from workflows.mirror import FAREWELL

MADE = [Phase.CREATED, Phase.STARTING]
OVER = [Phase.EXPIRING, Phase.GONE]


def said(mirrors: MirrorWorld) -> tuple[Verdict, str]:
    """The verdict and its text, as people see them in the end."""
    rows = mirrors.rows
    return rows.newest(mirrors.id, "verdict"), rows.newest(mirrors.id, "text")


async def test_a_refused_mirror_is_never_made(mirrors: MirrorWorld) -> None:
    mirrors.cluster.refusals = ["It is privileged.", "Its account reads Secrets."]
    async with mirrors.working():
        handle = await mirrors.start()
        await handle.result()
    assert mirrors.phases == [Phase.NO_VERDICT, *OVER]
    assert said(mirrors) == (Verdict.NONE, "It is privileged. Its account reads Secrets.")
    assert mirrors.rows.newest(mirrors.id, "plan").refusals == mirrors.cluster.refusals
    assert mirrors.cluster.created == []
    assert mirrors.rows.ended == [handle.first_execution_run_id]


async def test_a_mirror_whose_row_is_gone_is_not_made(mirrors: MirrorWorld) -> None:
    async with mirrors.working():
        handle = await mirrors.start()
        mirrors.rows.jobs.clear()
        await handle.result()
    assert len(mirrors.cluster.created) <= 1
    assert mirrors.cluster.pods == {}


async def test_what_may_not_be_made_is_said_and_deleted_all_the_same(mirrors: MirrorWorld) -> None:
    """Nothing tells whether it was made before the error."""
    mirrors.cluster.errors["deploy"] = [AccessDenied("No right to create pods in shop.")]
    async with mirrors.working():
        await (await mirrors.start()).result()
    assert said(mirrors) == (Verdict.NONE, "No right to create pods in shop.")
    assert mirrors.phases == [Phase.NO_VERDICT, *OVER]
    assert [request.uid for request in mirrors.cluster.deleted] == [None]
    assert mirrors.cluster.pods == {}


async def test_a_mirror_that_passes_is_watched_on_until_its_end(mirrors: MirrorWorld) -> None:
    mirrors.soon_over()
    mirrors.cluster.shows(PASSED)
    async with mirrors.working():
        await (await mirrors.start()).result()
    first, second = mirrors.cluster.watched
    expires_at = mirrors.rows.newest(mirrors.id, "expires_at")
    assert (first.so_far, second.so_far) == (None, PASSED)
    assert second.until == expires_at
    assert mirrors.phases == [*MADE, Phase.PASSED, *OVER]
    assert said(mirrors) == (Verdict.PASSED, PASSED.text)
    assert [request.moment for request in mirrors.cluster.captured] == ["verdict"]
    (deleted,) = mirrors.cluster.deleted
    assert deleted.uid == mirrors.rows.newest(mirrors.id, "uid") == "uid-0"
    assert -FAREWELL <= mirrors.rows.told[-1].at - expires_at < timedelta(seconds=3)


async def test_a_verdict_that_a_restart_takes_back(mirrors: MirrorWorld) -> None:
    async with mirrors.working():
        await mirrors.start()
        mirrors.cluster.shows(PASSED)
        await eventually(lambda: len(mirrors.cluster.watched) == 2)
        mirrors.cluster.shows(FAILED)
        await eventually(lambda: any(wait.startswith("Kept until") for wait in mirrors.rows.waits))
    assert mirrors.phases == [*MADE, Phase.PASSED, Phase.FAILED]
    assert [request.moment for request in mirrors.cluster.captured] == ["verdict", "taken_back"]
    assert said(mirrors) == (Verdict.FAILED, FAILED.text)


async def test_what_happens_to_a_pod_that_has_passed_takes_nothing_back(
    mirrors: MirrorWorld,
) -> None:
    async with mirrors.working():
        await mirrors.start()
        mirrors.cluster.shows(PASSED)
        await eventually(lambda: len(mirrors.cluster.watched) == 2)
        mirrors.cluster.shows(EVICTED)
        await eventually(lambda: any(wait.startswith("Kept until") for wait in mirrors.rows.waits))
    assert mirrors.phases == [*MADE, Phase.PASSED]


async def test_a_mirror_that_fails_is_kept_until_its_end(
    env: WorkflowEnvironment, mirrors: MirrorWorld
) -> None:
    async with mirrors.working():
        handle = await mirrors.start()
        mirrors.cluster.shows(FAILED)
        await eventually(lambda: any(wait.startswith("Kept until") for wait in mirrors.rows.waits))
        assert mirrors.cluster.deleted == []
        await env.fast_forward(handle, timedelta(seconds=TTL + 1))
        await handle.result()
    assert mirrors.phases == [*MADE, Phase.FAILED, *OVER]
    gone_at = mirrors.rows.told[-1].at
    expires_at = mirrors.rows.newest(mirrors.id, "expires_at")
    assert -FAREWELL <= gone_at - expires_at < timedelta(seconds=3)


async def test_a_life_that_was_too_short_says_so_and_its_last_state_is_kept(
    mirrors: MirrorWorld,
) -> None:
    mirrors.soon_over()
    async with mirrors.working():
        await (await mirrors.start()).result()
    assert said(mirrors) == (Verdict.NONE, "its time was too short: no node has taken it")
    assert mirrors.phases == [*MADE, Phase.NO_VERDICT, *OVER]
    assert [request.moment for request in mirrors.cluster.captured] == ["end"]


async def test_a_mirror_that_can_prove_nothing_goes_at_once(mirrors: MirrorWorld) -> None:
    mirrors.cluster.shows(EVICTED)
    async with mirrors.working():
        await (await mirrors.start()).result()
    assert mirrors.phases == [*MADE, Phase.NO_VERDICT, *OVER]
    assert said(mirrors) == (Verdict.NONE, "Evicted")
    assert mirrors.cluster.pods == {}


async def test_a_watch_that_cannot_go_on_gives_no_verdict(mirrors: MirrorWorld) -> None:
    mirrors.cluster.errors["watch"] = [Gone("Pod cart-mirror was deleted by somebody.")]
    async with mirrors.working():
        await (await mirrors.start()).result()
    assert said(mirrors) == (Verdict.NONE, "Pod cart-mirror was deleted by somebody.")
    assert mirrors.phases == [*MADE, Phase.NO_VERDICT, *OVER]


async def test_evidence_that_cannot_be_kept_changes_no_verdict(mirrors: MirrorWorld) -> None:
    mirrors.cluster.errors["capture"] = [AccessDenied("No right to read logs.")]
    mirrors.cluster.shows(PASSED)
    async with mirrors.working():
        await mirrors.start()
        await eventually(lambda: len(mirrors.cluster.watched) == 2)
    assert mirrors.phases == [*MADE, Phase.PASSED]


@pytest.mark.parametrize("verdict", [Verdict.PASSED, Verdict.FAILED])
async def test_a_run_that_was_lost_is_taken_up_where_its_row_stands(
    mirrors: MirrorWorld, verdict: Verdict
) -> None:
    now = datetime.now(UTC)
    async with mirrors.working():
        await (
            await mirrors.start(
                phase=Phase(verdict.value),
                verdict=verdict,
                pod="cart-mirror-x",
                uid="uid-before",
                created_at=now - timedelta(seconds=TTL),
                expires_at=now + timedelta(seconds=4),
                needs_seconds=30,
            )
        ).result()
    assert mirrors.cluster.created == []
    assert [request.uid for request in mirrors.cluster.deleted] == ["uid-before"]
    assert mirrors.phases == OVER
    assert len(mirrors.cluster.watched) == [Verdict.FAILED, Verdict.PASSED].index(verdict)


@pytest.mark.parametrize("phase", [Phase.EXPIRING, Phase.GONE])
async def test_what_was_over_when_its_run_was_lost_is_only_deleted(
    mirrors: MirrorWorld, phase: Phase
) -> None:
    now = datetime.now(UTC)
    async with mirrors.working():
        await (
            await mirrors.start(
                phase=phase,
                pod="cart-mirror-x",
                uid="uid-before",
                created_at=now,
                expires_at=now + timedelta(seconds=TTL),
            )
        ).result()
    assert len(mirrors.cluster.deleted) == ["gone", "expiring"].index(phase)
    assert mirrors.cluster.watched == []


async def test_a_cluster_that_is_away_when_it_is_to_be_made(
    env: WorkflowEnvironment, mirrors: MirrorWorld
) -> None:
    mirrors.cluster.away = True
    async with mirrors.working():
        handle = await mirrors.start()
        await env.fast_forward(handle, timedelta(minutes=6))
        await eventually(lambda: mirrors.cluster.called["delete"] > 0)
        assert said(mirrors) == (Verdict.NONE, "The API server does not answer; it is tried again")
        mirrors.cluster.away = False
        await env.fast_forward(handle, timedelta(seconds=10))
        await handle.result()
    assert mirrors.phases == [Phase.NO_VERDICT, *OVER]
    assert mirrors.cluster.pods == {}


async def test_an_answer_that_was_lost_makes_no_second_mirror(mirrors: MirrorWorld) -> None:
    mirrors.cluster.errors["deploy"] = [ClusterUnavailable("The answer was lost.")]
    mirrors.cluster.shows(EVICTED)
    async with mirrors.working():
        await (await mirrors.start()).result()
    assert len(mirrors.cluster.created) == 1
    assert [request.uid for request in mirrors.cluster.deleted] == ["uid-0"]


async def test_after_a_long_outage_it_is_gone_within_ten_seconds(
    env: WorkflowEnvironment, mirrors: MirrorWorld
) -> None:
    mirrors.cluster.shows(FAILED)
    async with mirrors.working():
        handle = await mirrors.start()
        await eventually(lambda: any(wait.startswith("Kept until") for wait in mirrors.rows.waits))
        mirrors.cluster.away = True
        await env.fast_forward(handle, timedelta(seconds=TTL, minutes=2))
        assert mirrors.cluster.called["delete"] > 10
        assert Phase.GONE not in mirrors.phases
        mirrors.cluster.away = False
        await env.fast_forward(handle, timedelta(seconds=10))
        await handle.result()
    assert mirrors.phases[-2:] == OVER
    assert mirrors.cluster.pods == {}


async def test_a_database_that_is_away_keeps_no_mirror_alive(mirrors: MirrorWorld) -> None:
    mirrors.rows.away = True
    mirrors.soon_over()
    async with mirrors.working():
        handle = await mirrors.start()
        await eventually(lambda: bool(mirrors.cluster.deleted))
        assert mirrors.phases == []
        mirrors.rows.away = False
        await handle.result()
    assert mirrors.phases == OVER
    assert mirrors.rows.newest(mirrors.id, "uid") == "uid-0"
    assert mirrors.rows.newest(mirrors.id, "plan") is not None


@pytest.mark.parametrize(("shown", "told"), [(PASSED, True), (FAILED, True), (EVICTED, False)])
async def test_a_verdict_has_people_told_and_none_does_not(
    mirrors: MirrorWorld, shown: Watched, told: bool
) -> None:
    mirrors.soon_over()
    mirrors.cluster.shows(shown)
    async with mirrors.working():
        handle = await mirrors.start()
        await handle.result()
    events = (await handle.fetch_history()).events
    begun = [one.start_child_workflow_execution_initiated_event_attributes for one in events]
    assert ("NotifyWorkflow" in {one.workflow_type.name for one in begun}) is told
