"""What keeps a node that is to be emptied from being so (K18)."""

import shlex
from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.diagnosis.dependencies.policies import matches
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import Cause, EvidenceLine
from kure.domain.diagnosis.nearby import Want
from kure.domain.diagnosis.nodes.told import of_node, pods_on
from kure.domain.manifests import Manifest

NAMED = 5


def wanted_budgets(case: Case) -> Iterator[Want]:
    """Of the namespaces that have pods on it."""
    if _is_cordoned(case):
        pods = case.facts.nearby.read(pods_on(case)) or ()
        yield from {_budgets(manifests.namespace(pod)) for pod in pods}


def blocked_drain(case: Case) -> Iterator[Cause]:
    """One cause for each PodDisruptionBudget that lets no pod go which is on the cordoned node."""
    if not _is_cordoned(case):
        return
    pods = case.facts.nearby.read(pods_on(case)) or ()
    for namespace in sorted({manifests.namespace(pod) for pod in pods}):
        for budget in case.facts.nearby.read(_budgets(namespace)) or ():
            held = [
                manifests.name(pod)
                for pod in pods
                if manifests.namespace(pod) == namespace and _holds(budget, pod)
            ]
            if held:
                yield _cause(case, budget, held)


def _is_cordoned(case: Case) -> bool:
    return case.about.kind == "Node" and manifests.spec(case.pod).get("unschedulable") is True


def _budgets(namespace: str) -> Want:
    return Want("PodDisruptionBudget", namespace)


def _holds(budget: Manifest, pod: Manifest) -> bool:
    """https://kubernetes.io/docs/tasks/run-application/configure-pdb/"""
    allowed = manifests.number(manifests.status(budget).get("disruptionsAllowed"))
    return allowed == 0 and matches(manifests.spec(budget).get("selector"), manifests.labels(pod))


def _cause(case: Case, budget: Manifest, held: list[str]) -> Cause:
    spec, status, name = manifests.spec(budget), manifests.status(budget), manifests.name(budget)
    namespace = manifests.namespace(budget)
    healthy, wanted = status.get("currentHealthy"), status.get("desiredHealthy")
    asks = [f"{key} {spec[key]}" for key in ("minAvailable", "maxUnavailable") if key in spec]
    more = f" and {len(held) - NAMED} more" if len(held) > NAMED else ""
    return of_node(
        case,
        "K18",
        f'PodDisruptionBudget "{name}" of namespace {namespace} keeps node "{case.name}" from '
        "being drained",
        f"The node is cordoned, and the budget ({', '.join(asks) or 'no numbers'}) allows no "
        f"eviction at the moment: {healthy} of its pods are healthy and {wanted} have to be. A "
        f"drain waits for it: it selects {', '.join(held[:NAMED])}{more} on the node.",
        "Get the other pods of that workload healthy, or give it more replicas than the budget "
        "asks for; a budget that asks for all of them never lets one go.",
        (
            case.from_pod("spec.unschedulable", "true"),
            EvidenceLine("object", f"PodDisruptionBudget/{name}", "status.disruptionsAllowed", "0"),
        ),
        commands=(f"kubectl get pdb {shlex.quote(name)} -n {shlex.quote(namespace)} -o yaml",),
    )
