"""A pod that was ended as a whole: I07, I08, I09."""

from collections.abc import Iterator

from kure.domain import manifests, owners
from kure.domain.diagnosis.ends.told import node_commands, pod_flags
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Patch
from kure.domain.diagnosis.model import Blamed, Cause, Confidence
from kure.domain.diagnosis.telling import whole
from kure.domain.failures.ended import NODE_SHUTDOWN

DEADLINE = "activeDeadlineSeconds"


def over_deadline(case: Case) -> Iterator[Cause]:
    """I09: the kubelet ends a pod that has been there for longer than it may."""
    seconds = manifests.number(manifests.spec(case.pod).get(DEADLINE))
    if case.failure.reason != "DeadlineExceeded":
        return
    limit = f"its {DEADLINE} of {seconds}" if seconds is not None else f"its {DEADLINE}"
    serves = manifests.spec(case.pod).get("restartPolicy") in (None, "Always")
    why = " Its restartPolicy is Always: it is meant to go on." if serves else ""
    yield whole(
        case,
        "I09",
        f'Pod "{case.name}" ran longer than {limit}',
        "The kubelet ended all its containers when the time was over, counted from when its node "
        f"took it, the pulling of images and init containers included.{why}",
        f"Find out what made it slow (its log, a pull, something that it waited for), or raise "
        f"{DEADLINE}; a program that is to go on needs none.",
        confidence=Confidence.DEFINITIVE,
        evidence=(case.from_pod(f"spec.{DEADLINE}", str(seconds)),) if seconds is not None else (),
        commands=(f"kubectl logs {pod_flags(case)} --all-containers --tail=100",),
        patch=_deadline_patch(case, seconds, serves),
    )


def _deadline_patch(case: Case, seconds: int | None, serves: bool) -> Patch | None:
    template = case.template
    if template is None or manifests.spec(template.pod).get(DEADLINE) != seconds or not seconds:
        return None
    if serves:
        return template.patch(*template.drop(("spec", DEADLINE)))
    note = f"Twice as long as before ({seconds} s); how long it needs is not known."
    return template.patch(*template.put(("spec", DEADLINE), 2 * seconds), note=note)


def shut_down(case: Case) -> Iterator[Cause]:
    """I08: its node was shut down in an orderly way; nobody makes a pod without an owner anew."""
    if case.failure.container or case.failure.reason not in NODE_SHUTDOWN:
        return
    node = manifests.node_name(case.pod)
    late = case.failure.reason != "Terminated" and "rejected" in case.failure.message.lower()
    what = "came to" if late else "was ended with"
    alone = ""
    if owners.controller(case.pod) is None:
        alone = " It has no owner that would make it anew."
    yield whole(
        case,
        "I08",
        f'Pod "{case.name}" {what} node {node}, which was shut down',
        f"The machine of node {node} was shut down or restarted, and its kubelet ended the pods "
        f"before that.{alone}",
        "Delete it and make it again; as a Deployment, StatefulSet or Job it would have been made "
        "again by itself.",
        confidence=Confidence.DEFINITIVE,
        commands=(f"kubectl delete pod {pod_flags(case)}",),
    )


def node_lost(case: Case) -> Iterator[Cause]:
    """I07, as pods say it themselves: the node controller of older clusters wrote so."""
    node = manifests.node_name(case.pod)
    if manifests.status(case.pod).get("reason") != "NodeLost" or not node:
        return
    yield whole(
        case,
        "I07",
        f'Pod "{case.name}" was on node {node}, which is lost',
        f"Node {node} did not answer any more, so that nobody knows what became of its pods.",
        f"Bring node {node} back, or delete its Node if the machine is gone for good: its pods are "
        "then made anew elsewhere.",
        confidence=Confidence.DEFINITIVE,
        commands=node_commands(case),
        blames=Blamed("_", "Node", node),
    )
