"""The containers that a wanted pod shares with its original."""

from collections.abc import Iterator
from dataclasses import dataclass

from kure.domain import manifests
from kure.domain.manifests import Manifest

LISTS = ("initContainers", "containers")


@dataclass(frozen=True)
class Pair:
    """One container, as it is and as it is wanted. `path` is `spec.containers[app]`."""

    path: str
    before: Manifest
    after: Manifest


def pairs(original: Manifest, wanted: Manifest) -> Iterator[Pair]:
    """Each container of the wanted pod that the original has in the same list. The others are
    refused by what tells the changes."""
    for field in LISTS:
        old = {
            manifests.text(each.get("name")): each
            for each in manifests.mappings(manifests.spec(original).get(field))
        }
        for after in manifests.mappings(manifests.spec(wanted).get(field)):
            name = manifests.text(after.get("name"))
            if name in old:
                yield Pair(f"spec.{field}[{name}]", old[name], after)
