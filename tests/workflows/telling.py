"""A world in which people are told: channels in the settings, a worker for the queue `notify`."""

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from temporalio.worker import Worker

from activities.notifications import NotificationActivities
from kure.adapters.clock import utc_now
from kure.adapters.crypto import Keyring
from kure.adapters.outgoing import Guard, Outgoing
from kure.adapters.postgres import channels
from kure.adapters.postgres.channels import Current, Notifications
from kure.contracts.notifications import Channel, DeadMan
from kure.domain.redact import Redactor
from tests.workflows.world import World
from workflows.names import NOTIFY
from workflows.notify import DeadManWorkflow, NotifyWorkflow, TestNotificationWorkflow

KEYRING = Keyring((("1", b"k" * 32),))
CIPHER = KEYRING.cipher("notifications")
GUARD = Guard(loopback=True)
TRUST = ssl.create_default_context()


@dataclass
class Telling:
    """What the workers of one test share."""

    world: World
    clock: Callable[[], datetime] = utc_now
    seconds: float = 10.0
    guard: Guard = GUARD
    trust: ssl.SSLContext = TRUST
    current: Current = field(init=False)

    def __post_init__(self) -> None:
        self.current = Current(self.world.pool, CIPHER, self.clock)

    async def set(self, *wanted: Channel, dead_man: DeadMan | None = None) -> None:
        """Set the channels, as an administrator does."""
        version = (await channels.read(self.world.pool, CIPHER)).version
        settings = Notifications(version, wanted, dead_man)
        await channels.write(self.world.pool, CIPHER, settings, "ada", utc_now())

    def activities(self, outgoing: Outgoing) -> NotificationActivities:
        return NotificationActivities(
            pool=self.world.pool,
            outgoing=outgoing,
            current=self.current,
            redactor=lambda _: Redactor(b"r" * 32),
            clock=self.clock,
            base="https://kure.test",
        )

    @asynccontextmanager
    async def notifying(self, **more: Any) -> AsyncIterator[Worker]:
        """A worker that tells, until it is stopped or the block ends."""
        async with Outgoing(self.guard, self.trust, self.seconds) as outgoing:
            activities = self.activities(outgoing)
            worker = Worker(
                self.world.client,
                task_queue=NOTIFY,
                workflows=[NotifyWorkflow, TestNotificationWorkflow, DeadManWorkflow],
                activities=[activities.plan, activities.send, activities.test, activities.ping],
                **more,
            )
            async with worker:
                yield worker
