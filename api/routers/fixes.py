"""A proposed fix as a person would apply it. Kure never does."""

import asyncio
from uuid import UUID

from fastapi import APIRouter

from api.state import Kure, Reader, State
from kure.adapters.postgres import fixes, mirrors
from kure.adapters.postgres.fixes import Fix
from kure.adapters.postgres.rows import read_row
from kure.contracts.incidents import FixDetail, IncidentRow, PatchView
from kure.domain.models.fix_shown import shown
from kure.domain.models.fixing import patch
from kure.domain.workloads import Workload

router = APIRouter(prefix="/api/incidents", tags=["mirrors"])


@router.get("/{incident_id}/fixes/{fix_id}")
async def read_fix(incident_id: UUID, fix_id: UUID, kure: Kure, person: Reader) -> FixDetail:
    """What it changes, what of that was checked, and the command that would apply it."""
    row = await read_row(kure.pool, incident_id, person.scopes)
    view = await mirrors.fix_view(kure.pool, incident_id, fix_id)
    fix = await fixes.read(kure.pool, kure.mirror_cipher, incident_id, fix_id)
    by_model = await fixes.of_model(kure.pool, kure.mirror_cipher, incident_id, fix_id)
    manifest, diff = await _shown(kure, row, fix)
    return FixDetail(
        **view.model_dump(),
        patch=_patch(row, fix, by_model[1].checked if by_model else ""),
        manifest=manifest,
        diff=diff,
    )


async def _shown(kure: State, row: IncidentRow, fix: Fix) -> tuple[str, str]:
    """Of the workload as it was captured last."""
    subject = f"{row.kind.partition('.')[0]}/{row.name}"
    captured = await kure.evidence.newest_of(kure.pool, UUID(row.id), subject)
    if captured is None or not fix.operations:
        return "", ""
    return await asyncio.to_thread(shown, captured, fix.operations)


def _patch(row: IncidentRow, fix: Fix, checked: str) -> PatchView | None:
    if not fix.operations:
        return None
    workload = Workload(row.cluster, row.namespace, row.kind, row.name)
    found = patch(workload, fix.operations, checked)
    return PatchView.model_validate(found, from_attributes=True)
