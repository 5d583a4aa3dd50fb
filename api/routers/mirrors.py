"""Mirrors: a fix is proved on a throw-away copy of the failing pod. Nothing is ever applied to the
workload itself."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api import mirror_fixes
from api.mirror_asked import (
    Asked,
    Key,
    Options,
    Subject,
    default_ttl,
    planned,
    start,
    workload_of,
)
from api.mirror_fixes import Proposal
from api.progress import with_link
from api.state import Kure, Reader, State, Writer
from kure.adapters.postgres import audit, fixes, mirrors
from kure.adapters.postgres.diagnoses import newest_diagnosis
from kure.adapters.postgres.mirror_work import Unended
from kure.adapters.postgres.mirrors import Filter
from kure.adapters.postgres.pool import transaction
from kure.adapters.postgres.rows import find_subject
from kure.contracts.incidents import IncidentRow
from kure.contracts.mirroring import EndRequest, Extended, ExtendRequest
from kure.contracts.mirrors import (
    MOST_ROUNDS,
    MirrorDetail,
    MirrorPage,
    MirrorPlan,
    MirrorPreview,
    MirrorRow,
    MirrorStarted,
    Phase,
    Policy,
    TtlBounds,
    TtlSeconds,
)
from kure.domain.access.person import Person
from kure.domain.mirrors.documents import MOST_BYTES
from kure.domain.workloads import Workload
from kure.errors import Conflict, InvalidInput
from kure.ids import new_id

router = APIRouter(prefix="/api/mirror", tags=["mirrors"])

MOST_ACTIVE = 200
Manifest = Annotated[str, Field(min_length=1, max_length=MOST_BYTES, pattern=r"^[^\x00]*$")]


class EditedOptions(Options):
    """`manifest` is what somebody has made of the one that they were shown."""

    manifest: Manifest | None = None


class PreviewBody(EditedOptions):
    """What to test: the first fix of the newest diagnosis that changes the workload itself, else a
    model's; or that of a cause, by its place (from 0) or its rule; or a stored fix; or an edited
    manifest."""

    fix_id: UUID | None = None
    cause: Annotated[int, Field(ge=0, le=1000)] | None = None
    rule: Annotated[str, Field(max_length=100)] | None = None


class DeployBody(EditedOptions):
    """What to test: a stored fix or an edited manifest, one of them. `rounds`: how often the fix
    that a failed mirror leads to is tested in turn. `confirmed`: what the plan asks to be confirmed
    is."""

    fix_id: UUID | None = None
    confirmed: bool = False
    rounds: Annotated[int, Field(ge=1, le=MOST_ROUNDS)] = 1


class ExtendBody(BaseModel):
    """How long it is to live, counted from its creation."""

    model_config = ConfigDict(extra="forbid")

    ttl_seconds: TtlSeconds


@router.get("")
async def list_mirrors(
    kure: Kure,
    person: Reader,
    incident: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[str, Query(max_length=500)] = "",
) -> MirrorPage:
    """All mirrors, or those of an incident, newest first."""
    wanted = Filter(incident, scopes=person.scopes)
    page = await mirrors.listed(kure.pool, wanted, limit, after)
    return MirrorPage.model_validate(page, from_attributes=True)


@router.get("/active")
async def list_active(kure: Kure, person: Reader) -> MirrorPage:
    """Mirrors that are not gone, newest first."""
    wanted = Filter(live=True, scopes=person.scopes)
    page = await mirrors.listed(kure.pool, wanted, MOST_ACTIVE)
    return MirrorPage.model_validate(page, from_attributes=True)


@router.get("/status/{mirror_id}")
async def read_mirror(mirror_id: UUID, kure: Kure, person: Reader) -> MirrorDetail:
    """How far it is, what it showed, and its steps."""
    cipher, now = kure.mirror_cipher, kure.clock()
    detail = await mirrors.read_detail(kure.pool, cipher, mirror_id, person.scopes, now)
    return detail.model_copy(update={"run": with_link(detail.run, kure.settings)})


@router.post("/preview/{id}")
async def preview(id: Subject, body: PreviewBody, kure: Kure, person: Writer) -> MirrorPreview:
    """What a mirror would be, of an incident or of one failed pod: the fix, the copy, what the
    policy and the API server say. Creates nothing in the cluster; the fix is kept."""
    row, uid = await find_subject(kure.pool, id, person.scopes)
    workload_of(row)
    proposal = await _wanted(kure, person, row, body)
    ttl = await default_ttl(kure)
    _, plan = await planned(kure, Asked(row, uid, person, body, ttl), proposal, new_id())
    fix_id = await _keep(kure, person, row, proposal, plan)
    return _shown(row, fix_id, proposal, plan, ttl)


@router.post("/deploy/{id}", status_code=202)
async def deploy(
    id: Subject, body: DeployBody, kure: Kure, person: Writer, key: Key = None
) -> MirrorStarted:
    """Test a fix on a mirror. 422 with every reason where the policy refuses it, 409 where the same
    fix is being tested or there are too many; then nothing was created."""
    row, uid = await find_subject(kure.pool, id, person.scopes)
    key = key or str(new_id())
    if known := await mirrors.by_key(kure.pool, UUID(row.id), key):
        return MirrorStarted(mirror_id=str(known))
    proposal = await _chosen(kure, person, UUID(row.id), body)
    asked = Asked(row, uid, person, body, await default_ttl(kure))
    return await start(kure, asked, proposal, key, confirmed=body.confirmed, rounds=body.rounds)


@router.post("/{mirror_id}/extend")
async def extend(
    mirror_id: UUID, body: ExtendBody, kure: Kure, person: Writer, key: Key = None
) -> Extended:
    """Let it live longer: so many seconds from its creation on, at most an hour."""
    row = await mirrors.read_row(kure.pool, mirror_id, person.scopes)
    if row.phase in (Phase.EXPIRING, Phase.GONE):
        raise Conflict(f"The mirror {row.pod} is over: it cannot be extended. Test the fix again.")
    request = ExtendRequest(
        ttl_seconds=body.ttl_seconds, by=person.name, idempotency_key=key or str(new_id())
    )
    extended = await kure.mirror_runs.extend(_live(row), request)
    detail = {"ttl_seconds": body.ttl_seconds, "expires_at": extended.expires_at.isoformat()}
    await _note(kure, person, "mirror.extend", row, detail)
    return extended


@router.delete("/{mirror_id}", status_code=202)
async def end(mirror_id: UUID, kure: Kure, person: Writer, key: Key = None) -> MirrorStarted:
    """Delete it now. Where it is gone there is nothing to do."""
    row = await mirrors.read_row(kure.pool, mirror_id, person.scopes)
    if row.phase is not Phase.GONE:
        request = EndRequest(by=person.name, idempotency_key=key or str(new_id()))
        await kure.mirror_runs.end(_live(row), request)
        await _note(kure, person, "mirror.end", row, {})
    return MirrorStarted(mirror_id=row.id)


async def _note(
    kure: State, person: Person, action: str, row: MirrorRow, detail: dict[str, object]
) -> None:
    target, told = f"mirror/{row.id}", {"incident": row.incident_id, "pod": row.pod} | detail
    await audit.write(kure.pool, kure.clock(), person.name, action, target, "done", told)


def _live(row: MirrorRow) -> Unended:
    workload = Workload(row.cluster, row.namespace, row.workload_kind, row.workload_name)
    return Unended(row.id, workload, row.pod)


async def _wanted(kure: State, person: Person, row: IncidentRow, body: PreviewBody) -> Proposal:
    if body.manifest is not None:
        return mirror_fixes.edited(kure.keyring, body.manifest, person.name)
    if body.fix_id is not None:
        return await mirror_fixes.stored(kure, UUID(row.id), body.fix_id)
    workload = workload_of(row)
    if body.cause is None and body.rule is None:
        return await mirror_fixes.first(kure, row, workload, person.scopes)
    diagnosis = await newest_diagnosis(kure.pool, row, person.scopes)
    return mirror_fixes.proposed(diagnosis, workload, body.cause, body.rule)


async def _chosen(kure: State, person: Person, incident_id: UUID, body: DeployBody) -> Proposal:
    if (body.fix_id is None) == (body.manifest is None):
        raise InvalidInput(
            "Say what to test.", (("fix_id", "give a stored fix, or `manifest` instead"),)
        )
    if body.manifest is not None:
        return mirror_fixes.edited(kure.keyring, body.manifest, person.name)
    assert body.fix_id is not None, "one of them is there"
    fix = await fixes.read(kure.pool, kure.mirror_cipher, incident_id, body.fix_id)
    return Proposal(fix, "")


async def _keep(
    kure: State, person: Person, row: IncidentRow, proposal: Proposal, plan: MirrorPlan
) -> str | None:
    """Store the fix, so that it can be deployed by its id; what somebody has edited only where the
    policy allows it to them."""
    fix = proposal.fix
    if fix is None or (fix.source == "edited" and plan.refusals):
        return None
    async with transaction(kure.pool) as connection:
        cipher, now = kure.mirror_cipher, kure.clock()
        kept = await fixes.remember(connection, cipher, UUID(row.id), fix, person.name, now)
    return str(kept)


def _shown(
    row: IncidentRow, fix_id: str | None, proposal: Proposal, plan: MirrorPlan, ttl: int
) -> MirrorPreview:
    shared = plan.model_dump(exclude={"refusals", "confirmations"})
    return MirrorPreview(
        **shared,
        incident_id=row.id,
        fix_id=fix_id,
        title=proposal.fix.title if proposal.fix else "",
        explanation=proposal.explanation,
        source=proposal.fix.source if proposal.fix else "",
        policy=Policy(refusals=plan.refusals, confirmations=plan.confirmations),
        ttl=TtlBounds(default=ttl),
    )
