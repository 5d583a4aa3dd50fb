"""What `kure scan -o json` prints, and takes back as a baseline. Its shape is a promise: fields are
added, never renamed or taken away while `version` stays."""

from datetime import datetime
from typing import Any, Literal

from kure.contracts.reports import Message
from kure.domain.security.model import Severity


class Source(Message):
    """What was looked at: a context of the kubeconfig and its server, or files (`-`: standard
    input)."""

    kind: Literal["cluster", "files"]
    names: list[str]
    server: str = ""


class FrameworkView(Message):
    """A rule of somebody's that a check covers."""

    benchmark: str
    version: str
    number: str


class CheckView(Message):
    """One check that was asked for; `severity` is what it weighs where nothing makes it another."""

    id: str
    title: str
    severity: Severity
    family: str
    why: str
    fix: str
    frameworks: list[FrameworkView]


class ObjectView(Message):
    """The object that is blamed; `namespace` is empty for what has none."""

    api_version: str
    kind: str
    namespace: str
    name: str


class Location(Message):
    """Where it stands in a file; `line` counts from 1."""

    file: str
    line: int


class Finding(Message):
    """One thing that is wrong at one place.

    `id` is the same in every scan of the same object, be it in a file or in a cluster. `value` is
    what stands there, never a secret. `managed_by` says whose hand makes the object ('Helm', …): a
    change of the live object would be undone by it. `seen_on` is the object that was looked at,
    where it is another. `patch` is the safe fix, as a JSON Patch (RFC 6902) of the object that was
    looked at. `state` is empty where there is no baseline.
    """

    id: str
    check: str
    severity: Severity
    object: ObjectView
    path: str
    container: str
    message: str
    value: Any = None
    managed_by: str = ""
    seen_on: str = ""
    location: Location | None = None
    patch: list[dict[str, Any]] = []
    state: Literal["", "new", "known"] = ""


class NotEvaluated(Message):
    """A check that could not be decided of some kinds, and which lists were missing: never a pass.
    `partly`: it was, as far as that goes without them."""

    check: str
    kinds: list[str]
    missing: list[str]
    partly: bool


class Unread(Message):
    """A kind, or a file, that was not read, and why."""

    what: str
    why: str


class Earlier(Message):
    """What the baseline had and this scan does not."""

    id: str
    check: str
    severity: Severity
    object: ObjectView
    path: str


class Comparison(Message):
    """`fixed` are gone though they were looked for; of `undecided` nobody knows: their check was
    not evaluated, or this scan did not look there. `hidden` is how many known ones are left out."""

    baseline_at: datetime
    only_new: bool
    fixed: list[Earlier]
    undecided: list[Earlier]
    hidden: int = 0


class Report(Message):
    """`policy_version` is the version of the Pod Security Standards that was applied; `objects` is
    how many were looked at. Findings come the worst first."""

    version: Literal[1] = 1
    source: Source
    at: datetime
    scope: str
    policy_version: str
    objects: int
    counts: dict[Severity, int]
    checks: list[CheckView]
    findings: list[Finding]
    not_evaluated: list[NotEvaluated]
    unread: list[Unread]
    comparison: Comparison | None = None
