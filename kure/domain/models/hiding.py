"""Names of workloads, namespaces and nodes kept from a model, where that is asked for.

Names are learned from the incident's own evidence and replaced by placeholders, the same name by
the same one. What the model answers and wishes comes back with placeholders, which are replaced by
the names again: they were this incident's own, and people see it by them. So its fix is checked
and its wishes are read like any other's. A secret's placeholder has no way back.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from kure.domain.diagnosis.model import Cause
from kure.domain.models.conversation import ToolCall
from kure.domain.models.subject import Item, Subject
from kure.domain.models.tools import NO_NAMESPACE
from kure.domain.redact.known import Literals
from kure.domain.redact.marks import PLACEHOLDER, Marks, placeholder

KIND = "name"
NOBODY = frozenset(("", NO_NAMESPACE, "default", "kube-system", "kube-public", "kube-node-lease"))

# What can stand in JSON as it is: all names that Kubernetes allows.
SAFE = re.compile(r"[A-Za-z0-9._:-]{1,253}")

# As evidence is written (`kure.domain.capture.as_yaml`): who an object is, whose, and where; and
# the lines of what was read for the model: `Pod/web-0`.
_FIELD = re.compile(
    r"(?: {2}(?:- )?| {4})(?:name|namespace|generateName|app(?:\.kubernetes\.io/(?:name|instance"
    r"|part-of))?): (?P<name>\S+)$"
    r"|\s+(?:- )?(?:nodeName|serviceAccountName|serviceAccount|hostname): (?P<place>\S+)$"
)
_SECTION = re.compile(r"(?P<key>\w+):")
_NAMED = re.compile(r"(?<![\w/.])[A-Z][A-Za-z]{2,40}/(?P<name>[a-z0-9][a-z0-9.-]{0,252})")


@dataclass(frozen=True)
class Names:
    """The names of one incident; `key` is its cluster's redaction key."""

    key: bytes = field(repr=False)
    literals: Literals = field(repr=False)
    by_placeholder: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, subject: Subject, key: bytes) -> "Names":
        """Learned from the workload and from all evidence, what was read for the model as well."""
        workload = subject.workload
        found = {workload.cluster, workload.namespace, workload.name}
        found |= {
            name
            for item in subject.evidence
            for name in (*item.subject.split("/")[1:2], *_names_in(item))
        }
        found |= {cause.blames.name for cause in subject.causes if cause.blames is not None}
        names = {name.strip("'\"").rstrip("-") for name in found} - NOBODY
        known = {placeholder(key, KIND, name): name for name in names if SAFE.fullmatch(name)}
        return cls(key, Literals().plus((KIND, name) for name in names), known)

    @classmethod
    def known(cls, key: bytes, by_placeholder: Mapping[str, str]) -> "Names":
        """Those that were learned before."""
        literals = Literals().plus((KIND, name) for name in by_placeholder.values())
        return cls(key, literals, by_placeholder)

    def plus(self, subject: Subject) -> "Names":
        """With those that are learned from this as well."""
        more = Names.of(subject, self.key).by_placeholder
        return Names.known(self.key, {**self.by_placeholder, **more})

    def text(self, text: str) -> str:
        """A text that may be told to a model."""
        marks = Marks(self.key)
        return marks.dump(self.literals.mask(marks.load(text), marks.mask))

    def hidden(self, subject: Subject) -> Subject:
        """What a model may be asked about."""
        workload = subject.workload
        return Subject(
            workload=replace(
                workload,
                cluster=self.text(workload.cluster),
                namespace=self.text(workload.namespace),
                name=self.text(workload.name),
            ),
            causes=[self._cause(cause) for cause in subject.causes],
            unavailable=[self.text(line) for line in subject.unavailable],
            evidence=[self.item(item) for item in subject.evidence],
        )

    def item(self, item: Item) -> Item:
        """Evidence as it may be told; lines keep their numbers."""
        return replace(item, subject=self.text(item.subject), text=self.text(item.text))

    def revealed(self, text: str) -> str:
        """What a model said, JSON or text, with the names again."""
        return PLACEHOLDER.sub(lambda found: self.by_placeholder.get(found[0], found[0]), text)

    def wished(self, call: ToolCall) -> ToolCall:
        """A wish of the model, about the objects that it means."""
        arguments = {
            key: self.revealed(value) if isinstance(value, str) else value
            for key, value in call.arguments.items()
        }
        return replace(call, arguments=arguments)

    def _cause(self, cause: Cause) -> Cause:
        return replace(
            cause,
            title=self.text(cause.title),
            explanation=self.text(cause.explanation),
            fix=self.text(cause.fix),
            evidence=tuple(
                replace(line, subject=self.text(line.subject), text=self.text(line.text))
                for line in cause.evidence
            ),
            commands=tuple(map(self.text, cause.commands)),
            patch=None,
            blames=None,
        )


def _names_in(item: Item) -> Iterator[str]:
    if item.kind in ("log", "usage"):
        return
    section = "metadata"
    for line in item.lines:
        if found := _SECTION.match(line):
            section = found["key"]
        found = _FIELD.match(line)
        if found and (found["place"] or section in ("metadata", "involvedObject")):
            yield found["place"] or found["name"]
        if item.kind == "read":
            yield from (named["name"] for named in _NAMED.finditer(line))
