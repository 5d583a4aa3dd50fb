"""What `kure diagnose -o json` prints. Its shape is a promise: fields are added, never renamed or
taken away while `version` stays."""

from datetime import datetime
from typing import Literal

from kure.contracts.incidents import CauseView
from kure.contracts.reports import Message
from kure.domain.diagnosis.model import Severity


class Source(Message):
    """What was looked at: a context of the kubeconfig and its server, or a file (`-`: standard
    input)."""

    kind: Literal["cluster", "dump"]
    name: str
    server: str = ""


class WorkloadView(Message):
    """What people call "the workload"; `namespace` is empty for what has none."""

    namespace: str
    kind: str
    name: str


class Finding(Message):
    """One failing workload. `causes` are ordered, first to fix first; `failing` is how many of its
    objects fail; `unavailable` says what could not be read of it."""

    workload: WorkloadView
    severity: Severity
    failing: int
    causes: list[CauseView]
    unavailable: list[str]


class Report(Message):
    """`at` is the moment for which it was judged: of a dump the newest time in it. `looked_at`
    counts what was judged, by kind; `unavailable` says what could not be looked at."""

    version: Literal[1] = 1
    source: Source
    at: datetime
    scope: str
    looked_at: dict[str, int]
    findings: list[Finding]
    unavailable: list[str]
