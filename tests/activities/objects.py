"""Failing objects that are not pods, as the API server gives them."""

from typing import Any

from kure.ports import Manifest
from tests.activities.cart import EVENTS

SERVICE = "/api/v1/namespaces/shop/services/cart"
INGRESS = "/apis/networking.k8s.io/v1/namespaces/shop/ingresses/cart"
CLAIM = "/api/v1/namespaces/shop/persistentvolumeclaims/cart"
AUTOSCALER = "/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/cart"
NODE = "/api/v1/nodes/node-1"
JOB = "/apis/batch/v1/namespaces/shop/jobs/cart-1"
CRON_JOB = "/apis/batch/v1/namespaces/shop/cronjobs/cart"
SERVICES = SERVICE.rpartition("/")[0]
SLICES = "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices"
LONG_AGO = "2026-11-23T18:00:00Z"


def named(kind: str, api: str, name: str = "cart", **more: Any) -> Manifest:
    metadata = {"name": name, "namespace": "shop", "uid": f"uid-{name}"}
    metadata["creationTimestamp"] = LONG_AGO
    if kind == "Node":
        del metadata["namespace"]
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **more}


def condition(kind: str, status: str, reason: str = "", message: str = "") -> Manifest:
    told = {"type": kind, "status": status, "reason": reason, "message": message}
    return told | {"lastTransitionTime": LONG_AGO}


def node(status: str = "False") -> Manifest:
    ready = condition("Ready", status, "KubeletNotReady", "cni plugin not initialized")
    return named("Node", "v1", "node-1", status={"conditions": [ready], "images": [{"names": []}]})


def claim(phase: str = "Pending") -> Manifest:
    return named("PersistentVolumeClaim", "v1", spec={}, status={"phase": phase})


def service() -> Manifest:
    return named("Service", "v1", spec={"selector": {"app": "cart"}, "ports": [{"port": 80}]})


def endpoint_slice(*, ready: bool) -> Manifest:
    found = named("EndpointSlice", "discovery.k8s.io/v1", "cart-x")
    found["metadata"]["labels"] = {"kubernetes.io/service-name": "cart"}
    return found | {"endpoints": [{"conditions": {"ready": ready}}] if ready else []}


def ingress() -> Manifest:
    backend = {"service": {"name": "cart", "port": {"number": 80}}}
    rules = [{"http": {"paths": [{"backend": backend}]}}]
    return named("Ingress", "networking.k8s.io/v1", spec={"rules": rules})


def autoscaler(active: str = "False") -> Manifest:
    said = "missing request for cpu in container app"
    conditions = [
        condition("AbleToScale", "True"),
        condition("ScalingActive", active, "FailedGetResourceMetric", said),
    ]
    return named(
        "HorizontalPodAutoscaler", "autoscaling/v2", spec={}, status={"conditions": conditions}
    )


def event_of(name: str, kind: str, reason: str, message: str) -> Manifest:
    """An event of an object; a kubelet writes its node's name as the uid."""
    uid = name if kind == "Node" else f"uid-{name}"
    return {
        "type": "Warning",
        "reason": reason,
        "message": message,
        "lastTimestamp": "2026-11-23T20:29:00Z",
        "involvedObject": {"kind": kind, "name": name, "uid": uid},
    }


NO_CLASS = event_of(
    "cart", "PersistentVolumeClaim", "ProvisioningFailed", 'storageclass "fast" not found'
)
EVENT = f"{EVENTS}/object-1"
NODE_EVENT = "/api/v1/namespaces/default/events/object-1"
