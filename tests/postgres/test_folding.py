"""What a failing node explains stands under the node's incident while both are open."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from kure.adapters.postgres import events, incidents, reports, runs, workflow
from kure.adapters.postgres.incidents import Filter
from kure.adapters.postgres.pool import Pool, open_pool
from kure.adapters.postgres.reports import FailingPod
from kure.adapters.postgres.rows import read_row
from kure.contracts.activities import CloseRequest, DiagnoseRequest, Gathered
from kure.contracts.incidents import IncidentRow, Resolution
from kure.contracts.reports import ReportedFailure
from kure.domain.diagnosis.model import Blamed, Cause, Confidence, Diagnosis, Severity
from kure.domain.failures.model import FailureClass
from kure.domain.workloads import Workload

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    pool = await open_pool(database, 5)
    yield pool
    await pool.close()


async def fails(pool: Pool, name: str, kind: str = "Deployment", minutes: int = 0) -> str:
    is_node = kind == "Node"
    of = FailureClass.NODE_NOT_READY if is_node else FailureClass.NOT_READY
    failure = ReportedFailure(failure_class=of, since=NOW + timedelta(minutes=minutes))
    namespace = "_" if is_node else "shop"
    pod = FailingPod(
        Workload("c", namespace, kind, name), f"uid-{name}", "" if is_node else "shop", name,
        (failure,), kind="Node" if is_node else "Pod",
    )  # fmt: skip
    accepted = await reports.receive_failed(pool, pod, NOW)
    assert accepted.incident_id is not None
    return accepted.incident_id


async def diagnosed(
    pool: Pool, incident_id: str, *blamed: str | None, severity: Severity = Severity.MEDIUM
) -> None:
    """By a cause for each of `blamed`: a node, or None where no other object is to blame."""
    causes = tuple(
        Cause(
            "N01", "NotReady", "", "title", "why", Confidence.LIKELY, (), "fix",
            blames=Blamed("_", "Node", node) if node else None,
        )
        for node in blamed
    )  # fmt: skip
    run_id, incident = uuid4(), UUID(incident_id)
    async with pool.acquire() as connection, connection.transaction():
        await runs.start(connection, run_id, incident, ("c", f"w-{run_id}", "t"), NOW)
    row = await row_of(pool, incident_id)
    request = DiagnoseRequest(
        incident_id=incident_id, run_id=str(run_id), number=row.version, explains=[],
        gathered=Gathered(diagnosis=Diagnosis(causes, (), severity), evidence_ids=[]),
    )  # fmt: skip
    dumped: list[dict[str, Any]] = Gathered.model_validate(request.gathered).model_dump(
        mode="json"
    )["diagnosis"]["causes"]
    await workflow.store_diagnosis(pool, request, dumped, NOW)


async def close(pool: Pool, incident_id: str) -> None:
    number = await pool.fetchval(
        "SELECT last_number FROM incidents WHERE id = $1", UUID(incident_id)
    )
    request = CloseRequest(
        incident_id=incident_id, run_id=str(uuid4()), handled_number=number,
        resolution=Resolution.RECOVERED, text="Ready",
    )  # fmt: skip
    assert await workflow.close(pool, request, NOW)


async def row_of(pool: Pool, incident_id: str) -> IncidentRow:
    return await read_row(pool, UUID(incident_id))


async def listed(pool: Pool, **wanted: Any) -> tuple[set[str], dict[str, int]]:
    found = await incidents.list_incidents(pool, Filter(**wanted), "attention", 50, "")
    assert found.total == len(found.items)
    return {item.name for item in found.items}, found.counts


async def a_node_with_two_workloads(pool: Pool) -> tuple[str, str, str]:
    node = await fails(pool, "node-1", "Node")
    web, cart = await fails(pool, "web"), await fails(pool, "cart")
    await diagnosed(pool, web, "node-1")
    await diagnosed(pool, cart, "node-1")
    return node, web, cart


async def test_they_are_rows_of_their_own_no_more_and_counted_once(pool: Pool) -> None:
    node, web, _ = await a_node_with_two_workloads(pool)
    await fails(pool, "other")
    names, counts = await listed(pool)
    assert names == {"node-1", "other"}
    assert (counts["attention"], counts["open"], counts["all"]) == (2, 2, 2)
    assert (await row_of(pool, node)).folds == 2
    assert (await row_of(pool, web)).folded_into == node
    assert await listed(pool, folded_into=UUID(node)) == (
        {"web", "cart"},
        {"open": 2, "regressed": 0, "ignored": 0, "resolved": 0, "attention": 2, "all": 2},
    )
    assert (await listed(pool, is_flat=True))[0] == {"node-1", "other", "web", "cart"}


@pytest.mark.parametrize(
    "wanted",
    [
        {"namespace": ("shop",)},
        {"text": "web"},
        {"workload": ("web",)},
        {"kind": ("Deployment",)},
        {"since": NOW - timedelta(hours=1), "kind": ("Deployment",)},
        {"failure_class": ("NotReady",)},
    ],
)
async def test_a_narrower_list_hides_nothing(pool: Pool, wanted: dict[str, Any]) -> None:
    await a_node_with_two_workloads(pool)
    assert "web" in (await listed(pool, **wanted))[0]


async def test_a_tab_that_has_no_row_of_the_node_hides_nothing(pool: Pool) -> None:
    _, web, _ = await a_node_with_two_workloads(pool)
    await pool.execute("UPDATE incidents SET status = 'regressed' WHERE id = $1", UUID(web))
    names, counts = await listed(pool, status=("regressed",))
    assert (names, counts["regressed"], counts["open"], counts["attention"]) == ({"web"}, 1, 1, 1)
    assert (await listed(pool, status=("open", "regressed")))[0] == {"node-1"}


async def test_only_what_must_be_mended_first_folds(pool: Pool) -> None:
    await fails(pool, "node-1", "Node")
    web = await fails(pool, "web")
    await diagnosed(pool, web, None, "node-1")
    assert (await listed(pool))[0] == {"node-1", "web"}


async def test_a_node_without_an_open_incident_hides_nothing(pool: Pool) -> None:
    web = await fails(pool, "web")
    await diagnosed(pool, web, "node-1")
    assert (await listed(pool))[0] == {"web"}
    node = await fails(pool, "node-1", "Node")
    assert (await row_of(pool, web)).folded_into == node
    for set_ in ("status = 'ignored', ignored_by = 'ada'",
                 "status = 'resolved', ignored_by = NULL, resolved_at = now(), "
                 "resolution = 'person'"):  # fmt: skip
        await pool.execute(f"UPDATE incidents SET {set_} WHERE id = $1", UUID(node))
        assert "web" in (await listed(pool))[0]


async def test_what_still_fails_when_the_node_is_well_unfolds_and_is_diagnosed_anew(
    pool: Pool,
) -> None:
    node, web, cart = await a_node_with_two_workloads(pool)
    await close(pool, cart)
    assert (await row_of(pool, node)).folds == 1
    before = await pool.fetchval("SELECT max(seq) FROM ui_events")
    await close(pool, node)
    assert (await listed(pool, status=("open", "regressed")))[0] == {"web"}
    row = await row_of(pool, web)
    assert (row.folded_into, row.diagnosing) == (None, True)
    told = [event.entity_id for event in await events.since(pool, before)]
    assert told == [node, web]
    asked = await pool.fetch("SELECT name FROM incidents WHERE look_requested")
    assert [found["name"] for found in asked] == ["web"]


async def test_the_nodes_incident_is_as_severe_as_the_worst_under_it(pool: Pool) -> None:
    node = await fails(pool, "node-1", "Node")
    web = await fails(pool, "web")
    await diagnosed(pool, node, None, severity=Severity.LOW)
    assert (await row_of(pool, node)).severity == "low"
    await diagnosed(pool, web, "node-1", severity=Severity.CRITICAL)
    assert (await row_of(pool, node)).severity == "critical"
    await diagnosed(pool, node, None, severity=Severity.MEDIUM)
    assert (await row_of(pool, node)).severity == "critical"


async def test_another_cluster_has_other_nodes(pool: Pool) -> None:
    await a_node_with_two_workloads(pool)
    await pool.execute("UPDATE incidents SET cluster = 'd' WHERE kind = 'Node'")
    assert (await listed(pool))[0] == {"node-1", "web", "cart"}


async def test_what_comes_back_later_is_not_under_the_node_of_then(pool: Pool) -> None:
    _, web, _ = await a_node_with_two_workloads(pool)
    await close(pool, web)
    await fails(pool, "web", minutes=1)
    assert (await row_of(pool, web)).folded_into is None
