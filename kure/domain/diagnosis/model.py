"""What a diagnosis is made of: causes, each with its evidence, its confidence and a fix."""

import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Protocol


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
class Cause:
    """Why a container, a whole pod or another object fails. `rule` is the permanent id of the rule
    that says so."""

    rule: str
    failure_class: str
    container: str
    title: str
    explanation: str
    confidence: Confidence
    evidence: tuple[EvidenceLine, ...]
    fix: str


@dataclass(frozen=True)
class Diagnosis:
    """The causes in the order in which they must be fixed, and what could not be read."""

    causes: tuple[Cause, ...]
    unavailable: tuple[str, ...]
    severity: Severity


class _Redactor(Protocol):
    def text(self, text: str) -> str: ...


def redacted(diagnosis: Diagnosis, redactor: _Redactor) -> Diagnosis:
    """The diagnosis with every text redacted. Rules quote live objects, so it must not leave the
    process without."""
    return replace(
        diagnosis,
        causes=tuple(
            replace(
                cause,
                title=redactor.text(cause.title),
                explanation=redactor.text(cause.explanation),
                fix=redactor.text(cause.fix),
                evidence=tuple(
                    replace(line, text=redactor.text(line.text)) for line in cause.evidence
                ),
            )
            for cause in diagnosis.causes
        ),
        unavailable=tuple(redactor.text(line) for line in diagnosis.unavailable),
    )


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
