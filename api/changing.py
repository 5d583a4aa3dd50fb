"""What a person asks of an incident, from the request's body to its workflow's answer."""

from datetime import UTC, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Header
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api.actions import act
from api.state import State
from kure.adapters.postgres.nudges import Nudge
from kure.adapters.postgres.rows import read_row
from kure.contracts.incidents import Action, Change, Changed
from kure.domain.access.person import Person
from kure.domain.workloads import Workload
from kure.errors import InvalidInput
from kure.ids import new_id

Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)]


class ChangeBody(BaseModel):
    """`version`, where given, is the one that the caller saw; a newer one answers 409."""

    model_config = ConfigDict(extra="forbid")

    version: int | None = None
    reason: Annotated[str, Field(max_length=500)] = ""


class IgnoreBody(ChangeBody):
    """Until a moment, until it was reported `count` times more, or for ever: one of them."""

    until: AwareDatetime | Literal["forever"] | None = None
    count: Annotated[int, Field(ge=1, le=1000)] | None = None


async def changed(
    kure: State, person: Person, incident_id: UUID, change: Change, key: str | None
) -> Changed:
    """Have it done by the incident's workflow. NotFound outside of the person's scopes, else what
    `act` raises."""
    row = await read_row(kure.pool, incident_id, person.scopes)
    workload = Workload(row.cluster, row.namespace, row.kind, row.name)
    nudge = Nudge(incident_id, workload)
    return await act(kure.temporal, kure.starter, nudge, change, key or str(new_id()))


def simple(action: Action, body: ChangeBody, person: Person) -> Change:
    """A change that says no more than what to do."""
    return Change(action=action, by=person.name, version=body.version, reason=body.reason)


def ignoring(body: IgnoreBody, person: Person, now: datetime) -> Change:
    """InvalidInput where it does not say, in one way, until when."""
    if (body.until is None) == (body.count is None):
        raise InvalidInput(
            "Say until when to ignore it.",
            (("until", 'give a time, or "forever", or `count` instead'),),
        )
    until = None if body.until == "forever" else body.until
    if until is not None and until <= now:
        raise InvalidInput("That moment has passed.", (("until", "must be in the future"),))
    return Change(
        action=Action.IGNORE,
        by=person.name,
        version=body.version,
        reason=body.reason,
        until=until.astimezone(UTC) if until is not None else None,
        count=body.count,
    )
