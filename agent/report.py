"""What is to be told, waiting its turn: in order for each pod, bounded, never forgotten in silence.

A report is prepared beside its place in the queue (its owner is looked up, its manifest redacted),
so that its place is the moment of the verdict, and later reports of the same pod stay behind it.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from agent.api import Api
from kure.contracts.reports import Message
from kure.errors import InvalidInput

log = logging.getLogger("kure.agent")

SENDERS = 4
MOST_BYTES = 32 * 1024 * 1024

# More than this of one pod only repeats itself: what comes later says more.
MOST_OF_A_POD = 6


class Kind(Enum):
    """What a report says, and how it is sent."""

    GONE = ("POST", "/api/pods/gone")
    HEALTHY = ("POST", "/api/pods/healthy")
    FAILED = ("POST", "/api/pods/failed")
    EVIDENCE = ("PUT", "/api/agent/evidence")


@dataclass(eq=False)
class Report:
    """One report of a pod. `size` is known once it is prepared."""

    kind: Kind
    prepared: "asyncio.Task[bytes]"
    size: int = 0
    is_forgotten: bool = False


class Outbox:
    """Reports on their way. `lost` is called with the uid of a pod whose failure had to be
    forgotten, so that it can be looked at again."""

    def __init__(self, api: Api, lost: Callable[[str], None]) -> None:
        self._api = api
        self._lost = lost
        self._waiting: dict[str, deque[Report]] = {}
        self._ready: asyncio.Queue[str] = asyncio.Queue()
        self._empty = asyncio.Event()
        self._empty.set()
        self._bytes = 0
        self._refused: set[tuple[Kind, str]] = set()

    @property
    def queued(self) -> int:
        """Reports that the API has not taken yet."""
        return sum(len(line) for line in self._waiting.values())

    def put(self, uid: str, kind: Kind, prepared: "asyncio.Task[bytes]") -> None:
        """Tell this of the pod after all that is waiting of it."""
        report = Report(kind, prepared)
        line = self._waiting.get(uid)
        if line is None:
            line = self._waiting[uid] = deque()
            self._ready.put_nowait(uid)
            self._empty.clear()
        elif line and line[-1].kind is kind:
            self._forget(line.pop())  # the newer one of the same kind says all
        elif len(line) >= MOST_OF_A_POD:
            self._forget(line.popleft())
        line.append(report)
        prepared.add_done_callback(lambda _: self._weigh(report))

    async def run(self) -> None:
        """Send for ever."""
        async with asyncio.TaskGroup() as senders:
            for _ in range(SENDERS):
                senders.create_task(self._send_all())

    async def drained(self) -> None:
        """Wait until all is told."""
        await self._empty.wait()

    async def _send_all(self) -> None:
        while True:
            uid = await self._ready.get()
            line = self._waiting[uid]
            if line:
                await self._send(uid, line.popleft())
            # What was put meanwhile waits behind the other pods.
            if line:
                self._ready.put_nowait(uid)
            else:
                del self._waiting[uid]
                if not self._waiting:
                    self._empty.set()

    async def _send(self, uid: str, report: Report) -> None:
        """Until it is taken. What the API will never take is dropped, and that is said once."""
        method, path = report.kind.value
        await asyncio.wait([report.prepared])
        if error := report.prepared.exception():
            log.error("A report of pod uid=%s could not be prepared", uid, exc_info=error)
            return
        try:
            await self._api.insist(method, path, report.prepared.result())
        except InvalidInput as error:
            what = (report.kind, str(error))
            if what not in self._refused and len(self._refused) < 100:
                self._refused.add(what)
                log.warning("A report of pod uid=%s is dropped: %s", uid, error)
        finally:
            self._bytes -= report.size

    def _weigh(self, report: Report) -> None:
        if report.is_forgotten or report.prepared.cancelled() or report.prepared.exception():
            return
        report.size = len(report.prepared.result())
        self._bytes += report.size
        if self._bytes > MOST_BYTES:
            self._make_room(Kind.EVIDENCE)
        if self._bytes > MOST_BYTES:
            self._make_room(Kind.FAILED)

    def _make_room(self, kind: Kind) -> None:
        """Forget the oldest of a kind. A failure that is forgotten is made known to `lost`."""
        for uid, line in self._waiting.items():
            for report in [one for one in line if one.kind is kind]:
                if self._bytes <= MOST_BYTES:
                    return
                line.remove(report)
                self._forget(report)
                if kind is Kind.FAILED:
                    self._lost(uid)

    def _forget(self, report: Report) -> None:
        report.is_forgotten = True
        report.prepared.cancel()
        self._bytes -= report.size
        report.size = 0


def encode(message: Message) -> bytes:
    """A report as it travels."""
    return message.model_dump_json(exclude_defaults=True).encode()
