"""A PersistentVolumeClaim that has a volume and does not get the larger one that it asks for.

https://kubernetes.io/docs/concepts/storage/persistent-volumes/#recovering-from-failure-when-expanding-volumes
"""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.failures.around import Around
from kure.domain.failures.match import Match
from kure.domain.failures.model import Failure, FailureClass, Graces
from kure.domain.failures.objects.keeping import condition_since
from kure.domain.manifests import Manifest

ERRORS = ("ControllerResizeError", "NodeResizeError")
UNDER_WAY = ("Resizing", "FileSystemResizePending")
CONDITIONS = (*ERRORS, *UNDER_WAY)
# https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/events/event.go
FAILED = ("VolumeResizeFailed", "FileSystemResizeFailed")
DONE = ("VolumeResizeSuccessful", "FileSystemResizeSuccessful")


def claim_resize(obj: Manifest, around: Around, graces: Graces) -> Iterator[Match]:
    """By its conditions; those that only say that it is under way need an event that says why. A
    file system that is to grow waits, as it should, for a pod that mounts it."""
    for kind in ERRORS:
        found = manifests.condition(obj, kind)
        if found.get("status") == "True":
            yield from _match(obj, found, kind, manifests.text(found.get("message")), graces)
            return
    under_way = next(filter(_is_true, (manifests.condition(obj, kind) for kind in UNDER_WAY)), None)
    if under_way is None:
        return
    event = _newest(around)
    if around.events is None:
        for match in _match(obj, under_way, FAILED[0], "", graces):
            yield Match(match.failure, match.begins, needs_events=True)
    elif event.get("reason") in FAILED:
        reason, message = manifests.text(event["reason"]), manifests.text(event.get("message"))
        yield from _match(obj, under_way, reason, message, graces)


def _is_true(condition: Manifest) -> bool:
    return condition.get("status") == "True"


def _newest(around: Around) -> Manifest:
    told = [event for event in around.events or () if event.get("reason") in (*FAILED, *DONE)]
    return next(iter(manifests.newest_first(told)), {})


def _match(
    obj: Manifest, condition: Manifest, reason: str, message: str, graces: Graces
) -> Iterator[Match]:
    since = condition_since(obj, condition)
    if since is not None:
        field = f"status.conditions[type={condition.get('type')}]"
        failure = Failure(FailureClass.CLAIM_PENDING, "", since, reason, message, field)
        yield Match(failure, begins=since + graces.claim)
