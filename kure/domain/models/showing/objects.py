"""Single objects, lists of them, and events as a model gets to see them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from kure.domain import manifests
from kure.domain.capture import MOST_EVENTS, as_yaml, told_event, told_node
from kure.domain.diagnosis.dependencies.backing import is_ready, told_state
from kure.domain.diagnosis.readable import keep_keys
from kure.domain.manifests import Manifest
from kure.domain.models.showing.text import Shown, bounded
from kure.domain.redact import Redactor

MOST_LISTED = 200
# Of an object's events beside the object.
EVENTS_BESIDE = 20

# Says all once more, with what a ConfigMap holds.
APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def described(kind: str, obj: Manifest, events: Sequence[Manifest], redactor: Redactor) -> Shown:
    """The object, redacted, what tells most first: its newest events and its state."""
    shown = redactor.manifest(_kept(kind, obj))
    told = [_event(event, redactor) for event in manifests.newest_first(events)[:EVENTS_BESIDE]]
    first: Manifest = {"kind": kind, "metadata": shown.get("metadata"), "events": told}
    if "status" in shown:
        first["status"] = shown["status"]
    whole = first | {key: value for key, value in shown.items() if key != "kind"}
    return bounded(f"{kind}/{manifests.name(obj)}", as_yaml(whole))


def happened(kind: str, name: str, events: Sequence[Manifest], redactor: Redactor) -> Shown:
    """The newest events of one object."""
    told = [_event(event, redactor) for event in manifests.newest_first(events)[:MOST_EVENTS]]
    return bounded(f"{kind}/{name}", as_yaml(told))


def listed(kind: str, labels: str, found: Sequence[Manifest], redactor: Redactor) -> Shown:
    """One line for each object: its name and its state."""
    head = f"{len(found)} of kind {kind}" + (f" with {labels}" if labels else "")
    rows = [f"{kind}/{manifests.name(obj)} {_state(kind, obj)}".rstrip() for obj in found]
    return bounded(f"{kind}/", redactor.text("\n".join([head, *rows])))


def _kept(kind: str, obj: Manifest) -> Manifest:
    obj = keep_keys(obj) if kind == "ConfigMap" else manifests.tidy(obj)
    obj = told_node(obj) if kind == "Node" else obj
    metadata = manifests.metadata(obj)
    annotations = manifests.mapping(metadata.get("annotations"))
    if APPLIED not in annotations:
        return obj
    annotations = {key: value for key, value in annotations.items() if key != APPLIED}
    return obj | {"metadata": metadata | {"annotations": annotations}}


def _event(event: Manifest, redactor: Redactor) -> dict[str, Any]:
    told = told_event(event, redactor)
    return {key: value for key, value in told.items() if key != "involvedObject"}


def _state(kind: str, obj: Manifest) -> str:
    words = _STATES.get(kind, _nothing)(obj)
    created = manifests.text(manifests.metadata(obj).get("creationTimestamp"))
    parts = [*words, f"created={created}" if created else ""]
    parts += ["being deleted"] if manifests.is_being_deleted(obj) else []
    return " ".join(filter(None, parts))


def _nothing(_obj: Manifest) -> Iterator[str]:
    yield ""


def _pod(pod: Manifest) -> Iterator[str]:
    yield f"phase={manifests.phase(pod)}"
    restarts = sum(each.restart_count for each in manifests.containers(pod))
    yield f"restarts={restarts}"
    yield f"node={manifests.node_name(pod) or 'none'}"
    if manifests.phase(pod) != "Succeeded":
        yield "ready" if is_ready(pod) else f"not ready: {told_state(pod)};"
    yield _labels(manifests.labels(pod))


def _workload(obj: Manifest) -> Iterator[str]:
    status, spec = manifests.status(obj), manifests.spec(obj)
    wanted = spec.get("replicas", status.get("desiredNumberScheduled"))
    ready = status.get("readyReplicas", status.get("numberReady"))
    yield f"ready={manifests.number(ready) or 0}/{manifests.number(wanted) or 0}"
    template = manifests.mapping(spec.get("template"))
    images = [
        manifests.text(each.get("image"))
        for each in manifests.mappings(manifests.spec(template).get("containers"))
    ]
    yield f"images={','.join(images)}"
    yield _labels(manifests.labels(template))


def _job(obj: Manifest) -> Iterator[str]:
    for field in ("active", "succeeded", "failed"):
        yield f"{field}={manifests.number(manifests.status(obj).get(field)) or 0}"


def _cron_job(obj: Manifest) -> Iterator[str]:
    spec = manifests.spec(obj)
    yield f"schedule={manifests.text(spec.get('schedule'))!r}"
    yield "suspended" if spec.get("suspend") is True else ""
    yield f"last={manifests.text(manifests.status(obj).get('lastScheduleTime')) or 'never'}"


def _claim(obj: Manifest) -> Iterator[str]:
    spec = manifests.spec(obj)
    yield f"phase={manifests.phase(obj)}"
    yield f"volume={manifests.text(spec.get('volumeName')) or 'none'}"
    yield f"class={manifests.text(spec.get('storageClassName')) or 'none'}"
    requests = manifests.mapping(manifests.mapping(spec.get("resources")).get("requests"))
    yield f"requests={manifests.text(requests.get('storage'))}"


def _service(obj: Manifest) -> Iterator[str]:
    spec = manifests.spec(obj)
    yield f"type={manifests.text(spec.get('type'))}"
    ports = (
        f"{port.get('port')}->{port.get('targetPort')}"
        for port in manifests.mappings(spec.get("ports"))
    )
    yield f"ports={','.join(ports)}"
    selector = manifests.mapping(spec.get("selector"))
    yield f"selector={_pairs(selector) or 'none'}"


def _config_map(obj: Manifest) -> Iterator[str]:
    keys = [*manifests.mapping(obj.get("data")), *manifests.mapping(obj.get("binaryData"))]
    yield f"keys={','.join(sorted(keys))}"


def _ingress(obj: Manifest) -> Iterator[str]:
    spec = manifests.spec(obj)
    yield f"class={manifests.text(spec.get('ingressClassName')) or 'none'}"
    hosts = (manifests.text(rule.get("host")) for rule in manifests.mappings(spec.get("rules")))
    yield f"hosts={','.join(filter(None, hosts))}"


def _slice(obj: Manifest) -> Iterator[str]:
    endpoints = manifests.mappings(obj.get("endpoints"))
    ready = sum(
        manifests.mapping(each.get("conditions")).get("ready") is not False for each in endpoints
    )
    yield f"ready={ready}/{len(endpoints)}"
    yield _labels(manifests.labels(obj))


def _labels(labels: dict[str, str]) -> str:
    return f"labels={_pairs(labels) or 'none'}"


def _pairs(found: Manifest) -> str:
    return ",".join(f"{key}={value}" for key, value in sorted(found.items()))


_STATES: dict[str, Callable[[Manifest], Iterator[str]]] = {
    "Pod": _pod,
    **dict.fromkeys(("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"), _workload),
    "Job": _job,
    "CronJob": _cron_job,
    "PersistentVolumeClaim": _claim,
    "Service": _service,
    "ConfigMap": _config_map,
    "Ingress": _ingress,
    "EndpointSlice": _slice,
}
