"""Why a controller of the Gateway API does not take a Gateway or a route as it is.

The reasons are those of https://gateway-api.sigs.k8s.io/reference/spec/: each controller writes the
same ones, with a message of its own.
"""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from kure.domain import manifests
from kure.domain.diagnosis.controllers.rollout import in_namespace
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Place, patch_at
from kure.domain.diagnosis.model import Cause
from kure.domain.diagnosis.nearby import Want, did_you_mean
from kure.domain.diagnosis.telling import certain
from kure.domain.failures.objects.gateway import field_of, refusals
from kure.domain.manifests import Manifest

KINDS = ("Gateway", "HTTPRoute")
GROUPS = {"Service": "", "Gateway": "gateway.networking.k8s.io"}

# What is not there, by the reason that says so.
MISSING = {"BackendNotFound": "Service", "NoMatchingParent": "Gateway"}


@dataclass(frozen=True)
class Refusal:
    """What a reason means, and what mends it."""

    means: str
    fix: str


GRANT = (
    "Make a ReferenceGrant in the namespace of what it refers to, which allows references from "
    "this kind and namespace; or refer to something of its own namespace."
)
REASONS = {
    "NoMatchingParent": Refusal(
        "no listener of its parent has the port or the section name that it asks for",
        "Correct parentRefs (name, sectionName, port) to a Gateway and a listener that are there.",
    ),
    "NotAllowedByListeners": Refusal(
        "the listeners of the Gateway do not allow routes of this kind or namespace",
        "Let the Gateway's listener allow it (allowedRoutes.namespaces, allowedRoutes.kinds), or "
        "attach the route to a listener that does.",
    ),
    "NoMatchingListenerHostname": Refusal(
        "none of its hostnames is one of the Gateway's listeners",
        "Correct its hostnames, or the hostname of the listener.",
    ),
    "UnsupportedValue": Refusal(
        "the controller does not support a value of its spec",
        "Replace the value that the message names by one that this controller supports.",
    ),
    "IncompatibleFilters": Refusal(
        "two of its filters cannot work together", "Remove one of the filters that it names."
    ),
    "RefNotPermitted": Refusal("it may not refer to something of another namespace", GRANT),
    "InvalidKind": Refusal(
        "it refers to a kind that the controller does not lead to",
        "Refer to a Service, or to a kind that this controller supports.",
    ),
    "BackendNotFound": Refusal(
        "what it leads to does not exist: those requests are answered with 500",
        "Create the Service, or correct the name in backendRefs.",
    ),
    "UnsupportedProtocol": Refusal(
        "the controller does not speak the protocol that the Service's port names in appProtocol",
        "Correct appProtocol of the Service's port.",
    ),
    "InvalidParameters": Refusal(
        "the parameters of its GatewayClass cannot be used",
        "Correct what parametersRef of the Gateway or of its GatewayClass refers to.",
    ),
    "ListenersNotValid": Refusal(
        "listeners of it cannot work as they are", "Mend what the conditions of its listeners name."
    ),
    "InvalidCertificateRef": Refusal(
        "a certificate of a listener does not exist or is no TLS Secret (Kure does not read "
        "Secrets)",
        "Create the Secret of type kubernetes.io/tls that certificateRefs of the listener names, "
        "or correct the name.",
    ),
    "InvalidRouteKinds": Refusal(
        "a listener names kinds of routes that do not fit its protocol",
        "Correct allowedRoutes.kinds of the listener.",
    ),
    "HostnameConflict": Refusal(
        "two listeners of one port have the same hostname",
        "Give one of them another hostname or port.",
    ),
    "ProtocolConflict": Refusal(
        "two listeners of one port have different protocols", "Give one of them another port."
    ),
    "PortUnavailable": Refusal(
        "a listener asks for a port that cannot be had", "Let the listener use another port."
    ),
    "AddressNotAssigned": Refusal(
        "no address could be had for it",
        "See that whoever gives load balancers their addresses works, and has some left.",
    ),
    "AddressNotUsable": Refusal(
        "an address that it asks for cannot be had", "Correct spec.addresses."
    ),
    "NoResources": Refusal(
        "the infrastructure has too little left for it", "Make room, or raise the quota there."
    ),
}


def wants_parents_and_backends(case: Case) -> Iterator[Want]:
    if case.about.kind != "HTTPRoute" or not case.name:
        return
    reasons = {condition.get("reason") for _, condition in refusals(case.pod)}
    for reason, kind in MISSING.items():
        if reason in reasons:
            yield case.want(kind)


def not_accepted(case: Case) -> Iterator[Cause]:
    """One cause for each reason, in the controller's own words."""
    if case.about.kind not in KINDS or not case.name:
        return
    told: set[str] = set()
    for where, condition in refusals(case.pod):
        reason = manifests.text(condition.get("reason"))
        if reason in told:
            continue
        told.add(reason)
        yield _cause(case, where, condition, reason)


def _cause(case: Case, where: str, condition: Manifest, reason: str) -> Cause:
    kind, name = case.about.kind, case.name
    message = case.quote(manifests.text(condition.get("message")).rstrip(". "), 400)
    known = REASONS.get(reason)
    means = known.means if known else f"its condition {condition.get('type')} says {reason}"
    near, places = _meant(case, reason)
    return certain(
        case,
        rule="L10",
        title=f'{kind} "{name}" is not taken as it is ({reason}): {message or means}',
        explanation=f"Its controller{_of(case, where)} says {reason}: {means}."
        f"{f' Its words: {message}.' if message else ''}{near and did_you_mean('One', near)}",
        evidence=(case.from_pod(field_of(where, condition), f"{reason} {message}".strip()),),
        fix=f'Correct the name to "{near}".'
        if near
        else known.fix
        if known
        else "Mend what the message names.",
        commands=(
            f"kubectl describe {kind.lower()}{in_namespace(case.namespace)} {shlex.quote(name)}",
        ),
        patch=patch_at(case.pod, places, near),
    )


def _of(case: Case, where: str) -> str:
    """Whose words they are, for a route: each of its parents may have another controller."""
    for index, parent in enumerate(manifests.mappings(manifests.status(case.pod).get("parents"))):
        if where == f"parents[{index}]":
            name = manifests.text(manifests.mapping(parent.get("parentRef")).get("name"))
            return f' (for Gateway "{name}")' if name else ""
    return ""


def _meant(case: Case, reason: str) -> tuple[str, list[Place]]:
    """The nearest existing name to one that is not there, and where the wrong one stands."""
    kind = MISSING.get(reason) if case.about.kind == "HTTPRoute" else None
    want = case.want(kind) if kind else None
    if kind is None or want is None or case.facts.nearby.read(want) is None:
        return "", []
    refs = list(_refs(case.pod, kind))
    for name, _ in refs:
        near = case.facts.nearby.nearest(want, name)
        if near and not case.facts.nearby.named(want, name):
            return near, [place for other, place in refs if other == name]
    return "", []


def _refs(route: Manifest, kind: str) -> Iterator[tuple[str, Place]]:
    """Each name of that kind in the route's own namespace, and where it stands."""
    wanted = (GROUPS[kind], kind)
    for ref, place in _parents(route) if kind == "Gateway" else _backends(route):
        own = ref.get("namespace") in (None, "", manifests.namespace(route))
        if own and (ref.get("group", wanted[0]), ref.get("kind", kind)) == wanted:
            yield manifests.text(ref.get("name")), (*place, "name")


def _parents(route: Manifest) -> Iterator[tuple[Manifest, Place]]:
    yield from _listed(manifests.spec(route), "parentRefs", ("spec",))


def _backends(route: Manifest) -> Iterator[tuple[Manifest, Place]]:
    for rule, place in _listed(manifests.spec(route), "rules", ("spec",)):
        yield from _listed(rule, "backendRefs", place)


def _listed(holder: Manifest, field: str, place: Place) -> Iterator[tuple[Manifest, Place]]:
    found = holder.get(field)
    for index, one in enumerate(found if isinstance(found, list) else []):
        yield manifests.mapping(one), (*place, field, index)
