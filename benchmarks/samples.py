"""What was measured, and what it is held against."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from statistics import quantiles

# Seconds: from the change's arrival at a raw watch, at the median and the 95th percentile.
TARGETS = {
    "the agent's verdict": ("verdict", None, 0.020),
    "visible in the live stream": ("visible", 0.1, 0.3),
    "diagnosed and shown": ("diagnosed", 0.6, 1.5),
}


@dataclass(frozen=True)
class Sample:
    """One failing pod; seconds from the change's arrival. Negative where Kure saw it first."""

    pod: str
    failure_class: str
    verdict: float
    visible: float
    diagnosed: float


@dataclass(frozen=True)
class Row:
    """One measured thing against its targets."""

    what: str
    p50: float
    p50_target: float | None
    p95: float
    p95_target: float
    worst: float

    @property
    def met(self) -> bool:
        median_met = self.p50_target is None or self.p50 <= self.p50_target
        return median_met and self.p95 <= self.p95_target

    def cells(self) -> tuple[str, ...]:
        def ms(seconds: float | None) -> str:
            return "-" if seconds is None else f"{seconds * 1000:.0f} ms"

        figures = (self.p50, self.p50_target, self.p95, self.p95_target, self.worst)
        return (self.what, *map(ms, figures), "met" if self.met else "MISSED")


def score(samples: list[Sample]) -> list[Row]:
    """The samples against the targets."""
    rows = []
    for what, (field, p50_target, p95_target) in TARGETS.items():
        values = sorted(getattr(sample, field) for sample in samples)
        cuts = quantiles(values, n=20, method="inclusive")
        rows.append(Row(what, cuts[9], p50_target, cuts[18], p95_target, values[-1]))
    return rows


def save(folder: Path, samples: list[Sample], now: datetime) -> Path:
    """Write the raw samples; returns the file."""
    folder.mkdir(exist_ok=True)
    file = folder / f"latency-{now:%Y%m%dT%H%M%SZ}.json"
    file.write_text(json.dumps([asdict(sample) for sample in samples], indent=1) + "\n")
    return file
