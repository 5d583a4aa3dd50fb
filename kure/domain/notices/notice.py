"""One message, before it gets the form of a receiver."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from kure.domain.diagnosis.model import Severity, short
from kure.domain.diagnosis.severity import STEPS
from kure.domain.notices.steps import Kind

MOST_TEXT = 1500
MOST_FACT = 200
MOST_ANSWER = 300
MOST_NAMED = 10


@dataclass(frozen=True)
class Subject:
    """An incident, as messages tell of it. All texts are redacted. `folds`: of a node, how many
    workloads it takes with it, which have no messages of their own. `tested` is what the newest
    test of a fix on a copy of its pod has shown; `answer` is the cause as a model, `model`, says
    it, beside that of the rules."""

    id: str
    cluster: str
    namespace: str
    kind: str
    name: str
    severity: Severity
    classes: tuple[str, ...]
    pods_failing: int
    first_seen: datetime
    cause: str
    fix: str
    by: str = ""
    folds: int = 0
    tested: str = ""
    answer: str = ""
    model: str = ""
    resolved_at: datetime | None = None
    merged: bool = False

    @property
    def place(self) -> str:
        """`Deployment shop/cart`."""
        name = self.name if self.namespace == "_" else f"{self.namespace}/{self.name}"
        return f"{self.kind} {name}"


@dataclass(frozen=True)
class Notice:
    """What is told. `key` is the same for all that is told of one failure; `delivery` is this
    message's own, also when it is sent again. `facts` are for people, `data` for programs."""

    key: str
    delivery: str
    kind: Kind
    at: datetime
    severity: Severity
    headline: str
    cause: str
    fix: str
    link: str
    facts: tuple[tuple[str, str], ...]
    source: str
    data: Mapping[str, Any] = field(default_factory=dict)


VERBS = {
    Kind.FAILING: "fails{along}",
    Kind.CHANGED: "fails{along}",
    Kind.ACKNOWLEDGED: "fails{along}; {by} is looking at it",
    Kind.IGNORED: "is ignored by {by}",
    Kind.RESOLVED: "is well again",
}


def of_incident(subject: Subject, kind: Kind, delivery: str, now: datetime, base: str) -> Notice:
    """The message about one incident; `base` is the address under which people reach Kure."""
    along = f", and {_count(subject.folds, 'workload')} with it" if subject.folds else ""
    verb = VERBS[kind].format(by=short(subject.by, 60) or "somebody", along=along)
    if kind is Kind.IGNORED and subject.merged:
        verb = "is part of its owner's incident now"
    ended = subject.resolved_at if kind is Kind.RESOLVED else None
    return Notice(
        key=subject.id,
        delivery=delivery,
        kind=kind,
        at=now,
        severity=subject.severity,
        headline=f"{subject.place} {verb}",
        cause=short(subject.cause, MOST_TEXT),
        fix="" if ended else short(subject.fix, MOST_TEXT),
        link=f"{base}/incidents/{subject.id}",
        facts=(
            ("Cluster", subject.cluster),
            ("Severity", subject.severity.value),
            ("Failure", ", ".join(subject.classes)),
            ("Lasted", _length(ended - subject.first_seen))
            if ended
            else ("Pods failing", str(subject.pods_failing)),
            *([("Fix on a copy", short(subject.tested, MOST_FACT))] if subject.tested else []),
            *([(_by_model(subject), short(subject.answer, MOST_ANSWER))] if subject.answer else []),
        ),
        source=f"{subject.cluster}/{subject.namespace}/{subject.kind}/{subject.name}",
        data={
            "incident_id": subject.id,
            "cluster": subject.cluster,
            "namespace": "" if subject.namespace == "_" else subject.namespace,
            "workload": {"kind": subject.kind, "name": subject.name},
            "classes": list(subject.classes),
            "pods_failing": subject.pods_failing,
            "folds": subject.folds,
            "tested": subject.tested or None,
            "model_cause": subject.answer or None,
            "model": subject.model or None,
            "first_seen": subject.first_seen.isoformat(),
            "resolved_at": subject.resolved_at.isoformat() if subject.resolved_at else None,
            "by": subject.by or None,
        },
    )


def of_digest(
    key: str, subjects: Sequence[Subject], kind: Kind, delivery: str, now: datetime, base: str
) -> Notice:
    """One message for many incidents that came at once, the worst first. `subjects` are those that
    fail, or, when they are well again, those that failed."""
    worst = sorted(subjects, key=lambda one: (-STEPS.index(one.severity), one.place))
    named = [f"{one.place}: {short(one.cause, 120)}" for one in worst[:MOST_NAMED]]
    if len(worst) > MOST_NAMED:
        named.append(f"… and {len(worst) - MOST_NAMED} more")
    count = _count(len(worst), "more workload")
    verb = "are well again" if kind is Kind.RESOLVED else "fail"
    clusters = sorted({one.cluster for one in worst})
    return Notice(
        key=key,
        delivery=delivery,
        kind=kind,
        at=now,
        severity=worst[0].severity,
        headline=f"{count} {verb}",
        cause="\n".join(named),
        fix="",
        link=f"{base}/incidents",
        facts=(("Cluster", ", ".join(clusters)), ("Severity", worst[0].severity.value)),
        source=clusters[0],
        data={"digest_id": key, "incident_ids": [one.id for one in worst]},
    )


def of_test(channel: str, delivery: str, now: datetime, base: str) -> Notice:
    """What an administrator sends to see whether a channel works."""
    return Notice(
        key=delivery,
        delivery=delivery,
        kind=Kind.FAILING,
        at=now,
        severity=Severity.LOW,
        headline=f"Test of the channel {channel}: nothing fails",
        cause="Kure was asked to send a test message, and this is it.",
        fix="Nothing has to be done.",
        link=base,
        facts=(("Channel", channel),),
        source="kure/test",
        data={"test": True},
    )


def _by_model(subject: Subject) -> str:
    """What stands before a model's cause: nobody shall take it for the rules'."""
    return f"Cause, says the model {short(subject.model, 60)}".rstrip()


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


def _length(lasted: timedelta) -> str:
    minutes = int(lasted.total_seconds() // 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min" if minutes else "under 1 min"
