"""An owner that is known later: what was reported before becomes part of the owner's incident."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from kure.adapters.crypto import Keyring
from kure.adapters.postgres import incidents, nudges, reports
from kure.adapters.postgres.evidence import EvidenceTable
from kure.adapters.postgres.incidents import Filter
from kure.adapters.postgres.pool import Pool, open_pool
from kure.adapters.postgres.reach import Reach
from kure.adapters.postgres.reports import FailingPod
from kure.adapters.postgres.rows import read_row
from kure.contracts.incidents import IncidentRow, Status
from kure.contracts.reports import Accepted, ReportedFailure
from kure.domain.failures.model import FailureClass
from kure.domain.workloads import Workload
from kure.errors import AccessDenied, DatabaseUnavailable, NotFound
from kure.ids import new_id
from kure.ports import NewEvidence

NOW = datetime(2026, 11, 1, tzinfo=UTC)
OWNER = ("Deployment", "web")
SAME_EVIDENCE = """
    INSERT INTO evidence (id, incident_id, captured_by, captured_for, kind, subject, container,
        stream, captured_at, bytes, truncated, sealed)
    VALUES ($1, $2, 'agent', 'u1@x', 'log', 'Pod/web-u1', '', '', $3, 1, false, '1:')
"""


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    pool = await open_pool(database, 10)
    yield pool
    await pool.close()


def failing(
    uid: str, owner: tuple[str, str], minutes: int = 0, *, namespace: str = "shop", node: str = "n1"
) -> FailingPod:
    failure = ReportedFailure(
        failure_class=FailureClass.CRASH_LOOP, since=NOW + timedelta(minutes=minutes)
    )
    workload = Workload("c", namespace, *owner)
    return FailingPod(workload, uid, namespace, f"web-{uid}", (failure,), node=node)


async def report(pool: Pool, *what: Any, **more: Any) -> str:
    accepted = await reports.receive_failed(pool, failing(*what, **more), NOW)
    assert accepted.incident_id is not None
    return accepted.incident_id


async def row(pool: Pool, incident_id: str) -> IncidentRow:
    return await read_row(pool, UUID(incident_id))


async def listed(pool: Pool) -> tuple[list[str], int]:
    found = await incidents.list_incidents(pool, Filter(), "last_seen", 50, "")
    return [item.id for item in found.items], found.counts["all"]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (("Pod", "web-u1"), ("Deployment", "web")),
        (("Pod", "web-u1"), ("Rollout.argoproj.io", "web")),
        (("Pod", "web"), ("ReplicaSet", "web-6d")),
        (("ReplicaSet", "web-6d"), ("Deployment", "web")),
        (("Job", "nightly-1"), ("CronJob", "nightly")),
    ],
)
async def test_the_first_incident_becomes_part_of_the_owners(
    pool: Pool, first: tuple[str, str], then: tuple[str, str]
) -> None:
    before = await report(pool, "u1", first)
    after = await report(pool, "u1", then, 1)
    assert before != after
    old, new = await row(pool, before), await row(pool, after)
    assert (old.status, old.merged_into, old.pods_failing) == (Status.MERGED, after, 0)
    assert (new.status, new.kind, new.name, new.pods_failing) == (Status.OPEN, *then, 1)
    assert (new.first_seen, new.diagnosing) == (NOW, True)
    assert await listed(pool) == ([after], 1)
    numbers = await pool.fetch("SELECT number, incident_id::text FROM reports ORDER BY number")
    assert [tuple(found) for found in numbers] == [(1, after), (2, after)]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (("Deployment", "web"), ("Pod", "web-u1")),
        (("Deployment", "web"), ("Deployment", "other")),
        (("Deployment", "web"), ("ReplicaSet", "web-6d")),
        (("Pod", "web-u1"), ("Pod", "web")),
        (("Node", "web-u1"), ("Deployment", "web")),
    ],
)
async def test_any_other_claim_changes_nothing(
    pool: Pool, first: tuple[str, str], then: tuple[str, str]
) -> None:
    before = await report(pool, "u1", first)
    assert await report(pool, "u1", then, 1) == before
    assert await listed(pool) == ([before], 1)


async def test_an_owner_of_another_namespace_is_none(pool: Pool) -> None:
    before = await report(pool, "u1", ("Pod", "web-u1"))
    pod = failing("u1", OWNER, 1, namespace="bank")
    assert (await reports.receive_failed(pool, pod, NOW)).incident_id == before


async def test_who_may_not_speak_of_the_pod_moves_nothing(pool: Pool) -> None:
    before = await report(pool, "u1", ("Pod", "web-u1"))
    with pytest.raises(AccessDenied):
        await reports.receive_failed(pool, failing("u1", OWNER, 1), NOW, Reach("n2"))
    assert await listed(pool) == ([before], 1)


async def test_the_same_failure_told_again_with_its_owner_is_enough(pool: Pool) -> None:
    before = await report(pool, "u1", ("Pod", "web-u1"))
    after = await report(pool, "u1", OWNER)
    assert (await row(pool, before)).merged_into == after
    async with nudges.claimed(pool, NOW) as batch:
        # The owner's run has news, and the other's is to end.
        assert {str(nudge.incident_id) for nudge in batch} == {before, after}


async def test_each_pod_moves_by_its_own_report(pool: Pool) -> None:
    """What one agent says of its pod says nothing of another's."""
    group = ("Pod", "web")
    before = await report(pool, "u1", group)
    assert await report(pool, "u2", group, 1) == before
    after = await report(pool, "u1", OWNER, 2)
    assert (await row(pool, before)).pods_failing == 1
    assert (await row(pool, before)).status is Status.OPEN
    assert await report(pool, "u2", OWNER, 3) == after
    new = await row(pool, after)
    assert (new.pods_failing, (await row(pool, before)).merged_into) == (2, after)
    numbers = await pool.fetch("SELECT number FROM reports WHERE incident_id = $1", UUID(after))
    assert len({found["number"] for found in numbers}) == 4


async def test_it_is_one_more_of_an_incident_that_is_there(pool: Pool) -> None:
    owners = await report(pool, "u0", OWNER)
    before = await report(pool, "u1", ("Pod", "web-u1"), 1)
    assert await report(pool, "u1", OWNER, 2) == owners
    assert (await row(pool, owners)).pods_failing == 2
    assert await listed(pool) == ([owners], 1)
    # Only a pointer is left, and it leads to where the way ends.
    runs = await pool.fetchval("SELECT look_requested FROM incidents WHERE id = $1", UUID(before))
    assert runs is True


async def test_pointers_lead_to_where_the_way_ends(pool: Pool) -> None:
    first = await report(pool, "u1", ("Pod", "web-u1"))
    second = await report(pool, "u1", ("ReplicaSet", "web-6d"), 1)
    third = await report(pool, "u1", OWNER, 2)
    assert [(await row(pool, one)).merged_into for one in (first, second, third)] == [
        third,
        third,
        None,
    ]


async def test_what_people_decided_goes_along(pool: Pool) -> None:
    before = await report(pool, "u1", ("Pod", "web-u1"))
    await pool.execute(
        "UPDATE incidents SET status = 'ignored', ignored_by = 'ada', acknowledged_by = 'ada', "
        "acknowledged_at = now()"
    )
    after = await report(pool, "u1", OWNER, 1)
    new = await row(pool, after)
    assert (new.status, new.ignored_until, new.acknowledged_by) == ("ignored", "forever", "ada")
    assert (await row(pool, before)).acknowledged_by is None


async def test_a_resolved_one_regresses_under_its_owner(pool: Pool) -> None:
    await report(pool, "u1", ("Pod", "web-u1"))
    await pool.execute(
        "UPDATE incidents SET status = 'resolved', resolved_at = now(), resolution = 'recovered'"
    )
    after = await report(pool, "u1", OWNER, 1)
    assert ((await row(pool, after)).status, (await row(pool, after)).regressions) == (
        "regressed",
        1,
    )


async def test_what_has_no_owner_again_stands_for_itself_again(pool: Pool) -> None:
    before = await report(pool, "u1", ("Pod", "web-u1"))
    after = await report(pool, "u1", OWNER, 1)
    assert await report(pool, "u9", ("Pod", "web-u1"), 2) == before
    again = await row(pool, before)
    assert (again.status, again.merged_into, again.pods_failing) == ("open", None, 1)
    assert set((await listed(pool))[0]) == {before, after}


async def test_evidence_goes_along_and_old_links_find_it(pool: Pool) -> None:
    before = await report(pool, "u1", ("Pod", "web-u1"))
    table = EvidenceTable(pool, Keyring((("1", b"k" * 32),)).cipher("evidence"))

    def log(text: str) -> NewEvidence:
        return NewEvidence("agent", f"u1@{text}", "log", "Pod/web-u1", text)

    [early] = await table.save(before, [log("early")], NOW)
    after = await report(pool, "u1", OWNER, 1)
    [late] = await table.save(before, [log("late")], NOW)  # gathered while it was merged
    for incident_id in (UUID(before), UUID(after)):
        assert {found.id for found in await table.rows(pool, incident_id)} == {early, late}
        assert (await table.read(pool, incident_id, UUID(early))).text == "early"
    other = await report(pool, "u5", ("Pod", "other"))
    with pytest.raises(NotFound):
        await table.read(pool, UUID(other), UUID(early))


async def test_a_late_report_from_before_the_owner_moves_nothing_back(pool: Pool) -> None:
    await report(pool, "u1", ("Pod", "web-u1"), 1)
    after = await report(pool, "u1", OWNER, 2)
    assert await report(pool, "u1", ("Pod", "web-u1"), 0) == after
    ended = await reports.receive_ended(pool, "c", "u1", "gone", None, NOW + timedelta(hours=1))
    assert ended.incident_id == after
    assert await listed(pool) == ([after], 1)


@pytest.mark.parametrize("known", [False, True], ids=["of a new pod", "of a known pod"])
async def test_reports_with_and_without_the_owner_at_once(pool: Pool, known: bool) -> None:
    if known:
        await report(pool, "u1", ("Pod", "web-u1"))
    said = [
        failing("u1", owner, minute)
        for minute in range(1, 11)
        for owner in (OWNER, ("Pod", "web-u1"), ("ReplicaSet", "web-6d"))
    ]
    answers: list[Accepted] = await asyncio.gather(
        *(reports.receive_failed(pool, pod, NOW) for pod in said)
    )
    assert None not in {answer.incident_id for answer in answers}
    [holder] = await pool.fetch("SELECT incident_id::text FROM failed_pods")
    shown, count = await listed(pool)
    assert (shown, count) == ([holder["incident_id"]], 1)
    assert (await row(pool, shown[0])).kind == "Deployment"
    told = await pool.fetch("SELECT DISTINCT incident_id::text FROM reports")
    assert [found["incident_id"] for found in told] == shown
    assert await pool.fetchval("SELECT count(*) FROM reports") == 11 if known else 10


async def test_evidence_of_what_is_deleted_at_this_moment_is_refused_and_tried_again(
    pool: Pool,
) -> None:
    before = await report(pool, "u1", ("Pod", "web-u1"))
    after = await report(pool, "u1", OWNER, 1)
    table = EvidenceTable(pool, Keyring((("1", b"k" * 32),)).cipher("evidence"))
    item = NewEvidence("agent", "u1@x", "log", "Pod/web-u1", "x")
    async with pool.acquire() as deleting, deleting.transaction():
        # It deletes what the evidence belongs to, while that waits for the same evidence.
        await deleting.execute("SET LOCAL deadlock_timeout = '60s'")
        await deleting.execute(SAME_EVIDENCE, new_id(), UUID(after), NOW)
        saving = asyncio.create_task(table.save(before, [item], NOW))
        while not await pool.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            await asyncio.sleep(0)
        await deleting.execute("DELETE FROM incidents WHERE id = $1", UUID(after))
        with pytest.raises(DatabaseUnavailable):
            await saving
    with pytest.raises(NotFound):
        await table.save(before, [item], NOW)
