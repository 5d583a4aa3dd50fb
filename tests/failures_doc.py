"""Prints docs/failures.md, made from the catalogue of rules: `python -m tests.failures_doc`."""

import sys
from collections.abc import Iterator

from kure.domain.diagnosis.catalogue import CATALOGUE, FAMILIES
from kure.domain.diagnosis.known import Known
from kure.domain.diagnosis.symptom_rules import SYMPTOMS

HEAD = """# What Kure recognises

Made from the rules by `make failures-doc`; do not edit it.

Each class of failure has an id that never changes. An incident names it beside its cause, and
`kure diagnose -o json` gives it as `rule`. A cause is *definitive* where the evidence leaves no
other, *likely* where it points there, a *symptom* where it is known what fails and not why.
Several causes may hold at once: they come in the order in which they must be fixed.

Kure names only what it has read. Secrets are never read: which there are is known from what other
objects refer to. What could not be read stands in the incident under "Not everything could be
read".
"""

SYMPTOMS_HEAD = """## Z Symptoms

What is said where no rule knows why.
"""


def lines() -> Iterator[str]:
    """The document, paragraph by paragraph."""
    yield HEAD
    for letter, family in FAMILIES.items():
        known = [each for each in CATALOGUE.values() if each.rule[0] == letter]
        if known:
            yield f"## {letter} {family}\n"
            yield from map(_section, known)
    yield SYMPTOMS_HEAD
    yield "| id | class | what to do |\n|---|---|---|"
    for failure_class, row in sorted(SYMPTOMS.items(), key=lambda pair: pair[1].rule):
        yield f"| {row.rule} | {failure_class} | {_plain(row.fix)} |"


def _section(known: Known) -> str:
    return (
        f"### {known.rule} {known.name}\n\n{known.means}\n\n"
        f"- **Seen in:** {known.looks_at}\n- **Fix:** {known.fix}\n"
    )


def _plain(fix: str) -> str:
    """Without the names that are only known of a real failure."""
    for placeholder, word in (("{name}", "NAME"), ("{subject}", "KIND/NAME"), ("{node}", "NODE")):
        fix = fix.replace(placeholder, word)
    return fix.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write("\n".join(lines()) + "\n")
