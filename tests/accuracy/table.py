"""The result for people: in the terminal, and as docs/accuracy.md."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from kure.domain.diagnosis.catalogue import CATALOGUE, FAMILIES
from tests.accuracy.figures import COLUMNS, Figures, Result, by_family
from tests.accuracy.marking import Mark
from tests.accuracy.proofs import COLUMNS as PROOF_COLUMNS
from tests.accuracy.proofs import Proofs

HEAD = """# How often Kure is right

{when:%d %B %Y}, Kure {version}. Written by `make accuracy ARGS=--write`; the numbers are of a real
Kubernetes node on which every case of `tests/cases/live` was made to fail, watched by the agent and
diagnosed with the worker's own account. The held-out cases are not played by the tests; they
were written apart from the rules, but what earlier runs missed of them has been mended since.

- *detected*: the failure was told. *owner*: the right workload is blamed for it, and no other.
- *rule*: the right class of the taxonomy is among the causes. *first*: it is the first. *named*: it
  names the object and the value that decide. *wrong*: something is named as the cause that is not.
- *fixable*: cases that a patch could mend. *patched*: a patch was proposed. *accepted*: the API
  server takes it in a dry run. *Ready*: all was well after it was applied.

"""


MIRRORS = """## Mirrors

{when:%d %B %Y}, Kure {version}. Each case of `tests/cases/live/mirrors.yaml` fails on a real node
that all of Kure watches. Tested on mirrors, asked for over HTTP, were the pod *as it is*, a *right*
fix, of half of the cases one that only *seems right* (it crashes 5 to 25 s after it was Ready, is
never Ready, or not for long), and the first fix that Kure itself proposed.

"""


def show(result: Result) -> None:
    """All figures and misses, in the terminal."""
    console = Console()
    console = console if console.is_terminal else Console(width=150)
    tables: list[tuple[str, Sequence[str], Sequence[tuple[str, ...]]]]
    tables = [(title, COLUMNS, _rows(marks)) for title, marks in _parts(result)]
    if result.proofs:
        tables.append(("Mirrors", PROOF_COLUMNS, result.proofs.rows()))
    for title, columns, rows in tables:
        table = Table(*columns, title=title)
        for row in rows:
            table.add_row(*map(escape, row))
        console.print(table)
    for line in (*_misses(result.marks), *result.proofs.misses, *result.proofs.told):
        console.print(escape(line), soft_wrap=True)
    for title in result.false_incidents:
        console.print(escape(f"False incident: {title}"), soft_wrap=True)
    for title in result.unplayed:
        console.print(escape(f"Not played to its end: {title}"), soft_wrap=True)
    verdicts = Table()
    for column in ("what", "measured", "target", ""):
        verdicts.add_column(column)
    for *cells, is_met in result.verdicts():
        verdicts.add_row(*map(escape, cells), "met" if is_met else "MISSED")
    console.print(verdicts)


def document(result: Result, now: datetime, version: str) -> str:
    """docs/accuracy.md."""
    parts = [HEAD.format(when=now, version=version)]
    verdicts = [[*cells, "met" if is_met else "missed"] for *cells, is_met in result.verdicts()]
    parts.append(markdown(("what", "measured", "target", ""), verdicts))
    for title, marks in _parts(result):
        parts.append(f"\n## {title}\n\n" + markdown(COLUMNS, _rows(marks)))
    parts.append("\n## Benign\n\n" + _benign(result))
    parts.append("\n" + mirrors(result.proofs, now, version))
    misses = [f"- {line}\n" for line in _misses(result.marks)]
    parts.append("\n## What was missed\n\n" + ("".join(misses) or "Nothing.\n"))
    parts.append("\n## What no case shows\n\n" + uncovered(result.marks))
    return "".join(parts)


def mirrors(proofs: Proofs, now: datetime, version: str) -> str:
    """The part of the document that is about mirrors."""
    if not proofs:
        return "## Mirrors\n\nNot played this time.\n"
    misses = [f"- {line}\n" for line in proofs.misses]
    return "".join(
        (
            MIRRORS.format(when=now, version=version),
            markdown(PROOF_COLUMNS, proofs.rows()),
            "".join(f"\n{line}\n" for line in proofs.told),
            "\n" + "".join(misses) if misses else "",
        )
    )


def with_mirrors(text: str, part: str) -> str:
    """The document with this part about mirrors in place of its own, or at its end."""
    old = re.search(r"^## Mirrors\n.*?(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    if old is None:
        return f"{text}\n{part}"
    rest = text[old.end() :]
    return text[: old.start()] + part + ("\n" if rest else "") + rest


def _parts(result: Result) -> Iterator[tuple[str, list[Mark]]]:
    for title, is_held_out in (("Known cases", False), ("Held-out cases", True)):
        marks = [mark for mark in result.marks if mark.held_out == is_held_out]
        if marks:
            yield title, marks


def _rows(marks: Sequence[Mark]) -> list[tuple[str, ...]]:
    families = [figures.cells for figures in by_family(marks, FAMILIES)]
    return [*families, Figures("all", marks).cells]


def _misses(marks: Iterable[Mark]) -> Iterator[str]:
    for mark in sorted(marks, key=lambda one: (one.held_out, one.family, one.case)):
        if mark.misses:
            kept = "held out, " if mark.held_out else ""
            yield f"{mark.family} ({kept}{mark.case}): {'; '.join(mark.misses)}"


def _benign(result: Result) -> str:
    if not result.benign:
        return "Not played this time.\n"
    told = len(result.false_incidents)
    lines = [f"{result.benign} healthy workloads and operations, {told} false incidents.\n"]
    lines += [f"- {title}\n" for title in result.false_incidents]
    lines += [f"- not played to its end: {title}\n" for title in result.unplayed]
    return "".join(lines)


def uncovered(marks: Iterable[Mark]) -> str:
    """The classes of the taxonomy for which no live case stands, by family: what one node cannot
    be made to show, or what is too costly there."""
    shown = {rule for mark in marks for rule in mark.rules}
    lines = []
    for letter, title in FAMILIES.items():
        left = [rule for rule in CATALOGUE if rule[0] == letter and rule not in shown]
        if left:
            lines.append(f"- {title}: {', '.join(left)}\n")
    return "".join(lines) or "Every class has a case.\n"


def markdown(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table, columns' names first."""
    lines = [_line(columns), _line(["---"] * len(columns)), *map(_line, rows)]
    return "".join(lines)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"
