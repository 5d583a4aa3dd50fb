"""What each channel was told of each incident: the one memory that makes a message come once.

A row is a channel's knowledge of one incident, or of one digest of many. A message is decided from
the difference between that and the incident, first when it is planned, again right before it is
sent. Lock order: an incident's rows, then channels by name.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kure.adapters.postgres.pool import Connection, Pool, transaction
from kure.adapters.postgres.rows import FAILING, FOLDS, IS_NODE
from kure.contracts.notifications import Channel, Plan
from kure.domain.diagnosis.model import Severity
from kure.domain.diagnosis.severity import STEPS
from kure.domain.globs import matches
from kure.domain.incidents import Status
from kure.domain.notices.receivers import receiver
from kure.domain.notices.steps import UNDER_WAY, Kind, Told, begins, next_kind, standing
from kure.ids import new_id

# More incidents than this in a minute become one message.
STORM = 20
MINUTE = timedelta(minutes=1)
# A digest is sent after a minute; what comes right before that waits for the next one.
JOINING = timedelta(seconds=55)

# How often the message about a node is edited at most, while more and more comes under it.
SETTLING = timedelta(seconds=10)

# So long what fails on a failing node waits for its diagnosis, which may blame the node.
EXPLAINING = timedelta(minutes=1)

# Incidents, each with that of the node that its diagnosis blames, and the count of what it folds.
# `tested` is what the newest mirror since its failure began has shown, `answer` what a model has
# said of it last.
# `may_fold_since`: it fails on a failing node, and is being diagnosed since.
STANDING = f"""
    SELECT i.*, n.id AS node_id, n.severity AS node_severity, ({FOLDS}) AS folds, (
        SELECT max(r.received_at) FROM reports r
        WHERE i.diagnosing AND r.incident_id = i.id AND r.number = i.opened_number AND EXISTS (
            SELECT FROM failed_pods p JOIN incidents m ON m.name = p.node
            WHERE p.incident_id = i.id AND p.state = 'failing' AND m.cluster = i.cluster
                AND m.namespace = '_' AND m.kind = 'Node' AND m.status IN {FAILING}
        )
    ) AS may_fold_since, (
        SELECT initcap(t.verdict) || ' (' || t.text || ')' FROM mirrors t JOIN reports r
            ON r.incident_id = i.id AND r.number = i.opened_number
        WHERE t.incident_id = i.id AND t.verdict IN ('passed', 'failed')
            AND t.requested_at >= r.received_at
        ORDER BY t.requested_at DESC, t.id DESC LIMIT 1
    ) AS tested, v.answer ->> 'cause' AS answer, v.model
    FROM incidents i LEFT JOIN incidents n ON ({IS_NODE}) LEFT JOIN LATERAL (
        SELECT answer, model FROM investigations
        WHERE incident_id = i.id AND state = 'answered' AND number >= i.opened_number
        ORDER BY created_at DESC, id DESC LIMIT 1
    ) v ON true
"""
INCIDENT = f"{STANDING} WHERE i.id = $1"
ROWS = "SELECT * FROM notifications WHERE incident_id = $1 FOR UPDATE"
ROW = "SELECT * FROM notifications WHERE id = $1"
LOCK_CHANNEL = "SELECT pg_advisory_xact_lock(hashtextextended('kure/notify/' || $1, 0))"
BUSY = """
    SELECT count(*) FROM notifications
    WHERE channel = $1 AND planned_at > $2 AND incident_id IS NOT NULL AND digest_id IS NULL
"""
# Joined as long as it has not been sent: what comes later is another storm's.
GATHERING = """
    SELECT id FROM notifications
    WHERE channel = $1 AND incident_id IS NULL AND told = 'nothing' AND planned_at > $2
    ORDER BY planned_at DESC LIMIT 1
"""
NEW_DIGEST = "INSERT INTO notifications (id, channel, planned_at) VALUES ($1, $2, $3)"
PLAN = """
    INSERT INTO notifications (id, channel, incident_id, digest_id, episode, planned_at)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (incident_id, channel) DO UPDATE SET digest_id = EXCLUDED.digest_id,
        episode = EXCLUDED.episode, planned_at = EXCLUDED.planned_at
    RETURNING id
"""
KNOWS = "UPDATE notifications SET told = $2, told_text = $3, told_at = $4 WHERE id = $1"
MEMBERS_UNDER_WAY = """
    SELECT count(*) FROM notifications
    WHERE digest_id = $1 AND told IN ('failing', 'acknowledged')
"""


@dataclass(frozen=True)
class Standing:
    """How an incident stands for a channel that `knew` so much of it; `row` is of STANDING."""

    row: Any
    channel: Channel
    knew: Told

    @property
    def told(self) -> Told:
        """What the channel is to know. Of what stands under a node's incident it is told by that
        one; whatever began before goes on."""
        row = self.row
        stands = standing(Status(row["status"]), acknowledged=row["acknowledged_by"] is not None)
        return self.knew if begins(self.knew, stands) and self._is_told_by_node else stands

    @property
    def text(self) -> str:
        """What a change of makes an edited message worth while."""
        row = self.row
        further = (row["folds"], row["tested"], row["answer"])
        return "|".join((row["severity"], row["summary"], *(str(one) for one in further if one)))

    @property
    def concerns(self) -> bool:
        """Whether the channel wants to know of such an incident."""
        row = self.row
        return concerns(self.channel, row["cluster"], row["namespace"], row["severity"])

    @property
    def _is_told_by_node(self) -> bool:
        row = self.row
        return row["node_id"] is not None and concerns(
            self.channel, row["cluster"], "_", row["node_severity"]
        )


def concerns(channel: Channel, cluster: str, namespace: str, severity: str) -> bool:
    """Whether the channel wants to know of what fails there, so severely."""
    return (
        STEPS.index(Severity(severity)) >= STEPS.index(channel.severity)
        and any(matches(pattern, namespace) for pattern in channel.namespaces)
        and any(matches(pattern, cluster) for pattern in channel.clusters)
    )


def quiet_until(channel: Channel, now: datetime) -> datetime | None:
    """When the channel may speak again; None where it may now."""
    return channel.quiet.hours().until(now) if channel.quiet else None


def due_kind(row: Any, stands: Standing) -> Kind | None:
    """The message that a channel is due for an incident, None for none."""
    channel = stands.channel
    sends = receiver(channel.kind, has_token=bool(channel.token)).sends
    changed = row["told_text"] != stands.text
    kind = next_kind(Told(row["told"]), stands.told, sends, is_changed=changed)
    if stands.told is Told.RESOLVED and not channel.resolved:
        return None
    return kind


@dataclass
class _Found:
    due: list[str] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)
    laters: list[datetime] = field(default_factory=list)


async def plan_incident(
    pool: Pool, incident_id: UUID, channels: Sequence[Channel], now: datetime
) -> Plan:
    """What each channel is due. May be asked as often as one likes: what is planned stays so."""
    found = _Found()
    async with transaction(pool) as connection:
        incident = await connection.fetchrow(INCIDENT, incident_id)
        if incident is None:
            return Plan()
        rows = {row["channel"]: row for row in await connection.fetch(ROWS, incident_id)}
        # In one order, as each may lock its channel.
        for channel in sorted(channels, key=lambda one: one.id):
            row = rows.get(channel.id)
            stands = Standing(incident, channel, Told(row["told"]) if row else Told.NOTHING)
            await _Planning(connection, stands, row, now).into(found)
    # What is new of one that became part of another is that one's news.
    others = (incident["node_id"], incident["merged_into"])
    nodes = [str(other) for other in others if other is not None]
    return Plan(
        due=found.due, digests=found.digests, nodes=nodes, later=min(found.laters, default=None)
    )


@dataclass(frozen=True)
class _Planning:
    """One channel and one incident; `row` is what the channel knows of it, if anything."""

    connection: Connection
    stands: Standing
    row: Any
    now: datetime

    @property
    def channel(self) -> Channel:
        return self.stands.channel

    async def into(self, found: _Found) -> None:
        """What needs no message is noted at once. Quiet hours put off the rest."""
        told = self.stands.knew
        quiet = quiet_until(self.channel, self.now)
        if begins(told, self.stands.told):
            if not self.stands.concerns:
                return
            later = quiet or self._explained_at()
            if later:
                found.laters.append(later)
            else:
                await self._begin(found)
        elif self.row is not None and told in UNDER_WAY:
            kind = due_kind(self.row, self.stands) if self.row["digest_id"] is None else None
            if kind:
                later = quiet or self._settles_at(kind)
                found.laters.append(later) if later else found.due.append(str(self.row["id"]))
            elif told is not self.stands.told or self.row["told_text"] != self.stands.text:
                await self._note(found)

    def _explained_at(self) -> datetime | None:
        """Until when to wait for a diagnosis that may blame a node; None for now."""
        since: datetime | None = self.stands.row["may_fold_since"]
        waits = since and self.stands.row["kind"] != "Node" and since + EXPLAINING > self.now
        return since + EXPLAINING if since and waits else None

    def _settles_at(self, kind: Kind) -> datetime | None:
        """When a node's message may be edited next; None for now."""
        settles: datetime = self.row["told_at"] + SETTLING
        waits = kind is Kind.CHANGED and self.stands.row["folds"] and settles > self.now
        return settles if waits else None

    async def _begin(self, found: _Found) -> None:
        """Plan it, unless that was done. A digest is woken by its first incident; it waits for the
        others by itself."""
        row, episode = self.row, self.stands.row["opened_number"]
        if row is not None and row["episode"] == episode and _is_waiting(row):
            digest, row_id, is_new = row["digest_id"], row["id"], True
        else:
            digest, is_new = await self._digest()
            row_id = await self.connection.fetchval(
                PLAN, new_id(), self.channel.id, self.stands.row["id"], digest, episode, self.now
            )
        if digest is None:
            found.due.append(str(row_id))
        elif is_new:
            found.digests.append(str(digest))

    async def _note(self, found: _Found) -> None:
        """Of a digest only its end is told, by whichever of its incidents is the last."""
        told, digest = self.stands.told, self.row["digest_id"]
        known = (self.row["id"], told.value, self.stands.text, self.now)
        await self.connection.execute(KNOWS, *known)
        if digest is not None and told not in UNDER_WAY:
            await self.connection.execute(LOCK_CHANNEL, self.channel.id)
            if not await self.connection.fetchval(MEMBERS_UNDER_WAY, digest):
                found.digests.append(str(digest))

    async def _digest(self) -> tuple[UUID | None, bool]:
        """The digest that it belongs into, None for none, and whether it is new."""
        await self.connection.execute(LOCK_CHANNEL, self.channel.id)
        if await self.connection.fetchval(BUSY, self.channel.id, self.now - MINUTE) < STORM:
            return None, False
        since = self.now - JOINING
        found = await self.connection.fetchval(GATHERING, self.channel.id, since)
        if found is not None:
            return found, False
        new = new_id()
        await self.connection.execute(NEW_DIGEST, new, self.channel.id, self.now)
        return new, True


def _is_waiting(row: Any) -> bool:
    """Whether it was planned and has not been told yet."""
    return row["told_at"] is None or bool(row["told_at"] < row["planned_at"])


async def plan_digest(pool: Pool, row_id: UUID, channels: Sequence[Channel], now: datetime) -> Plan:
    """A digest is sent a minute after its first incident, and once more when all are over."""
    row = await pool.fetchrow(ROW, row_id)
    channel = row and next((one for one in channels if one.id == row["channel"]), None)
    if row is None or channel is None:
        return Plan()
    if row["told"] == "nothing":
        later = max(row["planned_at"] + MINUTE, quiet_until(channel, now) or now)
        return Plan(later=later) if later > now else Plan(due=[str(row_id)])
    if row["told"] == "failing" and not await pool.fetchval(MEMBERS_UNDER_WAY, row_id):
        later = quiet_until(channel, now) or now
        return Plan(later=later) if later > now else Plan(due=[str(row_id)])
    return Plan()
