"""What the workflow of a mirror reads and writes. Each function may be repeated without harm."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from kure.adapters.crypto import Cipher
from kure.adapters.postgres import fixes, mirrors, runs
from kure.adapters.postgres.events import emit
from kure.adapters.postgres.mirrors import NewMirror, sealed, updated
from kure.adapters.postgres.models import settings
from kure.adapters.postgres.pool import Connection, Db, Pool, transaction
from kure.adapters.postgres.timeline import happened
from kure.contracts.mirroring import (
    LiveMirrors,
    MirrorJob,
    NextRound,
    Progress,
    Round,
    SweepRequest,
    TakeMirrorRequest,
    Wish,
)
from kure.contracts.mirrors import MirrorPlan, Phase, Verdict
from kure.domain.mirrors.names import mirror_name
from kure.domain.models.tried import Tried
from kure.domain.workloads import Workload
from kure.errors import NotFound
from kure.ids import new_id

# Before the mirror itself, as a merge of two incidents locks them: no merge may come between.
HOLD = """
    SELECT FROM incidents WHERE id = (SELECT incident_id FROM mirrors WHERE id = $1) FOR KEY SHARE
"""
LOCK = """
    SELECT m.*, f.sealed, f.source, f.operations, f.digest, f.title FROM mirrors m
    JOIN fixes f ON f.id = m.fix_id WHERE m.id = $1 FOR UPDATE OF m
"""
TRIED = """
    SELECT m.pod, m.text, f.title, f.operations
    FROM mirrors m JOIN fixes f ON f.id = m.fix_id WHERE m.id = $1
"""
CHANGE = """
    UPDATE mirrors SET phase = $2, verdict = $3, text = $4, held_seconds = $5, needs_seconds = $6,
        sealed_plan = $7, uid = $8, created_at = $9, expires_at = $10, gone_at = $11,
        version = version + 1
    WHERE id = $1
"""
CHANGED = (
    *("phase", "verdict", "text", "held_seconds", "needs_seconds", "sealed_plan", "uid"),
    *("created_at", "expires_at", "gone_at"),
)
ROUND = "SELECT id FROM mirrors WHERE first_id = $1 AND round = $2"
# Who asked for the test has turned to other things by then.
LATEST = timedelta(hours=1)
# A cluster whose last mirror is long gone has nothing left to be swept.
SWEPT_FOR = timedelta(days=2)
SWEPT = """
    SELECT cluster, uid, phase, coalesce(
        expires_at, created_at + (wish ->> 'ttl_seconds')::int * interval '1 second') AS ends
    FROM mirrors WHERE phase <> 'gone' OR gone_at > $1
"""
UNENDED = """
    SELECT m.id, i.cluster, i.namespace, i.kind, i.name, m.pod
    FROM mirrors m JOIN incidents i ON i.id = m.incident_id WHERE m.phase <> 'gone' ORDER BY m.id
"""

# A verdict, once it is there, only changes from passed to failed.
_DONE = (Phase.PASSED, Phase.FAILED, Phase.NO_VERDICT)
_ORDER = (Phase.PLANNED, Phase.CREATED, Phase.STARTING, _DONE, Phase.EXPIRING, Phase.GONE)


def may_become(before: Phase, after: Phase) -> bool:
    """Whether a mirror moves on so: forward, or stays, or *passed* is taken back."""
    if before in _DONE and after in _DONE:
        return after is before or (before, after) == (Phase.PASSED, Phase.FAILED)
    return _place(after) >= _place(before)


def _place(phase: Phase) -> int:
    return next(n for n, p in enumerate(_ORDER) if p is phase or (p is _DONE and phase in _DONE))


async def take(pool: Pool, cipher: Cipher, request: TakeMirrorRequest, now: datetime) -> MirrorJob:
    """The mirror as it stands, and note the run that looks after it. NotFound where it is not
    there."""
    mirror_id = UUID(request.mirror_id)
    async with transaction(pool) as connection:
        row = await _locked(connection, mirror_id)
        workflow = (row["cluster"], request.workflow_id, "MirrorWorkflow")
        incident_id = row["incident_id"]
        await runs.start(connection, UUID(request.run_id), incident_id, workflow, now)
    return MirrorJob(
        mirror_id=str(row["id"]),
        incident_id=str(incident_id),
        phase=Phase(row["phase"]),
        verdict=Verdict(row["verdict"]) if row["verdict"] else None,
        wish=_sent(row, cipher),
        pod=row["pod"],
        uid=row["uid"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        needs_seconds=row["needs_seconds"],
        round=row["round"],
        rounds=row["rounds"],
    )


async def _locked(connection: Connection, mirror_id: UUID) -> Any:
    await connection.execute(HOLD, mirror_id)
    row = await connection.fetchrow(LOCK, mirror_id)
    if row is None:
        raise NotFound(f"There is no mirror {mirror_id}.")
    return row


def _wish(row: Any, cipher: Cipher) -> Wish:
    fix = fixes.fix_of(row, cipher, row["fix_id"])
    return Wish.model_validate(row["wish"]).with_text(fix.edited)


def _sent(row: Any, cipher: Cipher) -> Wish:
    """What is edited stays here: the cluster's worker reads it where it is stored."""
    wish = _wish(row, cipher)
    return wish.stored(str(row["fix_id"])) if wish.edited else wish


async def note(pool: Pool, cipher: Cipher, progress: Progress) -> None:
    """Write what became of a mirror, with its event; what is behind what is known changes
    nothing."""
    mirror_id = UUID(progress.mirror_id)
    async with transaction(pool) as connection:
        row = await _locked(connection, mirror_id)
        if progress.phase and not may_become(Phase(row["phase"]), progress.phase):
            return
        after = _after(row, progress, cipher)
        if all(row[name] == after[name] for name in CHANGED):
            return
        await connection.execute(CHANGE, mirror_id, *(after[name] for name in CHANGED))
        if after["verdict"] != row["verdict"]:
            what, text = _verdict(after), f"{row['title']}: {after['text']}"
            await happened(connection, row["incident_id"], progress.at, what, None, text)
        await emit(connection, progress.at, await updated(connection, mirror_id))


def _after(row: Any, progress: Progress, cipher: Cipher) -> dict[str, Any]:
    """The columns as they are to be."""
    after = {name: row[name] for name in CHANGED}
    told = progress.model_dump(
        mode="python", exclude_none=True, include={"text", "held_seconds", "expires_at"}
    )
    after |= told
    if progress.phase:
        after["phase"] = progress.phase.value
    if progress.phase is Phase.GONE and row["gone_at"] is None:
        after["gone_at"] = progress.at
    if progress.verdict and _may_be_said(row["verdict"], progress.verdict):
        after["verdict"] = progress.verdict.value
    if row["uid"] is None and progress.uid and progress.created_at:
        after |= {"uid": progress.uid, "created_at": progress.created_at}
    before = mirrors.plan_of(row, cipher)
    if (plan := _with_manifest(progress.plan, before)) and plan != before:
        after["sealed_plan"] = sealed(cipher, row["id"], plan)
        after["needs_seconds"] = plan.needs_seconds
    return after


def _with_manifest(plan: MirrorPlan | None, before: MirrorPlan | None) -> MirrorPlan | None:
    """A manifest that is too large to be sent stays as it was shown to who asked."""
    if plan is None or plan.manifest or before is None:
        return plan
    return plan.model_copy(update={"manifest": before.manifest})


def _may_be_said(before: str | None, verdict: Verdict) -> bool:
    return before is None or (before, verdict) == (Verdict.PASSED, Verdict.FAILED)


def _verdict(after: dict[str, Any]) -> str:
    words = {"passed": "fix passed", "failed": "fix failed", "none": "fix without a verdict"}
    return words[after["verdict"]]


async def next_round(pool: Pool, cipher: Cipher, request: NextRound) -> Round:
    """The mirror that tests the next proposal; none where there may be no more, or where nothing
    new is proposed. Where there is no proposal, whether a model may be asked for one."""
    if request.operations:
        found = await _next_mirror(pool, cipher, request)
        return Round(mirror_id=str(found) if found else None)
    async with transaction(pool) as connection:
        row = await _locked(connection, UUID(request.mirror_id))
        may_more = row["round"] < row["rounds"] and row["source"] != "edited"
        known = await settings.public(connection)
    return Round(mirror_id=None, ask=may_more and bool(known.breakers))


async def _next_mirror(pool: Pool, cipher: Cipher, request: NextRound) -> UUID | None:
    async with transaction(pool) as connection:
        row = await _locked(connection, UUID(request.mirror_id))
        first_id, number = row["first_id"] or row["id"], row["round"] + 1
        if number > row["rounds"]:
            return None
        if known := await connection.fetchval(ROUND, first_id, number):
            found: UUID = known
            return found
        if row["gone_at"] is not None and request.at - row["gone_at"] > LATEST:
            return None
        wish = _wish(row, cipher)
        by_model = wish.by_model or request.by_model
        source: Literal["rules", "model"] = "model" if by_model else "rules"
        fix = fixes.of_operations(request.title, request.operations, source)
        if not any(step not in wish.operations for step in request.operations):
            return None
        change = {"operations": request.operations, "by_model": by_model}
        wish = wish.with_text("").model_copy(update=change)
        id_ = new_id()
        pod = mirror_name(wish.named_after, id_)
        plan = MirrorPlan(namespace=row["namespace"], pod=pod)
        key = f"{first_id}/{number}"
        new = NewMirror(id_, row["incident_id"], fix, wish, plan, pod, key, row["rounds"])
        by, at = wish.by, request.at
        fix_id = await fixes.remember(connection, cipher, row["incident_id"], fix, by, at)
        stored = await mirrors.put(connection, cipher, new, fix_id, at, (first_id, number))
        if stored is None:  # somebody tests the same fix by itself
            return None
        text = f"{fix.title}: round {number} of {row['rounds']}, tested on {pod}"
        await happened(connection, row["incident_id"], at, "testing fix", by, text)
        await emit(connection, at, await updated(connection, stored))
    return stored


async def tried(db: Db, mirror_id: UUID) -> Tried:
    """What a mirror had changed, and what it showed. NotFound where it is not there."""
    row = await db.fetchrow(TRIED, mirror_id)
    if row is None:
        raise NotFound(f"There is no mirror {mirror_id}.")
    operations = fixes.OPERATIONS.validate_python(row["operations"])
    return Tried(row["pod"], row["title"], row["text"], operations)


async def live(db: Db, clusters: Iterable[str], now: datetime) -> LiveMirrors:
    """What a sweep of each cluster needs to know: of `clusters`, and of those that had a mirror
    lately."""
    found: dict[str, dict[str, datetime]] = defaultdict(dict, {name: {} for name in clusters})
    for row in await db.fetch(SWEPT, now - SWEPT_FOR):
        stays = found[row["cluster"]]
        if row["uid"] and row["phase"] not in (Phase.EXPIRING, Phase.GONE):
            stays[row["uid"]] = row["ends"]
    return LiveMirrors(
        requests=[SweepRequest(cluster=name, live=stays) for name, stays in sorted(found.items())]
    )


@dataclass(frozen=True)
class Unended:
    """A mirror that must have a running workflow."""

    mirror_id: str
    workload: Workload
    pod: str


async def unended(pool: Pool) -> list[Unended]:
    """All that are not gone."""
    return [
        Unended(
            str(row["id"]),
            Workload(row["cluster"], row["namespace"], row["kind"], row["name"]),
            row["pod"],
        )
        for row in await pool.fetch(UNENDED)
    ]
