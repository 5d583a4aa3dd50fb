"""What a mirror's workflow writes: forward only, each thing once, whatever is repeated."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from kure.adapters.crypto import Keyring
from kure.adapters.postgres import mirror_work, mirrors, retention
from kure.adapters.postgres.mirror_work import may_become
from kure.adapters.postgres.pool import Pool, open_pool
from kure.contracts.mirroring import NextRound, Progress, TakeMirrorRequest
from kure.contracts.mirrors import MirrorPlan, Phase, Verdict
from kure.domain.diagnosis.fixes import Operation
from kure.domain.retention import Record
from kure.errors import NotFound
from kure.ids import new_id
from tests.api.mirror_stage import IMAGE, put
from tests.investigating.stage import provider
from tests.investigating.stage import put as set_providers
from tests.postgres import old
from tests.postgres.old import NOW, ago

CIPHER = Keyring((("1", b"k" * 32),)).cipher("mirrors")
MADE = {"uid": "u1", "created_at": NOW}


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    pool = await open_pool(database, 5)
    yield pool
    await pool.close()


@pytest.fixture
async def mirror(pool: Pool) -> str:
    incident_id = await old.incident(pool, "open", NOW)
    return await put(pool, CIPHER, str(incident_id), "c", "cart:2")


async def note(pool: Pool, mirror: str, phase: Phase | None = None, **more: Any) -> Any:
    """What is stored after a note."""
    progress = Progress(mirror_id=mirror, phase=phase, at=NOW, **more)
    await mirror_work.note(pool, CIPHER, progress)
    return await pool.fetchrow("SELECT * FROM mirrors WHERE id = $1", UUID(mirror))


@pytest.mark.parametrize("before", Phase)
@pytest.mark.parametrize("after", Phase)
def test_a_phase_only_moves_forward_but_for_a_pass_taken_back(before: Phase, after: Phase) -> None:
    order = [*Phase]
    verdicts = {Phase.PASSED, Phase.FAILED, Phase.NO_VERDICT}
    if before in verdicts and after in verdicts:
        allowed = before is after or (before, after) == (Phase.PASSED, Phase.FAILED)
    else:
        allowed = order.index(after) >= order.index(before)
    assert may_become(before, after) is allowed


async def test_what_is_noted_twice_or_late_changes_nothing(pool: Pool, mirror: str) -> None:
    await note(pool, mirror, Phase.STARTING, **MADE, expires_at=NOW)
    row = await note(pool, mirror, Phase.FAILED, verdict=Verdict.FAILED, text="crashes")
    assert row["version"] == 3
    for late in (Phase.FAILED, Phase.STARTING, Phase.PASSED, Phase.CREATED):
        verdict = Verdict.PASSED if late is Phase.PASSED else None
        text = "crashes" if late is Phase.FAILED else "late"
        assert await note(pool, mirror, late, verdict=verdict, text=text) == row
    events = await pool.fetchval("SELECT count(*) FROM ui_events WHERE topic = 'mirror.updated'")
    assert events == 3


async def test_a_pass_is_taken_back_and_nothing_else_is(pool: Pool, mirror: str) -> None:
    await note(pool, mirror, Phase.PASSED, verdict=Verdict.PASSED, text="Ready", **MADE)
    row = await note(pool, mirror, Phase.FAILED, verdict=Verdict.FAILED, text="it restarts")
    assert (row["verdict"], row["text"]) == ("failed", "it restarts")
    row = await note(pool, mirror, Phase.GONE, verdict=Verdict.NONE)
    assert (row["verdict"], row["gone_at"]) == ("failed", NOW)
    told = await pool.fetch("SELECT what FROM timeline ORDER BY id")
    assert [row["what"] for row in told][-3:] == ["testing fix", "fix passed", "fix failed"]


async def test_its_uid_is_noted_once(pool: Pool, mirror: str) -> None:
    await note(pool, mirror, Phase.CREATED, **MADE)
    row = await note(pool, mirror, Phase.STARTING, uid="another", created_at=ago(1))
    assert (row["uid"], row["created_at"]) == ("u1", NOW)


async def test_a_plan_is_stored_sealed_and_read_back(pool: Pool, mirror: str) -> None:
    plan = MirrorPlan(namespace="shop", pod="p", manifest="secret: hunter2", needs_seconds=45)
    row = await note(pool, mirror, plan=plan)
    assert (row["needs_seconds"], b"hunter2" in row["sealed_plan"]) == (45, False)
    assert mirrors.plan_of(row, CIPHER) == plan
    assert (await note(pool, mirror, plan=plan))["version"] == row["version"]


async def test_a_next_round_is_made_once_and_ends_with_what_is_new(pool: Pool, mirror: str) -> None:
    await pool.execute("UPDATE mirrors SET rounds = 3")
    before, new = Operation("replace", IMAGE, "cart:2"), Operation("add", "/spec/x", 1)
    same = NextRound(mirror_id=mirror, operations=[before], title="same", at=NOW)
    assert await next_mirror(pool, same) is None
    request = NextRound(mirror_id=mirror, operations=[before, new], title="B", at=NOW)
    second = await next_mirror(pool, request)
    assert second is not None
    assert await next_mirror(pool, request) == second
    job = await mirror_work.take(
        pool,
        CIPHER,
        TakeMirrorRequest(mirror_id=str(second), run_id=str(new_id()), workflow_id="mirror/x"),
        NOW,
    )
    assert (job.round, job.rounds, job.wish.operations) == (2, 3, [before, new])
    third = NextRound(mirror_id=second, operations=[before, new, new], title="C", at=NOW)
    assert await next_mirror(pool, third) is None


async def next_mirror(pool: Pool, request: NextRound) -> str | None:
    return (await mirror_work.next_round(pool, CIPHER, request)).mirror_id


OTHER = Operation("replace", IMAGE, "cart:7")


@pytest.mark.parametrize(
    ("rounds", "providers", "ask"), [(3, 1, True), (3, 0, False), (1, 1, False)]
)
async def test_a_model_is_asked_where_there_is_one_and_a_round_is_left(
    pool: Pool, mirror: str, rounds: int, providers: int, ask: bool
) -> None:
    await pool.execute("UPDATE mirrors SET rounds = $1", rounds)
    if providers:
        await set_providers(pool, provider("p"))
    nothing = NextRound(mirror_id=mirror, operations=[], title="", at=NOW)
    found = await mirror_work.next_round(pool, CIPHER, nothing)
    assert (found.mirror_id, found.ask) == (None, ask)


@pytest.mark.parametrize(("minutes", "tried"), [(59, True), (61, False)])
async def test_a_models_fix_that_comes_too_late_is_not_tried(
    pool: Pool, mirror: str, minutes: int, tried: bool
) -> None:
    """Whoever asked for the test has turned to other things."""
    await pool.execute("UPDATE mirrors SET rounds = 3, phase = 'gone', gone_at = $1", NOW)
    at = NOW + timedelta(minutes=minutes)
    request = NextRound(mirror_id=mirror, operations=[OTHER], title="7", by_model=True, at=at)
    second = await next_mirror(pool, request)
    assert (second is not None) is tried
    wishes = await pool.fetch("SELECT wish -> 'by_model' AS by_model FROM mirrors WHERE round = 2")
    assert [row["by_model"] for row in wishes] == [True] * tried


async def test_what_was_tried_is_told_with_why_it_failed(pool: Pool, mirror: str) -> None:
    await pool.execute("UPDATE mirrors SET text = 'container app: crash loop'")
    pod = await pool.fetchval("SELECT pod FROM mirrors")
    assert (await mirror_work.tried(pool, UUID(mirror))).told == (
        f"This fix was tried on a copy of the pod, {pod}: cart:2\n"
        f'replace {IMAGE} "cart:2"\n'
        "The copy failed: container app: crash loop"
    )
    with pytest.raises(NotFound):
        await mirror_work.tried(pool, new_id())


async def test_a_sweep_knows_what_is_to_stay(pool: Pool, mirror: str) -> None:
    assert (await mirror_work.live(pool, ["d"], NOW)).requests[0].live == {}
    await note(pool, mirror, Phase.CREATED, **MADE)
    of_c, of_d = (await mirror_work.live(pool, ["d"], NOW)).requests
    assert (of_c.cluster, of_d.cluster) == ("c", "d")
    assert of_c.live == {"u1": NOW + timedelta(seconds=300)}
    await note(pool, mirror, Phase.EXPIRING)
    assert (await mirror_work.live(pool, [], NOW)).requests[0].live == {}
    await note(pool, mirror, Phase.GONE)
    assert (await mirror_work.live(pool, [], NOW + timedelta(days=3))).requests == []


async def test_gone_mirrors_go_with_old_runs_their_fixes_stay(pool: Pool, mirror: str) -> None:
    other = await put(
        pool, CIPHER, str(await pool.fetchval("SELECT id FROM incidents")), "c", "cart:3"
    )
    await note(pool, mirror, Phase.GONE)
    later = NOW + timedelta(days=1)
    assert await retention.count(pool, Record.RUN, later) == (1, NOW)
    assert await retention.delete_some(pool, Record.RUN, later) == (1, False)
    kept = await pool.fetch("SELECT id FROM mirrors")
    assert [str(row["id"]) for row in kept] == [other]
    assert await pool.fetchval("SELECT count(*) FROM fixes") == 2
