"""People are told of an incident: once, whatever dies, and with what has become of it."""

import json
from typing import Any

import pytest
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.testing import WorkflowEnvironment

from kure.adapters.clock import utc_now
from kure.adapters.postgres import mirror_work
from kure.contracts.incidents import Action
from kure.contracts.mirroring import Progress
from kure.contracts.mirrors import Phase, Verdict
from kure.contracts.notifications import NotifyStart
from kure.domain.diagnosis.model import Severity
from tests.api.mirror_stage import put
from tests.notify.receiver import Receiver, receiving
from tests.workflows.telling import CIPHER, Telling
from tests.workflows.test_incident import diagnosed
from tests.workflows.waiting import eventually
from tests.workflows.world import QUIET, World
from workflows.names import NOTIFY, notify_workflow_id
from workflows.notify import NotifyWorkflow

KINDS = ("slack", "bot", "teams", "pagerduty", "opsgenie", "webhook")


async def test_each_receiver_is_told_once_and_then_what_became_of_it(
    env: WorkflowEnvironment, world: World
) -> None:
    telling = Telling(world)
    async with receiving() as receiver:
        await telling.set(*(receiver.channel(kind) for kind in KINDS))
        async with world.working(notifies=telling.current.any), telling.notifying():
            incident_id = await diagnosed(world)
            await eventually(lambda: len(receiver.got) == 6)
            await world.act(incident_id, Action.ACKNOWLEDGE, "k1")
            await eventually(lambda: len(receiver.got) == 10)
            await world.end()
            handle = await world.nudge(incident_id)
            await env.fast_forward(handle, QUIET.crash * 2)
            await handle.result()
            await eventually(lambda: len(receiver.got) == 16)
    _told_in_full(receiver, incident_id)


def _told_in_full(receiver: Receiver, incident_id: str) -> None:
    first, last = receiver.of("/hook")
    assert first["text"] == "Deployment shop/cart fails"
    assert last["text"] == "Deployment shop/cart is well again"
    shown = json.dumps(first["blocks"])
    for part in ("The container exits with code 1", "Read its last lines.", "https://kure.test"):
        assert part in shown
    card = receiver.of("/teams")[0]["attachments"][0]
    assert card["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert "The container exits with code 1" in json.dumps(card)
    assert [path for path, _ in receiver.got if path.startswith("/api")] == [
        "/api/chat.postMessage",
        "/api/chat.update",
        "/api/chat.update",
    ]
    posted, *updates = receiver.of("/api")
    assert posted["channel"] == "C1"
    assert len({update["ts"] for update in updates}) == 1
    pages = receiver.of("/pd")
    assert [page["event_action"] for page in pages] == ["trigger", "acknowledge", "resolve"]
    assert {page["dedup_key"] for page in pages} == {incident_id}
    assert [path for path, _ in receiver.got if path.startswith("/og")] == [
        "/og/v2/alerts",
        f"/og/v2/alerts/{incident_id}/acknowledge?identifierType=alias",
        f"/og/v2/alerts/{incident_id}/close?identifierType=alias",
    ]
    events = [event["type"] for event in receiver.of("/own")]
    assert events == ["incident.failing", "incident.acknowledged", "incident.resolved"]


NOT_CONCERNED: list[dict[str, Any]] = [
    {"severity": Severity.CRITICAL},
    {"namespaces": ["pay-*", "kube-system"]},
    {"clusters": ["elsewhere"]},
    {"enabled": False},
]


@pytest.mark.parametrize("rules", NOT_CONCERNED, ids=lambda rules: next(iter(rules)))
async def test_a_channel_hears_only_of_what_it_asked_for(
    world: World, rules: dict[str, Any]
) -> None:
    telling = Telling(world)
    async with receiving() as receiver:
        await telling.set(
            receiver.channel("slack", "narrow", **rules, address=f"{receiver.url}/narrow"),
            receiver.channel("slack", namespaces=["sh?p"], severity=Severity.HIGH),
        )
        async with world.working(notifies=telling.current.any), telling.notifying():
            await diagnosed(world)
            await eventually(lambda: len(receiver.got) == 1)
    assert not receiver.of("/narrow")


async def test_what_began_and_ended_while_nobody_could_be_told_is_not_told(
    env: WorkflowEnvironment, world: World
) -> None:
    telling = Telling(world)
    async with receiving() as receiver:
        receiver.status = 503
        await telling.set(receiver.channel("slack"), receiver.channel("webhook"))
        async with world.working(notifies=telling.current.any), telling.notifying():
            incident_id = await diagnosed(world)
            await eventually(lambda: receiver.tries >= 2)
            await world.act(incident_id, Action.RESOLVE, "k1")
            await world.handle().result()
            receiver.status = 200
            telling_it = world.client.get_workflow_handle(f"notify/{incident_id}")
            await telling_it.result()
    assert not receiver.got


async def test_what_a_test_of_the_fix_showed_comes_into_the_message_that_is_there(
    world: World,
) -> None:
    telling = Telling(world)
    async with receiving() as receiver:
        await telling.set(receiver.channel("bot"))
        async with world.working(notifies=telling.current.any), telling.notifying():
            incident_id = await diagnosed(world)
            await eventually(lambda: len(receiver.got) == 1)
            mirror_id = await put(world.pool, CIPHER, incident_id, world.cluster_name, "cart:2")
            verdict = Progress(
                mirror_id=mirror_id,
                phase=Phase.PASSED,
                verdict=Verdict.PASSED,
                text="Ready for 30 s",
                uid="u1",
                created_at=utc_now(),
                at=utc_now(),
            )
            await mirror_work.note(world.pool, CIPHER, verdict)
            await world.client.start_workflow(
                NotifyWorkflow.run,
                NotifyStart(subject="incident", id=incident_id),
                id=notify_workflow_id(incident_id),
                task_queue=NOTIFY,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                start_signal="nudge",
            )
            await eventually(lambda: len(receiver.got) == 2)
    assert [path for path, _ in receiver.got] == ["/api/chat.postMessage", "/api/chat.update"]
    assert "Fix on a copy: Passed (Ready for 30 s)" in json.dumps(receiver.got[1][1])


async def test_a_secret_in_a_text_is_redacted_on_its_way_out(world: World) -> None:
    telling = Telling(world)
    async with receiving() as receiver:
        await telling.set(receiver.channel("webhook"))
        async with world.working(), telling.notifying():
            incident_id = await diagnosed(world)
            await world.pool.execute(
                "UPDATE diagnoses SET causes = jsonb_set(causes, '{0,explanation}', $1)",
                "It was started with password=Hunter2-is-long",
            )
        async with world.working(notifies=telling.current.any), telling.notifying():
            await world.nudge(incident_id)
            await eventually(lambda: len(receiver.got) == 1)
    assert b"Hunter2" not in receiver.raw[0]
    assert "[redacted:" in receiver.got[0][1]["data"]["cause"]
