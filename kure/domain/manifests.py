"""Reading Kubernetes objects as the API server sends them: plain dicts in which any field may be
missing or null.

Nothing here raises on a field of the wrong type: it counts as absent. A watch must not stop at an
object that a broken client wrote, and people feed in hand-written files.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

Manifest = dict[str, Any]

BEFORE_KUBERNETES = 1971


def mapping(value: object) -> Manifest:
    """The value where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> list[Manifest]:
    """The objects in a list; nothing where there is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text(value: object) -> str:
    """The value where it is a string, else ''."""
    return value if isinstance(value, str) else ""


def number(value: object) -> int | None:
    """The value where it is a whole number, else None. JSON's true is not a number."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def time_of(value: object) -> datetime | None:
    """A time in UTC, from RFC 3339 or from what a YAML reader made of it.

    Years before 1971 are None: container runtimes write the epoch, and Go its zero time, for
    "never" (a container that could not be started has `startedAt: 1970-01-01T00:00:00Z`).
    """
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime) or not BEFORE_KUBERNETES <= value.year < 9999:
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def metadata(obj: Manifest) -> Manifest:
    return mapping(obj.get("metadata"))


def name(obj: Manifest) -> str:
    return text(metadata(obj).get("name"))


def namespace(obj: Manifest) -> str:
    """'' for cluster-scoped objects."""
    return text(metadata(obj).get("namespace"))


def uid(obj: Manifest) -> str:
    return text(metadata(obj).get("uid"))


def labels(obj: Manifest) -> dict[str, str]:
    found = mapping(metadata(obj).get("labels"))
    return {key: value for key, value in found.items() if isinstance(value, str)}


def resource_version(obj: Manifest) -> str:
    return text(metadata(obj).get("resourceVersion"))


def created_at(obj: Manifest) -> datetime | None:
    return time_of(metadata(obj).get("creationTimestamp"))


def deleted_at(obj: Manifest) -> datetime | None:
    """When deletion of it was asked for, the grace period included; None where it was not."""
    return time_of(metadata(obj).get("deletionTimestamp"))


def is_being_deleted(obj: Manifest) -> bool:
    return metadata(obj).get("deletionTimestamp") is not None


def spec(obj: Manifest) -> Manifest:
    return mapping(obj.get("spec"))


def status(obj: Manifest) -> Manifest:
    return mapping(obj.get("status"))


def phase(pod: Manifest) -> str:
    return text(status(pod).get("phase"))


def node_name(pod: Manifest) -> str:
    """The node that the pod was given to; '' while it is unscheduled."""
    return text(spec(pod).get("nodeName"))


def condition(obj: Manifest, kind: str) -> Manifest:
    """The condition of that type, or an empty object."""
    conditions = status(obj).get("conditions")
    for found in conditions if isinstance(conditions, list) else ():
        if isinstance(found, dict) and found.get("type") == kind:
            return found
    return {}


def became(obj: Manifest, kind: str, value: str) -> datetime | None:
    """When the condition of that type became `value`; None where it is another or tells no time."""
    found = condition(obj, kind)
    return time_of(found.get("lastTransitionTime")) if found.get("status") == value else None


def tidy(obj: Manifest) -> Manifest:
    """The object without `metadata.managedFields`: who wrote which field is half of its size and
    tells nobody anything. The rest stays as it is; the argument is not changed."""
    if "managedFields" not in metadata(obj):
        return obj
    kept = {key: value for key, value in metadata(obj).items() if key != "managedFields"}
    return obj | {"metadata": kept}


def slim(obj: Manifest) -> Manifest:
    """The object without the fields that each manager wrote, which may be as large as all the rest;
    who they are stays. The argument is not changed."""
    written = mappings(metadata(obj).get("managedFields"))
    if not written:
        return obj
    kept = [{key: value for key, value in each.items() if key != "fieldsV1"} for each in written]
    return obj | {"metadata": metadata(obj) | {"managedFields": kept}}


# Where the statuses and the specs of containers stand, by whether they are init containers.
_STATUSES = {True: "initContainerStatuses", False: "containerStatuses"}
_SPECS = {True: "initContainers", False: "containers"}


class Container(NamedTuple):
    """One container of a pod with what is known of its state. A tuple, and what few ask for is made
    when they ask, since each rule makes those of its pod anew: ten thousand pods are judged in a
    second or two.

    `place` is where it stands among the statuses, from 0. `restarts` is the restart policy that
    holds for it.
    """

    name: str
    init: bool
    place: int
    restarts: str
    spec: Manifest
    status: Manifest

    @property
    def path(self) -> str:
        """Where its status stands: `status.containerStatuses[0]`."""
        return f"status.{_STATUSES[self.init]}[{self.place}]"

    @property
    def sidecar(self) -> bool:
        """An init container that keeps running beside the others (restartPolicy Always)."""
        return self.init and self.spec.get("restartPolicy") == "Always"

    def state(self, which: str) -> Manifest:
        """`waiting`, `running` or `terminated` of its present state; empty where it is in
        another."""
        return mapping(mapping(self.status.get("state")).get(which))

    @property
    def is_running(self) -> bool:
        return isinstance(mapping(self.status.get("state")).get("running"), dict)

    @property
    def last_terminated(self) -> Manifest:
        """How its run before the present one ended; empty where there was none."""
        return mapping(mapping(self.status.get("lastState")).get("terminated"))

    @property
    def restart_count(self) -> int:
        return number(self.status.get("restartCount")) or 0


def containers(pod: Manifest) -> Iterator[Container]:
    """Init containers and native sidecars first, as they start, then the main ones.

    Only those with a status. Ephemeral containers are left out: a person's debugging shell that
    ends is no failure. https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/
    """
    told, wanted = status(pod), spec(pod)
    policy = text(wanted.get("restartPolicy")) or "Always"
    for init in (True, False):
        statuses = told.get(_STATUSES[init])
        if not statuses or not isinstance(statuses, list):
            continue
        specs = wanted.get(_SPECS[init])
        for place, found in enumerate(statuses):
            if isinstance(found, dict):
                called = text(found.get("name"))
                own = _named(specs, called)
                restarts = text(own.get("restartPolicy")) or policy
                yield Container(called, init, place, restarts, own, found)


def _named(specs: object, called: str) -> Manifest:
    """The spec of that name, or an empty object."""
    for found in specs if isinstance(specs, list) else ():
        if isinstance(found, dict) and text(found.get("name")) == called:
            return found
    return {}


def event_time(event: Manifest) -> datetime | None:
    """When an event last happened. A series that goes on keeps its old `eventTime`, and new-style
    events have no `lastTimestamp`, so it is the latest of the three."""
    series = mapping(event.get("series"))
    values = (event.get("lastTimestamp"), series.get("lastObservedTime"), event.get("eventTime"))
    return max((time for time in map(time_of, values) if time), default=None)


def newest_first(events: Iterable[Manifest]) -> list[Manifest]:
    """Events by their true time: the API server gives them in no order. Undated ones come last.

    Those of the same second stand in the order of their words, so that the order in which they
    came changes nothing.
    """
    never = datetime.min.replace(tzinfo=UTC)

    def key(event: Manifest) -> tuple[datetime, str, str, str]:
        return event_time(event) or never, *_told(event)

    return sorted(events, key=key, reverse=True)


def _told(event: Manifest) -> tuple[str, str, str]:
    return text(event.get("reason")), text(event.get("message")), event_field(event)


def event_field(event: Manifest) -> str:
    """Which part of its object an event is about: `spec.containers{app}`; '' for all of it."""
    return text(mapping(event.get("involvedObject")).get("fieldPath"))


def is_about(event: Manifest, container: str) -> bool:
    """Whether an event is the container's, or one of the pod as a whole."""
    field = event_field(event)
    return not field or field.endswith(f"{{{container}}}")
