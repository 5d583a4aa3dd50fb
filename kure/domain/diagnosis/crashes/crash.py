"""Why a container keeps ending: group C of the rules."""

import re
from collections.abc import Iterator

from kure.domain.diagnosis.crashes.logs.row import how
from kure.domain.diagnosis.crashes.logs.rules import LINE_RULES
from kure.domain.diagnosis.exit_codes import ExitCode, exit_code
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.log_shapes import Level
from kure.domain.diagnosis.log_signals import Signal, signals
from kure.domain.diagnosis.model import Cause, Confidence
from kure.domain.diagnosis.runs import (
    crash_log,
    evidence_of_end,
    exit_code_of,
    meaning_of,
    who_waits,
)

# How many lines that complain are shown.
SHOWN = 3
# What stands before the exception itself in the line that names it.
BEFORE = re.compile(
    r"^(?:Exception in thread \"[^\"]{0,200}\" |Caused by: |---> |Uncaught |PHP |Fatal error: {1,2}"
    r"|Unhandled exception[.:]{0,2} )+"
)
# Codes that each program uses as it likes.
UNTOLD = ("C07", "C08")
PANIC = re.compile(r"panic: |fatal error: |FATAL ERROR: ")


def log_signature(case: Case) -> Iterator[Cause]:
    """What the log of the run that ended says, if the program ended by itself: the first rule that
    knows its most telling line, else the exception that nothing caught (C30)."""
    if not _ended_by_itself(case):
        return
    found = signals(case)
    for signal in found:
        for rule in LINE_RULES:
            if causes := list(rule(case, signal)):
                yield from causes
                return
    yield from _exception(case, found)


def _ended_by_itself(case: Case) -> bool:
    code = exit_code_of(case.container)
    return case.container is not None and code is not None and exit_code(code).own


def _exception(case: Case, found: tuple[Signal, ...]) -> Iterator[Cause]:
    """C30: no rule knows the exception, but it is what ended the program: nothing fatal follows."""
    reports = [signal for signal in found if signal.report]
    last = max((s.number for s in found if s.level is Level.FATAL and not s.report), default=0)
    if not reports or case.container is None or reports[0].number < last:
        return
    signal = reports[0]
    what = case.quote(BEFORE.sub("", signal.shown) or signal.shown, 160)
    panic = PANIC.match(what) is not None
    yield Cause(
        rule="C30",
        failure_class=case.failure.failure_class,
        container=case.failure.container,
        title=case.quote(
            f"{case.container_label} ends with {'a' if panic else 'an exception:'} {what}", 200
        ),
        explanation=f'Line {signal.number} of its log says: "{what}". '
        + ("The program met something that it cannot go on from. " if panic else
           "Nothing in the program caught it, so that it ended. ")
        + " ".join(how(case)),
        confidence=Confidence.LIKELY,
        evidence=(
            signal.evidence(case),
            *evidence_of_end(case, case.container),
        ),
        fix="Mend what the message says; the frames beside it in the log name the place.",
    )  # fmt: skip


def silent_crash(case: Case) -> Iterator[Cause]:
    """The log was read and is empty, so that nothing but the exit code is known: C34 where that
    says nothing by itself, else the rule of the code."""
    code, log = exit_code_of(case.container), crash_log(case)
    if case.container is None or code is None or not exit_code(code).silent:
        return
    if log is None or log.text is None or log.text.strip():
        return
    yield Cause(
        rule="C34" if exit_code(code).rule in UNTOLD else exit_code(code).rule,
        failure_class=case.failure.failure_class,
        container=case.failure.container,
        title=f"{case.container_label} exits with code {code} and logs nothing",
        explanation=_sentences(
            meaning_of(case.container, code),
            "It wrote nothing to its log.",
            who_waits(case.pod, case.container),
        ),
        confidence=Confidence.SYMPTOM,
        evidence=tuple(evidence_of_end(case, case.container)),
        fix="Make the program say why it ends: log to standard output, raise the log level, or run "
        "the image by hand with the same command and environment.",
    )


def exit_code_cause(case: Case) -> Iterator[Cause]:
    """What the exit code alone says, with the last lines of the log that complain."""
    code = exit_code_of(case.container)
    if case.container is None or code is None:
        return
    known = exit_code(code)
    found = signals(case) if known.own else ()
    complaints = [signal for signal in found if signal.level is not Level.NONE][:SHOWN]
    yield Cause(
        rule=known.rule,
        failure_class=case.failure.failure_class,
        container=case.failure.container,
        title=_ends(case, known, code, complaints),
        explanation=_sentences(
            meaning_of(case.container, code),
            _quoted(case, complaints or list(found), bool(complaints)),
            who_waits(case.pod, case.container),
        ),
        confidence=known.confidence,
        evidence=(
            *evidence_of_end(case, case.container),
            *(signal.evidence(case) for signal in sorted(complaints or found, key=_number)),
        ),
        fix=known.fix,
    )


def _ends(case: Case, known: ExitCode, code: int, complaints: list[Signal]) -> str:
    ends = known.title.format(container=case.container_label, code=code)
    return f"{ends}: {complaints[0].quoted(case, 120)}" if complaints else ends


def _quoted(case: Case, found: list[Signal], complains: bool) -> str:
    if not found:
        return ""
    what = "that complains " if complains else ""
    last = found[0]
    return f'The last line of its log {what}is line {last.number}: "{last.quoted(case, 300)}".'


def _number(signal: Signal) -> int:
    return signal.number


def _sentences(*each: str) -> str:
    return " ".join(filter(None, each))
