"""What was reported before its owner was known moves to the owner's incident.

Each subject follows its owner by itself; an incident in which nothing is left that fails goes along
as a whole, with its history and what people decided, and only points to the other from then on.

Lock order: incidents from the foot of the walk of owners to its top, so two never wait for each
other.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kure.adapters.postgres.events import NewEvent
from kure.adapters.postgres.pool import Connection
from kure.adapters.postgres.rows import updated
from kure.adapters.postgres.timeline import happened

OTHERS_FAIL = """
    SELECT EXISTS (
        SELECT FROM failed_pods WHERE incident_id = $1 AND state = 'failing' AND uid <> $2
    )
"""

# $3 is the subject, NULL where all of the incident moves. Numbers stay in their order, behind those
# of the other incident. The newest one is passed on again: it is news for another run.
REPORTS = """
    UPDATE reports r SET incident_id = $2, number = r.number + x.last_number,
        nudged_at = CASE WHEN r.number = newest.number THEN NULL ELSE r.nudged_at END
    FROM incidents x, (
        SELECT max(number) AS number FROM reports
        WHERE incident_id = $1 AND ($3::text IS NULL OR subject_uid = $3)
    ) newest
    WHERE x.id = $2 AND r.incident_id = $1 AND ($3::text IS NULL OR r.subject_uid = $3)
"""
PODS = """
    UPDATE failed_pods SET incident_id = $2
    WHERE incident_id = $1 AND ($3::text IS NULL OR uid = $3)
"""
EVIDENCE = """
    UPDATE evidence SET incident_id = $2
    WHERE incident_id = $1
        AND ($3::text IS NULL OR (captured_by = 'agent' AND starts_with(captured_for, $3 || '@')))
"""
# Its own question is not asked on: the other incident has one of its own.
END_INVESTIGATION = """
    UPDATE investigations SET state = 'unanswered', ended_at = $2,
        text = 'The incident became part of another one.'
    WHERE incident_id = $1 AND state = 'asking'
"""
INVESTIGATIONS = "UPDATE investigations SET incident_id = $2 WHERE incident_id = $1"
FEEDBACK = "UPDATE feedback SET incident_id = $2 WHERE incident_id = $1"
TIMELINE = "UPDATE timeline SET incident_id = $2 WHERE incident_id = $1"
COUNT = """
    UPDATE incidents x SET last_number = x.last_number + p.last_number, diagnosing = true,
        first_seen = least(x.first_seen, p.first_seen)
    FROM incidents p WHERE x.id = $2 AND p.id = $1
"""

# A new incident goes on where the other one ends.
INHERIT = """
    UPDATE incidents x SET status = p.status, severity = p.severity, summary = p.summary,
        opened_number = p.opened_number, regressions = p.regressions,
        acknowledged_by = p.acknowledged_by, acknowledged_at = p.acknowledged_at,
        ignored_by = p.ignored_by, ignored_until = p.ignored_until,
        ignored_until_number = p.ignored_until_number,
        resolved_at = p.resolved_at, resolution = p.resolution
    FROM incidents p WHERE x.id = $2 AND p.id = $1
"""
# It is to be looked at once more: its run ends by that.
MERGED = """
    UPDATE incidents SET status = 'merged', merged_into = $2, version = version + 1,
        classes = '{}', diagnosing = false, retry_requested = false, look_requested = true,
        acknowledged_by = NULL, acknowledged_at = NULL, ignored_by = NULL, ignored_until = NULL,
        ignored_until_number = NULL, resolved_at = NULL, resolution = NULL
    WHERE id = $1
"""
POINTERS = "UPDATE incidents SET merged_into = $2 WHERE merged_into = $1"
LESS = """
    UPDATE incidents SET version = version + 1, classes = ARRAY(
        SELECT class FROM unnest(classes) AS class
        WHERE EXISTS (
            SELECT FROM failed_pods p, jsonb_array_elements(p.failures) f
            WHERE p.incident_id = $1 AND p.state = 'failing' AND f ->> 'failure_class' = class
        )
    )
    WHERE id = $1
"""


@dataclass(frozen=True)
class Moved:
    """`is_whole` where the other incident went along as a whole; `event` tells of it."""

    is_whole: bool
    event: NewEvent


async def move(connection: Connection, subject: Any, from_: Any, to: Any, now: datetime) -> Moved:
    """Move a subject, a row of failed_pods, between two incidents, the rows of both locked by the
    caller. Its incident becomes part of the other where nothing else fails in it."""
    source: UUID = from_["id"]
    target: UUID = to["id"]
    is_whole = not await connection.fetchval(OTHERS_FAIL, source, subject["uid"])
    what = None if is_whole else subject["uid"]
    for statement in (REPORTS, PODS, EVIDENCE):
        await connection.execute(statement, source, target, what)
    await connection.execute(COUNT, source, target)
    if is_whole and to["last_number"] == 0:
        await connection.execute(INHERIT, source, target)
    if is_whole:
        await connection.execute(END_INVESTIGATION, source, now)
        for statement in (INVESTIGATIONS, FEEDBACK, TIMELINE, POINTERS, MERGED):
            await connection.execute(statement, source, target)
    else:
        await connection.execute(LESS, source)
    name = f"{subject['kind']} {subject['name']}"
    text = f"{name} belongs to {to['kind']} {to['name']}"
    await happened(
        connection, target, now, "merged", None, f"{text}: reported before that was known"
    )
    await happened(connection, source, now, "merged", None, f"{text}: see its incident")
    return Moved(is_whole, await updated(connection, source))
