"""What stands behind a Service, and why nothing does."""

from collections.abc import Iterator, Sequence

from kure.domain import manifests
from kure.domain.diagnosis.dependencies.backing import (
    declared_ports,
    is_live,
    is_ready,
    told_state,
)
from kure.domain.diagnosis.services.labels import selector_of
from kure.domain.manifests import Manifest
from kure.domain.models.showing.text import Shown, bounded
from kure.domain.redact import Redactor

MOST_PODS = 20


def behind(
    service: Manifest,
    slices: Sequence[Manifest],
    pods: Sequence[Manifest] | None,
    redactor: Redactor,
) -> Shown:
    """`pods` are all of the Service's namespace; None where that is another one than the
    workload's: then only its endpoints are counted."""
    spec, name = manifests.spec(service), manifests.name(service)
    selector = selector_of(service)
    lines = [f"Service/{name}, type {manifests.text(spec.get('type')) or 'ClusterIP'}"]
    if external := manifests.text(spec.get("externalName")):
        lines.append(f"it stands for {external}")
    lines += [
        f"port {port.get('port')} {manifests.text(port.get('name'))} leads to "
        f"{port.get('targetPort') or port.get('port')} of the pods"
        for port in manifests.mappings(spec.get("ports"))
    ]
    lines.append(f"selector: {_pairs(selector) or 'none: its endpoints are made by somebody else'}")
    lines += _counted(slices)
    if pods is not None and selector:
        lines += _of_pods(selector, pods)
    return bounded(f"Service/{name}", redactor.text("\n".join(lines)))


def _counted(slices: Sequence[Manifest]) -> Iterator[str]:
    endpoints = [each for one in slices for each in manifests.mappings(one.get("endpoints"))]
    ready = sum(
        manifests.mapping(each.get("conditions")).get("ready") is not False for each in endpoints
    )
    yield f"{len(slices)} EndpointSlices with {len(endpoints)} endpoints, {ready} of them ready"
    ports = {
        f"{manifests.text(port.get('name'))}:{port.get('port')}".lstrip(":")
        for one in slices
        for port in manifests.mappings(one.get("ports"))
    }
    if ports:
        yield f"ports of the endpoints: {', '.join(sorted(ports))}"


def _of_pods(selector: dict[str, str], pods: Sequence[Manifest]) -> Iterator[str]:
    selected = [pod for pod in pods if selector.items() <= manifests.labels(pod).items()]
    yield f"{len(selected)} pods have these labels"
    for pod in selected[:MOST_PODS]:
        ports = ", ".join(f"{name or 'port'} {number}" for name, number in declared_ports(pod))
        state = "ready" if is_ready(pod) else f"not ready: {told_state(pod)}"
        state = state if is_live(pod) else "over or being deleted"
        yield f"Pod/{manifests.name(pod)}: {state}; declares {ports or 'no ports'}"
    if not selected:
        yield from _alike(selector, pods)


def _alike(selector: dict[str, str], pods: Sequence[Manifest]) -> Iterator[str]:
    """Why no pod is selected: those of the namespace that have some of the labels, or its keys."""
    for pod in pods:
        labels = manifests.labels(pod)
        near = {key: labels[key] for key in selector if key in labels}
        if near:
            yield f"Pod/{manifests.name(pod)} has {_pairs(near)}"


def _pairs(found: dict[str, str]) -> str:
    return ", ".join(f"{key}={value}" for key, value in sorted(found.items()))
