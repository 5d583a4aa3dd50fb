"""The same action on many incidents: each is done or refused by itself."""

import asyncio
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from api.changing import IgnoreBody, Key, changed, ignoring, simple
from api.state import Kure, State, Writer
from kure.contracts.incidents import Action, Change, Changed
from kure.contracts.reports import Message
from kure.domain.access.person import Person
from kure.errors import KureError
from kure.ids import new_id

router = APIRouter(prefix="/api/incidents", tags=["incidents"])

MOST = 200
# Each is an update of a workflow of its own.
AT_ONCE = 8


class BulkBody(IgnoreBody):
    """`action` on each of `ids`. What it needs beside (`until`, `count`, `reason`) is of all.
    Without a version: who has chosen many has seen each in its row."""

    version: None = None
    action: Action
    ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST)]


class BulkOutcome(Message):
    """What came of one: `changed`, or why not."""

    id: str
    changed: Changed | None = None
    error: str = ""


class BulkAnswer(Message):
    """One outcome for each id, in the order in which they were given."""

    items: list[BulkOutcome]
    done: int
    refused: int


@router.post("/bulk")
async def change_many(body: BulkBody, kure: Kure, person: Writer, key: Key = None) -> BulkAnswer:
    """Do the same to up to 200 incidents. One that is refused holds up no other. Repeated with the
    same Idempotency-Key, each is done once."""
    wanted = _wanted(body, person, kure.clock())
    ids = list(dict.fromkeys(body.ids))
    places, keys = asyncio.Semaphore(AT_ONCE), key or str(new_id())

    async def one(incident_id: UUID) -> BulkOutcome:
        async with places:
            return await _outcome(kure, person, incident_id, wanted, f"{keys}/{incident_id}")

    items = await asyncio.gather(*map(one, ids))
    done = sum(item.changed is not None for item in items)
    return BulkAnswer(items=list(items), done=done, refused=len(items) - done)


def _wanted(body: BulkBody, person: Person, now: datetime) -> Change:
    if body.action is Action.IGNORE:
        return ignoring(body, person, now)
    return simple(body.action, body, person)


async def _outcome(
    kure: State, person: Person, incident_id: UUID, wanted: Change, key: str
) -> BulkOutcome:
    try:
        done = await changed(kure, person, incident_id, wanted, key)
    except KureError as error:
        return BulkOutcome(id=str(incident_id), error=str(error))
    return BulkOutcome(id=str(incident_id), changed=done)
