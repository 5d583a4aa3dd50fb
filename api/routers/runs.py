"""Runs of workflows with their steps."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.progress import with_link, with_pending
from api.run_ends import cancel
from api.state import Kure, Reader, Writer
from kure.adapters.postgres import audit, runs
from kure.contracts.runs import Run

router = APIRouter(prefix="/api/runs", tags=["runs"])


State = Literal["running", "completed", "failed", "cancelled", "lost"]


class RunQuery(BaseModel):
    """Filters and page of the list; what is not named here is refused."""

    model_config = ConfigDict(extra="forbid")

    state: list[State] = []
    type: list[Annotated[str, Field(max_length=100)]] = []
    incident_id: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    after: UUID | None = None


class RunPage(BaseModel):
    """Runs without their steps, newest first; `next` continues the list. `counts` are of the filter
    without its state."""

    items: list[Run]
    next: str | None
    counts: dict[str, int]


@router.get("")
async def list_runs(query: Annotated[RunQuery, Query()], kure: Kure, person: Reader) -> RunPage:
    """What runs and what has run."""
    wanted = runs.Filter(
        states=tuple(query.state),
        types=tuple(text.replace("\0", "") for text in query.type),
        incident_id=query.incident_id,
        after=query.after,
        scopes=person.scopes,
    )
    found = await runs.page(kure.pool, wanted, query.limit + 1)
    items = [with_link(run, kure.settings) for run in found[: query.limit]]
    next_ = items[-1].id if len(found) > query.limit else None
    return RunPage(items=items, next=next_, counts=await runs.counts(kure.pool, wanted))


@router.get("/{run_id}")
async def read_run(run_id: UUID, kure: Kure, person: Reader) -> Run:
    """A run with its newest 200 steps, and those that Temporal is about to retry."""
    run = await runs.read(kure.pool, run_id, person.scopes)
    return with_link(await with_pending(run, kure.temporal), kure.settings)


@router.post("/{run_id}/cancel", status_code=202)
async def cancel_run(run_id: UUID, kure: Kure, person: Writer) -> None:
    """Have a run end: it cleans up after itself, which its steps show."""
    run = await runs.read(kure.pool, run_id, person.scopes)
    await cancel(kure.temporal, run)
    now, about = kure.clock(), {"workflow": run.workflow_id}
    await audit.write(kure.pool, now, person.name, "cancel", f"run/{run_id}", "done", about)
