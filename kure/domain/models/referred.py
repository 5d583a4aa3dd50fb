"""What a workload refers to outside of its namespace: the only such objects that are read at a
model's wish."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kure.domain import manifests
from kure.domain.diagnosis.fixes import template_of
from kure.domain.manifests import Manifest

# How a program names a Service of another namespace: `redis.data.svc`, `redis.data:6379`.
# https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/
_LABEL = r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?"
_SERVICE = re.compile(rf"(?<![\w.-])({_LABEL})\.({_LABEL})(?=\.svc\b|:\d)")


@dataclass(frozen=True)
class Target:
    """An object; `namespace` is '' for kinds that have none."""

    kind: str
    namespace: str
    name: str


def referred(objects: Iterable[Manifest], namespace: str) -> frozenset[Target]:
    """All that these objects name: the workload's own, its pods', their claims' and so on. Its own
    namespace is among them."""
    found = {Target("Namespace", "", namespace)} if namespace else set()
    for obj in objects:
        found.update(target for target in _of(obj) if target.name)
    return frozenset(found)


def _of(obj: Manifest) -> Iterator[Target]:
    kind, spec = obj.get("kind"), manifests.spec(obj)
    yield Target(manifests.text(kind), manifests.namespace(obj), manifests.name(obj))
    template = template_of(obj)
    if template is not None:
        yield from _of_pod(template.pod)
    if kind == "PersistentVolumeClaim":
        yield Target("PersistentVolume", "", manifests.text(spec.get("volumeName")))
    if kind in ("PersistentVolumeClaim", "PersistentVolume"):
        yield Target("StorageClass", "", manifests.text(spec.get("storageClassName")))
        csi = manifests.mapping(spec.get("csi"))
        yield Target("CSIDriver", "", manifests.text(csi.get("driver")))
    if kind == "StorageClass":
        yield Target("CSIDriver", "", manifests.text(obj.get("provisioner")))
    if kind == "Ingress":
        yield Target("IngressClass", "", manifests.text(spec.get("ingressClassName")))
    if kind == "HTTPRoute":
        for parent in manifests.mappings(spec.get("parentRefs")):
            where = manifests.text(parent.get("namespace")) or manifests.namespace(obj)
            yield Target("Gateway", where, manifests.text(parent.get("name")))
    for claim in manifests.mappings(spec.get("volumeClaimTemplates")):
        yield Target(
            "StorageClass", "", manifests.text(manifests.spec(claim).get("storageClassName"))
        )


def _of_pod(pod: Manifest) -> Iterator[Target]:
    spec = manifests.spec(pod)
    yield Target("Node", "", manifests.text(spec.get("nodeName")))
    yield Target("PriorityClass", "", manifests.text(spec.get("priorityClassName")))
    yield Target("RuntimeClass", "", manifests.text(spec.get("runtimeClassName")))
    for text in _texts(spec):
        for service, namespace in _SERVICE.findall(text):
            yield Target("Service", namespace, service)


def _texts(spec: Manifest) -> Iterator[str]:
    """What the containers are given in the open: arguments and variables."""
    for field in ("initContainers", "containers"):
        for container in manifests.mappings(spec.get(field)):
            for words in (container.get("command"), container.get("args")):
                yield from map(manifests.text, words if isinstance(words, list) else ())
            for variable in manifests.mappings(container.get("env")):
                yield manifests.text(variable.get("value"))
