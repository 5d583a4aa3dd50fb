"""What the workflow of a mirror is told and asks for: the signatures of its activities."""

from abc import ABC, abstractmethod
from datetime import datetime
from typing import Literal

from temporalio import activity

from kure.contracts.activities import PodRef
from kure.contracts.mirrors import DEFAULT_TTL, MirrorPlan, Phase, TtlSeconds, Verdict
from kure.contracts.reports import Message
from kure.domain.access.roles import Role
from kure.domain.diagnosis.fixes import Operation
from kure.domain.diagnosis.model import Diagnosis
from kure.domain.workloads import Workload

# What stands for an edited manifest that is stored. A worker of an older release, which does not
# look for it there, refuses this as no manifest.
STORED = "stored"


class Wish(Message):
    """What somebody wants to have tested: the pod of `workload` with the operations of a stored fix
    applied to its top owner, or an edited pod manifest (redacted, as it was shown; `edited` is ''
    for a fix). Too large to be sent, that is stored, and `edited_id` says where. `by_model`: a
    model wrote any of the operations. `role` is that of who asks, at the moment when they asked;
    `confirmed`: they were asked twice where that is needed."""

    workload: Workload
    pods: list[PodRef]
    operations: list[Operation] = []
    edited: str = ""
    edited_id: str = ""
    by_model: bool = False
    by: str
    role: Role
    ttl_seconds: TtlSeconds = DEFAULT_TTL
    empty_volumes: bool = True
    no_network: bool = False
    confirmed: bool = False

    @property
    def named_after(self) -> str:
        """What the mirror's name is made from: the same, whichever pods are there later."""
        return self.pods[0].name if self.pods else self.workload.name

    def stored(self, id_: str) -> "Wish":
        """The same, without the text, which is stored."""
        return self.model_copy(update={"edited": STORED, "edited_id": id_})

    def with_text(self, text: str) -> "Wish":
        """The same, with the text that was stored."""
        return self.model_copy(update={"edited": text, "edited_id": ""})


class PlanRequest(Message):
    """Say what a mirror would be, without making it. Changes nothing in the cluster."""

    incident_id: str
    mirror_id: str
    wish: Wish

    @property
    def summary(self) -> str:
        return f"Plan a mirror of {self.wish.workload.kind} {self.wish.workload.name}"


class Planned(MirrorPlan):
    """A plan on its way to who asked for it. A manifest that is too large to be sent is stored, and
    `manifest_id` says where."""

    manifest_id: str = ""


class MirrorStart(Message):
    """The workflow's only argument: all else is in the mirror's row."""

    mirror_id: str


class TakeMirrorRequest(Message):
    """Read the mirror's row, and note the run that now looks after it."""

    mirror_id: str
    run_id: str
    workflow_id: str

    @property
    def summary(self) -> str:
        return "Read what is to be tested"


class MirrorJob(Message):
    """What the workflow knows of its mirror. `pod` and `uid` are '' and None until it was created;
    `expires_at` is None until then as well. `round` counts from 1."""

    mirror_id: str
    incident_id: str
    phase: Phase
    verdict: Verdict | None
    wish: Wish
    pod: str
    uid: str | None = None
    created_at: datetime | None = None
    expires_at: datetime | None = None
    needs_seconds: float = 0
    round: int = 1
    rounds: int = 1


class DeployRequest(Message):
    """Plan once more, from what is there now, and create the mirror. Repeated, it finds its own."""

    run_id: str
    incident_id: str
    mirror_id: str
    wish: Wish

    @property
    def summary(self) -> str:
        return f"Create a mirror of {self.wish.workload.kind} {self.wish.workload.name}"


class Deployed(Message):
    """The mirror that was created; where `plan.refusals` holds anything, none was."""

    plan: MirrorPlan
    uid: str | None = None
    created_at: datetime | None = None


class Watched(Message):
    """`verdict` is None where `until` came first. `held_seconds`: how long it was well. `final`:
    nothing will change it. `restarts` of its containers by then, None where that is not known."""

    verdict: Verdict | None
    text: str
    held_seconds: float = 0
    final: bool = False
    restarts: int | None = None


class WatchRequest(Message):
    """Follow the mirror until it has a verdict, at the latest until `until`. With `so_far`, which
    is *passed*, until that is taken back."""

    run_id: str
    incident_id: str
    mirror_id: str
    namespace: str
    pod: str
    uid: str
    needs_seconds: float
    is_job: bool
    until: datetime
    so_far: Watched | None = None

    @property
    def summary(self) -> str:
        return "See that it stays well" if self.so_far else "Watch whether it gets well"


Moment = Literal["verdict", "taken_back", "end"]


class CaptureRequest(Message):
    """Keep what the mirror shows: events, logs, its manifest, and what the rules say of it."""

    run_id: str
    incident_id: str
    mirror_id: str
    wish: Wish
    pod: str
    uid: str
    moment: Moment

    @property
    def summary(self) -> str:
        return "Keep what the mirror showed"


class Captured(Message):
    """What the rules say of the mirror, redacted; `next_operations` mend what they found, on top of
    what the mirror had already: [] where they know nothing more. `next_title` says so in words."""

    diagnosis: Diagnosis
    evidence_ids: list[str]
    next_operations: list[Operation] = []
    next_title: str = ""


class ExtendMirrorRequest(Message):
    """Write the new end into the mirror's annotation."""

    run_id: str
    incident_id: str
    namespace: str
    pod: str
    uid: str
    expires_at: datetime

    @property
    def summary(self) -> str:
        return f"Let it live until {self.expires_at:%H:%M:%S} UTC"


class DeleteMirrorRequest(Message):
    """Delete the mirror and what was made for it, until the API server says that it is gone.
    Another pod of its name (another uid) is not touched; `uid` is None where nothing tells whether
    it was created: then only a pod that is signed for this id goes."""

    run_id: str
    incident_id: str
    mirror_id: str
    cluster: str
    namespace: str
    pod: str
    uid: str | None

    @property
    def summary(self) -> str:
        return f"Delete the mirror {self.pod}"


class SweepRequest(Message):
    """`live` are the uids of mirrors that are to stay, with their ends."""

    cluster: str
    live: dict[str, datetime]

    @property
    def summary(self) -> str:
        return "Delete mirrors that are over"


class Swept(Message):
    """Names of what was deleted, `namespace/pod`, and of pods that only carry the label."""

    deleted: list[str]
    impostors: list[str]


class Progress(Message):
    """What became of a mirror, on its way into the database: what is None stays as it is. The event
    for the dashboard is written with it."""

    mirror_id: str
    phase: Phase | None = None
    verdict: Verdict | None = None
    text: str | None = None
    held_seconds: float | None = None
    plan: MirrorPlan | None = None
    uid: str | None = None
    created_at: datetime | None = None
    expires_at: datetime | None = None
    at: datetime

    @property
    def summary(self) -> str:
        return f"The mirror is {self.phase.value.replace('_', ' ')}" if self.phase else "Note"


class NextRound(Message):
    """A further mirror with these operations, all that are to be applied to the owner as it is, in
    the same test: the mirror before it has failed. `by_model`: a model wrote them. Repeated, it is
    the same one. Without operations, the rules know nothing more."""

    mirror_id: str
    operations: list[Operation]
    title: str
    by_model: bool = False
    at: datetime

    @property
    def summary(self) -> str:
        return "Propose the next fix" if self.operations else "See who knows a next fix"


class Round(Message):
    """The mirror that tests the next proposal; None where there may be no more. `ask`: a model may
    be asked for one."""

    mirror_id: str | None
    ask: bool = False


class EndMirrorRun(Message):
    run_id: str

    @property
    def summary(self) -> str:
        return "End the run"


class LiveMirrors(Message):
    """What a sweep needs to know."""

    requests: list[SweepRequest]


class ExtendRequest(Message):
    """A person's wish, as an update of the workflow: live so many seconds from the creation on."""

    ttl_seconds: TtlSeconds
    by: str
    idempotency_key: str


class EndRequest(Message):
    """A person's wish, as an update of the workflow: delete it now."""

    by: str
    idempotency_key: str


class Extended(Message):
    """When the mirror will be deleted."""

    expires_at: datetime


class MirrorActivities(ABC):
    """Short database work on the queue `kure`; all of it may be repeated without harm."""

    @activity.defn
    @abstractmethod
    async def take_mirror(self, request: TakeMirrorRequest) -> MirrorJob: ...

    @activity.defn
    @abstractmethod
    async def note_mirror(self, progress: Progress) -> None: ...

    @activity.defn
    @abstractmethod
    async def next_round(self, request: NextRound) -> Round: ...

    @activity.defn
    @abstractmethod
    async def end_mirror_run(self, request: EndMirrorRun) -> None: ...

    @activity.defn
    @abstractmethod
    async def live_mirrors(self) -> LiveMirrors: ...


class MirrorClusterActivities(ABC):
    """What is read and written in a cluster for mirrors, on its queue `cluster-<name>`. The only
    activities that change a cluster."""

    @activity.defn
    @abstractmethod
    async def plan_mirror(self, request: PlanRequest) -> Planned: ...

    @activity.defn
    @abstractmethod
    async def deploy_mirror(self, request: DeployRequest) -> Deployed: ...

    @activity.defn
    @abstractmethod
    async def watch_mirror(self, request: WatchRequest) -> Watched: ...

    @activity.defn
    @abstractmethod
    async def capture_mirror(self, request: CaptureRequest) -> Captured: ...

    @activity.defn
    @abstractmethod
    async def extend_mirror(self, request: ExtendMirrorRequest) -> None: ...

    @activity.defn
    @abstractmethod
    async def delete_mirror(self, request: DeleteMirrorRequest) -> None: ...

    @activity.defn
    @abstractmethod
    async def sweep_mirrors(self, request: SweepRequest) -> Swept: ...
