"""Reports: one transaction stores a report, its incident and the event that people see.

Lock order: the incident first, then its owner's, then its pods, then the event log's lock. A report
counts by the object's own times, not by when it arrives: a late "failed" that is older than a
"healthy" is kept for the record and changes nothing.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from asyncpg import DeadlockDetectedError

from kure.adapters.postgres.events import NewEvent, emit
from kure.adapters.postgres.merging import Moved, move
from kure.adapters.postgres.pool import Connection, Db, Pool, transaction
from kure.adapters.postgres.reach import EVERYTHING, Reach
from kure.adapters.postgres.rows import updated, workload_of
from kure.adapters.postgres.timeline import happened
from kure.contracts.reports import Accepted, ReportedFailure
from kure.domain.failures.model import FailureClass
from kure.domain.incidents import Status, status_after_failure
from kure.domain.owners import is_above
from kure.domain.workloads import Workload
from kure.errors import Conflict, DatabaseUnavailable
from kure.ids import new_id

ORDER = list(FailureClass)

SUBJECT = """
    SELECT incident_id, kind, name, node FROM failed_pods WHERE cluster = $1 AND uid = $2
"""

# DO UPDATE, not DO NOTHING: it locks the row and returns it, whoever made it.
OPEN = """
    INSERT INTO incidents (id, cluster, namespace, kind, name, status, severity,
                           first_seen, last_seen)
    VALUES ($1, $2, $3, $4, $5, 'open', 'high', $6, $6)
    ON CONFLICT (cluster, namespace, kind, name) DO UPDATE SET cluster = EXCLUDED.cluster
    RETURNING *
"""
LOCK = "SELECT * FROM incidents WHERE id = $1 FOR UPDATE"

INSERT_REPORT = """
    INSERT INTO reports (id, incident_id, number, cluster, subject_kind, subject_uid, container,
                         class, since, reason, message, received_at, traceparent)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
    ON CONFLICT DO NOTHING RETURNING number
"""
POD = "SELECT * FROM failed_pods WHERE cluster = $1 AND uid = $2 FOR UPDATE"

POD_FAILS = """
    INSERT INTO failed_pods (id, incident_id, cluster, kind, uid, namespace, name, node, template,
                             labels, state, failures, failing_since, first_seen, last_seen)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $13, 'failing', $10, $11, $12, $12)
    ON CONFLICT (cluster, uid) DO UPDATE SET
        state = 'failing', failures = EXCLUDED.failures,
        node = coalesce(nullif(EXCLUDED.node, ''), failed_pods.node), labels = EXCLUDED.labels,
        template = EXCLUDED.template, failing_since = EXCLUDED.failing_since,
        last_seen = EXCLUDED.last_seen
    RETURNING incident_id
"""
POD_ENDS = """
    UPDATE failed_pods SET state = $2, last_seen = $3,
        healthy_since = CASE WHEN $2 = 'healthy' THEN $4 ELSE healthy_since END
    WHERE id = $1
"""
CLASSES = """
    SELECT DISTINCT f ->> 'failure_class' AS class
    FROM failed_pods, jsonb_array_elements(failures) f
    WHERE incident_id = $1 AND state = 'failing'
"""
COUNT = """
    UPDATE incidents SET last_number = $2, last_seen = $3, version = version + 1 WHERE id = $1
"""
FAILS_AGAIN = """
    UPDATE incidents SET last_number = $2, last_seen = $3, version = version + 1, classes = $4,
        summary = CASE WHEN summary = '' OR $5 THEN $6 ELSE summary END,
        status = $7, opened_number = CASE WHEN $5 THEN $2 ELSE opened_number END,
        diagnosing = diagnosing OR $5,
        regressions = regressions + CASE WHEN $7 = 'regressed' AND $5 THEN 1 ELSE 0 END,
        resolved_at = NULL, resolution = NULL, merged_into = NULL,
        on_node = CASE WHEN status = 'resolved' THEN '' ELSE on_node END,
        acknowledged_by = CASE WHEN status = 'resolved' THEN NULL ELSE acknowledged_by END,
        acknowledged_at = CASE WHEN status = 'resolved' THEN NULL ELSE acknowledged_at END,
        ignored_by = CASE WHEN $7 = 'ignored' THEN ignored_by END,
        ignored_until = CASE WHEN $7 = 'ignored' THEN ignored_until END,
        ignored_until_number = CASE WHEN $7 = 'ignored' THEN ignored_until_number END
    WHERE id = $1
"""

# How often a report is stored anew because its subject went to another incident meanwhile.
TRIES = 5


@dataclass(frozen=True)
class Subject:
    """What was reported, as it is stored. `node` is '' for what belongs to none."""

    incident_id: UUID
    kind: str
    name: str
    node: str


@dataclass(frozen=True)
class FailingPod:
    """A report of a failing pod, or of another object (`kind`), redacted, with its cluster from the
    caller's token.

    `template` is the hash of the pod template that it was made from, '' where it has none.
    `traceparent` is the trace that the report belongs to, where traces are on.
    """

    workload: Workload
    uid: str
    namespace: str
    name: str
    failures: tuple[ReportedFailure, ...]
    node: str = ""
    template: str = ""
    text: str = field(default="")
    kind: str = "Pod"
    traceparent: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def since(self) -> datetime:
        return max(failure.since for failure in self.failures)


class _Elsewhere(Exception):
    """What is reported went to another incident while this one was waited for."""


@dataclass(frozen=True)
class _Place:
    """The incident that a report goes to, its row locked. `is_new` where nobody has seen it yet;
    `moved` where what was told of the subject has come to it from another one."""

    incident: Any
    is_new: bool
    moved: Moved | None = None

    @property
    def is_opened(self) -> bool:
        """Whether it begins here, and goes on with no other's history."""
        return self.is_new and not (self.moved and self.moved.is_whole)


async def receive_failed(
    pool: Pool, pod: FailingPod, now: datetime, reach: Reach = EVERYTHING
) -> Accepted:
    """Store a report of what fails; open or reopen its owner's incident.

    What was reported before stays with its first incident, whatever owner is claimed now; only
    where its owner was not known then does what was told of it move to the owner's.
    AccessDenied where it is beyond the reporter's reach, Conflict where the uid is another kind's.
    """
    return await _wherever_it_is(partial(_receive_failed, pool, pod, now, reach))


async def _wherever_it_is(work: Callable[[], Awaitable[Accepted]]) -> Accepted:
    """Do it anew where the subject went to another incident meanwhile, or where PostgreSQL ended
    one of two that waited for each other."""
    for _ in range(TRIES):
        try:
            return await work()
        except (_Elsewhere, DeadlockDetectedError):
            continue
    raise DatabaseUnavailable("What is reported moves between incidents; report it again.")


async def _receive_failed(pool: Pool, pod: FailingPod, now: datetime, reach: Reach) -> Accepted:
    async with transaction(pool) as connection:
        incident = await _incident_of(connection, pod, now)
        stored = await _stored(connection, incident, pod.workload.cluster, pod.uid)
        _check(pod, stored, reach)
        is_stale = stored is not None and _is_stale(stored, pod)
        place = _Place(incident, is_new=incident["last_number"] == 0)
        if stored is not None and not is_stale and is_above(pod.workload, workload_of(incident)):
            place = await _with_owner(connection, incident, stored, pod, now)
        incident_id: UUID = place.incident["id"]
        numbers = await _insert_reports(connection, place.incident, pod, now)
        if not numbers and place.moved is None:
            if stored is None:  # somebody else reported it first, of another owner
                raise _Elsewhere
            return Accepted(incident_id=str(incident_id), duplicate=True)
        if is_stale:
            await connection.execute(COUNT, incident_id, numbers[-1], incident["last_seen"])
            return Accepted(incident_id=str(incident_id))
        await _pod_fails(connection, incident_id, pod, now)
        event = await _incident_fails(connection, place, pod, numbers, now)
        await emit(connection, now, *(place.moved.events if place.moved else ()), event)
    return Accepted(incident_id=str(incident_id))


async def _incident_of(connection: Connection, pod: FailingPod, now: datetime) -> Any:
    known = await subject(connection, pod.workload.cluster, pod.uid)
    if known is not None:
        return await connection.fetchrow(LOCK, known.incident_id)
    return await _opened(connection, pod.workload, now)


async def _opened(connection: Connection, w: Workload, now: datetime) -> Any:
    return await connection.fetchrow(OPEN, new_id(), w.cluster, w.namespace, w.kind, w.name, now)


async def _stored(connection: Connection, incident: Any, cluster: str, uid: str) -> Any:
    """What is stored of the subject, locked. The incident is None where it was old, and was deleted
    while it was waited for."""
    stored = await connection.fetchrow(POD, cluster, uid)
    if incident is None or (stored is not None and stored["incident_id"] != incident["id"]):
        raise _Elsewhere
    return stored


async def _with_owner(
    connection: Connection, incident: Any, stored: Any, pod: FailingPod, now: datetime
) -> _Place:
    """The owner's incident, with what was told of the subject before the owner was known."""
    owners = await _opened(connection, pod.workload, now)
    moved = await move(connection, stored, incident, owners, now)
    now_there = await connection.fetchrow(LOCK, owners["id"])
    return _Place(now_there, owners["last_number"] == 0, moved)


def _check(pod: FailingPod, stored: Any, reach: Reach) -> None:
    reach.check(pod.node)
    if stored is None:
        return
    if stored["kind"] != pod.kind:
        raise Conflict(f"The uid {pod.uid!r} is that of a {stored['kind']}, not of a {pod.kind}.")
    # A pod that no node had taken belongs to the node that has taken it since.
    if stored["node"] or stored["kind"] != "Pod":
        reach.check(stored["node"])


async def _insert_reports(
    connection: Connection, incident: Any, pod: FailingPod, now: datetime
) -> list[int]:
    numbers: list[int] = []
    number = incident["last_number"]
    for failure in pod.failures:
        inserted = await connection.fetchval(
            INSERT_REPORT, new_id(), incident["id"], number + 1, pod.workload.cluster, pod.kind,
            pod.uid, failure.container, failure.failure_class.value, failure.since,
            failure.reason, failure.message, now, pod.traceparent,
        )  # fmt: skip
        if inserted is not None:
            number = inserted
            numbers.append(inserted)
    return numbers


def _is_stale(stored: Any, pod: FailingPod) -> bool:
    healthy_since = stored["healthy_since"]
    return bool(
        stored["state"] == "gone"
        or pod.since < stored["failing_since"]
        or (healthy_since is not None and pod.since <= healthy_since)
    )


async def _pod_fails(
    connection: Connection, incident_id: UUID, pod: FailingPod, now: datetime
) -> None:
    failures = [failure.model_dump(mode="json") for failure in pod.failures]
    holder = await connection.fetchval(
        POD_FAILS, new_id(), incident_id, pod.workload.cluster, pod.kind, pod.uid, pod.namespace,
        pod.name, pod.node, pod.template, failures, pod.since, now, dict(pod.labels),
    )  # fmt: skip
    if holder != incident_id:  # somebody else reported it first, of another owner
        raise _Elsewhere


async def _incident_fails(
    connection: Connection, place: _Place, pod: FailingPod, numbers: list[int], now: datetime
) -> NewEvent:
    incident = place.incident
    number = numbers[-1] if numbers else incident["last_number"]
    classes = [row["class"] for row in await connection.fetch(CLASSES, incident["id"])]
    status = status_after_failure(
        Status(incident["status"]),
        number,
        now,
        ignored_until=incident["ignored_until"],
        ignored_until_number=incident["ignored_until_number"],
    ).value
    reopened = place.is_opened or status != incident["status"]
    await connection.execute(
        FAILS_AGAIN, incident["id"], number, now, sorted(classes, key=ORDER.index), reopened,
        pod.text, status,
    )  # fmt: skip
    if reopened:
        what = "opened" if place.is_opened else status if status == "regressed" else "reopened"
        await happened(connection, incident["id"], now, what, None, pod.text)
    topic = "incident.created" if place.is_new else "incident.updated"
    return await updated(connection, incident["id"], topic)


async def receive_ended(
    pool: Pool,
    cluster: str,
    uid: str,
    state: str,
    since: datetime | None,
    now: datetime,
    reach: Reach = EVERYTHING,
) -> Accepted:
    """Store that a subject is `healthy` again or `gone`. What was never reported changes nothing.

    Where the object has no time of its own for it (a pod that vanished unseen), `since` is now.
    AccessDenied where it is beyond the reporter's reach.
    """
    work = partial(_receive_ended, pool, cluster, uid, state, since, now, reach)
    return await _wherever_it_is(work)


async def _receive_ended(
    pool: Pool,
    cluster: str,
    uid: str,
    state: str,
    since: datetime | None,
    now: datetime,
    reach: Reach,
) -> Accepted:
    async with transaction(pool) as connection:
        known = await subject(connection, cluster, uid)
        if known is None:
            return Accepted(incident_id=None)
        incident_id = known.incident_id
        incident = await connection.fetchrow(LOCK, incident_id)
        pod = await _stored(connection, incident, cluster, uid)
        reach.check(pod["node"])
        if pod["state"] in ("gone", state) and pod["state"] != "failing":
            return Accepted(incident_id=str(incident_id), duplicate=True)
        moment = since or now
        number = await connection.fetchval(
            INSERT_REPORT, new_id(), incident_id, incident["last_number"] + 1, cluster, known.kind,
            uid, "", state, moment, "", "", now, None,
        )  # fmt: skip
        if number is None:
            return Accepted(incident_id=str(incident_id), duplicate=True)
        if moment < pod["failing_since"]:
            await connection.execute(COUNT, incident_id, number, incident["last_seen"])
            return Accepted(incident_id=str(incident_id))
        await connection.execute(POD_ENDS, pod["id"], state, now, moment)
        await connection.execute(COUNT, incident_id, number, now)
        await emit(connection, now, await updated(connection, incident_id))
    return Accepted(incident_id=str(incident_id))


OPEN_PODS = """
    SELECT kind, uid, name, namespace, failures FROM failed_pods
    WHERE cluster = $1 AND state = 'failing' AND ($2::text IS NULL OR node = $2) ORDER BY id
"""


async def open_pods(pool: Pool, cluster: str, node: str | None = None) -> list[dict[str, Any]]:
    """What is held to be failing in a cluster, on one node of it, or ('') on none."""
    return [dict(row) for row in await pool.fetch(OPEN_PODS, cluster, node)]


async def subject(db: Db, cluster: str, uid: str) -> Subject | None:
    """What was reported of an object; None where nothing ever was."""
    row = await db.fetchrow(SUBJECT, cluster, uid)
    return Subject(**dict(row)) if row is not None else None
