"""What a scan looks at, wherever it comes from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kure.domain import manifests
from kure.domain.manifests import Manifest
from kure.domain.security.kinds import kind_of
from kure.domain.security.model import Finding
from kure.domain.security.readable import CLUSTER_WIDE
from kure.domain.security.snapshot import Snapshot
from kure.scanning.report import Location, Source, Unread

Locate = Callable[[Finding], Location | None]


def _nowhere(_finding: Finding) -> Location | None:
    return None


@dataclass(frozen=True)
class LookedAt:
    """`objects` are to be judged, `around` holds the lists to look things up in. `partly` are kinds
    of which only one namespace could be listed: they are judged, and looked up nowhere.
    `minor` is the API server's minor version where there is one. `locate` finds the line of a
    finding."""

    source: Source
    objects: Sequence[Manifest]
    around: Snapshot
    cluster: str = ""
    minor: int | None = None
    unread: list[Unread] = field(default_factory=list)
    partly: frozenset[str] = frozenset()
    locate: Locate = _nowhere


def of_namespace(obj: Manifest, namespace: str) -> bool:
    """Whether the object is in the namespace, or is it; with '' all are."""
    if not namespace or manifests.namespace(obj) == namespace:
        return True
    return kind_of(obj) == "Namespace" and manifests.name(obj) == namespace


def in_namespace(obj: Manifest, namespace: str) -> Manifest:
    """The object of a file as `kubectl apply -n` would make it: in the namespace, where it names
    none and its kind has one."""
    if not namespace or manifests.namespace(obj) or kind_of(obj) in CLUSTER_WIDE:
        return obj
    return obj | {"metadata": manifests.metadata(obj) | {"namespace": namespace}}
