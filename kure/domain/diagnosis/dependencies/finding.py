"""What was found out about a dependency, and the cause that is told of it."""

from dataclasses import dataclass
from itertools import islice

from kure.domain.diagnosis.dependencies.seen import RUNNING, Seen, evidence_lines
from kure.domain.diagnosis.dependencies.told import named
from kure.domain.diagnosis.dependencies.troubles import Kind
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Patch
from kure.domain.diagnosis.model import Blamed, Cause, Confidence, EvidenceLine
from kure.domain.diagnosis.runs import how_it_ran
from kure.domain.failures.model import FailureClass

RULES = {
    Kind.REFUSED: "C19",
    Kind.UNREACHABLE: "C19",
    Kind.UNKNOWN_NAME: "C20",
    Kind.UNRESOLVED: "C20",
    Kind.TIMEOUT: "C21",
    Kind.POOL: "C22",
    Kind.REJECTED: "C23",
    Kind.TLS: "C24",
    Kind.WAITS: "C19",
    Kind.FAILS: "C19",
}
VERBS = {
    Kind.REFUSED: "cannot connect to",
    Kind.UNREACHABLE: "has no way to",
    Kind.UNKNOWN_NAME: "cannot resolve",
    Kind.UNRESOLVED: "cannot resolve",
    Kind.TIMEOUT: "gets no answer from",
    Kind.POOL: "gets no connection to",
    Kind.REJECTED: "is refused by",
    Kind.TLS: "does not get a TLS connection to",
    Kind.WAITS: "waits for",
    Kind.FAILS: "cannot connect to",
}
# Of these it is only told that the container waits where it is an init container.
WAITED_FOR = frozenset(
    (
        *(Kind.REFUSED, Kind.UNREACHABLE, Kind.UNKNOWN_NAME, Kind.UNRESOLVED, Kind.TIMEOUT),
        *(Kind.WAITS, Kind.FAILS),
    )
)
INIT_WAITS = "D03"
# What an init container waits for need not even be there.
ABSENT = ("C20", "L05")
READINESS_FOLLOWS = "E13"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Why a dependency does not answer. `rule` is '' where the kind of trouble names it; `why` ends
    the title."""

    why: str
    explanation: str
    fix: str
    rule: str = ""
    confidence: Confidence = Confidence.LIKELY
    evidence: tuple[EvidenceLine, ...] = ()
    commands: tuple[str, ...] = ()
    patch: Patch | None = None
    blames: Blamed | None = None


def cause_of(case: Case, seen: Seen, found: Finding) -> Cause:
    whom = seen.called.text or "something that it calls"
    unready = case.failure.failure_class is FailureClass.NOT_READY
    verb = "is not ready because of" if unready else VERBS[seen.kind]
    title = f"{case.container_label} {verb} {whom}: {found.why}"
    words = [_said(case, seen), found.explanation, _waits(case, seen), _variables(case, seen)]
    if case.container and case.failure.failure_class not in RUNNING:
        words.append(how_it_ran(case.container))
    lines = [seen.signal.evidence(case)] if seen.signal else []
    if unready:
        lines += [case.from_event(event) for event in islice(case.events("Unhealthy"), 1)]
    lines += [case.from_pod(field, text) for field, text in evidence_lines(case, seen)]
    return Cause(
        rule=_rule(case, seen, found.rule),
        failure_class=case.failure.failure_class,
        container=case.failure.container,
        title=case.quote(title, 240),
        explanation=" ".join(word for word in words if word),
        confidence=found.confidence,
        evidence=(*lines, *found.evidence),
        fix=found.fix,
        commands=found.commands,
        patch=found.patch,
        blames=found.blames,
    )


def _rule(case: Case, seen: Seen, told: str) -> str:
    init = case.container is not None and case.container.init and not case.container.sidecar
    if seen.kind in WAITED_FOR:
        if init and (not told or told in ABSENT):
            return INIT_WAITS
        if not told and case.failure.failure_class is FailureClass.NOT_READY:
            return READINESS_FOLLOWS
    return told or RULES[seen.kind]


def _said(case: Case, seen: Seen) -> str:
    if seen.signal is None:
        return (
            f"It is told to call {case.quote(seen.called.text, 200)}." if seen.called.host else ""
        )
    return f'Line {seen.signal.number} of its log says: "{seen.signal.quoted(case)}".'


def _waits(case: Case, seen: Seen) -> str:
    if case.container and case.container.init and not case.container.sidecar:
        return "The containers after it wait until it ends without an error."
    return ""


def _variables(case: Case, seen: Seen) -> str:
    """Where the container is told to call this one."""
    labels = [one.label for one in named(case, seen.called.host)] if seen.called.host else []
    labels = list(dict.fromkeys(labels))[:3]
    return f"The host stands in {' and '.join(labels)}." if labels else ""
