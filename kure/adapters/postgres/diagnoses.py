"""Diagnoses as people see them."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from kure.adapters.postgres.pool import Db
from kure.adapters.postgres.where import Where
from kure.contracts.incidents import CauseView, DiagnosisView, IncidentRow
from kure.domain.access.scopes import Scopes
from kure.domain.diagnosis.model import Blamed, Cause

CAUSES = TypeAdapter(list[Cause])

NEWEST = """
    SELECT id, number, source, causes, unavailable, evidence_ids, created_at FROM diagnoses
    WHERE incident_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1
"""
INCIDENTS = "SELECT namespace, kind, name, coalesce(merged_into, id) AS id FROM incidents"
NAMED = "(namespace, kind, name) IN (SELECT * FROM unnest({0}::text[], {1}::text[], {2}::text[]))"


async def newest_diagnosis(db: Db, incident: IncidentRow, scopes: Scopes) -> DiagnosisView | None:
    """The newest one of an incident, with the incidents of the workloads that it blames, as far as
    the scopes reach."""
    row = await db.fetchrow(NEWEST, UUID(incident.id))
    if row is None:
        return None
    causes = CAUSES.validate_python(row["causes"])
    blamed = [cause.blames for cause in causes if cause.blames]
    known = await _incidents(db, incident.cluster, blamed, scopes)
    return DiagnosisView.model_validate(
        dict(row)
        | {
            "id": str(row["id"]),
            "evidence_ids": [str(id_) for id_ in row["evidence_ids"]],
            "causes": [CauseView.of(cause, known) for cause in causes],
        }
    )


async def solution(db: Db, incident_id: UUID) -> str:
    """What the newest diagnosis of an incident says first: the cause and what to do; '' before
    there is one."""
    row = await db.fetchrow(NEWEST, incident_id)
    return told(row["causes"] if row else [])


def told(causes: list[Any]) -> str:
    """The first of the causes of a diagnosis, as they are stored, in words; '' where there is
    none."""
    if not causes:
        return ""
    [cause, *_] = CAUSES.validate_python(causes[:1])
    parts = (cause.title, cause.explanation, cause.fix, "\n".join(cause.commands))
    return "\n\n".join(part for part in parts if part)


async def _incidents(
    db: Db, cluster: str, blamed: Iterable[Blamed], scopes: Scopes
) -> dict[Blamed, str]:
    """Which of the workloads have an incident, and its id."""
    keys = [(one.namespace, one.kind, one.name) for one in {*blamed}]
    if not keys:
        return {}
    where = Where()
    where.add("cluster = {0}", cluster)
    where.add(NAMED, *(list(column) for column in zip(*keys, strict=True)))
    where.within(scopes, "cluster", "namespace")
    rows = await db.fetch(f"{INCIDENTS} {where}", *where.args)
    return {Blamed(row["namespace"], row["kind"], row["name"]): str(row["id"]) for row in rows}
