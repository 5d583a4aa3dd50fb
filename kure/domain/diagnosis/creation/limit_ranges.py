"""A LimitRange whose bounds a container, a pod or a claim is outside of.

https://github.com/kubernetes/kubernetes/blob/v1.34.0/plugin/pkg/admission/limitranger/admission.go
"""

import re
import shlex
from collections.abc import Iterator
from decimal import Decimal

from kure.domain import manifests, quantities
from kure.domain.diagnosis.creation import requests
from kure.domain.diagnosis.creation.refusal import Refusal, Told
from kure.domain.diagnosis.draft import Draft, draft
from kure.domain.diagnosis.fixes import Place
from kure.domain.diagnosis.model import EvidenceLine
from kure.domain.diagnosis.nearby import Want
from kure.domain.manifests import Manifest

BOUND = (
    r"(?P<which>minimum|maximum) (?P<resource>[\w./-]{1,100}) usage per "
    r"(?P<scope>Container|Pod|PersistentVolumeClaim) is (?P<bound>[\w.]{1,40}?)"
    r"(?:, but (?P<what>request|limit) is (?P<value>[\w.]{1,40})"
    r"|\.\s{1,4}No (?P<none>request|limit) is specified)"
)
RATIO = (
    r"(?P<resource>[\w./-]{1,100}) max limit to request ratio per (?P<scope>Container|Pod) is "
    r"(?P<bound>[\w.]{1,40}?), but (?P<said>provided ratio is [\d.]{1,40}"
    r"|no (?:request|limit) is specified or (?:request|limit) is 0)"
)
_EVERY_BOUND = re.compile(BOUND, re.IGNORECASE)


def wants_limits(refusal: Refusal) -> Iterator[Want]:
    yield refusal.case.want("LimitRange")


def bound(refusal: Refusal) -> Told:
    """One message may name several bounds."""
    found = [match.groupdict() for match in _EVERY_BOUND.finditer(refusal.message)]
    told = [_shown(each) for each in found]
    change = draft(refusal.case.template)
    fits = change is not None and all([_fit(change, each) for each in found])
    claims = found[0]["scope"] == "PersistentVolumeClaim"
    where = "the volumeClaimTemplates" if claims else "the pod template"
    return Told(
        title=f"a LimitRange {told[0]}" + (f" and {len(told) - 1} more" * (len(told) > 1)),
        explanation=f"A LimitRange of namespace {refusal.namespace} {', and '.join(told)}.",
        fix=f"Bring {where} within the bounds ({'; '.join(map(_wish, found))}), or change the "
        "LimitRange.",
        evidence=_limits(refusal, found[0]),
        commands=(f"kubectl describe limitrange -n {shlex.quote(refusal.namespace)}",),
        patch=change.patch("The bound of the LimitRange.") if change and fits else None,
    )


def _shown(found: dict[str, str]) -> str:
    word = "demands at least" if found["which"].lower() == "minimum" else "allows at most"
    given = f"its {found['what']} is {found['value']}" if found["what"] else f"no {found['none']}"
    return f"{word} {found['bound']} of {found['resource']} per {found['scope']} ({given})"


def _wish(found: dict[str, str]) -> str:
    word = "at least" if found["which"].lower() == "minimum" else "at most"
    return f"{found['what'] or found['none']} of {found['resource']} {word} {found['bound']}"


def _fit(change: Draft, found: dict[str, str]) -> bool:
    """Whether the template could be brought within this bound."""
    resource, bound_text = found["resource"], found["bound"]
    limit = requests.amount(bound_text)
    if limit is None or found["scope"] == "PersistentVolumeClaim":
        return False
    kind = f"{found['what'] or found['none']}s"
    if found["scope"] == "Pod":
        place = requests.only_asker(change, resource, kind)
        outside = [place] if place and sum(1 for _ in change.containers()) == 1 else []
    else:
        outside = [p for p, each in change.containers() if _is_outside(each, kind, found, limit)]
    for place in outside:
        if found["which"].lower() == "maximum":
            requests.lower(change, place, resource, kind, bound_text)
            _lower_request(change, place, resource, limit, bound_text)
        else:
            requests.raise_(change, place, resource, kind, bound_text)
    return bool(outside)


def _lower_request(change: Draft, place: Place, resource: str, limit: Decimal, text: str) -> None:
    own = requests.amount(change.at((*place, "resources", "requests", resource)))
    if own is not None and own > limit:
        change.put((*place, "resources", "requests", resource), text)


def _is_outside(container: Manifest, kind: str, found: dict[str, str], limit: Decimal) -> bool:
    own = requests.asked(container, found["resource"], kind)
    if own is None:
        return bool(found["none"])
    return own < limit if found["which"].lower() == "minimum" else own > limit


def _limits(refusal: Refusal, found: dict[str, str]) -> tuple[EvidenceLine, ...]:
    """The LimitRange with that bound, where it was read."""
    key = {"minimum": "min", "maximum": "max"}.get((found.get("which") or "").lower(), "")
    key = key or "maxLimitRequestRatio"
    read = refusal.case.facts.nearby.read(refusal.case.want("LimitRange")) or ()
    return tuple(
        EvidenceLine(
            "object",
            f"LimitRange/{manifests.name(each)}",
            f"spec.limits[type={found['scope']}].{key}.{found['resource']}",
            refusal.case.quote(str(value)),
        )
        for each in read
        for limit in manifests.mappings(manifests.spec(each).get("limits"))
        if limit.get("type") == found["scope"]
        and (value := manifests.mapping(limit.get(key)).get(found["resource"])) is not None
    )


def ratio(refusal: Refusal) -> Told:
    found = refusal.found
    resource, scope = found["resource"], found["scope"]
    change = draft(refusal.case.template)
    fits = change is not None and scope == "Container" and _fit_ratio(change, found)
    return Told(
        title=f"a LimitRange allows a limit of {resource} of at most {found['bound']} times its "
        "request",
        explanation=f"A LimitRange of namespace {refusal.namespace} bounds how far the limit of "
        f"{resource} may lie above the request, per {scope}: {found['bound']} times; "
        f"{found['said']}.",
        fix=f"Raise the request of {resource}, or lower its limit, until limit / request is at "
        f"most {found['bound']}; or change the LimitRange.",
        evidence=_limits(refusal, found),
        commands=(f"kubectl describe limitrange -n {shlex.quote(refusal.namespace)}",),
        patch=change.patch("The request is raised; the limit stays.") if change and fits else None,
    )


def _fit_ratio(change: Draft, found: dict[str, str]) -> bool:
    most = requests.amount(found["bound"])
    if not most:
        return False
    resource = found["resource"]
    for place, container in list(change.containers()):
        limit = requests.asked(container, resource, "limits")
        own = requests.asked(container, resource, "requests")
        if limit and own is not None and own * most < limit:
            change.put((*place, "resources", "requests", resource), _up(resource, limit / most))
    return bool(change.operations)


def _up(resource: str, least: Decimal) -> str:
    """Written so that it is not below: rounding down would break the ratio again."""
    text = quantities.write(resource, least)
    if (quantities.parse(text) or Decimal(0)) >= least:
        return text
    step = Decimal("0.001") if resource == "cpu" else Decimal(2**20)
    return quantities.write(resource, least + step)
