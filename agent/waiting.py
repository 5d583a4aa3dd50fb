"""Reports while they wait: the line of each subject, and the bounded places that hold them."""

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from enum import Enum

from agent.spool import Stored


class Kind(Enum):
    """What a report says, and how it is sent."""

    GONE = ("POST", "/api/pods/gone")
    HEALTHY = ("POST", "/api/pods/healthy")
    FAILED = ("POST", "/api/pods/failed")
    EVIDENCE = ("PUT", "/api/agent/evidence")


class Room:
    """A place of bounded size, and what of it may be forgotten, by kind and oldest first."""

    def __init__(self) -> None:
        self.used = 0
        self._forgettable: dict[Kind, OrderedDict[Report, None]] = {
            Kind.EVIDENCE: OrderedDict(),
            Kind.FAILED: OrderedDict(),
        }

    def take(self, report: "Report", size: int) -> None:
        self.leave(report)
        report.room, report.size = self, size
        self.used += size
        if report.kind in self._forgettable:
            self._forgettable[report.kind][report] = None

    def leave(self, report: "Report") -> None:
        if report.room:
            report.room.used -= report.size
            report.room.hold(report)
            report.room, report.size = None, 0

    def hold(self, report: "Report") -> None:
        """It is on its way now and may no longer be forgotten."""
        if report.kind in self._forgettable:
            self._forgettable[report.kind].pop(report, None)

    def first_to_forget(self) -> "Report | None":
        return next((one for kind in self._forgettable.values() for one in kind), None)


@dataclass(eq=False)
class Report:
    """One report. `body` is None until it is prepared, and again while it is only on disk;
    `replaced` are the older ones whose files go when this one has its own. `is_ready` once it may
    be sent, `is_forgotten` once it will not be."""

    uid: str
    kind: Kind
    number: int
    prepared: "asyncio.Task[bytes] | None" = None
    body: bytes | None = None
    stored: Stored | None = None
    replaced: list["Report"] = field(default_factory=list)
    room: Room | None = None
    size: int = 0
    is_ready: bool = False
    is_forgotten: bool = False


@dataclass
class Line:
    """What waits of one subject. `is_due` while a sender has it, or is about to; `removing` ends
    when the files of older reports are gone: left behind, they would be told after newer ones."""

    reports: deque[Report] = field(default_factory=deque)
    is_due: bool = False
    removing: "asyncio.Future[bytes | None] | None" = None
