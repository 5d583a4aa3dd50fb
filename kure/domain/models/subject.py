"""What a model is asked about: one incident as it is known, all of it redacted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kure.domain.diagnosis.model import Cause
from kure.domain.workloads import Workload


@dataclass(frozen=True)
class Item:
    """One captured text as it is stored, redacted. `kind` is an evidence kind: log, events,
    manifest, owner, node, usage; read for what was read at a model's wish."""

    id: str
    kind: str
    subject: str
    text: str
    container: str = ""
    stream: str = ""
    captured_at: datetime | None = None
    truncated: bool = False

    @property
    def lines(self) -> list[str]:
        """The lines that references count, from 1."""
        return self.text.split("\n")


@dataclass(frozen=True)
class Subject:
    """`causes` are what the rules say, first to fix first; `unavailable` what could not be read;
    `evidence` what was captured, in any order."""

    workload: Workload
    causes: Sequence[Cause] = ()
    unavailable: Sequence[str] = ()
    evidence: Sequence[Item] = ()
