"""Jumping to anything by its name or id."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from api.state import Kure, Reader
from kure.adapters.postgres import search
from kure.contracts.search import Hit

router = APIRouter(prefix="/api/search", tags=["search"])


class Hits(BaseModel):
    """What was found, what is most urgent first."""

    items: list[Hit]


@router.get("")
async def find(
    q: Annotated[str, Query(min_length=1, max_length=200)],
    kure: Kure,
    person: Reader,
    limit: Annotated[int, Query(ge=1, le=50)] = 12,
) -> Hits:
    """Incidents by their workload or cause, mirrors by their pod, anything by its id."""
    text = q.strip()
    return Hits(items=await search.find(kure.pool, text, person.scopes, limit) if text else [])
