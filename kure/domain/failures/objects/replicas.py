"""A StatefulSet or a DaemonSet that cannot make its pods."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.failures.around import Around
from kure.domain.failures.match import Match
from kure.domain.failures.model import Graces
from kure.domain.failures.objects.failed_create import failed_create, made_pods
from kure.domain.failures.objects.template import kept_workload
from kure.domain.manifests import Manifest


def keep_stateful_set(obj: Manifest) -> Manifest:
    return kept_workload("StatefulSet", obj, ("replicas", "readyReplicas"))


def keep_daemon_set(obj: Manifest) -> Manifest:
    return kept_workload("DaemonSet", obj, ("numberReady",))


def replicas(obj: Manifest, around: Around, graces: Graces) -> Iterator[Match]:
    """Neither tells since when it is short: its creation says that it may ask its events."""
    if _is_short(obj):
        yield from failed_create(obj, manifests.created_at(obj), around, graces)


def replicas_are_well(obj: Manifest, around: Around) -> bool:
    """Its pods exist, or are made one after the other; whether they are Ready is theirs to say."""
    return not _is_short(obj) or made_pods(around.events)


def _is_short(obj: Manifest) -> bool:
    status = manifests.status(obj)
    if "desiredNumberScheduled" in status:
        made, wanted = status.get("currentNumberScheduled"), status["desiredNumberScheduled"]
    else:
        made, wanted = status.get("replicas"), manifests.spec(obj).get("replicas", 1)
    return (manifests.number(made) or 0) < (manifests.number(wanted) or 0)
