"""Stand-ins for a cluster that can be read: objects by their path."""

from collections.abc import AsyncIterator, Sequence

from kure.adapters.cluster.events import EventLists
from kure.errors import ClusterUnavailable, NotFound
from kure.ports import LogText, Manifest


class ObjectsByPath:
    """A cluster of a few objects. `given` is what was read."""

    def __init__(self, objects: dict[str, Manifest], *, away: bool = False) -> None:
        self._objects = objects
        self._away = away
        self.given: list[Manifest] = []

    async def get(self, path: str) -> Manifest:
        if self._away:
            raise ClusterUnavailable(f"Cannot read {path}: the cluster is away")
        if path not in self._objects:
            raise NotFound(f"There is no {path}")
        self.given.append(self._objects[path])
        return self._objects[path]

    async def list(self, path: str, query: dict[str, str] | None = None) -> AsyncIterator[Manifest]:
        for known, found in self._objects.items():
            if known.startswith(path):
                yield found

    async def events(self, obj: Manifest) -> Sequence[Manifest]:
        return await EventLists(self).of(obj)

    async def log(self, namespace: str, pod: str, container: str, *, previous: bool) -> LogText:
        raise NotFound(f"There is no log of {namespace}/{pod}/{container}")
