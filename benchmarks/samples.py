"""What was measured, and what it is held against."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from statistics import quantiles
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

# Seconds: from the change's arrival at a raw watch, at the median and the 95th percentile.
TARGETS = {
    "the agent's verdict": ("verdict", None, 0.020),
    "visible in the live stream": ("visible", 0.1, 0.3),
    "diagnosed and shown": ("diagnosed", 0.6, 1.5),
    "told at a receiver": ("told", None, 3.0),
}


@dataclass(frozen=True)
class Sample:
    """One failing pod; seconds from the change's arrival. Negative where Kure saw it first. `told`
    is None where its message was one of a digest."""

    pod: str
    failure_class: str
    verdict: float
    visible: float
    diagnosed: float
    told: float | None = None


@dataclass(frozen=True)
class Row:
    """One figure. `target` is the most that it may be; None where it is told for information."""

    what: str
    measured: float
    target: float | None
    unit: str

    @property
    def met(self) -> bool:
        return self.target is None or self.measured <= self.target

    def cells(self) -> tuple[str, ...]:
        target = "" if self.target is None else f"≤ {self.target:g} {self.unit}"
        verdict = "" if self.target is None else "met" if self.met else "MISSED"
        return self.what, f"{self.measured:.4g} {self.unit}", target, verdict


@dataclass(frozen=True)
class Result:
    """Of one benchmark. `raw` is what the figures were computed from."""

    name: str
    title: str
    rows: Sequence[Row]
    raw: Any


def p95(values: Sequence[float]) -> float:
    return _cuts(values)[18]


def _cuts(values: Sequence[float]) -> list[float]:
    return quantiles(sorted(values), n=20, method="inclusive")


def score(samples: Sequence[Sample]) -> list[Row]:
    """The samples against the targets, in milliseconds."""
    rows = []
    for what, (field, p50_target, p95_target) in TARGETS.items():
        found = [getattr(sample, field) for sample in samples]
        values = [value * 1000 for value in found if value is not None]
        median = p50_target and p50_target * 1000
        rows.append(Row(f"{what}, median", _cuts(values)[9], median, "ms"))
        rows.append(Row(f"{what}, p95", p95(values), p95_target * 1000, "ms"))
        rows.append(Row(f"{what}, slowest", max(values), None, "ms"))
    return rows


def show(results: Sequence[Result]) -> None:
    """All figures in one table."""
    table = Table()
    for column in ("what", "measured", "target", ""):
        table.add_column(column)
    for result in results:
        table.add_row(f"[bold]{escape(result.title)}[/bold]")
        for row in result.rows:
            table.add_row(*map(escape, row.cells()))
        table.add_section()
    Console().print(table)


def save(folder: Path, result: Result, now: datetime) -> Path:
    """Write what was measured; returns the file."""
    folder.mkdir(exist_ok=True)
    file = folder / f"{result.name}-{now:%Y%m%dT%H%M%SZ}.json"
    told = {"rows": [asdict(row) for row in result.rows], "raw": result.raw}
    file.write_text(json.dumps(told, indent=1) + "\n")
    return file
