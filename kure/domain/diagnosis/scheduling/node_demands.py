"""Labels that a pod wants of a node, and taints and cordons that nodes keep pods away with."""

import shlex
from collections.abc import Iterable

from kure.domain import manifests
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import EvidenceLine
from kure.domain.diagnosis.scheduling import placement
from kure.domain.diagnosis.scheduling.clause import BESIDE, NAMED, Clause, Words, candidates, some
from kure.domain.diagnosis.scheduling.label_fixes import near_value, relabelled, tolerated
from kure.domain.manifests import Manifest

# The scheduler asks for a cordon first: a cordoned node is counted there, whatever its taints.
AFTER_CORDON = " They are cordoned as well: the taints still keep the pod away once they are not."

# Taints that Kubernetes itself puts on a node that is not well: nobody should tolerate them.
UNWELL = ("node.kubernetes.io/", "node.cloudprovider.kubernetes.io/")


def node_labels(case: Case, clause: Clause) -> Words:
    wanted = list(placement.wanted_labels(case.pod))
    shown = [placement.show_expression(expression) for _, expression in wanted]
    fitting = [manifests.name(node) for node in candidates(case)]
    unmet = [
        _nobody_has(case.facts.nodes, expression)
        for _, expression in wanted
        if case.facts.nodes
        and case.facts.every_node
        and not any(placement.satisfies(node, expression) for node in case.facts.nodes)
    ]
    if fitting:
        unmet.append(f"Other nodes have these labels ({some(fitting)}): see why they refuse it.")
    return Words(
        title=f"the pod wants a node with {case.quote(', '.join(shown), 120) or 'other labels'}",
        explanation="The labels of these nodes do not satisfy the pod's nodeSelector or required "
        f"node affinity: {', '.join(shown)}. {' '.join(unmet)}".strip(),
        fix=f"Correct the pod's nodeSelector or node affinity ({', '.join(shown)}), or label a "
        "node so.",
        evidence=tuple(
            case.from_pod(field, text) for (field, _), text in zip(wanted, shown, strict=True)
        ),
        decisive=not fitting,
        commands=("kubectl get nodes --show-labels",) if not fitting else (),
        patch=relabelled(case) if not fitting and case.facts.every_node else None,
    )


def _nobody_has(nodes: Iterable[Manifest], expression: Manifest) -> str:
    key = str(expression.get("key"))
    there = sorted({value for node in nodes if (value := manifests.labels(node).get(key))})
    other = f"; values found for {key}: {', '.join(there[:NAMED])}" if there else ""
    none = "" if there else f"; none has the label {key}"
    near = near_value(expression, there)
    meant = f": is {near} meant?" if near else "."
    return f"No node satisfies {placement.show_expression(expression)}{other}{none}{meant}"


def taints(case: Case, clause: Clause) -> Words:
    """Newer schedulers (1.34 among them) name no taint, so they are read from the nodes."""
    fitting = candidates(case)
    here, next_ = _untolerated(case.pod, _not_cordoned(fitting)), _untolerated(case.pod, fitting)
    found = here or next_ or _untolerated(case.pod, case.facts.nodes)
    decisive = bool(here) or not found
    named = [f"{taint} (on {some(nodes)})" for taint, nodes in found.items()]
    told = "; ".join(named[:NAMED]) or clause.text
    which = some(found) or "the nodes' taints"
    unwell = sorted({n for taint, nodes in found.items() if _unwell(taint) for n in nodes})
    ill = f" Kubernetes itself put such a taint on {some(unwell)}, since the node is not well."
    belongs = f"If the pod belongs there, give it a toleration for {which}; else free or add nodes "
    return Words(
        title=f"taints that the pod does not tolerate {_listed(found)}".strip(),
        explanation=f"These nodes have taints that keep the pod away: {told}."
        + (ill if unwell else "")
        + ("" if decisive else AFTER_CORDON if next_ else BESIDE),
        fix=f"See why node {unwell[0]} is not well; its taint goes when it is well again."
        if unwell and len(unwell) == len({n for nodes in found.values() for n in nodes})
        else f"{belongs}without taints. Taints are there for a reason: ask whose nodes they are.",
        evidence=tuple(
            EvidenceLine("node", f"Node/{node}", "spec.taints", taint)
            for taint, nodes in found.items()
            for node in nodes
        )[:NAMED],
        decisive=decisive,
        commands=tuple(f"kubectl describe node {shlex.quote(name)}" for name in unwell[:1]),
        patch=tolerated(case, UNWELL) if decisive and case.facts.every_node else None,
    )


def _not_cordoned(nodes: list[Manifest]) -> list[Manifest]:
    closed = _closed(nodes)
    return [node for node in nodes if manifests.name(node) not in closed]


def _unwell(taint: str) -> bool:
    return taint.startswith(UNWELL)


def _untolerated(pod: Manifest, nodes: Iterable[Manifest]) -> dict[str, list[str]]:
    """Each taint that keeps the pod away, with the names of the nodes that have it."""
    found: dict[str, list[str]] = {}
    for node in nodes:
        for taint in placement.untolerated(pod, node):
            found.setdefault(placement.show_taint(taint), []).append(manifests.name(node))
    return found


def _listed(found: Iterable[str]) -> str:
    names = list(found)
    return f"({some(names)})" if names else ""


def cordoned(case: Case, clause: Clause) -> Words:
    closed = _closed(candidates(case)) or _closed(case.facts.nodes)
    decisive = bool(_closed(candidates(case))) or not closed
    which = f" ({some(closed)})" if closed else ""
    return Words(
        title=f"cordoned{which}",
        explanation=f"These nodes take no new pods: somebody, or an upgrade, cordoned them{which}."
        + ("" if decisive else BESIDE),
        fix=f"When the work on them is done: `kubectl uncordon {closed[0] if closed else 'NODE'}`.",
        evidence=tuple(
            EvidenceLine("node", f"Node/{name}", "spec.unschedulable", "true")
            for name in closed[:NAMED]
        ),
        decisive=decisive,
        commands=tuple(f"kubectl uncordon {shlex.quote(n)}" for n in closed[:1] if decisive),
    )


def _closed(nodes: Iterable[Manifest]) -> list[str]:
    return [
        manifests.name(node) for node in nodes if manifests.spec(node).get("unschedulable") is True
    ]


def no_nodes(case: Case, clause: Clause) -> Words:
    return Words(
        title="the cluster has no nodes",
        explanation="There is no node at all that the scheduler could look at.",
        fix="Add a node, or see why none is registered.",
        commands=("kubectl get nodes",),
    )
