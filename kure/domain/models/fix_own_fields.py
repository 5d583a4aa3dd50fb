"""Which fields of a workload itself, beside its pod template, a model's fix may change, by its kind
and by what fails.

A list of what is allowed, each with a test of what is written: no dry run tries these objects.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from kure.domain import manifests, quantities
from kure.domain.diagnosis.alike import is_slip
from kure.domain.failures.model import FailureClass
from kure.domain.manifests import Manifest

Place = tuple[str, ...]

# What is wrong with a value: (the object, what stood there, what would); '' where nothing is.
Judge = Callable[[Manifest, Any, Any], str]

ITEM = "*"
"""Stands for each item of a list in a place."""

_POLICIES = ("Allow", "Forbid", "Replace")
_INSIDE = ("", "ClusterIP")


@dataclass(frozen=True)
class Own:
    """A field, and all that is in it, that may be changed where one of `classes` fails."""

    place: Place
    classes: frozenset[str]
    judge: Judge


@dataclass(frozen=True)
class Difference:
    """One place at which two objects differ; None stands for what is not there."""

    place: Place
    before: Any
    after: Any

    @property
    def path(self) -> str:
        return ".".join(self.place).replace(f".{ITEM}", "[]")


def differences(before: Any, after: Any, place: Place = ()) -> Iterator[Difference]:
    """The deepest places at which they differ. Lists of different lengths differ as a whole; an
    empty object is as good as none."""
    if before == after:
        return
    if _is_object(before) and _is_object(after):
        old, new = manifests.mapping(before), manifests.mapping(after)
        for key in dict.fromkeys([*old, *new]):
            yield from differences(old.get(key), new.get(key), (*place, str(key)))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for old, new in zip(before, after, strict=True):
            yield from differences(old, new, (*place, ITEM))
    else:
        yield Difference(place, before, after)


def _is_object(value: Any) -> bool:
    return value is None or isinstance(value, dict)


def refusals(before: Manifest, after: Manifest, classes: Collection[str]) -> Iterator[str]:
    """A sentence for each difference that is not allowed. Both are whole objects, without their pod
    templates."""
    fields = OWN.get(manifests.text(before.get("kind")), ())
    for found in differences(before, after):
        known = [each for each in fields if found.place[: len(each.place)] == each.place]
        if not known:
            yield f"{found.path} is changed, which a model's fix never may: take it out."
        elif not any(each.classes & set(classes) for each in known):
            yield (
                f"{found.path} is changed, which has nothing to do with what fails "
                f"({', '.join(sorted(classes)) or 'nothing that is known'}): take it out."
            )
        else:
            wrong = (each.judge(before, found.before, found.after) for each in known)
            yield from (f"{found.path} {each}" for each in wrong if each)


def _whole(_: Manifest, __: Any, after: Any) -> str:
    number = manifests.number(after)
    return "" if after is None or (number is not None and number >= 0) else "has to be a number"


def _text(_: Manifest, __: Any, after: Any) -> str:
    return "" if isinstance(after, str) and after else "has to be a text"


def _text_or_none(obj: Manifest, before: Any, after: Any) -> str:
    return "" if after is None else _text(obj, before, after)


def _number_or_text(obj: Manifest, before: Any, after: Any) -> str:
    is_one = after is None or not _whole(obj, before, after) or not _text(obj, before, after)
    return "" if is_one else "has to be a number or a text"


def _flag(_: Manifest, __: Any, after: Any) -> str:
    return "" if isinstance(after, bool) else "has to be true or false"


def _policy(_: Manifest, __: Any, after: Any) -> str:
    return "" if after in _POLICIES else f"has to be one of {', '.join(_POLICIES)}"


def _any(_: Manifest, __: Any, ___: Any) -> str:
    return ""


def _corrected(_: Manifest, before: Any, after: Any) -> str:
    """Only a slip of the hand: another name altogether is another object."""
    slip = isinstance(before, str) and isinstance(after, str) and is_slip(before, after)
    return "" if slip else "names another object: only a name that was misspelt may be corrected"


def _selected(service: Manifest, _: Any, after: Any) -> str:
    """Whoever reaches the Service from outside would reach other pods."""
    spec = manifests.spec(service)
    if manifests.text(spec.get("type")) not in _INSIDE or spec.get("externalIPs"):
        return "chooses other pods for a Service that is reached from outside the cluster"
    return _text_or_none(service, None, after)


def _unbound(claim: Manifest) -> str:
    """A claim that has its volume would be made anew, and its data lost."""
    pending = manifests.status(claim).get("phase") in (None, "Pending")
    return "" if pending and not manifests.spec(claim).get("volumeName") else "is of a bound claim"


def _of_unbound(claim: Manifest, before: Any, after: Any) -> str:
    return _unbound(claim) or _text_or_none(claim, before, after)


def _modes(claim: Manifest, before: Any, after: Any) -> str:
    texts = after if isinstance(after, list) else [after]
    wrong = [each for each in texts if not isinstance(each, str)]
    return _unbound(claim) or ("has to be a list of texts" if wrong or not texts else "")


def _size(claim: Manifest, before: Any, after: Any) -> str:
    size = quantities.parse(after) if isinstance(after, str) else None
    if size is None:
        return "has to be a quantity"
    old = quantities.parse(before) if isinstance(before, str) else None
    return _unbound(claim) if old is not None and size < old else ""


def _own(places: str, judge: Judge, *classes: FailureClass) -> tuple[Own, ...]:
    named = frozenset(str(each) for each in classes)
    return tuple(Own(tuple(place.split(".")), named, judge) for place in places.split())


_ROLLING = (
    FailureClass.ROLLOUT_STUCK,
    FailureClass.UNSCHEDULABLE,
    FailureClass.FAILED_MOUNT,
    FailureClass.FAILED_CREATE,
)
_OF_JOBS = (
    FailureClass.JOB_FAILED,
    FailureClass.DEADLINE,
    FailureClass.POD_FAILED,
    FailureClass.JOB_BLOCKED,
)
_BACKEND = "spec.rules.*.http.paths.*.backend.service"
_ROUTE = "spec.rules.*.backendRefs.*"

OWN: dict[str, tuple[Own, ...]] = {
    "Deployment": (
        *_own("spec.strategy.type", _text, *_ROLLING),
        *_own(
            "spec.strategy.rollingUpdate.maxSurge spec.strategy.rollingUpdate.maxUnavailable",
            _number_or_text,
            *_ROLLING,
        ),
        *_own("spec.progressDeadlineSeconds", _whole, FailureClass.ROLLOUT_STUCK),
    ),
    "Job": _own("spec.backoffLimit spec.activeDeadlineSeconds", _whole, *_OF_JOBS),
    "CronJob": (
        *_own(
            "spec.jobTemplate.spec.backoffLimit spec.jobTemplate.spec.activeDeadlineSeconds",
            _whole,
            *_OF_JOBS,
        ),
        *_own("spec.schedule", _text, FailureClass.MISSED_SCHEDULE),
        *_own("spec.timeZone", _text_or_none, FailureClass.MISSED_SCHEDULE),
        *_own(
            "spec.startingDeadlineSeconds",
            _whole,
            *(FailureClass.MISSED_SCHEDULE, FailureClass.JOB_BLOCKED),
        ),
        *_own("spec.suspend", _flag, FailureClass.MISSED_SCHEDULE),
        *_own("spec.concurrencyPolicy", _policy, FailureClass.JOB_BLOCKED),
    ),
    "Service": (
        *_own("spec.selector", _selected, FailureClass.NO_ENDPOINTS),
        *_own("spec.ports.*.targetPort", _number_or_text, FailureClass.NO_ENDPOINTS),
    ),
    "Ingress": (
        *_own(f"{_BACKEND}.name", _corrected, FailureClass.INGRESS_BACKEND),
        *_own("spec.defaultBackend.service.name", _corrected, FailureClass.INGRESS_BACKEND),
        *_own(f"{_BACKEND}.port.number", _whole, FailureClass.INGRESS_BACKEND),
        *_own("spec.defaultBackend.service.port.number", _whole, FailureClass.INGRESS_BACKEND),
        *_own(f"{_BACKEND}.port.name", _text_or_none, FailureClass.INGRESS_BACKEND),
        *_own("spec.defaultBackend.service.port.name", _text_or_none, FailureClass.INGRESS_BACKEND),
    ),
    "HTTPRoute": (
        *_own(f"{_ROUTE}.name", _corrected, FailureClass.NOT_ACCEPTED),
        *_own(f"{_ROUTE}.port", _whole, FailureClass.NOT_ACCEPTED),
    ),
    "HorizontalPodAutoscaler": (
        *_own("spec.scaleTargetRef.name", _corrected, FailureClass.SCALING),
        *_own(
            "spec.scaleTargetRef.apiVersion spec.scaleTargetRef.kind", _text, FailureClass.SCALING
        ),
        *_own("spec.metrics", _any, FailureClass.SCALING),
    ),
    "PersistentVolumeClaim": (
        *_own("spec.storageClassName", _of_unbound, FailureClass.CLAIM_PENDING),
        *_own("spec.accessModes", _modes, FailureClass.CLAIM_PENDING),
        *_own("spec.resources.requests.storage", _size, FailureClass.CLAIM_PENDING),
    ),
}
