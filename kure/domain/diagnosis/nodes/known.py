"""What the rules of this family tell, for people: docs/failures.md is made from it."""

from kure.domain.diagnosis.known import Known

KNOWN: tuple[Known, ...] = (
    Known(
        rule="M01",
        name="Node not ready",
        means="The kubelet runs and says that its node is not ready: no network plugin, a "
        "container runtime that is down or slow, no storage drivers, a shutdown.",
        looks_at="The message of the node's condition `Ready`; for the network, the plugin's pod "
        "on the node.",
        fix="Mend what the message names; a network plugin's DaemonSet is blamed where its pod on "
        "the node is not ready.",
    ),
    Known(
        rule="M02",
        name="Node silent",
        means="Nothing comes from the node's kubelet any more.",
        looks_at="The condition `Ready` with status Unknown, its last heartbeat, and a taint of "
        "the cloud that says that the machine is off.",
        fix="See whether the machine and its kubelet run and reach the API server; delete the Node "
        "if it is gone for good.",
    ),
    Known(
        rule="M03",
        name="Node short of memory",
        means="The node's free memory is below its kubelet's threshold, and pods are evicted.",
        looks_at="The condition `MemoryPressure`, and which pods of the node ask for most memory, "
        "or for none.",
        fix="Set requests to what is used, move pods, or give the node more memory.",
    ),
    Known(
        rule="M04",
        name="Node short of disk",
        means="A disk of the node is nearly full, in bytes or inodes.",
        looks_at="The condition `DiskPressure`, and which pods ask for ephemeral-storage.",
        fix="Remove what fills it, limit pods, or give the node a larger disk.",
    ),
    Known(
        rule="M05",
        name="Node short of process ids",
        means="Nearly as many processes run on the node as may.",
        looks_at="The condition `PIDPressure`.",
        fix="Find whose they are, and set `podPidsLimit`.",
    ),
    Known(
        rule="M06",
        name="Node without a network",
        means="The network or the routes of the node are not set up.",
        looks_at="The condition `NetworkUnavailable`.",
        fix="See the network plugin's pod on the node, and the cloud's route controller.",
    ),
    Known(
        rule="M07",
        name="Node out of memory",
        means="The kernel killed a process because the whole node had no memory left.",
        looks_at="The events `SystemOOM` and `OOMKilling` of a node that fails.",
        fix="Set requests and limits of its pods, and reserve memory for the system.",
    ),
    Known(
        rule="M08",
        name="Disk that cannot be freed",
        means="The kubelet could not win back enough disk by removing images and ended containers.",
        looks_at="The events `FreeDiskSpaceFailed`, `ImageGCFailed`, `ContainerGCFailed` of a node "
        "that fails.",
        fix="Find what else fills the disk, or give the node a larger one.",
    ),
    Known(
        rule="M09",
        name="Node restarted",
        means="The machine was started anew.",
        looks_at="The event `Rebooted` of a node that fails.",
        fix="See why, if nobody wanted it.",
    ),
    Known(
        rule="M10",
        name="Problem told by others",
        means="Somebody who watches nodes (node-problem-detector, an operator) says that this one "
        "has a problem.",
        looks_at="Conditions of a node that fails, of which the name tells which status is good.",
        fix="See on the node what the condition is about.",
    ),
)
