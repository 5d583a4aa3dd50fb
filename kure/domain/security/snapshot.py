"""The lists that checks look things up in, indexed once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.domain.security.kinds import CLUSTER, LIVE, kind_of

Listed = Sequence[Manifest] | None


class Snapshot:
    """What was read of a cluster, by kind; a kind that is missing, or None, could not be listed,
    which is not the same as an empty list.

    `live`: the objects are a cluster's. A file of manifests is not all that there is, so nothing is
    said of what it does not hold.
    """

    def __init__(self, lists: Mapping[str, Listed] | None = None, *, live: bool = True) -> None:
        self._lists = {kind: each for kind, each in (lists or {}).items() if each is not None}
        self.live = live
        self._spaces: dict[str, dict[str, list[Manifest]]] = {}
        self._names: dict[str, dict[tuple[str, str], Manifest]] = {}
        self.memory: dict[str, Any] = {}
        """What was computed of all objects together, by whoever computed it."""

    @classmethod
    def of(
        cls, objects: Iterable[Manifest], *, empty: Iterable[str] = (), live: bool = True
    ) -> "Snapshot":
        """The objects by their kinds; `empty` are kinds that were listed too."""
        lists: dict[str, list[Manifest]] = {kind: [] for kind in empty}
        for obj in objects:
            lists.setdefault(kind_of(obj), []).append(obj)
        return cls(lists, live=live)

    def has(self, kind: str) -> bool:
        return kind in self._lists or (self.live and kind in (LIVE, CLUSTER))

    @property
    def kinds(self) -> list[str]:
        return list(self._lists)

    def all(self, kind: str) -> Sequence[Manifest]:
        """Nothing where the kind could not be listed: ask `has` where that matters."""
        return self._lists.get(kind, ())

    def within(self, kind: str, namespace: str) -> Sequence[Manifest]:
        spaces = self._spaces.get(kind)
        if spaces is None:
            spaces = self._spaces[kind] = {}
            for obj in self.all(kind):
                spaces.setdefault(manifests.namespace(obj), []).append(obj)
        return spaces.get(namespace, ())

    def named(self, kind: str, namespace: str, name: str) -> Manifest | None:
        names = self._names.get(kind)
        if names is None:
            names = self._names[kind] = {
                (manifests.namespace(obj), manifests.name(obj)): obj for obj in self.all(kind)
            }
        return names.get((namespace, name))


NOTHING = Snapshot()
