"""A pod that was given to a node which is not there: no kubelet will ever start it."""

from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.diagnosis.draft import draft
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import Cause, Confidence
from kure.domain.diagnosis.nearby import Want, did_you_mean

NODES = Want("Node")


def wants_nodes(case: Case) -> Iterator[Want]:
    """Only where the pod's node is not among those that were read."""
    if manifests.node_name(case.pod) and case.node is None:
        yield NODES


def absent_node(case: Case) -> Iterator[Cause]:
    """F20. Such a pod never passed a scheduler: its template names the node."""
    name, nearby = manifests.node_name(case.pod), case.facts.nearby
    if not name or not nearby.lacks(NODES, name):
        return
    near = nearby.nearest(NODES, name)
    change = draft(case.template)
    named = change is not None and change.at(("spec", "nodeName")) == name
    if change is not None and named:
        change.drop(("spec", "nodeName"))
    yield Cause(
        rule="F20",
        failure_class=case.failure.failure_class,
        container="",
        title=case.quote(f'The pod is given to node "{name}", which does not exist', 200),
        explanation=f'The pod says itself where it runs (spec.nodeName "{name}"), so that no '
        "scheduler looked for a place, and no node of that name is there to start it."
        f"{did_you_mean('Node', near)}",
        confidence=Confidence.DEFINITIVE,
        evidence=(case.from_pod("spec.nodeName", name),),
        fix="Leave spec.nodeName out of the pod template: the scheduler then finds a node. Where "
        "it has to be a certain node, use a nodeSelector on kubernetes.io/hostname.",
        commands=("kubectl get nodes",),
        patch=change.patch("The scheduler then chooses the node.") if change and named else None,
    )
