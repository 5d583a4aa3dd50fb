"""What one client of the live stream gets, and how it is written as server-sent events."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from time import monotonic

from sse_starlette import EventSourceResponse
from starlette.types import Receive, Scope, Send

from api.hub import Hub
from api.listening import Listener
from api.places import Places
from api.ring import Told
from api.subscription import Mark, Subscription
from kure.errors import DatabaseUnavailable

BEAT_SECONDS = 15.0
WRITTEN = {
    Mark.RESYNC: b"event: resync\r\ndata: {}\r\n\r\n",
    Mark.BYE: b'event: bye\r\ndata: {"reason": "auth"}\r\n\r\n',
}


class Stream(EventSourceResponse):
    """A response that gives its place back when it ends, also where it never began."""

    def __init__(self, content: AsyncIterator[bytes], places: Places, session: str) -> None:
        # Our own named heartbeat does what the library's comment would, and scripts see it. Who
        # does not read is cut off below this: see api/unread.py.
        super().__init__(content, ping=0, headers={"Cache-Control": "no-store"})
        self._places, self._session = places, session
        places.take(session)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._places.leave(self._session)


async def listen(
    client: Subscription, listener: Listener, beat_seconds: float = BEAT_SECONDS
) -> AsyncIterator[Sequence[Told] | Mark]:
    """Events that the listener may see, and heartbeats, the first at once; ends with BYE where the
    listener may listen no longer, and without where the log cannot be read: the client comes
    again."""
    yield Mark.BEAT
    due = monotonic() + beat_seconds
    while True:
        try:
            told = await client.next(max(0.0, due - monotonic()))
        except DatabaseUnavailable:
            return
        is_due = monotonic() >= due
        if (is_due or _concerns(listener, told)) and not await listener.still_allowed():
            yield Mark.BYE
            return
        if isinstance(told, Mark):
            yield told
        elif seen := [one for one in told if listener.sees(one.event)]:
            yield seen
        if is_due:
            due = monotonic() + beat_seconds
            yield Mark.BEAT


def _concerns(listener: Listener, told: Sequence[Told] | Mark) -> bool:
    return isinstance(told, Mark) or any(listener.about(one.event) for one in told)


async def stream(
    hub: Hub,
    listener: Listener,
    since: int | None,
    clock: Callable[[], datetime],
    beat_seconds: float = BEAT_SECONDS,
) -> AsyncIterator[bytes]:
    """What `listen` yields as server-sent events; what comes together goes out in one piece."""
    async with hub.subscribe(since) as client:
        async for part in listen(client, listener, beat_seconds):
            if part is Mark.BEAT:
                yield _beat(client.seq, clock())
            elif isinstance(part, Mark):
                yield WRITTEN[part]
            else:
                yield b"".join(
                    one.sse if listener.sees_nodes(one.event) else one.apart for one in part
                )


def _beat(seq: int, now: datetime) -> bytes:
    data = f'{{"now": "{now.isoformat()}", "seq": {seq}}}'
    return f"event: hb\r\ndata: {data}\r\nretry: 1000\r\n\r\n".encode()
