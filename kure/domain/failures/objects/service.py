"""A Service that somebody refers to and nobody is behind."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from kure.domain import manifests
from kure.domain.failures.around import Around
from kure.domain.failures.match import Match
from kure.domain.failures.model import Failure, FailureClass, Graces
from kure.domain.failures.objects.keeping import COMPUTED, kept, kept_metadata, picked
from kure.domain.failures.objects.references import backends
from kure.domain.failures.objects.template import hosts, template_labels, wanted_replicas
from kure.domain.manifests import Manifest

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet")
SERVICE_NAME = "kubernetes.io/service-name"
TRIGGER_TIME = "endpoints.kubernetes.io/last-change-trigger-time"

# How many addresses an EndpointSlice had, where they were dropped.
ADDRESSES = f"{COMPUTED}addresses"


def keep_service(obj: Manifest) -> Manifest:
    spec = picked(obj.get("spec"), ("type", "selector"))
    ports = manifests.mappings(manifests.spec(obj).get("ports"))
    spec["ports"] = [picked(port, ("name", "port")) for port in ports]
    return kept("v1", "Service", obj, spec=spec, status={})


def keep_endpoint_slice(obj: Manifest) -> Manifest:
    metadata = kept_metadata(obj)
    metadata["labels"] = picked(manifests.metadata(obj).get("labels"), (SERVICE_NAME,))
    metadata["annotations"] = picked(manifests.metadata(obj).get("annotations"), (TRIGGER_TIME,))
    ready, not_ready = _addresses(obj)
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": metadata,
        ADDRESSES: {"ready": ready, "notReady": not_ready},
    }


def service(obj: Manifest, around: Around, graces: Graces) -> Iterator[Match]:
    """Addresses that are not ready, and workloads whose pods it would select, are failures of their
    own; what was not read might be such a workload."""
    slices, workloads = _slices(obj, around), _workloads(around)
    if not _selector(obj) or slices is None or workloads is None:
        return
    if any(sum(_addresses(one)) for one in slices):
        return
    referring = _referring(obj, around, workloads)
    selected = [workload for workload in workloads if _selects(obj, workload)]
    since = _since(obj, slices, referring)
    if not referring or since is None or any(map(wanted_replicas, selected)):
        return
    yield Match(
        Failure(
            failure_class=FailureClass.NO_ENDPOINTS,
            container="",
            since=since,
            reason="NoEndpoints",
            message=_message(obj, referring, selected),
            field="spec.selector",
        ),
        begins=since + graces.endpoints,
    )


def service_is_well(obj: Manifest, around: Around) -> bool:
    """Somebody is behind it, or nobody would notice."""
    slices, workloads = _slices(obj, around), _workloads(around)
    if not _selector(obj) or any(_addresses(one)[0] for one in slices or ()):
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
        told += f"only pods of {_named(selected)}, scaled to zero"
    else:
        told += "no pod and no workload of the namespace"
    return f"{told}; referred to by {_named(referring)}"


def _named(objects: Sequence[Manifest]) -> str:
    """The first three by name; their number where there are more."""
    names = sorted({manifests.name(one) for one in objects})
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
