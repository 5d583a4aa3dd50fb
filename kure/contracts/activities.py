"""What workflows may ask for, one class a task queue. The bodies live in activities/, which must
match them."""

from abc import ABC, abstractmethod
from datetime import datetime
from typing import Annotated

from pydantic import Field
from temporalio import activity

from kure.contracts.incidents import Change, Changed, Resolution, Status
from kure.contracts.reports import Message, ReportedFailure
from kure.contracts.runs import StepRecord
from kure.domain.diagnosis.model import Diagnosis
from kure.domain.workloads import Workload


class PodRef(Message):
    """A pod as reports name it, with what they say fails in it."""

    uid: str
    name: str
    failures: list[ReportedFailure] = []


class TakeRequest(Message):
    incident_id: str
    run_id: str
    workflow_id: str


class IncidentView(Message):
    """What the workflow knows of its incident: `number` is the newest report that this view
    includes.

    `needs_diagnosis`: what fails, or where, differs from what the newest diagnosis explains.
    `failing` is a sample of at most `GATHERED_PODS` pods, one for each class and container.
    """

    incident_id: str
    workload: Workload
    status: Status
    number: int
    pods_failing: int
    failing: list[PodRef]
    needs_diagnosis: bool
    crash_loop: bool
    ignored_until: datetime | None = None


class GatherRequest(Message):
    incident_id: str
    run_id: str
    number: int
    workload: Workload
    pods: list[PodRef]


class Gathered(Message):
    """What the rules found in the live objects, redacted, and where the evidence was stored. Stays
    small."""

    diagnosis: Diagnosis
    evidence_ids: list[str]


class DiagnoseRequest(Message):
    incident_id: str
    run_id: str
    number: int
    pods: list[PodRef]
    gathered: Gathered


class ConfirmRequest(Message):
    """`pods` are the pods that had failed; `since` is the newest failure that was reported."""

    incident_id: str
    workload: Workload
    pods: list[PodRef]
    since: datetime | None = None


class Recovery(Message):
    """Whether the workload is well again. `resolution` is None where it is not, and `text` says
    why."""

    resolution: Resolution | None
    text: str
    look_again_seconds: Annotated[float, Field(gt=0)] = 30


class CloseRequest(Message):
    """Close if no report above `handled_number` has come meanwhile."""

    incident_id: str
    run_id: str
    handled_number: int
    resolution: Resolution
    text: str


class Closed(Message):
    """`closed` is False where a report came meanwhile: the run carries on."""

    closed: bool


class ChangeRequest(Message):
    incident_id: str
    change: Change
    idempotency_key: str


class EndRun(Message):
    run_id: str


class IncidentActivities(ABC):
    """Short database work on the queue `kure`; all of it may be repeated without harm."""

    @activity.defn
    @abstractmethod
    async def take(self, request: TakeRequest) -> IncidentView: ...

    @activity.defn
    @abstractmethod
    async def diagnose(self, request: DiagnoseRequest) -> None: ...

    @activity.defn
    @abstractmethod
    async def change(self, request: ChangeRequest) -> Changed: ...

    @activity.defn
    @abstractmethod
    async def close(self, request: CloseRequest) -> Closed: ...

    @activity.defn
    @abstractmethod
    async def end_run(self, request: EndRun) -> None: ...

    @activity.defn
    @abstractmethod
    async def record_step(self, record: StepRecord) -> None: ...


class ClusterActivities(ABC):
    """Reads of one cluster, on its queue `cluster-<name>`."""

    @activity.defn
    @abstractmethod
    async def gather(self, request: GatherRequest) -> Gathered: ...

    @activity.defn
    @abstractmethod
    async def confirm_recovered(self, request: ConfirmRequest) -> Recovery: ...
