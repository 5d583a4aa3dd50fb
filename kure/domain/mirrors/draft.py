"""A mirror while it is made: the spec that is changed, and what is to be said about it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kure.domain import manifests
from kure.domain.manifests import Manifest

CONTAINERS = ("initContainers", "containers")


@dataclass
class Draft:
    """`spec` is the draft's own, nobody else holds it. `stripped` names what was left out of the
    pod, `warnings` what a person must know before the test, `refusals` why there must be none,
    `confirmations` what they have to say twice."""

    spec: Manifest
    stripped: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    confirmations: list[str] = field(default_factory=list)

    def warn(self, texts: Iterable[str]) -> None:
        self.warnings.extend(texts)

    def refuse(self, texts: Iterable[str]) -> None:
        self.refusals.extend(texts)

    def drop(self, key: str, why: str) -> None:
        """Leave a field of the spec out; nothing is said where there is nothing in it."""
        found = self.spec.pop(key, None)
        if found not in (None, "", [], {}, False):
            self.stripped.append(f"spec.{key}: {why}")

    def containers(self) -> Iterator[Manifest]:
        """Init containers, native sidecars and main ones, as they stand in the spec."""
        for key in CONTAINERS:
            yield from manifests.mappings(self.spec.get(key))


def called(container: Manifest) -> str:
    return manifests.text(container.get("name")) or "?"
