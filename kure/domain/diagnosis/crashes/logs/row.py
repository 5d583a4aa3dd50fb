"""A row of what programs write when they end, and what is made of a line that it knows."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Patch
from kure.domain.diagnosis.log_signals import LineRule, Signal, signals
from kure.domain.diagnosis.model import Cause, Confidence, EvidenceLine
from kure.domain.diagnosis.nearby import Want
from kure.domain.diagnosis.runs import (
    evidence_of_end,
    exit_code_of,
    how_it_ran,
    values_of,
    who_waits,
)

Groups = dict[str, str]

# A line is read up to here: what is longer is data.
LONGEST = 2000


@dataclass(frozen=True)
class Detail:
    """What a comparison with the objects adds: sentences, another fix, evidence, a patch. `values`
    may stand in the row's templates; `rule`, where it is given, is the class that it is then."""

    says: str = ""
    fix: str = ""
    evidence: tuple[EvidenceLine, ...] = ()
    commands: tuple[str, ...] = ()
    patch: Patch | None = None
    values: Groups = field(default_factory=dict)
    confidence: Confidence = Confidence.LIKELY
    rule: str = ""


def no_detail(case: Case, signal: Signal, groups: Groups) -> Detail:
    return Detail()


def no_wants(case: Case, groups: Groups) -> Iterator[Want]:
    return iter(())


@dataclass(frozen=True, kw_only=True)
class LogRow:
    """One row. It is tried only on lines with one of its `hints` (lower case), which costs next to
    nothing. Templates know `{container}`, `{image}`, `{code}`, `{what}` (the line) and the
    pattern's groups; `name2` is another place for `name`. `detail` compares with the objects; it
    answers None where the row does not hold after all."""

    rule: str
    hints: tuple[str, ...]
    pattern: str
    title: str
    explanation: str
    fix: str
    detail: Callable[[Case, Signal, Groups], Detail | None] = no_detail
    wants: Callable[[Case, Groups], Iterator[Want]] = no_wants
    _compiled: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_compiled", re.compile(self.pattern, re.IGNORECASE))

    def match(self, signal: Signal, low: str) -> Groups | None:
        if not any(hint in low for hint in self.hints):
            return None
        found = self._compiled.search(signal.text[:LONGEST])
        if found is None:
            return None
        groups: Groups = {}
        for name, value in found.groupdict().items():
            key = name.rstrip("0123456789")
            groups[key] = groups.get(key) or value or ""
        return groups


def reads(*rows: LogRow) -> LineRule:
    """The rule that asks these rows, the most specific first."""

    def rule(case: Case, signal: Signal) -> Iterator[Cause]:
        for row, groups in matches(rows, signal):
            detail = row.detail(case, signal, groups)
            if detail is not None:
                yield _cause(row, case, signal, groups, detail)
                return

    return rule


def wants_of(*rows: LogRow) -> Callable[[Case], Iterator[Want]]:
    """What the first row that knows a line of the log wants to see."""

    def wants(case: Case) -> Iterator[Want]:
        for signal in signals(case):
            for row, groups in matches(rows, signal):
                yield from row.wants(case, groups)
                return

    return wants


def matches(rows: Iterable[LogRow], signal: Signal) -> Iterator[tuple[LogRow, Groups]]:
    low = signal.text[:LONGEST].lower()
    for row in rows:
        groups = row.match(signal, low)
        if groups is not None:
            yield row, groups


def _cause(row: LogRow, case: Case, signal: Signal, groups: Groups, detail: Detail) -> Cause:
    what = signal.quoted(case)
    values = {"what": what, "code": str(exit_code_of(case.container))} | groups | detail.values
    if case.container is not None:
        values = values_of(case, case.container) | values
    said = f'Line {signal.number} of its log says: "{what}".'
    meaning = row.explanation.format_map(values)
    return Cause(
        rule=detail.rule or row.rule,
        failure_class=case.failure.failure_class,
        container=case.failure.container,
        title=case.quote(row.title.format_map(values), 200),
        explanation=" ".join(filter(None, (said, meaning, detail.says, *how(case)))),
        confidence=detail.confidence,
        evidence=(signal.evidence(case), *detail.evidence, *ends(case)),
        fix=detail.fix or row.fix.format_map(values),
        commands=detail.commands,
        patch=detail.patch,
    )


def how(case: Case) -> Iterator[str]:
    """How the run ended, and what waits for it."""
    if case.container is None:
        return
    code = exit_code_of(case.container)
    if code is not None:
        yield f"Its exit code was {code}. {how_it_ran(case.container)}"
    if waiting := who_waits(case.pod, case.container):
        yield waiting


def ends(case: Case) -> Iterator[EvidenceLine]:
    if case.container is not None and exit_code_of(case.container) is not None:
        yield from evidence_of_end(case, case.container)
