"""What else a rule may look at beside the object that it judges."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kure.domain import manifests
from kure.domain.failures.match import Events
from kure.domain.manifests import Manifest


@dataclass(frozen=True)
class Around:
    """The object's events, and its neighbours: by kind the objects of the same namespace (of the
    whole cluster for kinds without one, and for an object without one).

    A kind that is missing was not read, which is not the same as none: a rule then says nothing
    about it. The neighbours of kind Pod are only those that no node has taken yet.
    """

    events: Events = None
    neighbours: Mapping[str, Sequence[Manifest]] = field(default_factory=dict)

    def of(self, kind: str) -> Sequence[Manifest] | None:
        """All neighbours of the kind; None where they were not read."""
        return self.neighbours.get(kind)

    def named(self, kind: str, name: str) -> Manifest | None:
        """The neighbour of that name, None where there is none or they were not read."""
        return next((obj for obj in self.of(kind) or () if manifests.name(obj) == name), None)
