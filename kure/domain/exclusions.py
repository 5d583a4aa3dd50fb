"""What nobody wants to be told of: patterns that people made, each for a reason, some with an
end."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kure.domain.globs import ANY, matches

# Of one object; more are not looked at.
MOST_LABELS = 64


@dataclass(frozen=True)
class Failing:
    """What fails, as an exclusion sees it: `kind` and `name` are the workload's, `pod` is the name
    of the failing object itself. `_` is the namespace of what has none."""

    cluster: str
    namespace: str
    kind: str
    name: str
    pod: str
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Exclusion:
    """Every pattern must match. `workload` is `Kind/name`, `label` is `key=value` of the failing
    object; `failure_class` says which of its failures are meant."""

    id: str
    cluster: str = ANY
    namespace: str = ANY
    workload: str = ANY
    pod: str = ANY
    label: str = ANY
    failure_class: str = ANY
    expires_at: datetime | None = None

    def is_in_force(self, now: datetime) -> bool:
        return self.expires_at is None or now < self.expires_at

    def covers(self, what: Failing) -> bool:
        """Whether it is about this object; which of its failures is another question."""
        return (
            matches(self.cluster, what.cluster)
            and matches(self.namespace, what.namespace)
            and matches(self.workload, f"{what.kind}/{what.name}")
            and matches(self.pod, what.pod)
            and (self.label == ANY or any(matches(self.label, one) for one in _labels(what)))
        )


def _labels(what: Failing) -> Iterable[str]:
    for key, value in list(what.labels.items())[:MOST_LABELS]:
        yield f"{key}={value}"


def excluding(
    exclusions: Sequence[Exclusion], what: Failing, failure_class: str, now: datetime
) -> str | None:
    """The id of the first exclusion in force that covers this failure; None where none does."""
    for one in exclusions:
        if matches(one.failure_class, failure_class) and one.is_in_force(now) and one.covers(what):
            return one.id
    return None
