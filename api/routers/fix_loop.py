"""Propose, test, learn, propose again: one click, at most three rounds."""

from uuid import UUID

from fastapi import APIRouter

from api import mirror_fixes
from api.mirror_asked import Asked, Key, Options, Subject, default_ttl, start, workload_of
from api.state import Kure, Writer
from kure.adapters.postgres import mirrors
from kure.adapters.postgres.rows import find_subject
from kure.contracts.mirrors import MOST_ROUNDS, MirrorStarted
from kure.errors import InvalidInput
from kure.ids import new_id

router = APIRouter(prefix="/api/incidents", tags=["mirrors"])


class FixLoopBody(Options):
    """How to test. `fix_id`: the stored fix to begin with, where it is not the rules' first one.
    `confirmed`: what the plan asks to be confirmed is."""

    fix_id: UUID | None = None
    confirmed: bool = False


@router.post("/{id}/fix-loop", status_code=202)
async def fix_loop(
    id: Subject, body: FixLoopBody, kure: Kure, person: Writer, key: Key = None
) -> MirrorStarted:
    """Test the fix of an incident, the rules' or else a model's, then the one that a failed mirror
    leads to: by the rules, or else by a model that is shown what the mirror showed. What comes back
    is the first mirror; each later round's is in the list of the incident's. Refused as a deploy
    is, and where there is no fix to begin with."""
    row, uid = await find_subject(kure.pool, id, person.scopes)
    key = key or str(new_id())
    if known := await mirrors.by_key(kure.pool, UUID(row.id), key):
        return MirrorStarted(mirror_id=str(known))
    workload = workload_of(row)
    if body.fix_id is not None:
        proposal = await mirror_fixes.stored(kure, UUID(row.id), body.fix_id)
    else:
        proposal = await mirror_fixes.first(kure, row, workload, person.scopes)
    if proposal.fix is None:
        raise InvalidInput(proposal.explanation, (("fix", "there is none to begin with"),))
    asked = Asked(row, uid, person, body, await default_ttl(kure))
    return await start(kure, asked, proposal, key, confirmed=body.confirmed, rounds=MOST_ROUNDS)
