"""A node has too little left of something: what the pod asks for, what there is, who has it."""

import shlex
from collections.abc import Iterable, Iterator
from decimal import Decimal

from kure.domain import manifests, quantities
from kure.domain.diagnosis.draft import Draft, draft
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Patch, Place
from kure.domain.diagnosis.model import EvidenceLine
from kure.domain.diagnosis.nearby import Want, did_you_mean, nearest
from kure.domain.diagnosis.scheduling import placement
from kure.domain.diagnosis.scheduling.clause import NAMED, Clause, Words, allocatable, candidates
from kure.domain.failures.objects.template import wanted_replicas
from kure.domain.manifests import Manifest

# How many of a node's pods are named.
BIGGEST = 3
DIVISIBLE = ("cpu", "memory", "ephemeral-storage")


def wants_pods(case: Case, clause: Clause) -> Iterator[Want]:
    """The pods of the one node that has most: who has what is missing."""
    found = placement.largest_allocatable(candidates(case) or case.facts.nodes, clause.what)
    if found and clause.what in DIVISIBLE:
        yield _pods_on(found[0])


def _pods_on(node: str) -> Want:
    return Want("Pod", "", f"spec.nodeName={node}")


def insufficient(case: Case, clause: Clause) -> Words:
    resource = clause.what
    asked = placement.requested(case.pod, resource)
    amount = quantities.show(resource, asked)
    largest = placement.largest_allocatable(case.facts.nodes, resource)
    evidence = []
    if asked:
        evidence += [case.from_pod(f"spec.containers[*].resources.requests.{resource}", amount)]
    never = largest is not None and case.facts.every_node and asked > largest[1]
    if largest is not None:
        shown = quantities.show(resource, largest[1])
        field = f"status.allocatable.{resource}"
        evidence.append(EvidenceLine("node", f"Node/{largest[0]}", field, shown))
    more = "which is more than " + ("any node has in all" if never else "these nodes have left")
    if largest is None and case.facts.nodes:
        more = "which no node that was read offers"
    near = "" if largest else _near_name(case, resource)
    used, used_by = _used(case, resource)
    return Words(
        title=f"not enough free {resource}" + (f" (the pod asks for {amount})" if asked else ""),
        explanation=f"{_demand(resource, amount if asked else '', more)}; what counts is "
        f"what other pods have asked for there, not what they use.{_size(case, resource)}{used}",
        fix=f"Lower the pod's request of {resource} to what a node has, or add a larger node."
        if never
        else f'Ask for "{near}", if that is meant, or add a node that offers {resource}.'
        if near
        else f"Lower the pod's request of {resource}, make room by lowering those of other pods, "
        "or add a node.",
        evidence=(*evidence, *used_by),
        commands=_look(largest[0]) if largest and not never else (),
        patch=_lowered(case, resource) if never else _renamed(case, resource),
    )


def _demand(resource: str, amount: str, more: str) -> str:
    """`amount` is '' where the pod, as it was read, asks for nothing of it."""
    if amount:
        return f"The pod asks for {amount} of {resource}, {more}"
    return f"The scheduler counts {resource} for the pod, which itself asks for none"


def _size(case: Case, resource: str) -> str:
    """What the nodes have; where none has any, which name much like it some have."""
    largest = placement.largest_allocatable(case.facts.nodes, resource)
    if largest is not None:
        shown = quantities.show(resource, largest[1])
        return f" The largest node, {largest[0]}, has {shown} for all its pods together."
    if not case.facts.nodes:
        return ""
    near = did_you_mean("A resource", _near_name(case, resource))
    return f" No node that was read offers {resource}.{near}"


def _near_name(case: Case, resource: str) -> str:
    names = [name for node in case.facts.nodes for name in allocatable(node)]
    return nearest(resource, (name for name in names if "/" in name))


def _look(node: str) -> tuple[str, ...]:
    name = shlex.quote(node)
    return (f"kubectl describe node {name}",)


def _used(case: Case, resource: str) -> tuple[str, tuple[EvidenceLine, ...]]:
    """Who asks for most of it on the node that has most."""
    found = placement.largest_allocatable(candidates(case) or case.facts.nodes, resource)
    read = case.facts.nearby.read(_pods_on(found[0])) if found else None
    if found is None or not read:
        return "", ()
    asked = [(placement.requested(pod, resource), pod) for pod in _running(read)]
    asked.sort(key=lambda pair: (-pair[0], manifests.name(pair[1])))
    taken = sum((amount for amount, _ in asked), Decimal(0))
    named = [
        f"{manifests.namespace(pod)}/{manifests.name(pod)} {quantities.show(resource, amount)}"
        for amount, pod in asked[:BIGGEST]
        if amount
    ]
    if not named:
        return "", ()
    shown = f"{quantities.show(resource, taken)} of {quantities.show(resource, found[1])}"
    text = f" On {found[0]} pods ask for {shown}, most of all {', '.join(named)}."
    line = EvidenceLine("node", f"Node/{found[0]}", f"requests.{resource}", case.quote(shown))
    return text, (line,)


def _running(pods: Iterable[Manifest]) -> list[Manifest]:
    return [pod for pod in pods if manifests.phase(pod) not in ("Succeeded", "Failed")]


def _free(case: Case, resource: str) -> Decimal | None:
    """What is left on the node that has most, of those that the pod may run on; None where its
    pods were not read."""
    found = placement.largest_allocatable(_open(case), resource)
    read = case.facts.nearby.read(_pods_on(found[0])) if found else None
    if found is None or read is None or _pods_on(found[0]) in case.facts.nearby.cut:
        return None
    taken = (placement.requested(pod, resource) for pod in _running(read))
    return found[1] - sum(taken, Decimal(0))


def _open(case: Case) -> list[Manifest]:
    return [node for node in candidates(case) if placement.is_open(case.pod, node)]


def _lowered(case: Case, resource: str) -> Patch | None:
    """The largest request becomes half of what is left on the largest node, shared among the
    replicas: the rollout, and other pods, want some too."""
    change, free = draft(case.template), _free(case, resource)
    if change is None or not free or free <= 0 or resource not in DIVISIBLE:
        return None
    share = free / (2 * max(wanted_replicas(case.facts.owner or {}), 1))
    asking = [(_asks(found, resource), place) for place, found in change.containers()]
    most, biggest = max(asking)
    others = sum((amount for amount, _ in asking), Decimal(0)) - most
    value = quantities.write(resource, share - others)
    if share <= others or not quantities.parse(value):
        return None
    change.put((*biggest, "resources", "requests", resource), value)
    note = f"{value} is what the largest node can spare, not what was measured"
    return change.patch(f"{note}: see what the program needs.")


def _asks(container: Manifest, resource: str) -> Decimal:
    return placement.requested({"spec": {"containers": [container]}}, resource)


def _renamed(case: Case, resource: str) -> Patch | None:
    """Of a resource that no node has, but one of a name much like it."""
    near = _near_name(case, resource)
    change = draft(case.template)
    largest = placement.largest_allocatable(case.facts.nodes, resource)
    if not near or change is None or largest or not case.facts.every_node:
        return None
    for place, _ in list(change.containers()):
        for kind in ("requests", "limits"):
            _rename(change, (*place, "resources", kind), resource, near)
    return change.patch(f'The nodes offer "{near}".')


def _rename(change: Draft, place: Place, old: str, new: str) -> None:
    value = change.at((*place, old))
    if value is not None:
        change.drop((*place, old))
        change.put((*place, new), value)


def too_many_pods(case: Case, clause: Clause) -> Words:
    nodes = candidates(case)
    return Words(
        title="they run as many pods as they may",
        explanation="These nodes are full: each has a limit of pods (110 unless told otherwise), "
        "whatever they ask for.",
        fix="Add a node, delete pods that are not needed, or raise maxPods in the kubelet's "
        "configuration.",
        evidence=tuple(
            EvidenceLine("node", f"Node/{manifests.name(node)}", "status.allocatable.pods", limit)
            for node in nodes[:NAMED]
            if (limit := manifests.text(allocatable(node).get("pods")))
        ),
        commands=tuple(
            "kubectl get pods -A --field-selector "
            + shlex.quote(f"spec.nodeName={manifests.name(node)}")
            for node in nodes[:1]
        ),
    )
