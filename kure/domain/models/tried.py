"""What a model is shown of a fix that was tried on a mirror and failed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from kure.domain.diagnosis.fixes import Operation

MOST_STEP = 2000


@dataclass(frozen=True)
class Tried:
    """A mirror that failed: `pod` is its name, `text` why it failed, `operations` what of the
    workload it had changed. All of it is redacted."""

    pod: str
    title: str
    text: str
    operations: Sequence[Operation]

    @property
    def told(self) -> str:
        """As evidence, a line for each step."""
        steps = (_step(step) for step in self.operations if step.op != "test")
        return "\n".join(
            (
                f"This fix was tried on a copy of the pod, {self.pod}: {self.title}",
                *steps,
                f"The copy failed: {self.text}",
            )
        )


def _step(step: Operation) -> str:
    value = "" if step.op == "remove" else f" {json.dumps(step.value, ensure_ascii=False)}"
    return f"{step.op} {step.path}{value}"[:MOST_STEP]
