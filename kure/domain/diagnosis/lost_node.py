"""Pods on a node that is not Ready: the node is to be mended first.

Decided here for all classes, after a family has told its causes, so that the incidents of a node's
pods point to the one of the node.
"""

import shlex
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from kure.domain import manifests
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import Blamed, Cause, Confidence, EvidenceLine
from kure.domain.failures.model import FailureClass
from kure.domain.manifests import Manifest

# What only the pod's kubelet can bring to an end, whenever it began.
WAITS_FOR_KUBELET = (
    FailureClass.STUCK_TERMINATING,
    FailureClass.SANDBOX,
    FailureClass.FAILED_MOUNT,
    FailureClass.NOT_STARTED,
    FailureClass.NOT_READY,
)
# A pod that ended was ended by the kubelet, which told why.
ENDED = (FailureClass.REJECTED, FailureClass.EVICTED, FailureClass.DEADLINE)

# A node is not called lost before its kubelet was silent for this long:
# https://kubernetes.io/docs/reference/node/node-status/#heartbeats
SILENCE = timedelta(seconds=60)


def with_lost_node(case: Case, causes: Sequence[Cause]) -> list[Cause]:
    """The causes of a pod, with its node's being lost (I07) before them where that explains the
    failure. What is certain stays; what only guesses does not."""
    node = case.node if case.is_pod else None
    if node is None or not _is_lost(node) or _held_by_finalizer(case):
        return list(causes)
    blamed = Blamed("_", "Node", manifests.name(node))
    waits = case.failure.failure_class in WAITS_FOR_KUBELET
    if not waits and (case.failure.failure_class in ENDED or not _began_then(case, node)):
        return list(causes)
    kept = [
        replace(cause, blames=cause.blames or blamed)
        for cause in causes
        if not waits or cause.confidence is Confidence.DEFINITIVE
    ]
    return [_lost(case, node, blamed), *kept] if waits else kept


def _is_lost(node: Manifest) -> bool:
    return manifests.condition(node, "Ready").get("status") in ("False", "Unknown")


def _began_then(case: Case, node: Manifest) -> bool:
    """Whether the failure began when the node went, or later."""
    since = manifests.time_of(manifests.condition(node, "Ready").get("lastTransitionTime"))
    return since is not None and case.failure.since >= since - SILENCE


def _held_by_finalizer(case: Case) -> bool:
    """Its containers have ended: it is no longer the kubelet that it waits for."""
    running = any(container.is_running for container in manifests.containers(case.pod))
    stuck = case.failure.failure_class is FailureClass.STUCK_TERMINATING
    return stuck and not running and bool(manifests.metadata(case.pod).get("finalizers"))


def _lost(case: Case, node: Manifest, blamed: Blamed) -> Cause:
    found, name = manifests.condition(node, "Ready"), blamed.name
    silent = found.get("status") == "Unknown"
    said = " ".join(manifests.text(found.get(key)) for key in ("reason", "message")).strip()
    why = case.quote(said, 400).rstrip(".") or "it says nothing"
    since = manifests.time_of(found.get("lastTransitionTime"))
    when = f" since {since:%H:%M:%S} UTC on {since:%Y-%m-%d}" if since else ""
    stuck = case.failure.failure_class is FailureClass.STUCK_TERMINATING
    what = "be told to end its containers" if stuck else "start, stop or probe its containers"
    gone = (
        " Only if the machine is certainly off, taint the node "
        "node.kubernetes.io/out-of-service=nodeshutdown:NoExecute: its pods are then forgotten and "
        "their volumes detached."
        if stuck
        else ""
    )
    return Cause(
        rule="I07",
        failure_class=case.failure.failure_class,
        container=case.failure.container,
        title=case.quote(f'Node "{name}", on which Pod "{case.name}" is, is not ready', 200),
        explanation=f"The node is not ready{when}: {why}. "
        f"Until it is, its kubelet cannot {what}; what the pod shows is from before.",
        confidence=Confidence.DEFINITIVE if silent else Confidence.LIKELY,
        evidence=(
            EvidenceLine(
                "node",
                f"Node/{name}",
                "status.conditions[type=Ready]",
                case.quote(f"{found.get('status')} {said}"),
            ),
            case.from_pod("spec.nodeName", name),
        ),
        fix=f"Bring node {name} back: see whether its machine and kubelet run and reach the API "
        f"server. Pods with an owner are made anew elsewhere after five minutes.{gone}",
        commands=(
            f"kubectl describe node {shlex.quote(name)}",
            f"kubectl get pods -A -o wide --field-selector spec.nodeName={shlex.quote(name)}",
        ),
        blames=blamed,
    )
