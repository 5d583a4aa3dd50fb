"""The one live stream, as server-sent events."""

from typing import Annotated

from fastapi import APIRouter, Header, Query
from pydantic import BaseModel, ConfigDict, Field
from sse_starlette import EventSourceResponse

from api.listening import listener
from api.state import Kure, Reader
from api.streaming import Stream, stream

router = APIRouter(prefix="/api", tags=["events"])

LARGEST = 2**63 - 1  # what PostgreSQL takes as a number


class StreamQuery(BaseModel):
    """Where to begin; what is not named here is refused."""

    model_config = ConfigDict(extra="forbid")

    since: Annotated[int | None, Field(ge=0, le=LARGEST)] = None


@router.get("/events", response_class=EventSourceResponse)
async def events(
    kure: Kure,
    person: Reader,
    query: Annotated[StreamQuery, Query()],
    last_event_id: Annotated[int | None, Header(ge=0, le=LARGEST)] = None,
) -> EventSourceResponse:
    """Everything that changes, from now on or after event `since` (`Last-Event-ID` wins).

    `hb {now, seq}` comes at once and then every 15 s; `resync {}` says to fetch everything again;
    `bye {reason}` that the session has ended.
    """
    who = listener(person, kure.people, kure.clock)
    start = query.since if last_event_id is None else last_event_id
    await kure.hub.begun()
    return Stream(stream(kure.hub, who, start, kure.clock), kure.places, who.session)
