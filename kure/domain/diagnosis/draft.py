"""A patch of several changes, each made of what the ones before it left."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from kure.domain import manifests
from kure.domain.diagnosis.fixes import Mismatch, Operation, Patch, Place, Template, applied, put
from kure.domain.manifests import Manifest


@dataclass
class Draft:
    """Changes of one pod template. Two that both make `securityContext` would overwrite each other
    if each were made of the live object; `changed` is the template as it is by now."""

    template: Template
    operations: list[Operation] = field(default_factory=list)
    _broken: bool = False

    def put(self, place: Place, value: Any) -> None:
        """Set a value; `place` is relative to the template. Nothing where it is so already."""
        if self.at(place) != value:
            self._do(self.template.put(place, value))

    def put_beside(self, place: Place, value: Any) -> None:
        """Set a value of the object around the template: ('spec', 'replicas')."""
        self._do(put(self.template.target, place, value))

    def drop(self, place: Place) -> None:
        self._do(self.template.drop(place))

    def at(self, place: Place) -> Any:
        """What stands at a place now, None where nothing does."""
        found: Any = self.template.pod
        for key in place:
            if isinstance(found, list) and isinstance(key, int) and key < len(found):
                found = found[key]
            else:
                found = manifests.mapping(found).get(str(key))
        return found

    def containers(self) -> Iterator[tuple[Place, Manifest]]:
        """Where each container of the template stands, init containers first, and itself."""
        return containers_of(self.template)

    def patch(self, note: str = "") -> Patch | None:
        """None where nothing is to be changed, or the template is not one that could be."""
        return None if self._broken else self.template.patch(*self.operations, note=note)

    def _do(self, steps: tuple[Operation, ...]) -> None:
        try:
            target = applied(self.template.target, steps)
        except Mismatch:
            self._broken = True
            return
        self.operations.extend(steps)
        self.template = replace(self.template, target=target)


def containers_of(template: Template) -> Iterator[tuple[Place, Manifest]]:
    for field_name in ("initContainers", "containers"):
        found = manifests.spec(template.pod).get(field_name)
        for index, each in enumerate(found if isinstance(found, list) else []):
            if isinstance(each, dict):
                yield ("spec", field_name, index), each


def draft(template: Template | None) -> Draft | None:
    """None where there is no template, or none with containers: hand-written files may lack
    them."""
    if template is None or next(containers_of(template), None) is None:
        return None
    return Draft(template)
