"""A HorizontalPodAutoscaler that cannot scale, or that has long wanted more than it may have."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from kure.domain import manifests
from kure.domain.failures.around import Around
from kure.domain.failures.match import Match
from kure.domain.failures.model import Failure, FailureClass, Graces
from kure.domain.failures.objects.keeping import condition_since, kept, kept_conditions, picked
from kure.domain.manifests import Manifest

CONDITIONS = ("AbleToScale", "ScalingActive", "ScalingLimited")


def keep_autoscaler(obj: Manifest) -> Manifest:
    status = picked(obj.get("status"), ("currentReplicas", "desiredReplicas"))
    status["conditions"] = kept_conditions(obj, *CONDITIONS)
    target = picked(manifests.spec(obj).get("scaleTargetRef"), ("apiVersion", "kind", "name"))
    spec = picked(obj.get("spec"), ("minReplicas", "maxReplicas")) | {"scaleTargetRef": target}
    return kept("autoscaling/v2", "HorizontalPodAutoscaler", obj, spec=spec, status=status)


def autoscaler(obj: Manifest, around: Around, graces: Graces) -> Iterator[Match]:
    """One failure, the one that begins first. TooFewReplicas at the minimum is as it should be, and
    so is ScalingDisabled: its target is scaled to zero."""
    found: list[tuple[datetime, Failure]] = []
    for kind in CONDITIONS:
        condition = manifests.condition(obj, kind)
        since, grace = condition_since(obj, condition), _grace(obj, condition, graces)
        if since and grace is not None:
            found.append((since + grace, _failure(since, condition)))
    if found:
        begins, failure = min(found, key=lambda one: one[0])
        yield Match(failure, begins=begins)


def autoscaler_is_well(obj: Manifest, around: Around) -> bool:
    able = manifests.condition(obj, "AbleToScale").get("status") == "True"
    active = manifests.condition(obj, "ScalingActive")
    return able and (active.get("status") == "True" or active.get("reason") == "ScalingDisabled")


def _grace(obj: Manifest, condition: Manifest, graces: Graces) -> timedelta | None:
    """How long the condition may be as it is; None where it is well so."""
    reason = condition.get("reason")
    match (condition.get("type"), condition.get("status")):
        case ("AbleToScale", "False"):
            return graces.scaling
        case ("ScalingActive", "False") if reason != "ScalingDisabled":
            return graces.scaling
        case ("ScalingLimited", "True") if reason == "TooManyReplicas" and _is_at_most(obj):
            return graces.scaling_limit
    return None


def _is_at_most(obj: Manifest) -> bool:
    most = manifests.number(manifests.spec(obj).get("maxReplicas"))
    return most is not None and manifests.status(obj).get("currentReplicas") == most


def _failure(since: datetime, condition: Manifest) -> Failure:
    return Failure(
        failure_class=FailureClass.SCALING,
        container="",
        since=since,
        reason=manifests.text(condition.get("reason")),
        message=manifests.text(condition.get("message")),
        field=f"status.conditions[type={condition.get('type')}]",
    )
