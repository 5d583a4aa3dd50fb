"""The findings of security scans: the list, one of them, and what people say of it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from kure.adapters.postgres.audit import write
from kure.adapters.postgres.cursors import as_cursor, key_of
from kure.adapters.postgres.events import NewEvent, bounds, emit
from kure.adapters.postgres.incidents import literally
from kure.adapters.postgres.pool import Connection, Db, Pool, transaction
from kure.adapters.postgres.security.rules import STATUS
from kure.adapters.postgres.where import Where
from kure.contracts.security import DismissBody, FindingRow, WorkloadFindings
from kure.domain.access.scopes import EVERYWHERE, Scopes
from kure.domain.security.catalogue import CATALOGUE
from kure.domain.security.model import Severity
from kure.errors import Conflict, NotFound

STATUSES = ("open", "dismissed", "excluded", "fixed")
RANK = "array_position(ARRAY['critical', 'high', 'medium', 'low'], s.severity)"
# $1 is the moment at which it is asked.
FROM = f"FROM (SELECT i.*, {STATUS.format(now='$1')} AS status FROM security_issues i) s"
LOCK = "SELECT version FROM security_issues WHERE id = $1 FOR UPDATE"
DISMISS = """
    UPDATE security_issues SET dismissed_by = $2, dismissed_at = $3, dismissed_until = $4,
        dismiss_reason = $5, version = version + 1
    WHERE id = $1
"""
RESTORE = """
    UPDATE security_issues SET dismissed_by = NULL, dismissed_at = NULL, dismissed_until = NULL,
        dismiss_reason = '', version = version + 1
    WHERE id = $1
"""
COUNTS = """
    SELECT kind, namespace, cluster, name, count(*)::int AS total, min({rank}) AS rank,
        {counts}
    {source} {where} GROUP BY cluster, namespace, kind, name
"""
BY_SEVERITY = ", ".join(
    f"(count(*) FILTER (WHERE s.severity = '{each.value}'))::int AS {each.value}"
    for each in Severity
)


@dataclass(frozen=True)
class Filter:
    """Which findings, of those that may be seen. Each field narrows; a tuple means any of its
    values. `opened_in` and `fixed_in` are scans: what each has brought."""

    status: tuple[str, ...] = ()
    severity: tuple[str, ...] = ()
    check: tuple[str, ...] = ()
    cluster: tuple[str, ...] = ()
    namespace: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    text: str = ""
    opened_in: UUID | None = None
    fixed_in: UUID | None = None
    scopes: Scopes = EVERYWHERE


def _where(wanted: Filter, now: datetime, *, with_status: bool = True) -> Where:
    where = Where(args=[now])
    where.within(wanted.scopes, "s.cluster", "s.namespace")
    columns = {
        "s.severity": wanted.severity,
        "s.check_id": wanted.check,
        "s.cluster": wanted.cluster,
        "s.namespace": wanted.namespace,
        "s.kind": wanted.kind,
        "s.name": wanted.name,
        "s.status": wanted.status if with_status else (),
    }
    for column, values in columns.items():
        if values:
            where.add(column + " = ANY({0})", list(values))
    if wanted.text:
        searched = "lower(concat_ws(' ', s.namespace, s.kind, s.name, s.check_id, s.message))"
        where.add(searched + " LIKE '%' || lower({0}) || '%'", literally(wanted.text))
    if wanted.opened_in:
        where.add("s.opened_scan = {0}", wanted.opened_in)
    if wanted.fixed_in:
        where.add("s.fixed_scan = {0}", wanted.fixed_in)
    if not where.conditions:
        where.conditions.append("$1::timestamptz IS NOT NULL")  # it is named in any case
    return where


@dataclass(frozen=True)
class Listed:
    """One page of the list, read at one moment."""

    items: list[FindingRow]
    next: str | None
    total: int
    counts: dict[str, int]
    by_severity: dict[str, int]
    as_of_seq: int


async def page(pool: Pool, wanted: Filter, limit: int, after: str, now: datetime) -> Listed:
    """Findings, the worst first, then what was found last. InvalidInput for a cursor that this list
    never gave."""
    async with transaction(pool) as connection:
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        _, seq = await bounds(connection)
        by_status = await _counted(connection, _where(wanted, now, with_status=False), "status")
        by_severity = await _counted(connection, _where(wanted, now), "severity")
        where = _where(wanted, now)
        if after:
            marks = f"({RANK}, -extract(epoch FROM s.opened_at), s.id) > ({{0}}, {{1}}, {{2}})"
            where.add(marks, *key_of(after, _cursor))
        sql = f"""
            SELECT s.*, {RANK} AS rank, -extract(epoch FROM s.opened_at) AS moment {FROM} {where}
            ORDER BY rank, moment, s.id LIMIT {limit + 1}
        """
        rows = await connection.fetch(sql, *where.args)
    next_ = None
    if len(rows) > limit:
        last = rows[limit - 1]
        next_ = as_cursor(last["rank"], str(last["moment"]), str(last["id"]))
    return Listed(
        items=[_row(row) for row in rows[:limit]],
        next=next_,
        total=sum(by_severity.values()),
        counts={status: by_status.get(status, 0) for status in STATUSES},
        by_severity={each.value: by_severity.get(each.value, 0) for each in Severity},
        as_of_seq=seq,
    )


async def _counted(connection: Connection, where: Where, column: str) -> dict[str, int]:
    sql = f"SELECT s.{column} AS value, count(*) AS n {FROM} {where} GROUP BY 1"
    return {row["value"]: row["n"] for row in await connection.fetch(sql, *where.args)}


async def by_workload(
    pool: Pool, wanted: Filter, limit: int, after: str, now: datetime
) -> tuple[list[WorkloadFindings], str | None, int]:
    """The objects that have findings, the worst first, where the next page begins, and the newest
    event."""
    where = _where(wanted, now)
    grouped = COUNTS.format(rank=RANK, counts=BY_SEVERITY, source=FROM, where=where)
    key = "(rank, -total, cluster, namespace, kind, name)"
    beyond = Where(args=where.args)
    if after:
        beyond.add(f"{key} > ({{0}}, {{1}}, {{2}}, {{3}}, {{4}}, {{5}})", *key_of(after, _group))
    sql = f"""
        SELECT * FROM ({grouped}) g {beyond}
        ORDER BY rank, -total, cluster, namespace, kind, name LIMIT {limit + 1}
    """
    async with transaction(pool) as connection:
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        _, seq = await bounds(connection)
        rows = await connection.fetch(sql, *beyond.args)
    found = [_workload(row) for row in rows[:limit]]
    if len(rows) <= limit:
        return found, None, seq
    last = rows[limit - 1]
    names = (last[name] for name in ("cluster", "namespace", "kind", "name"))
    return found, as_cursor(last["rank"], -last["total"], *names), seq


async def read(db: Db, finding_id: UUID, now: datetime, scopes: Scopes = EVERYWHERE) -> FindingRow:
    """NotFound where there is no such finding within the scopes."""
    where = Where(args=[now])
    where.add("s.id = {0}", finding_id)
    where.within(scopes, "s.cluster", "s.namespace")
    row = await db.fetchrow(f"SELECT s.* {FROM} {where}", *where.args)
    if row is None:
        raise NotFound(f"There is no finding {finding_id}.")
    return _row(row)


async def dismiss(
    pool: Pool, finding_id: UUID, asked: DismissBody, by: str, now: datetime
) -> FindingRow:
    """Put a finding aside, until a moment or for ever; a second time changes why and until when. No
    scan changes that. Conflict for a stale version."""
    async with transaction(pool) as connection:
        await _lock(connection, finding_id, asked.version)
        await connection.execute(DISMISS, finding_id, by, now, asked.expires_at, asked.reason)
        detail = asked.model_dump(mode="json", exclude={"version"}, exclude_none=True)
        return await _changed(connection, finding_id, "finding.dismiss", detail, by, now)


async def restore(
    pool: Pool, finding_id: UUID, version: int | None, by: str, now: datetime
) -> FindingRow:
    """Take a dismissal back. Conflict for a stale version."""
    async with transaction(pool) as connection:
        await _lock(connection, finding_id, version)
        await connection.execute(RESTORE, finding_id)
        return await _changed(connection, finding_id, "finding.restore", {}, by, now)


async def _lock(connection: Connection, finding_id: UUID, version: int | None) -> None:
    found = await connection.fetchval(LOCK, finding_id)
    if found is None:
        raise NotFound(f"There is no finding {finding_id}.")
    if version is not None and version != found:
        raise Conflict(
            f"The finding has changed meanwhile: it is at version {found}, you saw {version}. Look "
            "at it again, then decide."
        )


async def _changed(
    connection: Connection,
    finding_id: UUID,
    action: str,
    detail: dict[str, Any],
    by: str,
    now: datetime,
) -> FindingRow:
    row = await read(connection, finding_id, now)
    await write(connection, now, by, action, f"finding/{finding_id}", "done", detail)
    payload = {"id": row.id, "version": row.version, "status": row.status}
    event = NewEvent(
        "finding.updated", "finding", row.id, row.version, payload,
        cluster=row.cluster, namespace=row.namespace,
    )  # fmt: skip
    await emit(connection, now, event)
    return row


def _row(found: Any) -> FindingRow:
    check = CATALOGUE.get(found["check_id"])
    shown = {
        "id": str(found["id"]),
        "check": found["check_id"],
        "title": check.title if check else found["check_id"],
    }
    return FindingRow.model_validate(dict(found) | shown)


def _workload(found: Any) -> WorkloadFindings:
    by_severity = {each.value: found[each.value] for each in Severity}
    worst = next(each for each in Severity if by_severity[each.value])
    return WorkloadFindings.model_validate(
        dict(found) | {"by_severity": by_severity, "worst": worst}
    )


def _cursor(rank: int, moment: str, id_: str) -> tuple[int, Any, UUID]:
    try:
        at = Decimal(moment)
    except InvalidOperation as error:
        raise ValueError(moment) from error
    return int(rank), at, UUID(id_)


def _group(rank: int, total: int, *names: str) -> tuple[int | str, ...]:
    cluster, namespace, kind, name = (str(each) for each in names)
    return int(rank), int(total), cluster, namespace, kind, name
