"""What a failing node takes with it is told in the node's message, and by itself when it outlives
the node's incident."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID, uuid4

from temporalio.testing import WorkflowEnvironment

from api.relay import Starter
from kure.adapters.clock import utc_now
from kure.adapters.postgres import changes, nudges, reports, workflow
from kure.adapters.postgres.reports import FailingPod
from kure.contracts.activities import ChangeRequest, CloseRequest
from kure.contracts.incidents import Action, Change, Resolution
from kure.contracts.reports import ReportedFailure
from kure.domain.diagnosis.model import Blamed
from kure.domain.failures.model import FailureClass
from kure.domain.workloads import Workload
from tests.notify.receiver import Receiver, receiving
from tests.workflows.telling import Telling
from tests.workflows.test_incident import diagnosed
from tests.workflows.test_notify_outages import Clock, many, tell
from tests.workflows.waiting import eventually
from tests.workflows.world import LONG_AGO, World
from workflows.names import notify_workflow_id

NODE = "node-1"


async def node_fails(world: World) -> str:
    failure = ReportedFailure(failure_class=FailureClass.NODE_NOT_READY, since=LONG_AGO)
    pod = FailingPod(
        Workload(world.cluster_name, "_", "Node", NODE), "n1", "", NODE, (failure,), kind="Node"
    )
    incident_id = (await reports.receive_failed(world.pool, pod, utc_now())).incident_id
    assert incident_id is not None
    return incident_id


async def blame(world: World, *incident_ids: str) -> None:
    """What a diagnosis says that blames the node."""
    await world.pool.execute(
        "UPDATE incidents SET on_node = $2 WHERE id = ANY($1::uuid[])", incident_ids, NODE
    )


async def close(world: World, incident_id: str) -> None:
    """It is well again."""
    number = "SELECT last_number FROM incidents WHERE id = $1"
    request = CloseRequest(
        incident_id=incident_id,
        run_id=str(uuid4()),
        handled_number=await world.pool.fetchval(number, UUID(incident_id)),
        resolution=Resolution.RECOVERED,
        text="Ready",
    )
    assert await workflow.close(world.pool, request, utc_now())


async def told(world: World, *incident_ids: str) -> None:
    """Have people told, until there is nothing to tell for now."""
    for incident_id in incident_ids:
        await (await tell(world, incident_id)).result()


@asynccontextmanager
async def telling_to(world: World, *kinds: str) -> AsyncIterator[tuple[Receiver, Clock]]:
    """A worker that tells channels of these kinds, all of which end at one receiver."""
    clock = Clock()
    telling = Telling(world, clock)
    async with receiving() as receiver:
        await telling.set(*(receiver.channel(kind) for kind in kinds))
        async with telling.notifying():
            yield receiver, clock


def texts(receiver: Receiver, path: str = "/hook") -> list[str]:
    return [body["text"] for body in receiver.of(path)]


async def test_what_a_node_takes_with_it_has_no_message_over_restarts(world: World) -> None:
    node = await node_fails(world)
    under = await many(world, 3)
    await blame(world, *under)
    async with receiving() as receiver:
        for restart in range(3):
            telling = Telling(world)
            if restart == 0:
                await telling.set(*(receiver.channel(kind) for kind in ("slack", "pagerduty")))
            async with telling.notifying():
                await told(world, node, *under)
    assert texts(receiver) == [f"Node {NODE} fails, and 3 workloads with it"]
    assert [page["dedup_key"] for page in receiver.of("/pd")] == [node]
    assert not await world.pool.fetchval(
        "SELECT count(*) FROM notifications WHERE incident_id <> $1", UUID(node)
    )


async def test_the_nodes_message_follows_what_comes_under_it_and_goes(world: World) -> None:
    node = await node_fails(world)
    first, second = await many(world, 2)
    async with telling_to(world, "bot", "webhook") as (receiver, clock):
        await told(world, node)
        await blame(world, first, second)
        clock.skipped = timedelta(seconds=11)
        await told(world, first)
        await eventually(lambda: len(receiver.got) == 4)
        await close(world, second)
        clock.skipped = timedelta(seconds=22)
        await told(world, second)
        await eventually(lambda: len(receiver.got) == 6)
    assert texts(receiver, "/api") == [
        f"Node {NODE} fails",
        f"Node {NODE} fails, and 2 workloads with it",
        f"Node {NODE} fails, and 1 workload with it",
    ]
    assert [path for path, _ in receiver.got if path.startswith("/api")][1:] == [
        "/api/chat.update"
    ] * 2
    assert [event["data"]["folds"] for event in receiver.of("/own")] == [0, 2, 1]


async def test_a_storm_under_a_node_edits_its_message_now_and_then_only(world: World) -> None:
    node = await node_fails(world)
    under = await many(world, 30)
    async with telling_to(world, "bot") as (receiver, clock):
        await told(world, node)
        for number, incident_id in enumerate(under):
            await blame(world, *under[: number + 1])
            await told(world, incident_id)
        assert len(receiver.got) == 1
        clock.skipped = timedelta(seconds=11)
        await told(world, node)
    assert texts(receiver, "/api")[1:] == [f"Node {NODE} fails, and 30 workloads with it"]


async def test_a_channel_that_does_not_hear_of_the_node_hears_of_the_workload(
    world: World,
) -> None:
    telling = Telling(world)
    node = await node_fails(world)
    (under,) = await many(world, 1)
    await blame(world, under)
    async with receiving() as receiver:
        shop = {"namespaces": ["shop"], "address": f"{receiver.url}/shop"}
        await telling.set(receiver.channel("slack"), receiver.channel("slack", "shop", **shop))
        async with telling.notifying():
            await told(world, node, under)
    assert texts(receiver) == [f"Node {NODE} fails, and 1 workload with it"]
    assert texts(receiver, "/shop") == ["Deployment shop/app-0 fails"]


async def test_what_fails_on_a_failing_node_waits_a_minute_for_its_diagnosis(
    env: WorkflowEnvironment, world: World
) -> None:
    await node_fails(world)
    waits, is_folded = await many(world, 2)
    await world.pool.execute("UPDATE failed_pods SET node = $1 WHERE kind = 'Pod'", NODE)
    async with telling_to(world, "slack") as (receiver, clock):
        waiting, other = await tell(world, waits), await tell(world, is_folded)
        await blame(world, is_folded)
        await (await tell(world, is_folded)).result()
        await other.result()
        assert not any("shop" in text for text in texts(receiver))
        clock.skipped = timedelta(seconds=61)
        await env.fast_forward(waiting, clock.skipped)
        await waiting.result()
    told_of = [text for text in texts(receiver) if "shop" in text]
    assert told_of == ["Deployment shop/app-0 fails"]


async def test_what_outlives_the_nodes_incident_is_told_then_and_nothing_else_is(
    world: World,
) -> None:
    node = await node_fails(world)
    still, over = await many(world, 2)
    await blame(world, still, over)
    async with telling_to(world, "slack") as (receiver, _):
        await told(world, node, still, over)
        await close(world, over)
        await close(world, node)
        await told(world, node, still, over)
        await told(world, still)
        await close(world, still)
        await told(world, still, over)
    assert texts(receiver) == [
        f"Node {NODE} fails, and 2 workloads with it",
        f"Node {NODE} is well again",
        "Deployment shop/app-0 fails",
        "Deployment shop/app-0 is well again",
    ]


async def test_what_was_told_before_it_came_under_the_node_is_told_to_its_end(
    world: World,
) -> None:
    (early,) = await many(world, 1)
    async with telling_to(world, "pagerduty") as (receiver, _):
        await told(world, early)
        await node_fails(world)
        await blame(world, early)
        await told(world, early)
        await close(world, early)
        await told(world, early)
    pages = [page for page in receiver.of("/pd") if page["dedup_key"] == early]
    assert [page["event_action"] for page in pages] == ["trigger", "resolve"]


async def test_what_comes_under_a_node_while_its_receiver_is_away_is_not_told(
    world: World,
) -> None:
    (under,) = await many(world, 1)
    async with telling_to(world, "slack") as (receiver, clock):
        receiver.status = 503
        handle = await tell(world, under)
        await eventually(lambda: receiver.tries >= 1)
        node = await node_fails(world)
        await blame(world, under)
        receiver.status = 200
        await handle.result()
        await told(world, node)
        await close(world, node)
        clock.skipped = timedelta(minutes=2)
        await told(world, node, under)
    assert texts(receiver) == [
        f"Node {NODE} fails, and 1 workload with it",
        f"Node {NODE} is well again",
        "Deployment shop/app-0 fails",
    ]


async def test_of_a_storms_digest_what_came_under_a_node_is_told_when_it_outlives_it(
    world: World,
) -> None:
    incident_ids = await many(world, 23)
    async with telling_to(world, "slack") as (receiver, clock):
        await told(world, *incident_ids)
        digested = await world.pool.fetch(
            "SELECT incident_id FROM notifications WHERE digest_id IS NOT NULL"
        )
        under = [str(row["incident_id"]) for row in digested]
        node = await node_fails(world)
        await blame(world, *under)
        clock.skipped = timedelta(seconds=61)
        await _digest_sent(world)
        assert len(receiver.got) == 20
        await told(world, node)
        await close(world, node)
        await told(world, node, *under)
    assert len(under) == 3
    assert texts(receiver)[20:22] == [
        f"Node {NODE} fails, and 3 workloads with it",
        f"Node {NODE} is well again",
    ]
    assert len(set(texts(receiver)[22:])) == 3


async def _digest_sent(world: World) -> None:
    digest = await world.pool.fetchval("SELECT id FROM notifications WHERE incident_id IS NULL")
    handle = world.client.get_workflow_handle(notify_workflow_id(str(digest)))
    await handle.signal("nudge")
    await handle.result()


async def test_a_node_that_somebody_ignores_hides_nothing(world: World) -> None:
    """The workload's own run looks again, and has people told."""
    node = await node_fails(world)
    world.scripted.blames = Blamed("_", "Node", NODE)
    telling = Telling(world)
    async with receiving() as receiver:
        await telling.set(receiver.channel("slack"))
        async with world.working(notifies=telling.current.any), telling.notifying():
            incident_id = await diagnosed(world)
            await eventually(lambda: len(receiver.got) == 1)
            assert texts(receiver) == [f"Node {NODE} fails, and 1 workload with it"]
            ignore = ChangeRequest(
                incident_id=node,
                idempotency_key="k1",
                change=Change(action=Action.IGNORE, by="ada"),
            )
            await changes.change(world.pool, ignore, utc_now())
            for nudge in await nudges.to_look_at(world.pool):
                await Starter(world.client).nudge(nudge)
            await eventually(lambda: len(receiver.got) == 2)
            await world.act(incident_id, Action.RESOLVE, "k2")
            await eventually(lambda: len(receiver.got) == 3)
    assert texts(receiver)[1:] == [
        "Deployment shop/cart fails",
        "Deployment shop/cart is well again",
    ]
