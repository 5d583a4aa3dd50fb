"""What of a failing pod is worth capturing, for whoever captures it: an agent or a worker."""

import re
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
    """Container and stream of each log that there is, those of failing containers first: what ails
    one often shows in the log of the one beside it.

    While a container waits, the API server gives its last run as `current`, too; that is the same
    text. A container that never ran has no log.
    """
    failing = {failure.container for failure in failures}
    for container in sorted(manifests.containers(pod), key=lambda one: one.name not in failing):
        if container.last_terminated:
            yield container.name, "previous"
        if container.is_running or container.state("terminated"):
            yield container.name, "current"


def told_node(node: Manifest) -> Manifest:
    """A node without the list of every image on its disk, which is most of its size."""
    node, status = manifests.tidy(node), manifests.status(node)
    return node | {"status": {key: status[key] for key in status if key != "images"}}


def told_event(event: Manifest, redactor: Redactor) -> dict[str, Any]:
    """What an event tells, redacted."""
    told = {key: event[key] for key in EVENT_FIELDS if event.get(key)}
    return told | {"message": redactor.text(manifests.text(event.get("message")))}


class _GoYaml(yaml.SafeDumper):
    """Quotes also what Go's reader would take for a number or a truth, and Python's would not:
    the text `1e3`, the text `y`. https://github.com/kubernetes-sigs/yaml"""


_GoYaml.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$|0o[0-7]+$"),
    list("-+.0123456789"),
)
_GoYaml.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("[yYnN]$"), list("yYnN"))


def as_yaml(shown: Any) -> str:
    """An object as YAML that kubectl takes, in the order it came; a value is never broken over
    lines, so that a line shows all of it."""
    return yaml.dump(shown, Dumper=_GoYaml, sort_keys=False, allow_unicode=True, width=LONGEST_LINE)
