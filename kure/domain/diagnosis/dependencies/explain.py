"""From a trouble with a dependency to its cause."""

from dataclasses import replace

from kure.domain.diagnosis.dependencies.finding import Finding, cause_of
from kure.domain.diagnosis.dependencies.names import why_unresolved
from kure.domain.diagnosis.dependencies.reach import why_unreachable
from kure.domain.diagnosis.dependencies.rejected import why_rejected
from kure.domain.diagnosis.dependencies.resolving import Resolved, resolve
from kure.domain.diagnosis.dependencies.seen import Seen, candidates
from kure.domain.diagnosis.dependencies.troubles import Kind
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import Cause

OF_NAMES = (Kind.UNKNOWN_NAME, Kind.UNRESOLVED)
OF_ANSWERS = (Kind.POOL, Kind.REJECTED, Kind.TLS)


def explain(case: Case, seen: Seen) -> Cause:
    seen = _with_host(case, seen)
    return cause_of(case, seen, _finding(case, seen, resolve(case, seen.called)))


def _finding(case: Case, seen: Seen, found: Resolved) -> Finding:
    if seen.kind in OF_ANSWERS:
        return why_rejected(case, seen, found)
    if seen.kind in OF_NAMES or found.absent:
        return why_unresolved(case, seen, found)
    return why_unreachable(case, seen, found)


def _with_host(case: Case, seen: Seen) -> Seen:
    """Where the line does not name a host: the only one that the container is told of, or of
    several the only one that does not stand."""
    if seen.called.host:
        return seen
    possible = candidates(case, seen)
    failing = [called for called in possible if fails(resolve(case, called))]
    for chosen in (failing, possible):
        if len(chosen) == 1:
            return replace(seen, called=chosen[0], guessed=True)
    return seen


def fails(found: Resolved) -> bool:
    """Whether the cluster shows that nobody can be behind a name."""
    return found.absent or (found.backing is not None and found.backing.ready == 0)
