"""Why a HorizontalPodAutoscaler does not scale."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import replace

from kure.domain import manifests
from kure.domain.diagnosis.controllers.autoscaler_rules import NO_METRICS
from kure.domain.diagnosis.controllers.requests import lacking, measured, patch_requests
from kure.domain.diagnosis.controllers.rollout import in_namespace
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Patch, patch_of, put, template_of
from kure.domain.diagnosis.messages import cause_from, first_match
from kure.domain.diagnosis.model import Blamed, Cause, Confidence, EvidenceLine
from kure.domain.diagnosis.nearby import Want, did_you_mean, nearest
from kure.domain.diagnosis.telling import certain
from kure.domain.manifests import Manifest

SCALED = ("Deployment", "StatefulSet", "ReplicaSet")
APPS = "apps/v1"

MISSING_REQUEST = re.compile(
    r"missing request for (?P<resource>[\w.-]{1,63})"
    r"(?: in container (?P<container>\S{1,63}))?(?: of Pod (?P<pod>\S{1,253}))?"
)
NOT_FOUND = re.compile(r'(?P<resource>[\w.-]{1,253}) "(?P<name>[^"]{1,253})" not found')
NO_KIND = re.compile(r'no matches for kind "(?P<kind>[^"]{0,100})" in (?:group|version)')


def wants_target(case: Case) -> Iterator[Want]:
    """All of its kind where the target is not found, else the target."""
    kind, name = _target(case)
    if kind not in SCALED or not name:
        return
    message = case.failure.message
    if NOT_FOUND.search(message) or NO_KIND.search(message):
        yield case.want(kind)
    elif case.failure.reason == "FailedGetResourceMetric":
        yield case.want(kind, f"metadata.name={name}")


def autoscaler(case: Case) -> Iterator[Cause]:
    if case.about.kind != "HorizontalPodAutoscaler" or not case.name:
        return
    if case.failure.reason == "FailedGetScale":
        yield from _no_target(case)
    elif case.failure.reason == "TooManyReplicas":
        yield _at_most(case)
    elif found := MISSING_REQUEST.search(case.failure.message):
        yield _no_requests(case, found["resource"], found["container"] or "")
    else:
        yield from _no_metrics(case)


def _target(case: Case) -> tuple[str, str]:
    found = manifests.mapping(manifests.spec(case.pod).get("scaleTargetRef"))
    return manifests.text(found.get("kind")), manifests.text(found.get("name"))


def _no_target(case: Case) -> Iterator[Cause]:
    kind, name = _target(case)
    if found := NO_KIND.search(case.failure.message):
        yield _unknown_kind(case, found["kind"] or kind)
    elif NOT_FOUND.search(case.failure.message) and name:
        near = case.facts.nearby.nearest(case.want(kind), name)
        place = ("spec", "scaleTargetRef", "name")
        yield certain(
            case,
            rule="K16",
            title=f'{kind} "{name}", which HorizontalPodAutoscaler "{case.name}" is to scale, does '
            "not exist",
            explanation=f"scaleTargetRef names it, and namespace {case.namespace} has no {kind} of "
            f"that name.{did_you_mean(kind, near)}",
            fix=f"Correct scaleTargetRef, or delete the autoscaler if {name} is gone for good.",
            evidence=(case.from_pod("spec.scaleTargetRef", f"{kind}/{name}"),),
            patch=patch_of(case.pod, *put(case.pod, place, near)) if near else None,
        )


def _unknown_kind(case: Case, kind: str) -> Cause:
    """A wrong apiVersion of a kind that is known, or a kind that nobody knows."""
    _, name = _target(case)
    version = manifests.text(
        manifests.mapping(manifests.spec(case.pod).get("scaleTargetRef")).get("apiVersion")
    )
    is_there = kind in SCALED and case.facts.nearby.named(case.want(kind), name) is not None
    near = "" if kind in SCALED else nearest(kind, SCALED)
    place = ("spec", "scaleTargetRef", "apiVersion")
    return certain(
        case,
        rule="K16",
        title=f'HorizontalPodAutoscaler "{case.name}" is to scale a {kind} of {version or "no"} '
        "apiVersion, which the cluster does not know",
        explanation=f"{case.quote(case.failure.message, 300)}."
        + (f" A {kind} belongs to {APPS}." if kind in SCALED else did_you_mean("Kind", near)),
        fix=f"Correct apiVersion and kind of scaleTargetRef (a Deployment: {APPS}).",
        evidence=(case.from_pod("spec.scaleTargetRef", f"{version} {kind}/{name}"),),
        patch=patch_of(case.pod, *put(case.pod, place, APPS)) if is_there else None,
    )


def _at_most(case: Case) -> Cause:
    kind, name = _target(case)
    most = manifests.number(manifests.spec(case.pod).get("maxReplicas"))
    target = f'{kind} "{name}"'
    loads = list(_loads(case))
    where = in_namespace(case.namespace)
    return certain(
        case,
        rule="K17",
        title=f"{target} needs more than the {most} pods that its autoscaler may make",
        explanation=f"TooManyReplicas: it is at maxReplicas ({most}) and the load would ask for "
        f"more{': ' + ', '.join(loads) if loads else ''}.",
        fix="Raise maxReplicas if the cluster has room for more pods; else see why each pod needs "
        "so much (a loop, a slow dependency, requests that are too small).",
        evidence=(case.from_pod("spec.maxReplicas", str(most)),),
        commands=(
            f"kubectl describe hpa{where} {shlex.quote(case.name)}",
            f"kubectl top pods{where}",
        ),
        confidence=Confidence.DEFINITIVE,
    )


def _loads(case: Case) -> Iterator[str]:
    """`cpu at 180 % of requests, wanted are 50 %`."""
    wanted = {
        manifests.text(source.get("name")): manifests.number(
            manifests.mapping(source.get("target")).get("averageUtilization")
        )
        for source in measured(case.pod)
    }
    for metric in manifests.mappings(manifests.status(case.pod).get("currentMetrics")):
        source = manifests.mapping(metric.get("resource"))
        name = manifests.text(source.get("name"))
        now = manifests.number(manifests.mapping(source.get("current")).get("averageUtilization"))
        if now is not None and wanted.get(name) is not None:
            yield f"{name} is at {now} % of the requests, wanted are {wanted[name]} %"


def _no_requests(case: Case, resource: str, container: str) -> Cause:
    """As the controller says it. The template tells all containers that lack it."""
    kind, name = _target(case)
    names, patch = _of_template(case, [resource])
    says = f'{kind} "{name}" is scaled by its use of {resource} in percent of the requests'
    if names:
        says += f", and these containers have none: {', '.join(names)}."
    elif container and patch is None and _read_target(case) is not None:
        says += f', and container "{container}" has none. Its template has requests for all'
        says += " containers: this one is put in by something else (a mesh), or its pods are old."
    else:
        says += f", and {'container ' + container if container else 'a container'} has none."
    what = f"Container {', '.join(names)}" if names else f'Container "{container or "(unnamed)"}"'
    return _lacks(case, f'{what} of {kind} "{name}" has no {resource} request', says, patch)


def _lacks(case: Case, title: str, says: str, patch: Patch | None) -> Cause:
    kind, name = _target(case)
    return certain(
        case,
        rule="K15",
        title=title,
        explanation=says,
        fix=f'Give every container of {kind} "{name}" a request (resources.requests); what they '
        "use is shown by `kubectl top pods --containers`.",
        evidence=(EvidenceLine("object", f"{kind}/{name}", "spec.template.spec", title),)
        if _read_target(case) is not None
        else (),
        patch=patch,
        blames=Blamed(case.namespace, kind, name) if kind and name else None,
    )


def _read_target(case: Case) -> Manifest | None:
    kind, name = _target(case)
    return case.facts.nearby.named(case.want(kind, f"metadata.name={name}"), name)


def _of_template(case: Case, resources: list[str]) -> tuple[list[str], Patch | None]:
    """The containers of the target without one of these requests, quoted, and what gives them
    one."""
    template = template_of(_read_target(case))
    if template is None:
        return [], None
    found = lacking(template, resources)
    names = list(dict.fromkeys(f'"{name}"' for name, _, _ in found))
    return names, patch_requests(template, found)


def _no_metrics(case: Case) -> Iterator[Cause]:
    """The row of the message. Without metrics the controller never comes to look at requests, so
    what these lack is told too."""
    match = first_match(NO_METRICS, case.failure.message)
    if match is None:
        return
    row, found = match
    kind, name = _target(case)
    values = {
        "subject": f'HorizontalPodAutoscaler "{case.name}"',
        "target": f'{kind} "{name}"',
        "message": case.quote(case.failure.message, 400),
    }
    evidence = (case.from_pod(case.failure.field, case.failure.message),)
    of_target = "No pod of" in row.title and kind and name
    yield replace(
        cause_from(row, case, found | values, evidence),
        commands=() if of_target else _look_at_metrics(case),
        blames=Blamed(case.namespace, kind, name) if of_target else None,
    )
    resources = [
        manifests.text(one.get("name")) for one in measured(case.pod) if _is_in_percent(one)
    ]
    names, patch = _of_template(case, resources)
    if names:
        says = "Once metrics come, this is next: it scales by use in percent of the requests "
        says += f"({', '.join(resources)}), and these containers have none: {', '.join(names)}."
        yield _lacks(case, f'{kind} "{name}" has containers without requests', says, patch)


def _is_in_percent(source: Manifest) -> bool:
    target = manifests.mapping(source.get("target"))
    return target.get("type") == "Utilization" or "averageUtilization" in target


def _look_at_metrics(case: Case) -> tuple[str, ...]:
    if "custom" in case.failure.message or "external" in case.failure.message:
        return ("kubectl get apiservices",)
    return (
        "kubectl get apiservice v1beta1.metrics.k8s.io",
        f"kubectl top pods{in_namespace(case.namespace)}",
    )
