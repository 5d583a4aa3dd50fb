"""Comparing what a pod asks of a node with the nodes that there are."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from kure.domain import manifests, quantities
from kure.domain.manifests import Manifest

SCHEDULING_EFFECTS = ("NoSchedule", "NoExecute")

# The control plane's own mark on a cordoned node; `spec.unschedulable` says the same.
CORDONED = "node.kubernetes.io/unschedulable"


def requested(pod: Manifest, resource: str) -> Decimal:
    """How much of a resource the scheduler must find for the pod.

    The larger of what runs at once (main containers and sidecars) and the largest init container
    beside the sidecars started before it; or what the pod as a whole asks for.
    https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
    """
    spec = manifests.spec(pod)
    overhead = quantities.parse(manifests.mapping(spec.get("overhead")).get(resource)) or Decimal(0)
    whole = _request(spec, resource)
    if whole:
        return whole + overhead
    sidecars = largest = Decimal(0)
    for container in manifests.mappings(spec.get("initContainers")):
        if container.get("restartPolicy") == "Always":
            sidecars += _request(container, resource)
            largest = max(largest, sidecars)
        else:
            largest = max(largest, sidecars + _request(container, resource))
    main = sum(
        (_request(found, resource) for found in manifests.mappings(spec.get("containers"))),
        Decimal(0),
    )
    return max(largest, main + sidecars) + overhead


def _request(holder: Manifest, resource: str) -> Decimal:
    resources = manifests.mapping(holder.get("resources"))
    for kind in ("requests", "limits"):
        found = quantities.parse(manifests.mapping(resources.get(kind)).get(resource))
        if found is not None:
            return found
    return Decimal(0)


def largest_allocatable(nodes: Iterable[Manifest], resource: str) -> tuple[str, Decimal] | None:
    """The node that gives most of a resource to pods, and how much; None where none has any."""
    found = (
        (manifests.name(node), quantities.parse(_allocatable(node).get(resource))) for node in nodes
    )
    known = [(name, amount) for name, amount in found if amount is not None]
    return max(known, key=lambda pair: pair[1], default=None)


def _allocatable(node: Manifest) -> Manifest:
    return manifests.mapping(manifests.status(node).get("allocatable"))


def wanted_labels(pod: Manifest) -> Iterator[tuple[str, Manifest]]:
    """Each demand on a node's labels: the field of the pod that makes it, and an expression."""
    for expression in _selected(pod):
        yield "spec.nodeSelector", expression
    for term in _terms(pod):
        for expression in term:
            yield "spec.affinity.nodeAffinity", expression


def fits_labels(pod: Manifest, node: Manifest) -> bool:
    """Whether the node has the labels that the pod demands: all of its nodeSelector, and all of at
    least one term of its required node affinity."""
    terms = _terms(pod)
    return all(satisfies(node, expression) for expression in _selected(pod)) and (
        not terms or any(all(satisfies(node, found) for found in term) for term in terms)
    )


def _selected(pod: Manifest) -> list[Manifest]:
    selector = manifests.mapping(manifests.spec(pod).get("nodeSelector"))
    return [
        {"key": key, "operator": "In", "values": [str(value)]} for key, value in selector.items()
    ]


def _terms(pod: Manifest) -> list[list[Manifest]]:
    affinity = manifests.mapping(manifests.spec(pod).get("affinity")).get("nodeAffinity")
    required = manifests.mapping(affinity).get("requiredDuringSchedulingIgnoredDuringExecution")
    return [
        [
            *manifests.mappings(term.get("matchExpressions")),
            *manifests.mappings(term.get("matchFields")),
        ]
        for term in manifests.mappings(manifests.mapping(required).get("nodeSelectorTerms"))
    ]


def show_expression(expression: Manifest) -> str:
    """`disktype=ssd`, `gpu in (a100, h100)`, `zone exists`."""
    key, operator = str(expression.get("key")), str(expression.get("operator"))
    found = expression.get("values")
    values = [str(value) for value in found] if isinstance(found, list) else []
    if operator == "In" and len(values) == 1:
        return f"{key}={values[0]}"
    words = {"In": "in", "NotIn": "not in", "Exists": "exists", "DoesNotExist": "does not exist"}
    words |= {"Gt": ">", "Lt": "<"}
    listed = f" ({', '.join(values)})" if operator in ("In", "NotIn") else ""
    listed = f" {values[0]}" if operator in ("Gt", "Lt") and values else listed
    return f"{key} {words.get(operator, operator)}{listed}"


def satisfies(node: Manifest, expression: Manifest) -> bool:
    """Whether the node's label is as the expression demands. `metadata.name` may be a field."""
    key = str(expression.get("key"))
    fields = {"metadata.name": manifests.name(node)}
    value = manifests.labels(node).get(key, fields.get(key))
    values = expression.get("values")
    listed = [str(found) for found in values] if isinstance(values, list) else []
    match expression.get("operator"):
        case "In":
            return value in listed
        case "NotIn":
            return value not in listed
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
        case "Gt" | "Lt" as operator:
            return _compares(value, listed, more=operator == "Gt")
        case _:
            return False


def _compares(value: str | None, listed: list[str], *, more: bool) -> bool:
    try:
        own, other = int(value or ""), int(listed[0] if listed else "")
    except ValueError:
        return False
    return own > other if more else own < other


def untolerated(pod: Manifest, node: Manifest) -> list[Manifest]:
    """The node's taints that keep the pod away, but for the one of a cordoned node."""
    tolerations = manifests.mappings(manifests.spec(pod).get("tolerations"))
    taints = manifests.mappings(manifests.spec(node).get("taints"))
    return [
        taint
        for taint in taints
        if taint.get("effect") in SCHEDULING_EFFECTS
        and taint.get("key") != CORDONED
        and not any(_tolerates(toleration, taint) for toleration in tolerations)
    ]


def is_open(pod: Manifest, node: Manifest) -> bool:
    """Whether neither a cordon nor a taint of the node keeps the pod away."""
    return manifests.spec(node).get("unschedulable") is not True and not untolerated(pod, node)


def takes(pod: Manifest, node: Manifest) -> bool:
    """Whether the node, were it empty, would take the pod: labels, taints, cpu and memory."""
    return (
        fits_labels(pod, node)
        and is_open(pod, node)
        and all(_has_room(pod, node, resource) for resource in ("cpu", "memory"))
    )


def _has_room(pod: Manifest, node: Manifest, resource: str) -> bool:
    most = quantities.parse(_allocatable(node).get(resource))
    return most is None or requested(pod, resource) <= most


def _tolerates(toleration: Manifest, taint: Manifest) -> bool:
    """https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/"""
    if toleration.get("effect") not in (None, "", taint.get("effect")):
        return False
    key, exists = toleration.get("key"), toleration.get("operator") == "Exists"
    if not key:
        return exists
    same_value = (toleration.get("value") or "") == (taint.get("value") or "")
    return key == taint.get("key") and (exists or same_value)


def show_taint(taint: Manifest) -> str:
    """`dedicated=gpu:NoSchedule`."""
    value = f"={taint['value']}" if taint.get("value") else ""
    return f"{taint.get('key')}{value}:{taint.get('effect')}"


def host_ports(pod: Manifest) -> list[str]:
    """`45999/TCP` for each port that the pod wants of its node."""
    spec = manifests.spec(pod)
    return [
        f"{port['hostPort']}/{port.get('protocol') or 'TCP'}"
        for field in ("initContainers", "containers")
        for container in manifests.mappings(spec.get(field))
        for port in manifests.mappings(container.get("ports"))
        if manifests.number(port.get("hostPort"))
    ]


def claims(pod: Manifest) -> list[str]:
    """The names of the PersistentVolumeClaims that the pod mounts."""
    volumes = manifests.mappings(manifests.spec(pod).get("volumes"))
    sources = (manifests.mapping(volume.get("persistentVolumeClaim")) for volume in volumes)
    return [name for name in (manifests.text(found.get("claimName")) for found in sources) if name]


def selector_text(selector: object) -> str:
    """A label selector as a list query takes it: `app=web,tier in (a,b),!old`.

    https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#api
    """
    found = manifests.mapping(selector)
    parts = [f"{key}={value}" for key, value in manifests.mapping(found.get("matchLabels")).items()]
    for expression in manifests.mappings(found.get("matchExpressions")):
        listed = expression.get("values")
        values = ",".join(map(str, listed if isinstance(listed, list) else []))
        key = expression.get("key")
        shown = {"In": f"{key} in ({values})", "NotIn": f"{key} notin ({values})"}
        shown |= {"Exists": f"{key}", "DoesNotExist": f"!{key}"}
        parts.append(shown.get(str(expression.get("operator")), ""))
    return ",".join(part for part in parts if part)
