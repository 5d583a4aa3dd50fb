"""Sending one message: what is to be said now, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kure.adapters.postgres.diagnoses import newest_diagnosis
from kure.adapters.postgres.events import NewEvent, emit
from kure.adapters.postgres.notifications import (
    INCIDENT,
    KNOWS,
    LOCK_CHANNEL,
    ROW,
    STANDING,
    Standing,
)
from kure.adapters.postgres.pool import Connection, Pool, transaction
from kure.adapters.postgres.rows import read_row
from kure.contracts.notifications import Channel, ChannelHealth
from kure.domain.access.scopes import Scopes
from kure.domain.diagnosis.model import Severity
from kure.domain.incidents import Status
from kure.domain.notices.notice import Subject
from kure.domain.notices.steps import UNDER_WAY, Kind, Told

INCIDENTS = f"""
    SELECT i.*, n.id AS row_id, n.told
    FROM notifications n JOIN ({STANDING}) i ON i.id = n.incident_id
    WHERE n.digest_id = $1 ORDER BY i.first_seen, i.id
"""
ASKING = "UPDATE notifications SET asking = $2 WHERE id = $1"
SENT = """
    UPDATE notifications SET told = $2, told_text = $3, told_at = $4, asking = NULL, handle = $5,
        presumed = $6, error = ''
    WHERE id = $1
"""
FAILED = """
    UPDATE notifications SET asking = NULL, error = $2,
        handle = CASE WHEN $3 THEN '{}' ELSE handle END
    WHERE id = $1
"""
HEALTHY = """
    INSERT INTO notification_channels (channel, sent, last_sent_at) VALUES ($1, 1, $2)
    ON CONFLICT (channel) DO UPDATE SET sent = notification_channels.sent + 1,
        last_sent_at = EXCLUDED.last_sent_at, failing_since = NULL, error = ''
"""
UNHEALTHY = """
    INSERT INTO notification_channels (channel, failed, failing_since, error)
    VALUES ($1, 1, $2, $3)
    ON CONFLICT (channel) DO UPDATE SET failed = notification_channels.failed + 1,
        failing_since = coalesce(notification_channels.failing_since, EXCLUDED.failing_since),
        error = EXCLUDED.error
"""
FAILING_SINCE = "SELECT failing_since FROM notification_channels WHERE channel = $1 FOR UPDATE"
HEALTH = "SELECT * FROM notification_channels"
FORGET = "DELETE FROM notification_channels WHERE NOT channel = ANY($1)"


@dataclass(frozen=True)
class Delivery:
    """A row with all that it may have to say. `members` are a digest's incidents, else it is the
    one incident."""

    row: Any
    channel: Channel
    members: tuple[tuple[Subject, Standing], ...]

    @property
    def is_digest(self) -> bool:
        return self.row["incident_id"] is None

    @property
    def stands(self) -> Told:
        """A digest fails as long as one of its incidents does."""
        if not self.is_digest:
            return self.members[0][1].told
        return Told.FAILING if self.under_way else Told.RESOLVED

    @property
    def under_way(self) -> tuple[Subject, ...]:
        return tuple(subject for subject, stands in self.members if stands.told in UNDER_WAY)

    @property
    def text(self) -> str:
        return "" if self.is_digest else self.members[0][1].text


async def read(pool: Pool, row_id: UUID, channels: Sequence[Channel]) -> Delivery | None:
    """What a row is about, as it stands; None where it, or its channel, is gone."""
    async with transaction(pool) as connection:
        row = await connection.fetchrow(ROW, row_id)
        channel = row and next((one for one in channels if one.id == row["channel"]), None)
        if row is None or channel is None:
            return None
        if row["incident_id"] is not None:
            found = await connection.fetchrow(INCIDENT, row["incident_id"])
            stands = Standing(found, channel, Told(row["told"]))
            return Delivery(row, channel, ((await _whole(connection, found), stands),))
        # So that nobody joins who would not be told.
        await connection.execute(LOCK_CHANNEL, row["channel"])
        incidents = await connection.fetch(INCIDENTS, row_id)
    members = ((_subject(one), Standing(one, channel, Told(one["told"]))) for one in incidents)
    return Delivery(row, channel, tuple(members))


async def _whole(connection: Connection, found: Any) -> Subject:
    """With the fix and the count of pods, which a digest does without."""
    row = await read_row(connection, found["id"])
    diagnosis = await newest_diagnosis(connection, row, Scopes())
    first = diagnosis.causes[0] if diagnosis and diagnosis.causes else None
    cause = f"{first.title}. {first.explanation}" if first else row.summary
    return _subject(found, cause, first.fix if first else "", row.pods_failing)


def _subject(row: Any, cause: str = "", fix: str = "", pods_failing: int = 0) -> Subject:
    return Subject(
        id=str(row["id"]),
        cluster=row["cluster"],
        namespace=row["namespace"],
        kind=row["kind"],
        name=row["name"],
        severity=Severity(row["severity"]),
        classes=tuple(row["classes"]),
        pods_failing=pods_failing,
        first_seen=row["first_seen"],
        cause=cause or row["summary"],
        fix=fix,
        by=row["ignored_by"] or row["acknowledged_by"] or "",
        folds=row["folds"],
        tested=row["tested"] or "",
        answer=row["answer"] or "",
        model=row["model"] or "",
        resolved_at=row["resolved_at"],
        merged=row["status"] == Status.MERGED,
    )


async def asking(pool: Pool, row_id: UUID, kind: Kind) -> None:
    """From now on the receiver may have it."""
    await pool.execute(ASKING, row_id, kind.value)


async def told(
    pool: Pool,
    delivery: Delivery,
    knows: Told,
    handle: dict[str, str],
    now: datetime,
    *,
    presumed: bool = False,
) -> None:
    """The channel knows. `presumed`: it was handed over, and nobody was left to hear the answer."""
    row = delivery.row
    async with transaction(pool) as connection:
        text = delivery.text
        await connection.execute(SENT, row["id"], knows.value, text, now, handle, presumed)
        await _members_known(connection, delivery, now)
        if not presumed:
            await _healthy(connection, row["channel"], now)


async def knows(pool: Pool, delivery: Delivery, now: datetime) -> None:
    """Nothing had to be said."""
    row_id, stands = delivery.row["id"], delivery.stands
    async with transaction(pool) as connection:
        await connection.execute(KNOWS, row_id, stands.value, delivery.text, now)
        await _members_known(connection, delivery, now)


async def _members_known(connection: Connection, delivery: Delivery, now: datetime) -> None:
    if delivery.is_digest:
        for _, stands in delivery.members:
            known = (stands.row["row_id"], stands.told.value, stands.text, now)
            await connection.execute(KNOWS, *known)


async def not_told(
    pool: Pool, delivery: Delivery, error: str, now: datetime, *, forget: bool = False
) -> None:
    """The channel did not take it. `forget`: nor does it know the message before any more."""
    async with transaction(pool) as connection:
        await connection.execute(FAILED, delivery.row["id"], error, forget)
        await _unhealthy(connection, delivery.row["channel"], error, now)


async def reached(pool: Pool, channel: str, error: str, now: datetime) -> None:
    """A test message or a ping got through, where `error` is '', or did not."""
    async with transaction(pool) as connection:
        if error:
            await _unhealthy(connection, channel, error, now)
        else:
            await _healthy(connection, channel, now)


async def _healthy(connection: Connection, channel: str, now: datetime) -> None:
    was_failing = await connection.fetchval(FAILING_SINCE, channel)
    await connection.execute(HEALTHY, channel, now)
    if was_failing is not None:
        await emit(connection, now, _changed(channel, None))


async def _unhealthy(connection: Connection, channel: str, error: str, now: datetime) -> None:
    was_failing = await connection.fetchval(FAILING_SINCE, channel)
    await connection.execute(UNHEALTHY, channel, now, error)
    if was_failing is None:
        await emit(connection, now, _changed(channel, now))


def _changed(channel: str, failing_since: datetime | None) -> NewEvent:
    since = failing_since.isoformat() if failing_since else None
    payload = {"channel": channel, "failing_since": since}
    return NewEvent("channel.changed", "channel", channel, payload=payload)


async def health(pool: Pool) -> dict[str, ChannelHealth]:
    """How each channel does that was ever used."""
    rows = await pool.fetch(HEALTH)
    return {row["channel"]: ChannelHealth.model_validate(dict(row)) for row in rows}


async def forget_all_but(pool: Pool, channels: list[str]) -> None:
    """Channels that are no more cannot fail any more."""
    await pool.execute(FORGET, channels)
