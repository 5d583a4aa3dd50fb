"""What a case of mirrors expects, how a verdict is marked, and what the marks add up to. Pure."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from kure.domain.diagnosis.fixes import Operation
from kure.domain.failures.well import well_since
from kure.domain.manifests import Manifest
from kure.domain.mirrors.needs import LONGEST, START, TIMES, longest_run
from kure.domain.mirrors.verdict import judge

# What Kure itself proposes: nobody has said which verdict is right of it.
PROPOSED = "proposed by Kure"

FEWEST_RIGHT = 0.99
SLOWEST_LAG = 1.0

# How much longer than a quick one a mirror may take to start, or to fail, beside many others, in
# seconds.
SLACK = 60.0

COLUMNS = ("what was tried", "mirrors", "passed", "failed", "no verdict", "right", "median", "p95")


@dataclass(frozen=True)
class Try:
    """A mirror to ask for: how the pod is edited, the right verdict with words of its text, and how
    long it may live where not as long as by default."""

    what: str
    change: tuple[Operation, ...] = ()
    verdict: str = ""
    says: tuple[str, ...] = ()
    ttl: int | None = None


def tries_of(data: dict[str, Any]) -> list[Try]:
    """Of a case as it stands in its file, placeholders replaced."""
    return [
        Try(
            what=one["what"],
            change=tuple(Operation(**step) for step in one.get("change", ())),
            verdict=one["verdict"],
            says=tuple(one.get("says", ())),
            ttl=one.get("ttl"),
        )
        for one in data["tries"]
    ]


@dataclass(frozen=True)
class Proof:
    """What became of a try. `seconds` from the request to the verdict, `lag` from what decided it:
    both only where they could be measured. `why`: what is wrong about it."""

    case: str
    what: str
    verdict: str = ""
    text: str = ""
    seconds: float | None = None
    lag: float | None = None
    why: str = ""

    @property
    def right(self) -> bool:
        return not self.why

    @property
    def miss(self) -> str:
        return f"{self.case}, {self.what}: {self.why}"


def life(needs_seconds: float) -> int:
    """How long a mirror lives that must hold for so many seconds: long enough for a verdict, and no
    longer, since one without a verdict keeps its place until its end."""
    return math.ceil(min(needs_seconds + START + SLACK, LONGEST))


def wrong(wanted: Try, verdict: str, text: str) -> str:
    """What is wrong about a verdict; '' where it is right, and where nobody knows."""
    if wanted.what == PROPOSED:
        return ""
    if verdict != wanted.verdict:
        return f"{verdict}, wants {wanted.verdict}: {text}"
    lacks = [word for word in wanted.says if word not in text]
    return f"does not say {', '.join(lacks)}: {text}" if lacks else ""


def decided_at(
    statuses: Iterable[tuple[datetime, Manifest]], verdict: str, needs: float, *, is_job: bool
) -> datetime | None:
    """When a pod's status, of those seen at these times, left one verdict only: something ended for
    good, or it had held as long as it must. None where it was something else: a grace that ran
    out, an event."""
    pod: Manifest = {}
    for at, pod in statuses:
        said = judge(pod, needs, is_job, at)
        if said.final:
            return at if said.word == verdict else None
    since = well_since(pod) if verdict == "passed" else None
    return since and since + timedelta(seconds=max(needs, TIMES * longest_run([pod])))


@dataclass(frozen=True)
class Proofs:
    """All mirrors that were tried."""

    all: Sequence[Proof] = ()

    def __bool__(self) -> bool:
        return bool(self.all)

    def verdicts(self) -> list[tuple[str, str, str, bool]]:
        """As Result.verdicts."""
        judged = [proof for proof in self.all if proof.what != PROPOSED or not proof.verdict]
        right = sum(proof.right for proof in judged) / len(judged) if judged else 0.0
        slow = p95(self.lags)
        rows = [("mirrors: verdicts right", f"{right:.1%}", f"≥ {FEWEST_RIGHT:.0%}")]
        if self.lags:
            what = "mirrors: seconds from status to verdict, p95"
            rows.append((what, f"{slow:.2f}", f"≤ {SLOWEST_LAG:.0f}"))
        return [
            (*rows[0], right >= FEWEST_RIGHT),
            *((*row, slow <= SLOWEST_LAG) for row in rows[1:]),
        ]

    @property
    def lags(self) -> list[float]:
        return [proof.lag for proof in self.all if proof.lag is not None]

    @property
    def told(self) -> list[str]:
        """The figures in words."""
        tried = [proof for proof in self.all if proof.what == PROPOSED]
        passed = sum(proof.verdict == "passed" for proof in tried)
        seconds = _seconds(self.all)
        lines = [f"Of {len(tried)} fixes that Kure proposed, {passed} passed."] if tried else []
        if seconds:
            lines.append(
                f"From the request to *passed* or *failed*: median {median(seconds):.1f} s, p95 "
                f"{p95(seconds):.1f} s, of {len(seconds)}."
            )
        if self.lags:
            lines.append(
                "From the status that decided, or the end of the time that it had to hold, to the "
                f"verdict: median {median(self.lags):.2f} s, p95 {p95(self.lags):.2f} s, of "
                f"{len(self.lags)}."
            )
        return lines

    def rows(self) -> list[tuple[str, ...]]:
        """A row for each kind of try."""
        kinds = dict.fromkeys(proof.what for proof in self.all)
        rows = [_row(what, [one for one in self.all if one.what == what]) for what in kinds]
        return [*rows, _row("all", self.all)]

    @property
    def misses(self) -> list[str]:
        """What is wrong, and which of Kure's own fixes did not pass."""
        return [proof.miss for proof in self.all if not proof.right] + [
            f"{proof.case}, {PROPOSED}: {proof.verdict}: {proof.text}"
            for proof in self.all
            if proof.what == PROPOSED and proof.right and proof.verdict != "passed"
        ]


def _row(title: str, proofs: Sequence[Proof]) -> tuple[str, ...]:
    words = [proof.verdict for proof in proofs]
    marked = [proof for proof in proofs if proof.what != PROPOSED]
    right = sum(proof.right for proof in marked)
    seconds = _seconds(proofs)
    times = (f"{median(seconds):.1f} s", f"{p95(seconds):.1f} s") if seconds else ("", "")
    counts = (len(proofs), *(words.count(word) for word in ("passed", "failed", "none")))
    return (title, *map(str, counts), f"{right} of {len(marked)}" if marked else "", *times)


def _seconds(proofs: Iterable[Proof]) -> list[float]:
    """Where nothing is proved, the time was the mirror's whole life."""
    return [one.seconds for one in proofs if one.seconds is not None and one.verdict != "none"]


def p95(values: Sequence[float]) -> float:
    """The value that 95 of a hundred do not exceed; 0 of none."""
    return sorted(values)[-(-len(values) * 95 // 100) - 1] if values else 0.0
