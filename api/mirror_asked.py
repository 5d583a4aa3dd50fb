"""Asking for a mirror: what it is to be is planned in the cluster, and where nothing speaks against
it, it is stored and its run started."""

import logging
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Header
from pydantic import BaseModel, ConfigDict, Field

from api.mirror_fixes import Proposal
from api.state import State
from kure.adapters.postgres import config, mirrors, workflow
from kure.adapters.postgres.drafts import DraftTable
from kure.adapters.postgres.mirror_work import Unended
from kure.adapters.postgres.mirrors import Limits, NewMirror
from kure.contracts.incidents import IncidentRow
from kure.contracts.mirroring import Planned, PlanRequest, Wish
from kure.contracts.mirrors import MirrorPlan, MirrorStarted, TtlSeconds
from kure.contracts.settings import MirrorLimits, MirrorTtl
from kure.domain.access.person import Person
from kure.domain.workloads import Workload
from kure.errors import Conflict, DatabaseUnavailable, InvalidInput
from kure.ids import new_id

log = logging.getLogger("kure.api.mirrors")

Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)]
Subject = Annotated[str, Field(max_length=128)]


class Options(BaseModel):
    """How to test. `empty_volumes`: volumes that only one pod may write start empty;
    `no_network`: the mirror may speak to nobody."""

    model_config = ConfigDict(extra="forbid")

    ttl_seconds: TtlSeconds | None = None
    empty_volumes: bool = True
    no_network: bool = False


@dataclass(frozen=True)
class Asked:
    """Who asks for a mirror of what, and how it is to be. `uid` is that of one pod, or empty;
    `ttl_seconds` is how long it lives where the options do not say."""

    row: IncidentRow
    uid: str
    person: Person
    options: Options
    ttl_seconds: int


def workload_of(row: IncidentRow) -> Workload:
    """Conflict for what runs no pods."""
    if row.namespace == "_":
        raise Conflict(f"A {row.kind} has no pod that could be copied.")
    return Workload(row.cluster, row.namespace, row.kind, row.name)


async def default_ttl(kure: State) -> int:
    """How many seconds a mirror lives where nobody says."""
    stored = (await config.read(kure.pool, "mirror-ttl")).get("mirror-ttl")
    return (MirrorTtl.model_validate(stored.value) if stored else MirrorTtl()).ttl_seconds


async def planned(
    kure: State, asked: Asked, proposal: Proposal, mirror_id: UUID, *, confirmed: bool = False
) -> tuple[Wish, MirrorPlan]:
    """What the mirror would be, and all that speaks against it. Creates nothing."""
    wish = (await _wish(kure, asked, proposal)).model_copy(update={"confirmed": confirmed})
    drafts, sent = DraftTable(kure.pool, kure.mirror_cipher), wish
    if wish.edited:
        kept = (asked.row.id, wish.edited, asked.person.name, kure.clock())
        sent = wish.stored(await drafts.keep(*kept))
    request = PlanRequest(incident_id=asked.row.id, mirror_id=str(mirror_id), wish=sent)
    try:
        plan = await kure.mirror_runs.plan(request)
    finally:
        if sent.edited_id:
            await _drop(drafts, sent.edited_id)
    return wish, await _whole(drafts, plan)


async def _whole(drafts: DraftTable, plan: Planned) -> MirrorPlan:
    """With its manifest, also where that was too large to be sent."""
    told = MirrorPlan.model_validate(plan.model_dump())
    if not plan.manifest_id:
        return told
    manifest = await drafts.read(plan.manifest_id)
    await _drop(drafts, plan.manifest_id)
    return told.model_copy(update={"manifest": manifest})


async def _drop(drafts: DraftTable, id_: str) -> None:
    """What is not dropped is forgotten later: what was planned stands."""
    try:
        await drafts.drop(id_)
    except DatabaseUnavailable as error:
        log.warning("draft %s is left for a while: %s", id_, error)


async def start(
    kure: State, asked: Asked, proposal: Proposal, key: str, *, confirmed: bool, rounds: int
) -> MirrorStarted:
    """Store the mirror and start its run; the one that was stored under the key before, if any.

    InvalidInput with every reason where the policy refuses it, Conflict where the same fix is being
    tested or there are too many; then nothing was created.
    """
    assert proposal.fix is not None, "it was chosen"
    mirror_id = new_id()
    wish, plan = await planned(kure, asked, proposal, mirror_id, confirmed=confirmed)
    _check(plan, confirmed=confirmed)
    new = NewMirror(mirror_id, UUID(asked.row.id), proposal.fix, wish, plan, plan.pod, key, rounds)
    limits = await _limits(kure)
    stored, is_new = await mirrors.insert(kure.pool, kure.mirror_cipher, new, limits, kure.clock())
    if is_new:
        await kure.mirror_runs.start_soon(Unended(str(stored), wish.workload, plan.pod))
    return MirrorStarted(mirror_id=str(stored))


async def _wish(kure: State, asked: Asked, proposal: Proposal) -> Wish:
    row, fix, options = asked.row, proposal.fix, asked.options
    return Wish(
        workload=workload_of(row),
        pods=await workflow.pods_of(kure.pool, UUID(row.id), asked.uid),
        operations=list(fix.operations) if fix else [],
        edited=fix.edited if fix else "",
        by_model=fix is not None and fix.source == "model",
        by=asked.person.name,
        role=asked.person.role,
        ttl_seconds=options.ttl_seconds or asked.ttl_seconds,
        empty_volumes=options.empty_volumes,
        no_network=options.no_network,
    )


def _check(plan: MirrorPlan, *, confirmed: bool) -> None:
    """InvalidInput with all that speaks against it."""
    if plan.refusals:
        raise InvalidInput(
            f"This mirror is refused: {' '.join(plan.refusals)}",
            tuple(("policy", refusal) for refusal in plan.refusals),
        )
    if plan.confirmations and not confirmed:
        raise InvalidInput(
            f"This mirror has to be confirmed: {' '.join(plan.confirmations)}",
            tuple(("confirmed", one) for one in plan.confirmations),
        )


async def _limits(kure: State) -> Limits:
    stored = (await config.read(kure.pool, "mirror-limits")).get("mirror-limits")
    limits = MirrorLimits.model_validate(stored.value) if stored else MirrorLimits()
    return Limits(limits.per_cluster, limits.per_namespace)
