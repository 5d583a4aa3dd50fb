"""What is said when a pod's sandbox or its network cannot be made, as rows of group J."""

from dataclasses import replace

from kure.domain.diagnosis.messages import MessageRule
from kure.domain.diagnosis.model import Confidence

MEMORY = MessageRule(
    rule="B13",
    pattern=r"OOM-killed \(memory limit too low|container init was OOM|memory limit too low"
    r"|minimum memory limit allowed"
    r"|failed to write \"?\d{1,20}\"?.{0,200}memory[\w.]*\"?: (?:device or resource busy"
    r"|invalid argument)",
    title='The memory limit of pod "{name}" ({limit}) is too low to start anything',
    explanation="The limits of its containers bound the pod as a whole, in which the runtime "
    "has to start something, too: the kernel ended it for want of memory.{of_limit}",
    fix="Raise resources.limits.memory to what the program needs.",
)
# The same where the runtime does not know why what it started is gone.
STARVED = replace(MEMORY, pattern="", confidence=Confidence.LIKELY)

SANDBOX_RULES = (
    MessageRule(
        rule="J02",
        pattern=r"failed to assign an IP address|no (?:available |more )?IP addresses"
        r"|no free IPs?\b|range set"
        r"|no available addresses|insufficient cidr blocks"
        r"|no addresses available"
        r"|IPAM.{0,100}exhausted|exhausted.{0,100}IPAM",
        title="Node {node} has no address left for pod {name}",
        explanation="The network plugin gives every pod an address of a range, and that of node "
        "{node}{range} is used up.{count}",
        fix="End pods that are not needed on node {node}, let others go to another node, or give "
        "nodes a larger range. Addresses of pods that are long gone are leftovers of the plugin: "
        "see what it keeps on the node.",
    ),
    MessageRule(
        rule="J01",
        pattern=r"NetworkPluginNotReady|cni plugin not initialized|network is not ready"
        r"|cni config uninitialized|no networks found in /etc/cni|no valid networks found",
        title="Node {node} has no network for pods: its network plugin is not ready",
        explanation="The runtime on node {node} finds no network configuration of a CNI plugin, "
        "which the plugin's own pod puts there when it starts.",
        fix="See that the network plugin's DaemonSet has a ready pod on node {node}.",
    ),
    MessageRule(
        rule="J01",
        pattern=r"check that the calico/node container is running|/run/flannel/subnet\.env"
        r"|/var/lib/calico/nodename|unable to connect to Cilium (?:daemon|agent)"
        r"|cilium\.sock|failed to find plugin \"?(?P<plugin>[\w.-]{1,60})\"?|ovn-kubernetes.{0,100}"
        r"no such file|error getting ClusterInformation|dial unix /\S{0,200}(?:cni|multus|aws-node)"
        r"|dial tcp 127\.0\.0\.1:50051",
        title="The network plugin on node {node} does not run",
        explanation="The runtime called it to connect pod {name}, and its agent on node {node} is "
        "not there or not ready.",
        fix="See that the network plugin's DaemonSet has a ready pod on node {node}; its log says "
        "more.",
    ),
    MessageRule(
        rule="J01",
        pattern=r"(?:plugin|cni|multus|network).{0,500}(?:Unauthorized|certificate has expired"
        r"|x509: [^\n\"]{1,100}|is forbidden)",
        title="The network plugin on node {node} may not ask the API server",
        explanation="It was called to connect pod {name}, and the API server refused it: its "
        "credentials on node {node} are old or lack rights.",
        fix="Restart the network plugin's pod on node {node}, so that it writes fresh credentials; "
        "where it says forbidden, check the rights of its ServiceAccount.",
        confidence=Confidence.LIKELY,
    ),
    MessageRule(
        rule="J03",
        pattern=r"no runtime for \"(?P<handler>[^\"]{1,253})\" is configured"
        r"|runtime handler \"?(?P<handler2>[\w.-]{1,253})\"? not supported"
        r"|failed to find runtime handler (?P<handler3>\S{1,253})",
        title='Node {node} has no runtime "{handler}"',
        explanation="The pod's RuntimeClass asks for the handler {handler}, which the container "
        "runtime of node {node} does not have.",
        fix="Install and configure it on the nodes and name those in the RuntimeClass's "
        "scheduling.nodeSelector; or take runtimeClassName away.",
    ),
    MessageRule(
        rule="J03",
        pattern=r"(?:get|pull)(?:ting)? (?:the )?(?:sandbox|pause|infra) image"
        r" \\?\"?(?P<image>[^\s\"\\]{1,500})",
        title="Node {node} cannot pull the image of every pod's sandbox, {image}",
        explanation="Each pod begins with a container of that image, which the node's runtime is "
        "configured to use; it could not be had.",
        fix="Make {image} available to node {node}, or set another in the runtime's configuration "
        "(sandbox_image, pause_image).",
    ),
    MEMORY,
    MessageRule(
        rule="J03",
        pattern=r"failed to reserve sandbox name|name \"?[^\"\n]{1,500}\"? is reserved for"
        r"|context deadline exceeded|DeadlineExceeded",
        title="The container runtime of node {node} does not answer in time",
        explanation="It began to make the sandbox of pod {name} and did not finish; that try still "
        "holds its name, so that the next ones are refused.",
        fix="Look at the load and the disk of node {node}, and at its container runtime's log; a "
        "restart of the runtime frees the name.",
        confidence=Confidence.LIKELY,
    ),
    MessageRule(
        rule="J03",
        pattern=r"/proc/sys/(?P<sysctl>[\w/.-]{1,200})[\"']?: (?P<why>[a-z ]{1,60})"
        r"|sysctl \"?(?P<sysctl2>[\w.]{1,200})\"? is not in a separate kernel namespace",
        title="Node {node} cannot set sysctl {sysctl} for pod {name}",
        explanation="Its securityContext.sysctls asks for it, and the kernel of node {node} has no "
        "such setting for a single pod.",
        fix="Take it out of securityContext.sysctls, or correct its name.",
    ),
)

OTHER = MessageRule(
    rule="J03",
    title="{label} gets no network or sandbox on node {node}",
    explanation="The container runtime says: {message}",
    fix="Look at the network plugin's pods on node {node} and at the node's container runtime.",
    confidence=Confidence.SYMPTOM,
)
