"""What a pod refers to and is not there: where it stops then, and in which words."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from kure.demo.recorded.outcomes import Known, Waits
from kure.demo.recorded.store import Store
from kure.domain import manifests, quantities
from kure.domain.manifests import Manifest
from kure.recording.kinds import CONFIG_MAPS, NODES, Resource

CLAIMS = Resource("/api/v1", "persistentvolumeclaims")


def config_error(store: Store, known: Known, pod: Manifest, container: Manifest) -> Waits | None:
    """The first variable whose ConfigMap, Secret or key is not there."""
    home = manifests.namespace(pod)
    for source in manifests.mappings(container.get("envFrom")):
        for part, find in (("configMapRef", _config_map), ("secretRef", _secret)):
            if missing := _missing(source.get(part), home, store, known, find):
                return Waits("CreateContainerConfigError", missing)
    for variable in manifests.mappings(container.get("env")):
        value = manifests.mapping(variable.get("valueFrom"))
        for part, find in (("configMapKeyRef", _config_map), ("secretKeyRef", _secret)):
            if missing := _missing(value.get(part), home, store, known, find):
                return Waits("CreateContainerConfigError", missing)
    return None


def failed_mount(store: Store, known: Known, pod: Manifest) -> str | None:
    """What the kubelet says of the first volume whose source is not there."""
    home = manifests.namespace(pod)
    for volume in manifests.mappings(manifests.spec(pod).get("volumes")):
        for part, name, find in (
            ("configMap", "name", _config_map),
            ("secret", "secretName", _secret),
        ):
            source = manifests.mapping(volume.get(part))
            source = {"name": source.get(name), "optional": source.get("optional")}
            if missing := _missing(source, home, store, known, find):
                called = manifests.text(volume.get("name"))
                return f'MountVolume.SetUp failed for volume "{called}" : {missing}'
    return None


def unschedulable(store: Store, pod: Manifest) -> str | None:
    """Why no node takes the pod, as the scheduler says it; None where one does."""
    claims = [
        manifests.text(manifests.mapping(volume.get("persistentVolumeClaim")).get("claimName"))
        for volume in manifests.mappings(manifests.spec(pod).get("volumes"))
    ]
    home = manifests.namespace(pod)
    nodes = list(store.all(NODES.path))
    for name in filter(None, claims):
        if store.get(CLAIMS.path, home, name) is None:
            told = f'persistentvolumeclaim "{name}" not found. not found'
            return f"0/{len(nodes)} nodes are available: {told}"
    reasons = [_refuses(node, manifests.spec(pod)) for node in nodes]
    if not all(reasons):
        return None
    told = ", ".join(f"{reasons.count(each)} {each}" for each in sorted({*map(str, reasons)}))
    return f"0/{len(nodes)} nodes are available: {told}."


Find = Callable[[str, str, str, Store, Known], str | None]


def _missing(source: object, home: str, store: Store, known: Known, find: Find) -> str | None:
    named = manifests.mapping(source)
    name = manifests.text(named.get("name"))
    if not name or named.get("optional"):
        return None
    return find(home, name, manifests.text(named.get("key")), store, known)


def _config_map(home: str, name: str, key: str, store: Store, known: Known) -> str | None:
    found = store.get(CONFIG_MAPS.path, home, name)
    if found is None:
        return f'configmap "{name}" not found'
    if key and key not in manifests.mapping(found.get("data")):
        return f"couldn't find key {key} in ConfigMap {home}/{name}"
    return None


def _secret(home: str, name: str, key: str, store: Store, known: Known) -> str | None:
    """Secrets are not recorded: those are there that a recorded pod runs with."""
    return None if (home, name) in known.secrets else f'secret "{name}" not found'


def _refuses(node: Manifest, spec: Manifest) -> str | None:
    wanted = manifests.mapping(spec.get("nodeSelector"))
    if any(manifests.labels(node).get(key) != value for key, value in wanted.items()):
        return "node(s) didn't match Pod's node affinity/selector"
    room = manifests.mapping(manifests.status(node).get("allocatable"))
    for resource in ("cpu", "memory"):
        if sum(_requests(spec, resource), Decimal()) > (quantities.parse(room.get(resource)) or 0):
            return f"Insufficient {resource}"
    return None


def _requests(spec: Manifest, resource: str) -> Iterator[Decimal]:
    for container in manifests.mappings(spec.get("containers")):
        resources = manifests.mapping(container.get("resources"))
        for part in ("requests", "limits"):
            amount = quantities.parse(manifests.mapping(resources.get(part)).get(resource))
            if amount is not None:
                yield amount
                break
