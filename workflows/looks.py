"""When a workload is gathered again of which nothing tells why it fails.

The kubelet's events come after what they explain, on a busy node by many seconds: what a diagnosis
lacked may be there a moment later.
"""

from datetime import datetime, timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from kure.domain.diagnosis.model import Diagnosis

# How long after a diagnosis that names a symptom only, or was made before the kubelet's events.
AGAIN_AFTER = (timedelta(seconds=10), timedelta(seconds=30))

# Runs that began before there were second looks go on without them.
PATCH = "look-again-at-a-symptom"


class Looks:
    """The looks at what one report told: the first, and those that are made again."""

    def __init__(self) -> None:
        self._taken = 0
        self._next_at: datetime | None = None

    def begin(self, *, again: bool) -> int:
        """A look is made: its number, 0 for the first."""
        self._next_at = None
        self._taken = self._taken + 1 if again else 0
        return self._taken

    def ended(self, diagnosis: Diagnosis) -> None:
        """The look has found this."""
        if diagnosis.may_change and self._taken < len(AGAIN_AFTER) and workflow.patched(PATCH):
            self._next_at = workflow.now() + AGAIN_AFTER[self._taken]

    @property
    def rest(self) -> timedelta | None:
        """How long until the next one; None where none is to be made."""
        return None if self._next_at is None else self._next_at - workflow.now()

    @property
    def is_due(self) -> bool:
        """Whether it is time for the next one."""
        return self.rest is not None and self.rest <= timedelta(0)
