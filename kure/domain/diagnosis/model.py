"""What a diagnosis is made of: causes, each with its evidence, its confidence and a fix."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Protocol

from kure.domain.diagnosis.fixes import Patch


class Confidence(StrEnum):
    """How far the evidence carries. `symptom`: it is known what fails, not why."""

    DEFINITIVE = "definitive"
    LIKELY = "likely"
    SYMPTOM = "symptom"


class Severity(StrEnum):
    """How much of the workload is down."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True)
class EvidenceLine:
    """One line that supports a cause.

    `source` says where it was read: `pod`, `event`, `log`, `owner`, `node`, or `object` for an
    object of another kind. `subject` is the object (`Pod/web-7f`), for logs with container and
    stream (`Pod/web-7f/app/previous`); `field` is a path in the object, a log line's number counted
    from 1 or an event's reason; `text` is the line itself.
    """

    source: str
    subject: str
    field: str
    text: str


@dataclass(frozen=True)
class Blamed:
    """Another workload, or a node, that must be mended first. Like an incident's: `namespace` is
    `_` for what has none."""

    namespace: str
    kind: str
    name: str


@dataclass(frozen=True)
class Cause:
    """Why a container, a whole pod or another object fails. `rule` is the permanent id of the rule
    that says so.

    `fix` says in words what to do; `commands` can be pasted into a shell, in this order; `patch`
    changes an object, where that is safe to propose. `blames` names the workload whose failure is
    the reason.
    """

    rule: str
    failure_class: str
    container: str
    title: str
    explanation: str
    confidence: Confidence
    evidence: tuple[EvidenceLine, ...]
    fix: str
    commands: tuple[str, ...] = ()
    patch: Patch | None = None
    blames: Blamed | None = None


@dataclass(frozen=True)
class Diagnosis:
    """The causes in the order in which they must be fixed, and what could not be read. `early`:
    events that may tell more are still to come."""

    causes: tuple[Cause, ...]
    unavailable: tuple[str, ...]
    severity: Severity
    early: bool = False

    @property
    def is_symptom(self) -> bool:
        """Whether nothing in it tells why anything fails."""
        return all(cause.confidence is Confidence.SYMPTOM for cause in self.causes)

    @property
    def may_change(self) -> bool:
        """Whether the same, read a little later, may tell more."""
        return self.early or self.is_symptom


class _Redactor(Protocol):
    def text(self, text: str) -> str: ...


def redacted(diagnosis: Diagnosis, redactor: _Redactor) -> Diagnosis:
    """The diagnosis with every text redacted. Rules quote live objects, so it must not leave the
    process without."""

    def told(text: str) -> str:
        return storable(redactor.text(text))

    return replace(
        diagnosis,
        causes=tuple(_redacted(cause, told) for cause in diagnosis.causes),
        unavailable=tuple(told(line) for line in diagnosis.unavailable),
    )


def storable(text: str) -> str:
    """The text with a replacement for what neither UTF-8 nor PostgreSQL takes: half of a surrogate
    pair, and the zero byte. https://www.postgresql.org/docs/current/datatype-json.html"""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode(errors="replace").decode()


def _redacted(cause: Cause, told: Callable[[str], str]) -> Cause:
    """A patch or a command with a secret in it is left out: with a placeholder it would break what
    it is to mend."""
    return replace(
        cause,
        container=storable(cause.container),
        title=told(cause.title),
        explanation=told(cause.explanation),
        fix=told(cause.fix),
        evidence=tuple(
            EvidenceLine(line.source, storable(line.subject), storable(line.field), told(line.text))
            for line in cause.evidence
        ),
        commands=tuple(line for line in cause.commands if told(line) == line),
        patch=_patch(cause.patch, told),
        blames=_blamed(cause.blames),
    )


def _blamed(blames: Blamed | None) -> Blamed | None:
    return blames and Blamed(*map(storable, (blames.namespace, blames.kind, blames.name)))


def _patch(patch: Patch | None, told: Callable[[str], str]) -> Patch | None:
    texts = [text for step in (patch.operations if patch else ()) for text in _texts(step.value)]
    if patch is None or any(told(text) != text for text in texts):
        return None
    names = (patch.api_version, patch.kind, patch.namespace, patch.name)
    if any(storable(name) != name for name in names):
        return None
    return replace(patch, note=told(patch.note), checked=told(patch.checked))


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) else []


def fitted(diagnosis: Diagnosis, most_bytes: int) -> Diagnosis:
    """The diagnosis, cut where it would be larger as JSON: first long texts, then evidence, then
    the least urgent causes. What is kept stays whole evidence lines and whole causes."""
    for text, lines, causes in ((1000, 20, 50), (400, 8, 30), (200, 4, 10), (100, 2, 3)):
        cut = _cut(diagnosis, text, lines, causes)
        if len(json.dumps(asdict(cut), ensure_ascii=False).encode()) <= most_bytes:
            break
    return cut


def short(text: str, most: int) -> str:
    """One line of at most `most` characters. A placeholder of redaction is not cut in two."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    kept = line[: most - 1]
    placeholder = kept.rfind("[redacted:")
    return (kept[:placeholder] if placeholder > kept.rfind("]") else kept) + "…"


def _cut(diagnosis: Diagnosis, text: int, lines: int, causes: int) -> Diagnosis:
    return replace(
        diagnosis,
        causes=tuple(
            replace(
                cause,
                explanation=short(cause.explanation, 4 * text),
                fix=short(cause.fix, 4 * text),
                evidence=tuple(
                    replace(line, text=short(line.text, text)) for line in cause.evidence[:lines]
                ),
            )
            for cause in diagnosis.causes[:causes]
        ),
        unavailable=tuple(short(line, text) for line in diagnosis.unavailable[: 2 * lines]),
    )
