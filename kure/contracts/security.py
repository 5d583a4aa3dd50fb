"""Scans and their findings, as people see them and speak of them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from kure.contracts.reports import Message, Namespace
from kure.domain.globs import ANY
from kure.domain.security.model import Severity

FindingStatus = Literal["open", "dismissed", "excluded", "fixed"]
ScanState = Literal["running", "finished", "failed", "cancelled", "skipped"]

Reason = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*\S[^\x00]*$")]
# `*` for any characters, `?` for one.
Pattern = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[a-zA-Z0-9_.*?-]+$")]
Registry = Annotated[
    str,
    Field(
        max_length=300,
        pattern=r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?(/[a-z0-9._-]+)*$",
        description="a host with its port, and a path where one is meant",
    ),
]


class FindingRow(Message):
    """What a check found at one place. `status`: *dismissed* by a person, *excluded* by a rule
    exclusion, *fixed* where a scan that could see it did not. `namespace` is `_` for what belongs
    to none. `seen_on` is the object that was looked at, where another is blamed; `managed_by` whose
    hand would undo a change. `fixable`: a safe change of the object is known. `opened_at` is when
    it was found, or found again after it had been fixed."""

    id: str
    cluster: str
    check: str
    title: str
    severity: Severity
    kind: str
    namespace: str
    name: str
    path: str
    container: str = ""
    message: str
    value: Any = None
    status: FindingStatus
    fixable: bool
    managed_by: str = ""
    seen_on: str = ""
    first_seen: datetime
    opened_at: datetime
    last_seen: datetime
    fixed_at: datetime | None = None
    dismissed_by: str | None = None
    dismissed_at: datetime | None = None
    dismissed_until: datetime | None = None
    dismiss_reason: str = ""
    version: int


class FrameworkRow(Message):
    benchmark: str
    version: str
    number: str


class CheckRow(Message):
    """A check of the catalogue. `on`: it runs where nobody chose."""

    id: str
    title: str
    severity: Severity
    category: str
    kinds: list[str]
    why: str
    fix: str
    frameworks: list[FrameworkRow]
    on: bool


class FindingDetail(FindingRow):
    """A finding with the check that made it; without it where a later release no longer has it."""

    about: CheckRow | None = None


class FindingPage(BaseModel):
    """A page of the list, the worst first. `counts` are of the filter without its status, by
    status; `by_severity` of the filter."""

    items: list[FindingRow]
    next: str | None
    total: int
    counts: dict[str, int]
    by_severity: dict[str, int]
    as_of_seq: int


class WorkloadFindings(Message):
    """How many findings an object has, of each severity."""

    cluster: str
    kind: str
    namespace: str
    name: str
    total: int
    by_severity: dict[str, int]
    worst: Severity


class WorkloadPage(BaseModel):
    """A page of the list by workload, the worst first."""

    items: list[WorkloadFindings]
    next: str | None
    as_of_seq: int


class NotEvaluatedRow(Message):
    """A check that could not be decided of these kinds, since the kinds in `missing` were not
    listed. `partly`: it was, as far as that goes."""

    check: str
    kinds: list[str]
    missing: list[str]
    partly: bool = False


class Difference(Message):
    """Against the scan before: what is new, or is there again, and what was fixed; the score of
    that scan."""

    new: int = 0
    fixed: int = 0
    new_by_severity: dict[str, int] = {}
    score_before: float | None = None


class ScanRow(Message):
    """A scan of a cluster, or where `namespaces` are named, of these. `requested_by` is '' for the
    schedule. `text` says why it failed, was cancelled or was skipped. `score` is 0 to 100 of what
    could be evaluated, `coverage` 0 to 1 how much that was. `counts` are its open findings by
    severity."""

    id: str
    cluster: str
    run_id: str
    state: ScanState
    text: str = ""
    namespaces: list[str] = []
    requested_by: str
    started_at: datetime
    ended_at: datetime | None = None
    kinds_total: int
    kinds_done: int
    objects: int
    previous_id: str | None = None
    score: float | None = None
    coverage: float | None = None
    counts: dict[str, int] = {}
    difference: Difference = Difference()


class ScanDetail(ScanRow):
    """`unread`: the kinds that could not be listed, each with what the API server answered."""

    not_evaluated: list[NotEvaluatedRow] = []
    unread: dict[str, str] = {}


class ScanPage(BaseModel):
    """Scans, newest first."""

    items: list[ScanRow]
    next: str | None


class ScanBody(BaseModel):
    """What to scan: a cluster, this installation's own where none is named, or some namespaces of
    it."""

    model_config = ConfigDict(extra="forbid")

    cluster: Annotated[str, Field(max_length=63)] = ""
    namespaces: Annotated[list[Namespace], Field(max_length=50)] = []


class ScanStarted(Message):
    """`joined`: a scan of the cluster was running already; it is that one."""

    scan_id: str
    joined: bool


class DismissBody(BaseModel):
    """`expires_at`: until when; for ever without it."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason
    expires_at: AwareDatetime | None = None
    version: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None


class RestoreBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: Annotated[int, Field(ge=1, le=2**63 - 1)] | None = None


class NewRuleExclusion(BaseModel):
    """Findings of the checks that match, in the namespaces that match; `_` is what has none."""

    model_config = ConfigDict(extra="forbid")

    cluster: Pattern = ANY
    check: Pattern
    namespace: Pattern = ANY
    reason: Reason
    expires_at: AwareDatetime | None = None


class RuleExclusion(Message):
    id: str
    cluster: str
    check: str
    namespace: str
    reason: str
    created_by: str
    created_at: datetime
    expires_at: datetime | None = None
    is_expired: bool = False


class RuleExclusions(BaseModel):
    items: list[RuleExclusion]


class NewRegistry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    registry: Registry
    reason: Reason


class TrustedRegistry(Message):
    id: str
    registry: str
    reason: str
    created_by: str
    created_at: datetime


class TrustedRegistries(BaseModel):
    items: list[TrustedRegistry]


class Checks(BaseModel):
    items: list[CheckRow]
