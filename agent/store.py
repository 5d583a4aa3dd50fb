"""The objects that rules look at beside the one they judge, as small as their kinds keep them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kure.domain import manifests
from kure.domain.manifests import Manifest


@dataclass(slots=True)
class _Shelf:
    """The objects of one kind and namespace, by uid, and the same as a sequence once asked for."""

    objects: dict[str, Manifest] = field(default_factory=dict)
    listed: Sequence[Manifest] | None = None


class Store:
    """Objects by kind, namespace ('' for kinds without one) and uid."""

    def __init__(self) -> None:
        self._kinds: dict[str, dict[str, _Shelf]] = {}

    def put(self, kind: str, obj: Manifest) -> bool:
        """Keep the object; whether it differs from what was kept."""
        shelf = self._kinds.setdefault(kind, {}).setdefault(manifests.namespace(obj), _Shelf())
        uid = manifests.uid(obj)
        if shelf.objects.get(uid) == obj:
            return False
        shelf.objects[uid], shelf.listed = obj, None
        return True

    def drop(self, kind: str, obj: Manifest) -> bool:
        """Forget the object, known by its namespace and uid; whether it was there."""
        namespace = manifests.namespace(obj)
        shelf = self._kinds.get(kind, {}).get(namespace)
        if shelf is None or shelf.objects.pop(manifests.uid(obj), None) is None:
            return False
        shelf.listed = None
        if not shelf.objects:
            del self._kinds[kind][namespace]
        return True

    def get(self, kind: str, namespace: str, uid: str) -> Manifest | None:
        shelf = self._kinds.get(kind, {}).get(namespace)
        return shelf.objects.get(uid) if shelf else None

    def namespaces(self, kind: str) -> list[str]:
        return list(self._kinds.get(kind, {}))

    def of(self, kind: str, namespace: str) -> Sequence[Manifest]:
        """All of the kind in the namespace; for '' all of the cluster."""
        shelves = self._kinds.get(kind, {})
        if not namespace and "" not in shelves:
            return [obj for shelf in shelves.values() for obj in shelf.objects.values()]
        shelf = shelves.get(namespace)
        if shelf is None:
            return ()
        if shelf.listed is None:
            shelf.listed = tuple(shelf.objects.values())
        return shelf.listed

    def all(self, kind: str) -> Iterator[Manifest]:
        for shelf in self._kinds.get(kind, {}).values():
            yield from shelf.objects.values()
