"""What of a failing pod is worth capturing, for whoever captures it: an agent or a worker."""

from collections.abc import Iterable, Iterator
from typing import Any, Literal

import yaml

from kure.domain import manifests
from kure.domain.failures.model import Failure
from kure.domain.manifests import Manifest
from kure.domain.redact import Redactor

Stream = Literal["current", "previous"]

MOST_EVENTS = 50
LONGEST_LINE = 1_000_000

# What an event tells; the rest is identity, which is known already.
EVENT_FIELDS = (
    *("type", "reason", "message", "action", "count", "firstTimestamp", "lastTimestamp"),
    *("eventTime", "series", "source", "reportingComponent", "involvedObject"),
)


def wanted_logs(pod: Manifest, failures: Iterable[Failure]) -> Iterator[tuple[str, Stream]]:
    """Container and stream of each log that can tell of the failures.

    While a container waits, the API server gives its last run as `current`, too; that is the same
    text. A container that never ran has no log.
    """
    failing = {failure.container for failure in failures}
    for container in manifests.containers(pod):
        if container.name not in failing:
            continue
        if container.last_terminated:
            yield container.name, "previous"
        if container.is_running or container.state("terminated"):
            yield container.name, "current"


def told_event(event: Manifest, redactor: Redactor) -> dict[str, Any]:
    """What an event tells, redacted."""
    told = {key: event[key] for key in EVENT_FIELDS if event.get(key)}
    return told | {"message": redactor.text(manifests.text(event.get("message")))}


def as_yaml(shown: Any) -> str:
    """An object as YAML that kubectl takes, in the order it came; a value is never broken over
    lines, so that a line shows all of it."""
    return yaml.safe_dump(shown, sort_keys=False, allow_unicode=True, width=LONGEST_LINE)
