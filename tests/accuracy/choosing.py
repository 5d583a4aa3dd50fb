"""Which cases to play."""

from collections.abc import Sequence
from functools import cache

from kure.errors import InvalidInput
from tests.accuracy.marking import expected_of
from tests.cluster.live.shorthand import CASES, Case, cases_of

KNOWN, HELD_OUT, BENIGN = "known", "held out", "benign"


def chosen(names: Sequence[str]) -> tuple[list[Case], list[Case], list[Case]]:
    """Known, held-out and benign cases. Raises InvalidInput for a name that names none."""
    known, held_out, benign = map(_cases, ("failing", "held_out", "benign"))
    if not names:
        return known, held_out, benign
    picked: set[str] = set()
    for name in names:
        found = _named(name, known, held_out, benign)
        if not found:
            raise InvalidInput(f"No family and no case is called {name!r}")
        picked |= found
    known, held_out, benign = (
        [case for case in some if case.id in picked] for some in (known, held_out, benign)
    )
    return known, held_out, benign


@cache
def _cases(folder: str) -> list[Case]:
    return cases_of(*sorted((CASES / folder).glob("*.yaml")))


def _named(
    name: str, known: Sequence[Case], held_out: Sequence[Case], benign: Sequence[Case]
) -> set[str]:
    """The ids of the cases that a name means."""
    groups = {KNOWN: known, HELD_OUT: held_out, BENIGN: benign}
    if name in groups:
        return {case.id for case in groups[name]}
    failing = [*known, *held_out]
    if len(name) == 1:
        return {case.id for case in failing if expected_of(case.data).family == name}
    return {case.id for case in (*failing, *benign) if name in case.id}
