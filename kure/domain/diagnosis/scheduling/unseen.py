"""Pods that no scheduler looks at: by their own gates, or since none of that name runs."""

import shlex
from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.diagnosis.draft import draft
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.model import Cause, Confidence
from kure.domain.diagnosis.nearby import Want

DEFAULT = "default-scheduler"
# What detection says of such a pod.
UNSEEN = "no scheduler has looked at the pod"
SYSTEM = Want("Pod", "kube-system")


def gates_of(pod: manifests.Manifest) -> list[str]:
    listed = manifests.mappings(manifests.spec(pod).get("schedulingGates"))
    return [name for name in (manifests.text(gate.get("name")) for gate in listed) if name]


def gated(case: Case) -> Iterator[Cause]:
    """F18: whoever made the pod wants it to wait until somebody takes the gates off."""
    gates = gates_of(case.pod)
    if not gates or manifests.node_name(case.pod):
        return
    shown = ", ".join(gates)
    yield Cause(
        rule="F18",
        failure_class=case.failure.failure_class,
        container="",
        title=case.quote(f"The pod is held back by the scheduling gates {shown}", 200),
        explanation=f"No scheduler looks at the pod before its gates are taken off: {shown}. That "
        "is done by the controller that they belong to (a queue of jobs or quotas, often).",
        confidence=Confidence.DEFINITIVE,
        evidence=(case.from_pod("spec.schedulingGates", shown),),
        fix="See why the controller that the gates belong to does not take them off; if there is "
        "none, leave schedulingGates out of the pod template.",
    )


def unseen(case: Case) -> Iterator[Cause]:
    """F19: no condition PodScheduled, so that no scheduler has ever taken it up."""
    name = manifests.text(manifests.spec(case.pod).get("schedulerName")) or DEFAULT
    if manifests.condition(case.pod, "PodScheduled") or manifests.node_name(case.pod):
        return
    if any(case.events("FailedScheduling")):
        return
    said = case.failure.message
    if UNSEEN not in said and (said or name == DEFAULT):
        return
    yield _default_is_down(case) if name == DEFAULT else _no_such_scheduler(case, name)


def wants_schedulers(case: Case) -> Iterator[Want]:
    """Only for a pod that nobody looked at."""
    for _ in unseen(case):
        yield SYSTEM


def _no_such_scheduler(case: Case, name: str) -> Cause:
    change = draft(case.template)
    if change is not None and change.at(("spec", "schedulerName")) == name:
        change.put(("spec", "schedulerName"), DEFAULT)
    return Cause(
        rule="F19",
        failure_class=case.failure.failure_class,
        container="",
        title=case.quote(f'No scheduler of the name "{name}" takes up the pod', 200),
        explanation=f'The pod wants to be placed by the scheduler "{name}" (spec.schedulerName), '
        "and none of that name has looked at it: it is not installed, does not run, or is spelt "
        f'otherwise. The cluster\'s own is "{DEFAULT}".',
        confidence=Confidence.LIKELY,
        evidence=(case.from_pod("spec.schedulerName", name),),
        fix=f'Leave schedulerName out of the pod template, or start the scheduler "{name}".',
        patch=change.patch("The cluster's own scheduler then places the pod.") if change else None,
    )


def _default_is_down(case: Case) -> Cause:
    read = case.facts.nearby.read(SYSTEM)
    own = [
        pod
        for pod in read or ()
        if manifests.labels(pod).get("component") == "kube-scheduler"
        or manifests.name(pod).startswith("kube-scheduler")
    ]
    unready = [
        manifests.name(pod)
        for pod in own
        if manifests.condition(pod, "Ready").get("status") != "True"
    ]
    which = f" Its pod {', '.join(unready[:3])} is not ready." if unready else ""
    return Cause(
        rule="F19",
        failure_class=case.failure.failure_class,
        container="",
        title="The cluster's scheduler does not take up the pod",
        explanation="No scheduler has looked at the pod since it was made, though it names no "
        f"other than the cluster's own.{which}",
        confidence=Confidence.DEFINITIVE if unready else Confidence.LIKELY,
        evidence=(case.from_pod("spec.schedulerName", DEFAULT),),
        fix="See whether the control plane's kube-scheduler runs, and its log.",
        commands=(
            "kubectl get pods -n kube-system -l component=kube-scheduler",
            *(f"kubectl logs -n kube-system {shlex.quote(name)}" for name in unready[:1]),
        ),
    )
