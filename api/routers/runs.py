"""Runs of workflows with their steps."""

from uuid import UUID

from fastapi import APIRouter

from api.progress import with_link, with_pending
from api.state import Kure, Reader
from kure.adapters.postgres import runs
from kure.contracts.runs import Run

router = APIRouter(prefix="/api/runs", tags=["runs"])


@router.get("/{run_id}")
async def read_run(run_id: UUID, kure: Kure, person: Reader) -> Run:
    """A run with its newest 200 steps, and those that Temporal is about to retry."""
    run = await runs.read(kure.pool, run_id)
    return with_link(await with_pending(run, kure.temporal), kure.settings)
