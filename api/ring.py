"""The newest events in memory, each turned into bytes once for all clients."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from kure.contracts.events import UiEvent

SIZE = 1000


@dataclass(frozen=True)
class Told:
    """An event as the live stream sends it."""

    event: UiEvent

    @cached_property
    def sse(self) -> bytes:
        """As a server-sent event."""
        return _sse(self.event)

    @cached_property
    def apart(self) -> bytes:
        """The same for whoever may not see the cluster's nodes: no word of a node's incident."""
        summary = self.event.payload.get("summary")
        if not isinstance(summary, dict) or not summary.get("folded_into"):
            return self.sse
        payload = self.event.payload | {"summary": summary | {"folded_into": None}}
        return _sse(self.event.model_copy(update={"payload": payload}))


def _sse(event: UiEvent) -> bytes:
    """JSON has no raw line breaks, so the data are one line."""
    data = event.model_dump_json(include={"payload"})
    payload = data.removeprefix('{"payload":').removesuffix("}")
    return f"id: {event.seq}\r\nevent: {event.topic}\r\ndata: {payload}\r\n\r\n".encode()


class Ring:
    """The last `SIZE` events or more, and which number the newest one that is not here had."""

    def __init__(self) -> None:
        self._told: list[Told] = []
        self.begin = 0

    def start(self, after: int) -> None:
        """Forget all; the next event is the first after number `after`."""
        self._told.clear()
        self.begin = after

    def add(self, found: Sequence[UiEvent]) -> None:
        """Add newer events, in order. The oldest go in one piece, so that each costs little."""
        self._told.extend(Told(event) for event in found)
        if len(self._told) >= 2 * SIZE:
            self.begin = self._told[-SIZE - 1].event.seq
            del self._told[:-SIZE]

    def after(self, seq: int, most: int) -> Sequence[Told]:
        """Up to `most` events after a number that is not below `begin`."""
        start = bisect_right(self._told, seq, key=lambda told: told.event.seq)
        return self._told[start : start + most]
