"""What people see of an incident, and what its workflow is told and asked."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from kure.contracts.reports import Message, ReportedFailure
from kure.contracts.runs import Run
from kure.domain.diagnosis.model import Cause, Severity
from kure.domain.incidents import Action as Action
from kure.domain.incidents import Resolution as Resolution
from kure.domain.incidents import Status as Status


class IncidentRow(Message):
    """One line of the list: at most 600 bytes, no manifests, no logs."""

    id: str
    cluster: str
    namespace: str
    kind: str
    name: str
    status: Status
    severity: Severity
    classes: list[str]
    summary: str
    pods_failing: int
    pods_seen: int
    regressions: int
    acknowledged_by: str | None = None
    ignored_until: datetime | Literal["forever"] | None = None
    resolution: Resolution | None = None
    diagnosing: bool
    first_seen: datetime
    last_seen: datetime
    resolved_at: datetime | None = None
    version: int


class PodRow(Message):
    """A pod of an incident, or another object that failed (`kind`). `state` is failing, healthy or
    gone."""

    kind: str = "Pod"
    uid: str
    name: str
    node: str
    state: Literal["failing", "healthy", "gone"]
    failures: list[ReportedFailure]
    first_seen: datetime
    last_seen: datetime


class DiagnosisView(Message):
    """The newest diagnosis. `number` is the report up to which it knows; causes are ordered, first
    to fix first."""

    id: str
    number: int
    source: Literal["rules"]
    causes: list[Cause]
    unavailable: list[str]
    evidence_ids: list[str]
    created_at: datetime


class TimelineEntry(Message):
    """One thing that happened: `opened`, `regressed`, `diagnosed`, `acknowledged`, `ignored`,
    `restored`, `resolved`, …"""

    at: datetime
    what: str
    by: str | None = None
    text: str = ""


class IncidentDetail(IncidentRow):
    """GET /api/incidents/{id}: all that the page needs but the evidence, in one call."""

    pods: list[PodRow]
    diagnosis: DiagnosisView | None
    run: Run | None
    timeline: list[TimelineEntry]
    as_of_seq: int


class EvidenceKind(StrEnum):
    LOG = "log"
    EVENTS = "events"
    MANIFEST = "manifest"
    OWNER = "owner"
    NODE = "node"
    USAGE = "usage"


class EvidenceRow(Message):
    """One captured thing, without its text. `captured_by` is agent or worker."""

    id: str
    kind: EvidenceKind
    subject: str
    container: str = ""
    stream: str = ""
    captured_by: Literal["agent", "worker"]
    captured_at: datetime
    bytes: int
    truncated: bool


class EvidenceItem(EvidenceRow):
    """GET /api/incidents/{id}/evidence/{evidence_id}: with the redacted text."""

    text: str


class IncidentStart(Message):
    """The workflow's only argument: all else is in the incident's row."""

    incident_id: str


class Change(Message):
    """An action on an incident, as the workflow gets it. `version`, where given, must be the
    current one."""

    action: Action
    by: str
    version: int | None = None
    until: datetime | None = None
    count: Annotated[int, Field(ge=1, le=1000)] | None = None
    reason: Annotated[str, Field(max_length=500)] = ""


class Changed(Message):
    """What an action led to."""

    id: str
    status: Status
    version: int
