"""Why a Service has nobody behind it: its selector, or the workload that it selects."""

import json
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kure.domain import manifests
from kure.domain.diagnosis.controllers.rollout import in_namespace
from kure.domain.diagnosis.creation.switched_off import is_paused, paused, scaled_to_zero
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Operation, Patch, drop, patch_of, put
from kure.domain.diagnosis.model import Blamed, Cause, EvidenceLine
from kure.domain.diagnosis.nearby import Want
from kure.domain.diagnosis.services.labels import (
    Bearer,
    Edit,
    bearers,
    distance,
    nearest_bearer,
    selector_of,
    shown,
)
from kure.domain.diagnosis.services.ports import wrong_ports
from kure.domain.diagnosis.telling import certain
from kure.domain.failures.objects.load_balancer import REFUSED
from kure.domain.failures.objects.service import WORKLOADS
from kure.domain.failures.objects.template import wanted_replicas
from kure.domain.manifests import Manifest

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
MOST_APPLIED = 256 * 1024
SCALED_TO_ZERO = re.compile(r"matches only pods of (?P<names>.{1,300}?), scaled to zero")
NO_PORTS = "NoPorts"
MATCHES_NOTHING = "matches no pod and no workload"

# How many sets of labels are told where none is near.
MOST_TOLD = 3


def wants_bearers(case: Case) -> Iterator[Want]:
    if case.about.kind == "Service" and case.failure.reason not in REFUSED:
        for kind in (*WORKLOADS, "Pod"):
            yield case.want(kind)


def nobody_behind(case: Case) -> Iterator[Cause]:
    selector = selector_of(case.pod)
    if case.about.kind != "Service" or not selector or case.failure.reason in REFUSED:
        return
    found = _bearers(case)
    selected = [one for one in found or () if not distance(selector, one.labels)]
    if case.failure.reason == NO_PORTS:
        yield from wrong_ports(case, case.pod, [one.pod for one in selected])
    elif selected:
        for one in selected:
            yield from _of_selected(case, one)
    elif match := SCALED_TO_ZERO.search(case.failure.message):
        yield _scaled_to_zero_unread(case, match["names"])
    elif found is not None or MATCHES_NOTHING in case.failure.message:
        yield _matches_nothing(case, selector, found or [])


def _bearers(case: Case) -> list[Bearer] | None:
    """None where one of the kinds of workloads was not read whole: what is missing may be meant."""
    read = [case.facts.nearby.read(case.want(kind)) for kind in WORKLOADS]
    if None in read or any(case.want(kind) in case.facts.nearby.cut for kind in WORKLOADS):
        return None
    workloads = [one for objects in read for one in objects or ()]
    return list(bearers(workloads, case.facts.nearby.read(case.want("Pod")) or ()))


def _of_selected(case: Case, one: Bearer) -> Iterator[Cause]:
    if one.kind == "DaemonSet" and wanted_replicas(one.object) == 0:
        yield _on_no_node(case, one)
    elif one.kind in WORKLOADS and wanted_replicas(one.object) == 0:
        yield _scaled_to_zero(case, one)
    elif is_paused(one.object) and not _made(one.object):
        yield paused(case, one.object)
    elif one.kind in WORKLOADS and not manifests.number(_ready(one)):
        yield _fails(case, one)


def _made(workload: Manifest) -> int:
    return manifests.number(manifests.status(workload).get("replicas")) or 0


def _ready(one: Bearer) -> object:
    field = "numberReady" if one.kind == "DaemonSet" else "readyReplicas"
    return manifests.status(one.object).get(field)


def _scaled_to_zero(case: Case, one: Bearer) -> Cause:
    before = _replicas_applied(one.object)
    known = f" What was last applied with kubectl says {before}." if before else ""
    found = scaled_to_zero(case, {"kind": one.kind} | one.object, before or 1)
    said = f"{case.failure.reason} {case.failure.message}".strip()
    return replace(
        found,
        title=case.quote(f'{one.kind} "{one.name}" behind Service "{case.name}" is scaled to zero'),
        explanation=f'The selector of Service "{case.name}" matches the pods of {one.kind} '
        f'"{one.name}", whose spec.replicas is 0: nobody answers.{known}',
        evidence=(case.from_pod(case.failure.field, said), *found.evidence),
        fix=f"{found.fix} If it is kept at zero on purpose, remove what still refers to the "
        "Service.",
    )


def _scaled_to_zero_unread(case: Case, names: str) -> Cause:
    return certain(
        case,
        rule="H15",
        title=f'What is behind Service "{case.name}" is scaled to zero: {names}',
        explanation=f'The selector of Service "{case.name}" matches only pods of {names}, which '
        "is scaled to zero: nobody answers.",
        evidence=(),
        fix=f"Scale {names} up again, or remove what still refers to the Service.",
    )


def _replicas_applied(workload: Manifest) -> int:
    """How many were wanted when it was last applied; 0 where that is not known."""
    annotations = manifests.mapping(manifests.metadata(workload).get("annotations"))
    text = manifests.text(annotations.get(LAST_APPLIED))
    try:
        applied = json.loads(text) if 0 < len(text) <= MOST_APPLIED else {}
    except (ValueError, RecursionError):
        return 0
    found = manifests.number(manifests.spec(manifests.mapping(applied)).get("replicas")) or 0
    return found if 0 < found <= 100 else 0


def _on_no_node(case: Case, one: Bearer) -> Cause:
    wanted = manifests.mapping(manifests.spec(one.pod).get("nodeSelector"))
    labels = {key: str(value) for key, value in wanted.items()}
    by = f"nodeSelector {shown(labels)}" if labels else "its affinity and the nodes' taints"
    return certain(
        case,
        rule="K07",
        title=f'DaemonSet "{one.name}" behind Service "{case.name}" is wanted on no node',
        explanation=f"desiredNumberScheduled is 0: no node fits {by}, so that it makes no pod.",
        evidence=(
            EvidenceLine("object", f"DaemonSet/{one.name}", "status.desiredNumberScheduled", "0"),
        ),
        fix="Correct the nodeSelector, affinity or tolerations of its template, or label a node.",
        commands=("kubectl get nodes --show-labels",),
        blames=Blamed(case.namespace, one.kind, one.name),
    )


def _fails(case: Case, one: Bearer) -> Cause:
    return certain(
        case,
        rule="L02",
        title=f'No pod of {one.kind} "{one.name}" behind Service "{case.name}" is ready',
        explanation=f'The selector of Service "{case.name}" is right: it matches the pods of '
        f'{one.kind} "{one.name}", none of which is ready. Why is told of that {one.kind}.',
        evidence=(EvidenceLine("object", f"{one.kind}/{one.name}", "status", "no pod is ready"),),
        fix=f"Mend {one.kind} {one.name}.",
        commands=(
            f"kubectl describe {one.kind.lower()} {shlex.quote(one.name)}"
            f"{in_namespace(case.namespace)}",
        ),
        blames=Blamed(case.namespace, one.kind, one.name),
    )


def _matches_nothing(case: Case, selector: dict[str, str], found: Sequence[Bearer]) -> Cause:
    near = nearest_bearer(case.pod, found)
    told = _difference(near, selector) if near else _what_there_is(selector, found)
    fix = "Correct spec.selector so that it matches the labels of the pods that are meant"
    fix += f": {near[1].meant or 'without ' + near[1].key}." if near else ", or deploy these."
    lines = []
    if near:
        bearer = near[0]
        place = "metadata.labels" if bearer.kind == "Pod" else "spec.template.metadata.labels"
        labels = case.quote(shown(bearer.labels), 300)
        lines = [EvidenceLine("object", f"{bearer.kind}/{bearer.name}", place, labels)]
    return certain(
        case,
        rule="L01",
        title=f'Service "{case.name}" selects {shown(selector)}, which no pod has',
        explanation=f"Its selector matches no pod and no workload of namespace {case.namespace}, "
        f"so that it has no endpoints. {told}",
        evidence=(case.from_pod("spec.selector", shown(selector)), *lines),
        fix=fix,
        commands=(f"kubectl get pods{in_namespace(case.namespace)} --show-labels",),
        patch=_selector_patch(case.pod, near[1]) if near else None,
    )


def _difference(near: tuple[Bearer, Edit], selector: dict[str, str]) -> str:
    bearer, edit = near
    whose = f'The pods of {bearer.kind} "{bearer.name}"'
    if bearer.kind == "Pod":
        whose = f'Pod "{bearer.name}"'
    have = "has" if bearer.kind == "Pod" else "have"
    if not edit.to_key:
        rest = shown({key: value for key, value in selector.items() if key != edit.key})
        return f"{whose} {have} {rest}, but no label {edit.key}: is it to be left out?"
    return f"{whose} {have} {edit.meant} instead of {edit.key}={edit.value}: is that meant?"


def _what_there_is(selector: dict[str, str], found: Sequence[Bearer]) -> str:
    if not found:
        return ""
    nearest = sorted(found, key=lambda one: distance(selector, one.labels))[:MOST_TOLD]
    shown_labels = "; ".join(
        f"{one.kind} {one.name} ({shown(one.labels) or 'no labels'})" for one in nearest
    )
    return f"What there is: {shown_labels}."


def _selector_patch(service: Manifest, edit: Edit) -> Patch | None:
    steps: tuple[Operation, ...] = ()
    if edit.to_key != edit.key:
        steps = drop(service, ("spec", "selector", edit.key))
    if edit.to_key:
        steps += put(service, ("spec", "selector", edit.to_key), edit.to_value)
    return patch_of(service, *steps)
