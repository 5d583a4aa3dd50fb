"""Runs of workflows and their steps: what people follow live. A step's state only moves forward."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kure.adapters.postgres.events import NewEvent, emit
from kure.adapters.postgres.pool import Connection, Db, Pool, affected, transaction
from kure.adapters.postgres.where import Where
from kure.contracts.runs import Run, Step, StepRecord
from kure.domain.access.scopes import EVERYWHERE, Scopes
from kure.errors import NotFound

# A workflow id runs once at a time, so another run of it that still counts as running was lost
# with Temporal's store.
OTHERS_LOST = """
    UPDATE runs SET state = 'lost', ended_at = $3
    WHERE workflow_id = $1 AND id <> $2 AND state = 'running'
"""
START = """
    INSERT INTO runs (id, incident_id, cluster, workflow_id, workflow_type, state, started_at)
    VALUES ($1, $2, $3, $4, $5, 'running', $6)
    ON CONFLICT (id) DO UPDATE SET state = 'running', ended_at = NULL WHERE runs.state <> 'running'
"""
END = "UPDATE runs SET state = $2, ended_at = $3 WHERE id = $1 AND state = 'running'"
EARLIER_LOST = """
    UPDATE run_steps SET state = 'lost', ended_at = $4
    WHERE run_id = $1 AND step = $2 AND attempt < $3 AND state IN ('waiting', 'running')
"""
UPSERT = """
    INSERT INTO run_steps (run_id, step, attempt, name, state, summary, started_at, ended_at,
                           next_retry_at, error)
    SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 FROM runs WHERE id = $1
    ON CONFLICT (run_id, step, attempt) DO UPDATE SET
        state = EXCLUDED.state, summary = EXCLUDED.summary, ended_at = EXCLUDED.ended_at,
        next_retry_at = EXCLUDED.next_retry_at, error = EXCLUDED.error
    WHERE run_steps.state IN ('waiting', 'running')
        AND (run_steps.state, EXCLUDED.state) <> ('running', 'waiting')
"""
# A run is seen where its incident is; one of the whole installation by whoever sees everything.
OF = "FROM runs r LEFT JOIN incidents i ON i.id = r.incident_id"
WORKLOAD = "coalesce(i.namespace || '/' || i.kind || ' ' || i.name, '') AS workload"
RUNS = f"SELECT r.*, {WORKLOAD} {OF}"
PAGE = f"""
    SELECT r.*, {WORKLOAD}, coalesce(newest.summary, '') AS doing {OF}
    LEFT JOIN LATERAL (
        SELECT summary FROM run_steps s WHERE s.run_id = r.id
        ORDER BY started_at DESC, step DESC, attempt DESC LIMIT 1
    ) newest ON true
"""
COUNTS = f"SELECT r.state, count(*) AS n {OF}"
STATES = ("running", "completed", "failed", "cancelled", "lost")
BEFORE = "(r.started_at, r.id) < (SELECT started_at, id FROM runs WHERE id = {0})"
NEWEST = """
    SELECT * FROM runs WHERE incident_id = $1 AND workflow_type = 'IncidentWorkflow'
    ORDER BY started_at DESC, id DESC LIMIT 1
"""
STEPS = """
    SELECT * FROM (
        SELECT * FROM run_steps WHERE run_id = $1 ORDER BY started_at DESC, step DESC, attempt DESC
        LIMIT 200
    ) newest ORDER BY started_at, step, attempt
"""


async def start(
    connection: Connection,
    run_id: UUID,
    incident_id: UUID | None,
    workflow: tuple[str, str, str],
    now: datetime,
) -> None:
    """Note a run, of an incident or of none; `workflow` is its cluster, id and type. Repeated calls
    change nothing; a run that was about to end, and goes on after all, runs again."""
    cluster, workflow_id, workflow_type = workflow
    await connection.execute(OTHERS_LOST, workflow_id, run_id, now)
    tag = await connection.execute(
        START, run_id, incident_id, cluster, workflow_id, workflow_type, now
    )
    if affected(tag):
        await emit(connection, now, _state(run_id, incident_id, "running"))


async def end(pool: Pool, run_id: UUID, state: str, now: datetime) -> None:
    """Note how a run ended; the first word stands."""
    async with transaction(pool) as connection:
        if affected(await connection.execute(END, run_id, state, now)):
            incident_id = await connection.fetchval(
                "SELECT incident_id FROM runs WHERE id = $1", run_id
            )
            await emit(connection, now, _state(run_id, incident_id, state))


def _state(run_id: UUID, incident_id: UUID | None, state: str) -> NewEvent:
    payload = {
        "run_id": str(run_id),
        "incident_id": str(incident_id) if incident_id else None,
        "state": state,
    }
    return NewEvent("run.state", "run", str(run_id), payload=payload, incident_id=incident_id)


async def record(pool: Pool, step: StepRecord, now: datetime) -> None:
    """Write a step; a step of a run that is not there, or one that has ended, changes nothing."""
    run_id = UUID(step.run_id)
    async with transaction(pool) as connection:
        if step.attempt > 1:
            await connection.execute(EARLIER_LOST, run_id, step.step, step.attempt, now)
        tag = await connection.execute(
            UPSERT, run_id, step.step, step.attempt, step.name, step.state.value, step.summary,
            step.started_at, step.ended_at, step.next_retry_at, step.error,
        )  # fmt: skip
        if affected(tag):
            shown = Step.model_validate(step.model_dump()).model_dump(mode="json")
            payload = {"run_id": step.run_id, "incident_id": step.incident_id, "step": shown}
            incident_id = UUID(step.incident_id) if step.incident_id else None
            event = NewEvent(
                "run.step", "run", step.run_id, payload=payload, incident_id=incident_id
            )
            await emit(connection, now, event)


async def read(db: Db, run_id: UUID, scopes: Scopes = EVERYWHERE) -> Run:
    """A run with its newest 200 steps, oldest first. NotFound where there is none within the
    scopes."""
    where = _seen(scopes)
    where.add("r.id = {0}", run_id)
    row = await db.fetchrow(f"{RUNS} {where}", *where.args)
    if row is None:
        raise NotFound(f"There is no run {run_id}.")
    return await _with_steps(db, row)


@dataclass(frozen=True)
class Filter:
    """Which runs, of those that may be seen; `after` is the last one of the page before."""

    states: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    incident_id: UUID | None = None
    after: UUID | None = None
    scopes: Scopes = EVERYWHERE


async def page(db: Db, wanted: Filter, limit: int) -> list[Run]:
    """Runs without their steps, newest first."""
    where = _where(wanted)
    if wanted.states:
        where.add("r.state = ANY({0})", list(wanted.states))
    if wanted.after:
        where.add(BEFORE, wanted.after)
    sql = f"{PAGE} {where} ORDER BY r.started_at DESC, r.id DESC LIMIT {limit}"
    return [_run(row, []) for row in await db.fetch(sql, *where.args)]


async def counts(db: Db, wanted: Filter) -> dict[str, int]:
    """How many there are of each state, whatever state is wanted."""
    where = _where(wanted)
    rows = await db.fetch(f"{COUNTS} {where} GROUP BY r.state", *where.args)
    return dict.fromkeys(STATES, 0) | {row["state"]: row["n"] for row in rows}


def _where(wanted: Filter) -> Where:
    where = _seen(wanted.scopes)
    if wanted.types:
        where.add("r.workflow_type = ANY({0})", list(wanted.types))
    if wanted.incident_id:
        where.add("r.incident_id = {0}", wanted.incident_id)
    return where


def _seen(scopes: Scopes) -> Where:
    where = Where()
    where.within(scopes, "i.cluster", "i.namespace")
    return where


async def newest_of(db: Db, incident_id: UUID) -> Run | None:
    """The newest run of an incident itself; its mirrors have their own."""
    row = await db.fetchrow(NEWEST, incident_id)
    return None if row is None else await _with_steps(db, row)


async def _with_steps(db: Db, row: Any) -> Run:
    return _run(row, await db.fetch(STEPS, row["id"]))


def _run(row: Any, steps: list[Any]) -> Run:
    run = dict(row) | {"id": str(row["id"]), "steps": [dict(step) for step in steps]}
    run["incident_id"] = str(row["incident_id"]) if row["incident_id"] else None
    return Run.model_validate(run)
