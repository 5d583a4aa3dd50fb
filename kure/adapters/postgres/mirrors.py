"""Mirrors as people ask for them and see them: the row, the list, what an incident shows of
them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kure.adapters.crypto import Cipher
from kure.adapters.postgres import fixes, runs
from kure.adapters.postgres.audit import write
from kure.adapters.postgres.cursors import as_cursor, key_of
from kure.adapters.postgres.events import NewEvent, bounds, emit
from kure.adapters.postgres.fixes import Fix
from kure.adapters.postgres.pool import Connection, Db, Pool, transaction
from kure.adapters.postgres.rows import KEEPER, KEEPER_FOR_NEW
from kure.adapters.postgres.timeline import happened
from kure.adapters.postgres.where import Where
from kure.contracts.mirroring import Wish
from kure.contracts.mirrors import FixView, MirrorDetail, MirrorPlan, MirrorRow
from kure.domain.access.scopes import EVERYWHERE, Scopes
from kure.errors import Conflict, NotFound

ROW = """
    SELECT m.*, i.kind AS workload_kind, i.name AS workload_name, f.title
    FROM mirrors m JOIN incidents i ON i.id = m.incident_id JOIN fixes f ON f.id = m.fix_id
"""
INSERT = """
    INSERT INTO mirrors (id, incident_id, fix_id, cluster, namespace, pod, wish, needs_seconds,
                         sealed_plan, round, rounds, first_id, key, requested_by, requested_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
    ON CONFLICT DO NOTHING RETURNING id
"""
BY_KEY = "SELECT id FROM mirrors WHERE incident_id = $1 AND key = $2"
RUNNING = "SELECT id, pod FROM mirrors WHERE fix_id = $1 AND phase <> 'gone'"

# Held while a mirror is stored and counted, so that two at once do not both find the last place.
COUNT_LOCK = 0x6B757279
LIVE = """
    SELECT count(*) AS cluster, count(*) FILTER (WHERE namespace = $2) AS namespace
    FROM mirrors WHERE cluster = $1 AND phase <> 'gone'
"""

# So long a report of a mirror that never was noted as created may still come.
LATE = timedelta(minutes=10)
IS_MIRROR = """
    SELECT EXISTS (
        SELECT FROM mirrors WHERE cluster = $1 AND namespace = $2 AND pod = $3
            AND (uid = $4 OR (uid IS NULL AND (gone_at IS NULL OR gone_at > $5)))
    )
"""
# What makes a mirror's evidence: it is captured under the mirror's own name.
EVIDENCE = """
    SELECT id FROM evidence WHERE incident_id = $1
        AND (subject = 'Pod/' || $2 OR starts_with(subject, 'Pod/' || $2 || '/'))
    ORDER BY captured_at, id
"""
RUN = """
    SELECT id FROM runs WHERE workflow_id = 'mirror/' || $1::text
    ORDER BY started_at DESC, id DESC LIMIT 1
"""

SHOWN = 10
FIXES = f"""
    SELECT id, title, source, operations, created_at FROM fixes
    WHERE incident_id = ({KEEPER}) AND NOT {fixes.DRAFT}
    ORDER BY created_at DESC, id DESC LIMIT {SHOWN}
"""
FIX = """
    SELECT id, title, source, operations, created_at FROM fixes WHERE incident_id = $1 AND id = $2
"""
# The best that a fix has shown: the newest time that it passed, else that it failed.
PROOFS = f"""
    SELECT DISTINCT ON (m.fix_id) m.*
    FROM ({ROW} WHERE m.fix_id = ANY($1) AND m.verdict IS NOT NULL) m
    ORDER BY m.fix_id, array_position(ARRAY['passed', 'failed', 'none'], m.verdict),
        m.requested_at DESC
"""
BY_VERDICT = "SELECT verdict, count(*) AS n FROM mirrors WHERE verdict IS NOT NULL GROUP BY verdict"
BY_CLUSTER = "SELECT cluster, count(*) AS n FROM mirrors WHERE phase <> 'gone' GROUP BY cluster"


@dataclass(frozen=True)
class Limits:
    """How many mirrors there may be at once."""

    per_cluster: int
    per_namespace: int


@dataclass(frozen=True)
class NewMirror:
    """A mirror that somebody asks for. `key` is their Idempotency-Key; `plan` is what they were
    told that it would be."""

    id: UUID
    incident_id: UUID
    fix: Fix
    wish: Wish
    plan: MirrorPlan
    pod: str
    key: str
    rounds: int = 1


async def insert(
    pool: Pool, cipher: Cipher, new: NewMirror, limits: Limits, now: datetime
) -> tuple[UUID, bool]:
    """Store a mirror with its fix, with all that tells of it; its id, and whether it is new.

    The same key again is the same mirror. Where its incident has become part of another meanwhile,
    it is that one's. NotFound where there is none any more, Conflict where the fix is being tested,
    or where there are too many mirrors."""
    by, place = new.wish.by, new.wish.workload
    async with transaction(pool) as connection:
        await connection.execute("SELECT pg_advisory_xact_lock($1)", COUNT_LOCK)
        new = replace(new, incident_id=await _keeper(connection, new.incident_id))
        fix_id = await fixes.remember(connection, cipher, new.incident_id, new.fix, by, now)
        stored = await put(connection, cipher, new, fix_id, now)
        if stored is None:
            if known := await by_key(connection, new.incident_id, new.key):
                return known, False
            raise await _running(connection, fix_id)
        await _check(connection, place.cluster, place.namespace, limits)
        text = f"{new.fix.title}: tested on {new.pod}"
        await happened(connection, new.incident_id, now, "testing fix", by, text)
        await write(
            connection, now, by, "mirror.deploy", f"mirror/{stored}", "done", _told(new, fix_id)
        )
        await emit(connection, now, await updated(connection, stored))
    return stored, True


async def _keeper(connection: Connection, incident_id: UUID) -> UUID:
    """The incident itself, or the one that it became part of; it stays so until the end of the
    transaction."""
    found: UUID | None = await connection.fetchval(KEEPER_FOR_NEW, incident_id)
    if found is None:
        raise NotFound(f"There is no incident {incident_id} to test a fix of.")
    return found


async def put(
    connection: Connection,
    cipher: Cipher,
    new: NewMirror,
    fix_id: UUID,
    now: datetime,
    after: tuple[UUID, int] | None = None,
) -> UUID | None:
    """Insert the row; None where there is one of that key, round or live fix. `after` are the first
    mirror of its test and the round that this one is."""
    first_id, round_ = after or (None, 1)
    wish = new.wish.with_text("").model_dump(mode="json")
    place = new.wish.workload
    stored: UUID | None = await connection.fetchval(
        INSERT, new.id, new.incident_id, fix_id, place.cluster, place.namespace, new.pod, wish,
        new.plan.needs_seconds, sealed(cipher, new.id, new.plan), round_, new.rounds, first_id,
        new.key, new.wish.by, now,
    )  # fmt: skip
    return stored


def sealed(cipher: Cipher, mirror_id: UUID, plan: MirrorPlan) -> bytes:
    """A plan as it is stored."""
    return cipher.seal(plan.model_dump_json().encode(), mirror_id.bytes)


async def by_key(db: Db, incident_id: UUID, key: str) -> UUID | None:
    """The mirror that was asked for under an Idempotency-Key."""
    found: UUID | None = await db.fetchval(BY_KEY, incident_id, key)
    return found


async def _running(connection: Connection, fix_id: UUID) -> Conflict:
    row = await connection.fetchrow(RUNNING, fix_id)
    assert row is not None, "nothing else keeps a mirror from being stored"
    return Conflict(
        f"This fix is being tested already: mirror {row['id']}, pod {row['pod']}. Watch that one, "
        "or end it first."
    )


async def _check(connection: Connection, cluster: str, namespace: str, limits: Limits) -> None:
    """With the new one among them."""
    live = await connection.fetchrow(LIVE, cluster, namespace)
    assert live is not None, "an aggregate always yields a row"
    for where, count, most in (
        (f"cluster {cluster}", live["cluster"], limits.per_cluster),
        (f"namespace {namespace}", live["namespace"], limits.per_namespace),
    ):
        if count > most:
            raise Conflict(
                f"There are {count - 1} mirrors in {where}, and {most} are the most at once. Wait "
                "until one has gone, or end one. An admin can allow more."
            )


def _told(new: NewMirror, fix_id: UUID) -> dict[str, Any]:
    chosen = new.wish.model_dump(
        mode="json", include={"ttl_seconds", "empty_volumes", "no_network", "confirmed", "role"}
    )
    told = {"incident": str(new.incident_id), "fix": str(fix_id), "title": new.fix.title}
    return told | chosen | {"rounds": new.rounds, "diff": new.plan.diff}


async def updated(db: Db, mirror_id: UUID) -> NewEvent:
    """The event that tells of a mirror's new state."""
    row = await read_row(db, mirror_id)
    payload = {"id": row.id, "version": row.version, "summary": row.model_dump(mode="json")}
    incident = UUID(row.incident_id)
    return NewEvent("mirror.updated", "mirror", row.id, row.version, payload, incident)


def _row(record: Any) -> MirrorRow:
    names = ("id", "incident_id", "fix_id")
    return MirrorRow.model_validate(dict(record) | {name: str(record[name]) for name in names})


async def _record(db: Db, mirror_id: UUID, scopes: Scopes) -> Any:
    where = Where()
    where.within(scopes, "m.cluster", "m.namespace")
    where.add("m.id = {0}", mirror_id)
    record = await db.fetchrow(f"{ROW} {where}", *where.args)
    if record is None:
        raise NotFound(f"There is no mirror {mirror_id}.")
    return record


async def read_row(db: Db, mirror_id: UUID, scopes: Scopes = EVERYWHERE) -> MirrorRow:
    """NotFound where there is no such mirror within the scopes."""
    return _row(await _record(db, mirror_id, scopes))


async def read_detail(
    db: Db, cipher: Cipher, mirror_id: UUID, scopes: Scopes, now: datetime
) -> MirrorDetail:
    """A mirror with its plan, its run and what was captured of it. NotFound as above."""
    record = await _record(db, mirror_id, scopes)
    evidence = await db.fetch(EVIDENCE, record["incident_id"], record["pod"])
    run_id = await db.fetchval(RUN, str(mirror_id))
    more = {
        "plan": plan_of(record, cipher),
        "run": await runs.read(db, run_id, scopes) if run_id else None,
        "evidence_ids": [str(row["id"]) for row in evidence],
        "now": now,
    }
    return MirrorDetail.model_validate(_row(record).model_dump() | more)


def plan_of(record: Any, cipher: Cipher) -> MirrorPlan | None:
    """The plan from its row; None before there is one."""
    if record["sealed_plan"] is None:
        return None
    return MirrorPlan.model_validate_json(cipher.open(record["sealed_plan"], record["id"].bytes))


@dataclass(frozen=True)
class Filter:
    """Which mirrors, of those that may be seen; `live`: those that are not gone."""

    incident_id: UUID | None = None
    live: bool = False
    scopes: Scopes = EVERYWHERE


async def page(
    db: Db, wanted: Filter, limit: int, after: str = ""
) -> tuple[list[MirrorRow], str | None]:
    """Mirrors, newest first, and where the next page begins. InvalidInput for a cursor that this
    list never gave."""
    where = Where()
    where.within(wanted.scopes, "m.cluster", "m.namespace")
    if wanted.incident_id:
        where.add(f"m.incident_id = ({KEEPER.replace('$1', '{0}')})", wanted.incident_id)
    if wanted.live:
        where.add("m.phase <> 'gone'")
    if after:
        where.add("(m.requested_at, m.id) < ({0}, {1})", *key_of(after, _cursor))
    order = f"ORDER BY m.requested_at DESC, m.id DESC LIMIT {limit + 1}"
    rows = [_row(row) for row in await db.fetch(f"{ROW} {where} {order}", *where.args)]
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    return rows[:limit], as_cursor(last.requested_at.isoformat(), last.id)


def _cursor(at: str, id_: str) -> tuple[datetime, UUID]:
    return datetime.fromisoformat(at), UUID(id_)


async def of_incident(db: Db, incident_id: UUID) -> tuple[list[FixView], list[MirrorRow]]:
    """The newest fixes of an incident, each with its best proof, and its newest mirrors."""
    shown = await _shown(db, await db.fetch(FIXES, incident_id))
    mirrors, _ = await page(db, Filter(incident_id), SHOWN)
    return shown, mirrors


async def fix_view(db: Db, incident_id: UUID, fix_id: UUID) -> FixView:
    """One fix with its best proof. NotFound where that incident has no such fix."""
    found = await _shown(db, await db.fetch(FIX, incident_id, fix_id))
    if not found:
        raise NotFound(f"Incident {incident_id} has no fix {fix_id}.")
    return found[0]


async def _shown(db: Db, found: Sequence[Any]) -> list[FixView]:
    proofs = {
        row["fix_id"]: _row(row) for row in await db.fetch(PROOFS, [fix["id"] for fix in found])
    }
    return [
        FixView.model_validate(dict(fix) | {"id": str(fix["id"]), "proof": proofs.get(fix["id"])})
        for fix in found
    ]


@dataclass(frozen=True)
class Listed:
    """One page of mirrors, read at one moment."""

    items: list[MirrorRow]
    next: str | None
    as_of_seq: int


async def listed(pool: Pool, wanted: Filter, limit: int, after: str = "") -> Listed:
    """A page with the number of the last event that it includes."""
    async with transaction(pool) as connection:
        await connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        _, seq = await bounds(connection)
        items, next_ = await page(connection, wanted, limit, after)
    return Listed(items, next_, seq)


async def is_mirror(
    db: Db, cluster: str, namespace: str, pod: str, uid: str, now: datetime
) -> bool:
    """Whether a pod is one of ours: by its uid, or by its name where its uid is not known yet."""
    found: bool = await db.fetchval(IS_MIRROR, cluster, namespace, pod, uid, now - LATE)
    return found


async def counts(db: Db) -> tuple[Sequence[Any], Sequence[Any]]:
    """How many there are of each verdict, and how many live in each cluster, as rows with `n`."""
    return await db.fetch(BY_VERDICT), await db.fetch(BY_CLUSTER)
