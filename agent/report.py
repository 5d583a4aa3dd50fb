"""What is to be told, waiting its turn: in order for each subject, bounded, never forgotten in
silence.

A report is prepared beside its place in the queue (its owner is looked up, its manifest redacted),
so that its place is the moment of the verdict, and later reports of the same subject stay behind.
Once prepared it goes to the spool, and from there to the API: a process that dies has lost nothing
that it had prepared. Where there is no spool, or it does not take a report, that waits in memory.
"""

import asyncio
import itertools
import logging
from collections.abc import Callable, Iterable
from typing import Protocol

from agent.spool import Spool, Stored
from agent.waiting import Kind as Kind
from agent.waiting import Line, Report, Room
from kure.contracts.reports import Message
from kure.errors import InvalidInput

log = logging.getLogger("kure.agent")

SENDERS = 4
MOST_BYTES = 32 * 1024 * 1024

# More than this of one pod only repeats itself: what comes later says more.
MOST_OF_A_POD = 6


class Receiver(Protocol):
    """Who takes reports: agent.api.Api."""

    async def insist(self, method: str, path: str, body: bytes | None = None) -> bytes:
        """Send until it is taken. InvalidInput where it never will be."""
        ...


class Outbox:
    """Reports on their way. What an earlier process left in the spool goes first. `lost` is called
    with the uid of a subject whose failure had to be forgotten, so that it is looked at again."""

    def __init__(
        self, api: Receiver, lost: Callable[[str], None], spool: Spool | None = None
    ) -> None:
        self._api = api
        self._lost = lost
        self._spool = spool
        self._lines: dict[str, Line] = {}
        self._due: asyncio.PriorityQueue[tuple[int, str]] = asyncio.PriorityQueue()
        self._sending = 0
        self._memory, self._disk = Room(), Room()
        self._refused: set[tuple[Kind, str]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._empty, self._replayed = asyncio.Event(), asyncio.Event()
        found = [one for one in spool.found if one.kind in Kind.__members__] if spool else []
        self._to_replay = {stored.number for stored in found}
        # Later ones are sent in the order in which they are ready, which begins after all numbers.
        self._numbers = itertools.count(max(self._to_replay, default=0) + 1)
        self._turns = itertools.count(1 << 62)
        for stored in found:
            self._replay(stored)
        self._look_whether_done()

    @property
    def queued(self) -> int:
        """Reports that the API has not taken yet."""
        return self._sending + sum(len(line.reports) for line in self._lines.values())

    @property
    def spool_bytes(self) -> int:
        """What waits on disk."""
        return self._disk.used

    @property
    def problem(self) -> str | None:
        """Why reports do not wait on disk, in plain words."""
        return self._spool.problem if self._spool else None

    def put(self, uid: str, kind: Kind, prepared: "asyncio.Task[bytes]") -> None:
        """Tell this of the subject after all that is waiting of it."""
        report = Report(uid, kind, next(self._numbers), prepared)
        waiting = self._lines.setdefault(uid, Line()).reports
        self._empty.clear()
        if waiting and waiting[-1].kind is kind:
            self._replace(waiting.pop(), report)  # the newer one of the same kind says all
        elif len(waiting) >= MOST_OF_A_POD:
            self._release(waiting.popleft())
        waiting.append(report)
        task = asyncio.create_task(self._get_ready(report, prepared))
        self._tasks.add(task)  # the event loop itself holds tasks only weakly
        task.add_done_callback(self._tasks.discard)

    def forget_all_of(self, uids: Iterable[str]) -> None:
        """Nothing that still waits of these subjects will be told."""
        for uid in uids:
            for report in list(self._lines.get(uid, Line()).reports):
                self._drop(report)

    async def run(self) -> None:
        """Send for ever."""
        self._make_room()  # it may be smaller than it was before
        async with asyncio.TaskGroup() as senders:
            for _ in range(SENDERS):
                senders.create_task(self._send_all())

    async def drained(self) -> None:
        """Wait until all is told."""
        await self._empty.wait()

    async def replayed(self) -> None:
        """Wait until what an earlier process left is told. What the API holds to be open is known
        only then."""
        await self._replayed.wait()

    def close(self) -> None:
        """Leave the spool to the next process. What is still being prepared is not told."""
        for task in self._tasks:
            task.cancel()
        if self._spool:
            self._spool.close()

    def _replay(self, stored: Stored) -> None:
        report = Report(stored.uid, Kind[stored.kind], stored.number, stored=stored, is_ready=True)
        self._lines.setdefault(stored.uid, Line()).reports.append(report)
        self._disk.take(report, stored.size)
        self._advance(stored.uid)

    async def _get_ready(self, report: Report, prepared: "asyncio.Task[bytes]") -> None:
        """Until it can be sent: prepared, and on disk if that takes it."""
        await asyncio.wait([prepared])
        if report.is_forgotten:
            return
        if prepared.cancelled() or prepared.exception():
            error = None if prepared.cancelled() else prepared.exception()
            log.error("A report of uid=%s could not be prepared", report.uid, exc_info=error)
            self._drop(report)
            return
        report.body, report.prepared = prepared.result(), None
        self._memory.take(report, len(report.body))
        self._make_room()
        if self._spool and not report.is_forgotten:
            await self._store(report, self._spool, report.body)
        if not report.is_forgotten:
            self._forget_files(report.replaced)
            report.is_ready = True
            self._advance(report.uid)

    async def _store(self, report: Report, spool: Spool, body: bytes) -> None:
        stored = Stored.of(report.number, report.uid, report.kind.name, body)
        report.stored = stored
        if not await spool.keep(stored, body):
            report.stored = None
        elif not report.is_forgotten:
            self._disk.take(report, stored.size)
            if not self._is_next(report):
                report.body = None
            self._make_room()

    def _is_next(self, report: Report) -> bool:
        """Whether a sender is about to take it, so that reading it again would be a waste."""
        line = self._lines[report.uid]
        return self._due.empty() and not line.is_due and line.reports[0] is report

    def _advance(self, uid: str) -> None:
        """Let the subject's next report be sent once it is ready."""
        line = self._lines[uid]
        if line.is_due:
            return
        if not line.reports:
            del self._lines[uid]
            self._look_whether_done()
        elif line.reports[0].is_ready:
            line.is_due = True
            number = line.reports[0].number
            turn = number if number in self._to_replay else next(self._turns)
            self._due.put_nowait((turn, uid))

    async def _send_all(self) -> None:
        while True:
            _, uid = await self._due.get()
            line = self._lines[uid]
            if line.reports and line.reports[0].is_ready:
                report = line.reports.popleft()
                self._sending += 1
                try:
                    await self._send(report, line.removing)
                finally:
                    self._sending -= 1
                self._release(report)
            # What was put meanwhile waits behind the other subjects.
            line.is_due = False
            self._advance(uid)

    async def _send(self, report: Report, removing: "asyncio.Future[bytes | None] | None") -> None:
        """Until it is taken. What the API will never take is dropped, and that is said once."""
        if report.room:
            report.room.hold(report)
        method, path = report.kind.value
        body = report.body
        if removing and not self.problem:
            await asyncio.wait([removing])
        if body is None and self._spool and report.stored:
            body = await self._spool.body(report.stored)
        if body is None:
            self._make_known(report)
            return
        try:
            await self._api.insist(method, path, body)
        except InvalidInput as error:
            what = (report.kind, str(error))
            if what not in self._refused and len(self._refused) < 100:
                self._refused.add(what)
                log.warning("A report of uid=%s is dropped: %s", report.uid, error)

    def _make_room(self) -> None:
        """Forget evidence first, then failures: what is over must be told."""
        places = [(self._memory, MOST_BYTES)]
        if self._spool:
            places.append((self._disk, self._spool.most_bytes))
        for room, most in places:
            while room.used > most and (report := room.first_to_forget()):
                self._drop(report)
                self._make_known(report)

    def _make_known(self, report: Report) -> None:
        if report.kind is Kind.FAILED:
            self._lost(report.uid)

    def _drop(self, report: Report) -> None:
        """Forget one that waits."""
        self._lines[report.uid].reports.remove(report)
        self._release(report)
        self._advance(report.uid)

    def _replace(self, old: Report, new: Report) -> None:
        """Forget `old`, but let its file stay until `new` has one."""
        new.replaced, old.replaced = [*old.replaced, old], []
        self._let_go(old)

    def _release(self, report: Report) -> None:
        self._let_go(report)
        self._forget_files([*report.replaced, report])

    def _let_go(self, report: Report) -> None:
        report.is_forgotten, report.body = True, None
        if report.prepared:
            report.prepared.cancel()
        if report.room:
            report.room.leave(report)
        self._to_replay.discard(report.number)
        self._look_whether_done()

    def _forget_files(self, reports: Iterable[Report]) -> None:
        for report in reports:
            if self._spool and report.stored:
                self._lines[report.uid].removing = self._spool.forget(report.stored)
                report.stored = None

    def _look_whether_done(self) -> None:
        if not self._lines:
            self._empty.set()
        if not self._to_replay:
            self._replayed.set()


def encode(message: Message) -> bytes:
    """A report as it travels."""
    return message.model_dump_json(exclude_defaults=True).encode()
