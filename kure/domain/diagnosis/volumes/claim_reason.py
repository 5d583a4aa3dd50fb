"""What is said of a claim that gets no volume, and how its fields are read.

A claim is asked about by itself, and for a pod that no node takes because of it.
"""

import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kure.domain import manifests
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Operation, Patch, Place, drop, patch_of, put
from kure.domain.diagnosis.model import Confidence, EvidenceLine
from kure.domain.diagnosis.nearby import Want
from kure.domain.manifests import Manifest

CLASSES, VOLUMES = Want("StorageClass"), Want("PersistentVolume")
DRIVERS = Want("CSIDriver")

DEFAULT = "storageclass.kubernetes.io/is-default-class"
# Classes and claims of long ago.
OLD_DEFAULT = "storageclass.beta.kubernetes.io/is-default-class"
OLD_CLASS = "volume.beta.kubernetes.io/storage-class"
BY_HAND = "kubernetes.io/no-provisioner"


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why it gets none. `title` goes on after `PersistentVolumeClaim "data" gets no volume: `."""

    rule: str
    title: str
    explanation: str
    fix: str
    confidence: Confidence = Confidence.DEFINITIVE
    evidence: tuple[EvidenceLine, ...] = ()
    commands: tuple[str, ...] = ()
    patch: Patch | None = None


@dataclass(frozen=True)
class Claim:
    """A claim and the case that it is looked at for. `message` is what its own events say."""

    case: Case
    obj: Manifest
    message: str = ""

    @property
    def name(self) -> str:
        return manifests.name(self.obj)

    @property
    def named_class(self) -> str | None:
        """'' where it says that it wants none, None where it leaves that to the cluster."""
        found = manifests.spec(self.obj).get("storageClassName")
        if isinstance(found, str):
            return found
        notes = manifests.mapping(manifests.metadata(self.obj).get("annotations"))
        return notes[OLD_CLASS] if isinstance(notes.get(OLD_CLASS), str) else None

    @property
    def classes(self) -> tuple[Manifest, ...] | None:
        return self.case.facts.nearby.read(CLASSES)

    @property
    def storage_class(self) -> Manifest | None:
        """The class that it gets its volume by, where that was read."""
        named = self.named_class
        if named is None:
            return next((found for found in self.classes or () if is_default(found)), None)
        return self.case.facts.nearby.named(CLASSES, named) if named else None

    @property
    def class_name(self) -> str:
        """As volumes have to have it: '' for none."""
        named = self.named_class
        return named if named is not None else manifests.name(self.storage_class or {})

    @property
    def size(self) -> object:
        resources = manifests.mapping(manifests.spec(self.obj).get("resources"))
        return manifests.mapping(resources.get("requests")).get("storage")

    @property
    def modes(self) -> list[str]:
        found = manifests.spec(self.obj).get("accessModes")
        return [str(mode) for mode in found] if isinstance(found, list) else []

    def line(self, field: str, text: str) -> EvidenceLine:
        return line(self.case, "PersistentVolumeClaim", self.name, field, text)

    @property
    def described(self) -> str:
        where = shlex.quote(manifests.namespace(self.obj) or self.case.namespace)
        return f"kubectl describe pvc {shlex.quote(self.name)} -n {where}"

    def made_again(self, place: Place, value: object) -> Patch | None:
        """A claim that is not bound has no data: it can be made anew with another value."""
        return self._again(put(self.obj, place, value))

    def made_without(self, place: Place) -> Patch | None:
        return self._again(drop(self.obj, place))

    def _again(self, operations: Iterable[Operation]) -> Patch | None:
        if manifests.phase(self.obj) == "Bound" or not self.obj.get("spec"):
            return None
        return patch_of(
            {"apiVersion": "v1", "kind": "PersistentVolumeClaim"} | self.obj,
            *operations,
            recreate=True,
            note="The claim is deleted and made again, since its spec cannot be changed; no volume "
            "was ever bound to it. If a StatefulSet made it, correct its volumeClaimTemplates too.",
        )


def line(case: Case, kind: str, name: str, field: str, text: str) -> EvidenceLine:
    """A line of what fails itself, or of an object beside it."""
    if f"{kind}/{name}" == case.subject:
        return case.from_pod(field, text)
    return EvidenceLine("object", f"{kind}/{name}", field, case.quote(text))


def is_default(storage_class: Manifest) -> bool:
    notes = manifests.mapping(manifests.metadata(storage_class).get("annotations"))
    return "true" in (notes.get(DEFAULT), notes.get(OLD_DEFAULT))


def wants_lists() -> Iterator[Want]:
    yield from (CLASSES, VOLUMES, DRIVERS)
