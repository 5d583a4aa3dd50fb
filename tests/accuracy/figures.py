"""What the marks add up to, held against the targets. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.accuracy.marking import Mark
from tests.accuracy.proofs import Proofs

# At least this share: of all cases, of the patches proposed, of the patches tried.
TARGETS = {
    "detected": 0.99,
    "right class, object and value named": 0.95,
    "patch proposed": 0.60,
    "patches accepted": 0.95,
    "Ready after the patch": 0.85,
}
MOST_FALSE_INCIDENTS = 0
FEWEST_BENIGN = 100

COLUMNS = (
    *("family", "cases", "detected", "owner", "rule", "first", "named", "wrong"),
    *("fixable", "patched", "accepted", "tried", "Ready"),
)


@dataclass(frozen=True)
class Figures:
    """Counts of some cases."""

    title: str
    marks: Sequence[Mark]

    @property
    def cells(self) -> tuple[str, ...]:
        """A row of the table; what could be had of what."""
        return (self.title, *map(str, (len(self.marks), *self._counts)))

    @property
    def _counts(self) -> tuple[int, ...]:
        marks = self.marks
        return (
            sum(mark.told.detected for mark in marks),
            sum(mark.told.owner for mark in marks),
            sum(mark.answer.rule for mark in marks),
            sum(mark.answer.first for mark in marks),
            sum(mark.right for mark in marks),
            sum(mark.answer.wrong for mark in marks),
            sum(mark.fixable for mark in marks),
            *self._patches,
        )

    @property
    def _patches(self) -> tuple[int, int, int, int]:
        """A patch that is refused counts as tried: it mends nothing."""
        trials = [mark.trial for mark in self.marks]
        return (
            sum(trial.proposed for trial in trials),
            sum(trial.accepted for trial in trials),
            sum(trial.tried for trial in trials),
            sum(trial.ready for trial in trials),
        )

    def shares(self) -> dict[str, float | None]:
        """By the names of TARGETS; None where there is nothing to divide by."""
        cases = len(self.marks)
        proposed, accepted, tried, ready = self._patches
        return {
            "detected": _share(sum(mark.told.detected for mark in self.marks), cases),
            "right class, object and value named": _share(sum(m.right for m in self.marks), cases),
            "patch proposed": _share(proposed, cases),
            "patches accepted": _share(accepted, proposed),
            "Ready after the patch": _share(ready, tried),
        }


def _share(some: int, of_all: int) -> float | None:
    return some / of_all if of_all else None


def by_family(marks: Iterable[Mark], titles: dict[str, str]) -> list[Figures]:
    """One row for each family of which there is a case."""
    found: dict[str, list[Mark]] = {}
    for mark in marks:
        found.setdefault(mark.family, []).append(mark)
    return [Figures(f"{key} {titles.get(key, '')}", found[key]) for key in sorted(found)]


@dataclass(frozen=True)
class Result:
    """All that was played. `benign` is how many benign cases were, `false_incidents` those of which
    something was told, `unplayed` those that did not come to their end. `proofs` are of mirrors."""

    marks: Sequence[Mark]
    benign: int = 0
    false_incidents: Sequence[str] = ()
    unplayed: Sequence[str] = ()
    proofs: Proofs = field(default_factory=Proofs)

    def verdicts(self) -> list[tuple[str, str, str, bool]]:
        """What was measured, its figure, its target, and whether it is met."""
        shares = Figures("", self.marks).shares()
        rows = [
            (what, _percent(shares[what]), f"≥ {target:.0%}", (shares[what] or 0) >= target)
            for what, target in TARGETS.items()
            if self.marks
        ]
        if self.benign:
            told = len(self.false_incidents)
            rows.append(("false incidents", str(told), "0", told <= MOST_FALSE_INCIDENTS))
        return rows + (self.proofs.verdicts() if self.proofs else [])

    @property
    def met(self) -> bool:
        return all(row[-1] for row in self.verdicts())


def _percent(share: float | None) -> str:
    return "none" if share is None else f"{share:.1%}"
