"""A pod was deleted, its grace period is over, and it is still there."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.failures.match import Events, Match
from kure.domain.failures.model import Failure, FailureClass, Graces
from kure.domain.manifests import Manifest


def stuck_terminating(pod: Manifest, events: Events, graces: Graces) -> Iterator[Match]:
    """`deletionTimestamp` is when the grace period ends, not when deletion was asked for:
    https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/
    """
    since = manifests.deleted_at(pod)
    if since is None:
        return
    yield Match(
        Failure(
            failure_class=FailureClass.STUCK_TERMINATING,
            container="",
            since=since,
            reason="Terminating",
            message=_what_holds_it(pod),
            field="metadata.deletionTimestamp",
        ),
        begins=since + graces.terminating,
    )


def _what_holds_it(pod: Manifest) -> str:
    finalizers = manifests.metadata(pod).get("finalizers")
    named = [manifests.text(one) for one in finalizers] if isinstance(finalizers, list) else []
    running = [found.name for found in manifests.containers(pod) if found.is_running]
    told = []
    if running:
        told.append(f"containers still run: {', '.join(running)}")
    if named:
        told.append(f"finalizers: {', '.join(named)}")
    if not told:
        node = manifests.node_name(pod) or "its node"
        told.append(f"no container runs; the kubelet of {node} has not confirmed the deletion")
    return "; ".join(told)
