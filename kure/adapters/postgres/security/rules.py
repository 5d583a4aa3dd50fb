"""Which findings nobody wants to see: rule exclusions; and which registries are trusted."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kure.adapters.postgres.audit import write
from kure.adapters.postgres.events import NewEvent, emit
from kure.adapters.postgres.pool import Db, Pool, transaction
from kure.contracts.security import NewRegistry, NewRuleExclusion, RuleExclusion, TrustedRegistry
from kure.errors import NotFound
from kure.ids import new_id

TOPIC = "rules.changed"

# So long one that has expired is still shown.
EXPIRED_KEPT = timedelta(days=30)


def _like(column: str) -> str:
    """A pattern of people's, `*` and `?`, as one of LIKE."""
    sql = column
    for special, meaning in (("\\", "\\\\"), ("%", "\\%"), ("_", "\\_"), ("*", "%"), ("?", "_")):
        sql = f"replace({sql}, '{special}', '{meaning}')"
    return sql


EXCLUDED = f"""
    EXISTS (
        SELECT FROM rule_exclusions r
        WHERE (r.expires_at IS NULL OR r.expires_at > {{now}})
            AND i.cluster LIKE {_like("r.cluster")} AND i.check_id LIKE {_like("r.check_id")}
            AND i.namespace LIKE {_like("r.namespace")})
"""
DISMISSED = """
    (i.dismissed_at IS NOT NULL AND (i.dismissed_until IS NULL OR i.dismissed_until > {now}))
"""
# The status of a finding `i`, as it is at a moment.
STATUS = f"""
    CASE WHEN i.state = 'fixed' THEN 'fixed' WHEN {DISMISSED} THEN 'dismissed'
        WHEN {EXCLUDED} THEN 'excluded' ELSE 'open' END
"""
OPEN = f"(i.state = 'open' AND NOT {DISMISSED} AND NOT {EXCLUDED})"

ADD = """
    INSERT INTO rule_exclusions (id, cluster, check_id, namespace, reason, expires_at, created_by,
                                 created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (cluster, check_id, namespace) DO UPDATE SET
        reason = EXCLUDED.reason, expires_at = EXCLUDED.expires_at,
        created_by = EXCLUDED.created_by, created_at = EXCLUDED.created_at
    RETURNING *
"""
LIST = "SELECT * FROM rule_exclusions ORDER BY created_at DESC, id DESC"
PRUNE = "DELETE FROM rule_exclusions WHERE expires_at < $1"
TRUST = """
    INSERT INTO trusted_registries (id, registry, reason, created_by, created_at)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (registry) DO UPDATE SET reason = EXCLUDED.reason,
        created_by = EXCLUDED.created_by, created_at = EXCLUDED.created_at
    RETURNING *
"""


async def listed(db: Db, now: datetime) -> list[RuleExclusion]:
    """All exclusions, newest first."""
    return [_exclusion(row, now) for row in await db.fetch(LIST)]


async def read(db: Db, exclusion_id: UUID, now: datetime) -> RuleExclusion:
    """NotFound where there is no such exclusion."""
    row = await db.fetchrow("SELECT * FROM rule_exclusions WHERE id = $1", exclusion_id)
    if row is None:
        raise NotFound(f"There is no exclusion {exclusion_id}.")
    return _exclusion(row, now)


async def exclude(pool: Pool, new: NewRuleExclusion, by: str, now: datetime) -> RuleExclusion:
    """Store an exclusion; the same patterns again change its reason and its end. Those that expired
    long ago go."""
    async with transaction(pool) as connection:
        await connection.execute(PRUNE, now - EXPIRED_KEPT)
        row = await connection.fetchrow(
            ADD, new_id(), new.cluster, new.check, new.namespace, new.reason, new.expires_at, by,
            now,
        )  # fmt: skip
        target, detail = f"rule_exclusions/{row['id']}", new.model_dump(mode="json")
        await write(connection, now, by, "exclusion.add", target, "done", detail)
        await emit(connection, now, NewEvent(TOPIC, "exclusion", str(row["id"])))
    return _exclusion(row, now)


async def include(pool: Pool, exclusion_id: UUID, by: str, now: datetime) -> None:
    """NotFound where there is no such exclusion."""
    async with transaction(pool) as connection:
        gone = await read(connection, exclusion_id, now)
        await connection.execute("DELETE FROM rule_exclusions WHERE id = $1", exclusion_id)
        target = f"rule_exclusions/{exclusion_id}"
        detail = gone.model_dump(mode="json", include={"cluster", "check", "namespace", "reason"})
        await write(connection, now, by, "exclusion.remove", target, "done", detail)
        await emit(connection, now, NewEvent(TOPIC, "exclusion", str(exclusion_id)))


async def registries(db: Db) -> list[TrustedRegistry]:
    """Those that images may come from, by name; none: all may."""
    rows = await db.fetch("SELECT * FROM trusted_registries ORDER BY registry")
    return [_registry(row) for row in rows]


async def trust(pool: Pool, new: NewRegistry, by: str, now: datetime) -> TrustedRegistry:
    """Trust a registry; the same one again changes its reason."""
    async with transaction(pool) as connection:
        row = await connection.fetchrow(TRUST, new_id(), new.registry, new.reason, by, now)
        target = f"trusted_registries/{row['id']}"
        await write(connection, now, by, "registry.trust", target, "done", new.model_dump())
        await emit(connection, now, NewEvent(TOPIC, "registry", str(row["id"])))
    return _registry(row)


async def distrust(pool: Pool, registry_id: UUID, by: str, now: datetime) -> None:
    """NotFound where it is none of those."""
    sql = "DELETE FROM trusted_registries WHERE id = $1 RETURNING registry"
    async with transaction(pool) as connection:
        registry = await connection.fetchval(sql, registry_id)
        if registry is None:
            raise NotFound(f"There is no trusted registry {registry_id}.")
        target = f"trusted_registries/{registry_id}"
        detail = {"registry": registry}
        await write(connection, now, by, "registry.distrust", target, "done", detail)
        await emit(connection, now, NewEvent(TOPIC, "registry", str(registry_id)))


def _exclusion(row: Any, now: datetime) -> RuleExclusion:
    ends = row["expires_at"]
    shown = {"id": str(row["id"]), "check": row["check_id"]}
    return RuleExclusion.model_validate(
        dict(row) | shown | {"is_expired": ends is not None and ends <= now}
    )


def _registry(row: Any) -> TrustedRegistry:
    return TrustedRegistry.model_validate(dict(row) | {"id": str(row["id"])})
