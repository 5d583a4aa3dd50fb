"""What the runs of an evaluation add up to. Pure."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean

from kure.domain.diagnosis.catalogue import FAMILIES
from tests.evals.judging import NO_ANSWER, End, Judgement

COLUMNS = (
    *("family", "runs", "apart", "judged", "rules", "model", "either", "steady"),
    *("class", "wrong", "no answer", "turns", "tokens in", "out", "USD", "p50 s", "p95 s"),
)
NOTHING = "none"


@dataclass(frozen=True)
class Used:
    """What an investigation took. `seconds`: from its question to its end, all turns, reads and
    waits included. `cached` is part of `input`."""

    turns: int = 0
    input: int = 0
    cached: int = 0
    output: int = 0
    usd: Decimal = Decimal(0)
    seconds: float = 0.0


@dataclass(frozen=True)
class Run:
    """One case, played once. `rules`: whether the rules alone were right. `why` says, where nobody
    answered, what was away; `said` is what the model said, for the record."""

    case: str
    family: str
    held_out: bool
    number: int
    end: End
    rules: bool = False
    model: Judgement = NO_ANSWER
    used: Used = Used()
    why: str = ""
    said: str = ""

    @property
    def is_judged(self) -> bool:
        return self.end != "away"


@dataclass(frozen=True)
class Figures:
    """Of some runs. What was away is counted, and in nothing else: it says nothing of the model."""

    title: str
    runs: Sequence[Run]

    @property
    def judged(self) -> list[Run]:
        return [run for run in self.runs if run.is_judged]

    @property
    def cells(self) -> tuple[str, ...]:
        """A row of the table."""
        runs, used = self.judged, [run.used for run in self.judged]
        seconds = [one.seconds for one in used]
        return (
            self.title,
            *(str(len(self.runs)), str(len(self.runs) - len(runs)), str(len(runs))),
            _share(run.rules for run in runs),
            _share(run.model.right for run in runs),
            _share(run.rules or run.model.right for run in runs),
            _share(self._steady()),
            _share(run.model.is_class for run in runs),
            _share(run.model.wrong for run in runs),
            str(sum(run.end == "unusable" for run in runs)),
            _mean([one.turns for one in used], "{:.1f}"),
            _mean([one.input for one in used], "{:.0f}"),
            _mean([one.output for one in used], "{:.0f}"),
            _mean([one.usd for one in used], "{:.4f}"),
            _percentile(seconds, 0.5),
            _percentile(seconds, 0.95),
        )

    def _steady(self) -> list[bool]:
        """Of each case whether the model was right every time that it was judged."""
        cases: dict[str, list[bool]] = {}
        for run in self.judged:
            cases.setdefault(run.case, []).append(run.model.right)
        return [all(found) for found in cases.values()]


@dataclass(frozen=True)
class Result:
    """All that was played. `unplayed` runs were not begun, since the money was spent; `usd` and
    `calls` are of all calls, also of those whose answer nobody waited for."""

    provider: str
    repeats: int
    runs: Sequence[Run]
    usd: Decimal = Decimal(0)
    calls: int = 0
    unplayed: int = 0

    def rows(self) -> list[tuple[str, ...]]:
        """One for each family of which there is a run, one for all."""
        families: dict[str, list[Run]] = {}
        for run in self.runs:
            families.setdefault(run.family, []).append(run)
        rows = [Figures(f"{key} {FAMILIES[key]}", families[key]).cells for key in sorted(families)]
        return [*rows, Figures("all", self.runs).cells]

    def misses(self) -> list[str]:
        """Where the model was not right, and of what."""
        return [
            f"{run.family} {run.case}, run {run.number}: {'; '.join(run.model.why)}"
            for run in sorted(self.runs, key=lambda one: (one.family, one.case, one.number))
            if run.is_judged and not run.model.right
        ]

    def apart(self) -> list[str]:
        """What was away, of each run of which nothing can be said."""
        return [
            f"{run.family} {run.case}, run {run.number}: {run.why}"
            for run in self.runs
            if not run.is_judged
        ]


def _share(found: Iterable[bool]) -> str:
    every = list(found)
    return f"{sum(every) / len(every):.1%}" if every else NOTHING


def _mean(values: Sequence[float] | Sequence[Decimal], form: str) -> str:
    return form.format(fmean(values)) if values else NOTHING


def _percentile(values: Sequence[float], share: float) -> str:
    """The smallest value that so many do not exceed."""
    if not values:
        return NOTHING
    return f"{sorted(values)[math.ceil(share * len(values)) - 1]:.1f}"
