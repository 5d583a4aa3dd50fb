"""The neighbours of every object, of lists that were read once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kure.domain import manifests
from kure.domain.failures.around import Around
from kure.domain.failures.objects.kind import ObjectKind
from kure.domain.failures.objects.kinds import KINDS
from kure.ports import Manifest

ByNamespace = dict[str, list[Manifest]]


@dataclass(frozen=True)
class Neighbourhood:
    """`pods` and, by kind, the other lists; None for a kind that could not be read."""

    pods: Sequence[Manifest]
    lists: Mapping[str, Sequence[Manifest] | None]

    def of(self, kind: ObjectKind, obj: Manifest) -> Around:
        """What the kind's rule looks at, as `Around` promises it; without events."""
        namespace = manifests.namespace(obj)
        found: dict[str, Sequence[Manifest]] = {}
        for near in kind.looks_at:
            lists = self._sorted[near]
            if lists is None:
                continue
            if KINDS[near].namespaced and namespace:
                found[near] = lists.get(namespace, [])
            else:
                found[near] = [each for some in lists.values() for each in some]
        return Around(None, found)

    @cached_property
    def _sorted(self) -> dict[str, ByNamespace | None]:
        unscheduled = [pod for pod in self.pods if not manifests.node_name(pod)]
        read = {**self.lists, "Pod": unscheduled}
        return {
            kind: None if found is None else _by_namespace(KINDS[kind], found)
            for kind, found in read.items()
        }


def _by_namespace(kind: ObjectKind, found: Sequence[Manifest]) -> ByNamespace:
    sorted_: ByNamespace = {}
    for obj in found:
        sorted_.setdefault(manifests.namespace(obj), []).append(kind.keep(obj))
    return sorted_
