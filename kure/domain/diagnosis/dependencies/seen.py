"""What a case tells of something that its container calls: the line, and whom it names."""

from collections.abc import Iterator
from dataclasses import dataclass

from kure.domain.diagnosis.dependencies import told
from kure.domain.diagnosis.dependencies.hosts import LONGEST, Called, called_in
from kure.domain.diagnosis.dependencies.troubles import Kind, kind_of
from kure.domain.diagnosis.facts import CURRENT, PREVIOUS, Case
from kure.domain.diagnosis.log_signals import Signal, signals, signals_of
from kure.domain.failures.model import FailureClass

# Classes of which the present run counts, not the one that ended.
RUNNING = (FailureClass.INIT_STUCK, FailureClass.NOT_READY)

# So many of the most telling lines are looked at before a log says nothing of dependencies.
LINES = 6
# Lines above and below that belong to one, and how far apart a chain of exceptions may stand.
AROUND = 4
CHAIN = 200


@dataclass(frozen=True)
class Seen:
    """One trouble. `signal` is the line that tells of it, None where only the container's own
    words do; `guessed`: whom it calls stands in its spec, not in the line."""

    kind: Kind
    called: Called
    signal: Signal | None = None
    guessed: bool = False


def seen_in(case: Case, signal: Signal) -> Seen | None:
    """What one line tells, with what stands around it where it does not say whom it calls."""
    # A text in a field of a structured line may keep its quotes escaped.
    text = signal.text.replace('\\"', '"')
    kind = kind_of(text[:LONGEST])
    if kind is None:
        return None
    if kind is Kind.FORBIDDEN:
        return Seen(kind, Called(), signal)
    called = called_in(text)
    if not called.host:
        called = _around(case, signal) or _elsewhere(kind, signal)
    elif called.is_ip:
        called = _name_of(called, signal)
    return Seen(kind, called, signal)


def _around(case: Case, signal: Signal) -> Called | None:
    """A host in the lines about it, if it is one that the container is told of or an address."""
    for line in _lines(signal):
        called = called_in(line)
        if called.host and (called.is_ip or told.named(case, called.host)):
            return called
    return None


def _elsewhere(kind: Kind, signal: Signal) -> Called:
    """Whom another telling line names with the same trouble: of a chain of exceptions the deepest
    often does not say."""
    for other in signals_of(signal.log):
        if abs(other.number - signal.number) <= CHAIN and kind_of(other.text[:LONGEST]) is kind:
            called = called_in(other.text)
            if called.host:
                return called
    return Called()


def _name_of(called: Called, signal: Signal) -> Called:
    """The name beside the same address in the lines about it."""
    for line in _lines(signal):
        other = called_in(line) if called.host in line else Called()
        if other.host and not other.is_ip:
            return other
    return called


def _lines(signal: Signal) -> Iterator[str]:
    """The line itself, those below and those above it."""
    lines = (signal.log.text or "").split("\n")
    at = signal.number - 1
    yield lines[at]
    yield from signal.below[:AROUND]
    yield from lines[max(0, at - AROUND) : at]


def seen(case: Case) -> Seen | None:
    """The trouble that the most telling line which knows one tells of; one that tells no reason
    only where no other does."""
    found = [one for one in (seen_in(case, s) for s in _signals(case)[:LINES]) if one]
    clear = (one for one in found if one.kind is not Kind.FAILS)
    return next(clear, found[0] if found else None)


def _signals(case: Case) -> tuple[Signal, ...]:
    if case.failure.failure_class not in RUNNING:
        return signals(case)
    logs = [log for log in map(case.log, (CURRENT, PREVIOUS)) if log and log.text]
    return signals_of(logs[0]) if logs else ()


def candidates(case: Case, found: Seen | None) -> list[Called]:
    """Whom the trouble may be with: whom the line names, else all that the container is told of."""
    if found and found.called.host:
        return [found.called]
    known = told.hosts(case.container.spec) if case.container else []
    if found is None and case.failure.failure_class is FailureClass.INIT_STUCK:
        # `waiting for db:5432`
        last = [called_in(signal.text) for signal in _signals(case)[:1]]
        known += [called for called in last if called.port and called not in known]
    text = found.signal.text if found and found.signal else ""
    return [called for called in known if told.holds(text, called.host)] or known


def evidence_lines(case: Case, found: Seen) -> Iterator[tuple[str, str]]:
    """Where the spec names whom it calls: field and text."""
    for one in told.named(case, found.called.host) if found.called.host else []:
        path = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in one.place)
        named = one.place[0] == "env" or one.key.startswith("--")
        yield f"{case.spec_path}{path}", f"{one.key}={one.value}" if named else one.value
