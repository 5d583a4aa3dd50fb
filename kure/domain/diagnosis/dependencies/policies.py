"""What NetworkPolicies forbid: https://kubernetes.io/docs/concepts/services-networking/network-policies/

A pod that no policy selects may talk to everybody; one that is selected may do what any of the
policies allows. What a policy says of something that was not read counts as allowed: nobody is
told of a lock that may be open.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address, ip_network

from kure.domain import manifests
from kure.domain.manifests import Manifest


class Direction(StrEnum):
    INGRESS = "Ingress"
    EGRESS = "Egress"


# Under which key the rules of a direction name the other side.
PEERS = {Direction.INGRESS: "from", Direction.EGRESS: "to"}


@dataclass(frozen=True)
class End:
    """One side of a connection. None: not known.

    `named_ports` are the ports of a pod by their names.
    """

    namespace: str | None
    labels: Mapping[str, str] | None
    namespace_labels: Mapping[str, str] | None = None
    ip: str = ""
    named_ports: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Connection:
    """From whom to whom; `port` is the pod's, where its number is known."""

    source: End
    target: End
    port: int | None
    protocol: str = "TCP"


def end_of(pod: Manifest, namespace: Manifest | None = None) -> End:
    """A pod as one side; with its namespace, where that was read."""
    ports = [
        port
        for container in manifests.mappings(manifests.spec(pod).get("containers"))
        for port in manifests.mappings(container.get("ports"))
    ]
    return End(
        namespace=manifests.namespace(pod),
        labels=manifests.labels(pod),
        namespace_labels=manifests.labels(namespace) if namespace else None,
        ip=manifests.text(manifests.status(pod).get("podIP")),
        named_ports={
            manifests.text(port.get("name")): manifests.number(port.get("containerPort")) or 0
            for port in ports
            if port.get("name")
        },
    )


def forbidding(
    policies: Iterable[Manifest], connection: Connection, direction: Direction
) -> list[Manifest]:
    """The policies that, together, forbid a connection: all that select its pod, where none of them
    allows it. Empty where it is allowed."""
    own = connection.target if direction is Direction.INGRESS else connection.source
    chosen = [policy for policy in policies if _selects(policy, own, direction)]
    if any(_allows(policy, connection, direction) for policy in chosen):
        return []
    return sorted(chosen, key=manifests.name)


def matches(selector: object, labels: Mapping[str, str]) -> bool:
    """Whether a label selector chooses these labels. An empty one chooses all."""
    chosen = manifests.mapping(selector)
    wanted = manifests.mapping(chosen.get("matchLabels"))
    if any(labels.get(key) != value for key, value in wanted.items()):
        return False
    expressions = manifests.mappings(chosen.get("matchExpressions"))
    return all(_satisfies(labels, expression) for expression in expressions)


def _satisfies(labels: Mapping[str, str], expression: Manifest) -> bool:
    value = labels.get(manifests.text(expression.get("key")))
    listed = expression.get("values")
    values = listed if isinstance(listed, list) else []
    operator = expression.get("operator")
    if operator == "In":
        return value is not None and value in values
    if operator == "NotIn":
        return value not in values
    return (value is not None) if operator == "Exists" else value is None


def _selects(policy: Manifest, own: End, direction: Direction) -> bool:
    if own.labels is None or own.namespace != manifests.namespace(policy):
        return False
    return direction in _types(policy) and matches(
        manifests.spec(policy).get("podSelector"), own.labels
    )


def _types(policy: Manifest) -> list[str]:
    """Without policyTypes it is about ingress, and about egress where it has rules for it."""
    spec = manifests.spec(policy)
    types = spec.get("policyTypes")
    if isinstance(types, list) and types:
        return [kind for kind in types if isinstance(kind, str)]
    return ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]


def rules_of(policy: Manifest, direction: Direction) -> list[Manifest]:
    found = manifests.spec(policy).get(direction.lower())
    # A rule without fields (`- {}`, which some clients send as null) allows everything.
    return [manifests.mapping(rule) for rule in found] if isinstance(found, list) else []


def _allows(policy: Manifest, connection: Connection, direction: Direction) -> bool:
    other = connection.source if direction is Direction.INGRESS else connection.target
    for rule in rules_of(policy, direction):
        peers = manifests.mappings(rule.get(PEERS[direction]))
        known = not peers or any(_is_peer(peer, other, policy) for peer in peers)
        if known and _has_port(rule, connection):
            return True
    return False


def _is_peer(peer: Manifest, other: End, policy: Manifest) -> bool:
    if peer.get("ipBlock") is not None:
        return _in_block(manifests.mapping(peer["ipBlock"]), other.ip)
    if other.namespace is None:
        return False  # not a pod of the cluster
    if peer.get("namespaceSelector") is None:
        if other.namespace != manifests.namespace(policy):
            return False
    elif not _in_namespaces(peer["namespaceSelector"], other):
        return False
    chosen = peer.get("podSelector")
    return chosen is None or other.labels is None or matches(chosen, other.labels)


def _in_namespaces(selector: object, other: End) -> bool:
    """Every namespace has its name as a label; other labels count only where they were read."""
    name = {"kubernetes.io/metadata.name": other.namespace or ""}
    if other.namespace_labels is not None:
        return matches(selector, {**name, **other.namespace_labels})
    chosen = manifests.mapping(selector)
    wanted = manifests.mapping(chosen.get("matchLabels"))
    expressions = manifests.mappings(chosen.get("matchExpressions"))
    return matches(
        {
            "matchLabels": {key: wanted[key] for key in wanted if key in name},
            "matchExpressions": [one for one in expressions if one.get("key") in name],
        },
        name,
    )


def _in_block(block: Manifest, ip: str) -> bool:
    if not ip:
        return True
    excluded = block.get("except")
    try:
        address = ip_address(ip)
        if address not in ip_network(manifests.text(block.get("cidr")), strict=False):
            return False
        return not any(
            address in ip_network(manifests.text(one), strict=False)
            for one in (excluded if isinstance(excluded, list) else [])
        )
    except ValueError:
        return True


def _has_port(rule: Manifest, connection: Connection) -> bool:
    ports = manifests.mappings(rule.get("ports"))
    return not ports or any(_is_port(port, connection) for port in ports)


def _is_port(port: Manifest, connection: Connection) -> bool:
    if (port.get("protocol") or "TCP") != connection.protocol:
        return False
    wanted = port.get("port")
    if isinstance(wanted, str):
        found = connection.target.named_ports.get(wanted)
        # The ports of a target that was not read are not known by name.
        return found == connection.port if found else connection.target.labels is None
    first = manifests.number(wanted)
    if first is None or connection.port is None:
        return True
    return first <= connection.port <= (manifests.number(port.get("endPort")) or first)
