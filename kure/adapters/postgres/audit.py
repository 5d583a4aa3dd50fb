"""The record of who asked for what, and whether it was done or refused."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kure.adapters.postgres.cursors import as_cursor, key_of
from kure.adapters.postgres.pool import Db
from kure.adapters.postgres.where import Where
from kure.contracts.access import AuditEntry
from kure.ids import new_id

WRITE = """
    INSERT INTO audit_log (id, at, actor, action, target, outcome, detail)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
"""

# Somebody who tries passwords must not fill the log: one entry a minute, with how many there were.
COUNT = """
    INSERT INTO audit_log (id, at, actor, action, target, outcome, detail)
    VALUES ($1, $2, '', 'sign-in', '', 'refused', jsonb_build_object($3::text, 1))
    ON CONFLICT (at) WHERE action = 'sign-in' AND outcome = 'refused' DO UPDATE SET
        detail = audit_log.detail || jsonb_build_object(
            $3::text, coalesce((audit_log.detail ->> $3)::bigint, 0) + 1)
"""


# Each count of the map of routes is added to that which is there.
COUNT_OF_NOBODY = """
    INSERT INTO audit_log (id, at, actor, action, target, outcome, detail)
    VALUES ($1, $2, '', 'not-signed-in', $3, 'refused', $4)
    ON CONFLICT (at, target) WHERE action = 'not-signed-in' DO UPDATE SET detail = (
        SELECT jsonb_object_agg(route, coalesce((audit_log.detail ->> route)::bigint, 0)
            + coalesce((excluded.detail ->> route)::bigint, 0))
        FROM jsonb_object_keys(audit_log.detail || excluded.detail) AS route)
"""


async def count_of_nobody(db: Db, minute: datetime, address: str, counts: dict[str, int]) -> None:
    """Count writes that were refused since nobody was signed in: how many, by route. One entry a
    minute and address."""
    await db.execute(COUNT_OF_NOBODY, new_id(), minute, f"address/{address}", dict(counts))


async def count_sign_in(db: Db, now: datetime, why: str) -> None:
    """Count a refused sign-in: `why` is wrong, throttled, or why one by the identity provider was
    refused."""
    await db.execute(COUNT, new_id(), now.replace(second=0, microsecond=0), why)


async def write(
    db: Db,
    now: datetime,
    actor: str,
    action: str,
    target: str,
    outcome: str,
    detail: dict[str, Any],
) -> None:
    """Add an entry. `outcome` is done or refused."""
    await db.execute(WRITE, new_id(), now, actor, action, target, outcome, detail)


@dataclass(frozen=True)
class Filter:
    """Which entries. Each field narrows; `target` is what it begins with."""

    actor: tuple[str, ...] = ()
    action: tuple[str, ...] = ()
    outcome: tuple[str, ...] = ()
    target: str = ""
    since: datetime | None = None
    until: datetime | None = None


async def page(
    db: Db, wanted: Filter, limit: int, after: str
) -> tuple[list[AuditEntry], str | None]:
    """Entries, newest first, and where the next page begins. InvalidInput for a cursor that this
    list never gave."""
    where = _where(wanted)
    if after:
        where.add("(at, id) < ({0}, {1})", *key_of(after, _cursor))
    sql = f"SELECT * FROM audit_log {where} ORDER BY at DESC, id DESC LIMIT {limit + 1}"
    rows = await db.fetch(sql, *where.args)
    found = [AuditEntry.model_validate(dict(r) | {"id": str(r["id"])}) for r in rows[:limit]]
    if len(rows) <= limit:
        return found, None
    last = rows[limit - 1]
    return found, as_cursor(last["at"].isoformat(), str(last["id"]))


def _where(wanted: Filter) -> Where:
    where = Where()
    for column in ("actor", "action", "outcome"):
        if values := getattr(wanted, column):
            where.add(column + " = ANY({0})", list(values))
    if wanted.target:
        where.add("starts_with(target, {0})", wanted.target)
    if wanted.since:
        where.add("at >= {0}", wanted.since)
    if wanted.until:
        where.add("at < {0}", wanted.until)
    return where


def _cursor(at: str, id_: str) -> tuple[datetime, UUID]:
    return datetime.fromisoformat(at), UUID(id_)
