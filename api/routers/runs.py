"""Runs of workflows with their steps."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.progress import with_link, with_pending
from api.state import Kure, Reader
from kure.adapters.postgres import runs
from kure.contracts.runs import Run

router = APIRouter(prefix="/api/runs", tags=["runs"])


State = Literal["running", "completed", "failed", "cancelled", "lost"]


class RunQuery(BaseModel):
    """Filters and page of the list; what is not named here is refused."""

    model_config = ConfigDict(extra="forbid")

    state: list[State] = []
    incident_id: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    after: UUID | None = None


class RunPage(BaseModel):
    """Runs without their steps, newest first; `next` continues the list."""

    items: list[Run]
    next: str | None


@router.get("")
async def list_runs(query: Annotated[RunQuery, Query()], kure: Kure, person: Reader) -> RunPage:
    """What runs and what has run."""
    wanted = runs.Filter(tuple(query.state), query.incident_id, query.after, person.scopes)
    found = await runs.page(kure.pool, wanted, query.limit + 1)
    items = [with_link(run, kure.settings) for run in found[: query.limit]]
    return RunPage(items=items, next=items[-1].id if len(found) > query.limit else None)


@router.get("/{run_id}")
async def read_run(run_id: UUID, kure: Kure, person: Reader) -> Run:
    """A run with its newest 200 steps, and those that Temporal is about to retry."""
    run = await runs.read(kure.pool, run_id, person.scopes)
    return with_link(await with_pending(run, kure.temporal), kure.settings)
