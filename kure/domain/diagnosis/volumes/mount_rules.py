"""What the kubelet says when a volume cannot be attached or mounted, as rows of group G.

The more telling row stands first: that mounting timed out says nothing where another message says
why.
"""

from kure.domain.diagnosis.messages import MessageRule
from kure.domain.diagnosis.model import Confidence

# How the kubelet begins: MountVolume.SetUp failed for volume "x" : …
VOLUME = r"for volume \"(?P<volume>[^\"]{1,253})\""

ATTACHED = "G04"

MOUNT_RULES = (
    MessageRule(
        rule="G19",
        pattern=r"kube-root-ca\.crt\"? not (?:found|registered)",
        title='{pod} gets no ConfigMap "kube-root-ca.crt" for its token',
        explanation="Every namespace has that ConfigMap with the certificate of the API server; "
        "the controller manager makes it, and the volume of the ServiceAccount's token needs it.",
        fix="See whether kube-controller-manager runs (its root-ca-cert-publisher), and whether "
        "namespace {namespace} was made a moment ago: then it comes by itself.",
        confidence=Confidence.LIKELY,
    ),
    MessageRule(
        rule="G19",
        pattern=r"failed to fetch token: (?:serviceaccounts? )?\"?(?P<account>[^\s\":]{1,253})?"
        r"\"?(?P<why>[^\n]{0,300})",
        title="{pod} gets no token of its ServiceAccount",
        explanation='The API server gives no token for ServiceAccount "{account_name}" of '
        "namespace {namespace}:{why}.",
        fix='See that ServiceAccount "{account_name}" exists in namespace {namespace} and that the '
        "API server answers node {node}.",
    ),
    MessageRule(
        rule="B06",
        pattern=r"failed to sync (?P<kind>configmap|secret) cache|not registered",
        title="{pod}: the kubelet on node {node} has not read what its volumes need yet",
        explanation="The kubelet did not get the ConfigMaps or Secrets that the pod refers to from "
        "the API server in time. That says nothing of whether they exist; usually it passes by "
        "itself within a minute.",
        fix="Wait a minute. If it lasts, see whether node {node} reaches the API server (its "
        "kubelet's log) and whether the API server is overloaded.",
        confidence=Confidence.LIKELY,
    ),
    MessageRule(
        rule="G04",
        pattern=r"Multi-Attach error (?:" + VOLUME + r")?",
        title='Volume "{volume}" is still attached to another node',
        explanation="It can be attached to one node at a time (ReadWriteOnce), and node {node} "
        "cannot have it{holder}.",
        fix="Wait until the other pod is gone and the volume is detached (up to six minutes where "
        "its node is lost). Where both are to run at once, take a volume with ReadWriteMany, or "
        "keep them on one node.",
    ),
    MessageRule(
        rule="G05",
        pattern=r"hostPath type check failed: (?P<path>\S{1,1000}) is not (?:a |an )?"
        r"(?P<type>[\w -]{1,40})",
        title="{path} is no {type} on node {node}",
        explanation="The volume {volume_named}is a hostPath of that type; the kubelet checks it on "
        "the node before it mounts, and there it is missing or something else.",
        fix="Make {path} on every node that may run the pod, or correct path and type of the "
        "hostPath.",
    ),
    MessageRule(
        rule="G06",
        pattern=r"driver name (?P<driver>\S{1,253}) not found in the list of registered CSI"
        r" drivers|CSINode \S{1,253} does not contain driver (?P<driver2>\S{1,253})",
        title="The CSI driver {driver} does not run on node {node}",
        explanation="The driver's own pod on node {node} has to register it with the kubelet "
        "there before a volume of it can be mounted.",
        fix="See that the driver's DaemonSet has a running pod on node {node}; or correct the "
        "driver's name in the volume.",
    ),
    MessageRule(
        rule="G08",
        pattern=r"mount\.nfs4?: access denied by server while mounting (?P<source>\S{1,500})"
        r"|access denied by server",
        title="The NFS server does not let node {node} mount {source}",
        explanation="It answered and refused: the export does not exist, or is not for the address "
        "of node {node}.",
        fix="Correct the path of the export in the volume, or add node {node} to the server's "
        "/etc/exports.",
    ),
    MessageRule(
        rule="G08",
        pattern=r"mount\.(?P<type>\w{1,20}) helper program|you might need a /sbin/mount\."
        r"(?P<type2>\w{1,20})"
        r"|unknown filesystem type '(?P<type3>[\w.]{1,40})'",
        title="Node {node} cannot mount {type} volumes",
        explanation="The kubelet uses the helper programs and the kernel of the node, and those "
        "for {type} are not installed there.",
        fix="Install the client on every node (nfs-common or nfs-utils for NFS, cifs-utils for "
        "CIFS), or use a CSI driver that brings its own.",
    ),
    MessageRule(
        rule="G08",
        pattern=r"mount\.nfs4?: (?P<why>Connection timed out|Connection refused|No route to host"
        r"|Network is unreachable|Failed to resolve server [^\n]{1,200}|No such device"
        r"|requested NFS version or transport protocol is not supported|Protocol not supported"
        r"|Operation not permitted|Name or service not known)",
        title="Node {node} does not reach the NFS server of volume {volume}",
        explanation="Mounting from it ended with: {why}. The node asks, not the pod: names of "
        "Services are not known to it.",
        fix="Check server and path of the volume, and from node {node} that port 2049 of the "
        "server can be reached.",
    ),
    MessageRule(
        rule="G08",
        pattern=r"mount\.nfs4?: mounting (?P<source>\S{1,500}) failed, reason given by server: "
        r"(?P<why>[^\n]{1,100})",
        title="The NFS server does not give {source}: {why}",
        explanation="The server was reached, and has no such export or folder.",
        fix="Make the folder on the server, or correct the path of the volume.",
    ),
    MessageRule(
        rule="G08",
        pattern=r"wrong fs type, bad option, bad superblock|bad superblock|has errors but could not"
        r"|fsck found errors|already mounted or mount point busy|structure needs cleaning",
        title="The file system of volume {volume} cannot be mounted on node {node}",
        explanation="The device is there, and what is on it is damaged, of another type than "
        "fsType says, or in use.",
        fix="Look at the device on node {node} (`dmesg`); repair it with fsck, or correct fsType.",
        confidence=Confidence.LIKELY,
    ),
    MessageRule(
        rule="F14",
        pattern=r"persistentvolumeclaims? \"(?P<claim>[^\"]{1,253})\" not found",
        title='PersistentVolumeClaim "{claim}" does not exist',
        explanation="The pod mounts it, and namespace {namespace} has no claim of that name.",
        fix="Create the claim, or correct claimName in spec.volumes.",
    ),
    MessageRule(
        rule="B13",
        pattern=r"volumes/kubernetes\.io~(?:projected|secret|empty-dir)/.{1,600}"
        r"no space left on device",
        title='{pod} has a memory limit ({limit}) that is too low for its volume "{volume}"',
        explanation="Secrets and tokens are kept in memory, in a file system no larger than the "
        "memory limit of the pod; what was to be written there did not fit.",
        fix="Raise resources.limits.memory to what the program needs.",
    ),
    MessageRule(
        rule="G08",
        pattern=r"no space left on device",
        title="Node {node} has no room for volume {volume}",
        explanation="The kubelet could not write what belongs into the volume: the node's disk, or "
        "its number of files, is used up.",
        fix="Make room on node {node} (condition DiskPressure, `df` and `df -i` there).",
        confidence=Confidence.LIKELY,
    ),
    MessageRule(
        rule="G08",
        pattern=r"mount failed: (?:exit status (?P<code>\d{1,3}))?",
        title="Volume {volume} cannot be mounted on node {node}",
        explanation="The node's mount program failed: {output}",
        fix="Read what the program says; check source, options and type of the volume.",
        confidence=Confidence.LIKELY,
    ),
)

# What is known where nothing says why, in the words of several versions.
TIMED_OUT = MessageRule(
    rule="G07",
    pattern=r"Unable to attach or mount volumes: unmounted volumes=\[(?P<volumes>[^\]]{0,500})\]"
    r"|timed out waiting for (?:the condition|external-attacher of (?P<driver>\S{1,253}))"
    r"|context deadline exceeded|DeadlineExceeded",
    title="Volumes of {pod} are not mounted in time{which}",
    explanation="The kubelet on node {node} waited for them and gave up for now; nothing that "
    "could be read says what holds them up.{state}",
    fix="See what the driver of the volume says: its pods on node {node}, its controller, and for "
    "volumes that are attached `kubectl get volumeattachments`.",
    confidence=Confidence.LIKELY,
)
