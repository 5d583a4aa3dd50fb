"""Rules that are data: what a message says, and what to tell people about it.

A table is asked from top to bottom and the first row that matches speaks, so the more specific
row stands first. Titles, explanations and fixes are templates: `{image}` and the like come from the
pod, and `{where}` is a named group of the row's own pattern. To add a rule, add a row and a case.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import Cause, Confidence, EvidenceLine

# What is looked at of a message: Kubernetes' own are far shorter, and patterns are not made for
# more.
MOST_MESSAGE = 4096

# How much of a message is read: what says why stands in it long before.
READ = 16 * 1024


@dataclass(frozen=True, kw_only=True)
class MessageRule:
    """One row. `pattern` is searched for in the message, whatever the case of its letters; rows
    that are chosen otherwise have none."""

    rule: str
    pattern: str = ""
    title: str
    explanation: str
    fix: str
    confidence: Confidence = Confidence.DEFINITIVE
    _compiled: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_compiled", re.compile(self.pattern, re.IGNORECASE))

    def match(self, message: str) -> dict[str, str] | None:
        """What the pattern's named groups found, or None where the row does not match."""
        found = self._compiled.search(message[:MOST_MESSAGE])
        return found and {name: text or "" for name, text in found.groupdict().items()}


def first_match(
    table: Iterable[MessageRule], message: str
) -> tuple[MessageRule, dict[str, str]] | None:
    """The first row that knows the message, with what its groups found."""
    for row in table:
        found = row.match(message)
        if found is not None:
            return row, found
    return None


def cause_from(
    row: MessageRule, case: Case, values: Mapping[str, str], evidence: Iterable[EvidenceLine]
) -> Cause:
    """The row's words with the values of this case in them."""
    return Cause(
        rule=row.rule,
        failure_class=case.failure.failure_class,
        container=case.failure.container,
        title=case.quote(row.title.format_map(values), 200),
        explanation=row.explanation.format_map(values).strip(),
        confidence=row.confidence,
        evidence=tuple(evidence),
        fix=row.fix.format_map(values).strip(),
    )
