"""One clause of the scheduler's message, and what is said of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from kure.domain import manifests
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Patch
from kure.domain.diagnosis.model import Confidence, EvidenceLine
from kure.domain.diagnosis.scheduling import placement
from kure.domain.manifests import Manifest

# How many nodes, taints and the like are named.
NAMED = 5


@dataclass(frozen=True)
class Clause:
    """`count` of `total` nodes said `text`; both are 0 where no node was counted."""

    text: str
    count: int = 0
    total: int = 0
    what: str = ""

    @property
    def alone(self) -> bool:
        """Whether it keeps the pod from every node: whoever mends it need not look further."""
        return self.total > 0 and self.count >= self.total

    @property
    def where(self) -> str:
        """To begin a title with."""
        if not self.total:
            return "Cannot be scheduled"
        if self.count < self.total:
            return f"Cannot run on {self.count} of {self.total} nodes"
        return (
            "Cannot run on the only node"
            if self.total == 1
            else f"Cannot run on any of {self.total} nodes"
        )

    @property
    def refused(self) -> str:
        """To begin an explanation with."""
        if not self.total:
            return "The scheduler could not place the pod."
        if self.total == 1:
            return "This keeps the pod from the only node."
        return f"This keeps the pod from {self.count} of {self.total} nodes."


@dataclass(frozen=True)
class Words:
    """What a clause means for this pod. Not `decisive`: it is about nodes that other demands of the
    pod rule out as well, so it is told last."""

    title: str
    explanation: str
    fix: str
    evidence: tuple[EvidenceLine, ...] = ()
    decisive: bool = True
    commands: tuple[str, ...] = ()
    patch: Patch | None = None
    confidence: Confidence = Confidence.DEFINITIVE


def candidates(case: Case) -> list[Manifest]:
    """The nodes, of those that were read, with the labels that the pod demands."""
    return [node for node in case.facts.nodes if placement.fits_labels(case.pod, node)]


BESIDE = " None of them has the labels that the pod wants, so they would not take it anyway."


def some(names: Iterable[str]) -> str:
    found = list(names)
    more = len(found) - NAMED
    return ", ".join(found[:NAMED]) + (f" and {more} more" if more > 0 else "")


def allocatable(node: Manifest) -> Manifest:
    return manifests.mapping(manifests.status(node).get("allocatable"))


def unknown(case: Case, clause: Clause) -> Words:
    return Words(
        title=case.quote(clause.text, 150),
        explanation=f"Kure does not know this reason: {case.quote(clause.text, 600)}",
        fix="Read the scheduler's message; it names what the pod asks for and no node has.",
        confidence=Confidence.SYMPTOM,
    )
