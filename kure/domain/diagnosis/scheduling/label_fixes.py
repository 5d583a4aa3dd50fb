"""Patches that let a node take a pod: another label, no demand for one, a toleration."""

from collections.abc import Iterable

from kure.domain import manifests
from kure.domain.diagnosis.draft import Draft, draft
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Patch
from kure.domain.diagnosis.nearby import nearest
from kure.domain.diagnosis.scheduling import placement
from kure.domain.manifests import Manifest

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
NODE_AFFINITY = ("spec", "affinity", "nodeAffinity", REQUIRED)
SELECTOR = ("spec", "nodeSelector")


def near_value(expression: Manifest, there: Iterable[str]) -> str:
    """The value of a node that is most like the one that is demanded; '' where none is."""
    values = expression.get("values")
    if expression.get("operator") != "In" or not isinstance(values, list) or len(values) != 1:
        return ""
    return nearest(str(values[0]), there)


def relabelled(case: Case) -> Patch | None:
    """The demands that no node meets get the value that is most like theirs, or are left out.
    None where no node would take the pod then either."""
    change = draft(case.template)
    if change is None or not case.facts.nodes:
        return None
    left_out = _selector(change, case.facts.nodes)
    left_out += _affinity(change, case.facts.nodes)
    if not any(placement.takes(change.template.pod, node) for node in case.facts.nodes):
        return None
    note = f"Without {', '.join(left_out)} the pod may run on any node." if left_out else ""
    return change.patch(note or "The value most like it that a node has.")


def _selector(change: Draft, nodes: Iterable[Manifest]) -> list[str]:
    """What was left out. A key that no node has may be one that is spelt otherwise."""
    found = manifests.mapping(change.at(SELECTOR))
    left_out = []
    for key, value in found.items():
        expression = {"key": key, "operator": "In", "values": [str(value)]}
        if any(placement.satisfies(node, expression) for node in nodes):
            continue
        values = {v for node in nodes if (v := manifests.labels(node).get(key)) is not None}
        near = nearest(str(value), values)
        keys = {k for node in nodes for k, v in manifests.labels(node).items() if v == value}
        if near:
            change.put((*SELECTOR, key), near)
            continue
        change.drop((*SELECTOR, key))
        if near_key := nearest(key, keys):
            change.put((*SELECTOR, near_key), value)
        else:
            left_out.append(f"{key}={value}")
    return left_out


def _affinity(change: Draft, nodes: Iterable[Manifest]) -> list[str]:
    """Of one term with one demand only: what of several is meant is not to be guessed."""
    if _pleases(change, nodes):
        return []
    terms = manifests.mappings(manifests.mapping(change.at(NODE_AFFINITY)).get("nodeSelectorTerms"))
    expressions = manifests.mappings(terms[0].get("matchExpressions")) if len(terms) == 1 else []
    if len(expressions) != 1 or terms[0].get("matchFields"):
        return []
    (expression,) = expressions
    key = str(expression.get("key"))
    there = {v for node in nodes if (v := manifests.labels(node).get(key)) is not None}
    near = near_value(expression, there)
    if near:
        place = ("nodeSelectorTerms", 0, "matchExpressions", 0, "values")
        change.put((*NODE_AFFINITY, *place), [near])
        return []
    change.drop(NODE_AFFINITY)
    return [placement.show_expression(expression)]


def _pleases(change: Draft, nodes: Iterable[Manifest]) -> bool:
    return any(placement.fits_labels(change.template.pod, node) for node in nodes)


def tolerated(case: Case, never: tuple[str, ...]) -> Patch | None:
    """A toleration for the taints of the node that has fewest, where every node that the pod could
    run on has some. Those whose key begins with `never` are not tolerated."""
    change = draft(case.template)
    nodes = [node for node in case.facts.nodes if placement.fits_labels(case.pod, node)]
    kept_away = [(placement.untolerated(case.pod, node), node) for node in nodes]
    if change is None or not kept_away or not all(found for found, _ in kept_away):
        return None
    usable = [
        (len(found), manifests.name(node), found)
        for found, node in kept_away
        if not any(str(taint.get("key")).startswith(never) for taint in found)
    ]
    if not usable:
        return None
    _, name, found = min(usable, key=lambda item: item[:2])
    own = change.at(("spec", "tolerations"))
    tolerations = [_toleration(taint) for taint in found]
    change.put(("spec", "tolerations"), [*(own if isinstance(own, list) else []), *tolerations])
    if not any(placement.takes(change.template.pod, node) for node in nodes):
        return None
    return change.patch(f"{name} keeps other pods away on purpose: make sure that this one may.")


def _toleration(taint: Manifest) -> Manifest:
    same = {key: taint[key] for key in ("key", "effect") if taint.get(key)}
    value = taint.get("value")
    return same | ({"operator": "Equal", "value": value} if value else {"operator": "Exists"})
