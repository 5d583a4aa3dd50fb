"""Why a node is not Ready: its kubelet says so (M01), or is silent (M02)."""

import re
import shlex
from collections.abc import Iterator

from kure.domain import manifests, owners
from kure.domain.diagnosis.facts import Case
from kure.domain.diagnosis.messages import MessageRule, first_match
from kure.domain.diagnosis.model import Blamed, Cause, Confidence, EvidenceLine
from kure.domain.diagnosis.nodes.told import (
    drain,
    from_condition,
    list_pods,
    of_node,
    pods_on,
    since_of,
)
from kure.domain.manifests import Manifest

BY_KUBELET = "KubeletNotReady"
SILENT = ("NodeStatusUnknown", "NodeStatusNeverUpdated")
# What a cloud's controller puts on a node whose machine is switched off.
SHUTDOWN = "node.cloudprovider.kubernetes.io/shutdown"

# Pods of network plugins, by how their names begin.
NETWORK_PLUGINS = re.compile(
    r"(?:calico-node|canal|cilium|kube-flannel|flannel|weave-net|aws-node|azure-cni|kindnet|antrea"
    r"|ovnkube-node|kube-router|multus|kube-ovn|netd|sdn|azure-ip-masq)[-\w.]*",
)

NOT_READY_RULES = (
    MessageRule(
        rule="M01",
        pattern=r"cni (?:plugin|config)|NetworkPluginNotReady|network plugin",
        title='Node "{name}" is not ready: its network plugin is not set up',
        explanation="The container runtime of the node finds no working CNI plugin, so that no pod "
        "with a network of its own can start there.{more}",
        fix="See that the network plugin's DaemonSet has a pod on node {name} and that it is well "
        "(it writes /etc/cni/net.d there); pods of that plugin use the host's network and start "
        "without it.",
    ),
    MessageRule(
        rule="M01",
        pattern=r"container runtime is down|RuntimeReady=false|container runtime not ready"
        r"|container runtime status check",
        title='Node "{name}" is not ready: its container runtime does not answer',
        explanation="The kubelet runs and cannot reach its container runtime (containerd, CRI-O), "
        "so that no container is started, stopped or probed.",
        fix="On node {name} see `systemctl status containerd` (or crio) and its journal, and "
        "restart it; a full disk is a usual reason.",
    ),
    MessageRule(
        rule="M01",
        pattern=r"PLEG is not healthy",
        title='Node "{name}" is not ready: its container runtime is too slow (PLEG)',
        explanation="The kubelet has not got through the list of its containers for minutes: the "
        "runtime hangs on one, or the node is overloaded or its disk slow.",
        fix="On node {name} look at load, disk and the runtime's journal; a container that hangs "
        "shows with `crictl ps` or `crictl inspect`. Restart the runtime, or the node.",
    ),
    MessageRule(
        rule="M01",
        pattern=r"CSINode|CSI driver",
        title='Node "{name}" is not ready: its storage drivers are not set up',
        explanation="The kubelet could not write or read the node's CSINode object.",
        fix="See whether the kubelet of node {name} reaches the API server and may write CSINode "
        "objects; restart it.",
    ),
    MessageRule(
        rule="M01",
        pattern=r"node is shutting down",
        title='Node "{name}" is being shut down',
        explanation="The kubelet was told by the machine that it shuts down, and ends its pods.",
        fix="Nothing, if that was wanted; else see who shut the machine down.",
    ),
    MessageRule(
        rule="M01",
        pattern=r"missing node capacity for resources: (?P<what>[^\"\n]{1,200})",
        title='Node "{name}" is not ready: its kubelet does not know its {what}',
        explanation="The kubelet could not find out how much {what} the node has.",
        fix="See the kubelet's journal on node {name}; restart it when disk and runtime answer.",
    ),
)


def not_ready(case: Case) -> Iterator[Cause]:
    found = manifests.condition(case.pod, "Ready")
    reason = manifests.text(found.get("reason")) or case.failure.reason
    if reason in SILENT or found.get("status") == "Unknown":
        yield _silent(case, found)
        return
    message = manifests.text(found.get("message")) or case.failure.message
    match = first_match(NOT_READY_RULES, message[:4000])
    if match is None:
        if reason == BY_KUBELET:
            yield _unknown(case, found, message)
        return
    row, values = match
    plugin = row is NOT_READY_RULES[0]
    blames, more, lines = _network_plugin(case) if plugin else (None, "", ())
    words = values | {"name": case.name, "more": more}
    says = f"The kubelet says{since_of(found)}: {case.quote(message, 400)}."
    yield of_node(
        case,
        row.rule,
        row.title.format_map(words),
        f"{says} {row.explanation.format_map(words)}",
        row.fix.format_map(words),
        (_condition(case, found), *lines),
        confidence=row.confidence,
        commands=(list_pods(case), drain(case)),
        blames=blames,
    )


def _unknown(case: Case, found: Manifest, message: str) -> Cause:
    """The kubelet runs and has set the condition itself; its words are none that Kure knows."""
    says = f"{BY_KUBELET}{f': {case.quote(message, 400)}' if message else ''}"
    more = "" if message else " It does not say more."
    return of_node(
        case,
        "M01",
        f'Node "{case.name}" is not ready: its kubelet says {case.quote(says, 120)}',
        f"The kubelet still reports, and itself says{since_of(found)} that the node is not ready "
        f"({says}).{more} Pods are not placed there, and after five minutes those that are there "
        "are made anew elsewhere, where their owners allow that.",
        f"See the kubelet's journal on node {case.name} (`journalctl -u kubelet`), its container "
        "runtime and its network plugin.",
        (_condition(case, found),),
        confidence=Confidence.SYMPTOM,
        commands=(list_pods(case), drain(case)),
    )


def _condition(case: Case, found: Manifest) -> EvidenceLine:
    if found:
        return from_condition(case, found)
    told = f"{case.failure.reason} {case.failure.message}".strip()
    return case.from_pod(case.failure.field, told or "it is not ready")


def _network_plugin(case: Case) -> tuple[Blamed | None, str, tuple[EvidenceLine, ...]]:
    """The plugin's own pod on the node, where it is not well; or that there is none."""
    pods = case.facts.nearby.read(pods_on(case))
    if pods is None:
        return None, "", ()
    plugins = [pod for pod in pods if NETWORK_PLUGINS.fullmatch(manifests.name(pod))]
    if not plugins:
        return None, " No pod of a network plugin that Kure knows is on the node.", ()
    ill = [pod for pod in plugins if manifests.condition(pod, "Ready").get("status") != "True"]
    if not ill:
        return None, "", ()
    pod, namespace = ill[0], manifests.namespace(ill[0])
    name, owner = manifests.name(pod), owners.controller(ill[0])
    line = EvidenceLine("object", f"Pod/{name}", "status.conditions[type=Ready]", "not ready")
    blames = Blamed(namespace, owner.kind, owner.name) if owner and owner.kind != "Node" else None
    return blames, f" Pod {namespace}/{name} of its network plugin is not ready.", (line,)


def _silent(case: Case, found: Manifest) -> Cause:
    """M02. What is known is only that no heartbeat comes."""
    name = case.name
    beat = manifests.time_of(found.get("lastHeartbeatTime"))
    last = f" The last heartbeat came at {beat:%H:%M:%S} UTC on {beat:%Y-%m-%d}." if beat else ""
    never = found.get("reason") == "NodeStatusNeverUpdated"
    off = any(
        taint.get("key") == SHUTDOWN
        for taint in manifests.mappings(manifests.spec(case.pod).get("taints"))
    )
    title = f'Node "{name}" is silent: its kubelet has stopped reporting'
    why = (
        "The machine is off or hangs, its kubelet does not run, or it does not reach the API "
        "server (network, certificates)."
    )
    if off:
        title = f'Node "{name}" is silent: its machine is switched off'
        why = f"The cloud says so: the node has the taint {SHUTDOWN}."
    elif never:
        title = f'Node "{name}" has never reported'
        why = "The node was registered, and its kubelet has not reported since."
    return of_node(
        case,
        "M02",
        title,
        f"Nothing has come from its kubelet{since_of(found)}.{last} {why} What its pods show is "
        "from before; after five minutes they are deleted, and made anew elsewhere where their "
        "owners allow that.",
        f"See whether the machine of node {name} runs and is reached, then `systemctl status "
        "kubelet` and its journal there. If it is gone for good, delete the Node: its pods are "
        "then made anew elsewhere.",
        (_condition(case, found),),
        confidence=Confidence.DEFINITIVE,
        commands=(
            f"kubectl get lease -n kube-node-lease {shlex.quote(name)} -o yaml",
            list_pods(case),
        ),
    )
