"""Plays what was recorded: what was there at the start, then each change at its time.

It began once, when the cluster was first started, and goes on while nobody watches, as a real
cluster does: after a restart it is where it would be.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kure.demo.recorded.store import Store
from kure.demo.recorded.translation import Translation, renewed
from kure.domain.manifests import Manifest
from kure.recording.format import Recording, Seen
from kure.recording.kinds import RECORDED

# How long a round's end is left as it is before the next one begins.
PAUSE_SECONDS = 30.0

NAMESPACED = {resource.path for resource in RECORDED if resource.namespaced}


@dataclass(frozen=True)
class Plan:
    """When the first round began, and whether there are others."""

    began: datetime
    loop: bool


class Story:
    """Puts into the store what the recording tells."""

    def __init__(
        self, recording: Recording, plan: Plan, store: Store, clock: Callable[[], datetime]
    ) -> None:
        self._recording = recording
        self._plan = plan
        self._store = store
        self._clock = clock
        self._renewed = renewed(one.object for one in recording.story if isinstance(one, Seen))
        self._round = 0
        self._translation = self._of_round(0)
        self._place = 0

    def catch_up(self) -> None:
        """Bring the store to now, which may be rounds after it was last there."""
        due = self._round_at(self._clock())
        if due != self._round:
            self._clear()
            self._round, self._place = due, 0
            self._translation = self._of_round(due)
        now = self._seconds()
        while self._place < len(self._recording.story) and self._next_at() <= now:
            self._tell()
            self._place += 1

    async def play(self) -> None:
        """Go on for ever."""
        while True:
            self.catch_up()
            wait = self._until_the_next()
            if wait is None:
                return
            await asyncio.sleep(max(0.0, wait))

    def log(self, container_id: str) -> Iterator[tuple[datetime, str]] | None:
        """The lines of a run with their times, those to come included; None where it was not
        recorded."""
        lines = self._recording.logs.get(container_id)
        if lines is None:
            return None
        start = self._start(self._round)
        return ((start + timedelta(seconds=at), line) for at, line in lines)

    def _tell(self) -> None:
        entry = self._recording.story[self._place]
        if isinstance(entry, Seen):
            self._store.put(entry.path, self._translation.object(entry.object))
            return
        found = self._store.by_uid(entry.path, self._translation.uid(entry.uid))
        if found is not None:
            self._store.drop(entry.path, found)

    def _clear(self) -> None:
        """The shop is taken down; who was created by hand goes with it."""
        for path in NAMESPACED:
            for obj in list(self._store.all(path)):
                self._store.drop(path, obj)

    def _of_round(self, number: int) -> Translation:
        shift = self._start(number) - self._recording.end.began
        return Translation(shift, number, self._renewed)

    def _start(self, number: int) -> datetime:
        return self._plan.began + number * timedelta(seconds=self._length)

    def _round_at(self, now: datetime) -> int:
        if not self._plan.loop:
            return 0
        return max(0, int((now - self._plan.began).total_seconds() // self._length))

    @property
    def _length(self) -> float:
        return self._recording.end.at + PAUSE_SECONDS

    def _seconds(self) -> float:
        return (self._clock() - self._start(self._round)).total_seconds()

    def _next_at(self) -> float:
        return self._recording.story[self._place].at

    def _until_the_next(self) -> float | None:
        if self._place < len(self._recording.story):
            return self._next_at() - self._seconds()
        return self._length - self._seconds() if self._plan.loop else None


def objects(recording: Recording, path: str) -> Sequence[Manifest]:
    """Every state of every object of a list that was recorded."""
    return [one.object for one in recording.story if isinstance(one, Seen) and one.path == path]
