"""What explains one class of failure: which rules are asked, and what they want to see."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import Cause
from kure.domain.diagnosis.nearby import Want

Rule = Callable[[Case], Iterator[Cause]]
Wants = Callable[[Case], Iterator[Want]]


def first_of(*rules: Rule) -> Rule:
    """One rule that is the first of these which answers."""

    def rule(case: Case) -> Iterator[Cause]:
        yield from next((found for one in rules if (found := list(one(case)))), [])

    return rule


@dataclass(frozen=True)
class Group:
    """All `specific` rules are asked; only where none knows, the `general` ones, of which the first
    that answers speaks. `wants` names the lists that the rules compare with: only those are
    read."""

    specific: tuple[Rule, ...] = ()
    general: tuple[Rule, ...] = ()
    wants: tuple[Wants, ...] = ()
