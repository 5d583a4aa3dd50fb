"""A dump, read as a cluster. What it does not hold is refused, never said to be absent: nobody
knows what was left out of it."""

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote

from kure.adapters.dump.reading import Dumped, read
from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.domain.selectors import field_terms, label_terms
from kure.errors import AccessDenied, NotFound
from kure.ports import LogText

PATH = re.compile(
    r"(?P<group>/api/v1|/apis/[^/]+/[^/]+)(?:/namespaces/(?P<namespace>[^/]+))?"
    r"/(?P<resource>[^/]+)(?:/(?P<name>[^/]+))?"
)
EVENTS = "/api/v1/events"

# When something was so. Not among them are times to come: when a certificate or a grace ends.
TIMES = {
    *("creationTimestamp", "lastTransitionTime", "lastUpdateTime", "lastHeartbeatTime"),
    *("lastProbeTime", "startedAt", "finishedAt", "startTime", "completionTime", "time"),
    *("lastTimestamp", "firstTimestamp", "eventTime", "lastObservedTime", "lastScheduleTime"),
    *("lastSuccessfulTime", "renewTime"),
}
DEEPEST = 20

# Where such names mean something else.
NOT_TIMES = {"spec", "data", "annotations", "labels"}


@dataclass(frozen=True)
class Shelf:
    """All objects of one resource, and the namespaces in which they were listed."""

    objects: dict[tuple[str, str], Manifest] = field(default_factory=dict)
    listed: set[str] = field(default_factory=set)


class Dump:
    """Keeps the promise of kure.ports.Cluster for the objects of a text."""

    def __init__(self, text: str, source: str) -> None:
        self.source = source
        self._shelves: dict[str, Shelf] = {}
        for found in read(text, source):
            self._keep(found)

    @property
    def newest(self) -> datetime | None:
        """The newest time that the dump tells: about when it was made."""
        found = (time for obj in self.objects for time in _times(obj))
        return max(found, default=None)

    @property
    def objects(self) -> Iterator[Manifest]:
        for shelf in self._shelves.values():
            yield from shelf.objects.values()

    async def get(self, path: str) -> Manifest:
        key, namespace, name = _parts(path)
        shelf = self._shelves.get(key, Shelf())
        found = shelf.objects.get((namespace, name))
        if found is None:
            raise NotFound(f"{self.source} does not hold {path}")
        return found

    async def list(self, path: str, query: dict[str, str] | None = None) -> AsyncIterator[Manifest]:
        """Refuses what may be a part only: kinds of which no list is in the dump, and other
        namespaces where it holds one. What was listed in two was listed in all of them."""
        key, namespace, _ = _parts(path)
        shelf = self._shelves.get(key, Shelf())
        everywhere = shelf.listed == {""} or len(shelf.listed) > 1
        if not everywhere and namespace not in shelf.listed:
            raise AccessDenied(
                f"{self.source} holds no list of {key.rpartition('/')[2]}"
                + (f" of namespace {namespace}" if namespace else "")
            )
        async for obj in self.held(path, query):
            yield obj

    async def held(self, path: str, query: dict[str, str] | None = None) -> AsyncIterator[Manifest]:
        """What is there of a list, be it all or not."""
        key, namespace, _ = _parts(path)
        asked = query or {}
        wanted = [
            *(term.matches for term in field_terms(asked.get("fieldSelector", ""))),
            *label_terms(asked.get("labelSelector", "")),
        ]
        for (home, _), obj in self._shelves.get(key, Shelf()).objects.items():
            if namespace in ("", home) and all(matches(obj) for matches in wanted):
                yield obj

    async def events(self, obj: Manifest) -> Sequence[Manifest]:
        """The events in the dump that are about the object, in no order."""
        if EVENTS not in self._shelves:
            raise AccessDenied(
                f"{self.source} holds no events, which often say why: add them to `kubectl get`"
            )
        events = self._shelves[EVENTS].objects.values()
        return [event for event in events if _is_about(event, obj)]

    async def log(self, namespace: str, pod: str, container: str, *, previous: bool) -> LogText:
        raise NotFound(f"{self.source} is a dump, which has no logs")

    def _keep(self, found: Dumped) -> None:
        obj = found.object
        if obj.get("kind") == "Event":
            obj = _as_core_event(obj)
        shelf = self._shelves.setdefault(_list_path(obj), Shelf())
        namespace = manifests.namespace(obj)
        # Events of one name are told apart by their place: hand-made ones have no name.
        name = manifests.name(obj) or f"#{len(shelf.objects)}"
        shelf.objects[namespace, name] = obj
        if found.listed:
            shelf.listed.add(namespace)


def _parts(path: str) -> tuple[str, str, str]:
    """Path of the list of all, namespace, name."""
    found = PATH.fullmatch(path)
    if found is None:
        raise NotFound(f"{path} is no object of a dump")
    namespace, name = unquote(found["namespace"] or ""), unquote(found["name"] or "")
    return f"{found['group']}/{found['resource']}", namespace, name


def _list_path(obj: Manifest) -> str:
    """`/apis/apps/v1/deployments` of a Deployment. Kubernetes forms the names of resources so:
    https://pkg.go.dev/k8s.io/apimachinery/pkg/api/meta#UnsafeGuessKindToResource"""
    version = manifests.text(obj.get("apiVersion")) or "v1"
    group = f"/apis/{version}" if "/" in version else f"/api/{version}"
    kind = manifests.text(obj.get("kind")).lower()
    if kind.endswith("s"):
        return f"{group}/{kind}" if kind == "endpoints" else f"{group}/{kind}es"
    return f"{group}/{kind[:-1]}ies" if kind.endswith("y") else f"{group}/{kind}s"


def _as_core_event(event: Manifest) -> Manifest:
    """`events.k8s.io/v1` names some fields anew:
    https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/"""
    renamed = {
        "involvedObject": event.get("involvedObject") or event.get("regarding"),
        "message": event.get("message") or event.get("note"),
        "count": event.get("count") or event.get("deprecatedCount"),
        "lastTimestamp": event.get("lastTimestamp") or event.get("deprecatedLastTimestamp"),
        "firstTimestamp": event.get("firstTimestamp") or event.get("deprecatedFirstTimestamp"),
    }
    return event | {"apiVersion": "v1"} | {key: value for key, value in renamed.items() if value}


def _is_about(event: Manifest, obj: Manifest) -> bool:
    about = manifests.mapping(event.get("involvedObject"))
    uid = manifests.text(about.get("uid"))
    if uid and manifests.uid(obj) and obj.get("kind") != "Node":
        return uid == manifests.uid(obj)
    named = (about.get("kind"), manifests.text(about.get("namespace")), about.get("name"))
    return named == (obj.get("kind"), manifests.namespace(obj), manifests.name(obj))


def _times(value: object, name: str = "", depth: int = 0) -> Iterator[datetime]:
    if isinstance(value, dict):
        inner = [(str(key), each) for key, each in value.items() if key not in NOT_TIMES]
    elif isinstance(value, list):
        inner = [(name, each) for each in value]
    else:
        inner = []
        if name in TIMES and (time := manifests.time_of(value)):
            yield time
    if depth < DEEPEST:
        for key, each in inner:
            yield from _times(each, key, depth + 1)
