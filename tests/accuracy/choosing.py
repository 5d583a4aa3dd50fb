"""Which cases to play."""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from kure.errors import InvalidInput
from tests.accuracy.marking import expected_of
from tests.cluster.live.shorthand import CASES, Case, cases_of


class Chosen(NamedTuple):
    """Cases of each part of the exam."""

    known: list[Case]
    held_out: list[Case]
    benign: list[Case]
    mirrors: list[Case]

    @property
    def parts(self) -> dict[str, list[Case]]:
        """By the names that people know them by."""
        return dict(zip(PARTS, self, strict=True))


PARTS = ("known", "held out", "benign", "mirrors")


def chosen(names: Sequence[str]) -> Chosen:
    """Raises InvalidInput for a name that names none."""
    every = Chosen(_cases("failing"), _cases("held_out"), _cases("benign"), _mirrors())
    if not names:
        return every
    picked: set[str] = set()
    for name in names:
        found = _named(name, every)
        if not found:
            raise InvalidInput(f"No family and no case is called {name!r}")
        picked |= found
    return Chosen(*([case for case in some if case.id in picked] for some in every))


def cases_in(folder: str) -> list[Case]:
    """All cases of a folder, with names drawn anew."""
    return cases_of(*sorted((CASES / folder).glob("*.yaml")))


_cases = cache(cases_in)


@cache
def _mirrors() -> list[Case]:
    return cases_of(CASES / "mirrors.yaml")


def _named(name: str, every: Chosen) -> set[str]:
    """The ids of the cases that a name means."""
    if name in PARTS:
        return {case.id for case in every.parts[name]}
    if len(name) == 1:
        failing = (*every.known, *every.held_out)
        return {case.id for case in failing if expected_of(case.data).family == name}
    return {case.id for some in every for case in some if name in case.id}
