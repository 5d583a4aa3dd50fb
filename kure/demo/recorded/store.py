"""The objects that are there, and what has happened to them since the process began.

Resource versions are microseconds since 1970, so they grow over restarts without being kept.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass

from kure.domain import manifests
from kure.domain.manifests import Manifest

# Of what has happened: a watch that asks for more than this has to list again.
REMEMBERED = 20_000

Matches = Callable[[Manifest], bool]


@dataclass(frozen=True)
class Happening:
    """`before` and `after` are None where the object was not there."""

    version: int
    path: str
    before: Manifest | None
    after: Manifest | None


class Forgotten(Exception):
    """What happened since a version is not known any more, or the version is from the future."""


class Store:
    """Objects by the path of their list, namespace and name."""

    def __init__(self) -> None:
        self._objects: dict[str, dict[tuple[str, str], Manifest]] = {}
        self._past: deque[Happening] = deque(maxlen=REMEMBERED)
        self._changed = asyncio.Event()
        self.version = self._forgotten = time.time_ns() // 1000

    def put(self, path: str, obj: Manifest) -> Manifest:
        """Keep the object as it is now; returns it with its new version."""
        key = manifests.namespace(obj), manifests.name(obj)
        shelf = self._objects.setdefault(path, {})
        version = self._next()
        metadata = manifests.metadata(obj) | {"resourceVersion": str(version)}
        kept = obj | {"metadata": metadata}
        self._note(Happening(version, path, shelf.get(key), kept))
        shelf[key] = kept
        return kept

    def drop(self, path: str, obj: Manifest) -> None:
        """Forget an object; nothing happens where it is not there."""
        key = manifests.namespace(obj), manifests.name(obj)
        found = self._objects.get(path, {}).pop(key, None)
        if found is not None:
            version = self._next()
            metadata = manifests.metadata(found) | {"resourceVersion": str(version)}
            self._note(Happening(version, path, found | {"metadata": metadata}, None))

    def get(self, path: str, namespace: str, name: str) -> Manifest | None:
        return self._objects.get(path, {}).get((namespace, name))

    def by_uid(self, path: str, uid: str) -> Manifest | None:
        return next((obj for obj in self.all(path) if manifests.uid(obj) == uid), None)

    def all(self, path: str, namespace: str = "") -> Iterator[Manifest]:
        """In the order of their keys, which is that of pages; '' for all namespaces."""
        for (home, _), obj in sorted(self._objects.get(path, {}).items()):
            if namespace in ("", home):
                yield obj

    async def since(self, version: int, path: str) -> AsyncIterator[Happening | None]:
        """What has happened under the path after a version, and goes on happening, for ever; None
        each time that all there is has been told. Raises Forgotten."""
        if version < self._forgotten:
            raise Forgotten
        while True:
            news = [each for each in self._past if each.version > version]
            if len(news) == REMEMBERED:
                raise Forgotten
            for each in news:
                if each.path == path:
                    yield each
                version = each.version
            changed = self._changed
            yield None
            await changed.wait()

    def _note(self, happening: Happening) -> None:
        self._past.append(happening)
        self._changed.set()
        self._changed = asyncio.Event()

    def _next(self) -> int:
        self.version = max(self.version + 1, time.time_ns() // 1000)
        return self.version
