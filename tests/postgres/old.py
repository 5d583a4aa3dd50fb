"""Rows of any age, for tests of what is old."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from kure.adapters.postgres.pool import Pool
from kure.ids import new_id

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


async def incident(pool: Pool, status: str, at: datetime, name: str = "") -> UUID:
    """With a pod, a report and a line of its timeline; `at` is its end, or its last report."""
    found = new_id()
    resolved, ignored = status == "resolved", status == "ignored"
    await pool.execute(
        "INSERT INTO incidents (id, cluster, namespace, kind, name, status, severity, last_number,"
        " first_seen, last_seen, resolved_at, resolution, ignored_by)"
        " VALUES ($1, 'c', 'shop', 'Deployment', $2, $3, 'high', 1, $4, $4, $5, $6, $7)",
        *(found, name or str(found), status, at, at if resolved else None),
        *("recovered" if resolved else None, "ada" if ignored else None),
    )
    await pool.execute(
        "INSERT INTO failed_pods (id, incident_id, cluster, uid, namespace, name, state,"
        " failing_since, first_seen, last_seen) VALUES ($1, $2, 'c', $3, 'shop', 'p', $4, $5, $5,"
        " $5)",
        *(new_id(), found, str(found), "failing" if status == "open" else "gone", at),
    )
    await pool.execute(
        "INSERT INTO reports (id, incident_id, number, cluster, subject_kind, subject_uid,"
        " container, class, since, reason, message, received_at, nudged_at)"
        " VALUES ($1, $2, 1, 'c', 'Pod', $3, '', 'crash_loop', $4, '', '', $4, $4)",
        *(new_id(), found, str(found), at),
    )
    await pool.execute(
        "INSERT INTO timeline (id, incident_id, at, what, text) VALUES ($1, $2, $3, 'opened', '')",
        *(new_id(), found, at),
    )
    return found


async def evidence(pool: Pool, of: UUID, at: datetime) -> UUID:
    found = new_id()
    await pool.execute(
        "INSERT INTO evidence (id, incident_id, captured_by, kind, subject, container, stream,"
        " captured_for, captured_at, bytes, truncated, sealed)"
        " VALUES ($1, $2, 'worker', 'log', 'Pod/p', 'app', 'current', $3, $4, 1, false, 'x')",
        *(found, of, str(found), at),
    )
    return found


async def run(pool: Pool, of: UUID, ended: datetime | None) -> UUID:
    """With one step."""
    found = new_id()
    await pool.execute(
        "INSERT INTO runs (id, incident_id, cluster, workflow_id, workflow_type, state, started_at,"
        " ended_at) VALUES ($1, $2, 'c', $3, 'IncidentWorkflow', $4, $5, $6)",
        *(found, of, str(found), "completed" if ended else "running", ended or NOW, ended),
    )
    await pool.execute(
        "INSERT INTO run_steps (run_id, step, attempt, name, state, summary, started_at, ended_at)"
        " VALUES ($1, '1', 1, 'gather', 'done', '', $2, $2)",
        *(found, ended or NOW),
    )
    return found


async def diagnosis(pool: Pool, of: UUID, by: UUID, cites: list[UUID], at: datetime) -> None:
    await pool.execute(
        "INSERT INTO diagnoses (id, incident_id, run_id, number, source, explains, causes,"
        " unavailable, evidence_ids, created_at)"
        " VALUES ($1, $2, $3, 1, 'rules', '{}', '[]', '[]', $4, $5)",
        *(new_id(), of, by, cites, at),
    )
