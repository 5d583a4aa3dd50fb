"""Names of workloads, namespaces and nodes kept from a model, where that is asked for.

Names are learned from the incident's own evidence and replaced by placeholders, the same name by
the same one. What the model answers and wishes comes back with placeholders, which are replaced by
the names again: they were this incident's own, and people see it by them. A secret's placeholder
has no way back.
"""

from dataclasses import dataclass

from kure.domain.models.subject import Subject
from kure.domain.redact import Redactor


@dataclass(frozen=True)
class Names:
    """The names of one incident."""

    @classmethod
    def of(cls, subject: Subject, redactor: Redactor) -> "Names":
        """Learned from the workload and the evidence, under the key of the redactor."""
        raise AssertionError

    def hidden(self, subject: Subject) -> Subject:
        """What may be told to a model."""
        raise AssertionError

    def text(self, text: str) -> str:
        """A text that may be told to a model: what was read at its wish."""
        raise AssertionError

    def revealed(self, text: str) -> str:
        """What a model said, JSON or text, with the names again."""
        raise AssertionError
