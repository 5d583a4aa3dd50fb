"""Stand-ins for what is remote and costly, typed against kure.ports."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kure.adapters.cluster.events import EventLists
from kure.domain import manifests
from kure.errors import KureError, NotFound
from kure.ports import LogText, Manifest, NewEvidence

Log = tuple[str, str, bool]


@dataclass
class FakeCluster:
    """A cluster of the objects given, by their API path: an error in place of an object is raised.

    `logs` are by pod, container and whether the previous one is meant. Lists know field and label
    selectors of plain equalities; listing a path in `refused` raises. `tried` is what was created
    by a dry run, which raises `verdict`.
    """

    objects: Mapping[str, Manifest | KureError] = field(default_factory=dict)
    logs: Mapping[Log, str | KureError] = field(default_factory=dict)
    refused: Mapping[str, KureError] = field(default_factory=dict)
    verdict: KureError | None = None
    tried: list[tuple[str, Manifest]] = field(default_factory=list)

    async def get(self, path: str) -> Manifest:
        found = self.objects.get(path)
        if found is None:
            raise NotFound(f"Cannot read {path}: the API server answered 404")
        if isinstance(found, KureError):
            raise found
        return found

    async def list(self, path: str, query: dict[str, str] | None = None) -> AsyncIterator[Manifest]:
        if path in self.refused:
            raise self.refused[path]
        for place, found in self.objects.items():
            if place.rpartition("/")[0] == path and isinstance(found, dict) and _fits(found, query):
                yield found

    async def events(self, obj: Manifest) -> Sequence[Manifest]:
        return await EventLists(self).of(obj)

    async def log(self, namespace: str, pod: str, container: str, *, previous: bool) -> LogText:
        found = self.logs.get((pod, container, previous))
        if found is None:
            raise NotFound(f"Cannot read the log of {namespace}/{pod}/{container}: there is none")
        if isinstance(found, KureError):
            raise found
        return LogText(found, truncated=False)

    async def dry_run_create(self, path: str, body: Manifest) -> Manifest:
        self.tried.append((path, body))
        if self.verdict is not None:
            raise self.verdict
        return body


def _fits(found: Manifest, query: dict[str, str] | None) -> bool:
    for selector in filter(None, (query or {}).get("fieldSelector", "").split(",")):
        path, _, value = selector.partition("=")
        if _at(found, path) != value:
            return False
    wanted = dict(
        pair.split("=", 1) for pair in (query or {}).get("labelSelector", "").split(",") if pair
    )
    return wanted.items() <= manifests.labels(found).items()


def _at(found: Manifest, path: str) -> str:
    first, *rest = path.split(".")
    if rest:
        return _at(manifests.mapping(found.get(first)), ".".join(rest))
    return manifests.text(found.get(first))


@dataclass
class FakeDrafts:
    """Manifests in memory, by their ids."""

    kept: dict[str, str] = field(default_factory=dict)

    async def keep(self, incident_id: str, text: str, by: str, now: datetime) -> str:
        id_ = f"draft-{len(self.kept)}"
        self.kept[id_] = text
        return id_

    async def read(self, id_: str) -> str:
        return self.kept[id_]


@dataclass
class FakeEvidenceStore:
    """Keeps what is saved, each capture once, as the table does."""

    kept: dict[tuple[str, ...], NewEvidence] = field(default_factory=dict)

    async def save(
        self, incident_id: str, items: Sequence[NewEvidence], now: datetime
    ) -> list[str]:
        ids = []
        for item in items:
            key = (
                *(incident_id, item.captured_by, item.captured_for, item.kind, item.subject),
                *(item.container, item.stream),
            )
            self.kept.setdefault(key, item)
            ids.append(str(list(self.kept).index(key)))
        return ids
