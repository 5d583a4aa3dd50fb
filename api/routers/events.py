"""The one live stream, as server-sent events."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from sse_starlette import EventSourceResponse, ServerSentEvent

from api.hub import Hub
from api.state import Kure, Reader, State
from kure.contracts.events import UiEvent
from kure.errors import Unavailable

router = APIRouter(prefix="/api", tags=["events"])

BEAT_SECONDS = 15.0
MOST_CLIENTS = 1200

Seq = Annotated[int | None, Query(ge=0)]


@router.get("/events", response_class=EventSourceResponse)
async def stream(
    request: Request,
    kure: Kure,
    person: Reader,
    since: Seq = None,
    last_event_id: Annotated[int | None, Header(ge=0)] = None,
) -> EventSourceResponse:
    """Everything that changes, from now on or after event `since` (`Last-Event-ID` wins).

    `hb {now, seq}` comes at once and then every 15 s; `resync {}` says to fetch everything again.
    """
    if kure.hub.clients >= MOST_CLIENTS:
        raise Unavailable("The live stream has no place left; ask for the lists meanwhile.")
    start = since if last_event_id is None else last_event_id
    return EventSourceResponse(
        _events(kure, start),
        # Our own named heartbeat does what the library's comment would, and scripts see it.
        ping=3600,
        send_timeout=10,
        headers={"Cache-Control": "no-store"},
    )


async def _events(kure: State, since: int | None) -> AsyncIterator[ServerSentEvent]:
    hub: Hub = kure.hub
    async with hub.subscribe(since) as client:
        yield _beat(kure)
        while True:
            try:
                event = await client.next(BEAT_SECONDS)
            except TimeoutError:
                yield _beat(kure)
                continue
            yield _sent(event) if event is not None else ServerSentEvent("{}", event="resync")


def _beat(kure: State) -> ServerSentEvent:
    now = kure.clock().isoformat()
    return ServerSentEvent(f'{{"now": "{now}", "seq": {kure.hub.seq}}}', event="hb", retry=1000)


def _sent(event: UiEvent) -> ServerSentEvent:
    data = event.model_dump_json(include={"payload"})
    return ServerSentEvent(
        data.removeprefix('{"payload":').removesuffix("}"), event=event.topic, id=str(event.seq)
    )
