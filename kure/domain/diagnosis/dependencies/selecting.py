"""A Service whose selector matches no pod."""

import shlex

from kure.domain import manifests
from kure.domain.diagnosis.dependencies.backing import WORKLOADS, Backing
from kure.domain.diagnosis.dependencies.finding import Finding
from kure.domain.diagnosis.dependencies.resolving import Resolved
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import patch_of, put
from kure.domain.diagnosis.model import Blamed, EvidenceLine
from kure.domain.diagnosis.nearby import Want, nearest
from kure.domain.manifests import Manifest


def nothing_selected(case: Case, found: Resolved, backing: Backing) -> Finding:
    selector = backing.selector_text
    where = f"-n {shlex.quote(found.namespace)}"
    if not selector:
        return Finding(
            why=f'Service "{backing.name}" has no endpoints',
            explanation=f'Service "{backing.name}" has no selector, and nobody gave it endpoints.',
            fix="Give the Service a selector, or make an EndpointSlice for it.",
            evidence=(EvidenceLine("object", f"Service/{backing.name}", "spec", "no selector"),),
            commands=(f"kubectl get service {shlex.quote(backing.name)} {where} -o yaml",),
            blames=Blamed(found.namespace, "Service", backing.name),
        )
    meant = _meant(case, found, backing)
    service = {"apiVersion": "v1", "kind": "Service"} | backing.service
    steps = put(service, ("spec", "selector"), meant[1]) if meant else ()
    near = f" The pods of {meant[0]} have {_text(meant[1])}: are they meant?" if meant else ""
    return Finding(
        why=f'the selector of Service "{backing.name}" ({selector}) matches no pod',
        explanation=f'Service "{backing.name}" of namespace {found.namespace} has no endpoints: no '
        f"pod there has the labels {selector}.{near}",
        fix="Make the selector of the Service match the labels of the pods it is for, or start "
        "what "
        "it is for.",
        evidence=(EvidenceLine("object", f"Service/{backing.name}", "spec.selector", selector),),
        commands=(
            f"kubectl get service {shlex.quote(backing.name)} {where} -o yaml",
            f"kubectl get pods {where} --show-labels",
        ),
        patch=patch_of(service, *steps),
        blames=Blamed(found.namespace, "Service", backing.name),
    )


def _meant(case: Case, found: Resolved, backing: Backing) -> tuple[str, dict[str, str]] | None:
    """The one workload whose labels nearly match, and the selector that would match it."""
    fitting = {}
    for kind in WORKLOADS[:2]:
        for workload in case.facts.nearby.read(Want(kind, found.namespace)) or ():
            mended = _mended(backing, manifests.mapping(manifests.spec(workload).get("template")))
            if mended:
                fitting[f"{kind} {manifests.name(workload)}"] = mended
    return next(iter(fitting.items())) if len(fitting) == 1 else None


def _mended(backing: Backing, template: Manifest) -> dict[str, str] | None:
    """The selector with the values of these labels where they are alike, None where they are
    not."""
    labels = manifests.labels(template)
    mended = {}
    for key, value in backing.selector.items():
        if key not in labels:
            return None
        other = labels[key]
        if other != value and not nearest(value, [other]) and not _holds(other, value):
            return None
        mended[key] = other
    return mended if mended != backing.selector else None


def _holds(one: str, other: str) -> bool:
    """`redis` and `redis-master`: too unlike for a slip of the pen, but one names the other."""
    return min(len(one), len(other)) >= 3 and (one in other or other in one)


def _text(labels: dict[str, str]) -> str:
    return ",".join(f"{key}={value}" for key, value in sorted(labels.items()))
