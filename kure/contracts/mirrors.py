"""Mirrors: throw-away copies of failing pods, on which a fix is proved. What people ask for and see
of one."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from kure.contracts.reports import Message
from kure.contracts.runs import Run
from kure.domain.diagnosis.fixes import Operation

SHORTEST_TTL, LONGEST_TTL, DEFAULT_TTL = 30, 3600, 300
MOST_ROUNDS = 3

TtlSeconds = Annotated[int, Field(ge=SHORTEST_TTL, le=LONGEST_TTL)]


class Phase(StrEnum):
    """How far a mirror is. Only moves forward, but for *passed*, which a later restart takes back.
    `expiring`: it is being deleted; `gone`: the API server says so, or it never was there."""

    PLANNED = "planned"
    CREATED = "created"
    STARTING = "starting"
    PASSED = "passed"
    FAILED = "failed"
    NO_VERDICT = "no_verdict"
    EXPIRING = "expiring"
    GONE = "gone"


class Verdict(StrEnum):
    """What a mirror showed. `none`: it proves nothing, and its text says why."""

    PASSED = "passed"
    FAILED = "failed"
    NONE = "none"


class MirrorPlan(Message):
    """What a mirror would be, or why there will be none (`refusals`, every reason).

    `manifest` and `diff` (from the failing pod's template to the mirror) are YAML, redacted.
    `stripped` names what the copy loses and what follows; `warnings` what it cannot prove or shares
    with others; `confirmations` what has to be confirmed first. `dry_run` says what the API server
    said, '' where it was not asked. `needs_seconds`: a shorter life gives no verdict.
    """

    namespace: str
    pod: str
    service_account: str = ""
    stripped: list[str] = []
    warnings: list[str] = []
    refusals: list[str] = []
    confirmations: list[str] = []
    dry_run: str = ""
    manifest: str = ""
    diff: str = ""
    needs_seconds: float = 0


class FixView(Message):
    """A proposed fix as people see it: see `kure.contracts.incidents.CauseView` for its patch.
    `proof` is the best mirror that tested it."""

    id: str
    title: str
    source: Literal["rules", "edited", "model"]
    operations: list[Operation]
    created_at: datetime
    proof: "MirrorRow | None" = None


class MirrorRow(Message):
    """One mirror of the list, and an event's summary. Times are the server's."""

    id: str
    incident_id: str
    cluster: str
    namespace: str
    workload_kind: str
    workload_name: str
    pod: str
    fix_id: str
    title: str
    phase: Phase
    verdict: Verdict | None
    text: str
    held_seconds: float
    needs_seconds: float
    round: int
    rounds: int
    requested_by: str
    requested_at: datetime
    created_at: datetime | None
    expires_at: datetime | None
    gone_at: datetime | None
    version: int


class MirrorPage(Message):
    """Mirrors, newest first."""

    items: list[MirrorRow]
    next: str | None
    as_of_seq: int


class MirrorDetail(MirrorRow):
    """GET /api/mirror/status/{mirror_id}: with what the plan said, and its run's steps. `now` is
    the server's clock, for countdowns."""

    plan: MirrorPlan | None
    run: Run | None
    evidence_ids: list[str]
    now: datetime


class Policy(Message):
    """What speaks against a mirror (`refusals`), and what has to be confirmed first."""

    refusals: list[str]
    confirmations: list[str]


class TtlBounds(Message):
    """How long a mirror may live, in seconds, and how long it does where nobody says."""

    default: int
    least: int = SHORTEST_TTL
    most: int = LONGEST_TTL


class MirrorPreview(Message):
    """What a mirror would be: see MirrorPlan. `fix_id` is what to deploy; None where there is
    nothing to deploy: then `manifest` is the pod's as it is, for who wants to edit it, or the
    policy says why not. `pod` is an example: each mirror has a name of its own.

    `explanation` says why the fix should help. `source` is '' without a fix.
    """

    incident_id: str
    fix_id: str | None
    title: str
    explanation: str
    source: Literal["rules", "edited", "model", ""]
    namespace: str
    pod: str
    service_account: str
    manifest: str
    diff: str
    dry_run: str
    policy: Policy
    stripped: list[str]
    warnings: list[str]
    needs_seconds: float
    ttl: TtlBounds


class MirrorStarted(Message):
    """The mirror that was asked for; GET /api/mirror/status/{mirror_id} tells of it."""

    mirror_id: str
