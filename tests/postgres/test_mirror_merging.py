"""Fixes and mirrors of an incident that becomes part of another are that one's from then on."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest

from kure.adapters.crypto import Keyring
from kure.adapters.postgres import mirror_work, mirrors
from kure.adapters.postgres.mirrors import Filter
from kure.adapters.postgres.notifications import plan_incident
from kure.adapters.postgres.pool import Pool, open_pool
from kure.contracts.mirroring import NextRound, Progress, TakeMirrorRequest
from kure.contracts.mirrors import Phase, Verdict
from kure.domain.diagnosis.fixes import Operation
from kure.ids import new_id
from tests.api.mirror_stage import IMAGE, put
from tests.postgres.test_merging import NOW, OWNER, report

CIPHER = Keyring((("1", b"k" * 32),)).cipher("mirrors")
POD = ("Pod", "web-u1")


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    pool = await open_pool(database, 10)
    yield pool
    await pool.close()


async def taken(pool: Pool, mirror: str) -> Any:
    """As its run takes it; the run goes by the mirror's id and by nothing else."""
    run = TakeMirrorRequest(mirror_id=mirror, run_id=str(new_id()), workflow_id=f"mirror/{mirror}")
    return await mirror_work.take(pool, CIPHER, run, NOW)


async def passes(pool: Pool, mirror: str) -> None:
    progress = Progress(
        mirror_id=mirror, phase=Phase.PASSED, verdict=Verdict.PASSED, text="Ready", at=NOW
    )
    await mirror_work.note(pool, CIPHER, progress)


async def test_they_go_along_and_old_links_find_them(pool: Pool) -> None:
    before = await report(pool, "u1", POD)
    mirror = await put(pool, CIPHER, before, "c", "web:2")
    await taken(pool, mirror)
    seen = await pool.fetchval("SELECT max(seq) FROM ui_events")
    after = await report(pool, "u1", OWNER, 1)
    await passes(pool, mirror)
    assert (await mirrors.read_row(pool, UUID(mirror))).incident_id == after
    for incident in (before, after):
        [fix], [row] = await mirrors.of_incident(pool, UUID(incident))
        assert fix.proof is not None
        assert (fix.proof.id, row.id, row.verdict) == (mirror, mirror, "passed")
        listed = await mirrors.listed(pool, Filter(UUID(incident)), 10)
        assert [found.id for found in listed.items] == [mirror]
    told = await pool.fetch(
        "SELECT DISTINCT payload -> 'summary' ->> 'incident_id' AS id FROM ui_events "
        "WHERE seq > $1 AND topic = 'mirror.updated'",
        seen,
    )
    assert [event["id"] for event in told] == [after]
    runs = await pool.fetch("SELECT DISTINCT incident_id::text FROM runs")
    assert [run["incident_id"] for run in runs] == [after]
    happened = await pool.fetch(
        "SELECT what FROM timeline WHERE incident_id = $1::uuid ORDER BY id", after
    )
    assert {"testing fix", "fix passed"} <= {row["what"] for row in happened}


async def test_the_next_round_is_the_other_incidents(pool: Pool) -> None:
    before = await report(pool, "u1", POD)
    mirror = await put(pool, CIPHER, before, "c", "web:2")
    await pool.execute("UPDATE mirrors SET rounds = 3")
    after = await report(pool, "u1", OWNER, 1)
    more = [Operation("replace", IMAGE, "web:3")]
    request = NextRound(mirror_id=mirror, operations=more, title="Another", at=NOW)
    following = (await mirror_work.next_round(pool, CIPHER, request)).mirror_id
    assert following is not None
    assert (await mirrors.read_row(pool, UUID(following))).incident_id == after


async def test_the_same_fix_may_be_under_test_for_both(pool: Pool) -> None:
    owners = await report(pool, "u0", OWNER)
    before = await report(pool, "u1", POD, 1)
    ids = {await put(pool, CIPHER, incident, "c", "web:2") for incident in (owners, before)}
    await pool.execute("UPDATE mirrors SET key = 'the same'")
    assert await report(pool, "u1", OWNER, 2) == owners
    shown, tested = await mirrors.of_incident(pool, UUID(owners))
    assert {row.id for row in tested} == ids
    assert len(shown) == len({fix.id for fix in shown}) == 2
    assert await mirrors.by_key(pool, UUID(owners), "the same") is not None


async def test_what_was_asked_for_before_it_was_known_is_the_other_incidents(pool: Pool) -> None:
    before = await report(pool, "u1", POD)
    after = await report(pool, "u1", OWNER, 1)
    mirror = await put(pool, CIPHER, before, "c", "web:2")
    assert (await mirrors.read_row(pool, UUID(mirror))).incident_id == after


async def test_what_only_in_part_belongs_to_another_keeps_its_mirrors(pool: Pool) -> None:
    before = await report(pool, "u1", ("Pod", "web"))
    await report(pool, "u2", ("Pod", "web"), 1)
    mirror = await put(pool, CIPHER, before, "c", "web:2")
    await report(pool, "u1", OWNER, 2)
    assert (await mirrors.read_row(pool, UUID(mirror))).incident_id == before


async def test_a_verdict_wakes_who_tells_of_the_other_incident(pool: Pool) -> None:
    before = await report(pool, "u1", POD)
    after = await report(pool, "u1", OWNER, 1)
    assert (await plan_incident(pool, UUID(before), [], NOW)).nodes == [after]


async def test_a_merge_and_a_verdict_at_once_wait_for_each_other(pool: Pool) -> None:
    for number in range(20):
        uid, owner = f"u{number}", ("Deployment", f"web-{number}")
        before = await report(pool, uid, ("Pod", f"web-{uid}"))
        mirror = await put(pool, CIPHER, before, "c", "web:2")
        after, *_ = await asyncio.gather(
            report(pool, uid, owner, 1), passes(pool, mirror), taken(pool, mirror)
        )
        row = await mirrors.read_row(pool, UUID(mirror))
        assert (row.incident_id, row.verdict) == (after, "passed")
