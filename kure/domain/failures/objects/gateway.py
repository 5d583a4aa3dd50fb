"""A Gateway or an HTTPRoute of the Gateway API that its controller does not take as it is.

https://gateway-api.sigs.k8s.io/reference/spec/ has the conditions: those of a route stand under
each parent of its status, those of a Gateway in its status and under each of its listeners.
"""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.failures.around import Around
from kure.domain.failures.match import Match
from kure.domain.failures.model import Failure, FailureClass, Graces
from kure.domain.failures.objects.keeping import (
    condition_since,
    kept,
    kept_conditions,
    kept_conditions_of,
    picked,
)
from kure.domain.manifests import Manifest

API = "gateway.networking.k8s.io/v1"

# The status in which each is as it should be.
WANTED = {"Accepted": "True", "ResolvedRefs": "True", "Programmed": "True", "Conflicted": "False"}
BAD = {"True": "False", "False": "True"}


def keep_gateway(obj: Manifest) -> Manifest:
    spec = picked(obj.get("spec"), ("gatewayClassName",))
    status = {"conditions": kept_conditions(obj, *WANTED), "listeners": _kept(obj, "listeners")}
    return kept(API, "Gateway", obj, spec=spec, status=status)


def keep_route(obj: Manifest) -> Manifest:
    return kept(API, "HTTPRoute", obj, spec={}, status={"parents": _kept(obj, "parents")})


def _kept(obj: Manifest, field: str) -> list[Manifest]:
    """The parts of the status that have conditions of their own."""
    return [
        picked(one, ("name", "parentRef", "controllerName"))
        | {"conditions": kept_conditions_of(one, *WANTED)}
        for one in manifests.mappings(manifests.status(obj).get(field))
    ]


def gateway(obj: Manifest, around: Around, graces: Graces) -> Iterator[Match]:
    """Of a route as well. Since the first of the conditions that are as they should not be. What is
    Unknown is still being looked at, and an object of which nothing is said has no controller that
    took it up."""
    found = [(condition_since(obj, refused), at, refused) for at, refused in refusals(obj)]
    known = [(since, at, refused) for since, at, refused in found if since is not None]
    if not known:
        return
    since, at, refused = min(known, key=lambda one: one[0])
    yield Match(
        Failure(
            failure_class=FailureClass.NOT_ACCEPTED,
            container="",
            since=since,
            reason=manifests.text(refused.get("reason")),
            message=manifests.text(refused.get("message")),
            field=field_of(at, refused),
        ),
        begins=since + graces.ingress,
    )


def is_taken(obj: Manifest, around: Around) -> bool:
    taken = any(
        condition.get("type") == "Accepted" and condition.get("status") == "True"
        for _, condition in _told(obj)
    )
    return taken and not list(refusals(obj))


def refusals(obj: Manifest) -> Iterator[tuple[str, Manifest]]:
    """Each condition that is as it should not be, with where in the status it stands: `parents[0]`,
    `listeners[1]`, or '' for the object itself."""
    for at, condition in _told(obj):
        wanted = WANTED.get(manifests.text(condition.get("type")))
        if wanted and condition.get("status") == BAD[wanted]:
            yield at, condition


def field_of(at: str, condition: Manifest) -> str:
    """The path of a condition that `refusals` gave."""
    return f"status.{f'{at}.' if at else ''}conditions[type={condition.get('type')}]"


def _told(obj: Manifest) -> Iterator[tuple[str, Manifest]]:
    status = manifests.status(obj)
    for condition in manifests.mappings(status.get("conditions")):
        yield "", condition
    for field in ("parents", "listeners"):
        for index, one in enumerate(manifests.mappings(status.get(field))):
            for condition in manifests.mappings(one.get("conditions")):
                yield f"{field}[{index}]", condition
