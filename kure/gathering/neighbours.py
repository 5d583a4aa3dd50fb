"""Reading the lists that the rules want to see beside what fails.

Nothing here fails the gathering: a diagnosis without its neighbours says less, and says why.
"""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field

from kure.domain.diagnosis.nearby import Nearby, Want
from kure.domain.diagnosis.readable import NEARBY
from kure.domain.failures.objects.kind import ObjectKind
from kure.errors import KureError, NotFound
from kure.gathering.reads import Reads
from kure.ports import Manifest

# How many objects of one list are compared: names alike are looked for in all of them.
MOST_LISTED = 1000

# How many lists are read for one diagnosis, and how many of them at a time.
MOST_LISTS = 60
AT_ONCE = 8

# What has not come after so long is left out, of all rounds together: the worker has a minute for
# everything.
SECONDS = 15.0


@dataclass
class Neighbours:
    """One reading of what is near. `reads.unavailable` fills while it goes on, once for a kind."""

    reads: Reads
    seconds: float = SECONDS
    _lists: dict[Want, tuple[Manifest, ...]] = field(default_factory=dict)
    _cut: set[Want] = field(default_factory=set)
    _missing: dict[str, str] = field(default_factory=dict)
    _room: int = MOST_LISTS
    _ends: float | None = None

    async def read(self, wants: Collection[Want]) -> Nearby:
        """The lists, side by side, beside those that were read before; those that are missing were
        not read, and that is said."""
        ordered = sorted(wants, key=lambda want: (want.kind, want.namespace, want.fields))
        turns, ends = asyncio.Semaphore(AT_ONCE), self._deadline()
        async with asyncio.TaskGroup() as group:
            for want in ordered[: self._room]:
                group.create_task(self._in_turn(turns, want, ends))
        left = max(0, len(ordered) - self._room)
        self._room -= len(ordered) - left
        if left:
            self.reads.unavailable.append(
                f"{left} more lists that may explain this were not read: too many at once"
            )
        self.reads.unavailable += self._missing.values()
        return Nearby(dict(self._lists), frozenset(self._cut))

    def _deadline(self) -> float:
        if self._ends is None:
            self._ends = asyncio.get_running_loop().time() + self.seconds
        return self._ends

    async def _in_turn(self, turns: asyncio.Semaphore, want: Want, ends: float) -> None:
        try:
            async with asyncio.timeout_at(ends), turns:
                await self._list(want)
        except TimeoutError:
            self._miss(want, f"it took longer than {self.seconds:g} s")

    async def _list(self, want: Want) -> None:
        kind = NEARBY.get(want.kind)
        if kind is None:
            self._miss(want, "this version does not know where they are")
            return
        try:
            found = await self._some(kind, want)
        except NotFound:
            found = []  # the API server does not know the kind: there are none
        except KureError as error:
            self._miss(want, str(error))
            return
        self._lists[want] = tuple(found[:MOST_LISTED])
        if len(found) > MOST_LISTED:
            self._cut.add(want)

    async def _some(self, kind: ObjectKind, want: Want) -> list[Manifest]:
        """One more than may be, to know that there are more."""
        path = kind.list_in(want.namespace) if want.namespace else kind.list_path
        query = {"fieldSelector": want.fields} if want.fields else None
        found: list[Manifest] = []
        async for obj in self.reads.cluster.list(path, query):
            found.append(kind.keep(obj))
            if len(found) > MOST_LISTED:
                break
        return found

    def _miss(self, want: Want, why: str) -> None:
        where = f" of namespace {want.namespace}" if want.namespace else ""
        told = f"Objects of kind {want.kind}{where} were not compared with what fails: {why}"
        self._missing.setdefault(want.kind, told)
