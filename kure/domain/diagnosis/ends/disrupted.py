"""Who wanted a pod away: its node's taint (I05), a more important pod (I06), a person or a drain
(I12)."""

from collections.abc import Iterator
from dataclasses import dataclass

from kure.domain import manifests
from kure.domain.diagnosis.ends.told import node_commands
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import Cause, EvidenceLine
from kure.domain.diagnosis.scheduling import placement
from kure.domain.diagnosis.telling import certain


@dataclass(frozen=True)
class _Row:
    rule: str
    title: str
    explanation: str
    fix: str


# https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions
ROWS = {
    "DeletionByTaintManager": _Row(
        "I05",
        'Pod "{name}" was taken off node {node}, which has a taint with effect NoExecute{taints}',
        "The pod does not tolerate the taint, or no longer does, so that it was deleted. What owns "
        "it makes another, on a node that will have it. Kubernetes itself puts such taints on "
        "nodes that are not ready or not reached.",
        "See why node {node} has the taint; give the pod a toleration if it belongs there all the "
        "same.",
    ),
    "PreemptionByScheduler": _Row(
        "I06",
        'Pod "{name}" had to make room on node {node} for a pod of a higher priority',
        "The scheduler found no room for a pod of a higher priority and deleted this one.",
        "Give the cluster more room, or this pod a higher priorityClassName if it matters as much.",
    ),
    "EvictionByEvictionAPI": _Row(
        "I12",
        'Pod "{name}" was evicted on request, as when node {node} is drained',
        "Somebody asked for it: a drain, an autoscaler that removes the node, a descheduler. That "
        "is no failure; what owns the pod makes another.",
        "Nothing, if it was meant. Give the workload more replicas and a PodDisruptionBudget if it "
        "must go on meanwhile.",
    ),
}


def wanted_away(case: Case) -> Iterator[Cause]:
    """By the condition that whoever deletes it sets first."""
    found = manifests.condition(case.pod, "DisruptionTarget")
    row = ROWS.get(manifests.text(found.get("reason")))
    if row is None or found.get("status") != "True":
        return
    taints = _taints(case) if row.rule == "I05" else []
    values = {
        "name": case.name,
        "node": manifests.node_name(case.pod) or "(unknown)",
        "taints": f" ({', '.join(taints)})" if taints else "",
    }
    told = f"{found.get('reason')} {manifests.text(found.get('message'))}".strip()
    yield certain(
        case,
        row.rule,
        row.title.format_map(values),
        row.explanation,
        row.fix.format_map(values),
        evidence=(
            case.from_pod("status.conditions[type=DisruptionTarget]", told),
            *(EvidenceLine("node", f"Node/{values['node']}", "spec.taints", one) for one in taints),
        ),
        commands=node_commands(case),
    )


def _taints(case: Case) -> list[str]:
    """Those of its node that it does not tolerate and that throw pods out."""
    if case.node is None:
        return []
    found = placement.untolerated(case.pod, case.node)
    return [placement.show_taint(one) for one in found if one.get("effect") == "NoExecute"]
