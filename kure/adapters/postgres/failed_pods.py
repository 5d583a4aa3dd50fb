"""Failed pods as a list of their own: what clients of Kure Monitor ask for."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from kure.adapters.postgres.cursors import as_cursor, key_of
from kure.adapters.postgres.diagnoses import told
from kure.adapters.postgres.events import bounds
from kure.adapters.postgres.pool import Pool, transaction
from kure.adapters.postgres.where import Where
from kure.contracts.pods import FailedPod
from kure.domain.access.scopes import Scopes

Which = Literal["failed", "history", "ignored"]

STATUSES = {"failed": ["open", "regressed"], "history": ["resolved"], "ignored": ["ignored"]}
OF = """
    FROM failed_pods p JOIN incidents i ON i.id = p.incident_id
    LEFT JOIN LATERAL (
        SELECT causes FROM diagnoses d WHERE d.incident_id = i.id
        ORDER BY created_at DESC, id DESC LIMIT 1
    ) newest ON true
"""
ROWS = f"""
    SELECT p.*, i.status AS incident_status, i.acknowledged_by, i.resolved_at, newest.causes {OF}
"""


async def page(
    pool: Pool, which: Which, scopes: Scopes, limit: int, after: str
) -> tuple[list[FailedPod], str | None, int]:
    """Pods, those that failed last first; where the next page begins; and the number of the last
    event that they include. InvalidInput for a cursor that this list never gave."""
    where = Where()
    where.within(scopes, "i.cluster", "i.namespace")
    where.add("i.status = ANY({0})", STATUSES[which])
    if which == "failed":
        where.add("p.state = 'failing'")
    if after:
        where.add("(p.last_seen, p.id) < ({0}, {1})", *key_of(after, _cursor))
    sql = f"{ROWS} {where} ORDER BY p.last_seen DESC, p.id DESC LIMIT {limit + 1}"
    async with transaction(pool) as connection:
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        _, seq = await bounds(connection)
        rows = await connection.fetch(sql, *where.args)
    shown, more = rows[:limit], len(rows) > limit
    last = shown[-1] if more else None
    next_ = as_cursor(last["last_seen"].isoformat(), str(last["id"])) if last else None
    return [_pod(row) for row in shown], next_, seq


def _cursor(moment: str, id_: str) -> tuple[datetime, UUID]:
    return datetime.fromisoformat(moment), UUID(id_)


def _pod(row: Any) -> FailedPod:
    failures = row["failures"]
    newest = failures[0] if failures else {}
    return FailedPod(
        id=str(row["id"]),
        incident_id=str(row["incident_id"]),
        cluster=row["cluster"],
        namespace=row["namespace"],
        name=row["name"],
        kind=row["kind"],
        uid=row["uid"],
        node_name=row["node"],
        reason=newest.get("failure_class", ""),
        message=newest.get("message", ""),
        solution=told(row["causes"] or []),
        status=_status(row),
        timestamp=row["last_seen"],
        first_seen=row["first_seen"],
        resolved_at=row["resolved_at"],
    )


def _status(row: Any) -> Literal["new", "investigating", "resolved", "ignored"]:
    if row["incident_status"] == "resolved":
        return "resolved"
    if row["incident_status"] == "ignored":
        return "ignored"
    return "investigating" if row["acknowledged_by"] else "new"
