"""What a live case expects of Kure, and how what Kure said is marked. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from kure.domain.diagnosis.model import Cause, Confidence, EvidenceLine

Owner = tuple[str, str]


@dataclass(frozen=True)
class Says:
    """One fault that must be named. One of `rules` must be among the causes; `names` must all stand
    in that cause; a title with a word that begins like one of `never` is a wrong cause."""

    rules: tuple[str, ...]
    names: tuple[str, ...]
    never: tuple[str, ...]


@dataclass(frozen=True)
class Expected:
    """What stands under `expect` of a live case.

    `says`: each of them, where several faults are stacked. `fixable`: whether a patch could mend
    it, computed from what the cluster shows. `shown`: whether the test cluster can show that one
    did; it has no DNS, carries out no policies, and Nodes that are made by hand run nothing.
    """

    owner: Owner
    others: frozenset[Owner]
    classes: frozenset[str]
    container: str
    within: float
    says: tuple[Says, ...]
    fixable: bool
    shown: bool

    @property
    def rules(self) -> tuple[str, ...]:
        """Every id that is right."""
        return tuple(dict.fromkeys(rule for says in self.says for rule in says.rules))

    @property
    def family(self) -> str:
        """The letter of the taxonomy under which the case is counted."""
        return self.rules[0][0]


def expected_of(data: dict[str, Any]) -> Expected:
    """Of a case as it stands in its file, placeholders replaced."""
    expect = data["expect"]
    says = expect["says"] if isinstance(expect["says"], list) else [expect["says"]]
    return Expected(
        owner=_owner(expect["owner"]),
        others=frozenset(_owner(other) for other in expect.get("also", ())),
        classes=frozenset(expect["classes"]),
        container=expect.get("container", ""),
        within=expect["within"],
        says=tuple(
            Says(tuple(one["rules"]), tuple(one["names"]), tuple(one.get("never", ())))
            for one in says
        ),
        fixable=expect["fixable"],
        shown=expect.get("shown", True),
    )


def _owner(found: dict[str, str]) -> Owner:
    return found["kind"], found["name"]


@dataclass(frozen=True)
class Reported:
    """A report of a failure: its classes, its containers and whom it blames."""

    classes: frozenset[str]
    containers: frozenset[str]
    owner: Owner


@dataclass(frozen=True)
class Told:
    """What was told of a case: whether its failure was, and whether the right one is blamed."""

    detected: bool
    owner: bool
    why: tuple[str, ...]


def mark_reports(expected: Expected, reports: Sequence[Reported]) -> Told:
    """Right is an owner that is blamed for the expected failure, while nobody else is for any."""
    wanted = [one for one in reports if one.classes & expected.classes]
    if not wanted:
        told = sorted({name for one in reports for name in one.classes})
        return Told(False, False, (f"not detected; told instead: {', '.join(told) or 'nothing'}",))
    allowed = {expected.owner} | expected.others
    strangers = sorted({one.owner for one in reports} - allowed)
    why = [f"blames {kind} {name}" for kind, name in strangers]
    if expected.owner not in {one.owner for one in wanted}:
        why.append("does not blame the owner")
    containers = {name for one in wanted for name in one.containers}
    if expected.container and expected.container not in containers:
        why.append(f"does not blame container {expected.container}")
    return Told(True, not why, tuple(why))


@dataclass(frozen=True)
class Answer:
    """How a diagnosis is marked.

    `rule`: each fault is among the causes, by an id that is right. `first`: the first cause is one
    of them. `named`: its object and value are named. `wrong`: a cause is named that is none.
    """

    rule: bool
    first: bool
    named: bool
    wrong: bool
    why: tuple[str, ...]


def mark_causes(expected: Expected, causes: Sequence[Cause]) -> Answer:
    """Wrong is a title with a forbidden word, or a first cause that claims to know and is not
    right: a symptom claims nothing."""
    found = [_missing(says, causes) for says in expected.says]
    why = [text for missing in found for text in missing]
    is_first = bool(causes) and causes[0].rule in expected.rules
    false_titles = [cause.title for cause in causes if _is_false(cause, expected)]
    if causes and not is_first:
        why.append(f"first {causes[0].rule}: {causes[0].title}")
    why += [f"wrong: {title}" for title in false_titles]
    claims = bool(causes) and causes[0].confidence is not Confidence.SYMPTOM
    rule = all(any(cause.rule in says.rules for cause in causes) for says in expected.says)
    return Answer(
        rule=rule,
        first=is_first,
        named=rule and not any(found),
        wrong=bool(false_titles) or (claims and not is_first),
        why=tuple(why),
    )


def right_cause(expected: Expected, causes: Iterable[Cause]) -> Cause | None:
    """The first of the causes that is right."""
    return next((cause for cause in causes if cause.rule in expected.rules), None)


def _missing(says: Says, causes: Sequence[Cause]) -> list[str]:
    """What is missing of one fault; of several causes with a right id the best counts."""
    found = [cause for cause in causes if cause.rule in says.rules]
    if not found:
        told = ", ".join(cause.rule for cause in causes) or "nothing"
        return [f"wants {' or '.join(says.rules)}, found {told}"]
    lacks = min(
        ([name for name in says.names if not _names(cause, name)] for cause in found), key=len
    )
    return [f"{found[0].rule} does not name {name}" for name in lacks]


def _names(cause: Cause, name: str) -> bool:
    """Whether it stands there as a word of its own, whatever the case of its letters."""
    told = (cause.title, cause.explanation, cause.fix, cause.container)
    text = "\n".join((*told, *(_quoted(line) for line in cause.evidence)))
    return bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE))


def _quoted(line: EvidenceLine) -> str:
    return f"{line.subject} {line.field} {line.text}"


def _is_false(cause: Cause, expected: Expected) -> bool:
    words = {word for says in expected.says for word in says.never}
    return any(
        re.search(rf"(?<!\w){re.escape(word)}", cause.title, re.IGNORECASE) for word in words
    )


@dataclass(frozen=True)
class Trial:
    """What became of a patch: proposed, accepted by the API server, tried in earnest, and whether
    all was well after it."""

    proposed: bool = False
    accepted: bool = False
    tried: bool = False
    ready: bool = False
    why: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mark:
    """All that is counted of one case. `rules` are those that it may be explained by; `causes` what
    was said, for the record."""

    case: str
    family: str
    held_out: bool
    fixable: bool
    rules: tuple[str, ...]
    told: Told
    answer: Answer
    trial: Trial = field(default_factory=Trial)
    causes: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        """The right class, with object and value named."""
        return self.answer.rule and self.answer.named

    @property
    def misses(self) -> tuple[str, ...]:
        """What was missed, in words."""
        return (*self.told.why, *self.answer.why, *self.trial.why)


NOTHING_TOLD = Told(detected=False, owner=False, why=())
NO_ANSWER = Answer(rule=False, first=False, named=False, wrong=False, why=())
