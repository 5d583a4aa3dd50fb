"""One number for a scan, with how much of the checks it stands for: what could not be evaluated
neither helps nor harms the score, it lowers the coverage."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from kure.domain.security.model import Check, Severity

WEIGHTS = {Severity.CRITICAL: 10, Severity.HIGH: 5, Severity.MEDIUM: 2, Severity.LOW: 1}


@dataclass(frozen=True)
class Score:
    """`value`: 0 to 100, 100 where no check found anything; None where nothing was there to be
    looked at. `coverage`: 0 to 1, the weight of the checks that were evaluated."""

    value: float | None
    coverage: float


def score(
    checks: Collection[Check],
    unevaluated: Collection[str],
    examined: Mapping[str, int],
    failing: Mapping[str, int],
) -> Score:
    """Each check counts by its severity, and fails by the share of objects of its kinds that it
    found something in. `unevaluated` are ids; `examined` is how many objects there were of each
    kind, `failing` in how many each check found something."""
    whole = evaluated = weight = lost = 0.0
    for check in checks:
        own = WEIGHTS[check.severity]
        whole += own
        if check.id in unevaluated:
            continue
        evaluated += own
        there = sum(examined.get(kind, 0) for kind in check.kinds)
        bad = failing.get(check.id, 0)
        if there or bad:
            weight += own
            lost += own * min(1.0, bad / max(there, bad, 1))
    value = round(100 * (1 - lost / weight), 1) if weight else None
    return Score(value, round(evaluated / whole, 3) if whole else 0.0)
