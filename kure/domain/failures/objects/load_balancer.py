"""A Service of type LoadBalancer that gets no address, and whose controller says why."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.failures.around import Around
from kure.domain.failures.match import Events, Match
from kure.domain.failures.model import Failure, FailureClass, Graces
from kure.domain.failures.objects.keeping import picked
from kure.domain.manifests import Manifest

# Of cloud providers, and of MetalLB.
REFUSED = ("SyncLoadBalancerFailed", "AllocationFailed")
MADE = ("EnsuredLoadBalancer", "IPAllocated")


def load_balancer_status(obj: Manifest) -> Manifest:
    """What is kept of a Service's status: its addresses from outside."""
    found = picked(manifests.status(obj).get("loadBalancer"), ("ingress",))
    return {"loadBalancer": found} if found else {}


def load_balancer(obj: Manifest, around: Around, graces: Graces) -> Iterator[Match]:
    """Without a word of a controller it is no failure: small clusters have none, and a Service is
    reached in other ways too."""
    since = manifests.created_at(obj)
    if manifests.spec(obj).get("type") != "LoadBalancer" or _has_address(obj) or since is None:
        return
    failure = Failure(FailureClass.NO_ENDPOINTS, "", since, REFUSED[0], "", "events")
    begins = since + graces.endpoints
    if around.events is None:
        yield Match(failure, begins=begins, needs_events=True)
        return
    event = _refusal(around.events)
    if event:
        reason, message = event.get("reason"), event.get("message")
        yield Match(
            Failure(
                failure_class=FailureClass.NO_ENDPOINTS,
                container="",
                since=since,
                reason=manifests.text(reason),
                message=manifests.text(message),
                field="events",
            ),
            begins=begins,
        )


def _has_address(obj: Manifest) -> bool:
    status = manifests.mapping(manifests.status(obj).get("loadBalancer"))
    return bool(manifests.mappings(status.get("ingress")))


def _refusal(events: Events) -> Manifest | None:
    """The newest word of its controller, where that is a refusal."""
    told = [event for event in events or () if event.get("reason") in (*REFUSED, *MADE)]
    newest = next(iter(manifests.newest_first(told)), None)
    return newest if newest and newest.get("reason") in REFUSED else None
