"""What the rules of mounts and sandboxes tell, for people: docs/failures.md is made from it."""

from kure.domain.diagnosis.known import Known

KNOWN: tuple[Known, ...] = (
    Known(
        rule="G01",
        name="ConfigMap of a volume does not exist",
        means="A volume is made of a ConfigMap that is not in the pod's namespace, so that no "
        "container of the pod is started.",
        looks_at="The event FailedMount; where none is left, the ConfigMaps of the namespace; what "
        "the revision before named.",
        fix="Create it or correct the name. Proposed: a name that is nearly the same.",
    ),
    Known(
        rule="G02",
        name="Secret of a volume does not exist",
        means="A volume is made of a Secret that is not in the pod's namespace.",
        looks_at="The event FailedMount; which Secrets pods that run, ServiceAccounts and "
        "Ingresses name. Secrets themselves are never listed.",
        fix="Create it or correct the name. Proposed: a name that is nearly the same and that a "
        "running pod needs.",
    ),
    Known(
        rule="G03",
        name="Item of a volume does not exist",
        means="A volume takes a key that its ConfigMap or Secret does not have.",
        looks_at="The event FailedMount (references non-existent key) and the keys of the "
        "ConfigMap.",
        fix="Add the key or correct the item. Proposed: a key that is nearly the same.",
    ),
    Known(
        rule="G04",
        name="Volume is attached to another node",
        means="The volume can be attached to one node at a time, and another has it.",
        looks_at="The event FailedAttachVolume (Multi-Attach) and the pods that mount the claim.",
        fix="Wait for the other pod to end. Proposed for a Deployment of one replica whose own "
        "rolling update holds it: the strategy Recreate.",
    ),
    Known(
        rule="G05",
        name="hostPath is not what its type says",
        means="The path is missing on the node, or something else than the volume asks for.",
        looks_at="The event FailedMount (hostPath type check failed).",
        fix="Make the path on the nodes. Proposed: DirectoryOrCreate or FileOrCreate.",
    ),
    Known(
        rule="G06",
        name="CSI driver is not on the node",
        means="The driver has not registered with the node's kubelet: it is not installed, or its "
        "pod there does not run.",
        looks_at="The event FailedMount (not found in the list of registered CSI drivers) and the "
        "CSIDrivers of the cluster.",
        fix="See to the driver's DaemonSet, or correct the driver's name.",
    ),
    Known(
        rule="G07",
        name="Volumes are not mounted in time",
        means="The kubelet waited for them and gave up for now, and nothing says what holds them "
        "up.",
        looks_at="The event FailedMount (timed out), where no other event says more.",
        fix="Look at the driver of the volume and at its VolumeAttachments.",
    ),
    Known(
        rule="G08",
        name="Mount program fails",
        means="The NFS server refuses or is not reached, the node lacks the client, or the file "
        "system is damaged.",
        looks_at="The event FailedMount with the output of the mount program.",
        fix="Correct server and path, install the client on the nodes, or repair the file system.",
    ),
    Known(
        rule="G09",
        name="Volume belongs to another user",
        means="The program may not use a file in a volume: it does not run as root, and no fsGroup "
        "gives it the volume.",
        looks_at="A line of the log (`permission denied`), the mount that its path is in, "
        "`runAsUser` and `fsGroup`.",
        fix="Set `securityContext.fsGroup` of the pod to the group of its user.",
    ),
    Known(
        rule="G19",
        name="No token of the ServiceAccount",
        means="The volume with the pod's token cannot be made: the ServiceAccount is gone, or the "
        "namespace lacks kube-root-ca.crt.",
        looks_at="The event FailedMount of the token's volume.",
        fix="Create the ServiceAccount; see that kube-controller-manager runs.",
    ),
    Known(
        rule="J01",
        name="Network plugin is not ready",
        means="The node cannot connect pods: its CNI plugin is not installed, does not run, or may "
        "not ask the API server.",
        looks_at="The events NetworkNotReady and FailedCreatePodSandBox; the plugin's pod on the "
        "node.",
        fix="Mend the network plugin's DaemonSet, which is named where its pod is not ready.",
    ),
    Known(
        rule="J02",
        name="No address left for pods",
        means="The node's range of addresses for pods is used up.",
        looks_at="The event FailedCreatePodSandBox, the node's podCIDR and its pods.",
        fix="End pods, use other nodes, or give nodes a larger range.",
    ),
    Known(
        rule="J03",
        name="Sandbox cannot be made",
        means="The runtime cannot set up what a pod's containers share: its image, its runtime "
        "handler, a sysctl, or the runtime itself.",
        looks_at="The event FailedCreatePodSandBox.",
        fix="What the message names; else look at the node's container runtime.",
    ),
)
