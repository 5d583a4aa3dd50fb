"""The answer of a model: which form it has, and what of it is believed.

Everything is checked: the form, that each line it refers to exists, that its fix is for the top
owner. What it quotes is taken from our evidence, never from the answer.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from kure.domain.diagnosis.fixes import Operation
from kure.domain.models import schema
from kure.domain.models.quoting import plain, seen, shown_line
from kure.domain.workloads import Workload

MOST_ANSWER = 128 * 1024
MOST_OPERATIONS = 50
MOST_OPERATIONS_BYTES = 16 * 1024
MOST_REFERENCES = 20
MOST_LISTED = 10
# Characters: of what stands in one line, and of what may have paragraphs.
SHORT, LONG = 300, 4000
# A line of evidence as it is kept beside the answer.
LONGEST_LINE = 1000

CONFIDENCES = ("high", "medium", "low")
STEPS = ("add", "replace", "remove", "test")
POINTER = re.compile(r"(?:/(?:[^~/]|~[01])*){1,40}")
FENCED = re.compile(r"```(?:json)?\s*\n(?P<inside>.*)\n\s*```", re.DOTALL)

_REFERENCE = schema.closed(
    {
        "evidence": schema.whole_number("The number after E."),
        "line": schema.whole_number("The number of the line."),
    }
)
_RULED_OUT = schema.closed(
    {
        "cause": schema.text("What it could have been."),
        "why_not": schema.text("What in the evidence speaks against it."),
    }
)
_STEP = schema.closed(
    {
        "op": schema.one_of(STEPS, "As in RFC 6902."),
        "path": schema.text("A JSON Pointer into the manifest: /spec/template/spec/…"),
        "value": schema.text('The value as JSON text: "8080", "\\"web\\"", "{}"; "" for remove.'),
    }
)
_FIX = schema.closed(
    {
        "kind": schema.text("The kind of the workload in question, as it was given."),
        "namespace": schema.text("Its namespace, as it was given."),
        "name": schema.text("Its name, as it was given."),
        "title": schema.text("What it changes, in one short sentence."),
        "explanation": schema.text("Why this mends it."),
        "risk": schema.text("What may go wrong with it, what else it changes."),
        "operations": schema.list_of(
            _STEP, "A JSON Patch of the workload's own manifest; none where no patch can mend it."
        ),
    }
)

SCHEMA = schema.closed(
    {
        "cause": schema.text("Why it fails, in one sentence that names object and value."),
        "why": schema.text("How that follows from the evidence, in a few short sentences."),
        "confidence": schema.one_of(
            CONFIDENCES, "high: the evidence leaves nothing else; low: it is a guess."
        ),
        "evidence": schema.list_of(_REFERENCE, "The lines that show it, the most telling first."),
        "ruled_out": schema.list_of(_RULED_OUT, "Other causes that were looked at."),
        "missing": schema.list_of(
            schema.text("One thing."), "What would have to be read to be surer."
        ),
        "fix": schema.nullable(_FIX, "null where nothing in this workload mends it."),
    }
)


@dataclass(frozen=True)
class Unusable:
    """Why an answer cannot be used, fit to be told to the model and to a person."""

    reason: str


@dataclass(frozen=True)
class Reference:
    """A line that supports the cause, from our evidence; `number` is that of the evidence in the
    question, `line` counts from 1."""

    number: int
    line: int
    evidence_id: str
    text: str


@dataclass(frozen=True)
class Alternative:
    cause: str
    why_not: str


@dataclass(frozen=True)
class ProposedFix:
    """Against the top owner's own manifest; without operations it is words only."""

    title: str
    explanation: str
    risk: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True)
class Answer:
    """What the model found, checked. `confidence` is the model's word."""

    cause: str
    why: str
    confidence: Literal["high", "medium", "low"]
    evidence: tuple[Reference, ...]
    ruled_out: tuple[Alternative, ...]
    missing: tuple[str, ...]
    fix: ProposedFix | None


# By number in the question, counted from 1: the evidence's id and its lines.
Evidence = Sequence[tuple[str, Sequence[str]]]


class _Wrong(Exception):
    """What is wrong with an answer."""


def parse(text: str, evidence: Evidence, owner: Workload) -> Answer | Unusable:
    """The answer, or why it cannot be used. `evidence` is all that the model was given, by number:
    the question's, then what was read at its wishes, in that order; `owner` is the workload as the
    question names it."""
    try:
        return _answer(_read(text), evidence, owner)
    except _Wrong as wrong:
        return Unusable(str(wrong))


def _read(text: str) -> dict[str, Any]:
    if len(text) > MOST_ANSWER:
        raise _Wrong(f"the answer has more than {MOST_ANSWER // 1024} Ki characters")
    fenced = FENCED.fullmatch(text.strip())
    try:
        found = json.loads(fenced["inside"] if fenced else text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise _Wrong("the answer is no JSON") from None
    if wrong := schema.problem(found, SCHEMA):
        raise _Wrong(f"the answer does not fit its schema: {wrong}")
    read: dict[str, Any] = found
    return read


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _answer(found: dict[str, Any], evidence: Evidence, owner: Workload) -> Answer:
    cause, why = plain(found["cause"], SHORT), plain(found["why"], LONG)
    if not cause or not why:
        raise _Wrong("`cause` or `why` is empty")
    references = tuple(_references(found["evidence"], evidence))
    if not references and found["confidence"] != "low":
        raise _Wrong("`evidence` is empty: name the lines that show the cause")
    ruled_out = (
        Alternative(plain(one["cause"], SHORT), plain(one["why_not"], LONG))
        for one in found["ruled_out"][:MOST_LISTED]
    )
    missing = (plain(one, SHORT) for one in found["missing"][:MOST_LISTED])
    return Answer(
        cause=cause,
        why=why,
        confidence=found["confidence"],
        evidence=references,
        ruled_out=tuple(one for one in ruled_out if one.cause),
        missing=tuple(filter(None, missing)),
        fix=found["fix"] and _fix(found["fix"], owner),
    )


def _references(found: list[dict[str, int]], evidence: Evidence) -> Iterator[Reference]:
    """Each once, in the order given."""
    told = dict.fromkeys((one["evidence"], one["line"]) for one in found)
    for number, line in list(told)[:MOST_REFERENCES]:
        if not 1 <= number <= len(evidence):
            raise _Wrong(f"there is no evidence E{number}: it goes from E1 to E{len(evidence)}")
        evidence_id, lines = evidence[number - 1]
        if not 1 <= line <= len(lines) or not lines[line - 1].strip():
            raise _Wrong(f"there is no line E{number}:{line}, or nothing in it")
        yield Reference(number, line, evidence_id, shown_line(lines[line - 1], LONGEST_LINE))


def _fix(found: dict[str, Any], owner: Workload) -> ProposedFix:
    target = (found["kind"], found["namespace"], found["name"])
    if target != (owner.kind, owner.namespace, owner.name):
        told = seen("/".join(target))[:SHORT]
        raise _Wrong(
            f"the fix is for {told}, and may only be for the workload itself: "
            f"{owner.kind}/{owner.namespace}/{owner.name}"
        )
    if len(found["operations"]) > MOST_OPERATIONS:
        raise _Wrong(f"the fix has more than {MOST_OPERATIONS} operations")
    size = len(json.dumps(found["operations"], ensure_ascii=False).encode(errors="replace"))
    if size > MOST_OPERATIONS_BYTES:
        raise _Wrong(f"the fix's operations have more than {MOST_OPERATIONS_BYTES // 1024} KiB")
    title = plain(found["title"], SHORT)
    if not title:
        raise _Wrong("the fix has no title")
    return ProposedFix(
        title=title,
        explanation=plain(found["explanation"], LONG),
        risk=plain(found["risk"], LONG),
        operations=tuple(_step(n, one) for n, one in enumerate(found["operations"], 1)),
    )


def _step(number: int, found: dict[str, str]) -> Operation:
    path = found["path"]
    if not POINTER.fullmatch(path) or not path.isprintable():
        raise _Wrong(f"the path of operation {number} is no JSON Pointer to a field")
    if found["op"] == "remove":
        return Operation("remove", path)
    try:
        value = json.loads(found["value"], parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise _Wrong(f"the value of operation {number} is no JSON text") from None
    return Operation(found["op"], path, value)
