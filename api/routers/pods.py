"""Failed pods, a row each, for clients of Kure Monitor. Ours are incidents, a row a workload."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.state import Kure, Reader, State
from kure.adapters.postgres import failed_pods
from kure.adapters.postgres.failed_pods import Which
from kure.contracts.pods import FailedPod
from kure.domain.access.person import Person

router = APIRouter(prefix="/api/pods", tags=["pods"])


class PodQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    after: Annotated[str, Field(max_length=500)] = ""


class PodPage(BaseModel):
    """Pods, those that failed last first; `next` continues the list."""

    items: list[FailedPod]
    next: str | None
    as_of_seq: int


Asked = Annotated[PodQuery, Query()]


@router.get("/failed")
async def list_failed_pods(query: Asked, kure: Kure, person: Reader) -> PodPage:
    """Pods that fail now."""
    return await _page(kure, person, "failed", query)


@router.get("/history")
async def list_resolved_pods(query: Asked, kure: Kure, person: Reader) -> PodPage:
    """Pods that had failed, of incidents that are resolved."""
    return await _page(kure, person, "history", query)


@router.get("/ignored")
async def list_ignored_pods(query: Asked, kure: Kure, person: Reader) -> PodPage:
    """Pods of incidents that are ignored."""
    return await _page(kure, person, "ignored", query)


async def _page(kure: State, person: Person, which: Which, query: PodQuery) -> PodPage:
    items, next_, seq = await failed_pods.page(
        kure.pool, which, person.scopes, query.limit, query.after
    )
    return PodPage(items=items, next=next_, as_of_seq=seq)
