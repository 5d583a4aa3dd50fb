"""Silence is no health: nodes that nobody watches are told, and what they run is looked at."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from temporalio.client import Client

from api.relay import Relay, Starter
from api.silence import Silence
from kure.adapters.clock import utc_now
from kure.adapters.postgres import agents, nodes, nudges, reports, workflow
from kure.adapters.postgres.pool import Pool, open_pool
from kure.adapters.postgres.reports import FailingPod
from kure.contracts.activities import TakeRequest
from kure.contracts.reports import Heartbeat, ReportedFailure
from kure.domain.failures.model import FailureClass
from kure.domain.recovery import Quiet
from kure.domain.workloads import Workload
from tests.api.conftest import Api
from workflows.names import incident_workflow_id

NOW = datetime(2026, 11, 1, tzinfo=UTC)
NODES = ["node-1", "node-2", "node-3"]


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    pool = await open_pool(database, 4)
    yield pool
    await pool.close()


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


async def beat(pool: Pool, node: str, seconds: float = 0) -> None:
    await agents.beat(pool, "c", Heartbeat(node=node, version="1"), after(seconds))


async def failing(pool: Pool, node: str, cluster: str = "c") -> UUID:
    failure = ReportedFailure(failure_class=FailureClass.CRASH_LOOP, since=NOW)
    owner = Workload(cluster, "shop", "Deployment", f"cart-{node}")
    pod = FailingPod(owner, f"u-{node}", "shop", "cart-1", (failure,), node=node)
    accepted = await reports.receive_failed(pool, pod, NOW)
    return UUID(accepted.incident_id)


async def unwatched(pool: Pool, seconds: float) -> dict[str, datetime]:
    return {row["node"]: row["since"] for row in await nodes.unwatched(pool, after(seconds))}


async def told(pool: Pool) -> list[tuple[str, int, int]]:
    rows = await pool.fetch("SELECT * FROM ui_events WHERE topic = 'watching.changed' ORDER BY seq")
    return [
        (row["entity_id"], row["payload"]["nodes_total"], row["payload"]["unwatched_total"])
        for row in rows
    ]


async def to_look_at(pool: Pool) -> set[UUID]:
    return {nudge.incident_id for nudge in await nudges.to_look_at(pool)}


async def test_a_node_is_unwatched_within_thirty_seconds_of_its_agents_last_sign_of_life(
    pool: Pool,
) -> None:
    await nodes.named(pool, "c", NODES, NOW)
    await beat(pool, "node-1", 10)
    await beat(pool, "node-2", 40)
    assert await unwatched(pool, 29) == {}
    assert await unwatched(pool, 35) == {"node-3": NOW}
    assert await unwatched(pool, 40) == {"node-1": after(10), "node-3": NOW}


async def test_an_agent_of_every_node_watches_them_all(pool: Pool) -> None:
    await nodes.named(pool, "c", NODES, NOW)
    await beat(pool, "", 100)
    assert await unwatched(pool, 129) == {}
    assert set(await unwatched(pool, 130)) == set(NODES)


async def test_another_clusters_agent_watches_nothing_here(pool: Pool) -> None:
    await nodes.named(pool, "c", ["node-1"], NOW)
    await agents.beat(pool, "d", Heartbeat(node="node-1", version="1"), after(60))
    assert set(await unwatched(pool, 60)) == {"node-1"}


async def test_each_change_is_told_once_however_many_look(pool: Pool) -> None:
    await nodes.named(pool, "c", NODES, NOW)
    for seconds in (1, 31, 31, 32):
        await nodes.handle_silence(pool, after(seconds))
    await beat(pool, "node-1", 40)
    for _ in range(2):
        await nodes.handle_silence(pool, after(41))
    assert await told(pool) == [("c", 3, 3), ("c", 3, 2)]
    # An unwatched node that goes is a change, too; a watched one is none.
    await nodes.named(pool, "c", ["node-1", "node-2"], after(42))
    await nodes.named(pool, "c", ["node-2"], after(43))
    assert await told(pool) == [("c", 3, 3), ("c", 3, 2), ("c", 2, 1)]


async def test_what_ran_on_a_node_that_is_gone_is_looked_at(pool: Pool) -> None:
    await nodes.named(pool, "c", NODES, NOW)
    await beat(pool, "node-2")
    lost = await failing(pool, "node-2")
    await failing(pool, "node-1")
    await failing(pool, "node-2", cluster="d")
    await nodes.named(pool, "c", NODES, after(1))
    assert await to_look_at(pool) == set()
    await nodes.named(pool, "c", ["node-1", "node-3"], after(2))
    assert await to_look_at(pool) == {lost}
    assert await agents.everyone(pool) == []


async def test_what_a_silent_agent_watched_is_looked_at_once(pool: Pool) -> None:
    await beat(pool, "node-1")
    lost = await failing(pool, "node-1")
    other = await failing(pool, "node-2")
    await nodes.handle_silence(pool, after(120))
    assert await to_look_at(pool) == set()
    await nodes.handle_silence(pool, after(121))
    assert await to_look_at(pool) == {lost}
    await taken(pool, lost)
    await nodes.handle_silence(pool, after(500))
    assert await to_look_at(pool) == set()
    await beat(pool, "node-1", 600)
    await nodes.handle_silence(pool, after(800))
    assert await to_look_at(pool) == {lost}
    await beat(pool, "")
    await nodes.handle_silence(pool, after(900))
    assert await to_look_at(pool) == {lost, other}


async def taken(pool: Pool, incident_id: UUID) -> bool:
    request = TakeRequest(
        incident_id=str(incident_id), run_id=str(uuid4()), workflow_id=f"incident/{uuid4()}"
    )
    view = await workflow.take(pool, request, Quiet(), NOW)
    assert [pod.kind for pod in (*view.failing, *view.last_failed)] == ["Pod", "Pod"]
    return view.look_now


async def test_the_run_is_told_to_look_once(pool: Pool) -> None:
    lost = await failing(pool, "node-1")
    await beat(pool, "node-1")
    await nodes.handle_silence(pool, after(121))
    assert await taken(pool, lost) is True
    assert await taken(pool, lost) is False


@pytest.mark.parametrize("by", ["silence", "reconciler"])
async def test_who_is_to_look_is_nudged_also_by_another_process(
    pool: Pool, temporal_client: Client, by: str
) -> None:
    """Whoever marked the incident may be dead by now."""
    cluster = f"t{uuid4().hex[:8]}"
    await failing(pool, "node-1", cluster)
    await pool.execute("UPDATE incidents SET look_requested = true")
    starter = Starter(temporal_client)
    if by == "silence":
        await Silence(pool, starter, utc_now).look()
    else:
        await Relay(pool, starter, utc_now).reconcile()
    workload = Workload(cluster, "shop", "Deployment", "cart-node-1")
    handle = temporal_client.get_workflow_handle(incident_workflow_id(workload))
    signalled = [
        event.workflow_execution_signaled_event_attributes.signal_name
        async for event in handle.fetch_history_events()
        if event.HasField("workflow_execution_signaled_event_attributes")
    ]
    assert signalled == ["nudge"]
    await handle.terminate()


async def test_people_see_which_nodes_nobody_watches(api: Api) -> None:
    beat = {"version": "1", "node": "node-1", "leads": True, "nodes": NODES}
    assert (await api.agent("POST", "/api/agent/heartbeat", json=beat)).status_code == 204
    await api.pool.execute("UPDATE nodes SET named_at = named_at - interval '31 seconds'")
    watching = (await api.person("GET", "/api/config")).json()["watching"]
    assert (watching["live"], watching["nodes_total"]) == (True, 3)
    blind = [(one["cluster"], one["node"]) for one in watching["unwatched"]]
    assert blind == [(api.settings.cluster, "node-2"), (api.settings.cluster, "node-3")]
