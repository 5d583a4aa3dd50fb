"""Admission policies, OpenShift's constraints, pods that are no valid objects, and namespaces that
are being deleted."""

import re
import shlex
from collections.abc import Iterator
from decimal import Decimal

from kure.domain import manifests
from kure.domain.diagnosis.creation import requests
from kure.domain.diagnosis.creation.refusal import Refusal, Told
from kure.domain.diagnosis.draft import draft
from kure.domain.diagnosis.fixes import Patch
from kure.domain.diagnosis.nearby import Want

POLICY = (
    r"ValidatingAdmissionPolicy '(?P<policy>[^']{1,253})' with binding '(?P<binding>[^']{1,253})' "
    r"denied request: (?P<why>.{1,4000})"
)
CONSTRAINT = r"unable to validate against any security context constraint: \[?(?P<why>.{1,6000})"
TERMINATING = (
    r"unable to create new content in namespace (?P<name>[\w-]{1,63}) because it is being "
    r"terminated"
)
INVALID = r"(?P<kind>\w{1,40}) \"(?P<name>[^\"]{1,253})\" is invalid: \[?(?P<why>\w.{1,6000})"

# `spec.containers[0].image: Required value, spec.x: Invalid value: "y": must be …`
FIELD = re.compile(
    r"(?P<field>(?:spec|metadata)\.[\w.\[\]/-]{1,200}): "
    r"(?P<why>(?:(?!, (?:spec|metadata)\.).){1,600})"
)
ABOVE_LIMIT = re.compile(
    r"spec\.(?P<list>containers|initContainers)\[(?P<index>\d{1,3})\]\.resources\.requests: "
    r"Invalid value: \"(?P<asked>[\w.]{1,40})\": must be less than or equal to "
    r"(?P<resource>[\w./-]{1,100}) limit(?: of (?P<limit>[\w.]{1,40}))?"
)


def policy(refusal: Refusal) -> Told:
    name, binding, why = (refusal.found[key] for key in ("policy", "binding", "why"))
    return Told(
        title=f'policy "{name}" denies it: {why.strip()}',
        explanation=f'The ValidatingAdmissionPolicy "{name}", which its binding "{binding}" '
        f"applies to namespace {refusal.namespace}, says: {why.strip()}.",
        fix=f"Change the pod template so that it satisfies the policy "
        f'({refusal.case.quote(why, 300)}), or except this namespace in the binding "{binding}".',
        commands=(
            f"kubectl get validatingadmissionpolicy {shlex.quote(name)} -o yaml",
            f"kubectl get validatingadmissionpolicybinding {shlex.quote(binding)} -o yaml",
        ),
    )


def constraint(refusal: Refusal) -> Told:
    why = refusal.found["why"].strip().removesuffix("]")
    account = manifests.spec(refusal.case.template.pod) if refusal.case.template else {}
    name = manifests.text(account.get("serviceAccountName")) or "default"
    return Told(
        title=f'no security context constraint that ServiceAccount "{name}" may use allows it',
        explanation="OpenShift allows a pod only what one of the SecurityContextConstraints grants "
        f"that its ServiceAccount may use, and none of them does: {why}.",
        fix="Leave out of the pod template what the message names (runAsUser, fsGroup, privileged, "
        f'host access), or let ServiceAccount "{name}" use a constraint that grants it.',
        commands=(
            "oc get scc",
            f"oc adm policy who-can use scc -n {shlex.quote(refusal.namespace)}",
        ),
    )


def terminating(refusal: Refusal) -> Told:
    name = refusal.found["name"]
    return Told(
        title=f'namespace "{name}" is being deleted',
        explanation=f'Somebody deleted the namespace "{name}". Nothing new is made in it; what is '
        "in it goes, this workload too.",
        fix="If that is meant, wait until the namespace is gone; if it does not go, see which of "
        "its objects have finalizers (its status.conditions name them). If it is not meant, make "
        "the workload again in a new namespace: a deletion cannot be undone.",
        commands=(f"kubectl get namespace {shlex.quote(name)} -o yaml",),
    )


def wants_limits(refusal: Refusal) -> Iterator[Want]:
    if ABOVE_LIMIT.search(refusal.message):
        yield refusal.case.want("LimitRange")


def invalid(refusal: Refusal) -> Told:
    why = refusal.found["why"].strip().removesuffix("]")
    fields = [(found["field"], found["why"].strip()) for found in FIELD.finditer(why)]
    listed = "; ".join(f"{field}: {said}" for field, said in fields) or why
    first = fields[0][0] if fields else why
    above = ABOVE_LIMIT.search(refusal.message)
    default = (
        " Where the template sets no such limit, it is the default of a LimitRange."
        if above
        else ""
    )
    kind = refusal.found["kind"]
    return Told(
        title=f"{'the pod' if kind == 'Pod' else kind} would not be valid: {first}",
        explanation=f"The API server refuses it as no valid {kind}: {listed}.{default}",
        fix=f"Correct in the pod template: {refusal.case.quote(listed, 600)}.",
        commands=(f"kubectl get limitrange -n {shlex.quote(refusal.namespace)} -o yaml",)
        if above
        else (),
        patch=_raised_limit(refusal, above) if above and len(fields) == 1 else None,
    )


def _raised_limit(refusal: Refusal, found: re.Match[str]) -> Patch | None:
    """The limit becomes what is asked for, where that is within every LimitRange."""
    change = draft(refusal.case.template)
    asked = requests.amount(found["asked"])
    read = refusal.case.facts.nearby.read(refusal.case.want("LimitRange"))
    place = ("spec", found["list"], int(found["index"]))
    if change is None or asked is None or read is None or change.at(place) is None:
        return None
    if any(most < asked for most in _most(read, found["resource"])):
        return None
    change.put((*place, "resources", "limits", found["resource"]), found["asked"])
    return change.patch("The limit becomes what is asked for.")


def _most(read: tuple[manifests.Manifest, ...], resource: str) -> Iterator[Decimal]:
    for each in read:
        for limit in manifests.mappings(manifests.spec(each).get("limits")):
            most = requests.amount(manifests.mapping(limit.get("max")).get(resource))
            if most is not None and limit.get("type") in ("Container", "Pod"):
                yield most
