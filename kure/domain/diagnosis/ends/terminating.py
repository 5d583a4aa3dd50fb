"""Why a pod that was deleted is still there (I11)."""

import shlex
from collections.abc import Iterator

from kure.domain import manifests
from kure.domain.diagnosis.ends.told import node_commands, pod_flags
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Patch, drop, patch_of
from kure.domain.diagnosis.messages import MessageRule, first_match
from kure.domain.diagnosis.model import Cause, Confidence
from kure.domain.diagnosis.telling import whole
from kure.domain.manifests import Manifest

# Who sets a finalizer that many clusters have.
SETTERS = {
    "foregroundDeletion": "the garbage collector, which first deletes what the pod owns",
    "orphan": "the garbage collector",
    "batch.kubernetes.io/job-tracking": "the Job controller, which counts the pod first",
}

HELD = (
    MessageRule(
        rule="I11",
        pattern=r"(?:UnmountVolume|TearDown|unmount\w* volume|device is busy|target is busy)",
        title='Pod "{name}" does not end: a volume of it cannot be unmounted on node {node}',
        explanation="Its containers are gone, and the kubelet of node {node} cannot let go of a "
        "volume: {message}",
        fix="See whether the storage behind it answers and its CSI driver runs on node {node}; a "
        "network share that is gone hangs for ever. Restarting the node lets go of it.",
    ),
    MessageRule(
        rule="I11",
        pattern=r"KillPodSandbox|teardown pod|cni",
        title='Pod "{name}" does not end: its network cannot be taken down on node {node}',
        explanation="The kubelet of node {node} cannot remove the pod's sandbox: {message}",
        fix="See that the network plugin runs on node {node} and can be reached there.",
    ),
    MessageRule(
        rule="I11",
        pattern=r"KillContainer|killing (?:pod|container)|context deadline exceeded",
        title='Pod "{name}" does not end: the runtime of node {node} cannot kill a container',
        explanation="The kubelet asked the runtime of node {node} to kill it, which failed: "
        "{message}",
        fix="Look for a process that hangs in the kernel (state D, often on storage), and at the "
        "container runtime of node {node}; restarting the node ends it.",
    ),
)
TELLING = ("FailedKillPod", "FailedUnMount", "FailedUnmount", "FailedPreStopHook")
WARNING = (
    "By force it is only forgotten, not stopped: its program may go on on the node, beside the one "
    "that takes its place."
)


def stuck_terminating(case: Case) -> Iterator[Cause]:
    """What holds it: the kubelet's own words, then finalizers, then a container that goes on."""
    found = list(_by_events(case))
    running = [one.name for one in manifests.containers(case.pod) if one.is_running]
    finalizers = _finalizers(case.pod)
    if finalizers and not running:
        found.append(_by_finalizers(case, finalizers))
    if not found and running:
        found.append(_by_containers(case, running))
    yield from found


def _finalizers(pod: Manifest) -> list[str]:
    found = manifests.metadata(pod).get("finalizers")
    return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []


def _force(case: Case) -> str:
    return f"kubectl delete pod {pod_flags(case)} --grace-period=0 --force"


def _by_events(case: Case) -> Iterator[Cause]:
    for event in case.events(*TELLING):
        message = manifests.text(event.get("message"))
        match = first_match(HELD, message[:4000])
        if match is None:
            continue
        row, _ = match
        node = manifests.node_name(case.pod) or "(unknown)"
        values = {"name": case.name, "node": node, "message": case.quote(message, 400)}
        yield whole(
            case,
            row.rule,
            row.title.format_map(values),
            f"{row.explanation.format_map(values)}",
            f"{row.fix.format_map(values)} {WARNING}",
            confidence=Confidence.DEFINITIVE,
            evidence=(case.from_event(event),),
            commands=(*node_commands(case), _force(case)),
        )
        return


def _by_finalizers(case: Case, finalizers: list[str]) -> Cause:
    names = ", ".join(f'"{name}"' for name in finalizers)
    setters = [SETTERS[name] for name in finalizers if name in SETTERS]
    whose = f" It is set by {setters[0]}." if len(setters) == 1 else ""
    kubectl = f"kubectl patch pod {pod_flags(case)} --type=json -p " + shlex.quote(
        '[{"op":"remove","path":"/metadata/finalizers"}]'
    )
    return whole(
        case,
        "I11",
        f'Pod "{case.name}" does not end: its finalizer {names} is not done',
        "Its containers have ended, and whoever set the finalizer has not yet removed it: that "
        f"controller does not run, or waits for something.{whose}",
        f"See that the controller that sets {names} runs. Only if it is gone for good, remove the "
        "finalizer by hand: what it was to clean up is then left as it is.",
        confidence=Confidence.DEFINITIVE,
        evidence=(case.from_pod("metadata.finalizers", ", ".join(finalizers)),),
        commands=(f"kubectl get pod {pod_flags(case)} -o yaml", kubectl),
        patch=_without_finalizers(case),
    )


def _without_finalizers(case: Case) -> Patch | None:
    pod = {"apiVersion": "v1", "kind": "Pod"} | case.pod
    return patch_of(
        pod,
        *drop(pod, ("metadata", "finalizers")),
        note="Only if the controller that sets it is gone for good: what it was to clean up is "
        "left as it is.",
    )


def _by_containers(case: Case, running: list[str]) -> Cause:
    names = ", ".join(f'"{name}"' for name in running)
    node = manifests.node_name(case.pod) or "(unknown)"
    seconds = manifests.metadata(case.pod).get("deletionGracePeriodSeconds")
    grace = f" of {seconds} s" if manifests.number(seconds) is not None else ""
    return whole(
        case,
        "I11",
        f'Pod "{case.name}" does not end: container {names} still runs on node {node}',
        f"Its grace period{grace} is over, after which the kubelet of node {node} kills what still "
        f"runs; it has not, or could not.",
        f"See that the kubelet and the runtime of node {node} answer; a process that hangs in the "
        f"kernel (state D, often on storage) cannot be killed. {WARNING}",
        evidence=(case.from_pod("status.containerStatuses", f"{names} running"),),
        commands=(*node_commands(case), _force(case)),
    )
