"""Why a node's kubelet would not run a pod that it was given (I10)."""

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kure.domain import manifests, quantities
from kure.domain.diagnosis.ends.told import node_commands
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.fixes import Patch
from kure.domain.diagnosis.model import Cause, Confidence, EvidenceLine
from kure.domain.diagnosis.nearby import Want
from kure.domain.diagnosis.scheduling.beside import without_host_ports
from kure.domain.diagnosis.telling import whole
from kure.domain.manifests import Manifest

LACKS = re.compile(
    r"have enough resource: (?P<resource>[\w./-]{1,100}), requested: (?P<requested>\d{1,20}), "
    r"used: (?P<used>\d{1,20}), capacity: (?P<capacity>\d{1,20})",
    re.IGNORECASE,
)
DEVICE = re.compile(
    r"requested number of devices unavailable for (?P<device>[\w./-]{1,100})\. "
    r"Requested: (?P<requested>\d{1,9}), Available: (?P<available>\d{1,9})",
    re.IGNORECASE,
)
SYSCTL = re.compile(r'sysctl:? "(?P<sysctl>[^"]{1,100})"', re.IGNORECASE)


@dataclass(frozen=True)
class Rejection:
    """What a reason means. `title` is said after `Node node-1 does not run Pod "x": `."""

    title: str
    means: str
    fix: str


REASONS = {
    "NodeAffinity": Rejection(
        "its labels do not fit the pod's nodeSelector or node affinity",
        "The node does not have the labels that the pod wants.",
        "Give the node the labels, or correct the pod's nodeSelector and affinity; a pod that "
        "names its node by nodeName is not placed by the scheduler, which would have seen that.",
    ),
    "NodePorts": Rejection(
        "a hostPort of the pod is taken there",
        "Another pod of the node has a host port that the pod wants.",
        "Take the hostPort out of the template (a Service does not need it), choose another, or "
        "move the pod that has it.",
    ),
    "NodeName": Rejection(
        "it has another name than the pod's nodeName",
        "The pod was meant for a node of another name.",
        "Correct or remove nodeName.",
    ),
    "NodeUnschedulable": Rejection(
        "it is cordoned",
        "The node takes no new pods at the moment.",
        "Uncordon the node, or let the scheduler choose another.",
    ),
    "TaintToleration": Rejection(
        "the pod does not tolerate its taints",
        "The node has a taint with effect NoExecute or NoSchedule.",
        "Give the pod the toleration, remove the taint, or let the scheduler choose another node.",
    ),
    "UnexpectedAdmissionError": Rejection(
        "it could not give it what it asks for",
        "Something that the kubelet asks before it runs a pod, such as a device plugin, refused.",
        "See that the device plugin or what the message names runs on that node and is well. The "
        "pod's owner, if it has one, makes another.",
    ),
    "TopologyAffinityError": Rejection(
        "its CPUs, memory and devices are not free on one NUMA node",
        "The topologyManagerPolicy of its kubelet wants all that the pod asks for side by side.",
        "Ask for less, or take a node with more free, or loosen topologyManagerPolicy.",
    ),
    "SysctlForbidden": Rejection(
        "its kubelet forbids a sysctl of the pod",
        "securityContext.sysctls names one that is not safe and that the kubelet does not allow.",
        "Take the sysctl out of securityContext.sysctls, or allow it on the nodes "
        "(allowedUnsafeSysctls).",
    ),
    "AppArmor": Rejection(
        "the AppArmor profile of the pod is not loaded there",
        "The pod wants an AppArmor profile that the node does not have, or the node has none.",
        "Load the profile on every node that may run the pod, or name another.",
    ),
    "PodOSSelectorNodeLabelDoesNotMatch": Rejection(
        "it has another operating system than the pod wants",
        "The pod's nodeSelector on kubernetes.io/os does not fit the node.",
        "Correct the nodeSelector.",
    ),
    "PodOSNotSupported": Rejection(
        "it has another operating system than the pod is for",
        "spec.os.name of the pod is not that of the node.",
        "Correct spec.os.name, and select nodes by kubernetes.io/os.",
    ),
    "SupplementalGroupsPolicyNotSupported": Rejection(
        "its runtime does not know the pod's supplementalGroupsPolicy",
        "The policy Strict needs a newer container runtime.",
        "Upgrade the runtime of the node, or leave supplementalGroupsPolicy out.",
    ),
    "InitContainerRestartForbidden": Rejection(
        "it does not know init containers that go on",
        "A restartPolicy of an init container needs a newer kubelet.",
        "Upgrade the node, or do without native sidecars.",
    ),
}
OTHER = Rejection(
    "it refuses it ({reason})",
    "The kubelet checks a pod before it runs it, and this one did not pass.",
    "Mend what the message says, or keep such pods away from that node.",
)


def wanted_of_rejected(case: Case) -> Iterator[Want]:
    """Who has the host port, or most of what is short."""
    short = case.failure.reason == "NodePorts" or case.failure.reason.startswith("OutOf")
    if short and manifests.node_name(case.pod):
        yield on_node(manifests.node_name(case.pod))


def on_node(node: str) -> Want:
    return Want("Pod", "", f"spec.nodeName={node}")


def rejected(case: Case) -> Iterator[Cause]:
    reason, node = case.failure.reason, manifests.node_name(case.pod)
    lacks = LACKS.search(case.failure.message[:4000])
    if reason.startswith("OutOf") or lacks:
        yield _lacking(case, lacks)
        return
    known = REASONS.get(reason, OTHER)
    if reason not in REASONS and "was rejected" not in case.failure.message:
        return
    more, evidence = _details(case)
    title = known.title.format(reason=reason)
    yield whole(
        case,
        "I10",
        f'Node {node} does not run Pod "{case.name}": {title}',
        f"The pod was given to node {node}, whose kubelet refused it for good. {known.means}{more}",
        known.fix,
        confidence=Confidence.DEFINITIVE if reason in REASONS else Confidence.LIKELY,
        evidence=evidence,
        commands=node_commands(case),
        patch=PATCHES.get(reason, _to_the_scheduler)(case),
    )


def _lacking(case: Case, found: re.Match[str] | None) -> Cause:
    """OutOfcpu and the like."""
    resource = found["resource"] if found else case.failure.reason.removeprefix("OutOf")
    node = manifests.node_name(case.pod)
    says = ""
    if found:
        asked, used, has = (
            _shown(resource, found[key]) for key in ("requested", "used", "capacity")
        )
        says = f" It asks for {asked}; of {has} there, {used} are taken."
    return whole(
        case,
        "I10",
        f'Node {node} does not run Pod "{case.name}": it has too little {resource} left',
        f"The pod was given to node {node}, whose kubelet refused it for good.{says} The scheduler "
        "would not have placed it so: the pod names its node itself (nodeName), or others came at "
        "the same moment.",
        f"Let the scheduler choose the node (no nodeName), ask for less {resource}, or free some "
        f"on node {node}.",
        confidence=Confidence.DEFINITIVE,
        commands=node_commands(case),
        patch=_to_the_scheduler(case),
    )


def _shown(resource: str, amount: str) -> str:
    """The kubelet tells CPUs in thousandths."""
    if resource == "cpu":
        return f"{amount}m CPU"
    parsed = quantities.parse(amount)
    return quantities.show(resource, parsed) if parsed is not None else amount


def _to_the_scheduler(case: Case) -> Patch | None:
    """A template that names its node goes past the scheduler."""
    template = case.template
    if template is None or template.target.get("kind") == "Pod":
        return None
    return template.patch(
        *template.drop(("spec", "nodeName")), note="The scheduler then chooses a node that fits."
    )


def _without_sysctl(case: Case) -> Patch | None:
    found, template = SYSCTL.search(case.failure.message[:4000]), case.template
    context = manifests.spec(template.pod).get("securityContext") if template else None
    sysctls = manifests.mapping(context).get("sysctls")
    for index, each in enumerate(sysctls if isinstance(sysctls, list) else []):
        if template and found and manifests.mapping(each).get("name") == found["sysctl"]:
            return template.patch(*template.drop(("spec", "securityContext", "sysctls", index)))
    return None


PATCHES: dict[str, Callable[[Case], Patch | None]] = {
    "SysctlForbidden": _without_sysctl,
    "NodePorts": without_host_ports,
}


def _details(case: Case) -> tuple[str, tuple[EvidenceLine, ...]]:
    device = DEVICE.search(case.failure.message[:4000])
    if device:
        return (
            f" It asks for {device['requested']} of {device['device']}, and "
            f"{device['available']} are available.",
            (),
        )
    sysctl = SYSCTL.search(case.failure.message[:4000])
    if sysctl:
        return f" It is {sysctl['sysctl']}.", ()
    if case.failure.reason == "NodePorts":
        return _port_holders(case)
    return "", ()


def _port_holders(case: Case) -> tuple[str, tuple[EvidenceLine, ...]]:
    wanted, node = set(_host_ports(case.pod)), manifests.node_name(case.pod)
    for other in case.facts.nearby.read(on_node(node)) or ():
        taken = wanted & set(_host_ports(other))
        ended = manifests.phase(other) in ("Failed", "Succeeded")
        if taken and not ended and manifests.uid(other) != manifests.uid(case.pod):
            place = f"{manifests.namespace(other)}/{manifests.name(other)}"
            ports = ", ".join(str(port) for port, _ in sorted(taken))
            line = EvidenceLine("object", f"Pod/{manifests.name(other)}", "spec.containers", ports)
            return f" Pod {place} has port {ports}.", (line,)
    return "", ()


def _host_ports(pod: Manifest) -> Iterator[tuple[int, str]]:
    for container in manifests.mappings(manifests.spec(pod).get("containers")):
        for port in manifests.mappings(container.get("ports")):
            number = manifests.number(port.get("hostPort"))
            if number:
                yield number, manifests.text(port.get("protocol")) or "TCP"


def pods_command(node: str) -> str:
    return f"kubectl get pods -A -o wide --field-selector spec.nodeName={shlex.quote(node)}"
