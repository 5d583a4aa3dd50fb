"""The list and the page of incidents: filters in, messages out."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from kure.adapters.postgres import runs
from kure.adapters.postgres.events import bounds
from kure.adapters.postgres.pool import Connection, Db, Pool, transaction
from kure.adapters.postgres.rows import ROW, incident_row, read_row
from kure.contracts.incidents import DiagnosisView, IncidentDetail, IncidentRow, PodRow
from kure.errors import InvalidInput

# Attention: what needs somebody comes first, then what was seen last. An index has this expression.
ATTENTION = """CASE
    WHEN i.status = 'regressed' THEN 5
    WHEN i.status = 'open' AND i.severity = 'critical' THEN 4
    WHEN i.status = 'open' AND i.diagnosing THEN 3
    WHEN i.status = 'open' THEN 2
    WHEN i.status = 'ignored' THEN 1
    ELSE 0 END"""
SORTS = {"attention": ATTENTION, "last_seen": "0::int", "first_seen": "0::int"}
MOMENTS = {"attention": "i.last_seen", "last_seen": "i.last_seen", "first_seen": "i.first_seen"}

COUNTS = "SELECT i.status, count(*) AS n FROM incidents i {where} GROUP BY i.status"
STATUSES = ("open", "regressed", "ignored", "resolved")


@dataclass(frozen=True)
class Filter:
    """Which incidents. Each field narrows; a tuple means any of its values."""

    status: tuple[str, ...] = ()
    cluster: tuple[str, ...] = ()
    namespace: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    workload: tuple[str, ...] = ()
    failure_class: tuple[str, ...] = ()
    severity: tuple[str, ...] = ()
    since: datetime | None = None
    text: str = ""


@dataclass
class _Where:
    """Conditions and their arguments, numbered as they come."""

    args: list[Any] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)

    def add(self, condition: str, *values: Any) -> None:
        marks = []
        for value in values:
            self.args.append(value)
            marks.append(f"${len(self.args)}")
        self.conditions.append(condition.format(*marks))

    def __str__(self) -> str:
        return "WHERE " + " AND ".join(self.conditions) if self.conditions else ""


async def by_status(db: Db) -> dict[str, int]:
    """How many incidents there are of each status."""
    found = {row["status"]: row["n"] for row in await db.fetch(COUNTS.format(where=""))}
    return {status: found.get(status, 0) for status in STATUSES}


def _where(wanted: Filter, *, with_status: bool) -> _Where:
    where = _Where()
    if with_status and wanted.status:
        where.add("i.status = ANY({0})", list(wanted.status))
    columns: Mapping[str, Sequence[str]] = {
        "i.cluster": wanted.cluster,
        "i.namespace": wanted.namespace,
        "i.kind": wanted.kind,
        "i.name": wanted.workload,
        "i.severity": wanted.severity,
    }
    for column, values in columns.items():
        if values:
            where.add(column + " = ANY({0})", list(values))
    if wanted.failure_class:
        where.add("i.classes && {0}", list(wanted.failure_class))
    if wanted.since:
        where.add("i.last_seen >= {0}", wanted.since)
    if wanted.text:
        where.add("strpos(i.searched, lower({0})) > 0", wanted.text)
    return where


@dataclass(frozen=True)
class Listed:
    """One page of the list, read at one moment."""

    items: list[IncidentRow]
    next: str | None
    total: int
    counts: dict[str, int]
    as_of_seq: int


async def list_incidents(pool: Pool, wanted: Filter, sort: str, limit: int, after: str) -> Listed:
    """A page of incidents. InvalidInput for a cursor that this list never gave.

    The cursor is the sort key of the last row, so pages stay right while rows arrive.
    """
    async with transaction(pool) as connection:
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        _, seq = await bounds(connection)
        counts = await _counts(connection, wanted)
        items, next_ = await _page(connection, wanted, sort, limit, after)
    chosen = wanted.status or STATUSES
    return Listed(items, next_, sum(counts[s] for s in chosen if s in counts), counts, seq)


async def _counts(connection: Connection, wanted: Filter) -> dict[str, int]:
    where = _where(wanted, with_status=False)
    found = await connection.fetch(COUNTS.format(where=where), *where.args)
    by_status = {row["status"]: row["n"] for row in found}
    counts = {status: by_status.get(status, 0) for status in STATUSES}
    counts["attention"] = counts["open"] + counts["regressed"]
    counts["all"] = sum(counts[status] for status in STATUSES)
    return counts


async def _page(
    connection: Connection, wanted: Filter, sort: str, limit: int, after: str
) -> tuple[list[IncidentRow], str | None]:
    where = _where(wanted, with_status=True)
    rank, moment = SORTS[sort], MOMENTS[sort]
    if after:
        where.add(f"({rank}, {moment}, i.id) < ({{0}}, {{1}}, {{2}})", *_cursor(after))
    sql = (
        ROW.replace("SELECT i.*", f"SELECT i.*, {rank} AS rank, {moment} AS moment")
        + f" {where} ORDER BY {rank} DESC, {moment} DESC, i.id DESC LIMIT {limit + 1}"
    )
    rows = await connection.fetch(sql, *where.args)
    page = rows[:limit]
    more = len(rows) > limit
    return [incident_row(row) for row in page], _as_cursor(page[-1]) if more else None


def _as_cursor(row: Any) -> str:
    key = [row["rank"], row["moment"].isoformat(), str(row["id"])]
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def _cursor(after: str) -> tuple[int, datetime, UUID]:
    try:
        rank, moment, id_ = json.loads(base64.urlsafe_b64decode(after.encode()))
        return int(rank), datetime.fromisoformat(moment), UUID(id_)
    except (ValueError, TypeError, binascii.Error) as error:
        raise InvalidInput(
            "The page cannot be continued from there; ask for the list again without `after`.",
            (("after", "is not a cursor that this list gave"),),
        ) from error


PODS = """
    SELECT kind, uid, name, node, state, failures, first_seen, last_seen FROM failed_pods
    WHERE incident_id = $1 ORDER BY state, last_seen DESC LIMIT 200
"""
DIAGNOSIS = """
    SELECT id, number, source, causes, unavailable, evidence_ids, created_at FROM diagnoses
    WHERE incident_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1
"""
TIMELINE = """
    SELECT * FROM (
        SELECT id, at, what, by, text FROM timeline WHERE incident_id = $1
        ORDER BY at DESC, id DESC LIMIT 100
    ) newest ORDER BY at, id
"""


async def read_incident(pool: Pool, incident_id: UUID) -> IncidentDetail:
    """All that the incident's page needs but the evidence, as of one moment."""
    async with transaction(pool) as connection:
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = await read_row(connection, incident_id)
        _, seq = await bounds(connection)
        pods = await connection.fetch(PODS, incident_id)
        timeline = await connection.fetch(TIMELINE, incident_id)
        return IncidentDetail.model_validate(
            row.model_dump()
            | {
                "pods": [PodRow.model_validate(dict(pod)) for pod in pods],
                "diagnosis": await _diagnosis(connection, incident_id),
                "run": await runs.newest_of(connection, incident_id),
                "timeline": [dict(entry) for entry in timeline],
                "as_of_seq": seq,
            }
        )


async def _diagnosis(db: Db, incident_id: UUID) -> DiagnosisView | None:
    row = await db.fetchrow(DIAGNOSIS, incident_id)
    if row is None:
        return None
    ids = [str(id_) for id_ in row["evidence_ids"]]
    return DiagnosisView.model_validate(dict(row) | {"id": str(row["id"]), "evidence_ids": ids})
