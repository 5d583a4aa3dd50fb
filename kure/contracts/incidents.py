"""What people see of an incident, and what its workflow is told and asked."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field

from kure.contracts.investigating import InvestigationView
from kure.contracts.mirrors import FixView, MirrorRow
from kure.contracts.reports import Message, ReportedFailure
from kure.contracts.runs import Run
from kure.domain.diagnosis.fixes import Operation
from kure.domain.diagnosis.model import Blamed, Cause, Confidence, EvidenceLine, Severity
from kure.domain.incidents import Action as Action
from kure.domain.incidents import Resolution as Resolution
from kure.domain.incidents import Status as Status


class IncidentRow(Message):
    """One line of the list: at most 600 bytes, no manifests, no logs. `merged_into` is the incident
    that this one is part of, where its workload turned out to belong to another: only a merged one
    has it, and no list but one of status `merged` shows it. `folded_into` is the open incident of
    the node that is the reason of this one; `folds` is how many a node's incident explains."""

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
    merged_into: str | None = None
    folded_into: str | None = None
    folds: int = 0
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


class BlamedView(Message):
    """Another workload that must be mended first, with its incident where it has one."""

    namespace: str
    kind: str
    name: str
    incident_id: str | None = None


class PatchView(Message):
    """A change of one object that a person may apply: Kure never does. `command` applies it;
    `checked` says how far it was tried, '' where it was not."""

    api_version: str
    kind: str
    namespace: str
    name: str
    operations: list[Operation]
    recreate: bool
    note: str
    checked: str
    command: str


class CauseView(Message):
    """A cause as it is shown: see `kure.domain.diagnosis.model.Cause`."""

    rule: str
    failure_class: str
    container: str
    title: str
    explanation: str
    confidence: Confidence
    evidence: list[EvidenceLine]
    fix: str
    commands: list[str]
    patch: PatchView | None
    blames: BlamedView | None

    @classmethod
    def of(cls, cause: Cause, incidents: Mapping[Blamed, str]) -> Self:
        """The cause with what can be pasted; `incidents` are the ids of those that are blamed."""
        told = asdict(cause)
        if cause.patch:
            told["patch"]["command"] = cause.patch.command
        if cause.blames:
            told["blames"]["incident_id"] = incidents.get(cause.blames)
        return cls.model_validate(told)


class DiagnosisView(Message):
    """The newest diagnosis. `number` is the report up to which it knows; causes are ordered, first
    to fix first."""

    id: str
    number: int
    source: Literal["rules"]
    causes: list[CauseView]
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


class FixDetail(FixView):
    """GET /api/incidents/{id}/fixes/{fix_id}: a fix with what to apply, for who wants to; None for
    a manifest that somebody edited. `manifest` is the workload as it would be, `diff` from what was
    captured of it last, both YAML, redacted; '' where that is not there any more, or does not fit.
    """

    patch: PatchView | None
    manifest: str = ""
    diff: str = ""


class IncidentDetail(IncidentRow):
    """GET /api/incidents/{id}: all that the page needs but the evidence, in one call. `fixes` and
    `mirrors` are the newest ten of each; `investigation` is the newest one of a model."""

    pods: list[PodRow]
    diagnosis: DiagnosisView | None
    run: Run | None
    timeline: list[TimelineEntry]
    fixes: list[FixView] = []
    mirrors: list[MirrorRow] = []
    investigation: InvestigationView | None = None
    as_of_seq: int


class EvidenceKind(StrEnum):
    """`read` is what was read at a model's wish, as far as it was shown to it."""

    LOG = "log"
    EVENTS = "events"
    MANIFEST = "manifest"
    OWNER = "owner"
    NODE = "node"
    USAGE = "usage"
    READ = "read"


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
