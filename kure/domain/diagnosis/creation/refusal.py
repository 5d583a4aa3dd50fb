"""What the API server said when a controller wanted to make a pod."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kure.domain import manifests
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Patch
from kure.domain.diagnosis.model import Blamed, Cause, Confidence, EvidenceLine
from kure.domain.diagnosis.nearby import Want
from kure.domain.manifests import Manifest

# Of a message; what is longer lists the same again for every container.
MOST_MESSAGE = 8192

AGAIN = " The controller tries again by itself, after some failures only every quarter of an hour."


@dataclass(frozen=True)
class Refusal:
    """One message, the line where it stands, and what the named groups of its row found."""

    case: Case
    message: str
    line: EvidenceLine
    found: dict[str, str]

    @property
    def namespace(self) -> str:
        return self.case.namespace

    @property
    def owner(self) -> Manifest:
        """What people edit: the workload, or the object that fails itself."""
        return self.case.facts.owner or {"kind": self.case.about.kind} | self.case.pod

    @property
    def what(self) -> str:
        """`Deployment "web"`, to begin a title with."""
        return f'{self.case.about.kind} "{self.case.name}"'


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a row says of a refusal."""

    title: str
    explanation: str
    fix: str
    evidence: tuple[EvidenceLine, ...] = ()
    commands: tuple[str, ...] = ()
    patch: Patch | None = None
    blames: Blamed | None = None


def wants_nothing(_refusal: Refusal) -> Iterator[Want]:
    yield from ()


@dataclass(frozen=True)
class Row:
    """One kind of refusal: by which words it is known, what is told of it, what is read for it."""

    rule: str
    pattern: re.Pattern[str]
    tell: Callable[[Refusal], Told]
    wants: Callable[[Refusal], Iterator[Want]] = wants_nothing


def message_of(case: Case) -> tuple[str, EvidenceLine]:
    """The failure's own message; that of the newest event where it has none."""
    said = case.failure.message.strip()
    for event in case.events("FailedCreate"):
        text = manifests.text(event.get("message")).strip()
        if text and said in ("", text):
            return text[:MOST_MESSAGE], case.from_event(event)
    field = case.failure.field
    place = field if field == "events" else f"{field}.message"
    return said[:MOST_MESSAGE], case.from_pod(place, said)


def cause_of(row: Row, refusal: Refusal) -> Cause:
    told, case = row.tell(refusal), refusal.case
    return Cause(
        rule=row.rule,
        failure_class=case.failure.failure_class,
        container="",
        title=case.quote(f"{refusal.what} cannot create its pods: {told.title}", 200),
        explanation=case.quote(told.explanation, 2000),
        confidence=Confidence.DEFINITIVE,
        evidence=(refusal.line, *told.evidence),
        fix=told.fix,
        commands=told.commands,
        patch=told.patch,
        blames=told.blames,
    )
