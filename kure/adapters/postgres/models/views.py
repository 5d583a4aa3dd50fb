"""Investigations as people see them, and whether one is wanted."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from kure.adapters.postgres import runs
from kure.adapters.postgres.models import breakers, calls, settings
from kure.adapters.postgres.pool import Connection, Db
from kure.contracts.investigating import InvestigationView
from kure.contracts.runs import Run, Step, StepState
from kure.domain.models.budget import day_begins
from kure.errors import NotFound

NEWEST = """
    SELECT i.*, (
        SELECT is_right FROM feedback WHERE subject_id = i.id ORDER BY at DESC LIMIT 1
    ) AS is_right
    FROM investigations i WHERE incident_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1
"""
# What fails, and whether the rules leave it open: no cause, or symptoms only.
OPEN_QUESTION = """
    SELECT d.number, NOT EXISTS (
        SELECT FROM jsonb_array_elements(d.causes) c WHERE c ->> 'confidence' <> 'symptom'
    ) AS is_unexplained
    FROM diagnoses d WHERE d.incident_id = $1 AND d.number >= $2
        AND EXISTS (SELECT FROM failed_pods WHERE incident_id = $1 AND state = 'failing')
    ORDER BY d.created_at DESC, d.id DESC LIMIT 1
"""
# One in which nobody said anything, for the budget, the settings or an outage, is wanted again when
# these are others, or the next day.
ASKED = """
    SELECT EXISTS (
        SELECT FROM investigations i WHERE incident_id = $1 AND (
            state = 'asking' OR number >= $2 AND NOT (
                state = 'unanswered' AND ended_at < $3
                AND NOT EXISTS (
                    SELECT FROM model_calls
                    WHERE investigation_id = i.id AND state IN ('answered', 'lost')
                )
            )
        )
    )
"""


async def newest(db: Db, incident_id: UUID) -> InvestigationView | None:
    """The newest investigation of an incident; None where there is none."""
    row = await db.fetchrow(NEWEST, incident_id)
    if row is None:
        return None
    made = await calls.of_investigation(db, row["id"])
    run = await _run(db, row["run_id"])
    waits = _waits(run) if row["state"] == "asking" else None
    return InvestigationView(
        **{name: row[name] for name in ("number", "state", "answer", "provider", "model")},
        **{name: row[name] for name in ("fix_checked", "asked_by", "created_at", "ended_at")},
        id=str(row["id"]),
        text=row["text"] or (waits.error or "" if waits else ""),
        fix_id=str(row["fix_id"]) if row["fix_id"] else None,
        answered_before=row["answered_by"] is not None,
        turns=max((one.turn for one in made), default=0),
        calls=made,
        usd=sum((one.usd for one in made), Decimal()),
        run=run,
        next_try_at=await _next_try(db, waits) if row["state"] == "asking" else None,
        right=row["is_right"],
    )


async def _run(db: Db, run_id: UUID) -> Run | None:
    try:
        return await runs.read(db, run_id)
    except NotFound:  # it was old
        return None


def _waits(run: Run | None) -> Step | None:
    """The step that has failed and is to be tried again; None where nothing waits."""
    last = run.steps[-1] if run is not None and run.steps else None
    return last if last is not None and last.state is StepState.RETRYING else None


async def _next_try(db: Db, waits: Step | None) -> datetime | None:
    """When the step that has failed is tried again; else when a provider may be asked again, where
    none may be now."""
    if waits is not None:
        return waits.next_retry_at
    known = await settings.public(db)
    return await breakers.all_open_until(db, list(known.breakers.values()))


async def wanted(connection: Connection, incident: Any, now: datetime) -> bool:
    """Whether a model is to be asked of an incident, the row of it: something fails, the newest
    diagnosis is one of which the settings want it, and it was not asked yet."""
    if incident["status"] not in ("open", "regressed") or incident["diagnosing"]:
        return False
    known = await settings.public(connection)
    if not known.breakers or known.rules.ask == "on_request":
        return False
    found = await connection.fetchrow(OPEN_QUESTION, incident["id"], incident["opened_number"])
    if found is None or (known.rules.ask == "unexplained" and not found["is_unexplained"]):
        return False
    again_after = max(day_begins(now), known.changed_at or day_begins(now))
    number = found["number"]
    return not await connection.fetchval(ASKED, incident["id"], number, again_after)
