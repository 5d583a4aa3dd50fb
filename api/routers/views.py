"""One's own saved filters of the list."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from api.state import Kure, Reader
from kure.adapters.postgres import views
from kure.contracts.views import View, ViewBody

router = APIRouter(prefix="/api/views", tags=["views"])


class ViewList(BaseModel):
    items: list[View]


@router.get("")
async def list_views(kure: Kure, person: Reader) -> ViewList:
    """One's own views, by name."""
    return ViewList(items=await views.of_user(kure.pool, person.id))


@router.post("", status_code=201)
async def save_view(body: ViewBody, kure: Kure, person: Reader) -> View:
    """Save a view; one of the same name is replaced."""
    return await views.save(kure.pool, person.id, body, kure.clock())


@router.delete("/{view_id}", status_code=204)
async def delete_view(view_id: UUID, kure: Kure, person: Reader) -> None:
    """Delete one of one's own views."""
    await views.delete(kure.pool, person.id, view_id)
