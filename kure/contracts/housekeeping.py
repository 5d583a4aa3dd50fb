"""What the housekeeping workflow asks for, on the queue `kure`."""

from abc import ABC, abstractmethod
from datetime import datetime

from temporalio import activity

from kure.contracts.reports import Message
from kure.domain.retention import Record


class KeptDays(Message):
    """How many days each kind of record is kept; None for "off"."""

    days: dict[Record, int | None]


class PruneRequest(Message):
    """Delete all of one kind that is older than `before`."""

    record: Record
    before: datetime

    @property
    def summary(self) -> str:
        return f"Delete what is old: {self.record.value}"


class Pruned(Message):
    deleted: int


class Housekept(Message):
    """How many of each kind were deleted."""

    deleted: dict[Record, int] = {}


class HousekeepingActivities(ABC):
    """All of it may be repeated without harm."""

    @activity.defn
    @abstractmethod
    async def kept_days(self) -> KeptDays: ...

    @activity.defn
    @abstractmethod
    async def prune(self, request: PruneRequest) -> Pruned: ...
