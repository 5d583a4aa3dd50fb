"""What the scan's workflow asks for: database work on the queue `kure`, reads of a cluster and the
checks on its queue `scan-<name>`."""

from abc import ABC, abstractmethod
from typing import Literal

from temporalio import activity

from kure.contracts.reports import Message


class ScanStart(Message):
    """`requested_by` is '' for the schedule. Without namespaces it is of the whole cluster."""

    cluster: str
    namespaces: list[str] = []
    requested_by: str = ""


class ScanAsked(Message):
    """Somebody wants a scan: `start` is what of."""

    start: ScanStart


class ScanRef(Message):
    """`incident_id` is what each step has; a scan belongs to none."""

    scan_id: str
    run_id: str
    incident_id: None = None


class BeginScan(Message):
    run_id: str
    workflow_id: str
    start: ScanStart


class Begun(Message):
    """`kinds` are to be listed, in this order."""

    scan_id: str
    kinds: list[str]


class ListKind(ScanRef):
    kind: str

    @property
    def summary(self) -> str:
        return f"List: {self.kind}"


class Listed(Message):
    objects: int


class CheckObjects(ScanRef):
    cluster: str
    namespaces: list[str] = []

    @property
    def summary(self) -> str:
        return "Run the checks"


class Checked(Message):
    findings: int


class FinishScan(ScanRef):
    @property
    def summary(self) -> str:
        return "Store the findings, close what is fixed, compare with the scan before"


class EndScan(ScanRef):
    """It ends without a result; `text` says why."""

    state: Literal["failed", "cancelled"]
    text: str


class SkipScan(Message):
    run_id: str
    start: ScanStart


class ScanActivities(ABC):
    """Database work; all of it may be repeated without harm."""

    @activity.defn
    @abstractmethod
    async def begin_scan(self, request: BeginScan) -> Begun: ...

    @activity.defn
    @abstractmethod
    async def finish_scan(self, request: FinishScan) -> None: ...

    @activity.defn
    @abstractmethod
    async def end_scan(self, request: EndScan) -> None: ...

    @activity.defn
    @abstractmethod
    async def skip_scan(self, request: SkipScan) -> None: ...


class ScanClusterActivities(ABC):
    """On the queue `scan-<name>`; a further attempt goes on where the last one stopped."""

    @activity.defn
    @abstractmethod
    async def list_kind(self, request: ListKind) -> Listed: ...

    @activity.defn
    @abstractmethod
    async def check_objects(self, request: CheckObjects) -> Checked: ...
