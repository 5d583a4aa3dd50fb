"""Finding incidents, mirrors and runs by a name or an id, within scopes."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from kure.adapters.postgres.incidents import ATTENTION, literally
from kure.adapters.postgres.pool import Pool, transaction
from kure.adapters.postgres.where import Where
from kure.contracts.search import Hit
from kure.domain.access.scopes import Scopes

INCIDENTS = f"""
    SELECT 'incident' AS kind, i.id, i.namespace || '/' || i.kind || ' ' || i.name AS title,
        i.summary AS text, i.status AS state
    FROM incidents i {{where}} ORDER BY {ATTENTION} DESC, i.last_seen DESC LIMIT {{limit}}
"""
MIRRORS = """
    SELECT 'mirror' AS kind, m.id, m.namespace || '/' || m.pod AS title, f.title AS text,
        coalesce(m.verdict, m.phase) AS state
    FROM mirrors m JOIN fixes f ON f.id = m.fix_id JOIN incidents i ON i.id = m.incident_id
    {where} ORDER BY m.requested_at DESC LIMIT {limit}
"""
RUNS = """
    SELECT 'run' AS kind, r.id, r.workflow_id AS title, r.workflow_type AS text, r.state
    FROM runs r LEFT JOIN incidents i ON i.id = r.incident_id {where} LIMIT {limit}
"""
TEXT = "i.status <> 'merged' AND i.searched LIKE '%' || lower({0}) || '%'"
POD = "m.pod LIKE '%' || lower({0}) || '%'"
BY_TEXT = ((INCIDENTS, TEXT), (MIRRORS, POD))
BY_ID = ((INCIDENTS, "i.id = {0}"), (MIRRORS, "m.id = {0}"), (RUNS, "r.id = {0}"))


async def find(pool: Pool, text: str, scopes: Scopes, limit: int) -> list[Hit]:
    """What has that id, or the text in its name; incidents first, most urgent first."""
    value: UUID | str | None = _as_id(text)
    asked: Sequence[tuple[str, str]] = BY_ID
    if value is None:
        value, asked = literally(text), BY_TEXT
    found: list[Any] = []
    async with transaction(pool) as connection:
        for sql, condition in asked:
            where = Where()
            where.within(scopes, "i.cluster", "i.namespace")
            where.add(condition, value)
            found += await connection.fetch(sql.format(where=where, limit=limit), *where.args)
    return [Hit.model_validate(dict(row) | {"id": str(row["id"])}) for row in found[:limit]]


def _as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
