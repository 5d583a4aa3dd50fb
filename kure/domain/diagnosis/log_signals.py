"""The lines of a log that may say why a program ended, the most telling first.

A crash report (a traceback, a stack trace, a panic) is told by the line that names the exception,
not by its frames; of a chain of causes the one that stands last is taken first, which is the
deepest in Java and .NET and the outermost, with the most context, in Python. Beside reports count
the last lines that complain. Structured lines (JSON, key=value) are told by their message and their
error.

Rules that read logs ask `signals` or `last_error`, so that all of them look at the same lines. Why
a container ended is told by the first LineRule of crashes/logs/rules.py that knows the most telling
line; the others are then not asked, nor about the lines after it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from kure.domain.diagnosis import log_shapes
from kure.domain.diagnosis.facts import Case, Log
from kure.domain.diagnosis.log_shapes import Level
from kure.domain.diagnosis.model import Cause, EvidenceLine
from kure.domain.diagnosis.runs import crash_log

# How many lines at the end are looked at, and how many of them that complain count.
NEWEST = 200
COMPLAINTS = 8
REPORTS = 8
MOST_LINES = 3000
# A line is looked at up to here.
LONGEST_LINE = 8000
# How many lines below a signal belong to it.
BELOW = 6


@dataclass(frozen=True)
class Signal:
    """One line of a log. `text` is what it says, for rules to read; `shown` the same as it may be
    quoted; `below` are the lines after it, `above` those before. `report`: it names the exception
    of a crash report. `level`: how urgent it is by its own words; NONE for the last line of a log
    that never complains."""

    log: Log
    number: int
    text: str
    shown: str
    below: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    report: bool = False
    level: Level = Level.NONE

    def evidence(self, case: Case) -> EvidenceLine:
        where = f"{case.subject}/{self.log.container}/{self.log.stream}"
        line = self.log.line(self.number)
        return EvidenceLine("log", where, str(self.number), case.quote(line))

    def quoted(self, case: Case, most: int = 160) -> str:
        """What it says, as it may be told to people."""
        return case.quote(self.shown, most)


LineRule = Callable[[Case, Signal], Iterator[Cause]]


def last_error(case: Case) -> Signal | None:
    """The most telling line of the run that ended, or of the present one where none has."""
    return next(iter(signals(case)), None)


def signals(case: Case) -> tuple[Signal, ...]:
    """All telling lines of that log, the most telling first; none where there is no log."""
    log = crash_log(case)
    return () if log is None or not log.text else signals_of(log)


# Several rules ask for those of the same log, one right after the other.
@lru_cache(maxsize=8)
def signals_of(log: Log) -> tuple[Signal, ...]:
    lines, before = _newest_lines(log.text or "")
    reports, frames = log_shapes.reports(lines)
    found = _complaints(lines, frames)
    for number in reports[-REPORTS:]:
        found[number] = max(found.get(number, Level.ERROR), Level.ERROR)
    if any(_rank(level) for level in found.values()):
        found = {number: level for number, level in found.items() if level is not Level.INFO}
    if not found:
        found = dict.fromkeys(_last_line(lines), Level.NONE)
    ranked = sorted(found, key=lambda number: (_rank(found[number]), number), reverse=True)
    return tuple(
        Signal(
            log=log,
            number=number + before,
            text=log_shapes.said(lines[number - 1]),
            shown=log_shapes.said(log.line(number + before)[:LONGEST_LINE]),
            below=tuple(lines[number : number + BELOW]),
            above=tuple(lines[max(0, number - 1 - BELOW) : number - 1]),
            report=number in reports,
            level=found[number],
        )
        for number in ranked
    )


def newest_lines(log: Log, most: int) -> list[Signal]:
    """The last lines that are not empty, whatever they say, newest first."""
    lines, before = _newest_lines(log.text or "")
    numbers = [number for number, line in enumerate(lines, 1) if line.strip()][-most:]
    return [
        Signal(
            log=log,
            number=number + before,
            text=log_shapes.said(lines[number - 1]),
            shown=log_shapes.said(log.line(number + before)[:LONGEST_LINE]),
        )
        for number in reversed(numbers)
    ]


def _newest_lines(text: str) -> tuple[list[str], int]:
    """The last lines, none of them too long, and how many stand before them."""
    before = max(0, text.count("\n") - MOST_LINES)
    newest = text.split("\n", before)[-1] if before else text
    return [line[:LONGEST_LINE] for line in newest.split("\n")], before


def _rank(level: Level) -> bool:
    """Warnings are only asked where no error explains it, and less urgent lines only where no line
    tells of an error."""
    return level >= Level.ERROR


def _complaints(lines: list[str], frames: frozenset[int]) -> dict[int, Level]:
    """The last lines that complain, each with its level: errors, and as many of lesser ones."""
    errors: dict[int, Level] = {}
    others: dict[int, Level] = {}
    for number, line in _newest(lines):
        if number in frames or (level := log_shapes.level_of(line)) is Level.NONE:
            continue
        kept = errors if _rank(level) else others
        if len(kept) < COMPLAINTS:
            kept[number] = level
    return errors | others


def _newest(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The last lines that are not empty, newest first, with their numbers counted from 1."""
    first = max(0, len(lines) - NEWEST)
    for number in range(len(lines), first, -1):
        if lines[number - 1].strip():
            yield number, lines[number - 1]


def _last_line(lines: list[str]) -> list[int]:
    return [number for number, line in enumerate(lines, 1) if line.strip()][-1:]
