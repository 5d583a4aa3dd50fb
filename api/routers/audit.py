"""Who did what, for admins."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.state import Admin, Kure
from kure.adapters.postgres import audit
from kure.adapters.postgres.audit import Filter
from kure.contracts.access import AuditEntry

router = APIRouter(prefix="/api/admin", tags=["audit"])

Word = Annotated[str, Field(max_length=200)]


class AuditQuery(BaseModel):
    """Filters and page; what is not named here is refused. `target` is what it begins with."""

    model_config = ConfigDict(extra="forbid")

    actor: list[Word] = []
    action: list[Word] = []
    outcome: list[Literal["done", "refused"]] = []
    target: Word = ""
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    after: Annotated[str, Field(max_length=500)] = ""


class AuditPage(BaseModel):
    """Entries, newest first; `next` continues the list."""

    items: list[AuditEntry]
    next: str | None


@router.get("/audit")
async def read_audit(query: Annotated[AuditQuery, Query()], kure: Kure, person: Admin) -> AuditPage:
    """What was changed, what was refused, who signed in, who read evidence."""
    wanted = Filter(
        actor=tuple(query.actor),
        action=tuple(query.action),
        outcome=tuple(query.outcome),
        target=query.target.replace("\0", ""),
        since=query.since,
        until=query.until,
    )
    items, next_ = await audit.page(kure.pool, wanted, query.limit, query.after)
    return AuditPage(items=items, next=next_)
