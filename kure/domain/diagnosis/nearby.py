"""What else of the cluster a verdict asks for: which lists, and what was read of them.

Rules are pure. A rule that compares a pod with other objects names the lists that it wants, and
whoever gathers reads them before the rule is asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from kure.domain import manifests
from kure.domain.manifests import Manifest

# How alike two names must be for one to be offered for the other, of 1.
ALIKE = 0.6


@dataclass(frozen=True)
class Want:
    """One list: all objects of a kind of NEARBY in a namespace ('': of the cluster), or those that
    the field selector `fields` names: `metadata.name=redis`; of pods also `spec.nodeName=node-1`
    and `status.podIP=10.0.0.7`, of Services also `spec.clusterIP=10.96.0.7`, of Events
    `involvedObject.name=web-0`."""

    kind: str
    namespace: str = ""
    fields: str = ""


@dataclass(frozen=True)
class Nearby:
    """What was read. A list that is missing was not read or was refused, which is not the same as
    an empty one: a rule then says nothing about it. `cut` are lists of which only a part was
    read."""

    lists: Mapping[Want, tuple[Manifest, ...]] = field(default_factory=dict)
    cut: frozenset[Want] = frozenset()

    def read(self, want: Want) -> tuple[Manifest, ...] | None:
        """The list; None where it was not read."""
        return self.lists.get(want)

    def named(self, want: Want, name: str) -> Manifest | None:
        """The object of that name, None where there is none or the list was not read."""
        return next((obj for obj in self.read(want) or () if manifests.name(obj) == name), None)

    def lacks(self, want: Want, name: str) -> bool:
        """Whether it is certain that no object of that name is there."""
        return want in self.lists and want not in self.cut and self.named(want, name) is None

    def nearest(self, want: Want, name: str) -> str:
        """The name in the list that is most like this one; '' where none is."""
        return nearest(name, map(manifests.name, self.read(want) or ()))


NOTHING_READ = Nearby()


def nearest(name: str, others: Iterable[str]) -> str:
    """The most similar of the others, '' where none is similar. Never the name itself."""
    found = get_close_matches(
        name, sorted({other for other in others if other and other != name}), n=1, cutoff=ALIKE
    )
    return found[0] if found else ""


def did_you_mean(kind: str, near: str) -> str:
    """` ConfigMap "app-config" is there: is it meant?`, or nothing where no name is near."""
    return f' {kind} "{near}" is there: is it meant?' if near else ""
