"""What an agent tells the API: a pod fails, is healthy again, is gone; and what it captured.

The report of a failing pod is a superset of what agents of the system before Kure sent, so their
report is
accepted as it stands: `name`, `namespace`, `reason`, `message`, `events`, `logs`, `manifest`,
`container_statuses`.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field

from kure.domain.exclusions import Exclusion
from kure.domain.failures.model import FailureClass
from kure.domain.globs import ANY

# RFC 1123 subdomain, at most 253 characters: what Kubernetes allows as the name of a pod.
Name = Annotated[str, Field(max_length=253, pattern=r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$")]
OwnerName = Annotated[str, Field(min_length=1, max_length=253)]
Namespace = Annotated[str, Field(max_length=63, pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$")]
Kind = Annotated[str, Field(max_length=253, pattern=r"^[A-Z][A-Za-z0-9]*(\.[a-z0-9.-]+)?$")]
Uid = Annotated[str, Field(max_length=128)]
Text = Annotated[str, Field(max_length=32_768)]
# What the database has room for.
Count = Annotated[int, Field(ge=0, le=2**31 - 1)]


class Message(BaseModel):
    """Base of all messages that cross a process: unknown fields are ignored, since versions mix in
    a rollout."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Strict(Message):
    """What people send: an unknown field is a typing error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


# What fails. Cluster-scoped kinds (Node) come with an empty namespace.
SubjectKind = Annotated[str, Field(max_length=63, pattern=r"^[A-Z][A-Za-z0-9]*$")]
SubjectNamespace = Annotated[
    str, Field(max_length=63, pattern=r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$")
]


class Owner(Message):
    """The top owner as the agent found it. The worker walks again: a report is a claim."""

    kind: Kind
    name: OwnerName


class ReportedFailure(Message):
    failure_class: FailureClass
    container: Annotated[str, Field(max_length=63)] = ""
    since: datetime
    reason: Annotated[str, Field(max_length=256)] = ""
    message: Text = ""


class FailedReport(Message):
    """POST /api/pods/failed. All that is not given is derived from `manifest`, or left out.

    `kind` is Pod, or that of another object that fails: a Job, a Node, a Service. `node` is the
    node that the pod was given to, '' for what belongs to no node.
    """

    kind: SubjectKind = "Pod"
    name: OwnerName
    namespace: SubjectNamespace
    cluster: Annotated[str, Field(max_length=63)] | None = None
    uid: Uid = ""
    node: Annotated[str, Field(max_length=253)] = ""
    owner: Owner | None = None
    reason: Annotated[str, Field(max_length=256)] = ""
    message: Text | None = None
    failures: Annotated[list[ReportedFailure], Field(max_length=64)] = []
    events: Annotated[list[dict[str, Any]], Field(max_length=200)] = []
    logs: str | None = None
    manifest: dict[str, Any] | str | None = None
    container_statuses: Annotated[list[dict[str, Any]], Field(max_length=200)] = []


class PodReport(Message):
    """POST /api/pods/healthy and /api/pods/gone. `since` is the object's own time of the change,
    where it has one."""

    kind: SubjectKind = "Pod"
    name: OwnerName
    namespace: SubjectNamespace
    cluster: Annotated[str, Field(max_length=63)] | None = None
    uid: Annotated[str, Field(min_length=1, max_length=128)]
    since: datetime | None = None


class Accepted(Message):
    """The answer to a report. `incident_id` is None where nothing was open for a pod that is
    healthy or gone, and where the report is `excluded`: nobody wants to be told of it."""

    incident_id: str | None
    duplicate: bool = False
    excluded: bool = False


class CapturedLog(Message):
    """The last lines of one container. `stream` is `current` or `previous`; `text` is redacted
    already."""

    container: Annotated[str, Field(max_length=63)]
    stream: Annotated[str, Field(pattern="^(current|previous)$")]
    text: str
    truncated: bool = False


class CapturedEvidence(Message):
    """PUT /api/agent/evidence: what would soon be lost, captured by the agent when it saw the
    failure. All of it is redacted already.

    `owners` are the owners that were read, nearest first; `node` is the pod's node without its
    images; `usage` is what metrics.k8s.io said of the pod at that moment.
    """

    kind: SubjectKind = "Pod"
    uid: Annotated[str, Field(min_length=1, max_length=128)]
    name: OwnerName
    namespace: SubjectNamespace
    since: datetime
    logs: Annotated[list[CapturedLog], Field(max_length=128)] = []
    events: Annotated[list[dict[str, Any]], Field(max_length=50)] = []
    owners: Annotated[list[dict[str, Any]], Field(max_length=4)] = []
    node: dict[str, Any] | None = None
    usage: dict[str, Any] | None = None
    unavailable: Annotated[list[Text], Field(max_length=128)] = []


class EvidenceStored(Message):
    evidence_ids: list[str]


class OpenPod(Message):
    """GET /api/agent/open: a pod, or another object, that the API holds to be failing."""

    kind: str = "Pod"
    uid: str
    name: str
    namespace: str
    failures: list[ReportedFailure]


class OpenPods(Message):
    items: list[OpenPod]


class InForce(Message):
    """An exclusion as an agent gets it."""

    id: str
    namespace: str = ANY
    workload: str = ANY
    pod: str = ANY
    label: str = ANY
    failure_class: str = ANY
    expires_at: datetime | None = None

    @classmethod
    def of(cls, one: Exclusion) -> Self:
        return cls.model_validate(asdict(one))

    @property
    def exclusion(self) -> Exclusion:
        return Exclusion(**self.model_dump())


class AgentConfig(Message):
    """GET /api/agent/config: what an agent needs to know. `redaction_key` is base64, of the agent's
    cluster alone; `graces` are seconds, by the names of kure.domain.failures.model.Graces;
    `exclusions` are those in force."""

    cluster: str
    redaction_key: str
    graces: dict[str, float] = {}
    exclusions: list[InForce] = []


class Heartbeat(Message):
    """POST /api/agent/heartbeat.

    `excluded` are the ids of exclusions by which something was kept away since the last one.
    `node` is '' for an agent that watches every node (scope `all`). `leads` where it also watches
    what belongs to no node; only then `nodes` names every node of the cluster. `watch_lag_seconds`
    is how long ago the stalest of its watches last heard from the API server; `spool_bytes` what
    waits on its disk; `refused` says which lists it may not read, in plain words.
    """

    node: Annotated[str, Field(max_length=253)] = ""
    version: Annotated[str, Field(max_length=64)]
    pods: Count = 0
    namespaces: Count = 0
    queued: Count = 0
    spool_bytes: Annotated[int, Field(ge=0, le=2**63 - 1)] = 0
    watch_lag_seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0
    leads: bool = False
    nodes: Annotated[list[OwnerName], Field(max_length=20_000)] | None = None
    refused: Annotated[list[Text], Field(max_length=64)] = []
    problem: Text | None = None
    excluded: Annotated[list[Annotated[str, Field(max_length=36)]], Field(max_length=1000)] = []
