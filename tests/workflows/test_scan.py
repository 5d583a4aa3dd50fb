"""Scans: all of a cluster once, through refusals, kills and people who ask at the same time."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest
from temporalio.client import WorkflowFailureError, WorkflowHandle
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Replayer

from kure.adapters.postgres.pool import open_pool
from kure.adapters.postgres.security import scans
from kure.contracts.scanning import ScanStart
from kure.domain.access.scopes import Scopes
from kure.domain.mirrors.names import ID_LABEL, LABEL, SIGNATURE, signature
from kure.errors import AccessDenied, Forgotten
from tests.workflows.scan_world import KEYS, ScanWorld, pod
from workflows.names import KURE
from workflows.scan import ScanStarterWorkflow, ScanWorkflow

PODS, NODES = "/api/v1/pods", "/api/v1/nodes"
PRIVILEGED, MIRROR = "KURE-POD-001", "KURE-WRK-014"


@pytest.fixture
async def world(env: WorkflowEnvironment, database: str) -> AsyncIterator[ScanWorld]:
    pool = await open_pool(database, 10)
    yield ScanWorld(env.client, pool)
    await pool.close()


async def test_what_may_not_be_listed_is_not_evaluated_and_closes_nothing(
    world: ScanWorld,
) -> None:
    world.cluster.lists = {PODS: [pod("a")], NODES: []}
    async with world.working(), world.scanner():
        await world.scan()
        world.cluster.refused[PODS] = AccessDenied("pods is forbidden")
        done = await world.scan()
        assert done.state == "finished"
        assert done.unread["Pod"] == "pods is forbidden"
        blind = {each.check: each.kinds for each in done.not_evaluated if "Pod" in each.missing}
        assert "Pod" in blind[PRIVILEGED]
        assert [row.status for row in await world.found(PRIVILEGED)] == ["open"]
        world.cluster.refused.clear()
        world.cluster.lists[PODS] = []
        await world.scan()
        assert [row.status for row in await world.found(PRIVILEGED)] == ["fixed"]


async def test_each_page_is_asked_for_once_and_told(world: ScanWorld) -> None:
    world.cluster.lists = {PODS: [pod(f"p{n}") for n in range(5)]}
    async with world.working(), world.scanner():
        done = await world.scan()
    assert {row.name for row in await world.found(PRIVILEGED)} == {f"p{n}" for n in range(5)}
    assert [world.cluster.asked[PODS, n] for n in range(4)] == [1, 1, 1, 0]
    assert (done.objects, done.kinds_done) == (5, done.kinds_total)
    told = await world.pool.fetch("SELECT topic, payload FROM ui_events ORDER BY seq")
    own = [row for row in told if row["topic"].startswith("scan.")]
    assert own[0]["topic"] == "scan.progress"
    assert own[-1]["payload"]["summary"]["state"] == "finished"
    assert all("counts" not in row["payload"]["summary"] for row in own)
    (run,) = await world.pool.fetch("SELECT * FROM runs")
    assert (run["state"], run["workflow_type"]) == ("completed", "ScanWorkflow")


async def test_of_a_namespace_only_that_is_told(world: ScanWorld) -> None:
    world.cluster.lists = {PODS: [pod("a"), pod("b", "cart")]}
    async with world.working(), world.scanner():
        await world.scan("shop")
        assert {row.namespace for row in await world.found()} == {"shop"}
        await world.scan()
        world.cluster.lists = {PODS: []}
        await world.scan("shop")
    statuses = {row.name: row.status for row in await world.found(PRIVILEGED)}
    assert statuses == {"a": "fixed", "b": "open"}


async def test_mirrors_are_left_out_and_a_label_alone_is_a_finding(world: ScanWorld) -> None:
    labels = {LABEL: "true", ID_LABEL: "m1"}
    signed = {SIGNATURE: signature(KEYS.signing_keys("mirror")[0], "shop", "real", "m1")}
    world.cluster.lists = {
        PODS: [
            pod("real", labels=labels, annotations=signed),
            pod("false", labels=labels, annotations=signed),
        ]
    }
    async with world.working(), world.scanner():
        await world.scan()
    told = await world.found()
    assert {row.name for row in told if row.namespace == "shop"} == {"false"}
    (row,) = await world.found(MIRROR)
    assert row.severity.value == "high"


async def test_a_list_that_the_server_forgot_begins_anew(world: ScanWorld) -> None:
    world.cluster.lists = {PODS: [pod(f"p{n}") for n in range(4)]}
    world.cluster.once[PODS, 1] = Forgotten("the token is too old", 0)
    async with world.working(), world.scanner():
        done = await world.scan()
    assert world.cluster.asked[PODS, 0] == 2
    assert (done.objects, len(await world.found(PRIVILEGED))) == (4, 4)


async def test_whoever_asks_meanwhile_joins_and_the_schedule_says_that_it_skips(
    world: ScanWorld,
) -> None:
    go = asyncio.Event()
    world.cluster.lists = {PODS: [pod("a")]}
    world.cluster.happens[PODS, 0] = go.wait
    async with world.working(), world.scanner():
        first = await world.ask()
        second = await world.ask(by="bob")
        assert (first.joined, second.joined) == (False, True)
        assert first.scan_id == second.scan_id
        began = await world.client.execute_workflow(
            ScanStarterWorkflow.run,
            ScanStart(cluster=world.name),
            id=f"scans/{uuid4()}",
            task_queue=KURE,
        )
        assert not began
        go.set()
        assert await world.handle.result() == first.scan_id
    rows, _ = await scans.page(world.pool, Scopes(), (world.name,), 10, "")
    assert [(row.state, row.requested_by) for row in rows] == [("skipped", ""), ("finished", "ada")]


async def test_a_scan_that_is_cancelled_says_so_and_closes_nothing(world: ScanWorld) -> None:
    world.cluster.lists = {PODS: [pod("a")]}
    async with world.working(), world.scanner():
        await world.scan()
        world.cluster.lists = {PODS: []}
        world.cluster.happens[NODES, 0] = asyncio.Event().wait
        started = await world.ask()
        await world.handle.cancel()
        with pytest.raises(WorkflowFailureError):
            await world.handle.result()
    scan = await scans.read(world.pool, UUID(started.scan_id))
    assert (scan.state, scan.text) == ("cancelled", "Somebody ended it.")
    assert [row.status for row in await world.found(PRIVILEGED)] == ["open"]
    assert await world.pool.fetchval("SELECT count(*) FROM scan_pages") == 0


async def test_a_worker_that_dies_midway_is_followed_by_one_that_lists_nothing_again(
    world: ScanWorld,
) -> None:
    """Its activity hangs for ever, as one of a killed process does: only the missing heartbeat
    tells."""
    dead = asyncio.Event()

    async def die() -> None:
        dead.set()
        raise asyncio.CancelledError

    world.cluster.lists = {PODS: [pod(f"p{n}") for n in range(6)]}
    world.cluster.happens[PODS, 2] = die
    async with world.working():
        async with world.scanner():
            started = await world.ask()
            async with asyncio.timeout(30):
                await dead.wait()
        async with world.scanner():
            async with asyncio.timeout(60):
                assert await world.handle.result() == started.scan_id
    assert [world.cluster.asked[PODS, n] for n in range(3)] == [1, 1, 2]
    assert {row.name for row in await world.found(PRIVILEGED)} == {f"p{n}" for n in range(6)}
    scan = await scans.read(world.pool, UUID(started.scan_id))
    assert (scan.state, scan.objects) == ("finished", 6)


async def test_its_history_replays(world: ScanWorld, env: WorkflowEnvironment) -> None:
    world.cluster.lists = {PODS: [pod("a")]}
    async with world.working(), world.scanner():
        await world.scan()
        handle: WorkflowHandle[ScanWorkflow, str] = world.handle
        history = await handle.fetch_history()
    replayer = Replayer(workflows=[ScanWorkflow], data_converter=env.client.data_converter)
    await replayer.replay_workflow(history)
