"""Investigations: the question to a model, sealed, and what came of it."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kure.adapters.crypto import Cipher
from kure.adapters.postgres import fixes
from kure.adapters.postgres.events import NewEvent, emit
from kure.adapters.postgres.fixes import Fix
from kure.adapters.postgres.models import calls
from kure.adapters.postgres.pool import Connection, Db, Pool, transaction
from kure.adapters.postgres.rows import updated
from kure.adapters.postgres.timeline import happened
from kure.contracts.investigating import ModelAnswer
from kure.errors import NotFound
from kure.ids import new_id

# One at a time for an incident: whoever comes second finds the first one's.
LOCK_INCIDENT = "SELECT id FROM incidents WHERE id = $1 FOR NO KEY UPDATE"
OF_RUN = """
    SELECT * FROM investigations WHERE incident_id = $1 AND (state = 'asking' OR run_id = $2)
    ORDER BY state <> 'asking', created_at DESC LIMIT 1
"""
BEGIN = """
    INSERT INTO investigations (id, incident_id, run_id, number, state, asked_by, created_at)
    VALUES ($1, $2, $3, coalesce((
        SELECT number FROM diagnoses WHERE incident_id = $2
        ORDER BY created_at DESC, id DESC LIMIT 1
    ), 0), 'asking', $4, $5)
    RETURNING *
"""
TAKE_OVER = "UPDATE investigations SET run_id = $2 WHERE id = $1"
# The first question stands: an attempt that is repeated asks the same.
KEEP_QUESTION = """
    UPDATE investigations SET sealed = $2, fingerprint = $3
    WHERE id = $1 AND state = 'asking' AND sealed IS NULL
"""
QUESTION = "SELECT sealed FROM investigations WHERE id = $1"
# Only of the same incident: what it refers to is that incident's evidence, for who may see that.
EARLIER = """
    SELECT e.* FROM investigations e JOIN investigations i ON i.incident_id = e.incident_id
    WHERE i.id = $1 AND e.fingerprint = $2 AND e.fingerprint <> '' AND e.state = 'answered'
        AND e.answered_by IS NULL AND e.ended_at > $3
    ORDER BY e.ended_at DESC LIMIT 1
"""
FOR_A_DAY = timedelta(days=1)
# The incident first, as whoever merges incidents does.
LOCK_ITS_INCIDENT = """
    SELECT id FROM incidents
    WHERE id = (SELECT incident_id FROM investigations WHERE id = $1) FOR UPDATE
"""
LOCK = "SELECT * FROM investigations WHERE id = $1 AND state = 'asking' FOR UPDATE"
END = """
    UPDATE investigations SET state = $2, text = $3, answer = $4, provider = $5, model = $6,
        fix_id = $7, fix_checked = $8, answered_by = $9, ended_at = $10
    WHERE id = $1
"""
CHANGED = "UPDATE incidents SET version = version + 1 WHERE id = $1"


@dataclass(frozen=True)
class Investigation:
    """One investigation as its workflow needs it. `is_over`: it has ended already."""

    id: UUID
    incident_id: UUID
    number: int
    asked_by: str | None
    is_over: bool
    text: str


@dataclass(frozen=True)
class Ending:
    """How an investigation ends: with an answer, or without one for the reason in `text`. `fix` is
    what of the answer may be tried and shown, `checked` how far it was tried."""

    answer: ModelAnswer | None = None
    text: str = ""
    fix: Fix | None = None
    checked: str = ""


@dataclass(frozen=True)
class _Found:
    """What is stored of an ending."""

    answer: Any = None
    text: str = ""
    provider: str = ""
    model: str = ""
    fix_id: UUID | None = None
    checked: str = ""
    answered_by: UUID | None = None


async def begin(
    connection: Connection, incident_id: UUID, run_id: UUID, asked_by: str | None, now: datetime
) -> Investigation:
    """The investigation that is under way, or that of this run, or a new one. One that is under way
    is this run's from now on: whoever had begun it was lost. NotFound where there is no such
    incident."""
    if await connection.fetchval(LOCK_INCIDENT, incident_id) is None:
        raise NotFound(f"There is no incident {incident_id}.")
    row = await connection.fetchrow(OF_RUN, incident_id, run_id)
    if row is not None and row["run_id"] != run_id:
        await connection.execute(TAKE_OVER, row["id"], run_id)
    if row is None:
        row = await connection.fetchrow(BEGIN, new_id(), incident_id, run_id, asked_by, now)
    return _investigation(row)


def _investigation(row: Any) -> Investigation:
    is_over = row["state"] != "asking"
    return Investigation(
        row["id"], row["incident_id"], row["number"], row["asked_by"], is_over, row["text"]
    )


async def read(db: Db, investigation_id: UUID) -> Investigation:
    """NotFound where it is not there."""
    row = await db.fetchrow("SELECT * FROM investigations WHERE id = $1", investigation_id)
    if row is None:
        raise NotFound(f"There is no investigation {investigation_id}.")
    return _investigation(row)


async def keep_question(
    db: Db, cipher: Cipher, investigation_id: UUID, question: dict[str, Any], fingerprint: str
) -> None:
    """Store the question, redacted as it is asked; the first one stands."""
    sealed = cipher.seal(json.dumps(question).encode(), investigation_id.bytes)
    await db.execute(KEEP_QUESTION, investigation_id, sealed, fingerprint)


async def question(db: Db, cipher: Cipher, investigation_id: UUID) -> dict[str, Any] | None:
    """The question as it was stored; None where none was."""
    sealed = await db.fetchval(QUESTION, investigation_id)
    if sealed is None:
        return None
    found: dict[str, Any] = json.loads(cipher.open(sealed, investigation_id.bytes))
    return found


async def answer_from_earlier(
    pool: Pool, investigation_id: UUID, fingerprint: str, now: datetime
) -> bool:
    """End it with the answer that the same evidence of the same incident got within a day; whether
    there is one."""
    async with transaction(pool) as connection:
        row = await connection.fetchrow(EARLIER, investigation_id, fingerprint, now - FOR_A_DAY)
        under_way = row and await _locked(connection, investigation_id)
        if row is None or under_way is None:
            return False
        found = _Found(
            row["answer"], row["text"], row["provider"], row["model"], row["fix_id"],
            row["fix_checked"], row["id"],
        )  # fmt: skip
        await _end(connection, under_way, found, now)
    return True


async def finish(
    pool: Pool, cipher: Cipher, investigation_id: UUID, ending: Ending, now: datetime
) -> None:
    """End it and tell of it; one that has ended already stays as it is."""
    async with transaction(pool) as connection:
        row = await _locked(connection, investigation_id)
        if row is None:
            return
        provider, model = await calls.who_answered(connection, investigation_id)
        fix_id = None
        if ending.fix is not None:
            incident_id, by = row["incident_id"], row["asked_by"] or "kure"
            fix_id = await fixes.remember(connection, cipher, incident_id, ending.fix, by, now)
        answer = ending.answer and ending.answer.model_dump(mode="json")
        text = ending.text[:2000]
        found = _Found(answer, text, provider, model, fix_id, ending.checked)
        await _end(connection, row, found, now)


async def _locked(connection: Connection, investigation_id: UUID) -> Any:
    """Its row, where it is under way."""
    await connection.execute(LOCK_ITS_INCIDENT, investigation_id)
    return await connection.fetchrow(LOCK, investigation_id)


async def _end(connection: Connection, row: Any, found: _Found, now: datetime) -> None:
    """Last in the caller's transaction."""
    state = "unanswered" if found.answer is None else "answered"
    await connection.execute(
        END, row["id"], state, found.text, found.answer, found.provider, found.model,
        found.fix_id, found.checked, found.answered_by, now,
    )  # fmt: skip
    incident_id = row["incident_id"]
    await connection.execute(CHANGED, incident_id)
    what, text = _told(found)
    await happened(connection, incident_id, now, what, None, text)
    ready = {
        "incident_id": str(incident_id),
        "diagnosis_id": str(row["id"]),
        "source": "model",
    }
    event = NewEvent(
        "diagnosis.ready", "incident", str(incident_id), payload=ready, incident_id=incident_id
    )
    await emit(connection, now, event, await updated(connection, incident_id))


def _told(found: _Found) -> tuple[str, str]:
    if found.answer is None:
        return "no model answer", found.text
    return "model answered", f"{found.model}: {found.answer['cause']}"[:500]
