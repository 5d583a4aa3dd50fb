"""Telling people: deciding who is told, and handing one message over."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.heartbeats import heartbeating
from kure.adapters.apprising import Apprising
from kure.adapters.outgoing import Answer, Call, Outgoing
from kure.adapters.postgres import deliveries, notifications
from kure.adapters.postgres.channels import DEAD_MAN, Current
from kure.adapters.postgres.deliveries import Delivery
from kure.adapters.postgres.notifications import due_kind, quiet_until
from kure.adapters.postgres.pool import Pool
from kure.contracts import activities as contract
from kure.contracts.notifications import (
    Channel,
    Plan,
    PlanRequest,
    SendRequest,
    Tested,
    TestRequest,
)
from kure.domain.notices.notice import Notice, Subject, of_digest, of_incident, of_test
from kure.domain.notices.receiver import Receiver, Request, Target, Unwilling
from kure.domain.notices.receivers import receiver
from kure.domain.notices.steps import Kind, Told
from kure.domain.redact import Redactor
from kure.errors import InvalidInput, KureError, NotDelivered
from kure.ids import new_id


@dataclass(frozen=True)
class NotificationActivities(contract.NotificationActivities):
    """Needs the database and the way out. `redactor` gives a cluster's; `base` is the address under
    which people reach Kure."""

    pool: Pool
    outgoing: Outgoing
    current: Current
    redactor: Callable[[str], Redactor]
    clock: Callable[[], datetime]
    base: str
    # One at a time: in a storm they wait for each other anyway, and there they hold no connection.
    planning: asyncio.Lock = field(default_factory=asyncio.Lock)

    @activity.defn(name="plan_notifications")
    async def plan(self, request: PlanRequest) -> Plan:
        """Who is due what of an incident, or of a digest."""
        channels = (await self.current()).enabled
        planned = (
            notifications.plan_incident
            if request.subject == "incident"
            else notifications.plan_digest
        )
        async with self.planning:
            return await planned(self.pool, UUID(request.id), channels, self.clock())

    @activity.defn(name="send_notification")
    async def send(self, request: SendRequest) -> None:
        """Say what is to be said now, if anything; the incident may have gone on since the plan.

        A message that a killed worker had handed over is taken to have arrived, unless its receiver
        knows a repeated one: of a page twice and a page lost, neither may be.
        """
        channels = (await self.current()).enabled
        delivery = await deliveries.read(self.pool, UUID(request.row_id), channels)
        if delivery is None or quiet_until(delivery.channel, self.clock()):
            return
        channel = delivery.channel
        how = receiver(channel.kind, has_token=bool(channel.token))
        handed_over = delivery.row["asking"]
        if handed_over is not None and not how.knows_repeats:
            await self._told(delivery, Kind(handed_over), dict(delivery.row["handle"]), True)
            return
        kind = _kind(delivery)
        if kind is None:
            await deliveries.knows(self.pool, delivery, self.clock())
            return
        async with heartbeating():
            await self._say(delivery, kind, how)

    async def _say(self, delivery: Delivery, kind: Kind, how: Receiver) -> None:
        channel = delivery.channel

        async def handing_over() -> None:
            await deliveries.asking(self.pool, delivery.row["id"], kind)

        target = _target(channel, how, delivery.row["handle"])
        request = how.request(self._notice(delivery, kind), target)
        try:
            answer = await self._post(how)(_call(request, channel.inside), handing_over)
            handle = how.kept(answer.body, target.handle)
        except asyncio.CancelledError:
            # This worker stops, and the receiver has been silent for seconds: it is not well.
            await asyncio.shield(self._not_told(delivery, "was cut off", forget=False))
            raise
        except (NotDelivered, InvalidInput, Unwilling) as error:
            forget = isinstance(error, Unwilling) and error.forget
            await self._not_told(delivery, str(error), forget=forget)
            raise _again(error) from error
        await self._told(delivery, kind, handle, False)

    def _post(self, how: Receiver) -> Callable[..., Awaitable[Answer]]:
        return Apprising(self.outgoing).post if how.by_apprise else self.outgoing.post

    async def _told(
        self, delivery: Delivery, kind: Kind, handle: dict[str, str], presumed: bool
    ) -> None:
        knows = Told.FAILING if kind in (Kind.FAILING, Kind.CHANGED) else Told(kind.value)
        if kind is Kind.CHANGED:
            knows = delivery.stands
        await deliveries.told(self.pool, delivery, knows, handle, self.clock(), presumed=presumed)

    async def _not_told(self, delivery: Delivery, error: str, *, forget: bool) -> None:
        await deliveries.not_told(self.pool, delivery, error[:500], self.clock(), forget=forget)

    def _notice(self, delivery: Delivery, kind: Kind) -> Notice:
        row, now = delivery.row, self.clock()
        id_ = f"{row['id']}.{row['episode']}.{kind.value}"
        if not delivery.is_digest:
            return of_incident(self._redacted(delivery.members[0][0]), kind, id_, now, self.base)
        subjects = delivery.under_way or tuple(subject for subject, _ in delivery.members)
        told = [self._redacted(subject) for subject in subjects]
        return of_digest(str(row["id"]), told, kind, id_, now, self.base)

    def _redacted(self, subject: Subject) -> Subject:
        redactor = self.redactor(subject.cluster)
        return replace(
            subject,
            cause=redactor.text(subject.cause),
            fix=redactor.text(subject.fix),
            tested=redactor.text(subject.tested),
            answer=redactor.text(subject.answer),
            model=redactor.text(subject.model),
        )

    @activity.defn(name="test_notification")
    async def test(self, request: TestRequest) -> Tested:
        """One message, and what the receiver says to it."""
        channel = (await self.current()).channel(request.channel)
        if channel is None:
            return Tested(ok=False, detail=f"There is no channel {request.channel}.")
        how = receiver(channel.kind, has_token=bool(channel.token))
        target = _target(channel, how, {})
        id_ = str(new_id())
        failing = of_test(channel.id, id_, self.clock(), self.base)
        try:
            answer = await self._post(how)(_call(how.request(failing, target), channel.inside))
            how.kept(answer.body, {})
            if how.pages:
                # Else somebody would have to close it.
                over = replace(failing, kind=Kind.RESOLVED)
                await self.outgoing.post(_call(how.request(over, target), channel.inside))
        except (KureError, Unwilling) as error:
            await deliveries.reached(self.pool, channel.id, str(error)[:500], self.clock())
            return Tested(ok=False, detail=str(error)[:500])
        await deliveries.reached(self.pool, channel.id, "", self.clock())
        return Tested(ok=True)

    @activity.defn(name="ping_dead_man")
    async def ping(self) -> None:
        """Tell whoever watches over Kure that it lives: this has come through Temporal, a worker
        and the database."""
        dead_man, now = (await self.current()).dead_man, self.clock()
        if dead_man is None:
            return
        if not _is_time(now, dead_man.every_seconds):
            return
        error = ""
        try:
            await self.outgoing.post(Call(dead_man.address, b"", inside=dead_man.inside))
        except (NotDelivered, InvalidInput) as problem:
            error = str(problem)[:500]
        await deliveries.reached(self.pool, DEAD_MAN, error, self.clock())


def _is_time(now: datetime, every_seconds: int) -> bool:
    """Whether a multiple of so many seconds lies in the last minute: this is asked each minute."""
    seconds = now.timestamp()
    return seconds // every_seconds != (seconds - 60) // every_seconds


def _kind(delivery: Delivery) -> Kind | None:
    if not delivery.is_digest:
        return due_kind(delivery.row, delivery.members[0][1])
    told, stands = Told(delivery.row["told"]), delivery.stands
    if told is Told.NOTHING and stands is Told.FAILING:
        return Kind.FAILING
    if told is Told.FAILING and stands is Told.RESOLVED and delivery.channel.resolved:
        return Kind.RESOLVED
    return None


def _target(channel: Channel, how: Receiver, handle: dict[str, str]) -> Target:
    return Target(channel.address or how.default, channel.token, channel.room, dict(handle))


def _call(request: Request, inside: bool) -> Call:
    return Call(request.url, request.body, request.headers, inside)


def _again(error: Exception) -> ApplicationError:
    """To be tried again, when the receiver says so where it does."""
    seconds = error.retry_after_seconds if isinstance(error, NotDelivered) else 0
    return ApplicationError(
        str(error),
        type=type(error).__name__,
        next_retry_delay=timedelta(seconds=seconds) if seconds else None,
    )
