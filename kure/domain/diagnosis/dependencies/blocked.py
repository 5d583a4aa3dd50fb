"""NetworkPolicies between a program and what it calls: J04."""

import json
import shlex
from collections.abc import Iterator
from typing import Any

from kure.domain import manifests
from kure.domain.diagnosis.dependencies.backing import is_ready, owner_of
from kure.domain.diagnosis.dependencies.finding import Finding
from kure.domain.diagnosis.dependencies.policies import (
    PEERS,
    Connection,
    Direction,
    End,
    end_of,
    forbidding,
    rules_of,
)
from kure.domain.diagnosis.dependencies.resolving import Resolved
from kure.domain.diagnosis.dependencies.seen import Seen
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Operation, Patch, patch_of, put
from kure.domain.diagnosis.model import EvidenceLine
from kure.domain.diagnosis.nearby import Want
from kure.domain.diagnosis.scheduling.placement import selector_text
from kure.domain.manifests import Manifest

API = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy"}
# Labels that are of one pod or of one version of it.
PASSING = (
    *("pod-template-hash", "controller-revision-hash", "pod-template-generation", "job-name"),
    *("statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index", "controller-uid"),
    *("batch.kubernetes.io/job-name", "batch.kubernetes.io/controller-uid"),
)
WIDENS = "It lets connections through that are forbidden now: see that they are meant to be."


def wanted_policies(case: Case, found: Resolved) -> Iterator[Want]:
    namespaces = dict.fromkeys((case.namespace, _target_namespace(found)))
    for namespace in filter(None, namespaces):
        yield Want("NetworkPolicy", namespace)
        if case.facts.nearby.read(Want("NetworkPolicy", namespace)):
            yield _namespace_want(case.namespace)
            yield _namespace_want(_target_namespace(found) or case.namespace)


def blocked(case: Case, seen: Seen, found: Resolved) -> Finding | None:
    """What forbids the connection at the side that is called, else at its own side."""
    if manifests.spec(case.pod).get("hostNetwork") is True:
        return None
    connections = list(_connections(case, found))
    for direction, namespace in (
        (Direction.INGRESS, _target_namespace(found)),
        (Direction.EGRESS, case.namespace),
    ):
        policies = case.facts.nearby.read(Want("NetworkPolicy", namespace)) if namespace else ()
        verdicts = [forbidding(policies or (), one, direction) for one in connections]
        if verdicts and all(verdicts):
            return _told(case, found, connections[0], verdicts[0], direction)
    return None


def _connections(case: Case, found: Resolved) -> Iterator[Connection]:
    source = _end(case, case.pod)
    if found.backing is None and found.pod is None:
        if found.called.is_ip or found.external:
            ip = found.called.host if found.called.is_ip else ""
            yield Connection(source, End(None, None, ip=ip), found.called.port)
        return
    pods = [found.pod] if found.pod else [p for p in _pods(found) if is_ready(p)]
    port = found.backing.target_port(found.called.port) if found.backing else found.called.port
    for pod in pods:
        target = _end(case, pod)
        number = target.named_ports.get(port) if isinstance(port, str) else port
        yield Connection(source, target, number)


def _pods(found: Resolved) -> tuple[Manifest, ...]:
    return (found.backing.pods or ()) if found.backing else ()


def _target_namespace(found: Resolved) -> str:
    return manifests.namespace(found.pod) if found.pod else found.namespace


def _end(case: Case, pod: Manifest) -> End:
    namespace = manifests.namespace(pod)
    return end_of(pod, case.facts.nearby.named(_namespace_want(namespace), namespace))


def _namespace_want(namespace: str) -> Want:
    return Want("Namespace", "", f"metadata.name={namespace}")


def _told(
    case: Case, found: Resolved, way: Connection, policies: list[Manifest], direction: Direction
) -> Finding:
    ingress = direction is Direction.INGRESS
    names = ", ".join(f'"{manifests.name(policy)}"' for policy in policies)
    namespace = manifests.namespace(policies[0])
    what = "NetworkPolicy" if len(policies) == 1 else "NetworkPolicies"
    port = f" on port {way.port}" if way.port else ""
    pods = "the pods behind it" if ingress else "this pod"
    own = labels_text(stable_labels(case)) or "(none)"
    allowed = " ".join(admitted(policy, direction) for policy in policies)
    side = f"Pods with the labels {own} of namespace {case.namespace} are not among them."
    return Finding(
        rule="J04",
        why=f"{what} {names} of namespace {namespace} "
        f"{'does' if len(policies) == 1 else 'do'} not let it {'in' if ingress else 'out'}"
        f"{_target(found)}{port}",
        explanation=f"{what} {names} of namespace {namespace} select {pods} for "
        f"{direction.lower()}, so only what one of them allows gets through. {allowed} "
        + (side if ingress else "What it calls is not among them."),
        fix=f"Let {what} {names} allow it, or add a NetworkPolicy that does, if it is meant to be.",
        evidence=tuple(
            EvidenceLine(
                "object",
                f"NetworkPolicy/{manifests.name(policy)}",
                f"spec.{direction.lower()}",
                case.quote(json.dumps(rules_of(policy, direction)), 300),
            )
            for policy in policies
        ),
        commands=_commands(case, found, way, namespace, direction),
        patch=_patch(case, found, way, policies, direction),
        blames=owner_of(found.pod) if found.pod and ingress else None,
    )


def _target(found: Resolved) -> str:
    """What the called address stands for."""
    if found.backing:
        pods = found.backing.pods or ()
        owner = owner_of(pods[0]) if pods else None
        behind = f" ({owner.kind} {owner.name})" if owner else ""
        return f' to Service "{found.backing.name}"{behind}'
    if found.pod:
        owner = owner_of(found.pod)
        return f" to {owner.kind} {owner.name}"
    return ""


def admitted(policy: Manifest, direction: Direction) -> str:
    """What a policy allows, in a sentence."""
    rules = rules_of(policy, direction)
    name = manifests.name(policy)
    if not rules:
        return f'"{name}" allows nothing.'
    parts = [_rule_text(rule, direction) for rule in rules[:4]]
    return f'"{name}" allows {"; ".join(parts)}{"; …" if len(rules) > 4 else ""}.'


def _rule_text(rule: Manifest, direction: Direction) -> str:
    peers = manifests.mappings(rule.get(PEERS[direction]))
    ports = [
        f"{port.get('protocol') or 'TCP'} {port.get('port', '(any)')}"
        for port in manifests.mappings(rule.get("ports"))
    ]
    who = " or ".join(map(_peer_text, peers[:4])) if peers else "everybody"
    return who + (f" on {', '.join(ports[:4])}" if ports else "")


def _peer_text(peer: Manifest) -> str:
    if peer.get("ipBlock") is not None:
        return f"addresses in {manifests.mapping(peer['ipBlock']).get('cidr')}"
    pods, spaces = peer.get("podSelector"), peer.get("namespaceSelector")
    text = f"pods with {selector_text(pods)}" if pods else "all pods"
    return text + (f" in namespaces with {selector_text(spaces) or 'any label'}" if spaces else "")


def stable_labels(case: Case) -> dict[str, str]:
    """By which labels the pods of the workload are known: those that its owner selects."""
    selector = manifests.spec(case.facts.owner or {}).get("selector")
    chosen = manifests.mapping(manifests.mapping(selector).get("matchLabels"))
    own = manifests.labels(case.pod)
    if chosen and chosen.items() <= own.items():
        return dict(chosen)
    return {key: value for key, value in own.items() if key not in PASSING}


def labels_text(labels: dict[str, str]) -> str:
    return ",".join(f"{key}={value}" for key, value in sorted(labels.items()))


def _rule(case: Case, found: Resolved, way: Connection, direction: Direction) -> Manifest | None:
    """What would have to be allowed; None where it cannot be named by labels."""
    if direction is Direction.INGRESS:
        labels, namespace = stable_labels(case), case.namespace
    else:
        labels = found.backing.selector if found.backing else {}
        namespace = found.namespace
    if not labels:
        return None
    peer: dict[str, Any] = {"podSelector": {"matchLabels": labels}}
    if way.source.namespace != way.target.namespace:
        name = {"kubernetes.io/metadata.name": namespace}
        peer["namespaceSelector"] = {"matchLabels": name}
    ports = {"ports": [{"protocol": "TCP", "port": way.port}]} if way.port else {}
    return {PEERS[direction]: [peer], **ports}


def _patch(
    case: Case, found: Resolved, way: Connection, policies: list[Manifest], direction: Direction
) -> Patch | None:
    """Of the one policy there is, where that is not about every pod of its namespace."""
    rule = _rule(case, found, way, direction)
    policy = API | policies[0]
    if rule is None or len(policies) != 1 or not manifests.spec(policy).get("podSelector"):
        return None
    return patch_of(policy, *add_rules(policy, direction, [rule]), note=WIDENS)


def add_rules(
    policy: Manifest, direction: Direction, rules: list[Manifest]
) -> tuple[Operation, ...]:
    key = direction.lower()
    has = manifests.spec(policy).get(key)
    if isinstance(has, list) and has:
        return tuple(Operation("add", f"/spec/{key}/-", rule) for rule in rules)
    return put(policy, ("spec", key), rules)


def rule_to_get_out(case: Case, found: Resolved) -> Manifest | None:
    """What must be allowed to reach a Service where policies of the pod forbid that, too."""
    policies = case.facts.nearby.read(case.want("NetworkPolicy")) or ()
    ways = list(_connections(case, found))
    if not ways or not all(forbidding(policies, way, Direction.EGRESS) for way in ways):
        return None
    return _rule(case, found, ways[0], Direction.EGRESS)


def _commands(
    case: Case, found: Resolved, way: Connection, namespace: str, direction: Direction
) -> tuple[str, ...]:
    look = f"kubectl get networkpolicies -n {shlex.quote(namespace)} -o yaml"
    rule = _rule(case, found, way, direction)
    ingress = direction is Direction.INGRESS
    labels = (found.backing.selector if found.backing else {}) if ingress else stable_labels(case)
    if rule is None or not labels:
        return (look,)
    name = f"allow-{found.meaning.service if found.meaning else 'it'}-{direction.lower()}"
    return look, make_policy(name, namespace, labels, direction, [rule])


def make_policy(
    name: str, namespace: str, labels: dict[str, str], direction: Direction, rules: list[Manifest]
) -> str:
    """A command that adds a policy: what it allows is added to what others allow."""
    policy = API | {
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "podSelector": {"matchLabels": labels},
            "policyTypes": [str(direction)],
            direction.lower(): rules,
        },
    }
    return f"echo {shlex.quote(json.dumps(policy))} | kubectl apply -f -"
