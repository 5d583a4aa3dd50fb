"""What the checks of a scan found becomes the findings of its cluster, in one transaction.

A finding is closed only where the scan could have seen it: its check was evaluated for the kind
that it was seen on, in its namespace, with every list that the check had when it saw it last.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from kure.adapters.postgres import runs
from kure.adapters.postgres.pool import Connection, Pool, transaction
from kure.adapters.postgres.security.rules import OPEN
from kure.adapters.postgres.security.scans import clear, tell
from kure.contracts.security import NotEvaluatedRow
from kure.domain.security.catalogue import CATALOGUE
from kure.domain.security.model import Finding, Severity
from kure.domain.security.score import score
from kure.ids import new_id

SHARD = 1000
OF_NO_NAMESPACE = "_"

# Much at once, once a scan: longer than any other statement may take.
SECONDS = 60

KEEP = """
    INSERT INTO scan_found (scan_id, shard, findings) VALUES ($1, $2, $3)
    ON CONFLICT (scan_id, shard) DO UPDATE SET findings = EXCLUDED.findings
"""
DROP_AFTER = "DELETE FROM scan_found WHERE scan_id = $1 AND shard >= $2"
EVALUATED = """
    UPDATE scans SET not_evaluated = $2, unread = $3, examined = $4
    WHERE id = $1 AND state = 'running'
"""


def as_rows(
    findings: Sequence[Finding], missing: Mapping[str, Sequence[str]]
) -> list[dict[str, Any]]:
    """Findings as they are stored. `missing` are the lists that a check had to do without."""
    return [
        {
            "id": str(new_id()),
            "check_id": each.check.id,
            "kind": each.kind,
            "namespace": each.namespace or OF_NO_NAMESPACE,
            "name": _storable(each.name),
            "path": _storable(each.path),
            "severity": each.severity.value,
            "api_version": each.api_version,
            "message": _storable(each.message),
            "container": _storable(each.container),
            "value": _storable(each.value),
            "fixable": bool(each.changes),
            "managed_by": each.managed_by,
            "seen_on": each.seen_on,
            "looked_kind": each.seen_on.partition("/")[0] or each.kind,
            "missing": list(missing.get(each.check.id, ())),
        }
        for each in findings
    ]


def _storable(value: Any) -> Any:
    """Without what PostgreSQL has no room for: NUL, and halves of surrogate pairs."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_storable(key): _storable(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_storable(each) for each in value]
    return value


async def keep(pool: Pool, scan_id: UUID, shard: int, rows: list[dict[str, Any]]) -> None:
    """Store a shard; the same one again takes its place."""
    async with transaction(pool) as connection:
        await connection.execute(KEEP, scan_id, shard, rows)


async def kept_all(
    pool: Pool,
    scan_id: UUID,
    shards: int,
    not_evaluated: Iterable[NotEvaluatedRow],
    unread: dict[str, str],
    examined: dict[str, int],
) -> None:
    """There are so many shards and no more; and what could not be evaluated."""
    listed = [each.model_dump() for each in not_evaluated]
    async with transaction(pool) as connection:
        await connection.execute(DROP_AFTER, scan_id, shards)
        await connection.execute(EVALUATED, scan_id, listed, unread, examined)


COLUMNS = (
    "check_id, kind, namespace, name, path, severity, api_version, message, container, value, "
    "fixable, managed_by, seen_on, looked_kind, missing"
)
UPSERT = f"""
    WITH found AS (
        SELECT DISTINCT ON (f.check_id, f.kind, f.namespace, f.name, f.path) f.*
        FROM scan_found s, jsonb_to_recordset(s.findings) AS f (
            id uuid, check_id text, kind text, namespace text, name text, path text, severity text,
            api_version text, message text, container text, value jsonb, fixable boolean,
            managed_by text, seen_on text, looked_kind text, missing text[])
        WHERE s.scan_id = $1
        ORDER BY f.check_id, f.kind, f.namespace, f.name, f.path
    )
    INSERT INTO security_issues AS i (id, cluster, {COLUMNS}, first_seen, opened_at, last_seen,
                                      last_scan, opened_scan)
    SELECT id, $2, {COLUMNS}, $3, $3, $3, $1, $1 FROM found
    ON CONFLICT (cluster, check_id, kind, namespace, name, path) DO UPDATE SET
        severity = EXCLUDED.severity, api_version = EXCLUDED.api_version,
        message = EXCLUDED.message, container = EXCLUDED.container, value = EXCLUDED.value,
        fixable = EXCLUDED.fixable, managed_by = EXCLUDED.managed_by, seen_on = EXCLUDED.seen_on,
        looked_kind = EXCLUDED.looked_kind, missing = EXCLUDED.missing,
        last_seen = EXCLUDED.last_seen, last_scan = EXCLUDED.last_scan, state = 'open',
        opened_at = CASE i.state WHEN 'fixed' THEN EXCLUDED.opened_at ELSE i.opened_at END,
        opened_scan = CASE i.state WHEN 'fixed' THEN EXCLUDED.opened_scan ELSE i.opened_scan END,
        fixed_at = NULL, fixed_scan = NULL,
        version = i.version + CASE WHEN i.state = 'fixed' OR i.severity <> EXCLUDED.severity
            OR i.message <> EXCLUDED.message THEN 1 ELSE 0 END
"""
IN_SCOPE = """
    (cardinality($2::text[]) = 0 OR namespace = ANY($2)
        OR (kind = 'Namespace' AND name = ANY($2)))
"""
CLOSE = f"""
    UPDATE security_issues i SET state = 'fixed', fixed_at = $4, fixed_scan = $1,
        version = version + 1
    WHERE cluster = $3 AND state = 'open' AND last_scan IS DISTINCT FROM $1 AND {IN_SCOPE}
        AND NOT EXISTS (
            SELECT FROM unnest($5::text[], $6::text[]) AS n (check_id, kind)
            WHERE n.check_id = i.check_id AND n.kind = i.looked_kind)
        AND NOT EXISTS (
            SELECT FROM unnest($7::text[], $8::text[]) AS n (check_id, list)
            WHERE n.check_id = i.check_id AND n.list <> ALL(i.missing))
"""
FAILING = f"""
    SELECT check_id, count(DISTINCT (kind, namespace, name)) AS n FROM security_issues i
    WHERE cluster = $3 AND {IN_SCOPE} AND {OPEN.format(now="$1")} GROUP BY check_id
"""
BY_SEVERITY = f"""
    SELECT severity, count(*) AS n FROM security_issues i
    WHERE cluster = $3 AND {IN_SCOPE} AND {OPEN.format(now="$1")} GROUP BY severity
"""
NEW = f"""
    SELECT severity, count(*) AS n FROM security_issues i
    WHERE opened_scan = $2 AND {OPEN.format(now="$1")} GROUP BY severity
"""
FIXED = "SELECT count(*) FROM security_issues WHERE fixed_scan = $1"
SCORE_BEFORE = "SELECT score FROM scans WHERE id = $1"
FINISHED = """
    UPDATE scans SET state = 'finished', ended_at = $2, score = $3, coverage = $4, counts = $5,
        difference = $6, kinds_done = kinds_total
    WHERE id = $1
"""


async def finish(pool: Pool, scan_id: UUID, now: datetime) -> None:
    """Store the findings, close what is fixed, and say how it stands. Once, however often it is
    called."""
    async with transaction(pool) as connection:
        scan = await connection.fetchrow("SELECT * FROM scans WHERE id = $1 FOR UPDATE", scan_id)
        if scan["state"] == "running":
            await connection.execute(UPSERT, scan_id, scan["cluster"], now, timeout=SECONDS)
            await _close(connection, scan, now)
            await _finished(connection, scan, now)
            await clear(connection, scan_id)
            await tell(connection, scan_id, "scan.finished", now)
    await runs.end(pool, scan["run_id"], "completed", now)


async def _close(connection: Connection, scan: Any, now: datetime) -> None:
    whole = [each for each in scan["not_evaluated"] if not each["partly"]]
    partly = [each for each in scan["not_evaluated"] if each["partly"]]
    kinds = [(each["check"], kind) for each in whole for kind in each["kinds"]]
    lists = [(each["check"], missing) for each in partly for missing in each["missing"]]
    await connection.execute(
        CLOSE, scan["id"], scan["namespaces"], scan["cluster"], now,
        [check for check, _ in kinds], [kind for _, kind in kinds],
        [check for check, _ in lists], [missing for _, missing in lists],
        timeout=SECONDS,
    )  # fmt: skip


async def _finished(connection: Connection, scan: Any, now: datetime) -> None:
    where = (now, scan["namespaces"], scan["cluster"])
    failing = {row["check_id"]: row["n"] for row in await connection.fetch(FAILING, *where)}
    counts = _by_severity(await connection.fetch(BY_SEVERITY, *where))
    new = _by_severity(await connection.fetch(NEW, now, scan["id"]))
    blind = {
        each["check"]
        for each in scan["not_evaluated"]
        if not each["partly"] and _is_whole(each["check"], each["kinds"])
    }
    checks = [check for check in CATALOGUE.values() if check.on]
    reached = score(checks, blind, scan["examined"], failing)
    difference = {
        "new": sum(new.values()),
        "fixed": await connection.fetchval(FIXED, scan["id"]),
        "new_by_severity": new,
        "score_before": await connection.fetchval(SCORE_BEFORE, scan["previous_id"]),
    }
    await connection.execute(
        FINISHED, scan["id"], now, reached.value, reached.coverage, counts, difference
    )


def _is_whole(check: str, kinds: Sequence[str]) -> bool:
    """Whether nothing at all of the check was evaluated."""
    return check not in CATALOGUE or set(kinds) >= CATALOGUE[check].kinds


def _by_severity(rows: Iterable[Any]) -> dict[str, int]:
    found = {row["severity"]: row["n"] for row in rows}
    return {severity.value: found.get(severity.value, 0) for severity in Severity}
