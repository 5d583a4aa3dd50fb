"""Reports: one transaction stores a report, its incident and the event that people see.

Lock order: the incident first, then its pods, then the event log's lock. A report counts by the
object's own times, not by when it arrives: a late "failed" that is older than a "healthy" is kept
for the record and changes nothing.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from kure.adapters.postgres.events import NewEvent, emit
from kure.adapters.postgres.pool import Connection, Db, Pool, transaction
from kure.adapters.postgres.reach import EVERYTHING, Reach
from kure.adapters.postgres.rows import updated
from kure.contracts.reports import Accepted, ReportedFailure
from kure.domain.failures.model import FailureClass
from kure.domain.incidents import Status, status_after_failure
from kure.domain.workloads import Workload
from kure.errors import Conflict
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
                         class, since, reason, message, received_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    ON CONFLICT DO NOTHING RETURNING number
"""
POD = "SELECT * FROM failed_pods WHERE cluster = $1 AND uid = $2 FOR UPDATE"

POD_FAILS = """
    INSERT INTO failed_pods (id, incident_id, cluster, kind, uid, namespace, name, node, template,
                             state, failures, failing_since, first_seen, last_seen)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'failing', $10, $11, $12, $12)
    ON CONFLICT (cluster, uid) DO UPDATE SET
        state = 'failing', failures = EXCLUDED.failures,
        node = coalesce(nullif(EXCLUDED.node, ''), failed_pods.node),
        template = EXCLUDED.template, failing_since = EXCLUDED.failing_since,
        last_seen = EXCLUDED.last_seen
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
        resolved_at = NULL, resolution = NULL,
        acknowledged_by = CASE WHEN status = 'resolved' THEN NULL ELSE acknowledged_by END,
        acknowledged_at = CASE WHEN status = 'resolved' THEN NULL ELSE acknowledged_at END,
        ignored_by = CASE WHEN $7 = 'ignored' THEN ignored_by END,
        ignored_until = CASE WHEN $7 = 'ignored' THEN ignored_until END,
        ignored_until_number = CASE WHEN $7 = 'ignored' THEN ignored_until_number END
    WHERE id = $1
"""
HAPPENED = """
    INSERT INTO timeline (id, incident_id, at, what, by, text) VALUES ($1, $2, $3, $4, $5, $6)
"""


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

    @property
    def since(self) -> datetime:
        return max(failure.since for failure in self.failures)


async def happened(
    connection: Connection, incident_id: UUID, now: datetime, what: str, by: str | None, text: str
) -> None:
    """Write a line of an incident's timeline."""
    await connection.execute(HAPPENED, new_id(), incident_id, now, what, by, text)


async def receive_failed(
    pool: Pool, pod: FailingPod, now: datetime, reach: Reach = EVERYTHING
) -> Accepted:
    """Store a report of what fails; open or reopen its owner's incident.

    What was reported before stays with its first incident, whatever owner is claimed now.
    AccessDenied where it is beyond the reporter's reach, Conflict where the uid is another kind's.
    """
    async with transaction(pool) as connection:
        incident = await _incident_of(connection, pod, now)
        stored = await connection.fetchrow(POD, pod.workload.cluster, pod.uid)
        _check(pod, stored, reach)
        incident_id: UUID = incident["id"]
        numbers = await _insert_reports(connection, incident, pod, now)
        if not numbers:
            return Accepted(incident_id=str(incident_id), duplicate=True)
        if stored is not None and _is_stale(stored, pod):
            await connection.execute(COUNT, incident_id, numbers[-1], incident["last_seen"])
            return Accepted(incident_id=str(incident_id))
        await _pod_fails(connection, incident_id, pod, now)
        await emit(connection, now, await _incident_fails(connection, incident, pod, numbers, now))
    return Accepted(incident_id=str(incident_id))


async def _incident_of(connection: Connection, pod: FailingPod, now: datetime) -> Any:
    known = await subject(connection, pod.workload.cluster, pod.uid)
    if known is not None:
        return await connection.fetchrow(LOCK, known.incident_id)
    w = pod.workload
    return await connection.fetchrow(OPEN, new_id(), w.cluster, w.namespace, w.kind, w.name, now)


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
            failure.reason, failure.message, now,
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
    await connection.execute(
        POD_FAILS, new_id(), incident_id, pod.workload.cluster, pod.kind, pod.uid, pod.namespace,
        pod.name, pod.node, pod.template, failures, pod.since, now,
    )  # fmt: skip


async def _incident_fails(
    connection: Connection, incident: Any, pod: FailingPod, numbers: list[int], now: datetime
) -> NewEvent:
    classes = [row["class"] for row in await connection.fetch(CLASSES, incident["id"])]
    status = status_after_failure(
        Status(incident["status"]),
        numbers[-1],
        now,
        ignored_until=incident["ignored_until"],
        ignored_until_number=incident["ignored_until_number"],
    ).value
    new = incident["last_number"] == 0
    reopened = new or status != incident["status"]
    await connection.execute(
        FAILS_AGAIN, incident["id"], numbers[-1], now, sorted(classes, key=ORDER.index), reopened,
        pod.text, status,
    )  # fmt: skip
    if reopened:
        what = "opened" if new else status if status == "regressed" else "reopened"
        await happened(connection, incident["id"], now, what, None, pod.text)
    topic = "incident.created" if new else "incident.updated"
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
    async with transaction(pool) as connection:
        known = await subject(connection, cluster, uid)
        if known is None:
            return Accepted(incident_id=None)
        incident_id = known.incident_id
        incident = await connection.fetchrow(LOCK, incident_id)
        pod = await connection.fetchrow(POD, cluster, uid)
        reach.check(pod["node"])
        if pod["state"] in ("gone", state) and pod["state"] != "failing":
            return Accepted(incident_id=str(incident_id), duplicate=True)
        moment = since or now
        number = await connection.fetchval(
            INSERT_REPORT, new_id(), incident_id, incident["last_number"] + 1, cluster, known.kind,
            uid, "", state, moment, "", "", now,
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
