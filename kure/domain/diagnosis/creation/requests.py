"""What containers of a pod template ask for and may use, and changing it."""

from decimal import Decimal

from kure.domain import manifests, quantities
from kure.domain.diagnosis.draft import Draft
from kure.domain.diagnosis.fixes import Place
from kure.domain.manifests import Manifest

PLAIN = ("cpu", "memory", "ephemeral-storage")


def kind_of(name: str) -> tuple[str, str]:
    """A quota's name for it, taken apart: `limits.cpu` is (limits, cpu), plain `cpu` the requests;
    ('', name) for what containers do not ask for, as `pods` or a claim's storage."""
    kind, _, resource = name.partition(".")
    if kind in ("requests", "limits") and resource and resource != "storage":
        return kind, resource
    return ("requests", name) if name in PLAIN else ("", name)


def amount(value: object) -> Decimal | None:
    return None if value is None else quantities.parse(value)


def asked(container: Manifest, resource: str, kind: str) -> Decimal | None:
    """A request that is left out is what the limit is."""
    resources = manifests.mapping(container.get("resources"))
    found = amount(manifests.mapping(resources.get(kind)).get(resource))
    if found is None and kind == "requests":
        return amount(manifests.mapping(resources.get("limits")).get(resource))
    return found


def only_asker(change: Draft, resource: str, kind: str) -> Place | None:
    """The one container that asks for it, None where there are several or none."""
    asking = [place for place, found in change.containers() if asked(found, resource, kind)]
    return asking[0] if len(asking) == 1 else None


def lower(change: Draft, container: Place, resource: str, kind: str, value: str) -> None:
    """A limit takes the request with it, since no request may be above its limit."""
    resources = (*container, "resources")
    most = amount(value) or Decimal(0)
    change.put((*resources, kind, resource), value)
    if kind == "limits":
        own = amount(change.at((*resources, "requests", resource)))
        if own is not None and own > most:
            change.put((*resources, "requests", resource), value)


def raise_(change: Draft, container: Place, resource: str, kind: str, value: str) -> None:
    """A request takes the limit with it."""
    resources = (*container, "resources")
    least = amount(value) or Decimal(0)
    change.put((*resources, kind, resource), value)
    if kind == "requests":
        own = amount(change.at((*resources, "limits", resource)))
        if own is not None and own < least:
            change.put((*resources, "limits", resource), value)
