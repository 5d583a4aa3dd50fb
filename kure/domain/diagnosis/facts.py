"""What the rules read: the live objects of one failing workload, as they are in memory.

Nothing here is redacted: rules must see what they judge. What they quote is redacted by
`Facts.hide` and `Log.shown`, and all that they say once more afterwards (`redacted`), before it
leaves the process.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import ClassVar

from kure.domain import manifests, owners
from kure.domain.diagnosis.fixes import Template, template_of
from kure.domain.diagnosis.model import EvidenceLine, short
from kure.domain.diagnosis.nearby import NOTHING_READ, Nearby, Want
from kure.domain.failures.model import Failure
from kure.domain.manifests import Container, Manifest

# What a message in evidence or an explanation may be long; whole texts are kept as evidence.
MOST_TEXT = 1000

CURRENT = "current"
PREVIOUS = "previous"


@dataclass(frozen=True)
class Log:
    """The last lines of one container's log, or why there are none.

    `stream` is `current` or `previous` (the run before the present one). `text` is None where the
    log could not be read; `missing` then says why. `shown` is the text as it may be quoted, with
    the same lines: a line by itself may not tell that it is a part of a secret. `truncated` where
    older lines were left out.
    """

    container: str
    stream: str
    text: str | None
    missing: str = ""
    shown: str | None = None
    truncated: bool = False

    def line(self, number: int) -> str:
        """The line of that number, counted from 1, as it may be quoted."""
        return self._lines[number - 1]

    @cached_property
    def _lines(self) -> list[str]:
        return ((self.text if self.shown is None else self.shown) or "").split("\n")


@dataclass(frozen=True)
class ObjectFacts:
    """One failing object with what belongs to it. `events` come in any order; None: not
    readable.

    `gone` where it was deleted or is well again: then `object` has no more than its name, and only
    what was reported of it, and its events, are known.
    """

    kind: str
    object: Manifest
    failures: tuple[Failure, ...]
    events: tuple[Manifest, ...] | None = ()
    gone: bool = False
    logs: ClassVar[tuple[Log, ...]] = ()


@dataclass(frozen=True)
class PodFacts:
    """One failing pod: as another object, and its logs."""

    pod: Manifest
    failures: tuple[Failure, ...]
    events: tuple[Manifest, ...] | None = ()
    logs: tuple[Log, ...] = ()
    gone: bool = False
    kind: ClassVar[str] = "Pod"

    @property
    def object(self) -> Manifest:
        return self.pod


@dataclass(frozen=True)
class Facts:
    """One workload that fails: its failing `pods`, and `objects` of other kinds that fail.

    `owner` is its object, None where it was not read or is gone. `nodes` are the nodes that were
    read: those that the pods run on and, for pods that no node took, what the scheduler could
    choose from; `every_node` where that is all of them. `nearby` is what else the verdicts asked
    for (`wanted`). `unavailable` says what could not be read. `now` is when it was read.
    `hide` redacts what is quoted before it is cut: of a secret cut in two, half would be left.
    """

    pods: tuple[PodFacts, ...]
    objects: tuple[ObjectFacts, ...] = ()
    owner: Manifest | None = None
    nodes: tuple[Manifest, ...] = ()
    every_node: bool = True
    nearby: Nearby = NOTHING_READ
    unavailable: tuple[str, ...] = ()
    now: datetime | None = None
    hide: Callable[[str], str] = str

    @property
    def all(self) -> tuple[PodFacts | ObjectFacts, ...]:
        return (*self.pods, *self.objects)


@dataclass(frozen=True)
class Case:
    """One failure of one pod or other object: what a rule is asked about."""

    facts: Facts
    about: PodFacts | ObjectFacts
    failure: Failure

    @property
    def pod(self) -> Manifest:
        """The pod, for the rules that are only asked about pods; else the object that fails."""
        return self.about.object

    @property
    def is_pod(self) -> bool:
        return self.about.kind == PodFacts.kind

    @property
    def name(self) -> str:
        return manifests.name(self.pod)

    @property
    def subject(self) -> str:
        return f"{self.about.kind}/{self.name}"

    @cached_property
    def container(self) -> Container | None:
        """The failing container; None where the pod as a whole fails, or has no state of it yet."""
        for found in manifests.containers(self.pod):
            if found.name == self.failure.container:
                return found
        return None

    @property
    def container_label(self) -> str:
        """`Container "app"` or `Init container "migrate"`, to begin a sentence with."""
        init = self.container is not None and self.container.init and not self.container.sidecar
        return f'{"Init container" if init else "Container"} "{self.failure.container}"'

    @property
    def spec_path(self) -> str:
        """Where the container stands in the pod: `spec.containers[0]`."""
        for field in ("initContainers", "containers"):
            found = manifests.mappings(manifests.spec(self.pod).get(field))
            for index, container in enumerate(found):
                if container.get("name") == self.failure.container:
                    return f"spec.{field}[{index}]"
        return "spec.containers"

    @property
    def node(self) -> Manifest | None:
        """The node that the pod runs on, where it was read."""
        wanted = manifests.node_name(self.pod)
        return next((node for node in self.facts.nodes if manifests.name(node) == wanted), None)

    def events(self, *reasons: str) -> Iterator[Manifest]:
        """Events with one of these reasons, newest first; those of another container are left
        out."""
        return (event for event in self.newest_events if event.get("reason") in reasons)

    @cached_property
    def newest_events(self) -> tuple[Manifest, ...]:
        """The events of the object, newest first; those of another container are left out."""
        found = manifests.newest_first(self.about.events or ())
        return tuple(e for e in found if manifests.is_about(e, self.failure.container))

    def log(self, stream: str) -> Log | None:
        for log in self.about.logs:
            if (log.container, log.stream) == (self.failure.container, stream):
                return log
        return None

    @property
    def namespace(self) -> str:
        return manifests.namespace(self.pod)

    def want(self, kind: str, fields: str = "") -> Want:
        """The list of a kind in the namespace of what fails."""
        return Want(kind, self.namespace, fields)

    @cached_property
    def template(self) -> Template | None:
        """The pod template that people edit; None where the owner was not read or is of a kind that
        Kure does not know."""
        if self.facts.owner is not None:
            return template_of(self.facts.owner)
        if self.about.gone:
            return None
        controlled = owners.controller(self.pod) is not None
        return None if controlled else template_of({"kind": self.about.kind} | self.pod)

    def quote(self, text: str, most: int = MOST_TEXT) -> str:
        """The text as one line of at most `most` characters, to be told to people."""
        return short(self.facts.hide(text), most)

    def from_pod(self, field: str, text: str) -> EvidenceLine:
        """A line of the pod itself, or of the other object that fails."""
        return EvidenceLine(self._source, self.subject, field, self.quote(text))

    @property
    def _source(self) -> str:
        owner = self.facts.owner
        if owner is not None and manifests.uid(owner) == manifests.uid(self.pod) != "":
            return "owner"
        return {"Pod": "pod", "Node": "node"}.get(self.about.kind, "object")

    def from_event(self, event: Manifest) -> EvidenceLine:
        reason, message = manifests.text(event.get("reason")), manifests.text(event.get("message"))
        return EvidenceLine("event", self.subject, reason, self.quote(message))
