"""A Service that somebody refers to and that leads to nobody."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from kure.domain import manifests
from kure.domain.failures.around import Around
from kure.domain.failures.match import Match
from kure.domain.failures.model import Failure, FailureClass, Graces
from kure.domain.failures.objects.keeping import COMPUTED, kept, kept_metadata, picked
from kure.domain.failures.objects.load_balancer import load_balancer, load_balancer_status
from kure.domain.failures.objects.references import backends
from kure.domain.failures.objects.template import hosts, template_labels, wanted_replicas
from kure.domain.manifests import Manifest

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet")
SERVICE_NAME = "kubernetes.io/service-name"
TRIGGER_TIME = "endpoints.kubernetes.io/last-change-trigger-time"

# How many addresses and ports an EndpointSlice had, where they were dropped.
ADDRESSES = f"{COMPUTED}addresses"


def keep_service(obj: Manifest) -> Manifest:
    spec = picked(obj.get("spec"), ("type", "selector"))
    ports = manifests.mappings(manifests.spec(obj).get("ports"))
    spec["ports"] = [picked(port, ("name", "port", "targetPort")) for port in ports]
    return kept("v1", "Service", obj, spec=spec, status=load_balancer_status(obj))


def keep_endpoint_slice(obj: Manifest) -> Manifest:
    metadata = kept_metadata(obj)
    metadata["labels"] = picked(manifests.metadata(obj).get("labels"), (SERVICE_NAME,))
    metadata["annotations"] = picked(manifests.metadata(obj).get("annotations"), (TRIGGER_TIME,))
    ready, not_ready = _addresses(obj)
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": metadata,
        ADDRESSES: {"ready": ready, "notReady": not_ready, "ports": _ports(obj)},
    }


def service(obj: Manifest, around: Around, graces: Graces) -> Iterator[Match]:
    """One failure: nobody behind it comes before no way to it."""
    found = list(_leads_to_nobody(obj, around, graces))
    yield from found or load_balancer(obj, around, graces)


def _leads_to_nobody(obj: Manifest, around: Around, graces: Graces) -> Iterator[Match]:
    """Addresses that are not ready, and workloads whose pods it would select, are failures of their
    own; what was not read might be such a workload."""
    slices, workloads = _slices(obj, around), _workloads(around)
    if not _selector(obj) or slices is None or workloads is None:
        return
    referring = _referring(obj, around, workloads)
    since = _since(obj, slices, referring)
    if not referring or since is None:
        return
    if any(sum(_addresses(one)) for one in slices):
        if _has_no_port(obj, slices):
            message = f"{_no_port(obj)}; referred to by {_named(referring)}"
            yield Match(
                _failure(since, "NoPorts", message, "spec.ports"), begins=since + graces.endpoints
            )
        return
    selected = [workload for workload in workloads if _selects(obj, workload)]
    if not any(wanted_replicas(one) for one in selected if not _is_held_back(one)):
        message = _message(obj, referring, selected)
        yield Match(
            _failure(since, "NoEndpoints", message, "spec.selector"),
            begins=since + graces.endpoints,
        )


def service_is_well(obj: Manifest, around: Around) -> bool:
    """Somebody is behind it, or nobody would notice."""
    slices, workloads = _slices(obj, around), _workloads(around)
    ready = any(_addresses(one)[0] for one in slices or ())
    if not _selector(obj) or (ready and not _has_no_port(obj, slices or ())):
        return True
    if slices is None or workloads is None or around.of("Ingress") is None:
        return False
    return not _referring(obj, around, workloads)


def _selector(obj: Manifest) -> dict[str, str]:
    """Empty where its endpoints are made by hand, or where it is only another name."""
    if manifests.spec(obj).get("type") == "ExternalName":
        return {}
    found = manifests.mapping(manifests.spec(obj).get("selector"))
    return {key: value for key, value in found.items() if isinstance(value, str)}


def _selects(obj: Manifest, workload: Manifest) -> bool:
    return _selector(obj).items() <= template_labels(workload).items()


def _is_held_back(workload: Manifest) -> bool:
    """Paused before it made any pod."""
    paused = manifests.spec(workload).get("paused") is True
    return paused and not manifests.number(manifests.status(workload).get("replicas"))


def _slices(obj: Manifest, around: Around) -> list[Manifest] | None:
    found = around.of("EndpointSlice")
    if found is None:
        return None
    return [one for one in found if manifests.labels(one).get(SERVICE_NAME) == manifests.name(obj)]


def _workloads(around: Around) -> list[Manifest] | None:
    """None where any of their kinds was not read."""
    kinds = [around.of(kind) for kind in WORKLOADS]
    return None if None in kinds else [one for found in kinds for one in found or ()]


def _addresses(endpoint_slice: Manifest) -> tuple[int, int]:
    """How many are ready, and how many are not. Without the condition they are ready:
    https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/#ready"""
    counted = endpoint_slice.get(ADDRESSES)
    if isinstance(counted, dict):
        ready, not_ready = counted.get("ready"), counted.get("notReady")
        return manifests.number(ready) or 0, manifests.number(not_ready) or 0
    endpoints = manifests.mappings(endpoint_slice.get("endpoints"))
    states = [manifests.mapping(one.get("conditions")).get("ready") for one in endpoints]
    not_ready = sum(state is False for state in states)
    return len(states) - not_ready, not_ready


def _ports(endpoint_slice: Manifest) -> int:
    counted = endpoint_slice.get(ADDRESSES)
    if isinstance(counted, dict):
        return manifests.number(counted.get("ports")) or 0
    return len(manifests.mappings(endpoint_slice.get("ports")))


def _has_no_port(obj: Manifest, slices: Sequence[Manifest]) -> bool:
    """Somebody is ready behind it and can be reached by none of its ports: each leads to a name
    that no container has. Of such a port the slices say nothing.
    https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/endpointslice/utils.go
    """
    ready = [one for one in slices if _addresses(one)[0]]
    targets = [port.get("targetPort") for port in _service_ports(obj)]
    named = bool(targets) and all(isinstance(target, str) and target for target in targets)
    return bool(ready) and named and not any(map(_ports, ready))


def _no_port(obj: Manifest) -> str:
    names = [manifests.text(port.get("targetPort")) for port in _service_ports(obj)]
    return f"no ports: no container of its pods has a port named {' or '.join(names[:3])}"


def _service_ports(obj: Manifest) -> list[Manifest]:
    return manifests.mappings(manifests.spec(obj).get("ports"))


def _failure(since: datetime, reason: str, message: str, field: str) -> Failure:
    return Failure(FailureClass.NO_ENDPOINTS, "", since, reason, message, field)


def _referring(obj: Manifest, around: Around, workloads: Sequence[Manifest]) -> list[Manifest]:
    """Ingresses and workloads that name it."""
    name = manifests.name(obj)
    found = [
        ingress
        for ingress in around.of("Ingress") or ()
        if any(backend.service == name for backend in backends(ingress))
    ]
    return found + [workload for workload in workloads if name in hosts(workload)]


def _since(
    obj: Manifest, slices: Sequence[Manifest], referring: Sequence[Manifest]
) -> datetime | None:
    """When its endpoints last changed, else its creation; no earlier than the first who refers to
    it."""
    first = min((t for t in map(manifests.created_at, referring) if t), default=None)
    annotations = [manifests.mapping(manifests.metadata(one).get("annotations")) for one in slices]
    changed = [manifests.time_of(found.get(TRIGGER_TIME)) for found in annotations]
    times = (manifests.created_at(obj), first, *changed)
    return max((time for time in times if time), default=None)


def _message(obj: Manifest, referring: Sequence[Manifest], selected: Sequence[Manifest]) -> str:
    selector = ",".join(f"{key}={value}" for key, value in sorted(_selector(obj).items()))
    told = f"no endpoints: selector {selector} matches "
    if selected:
        why = "paused" if any(map(wanted_replicas, selected)) else "scaled to zero"
        told += f"only pods of {_named(selected)}, {why}"
    else:
        told += "no pod and no workload of the namespace"
    return f"{told}; referred to by {_named(referring)}"


def _named(objects: Sequence[Manifest]) -> str:
    """The first three by name; their number where there are more."""
    names = sorted({manifests.name(one) for one in objects})
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
