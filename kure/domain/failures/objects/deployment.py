"""A Deployment that cannot make its pods, or whose rollout is stuck."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.failures.around import Around
from kure.domain.failures.match import Match
from kure.domain.failures.model import Failure, FailureClass, Graces
from kure.domain.failures.objects.keeping import condition_since, kept_conditions
from kure.domain.failures.objects.template import kept_workload, wanted_replicas
from kure.domain.manifests import Manifest

COUNTS = ("replicas", "readyReplicas", "updatedReplicas", "unavailableReplicas")


def keep_deployment(obj: Manifest) -> Manifest:
    conditions = kept_conditions(obj, "Progressing", "ReplicaFailure")
    small = kept_workload("Deployment", obj, COUNTS)
    small["status"]["conditions"] = conditions
    return small


def deployment(obj: Manifest, around: Around, graces: Graces) -> Iterator[Match]:
    """ReplicaFailure repeats what its ReplicaSet cannot do, so ReplicaSets need not be watched:
    there is one for every rollout."""
    for failure in _failed_create(obj):
        yield Match(failure, begins=failure.since + graces.create)
    progressing = manifests.condition(obj, "Progressing")
    stuck = progressing.get("reason") == "ProgressDeadlineExceeded"
    since = condition_since(obj, progressing)
    if progressing.get("status") == "False" and stuck and since and not _is_paused(obj):
        yield Match(_failure(FailureClass.ROLLOUT_STUCK, obj, progressing))


def deployment_is_well(obj: Manifest, around: Around) -> bool:
    """Its pods exist; whether they are Ready is theirs to say."""
    observed = manifests.number(manifests.status(obj).get("observedGeneration")) or 0
    made = manifests.number(manifests.status(obj).get("replicas")) or 0
    failing = manifests.condition(obj, "ReplicaFailure").get("status") == "True"
    stuck = manifests.condition(obj, "Progressing").get("status") == "False"
    current = observed >= (manifests.number(manifests.metadata(obj).get("generation")) or 0)
    return current and made >= wanted_replicas(obj) and not failing and not stuck


def _failed_create(obj: Manifest) -> Iterator[Failure]:
    """Its pods cannot be made, or not even the ReplicaSet that would make them."""
    replicas = manifests.condition(obj, "ReplicaFailure")
    progressing = manifests.condition(obj, "Progressing")
    for found, holds in (
        (replicas, replicas.get("status") == "True"),
        (progressing, progressing.get("reason") == "ReplicaSetCreateError"),
    ):
        if holds and condition_since(obj, found):
            yield _failure(FailureClass.FAILED_CREATE, obj, found)
            return


def _failure(failure_class: FailureClass, obj: Manifest, found: Manifest) -> Failure:
    since = condition_since(obj, found)
    assert since is not None
    return Failure(
        failure_class=failure_class,
        container="",
        since=since,
        reason=manifests.text(found.get("reason")),
        message=manifests.text(found.get("message")),
        field=f"status.conditions[type={manifests.text(found.get('type'))}]",
    )


def _is_paused(obj: Manifest) -> bool:
    return manifests.spec(obj).get("paused") is True
