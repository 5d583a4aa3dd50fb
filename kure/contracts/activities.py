"""What workflows may ask for, one class a task queue. The bodies live in activities/, which must
match them."""

from abc import ABC, abstractmethod
from datetime import datetime
from typing import Annotated

from pydantic import Field
from temporalio import activity

from kure.contracts.incidents import Change, Changed, Resolution, Status
from kure.contracts.notifications import Plan, PlanRequest, SendRequest, Tested, TestRequest
from kure.contracts.reports import Message, ReportedFailure
from kure.contracts.runs import StepRecord
from kure.domain.diagnosis.model import Diagnosis
from kure.domain.workloads import Workload


class PodRef(Message):
    """A pod, or another failing object (`kind`), as reports name it, with what they say fails in
    it. It is in the workload's namespace."""

    kind: str = "Pod"
    uid: str
    name: str
    failures: list[ReportedFailure] = []


class TakeRequest(Message):
    """`summary`, here and below, is the activity's in plain words: Temporal's UI and the dashboard
    speak alike."""

    incident_id: str
    run_id: str
    workflow_id: str

    @property
    def summary(self) -> str:
        return "Read the incident and what was reported"


class IncidentView(Message):
    """What the workflow knows of its incident: `number` is the newest report that this view
    includes.

    `needs_diagnosis`: what fails, or where, differs from what the newest diagnosis explains.
    `pods_failing` counts pods and whatever else fails. `failing` is a sample: a pod or two for each
    class and container; `last_failed` are those that failed last, failing or not; `explains` is
    what a diagnosis made now will explain. `look_now`: something happened (its node went, the agent
    that watched it fell silent) that makes it worth looking at the workload itself at once.
    `notify`: whether anybody is to be told. `folded`: it stands under the incident of its node.
    `asks`: the newest diagnosis is one of which a model is to be asked, and was not yet; `asked_by`
    is the person who wants it; `investigating`: it is being asked; `answer_id` is the
    investigation that has answered last since it failed.
    """

    incident_id: str
    workload: Workload
    status: Status
    number: int
    pods_failing: int
    failing: list[PodRef]
    last_failed: list[PodRef]
    newest_failure: datetime | None
    explains: list[str]
    needs_diagnosis: bool
    quiet_seconds: float
    ignored_until: datetime | None = None
    look_now: bool = False
    acknowledged: bool = False
    notify: bool = False
    folded: bool = False
    asks: bool = False
    asked_by: str | None = None
    investigating: bool = False
    answer_id: str = ""


class GatherRequest(Message):
    """`look`: how often the same was gathered before, without finding out why it fails."""

    incident_id: str
    run_id: str
    number: int
    workload: Workload
    pods: list[PodRef]
    look: int = 0

    @property
    def capture(self) -> str:
        """Tells what is captured now from what was before."""
        again = f"/{self.look}" if self.look else ""
        return f"{self.run_id}/{self.number}{again}"

    @property
    def summary(self) -> str:
        pods = "1 pod" if len(self.pods) == 1 else f"{len(self.pods)} pods"
        what = "Gather evidence again" if self.look else "Gather evidence"
        return f"{what}: {pods} of {self.workload.kind} {self.workload.name}"


class Gathered(Message):
    """What the rules found in the live objects, redacted, and where the evidence was stored. Stays
    small."""

    diagnosis: Diagnosis
    evidence_ids: list[str]


class DiagnoseRequest(Message):
    """What a later `look` found takes the place of what the ones before it did."""

    incident_id: str
    run_id: str
    number: int
    explains: list[str]
    gathered: Gathered
    look: int = 0

    @property
    def summary(self) -> str:
        return "Name the cause by rules"


class ConfirmRequest(Message):
    """`pods` are the pods that had failed; `since` is the newest failure that was reported."""

    incident_id: str
    run_id: str = ""
    workload: Workload
    pods: list[PodRef]
    since: datetime | None = None

    @property
    def summary(self) -> str:
        return f"Confirm that {self.workload.kind} {self.workload.name} is well again"


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

    @property
    def summary(self) -> str:
        return f"Close the incident: {self.resolution.value}"


class Closed(Message):
    """`closed` is False where a report came meanwhile: the run carries on."""

    closed: bool


class ChangeRequest(Message):
    incident_id: str
    change: Change
    idempotency_key: str

    @property
    def summary(self) -> str:
        return f"{self.change.action.value.capitalize()}, asked by {self.change.by}"


class EndRun(Message):
    run_id: str

    @property
    def summary(self) -> str:
        return "End the run"


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


class NotificationActivities(ABC):
    """What tells people, on the queue `notify`; all of it may be repeated without harm."""

    @activity.defn(name="plan_notifications")
    @abstractmethod
    async def plan(self, request: PlanRequest) -> Plan: ...

    @activity.defn(name="send_notification")
    @abstractmethod
    async def send(self, request: SendRequest) -> None: ...

    @activity.defn(name="test_notification")
    @abstractmethod
    async def test(self, request: TestRequest) -> Tested: ...

    @activity.defn(name="ping_dead_man")
    @abstractmethod
    async def ping(self) -> None: ...
