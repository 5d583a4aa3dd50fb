"""Notification channels: who is told, where, of what. Secrets go in and do not come out."""

from fastapi import APIRouter

from api.channels import checked, shown
from api.state import Admin, Kure, State
from api.trying import tried
from kure.adapters.outgoing import Guard
from kure.adapters.postgres import audit, channels, deliveries
from kure.contracts.notifications import (
    NotificationsBody,
    NotificationsView,
    TestBody,
    Tested,
    TestRequest,
)
from kure.errors import NotFound
from kure.ids import new_id
from workflows.names import NOTIFY, notification_test_id
from workflows.notify import TestNotificationWorkflow

router = APIRouter(prefix="/api/admin/notifications", tags=["notifications"])

TEST_SECONDS = 30.0


@router.get("")
async def read_notifications(kure: Kure, person: Admin) -> NotificationsView:
    """The channels and whether messages get through; of secrets only whether they are there."""
    return await _view(kure)


@router.put("")
async def change_notifications(
    body: NotificationsBody, kure: Kure, person: Admin
) -> NotificationsView:
    """Set all channels, from the version that was read. A secret that is left out, or sent as it
    was shown, stays; where its address changes it has to be given again."""
    cipher = kure.keyring.cipher("notifications")
    stored = await channels.read(kure.pool, cipher)
    wanted = await checked(body, stored, Guard.of(kure.settings))
    await channels.write(kure.pool, cipher, wanted, person.name, kure.clock())
    names = [one.id for one in wanted.channels]
    await deliveries.forget_all_but(kure.pool, [*names, channels.DEAD_MAN])
    return await _view(kure)


@router.post("/test")
async def test_notifications(body: TestBody, kure: Kure, person: Admin) -> Tested:
    """Send a test message, from where all others are sent, and say what the receiver answered."""
    stored = await channels.read(kure.pool, kure.keyring.cipher("notifications"))
    if stored.channel(body.channel) is None:
        raise NotFound(f"There is no channel {body.channel}. Save it first, then test it.")
    target = f"channel/{body.channel}"
    await audit.write(kure.pool, kure.clock(), person.name, "channel.test", target, "done", {})
    return await _tested(kure, body.channel)


async def _tested(kure: State, channel: str) -> Tested:
    return await tried(
        kure.temporal,
        TestNotificationWorkflow.run,
        TestRequest(channel=channel),
        id=notification_test_id(new_id()),
        task_queue=NOTIFY,
        seconds=TEST_SECONDS,
        nobody="sent the test message",
    )


async def _view(kure: State) -> NotificationsView:
    stored = await channels.read(kure.pool, kure.keyring.cipher("notifications"))
    return shown(stored, await deliveries.health(kure.pool))
